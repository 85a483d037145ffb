//! Requests as they were sent.
//!
//! Hyper's headers and bodies are parts of its read buffers, which live as long as the smallest part of them. What is
//! kept here is a copy of exactly its own size, so that memory is bounded by what is kept.

use std::fmt;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts};
use serde::{Serialize, Serializer, ser::SerializeStruct as _};

use crate::error::Error;
use crate::form::{self, FormPart};

/// A request as it was sent.
///
/// `Debug` and the JSON of the admin route do not show credentials; [`Request::headers`] has them, so that a test can
/// hold them against what it expects.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Request {
    /// Rises with every request.
    pub id: u64,
    /// When it was complete.
    pub received_at: DateTime<Utc>,
    /// The method.
    pub method: Method,
    /// Path and query, before any decoding.
    pub target: String,
    /// All headers, also those that speak of the connection.
    pub headers: HeaderMap,
    /// The body, without the framing of its transfer.
    pub body: Bytes,
}

impl Request {
    /// The path, before any decoding.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split_once('?').map_or(&*self.target, |(path, _)| path)
    }

    /// The header's only value, if it has one: nothing also if the header is there twice, or is not ASCII.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next()?.to_str().ok()?;
        values.next().is_none().then_some(value)
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// If it is not JSON.
    pub fn json(&self) -> serde_json::Result<serde_json::Value> {
        serde_json::from_slice(&self.body)
    }

    /// The parts of the form that is the body, in their order: how a server reads an upload.
    ///
    /// # Errors
    /// If it is not a form.
    pub fn form(&self) -> Result<Vec<FormPart>, Error> {
        let content_type = self.header("content-type").unwrap_or_default();
        let parts = form::boundary(content_type).map(|boundary| form::parts(boundary, self.body.clone()));
        // The whole body is there, so that there is nothing to wait for.
        let parts = parts.and_then(|parts| parts.now_or_never().unwrap_or(Err(multer::Error::IncompleteStream)));
        parts.map_err(|error| Error::text(format!("the body is no form: {error}")))
    }

    /// The headers for people: credentials are `***`.
    fn shown_headers(&self) -> Vec<(&str, String)> {
        let shown = |name: &HeaderName, value: &HeaderValue| match *name {
            header::AUTHORIZATION | header::PROXY_AUTHORIZATION | header::COOKIE => "***".to_owned(),
            _ => String::from_utf8_lossy(value.as_bytes()).into_owned(),
        };
        self.headers.iter().map(|(name, value)| (name.as_str(), shown(name, value))).collect()
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("id", &self.id)
            .field("received_at", &self.received_at)
            .field("method", &self.method)
            .field("target", &self.target)
            .field("headers", &self.shown_headers())
            .field("body", &String::from_utf8_lossy(&self.body))
            .finish()
    }
}

impl Serialize for Request {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut request = serializer.serialize_struct("Request", 6)?;
        request.serialize_field("id", &self.id)?;
        let received_at = self.received_at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        request.serialize_field("receivedAt", &received_at)?;
        request.serialize_field("method", self.method.as_str())?;
        request.serialize_field("target", &self.target)?;
        request.serialize_field("headers", &self.shown_headers())?;
        request.serialize_field("body", &String::from_utf8_lossy(&self.body))?;
        request.end()
    }
}

/// A request as it is kept.
pub(crate) struct Recorded {
    pub(crate) id: u64,
    received_at: DateTime<Utc>,
    method: Method,
    target: Box<str>,
    /// `name:value` lines; neither can have a line feed.
    headers: Box<[u8]>,
    body: Bytes,
}

impl Recorded {
    pub(crate) fn new(head: &Parts, body: &[u8], received_at: DateTime<Utc>) -> Self {
        let length = head.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 2).sum();
        let mut headers = Vec::with_capacity(length);
        for (name, value) in &head.headers {
            headers.extend_from_slice(name.as_str().as_bytes());
            headers.push(b':');
            headers.extend_from_slice(value.as_bytes());
            headers.push(b'\n');
        }
        let target = match (head.uri.scheme(), head.uri.path_and_query()) {
            (None, Some(target)) => target.as_str().into(),
            // As proxies are asked.
            (Some(_), _) | (None, None) => head.uri.to_string().into(),
        };
        Self {
            id: 0,
            received_at,
            method: head.method.clone(),
            target,
            headers: headers.into(),
            body: Bytes::copy_from_slice(body),
        }
    }

    /// What the request takes of the memory, about.
    pub(crate) fn weight(&self) -> usize {
        self.target.len() + self.headers.len() + self.body.len()
    }

    pub(crate) fn request(&self) -> Request {
        let lines = self.headers.split(|byte| *byte == b'\n');
        let headers = lines.filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let (name, value) = line.split_at(colon);
            Some((HeaderName::from_bytes(name).ok()?, HeaderValue::from_bytes(&value[1..]).ok()?))
        });
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, value);
        }
        Request {
            id: self.id,
            received_at: self.received_at,
            method: self.method.clone(),
            target: self.target.to_string(),
            headers: map,
            body: self.body.clone(),
        }
    }
}

/// As the request itself: without credentials.
impl fmt::Debug for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.request().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded() -> Recorded {
        let request = http::Request::post("/a%2Fb?c=+d")
            .header("authorization", "Basic czNjcmV0OnMzY3JldA==")
            .header("x-twice", "1")
            .header("accept", "*/*")
            .header("x-twice", "a:b")
            .header("x-bytes", HeaderValue::from_bytes(b"\xe4").unwrap());
        let (head, body) = request.body("{\"a\": 1}").unwrap().into_parts();
        Recorded::new(&head, body.as_bytes(), "2026-09-01T12:00:00Z".parse().unwrap())
    }

    #[test]
    fn kept_as_it_was_sent() {
        let request = recorded().request();
        assert_eq!((request.target.as_str(), request.path()), ("/a%2Fb?c=+d", "/a%2Fb"));
        assert_eq!(request.headers.get_all("x-twice").iter().collect::<Vec<_>>(), ["1", "a:b"]);
        assert_eq!(request.headers["x-bytes"].as_bytes(), b"\xe4");
        assert_eq!(request.headers.len(), 5);
        assert_eq!(request.header("accept"), Some("*/*"));
        assert_eq!(request.header("x-twice"), None);
        assert_eq!(request.json().unwrap(), serde_json::json!({ "a": 1 }));
    }

    #[test]
    fn forms_are_read_as_servers_read_them() {
        let uploaded = |content_type: &str, body: &str| {
            let (head, body) =
                http::Request::put("/").header("content-type", content_type).body(body).unwrap().into_parts();
            Recorded::new(&head, body.as_bytes(), DateTime::UNIX_EPOCH).request().form()
        };
        let body = "--B\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.json\"\r\n\
                    content-type: application/json\r\n\r\n{}\r\n--B\r\ncontent-disposition: form-data\r\n\r\n\r\n--B--";
        let parts = uploaded("multipart/form-data; boundary=B", body).unwrap();
        let expected =
            |name: Option<&str>, file_name: Option<&str>, media_type: Option<&str>, content: &'static str| {
                let [name, file_name, media_type] = [name, file_name, media_type].map(|text| text.map(str::to_owned));
                FormPart { name, file_name, media_type, content: content.into() }
            };
        let file = expected(Some("file"), Some("a.json"), Some("application/json"), "{}");
        assert_eq!(parts, [file, expected(None, None, None, "")]);

        let errors = [("application/json", "{}"), ("multipart/form-data; boundary=B", "--B\r\n")]
            .map(|(content_type, body)| uploaded(content_type, body).unwrap_err().to_string());
        assert_eq!(
            errors,
            [
                "the body is no form: Content-Type is not multipart/form-data",
                "the body is no form: incomplete multipart stream"
            ]
        );
    }

    #[test]
    fn credentials_never_show() {
        let recorded = recorded();
        let request = recorded.request();
        assert_eq!(request.headers["authorization"], "Basic czNjcmV0OnMzY3JldA==");
        for shown in [format!("{request:?}"), format!("{recorded:?}"), serde_json::to_string(&request).unwrap()] {
            assert!(shown.contains("***") && !shown.contains("czNjcmV0"), "{shown}");
        }
    }
}
