//! The body of a request: its media type, whether it can be read, and whether its schema accepts it.

use bytes::Bytes;
use http::{HeaderMap, header};
use jsonschema::Validator;
use serde_json::Value;

use super::complaint::{Complaint, ErrorType};
use super::form::{Form, Part};
use super::one_kind::OneKind;
use super::place::Place;
use super::schemas::Schemas;
use super::violation;
use super::wording::{self, Subject};

/// A body that keeps the contract.
pub(crate) enum Body {
    /// There is none, or the contract knows of none.
    None,
    Json(Value),
    /// The parts that the contract declares.
    Form(Vec<Part>),
}

/// What the contract says about the body of an operation.
pub(super) struct RequestBody {
    required: bool,
    contents: Vec<(String, Content)>,
    /// A rule beside the schema of JSON.
    one_kind: Option<OneKind>,
}

enum Content {
    Json(Validator),
    Form(Form),
}

impl RequestBody {
    pub(super) fn read(place: Place<'_>, one_kind: Option<OneKind>, schemas: &Schemas<'_>) -> Result<Self, String> {
        let place = place.followed()?;
        let mut contents = Vec::new();
        for (media_type, content) in place.required("content")?.members()? {
            let schema = content.required("schema")?;
            let read = match media_type {
                "application/json" => Content::Json(schemas.validator(&schema)?),
                "multipart/form-data" => Content::Form(Form::read(schema)?),
                _ => return Err(content.error("a body of this media type has no meaning here")),
            };
            contents.push((media_type.to_owned(), read));
        }
        Ok(Self { required: place.flag("required")?, contents, one_kind })
    }

    pub(super) async fn check(&self, headers: &HeaderMap, body: Bytes) -> Result<Body, Vec<Complaint>> {
        if body.is_empty() {
            return if self.required { Err(vec![wording::missing(Subject::Body)]) } else { Ok(Body::None) };
        }
        let (content_type, content) = self.content(headers).map_err(|complaint| vec![complaint])?;
        match content {
            Content::Json(validator) => {
                let value = serde_json::from_slice(&body).map_err(|error| {
                    let reason = format!("It is not JSON: {error}.");
                    vec![wording::invalid(ErrorType::FormatInvalid, Subject::Body, &reason)]
                })?;
                let by_schema = violation::check(validator, &value, Subject::Body);
                let by_rule = self.one_kind.as_ref().map_or(Ok(()), |rule| rule.check(&value));
                match (by_schema, by_rule) {
                    (Ok(()), Ok(())) => Ok(Body::Json(value)),
                    (Ok(()), Err(complaint)) => Err(vec![complaint]),
                    (Err(mut complaints), by_rule) => {
                        complaints.extend(by_rule.err());
                        Err(complaints)
                    }
                }
            }
            Content::Form(form) => form.check(content_type, body).await.map(Body::Form),
        }
    }

    /// The content type that was sent, and what the contract says about it.
    fn content<'s, 'h>(&'s self, headers: &'h HeaderMap) -> Result<(&'h str, &'s Content), Complaint> {
        let wrong = |what: &str| {
            let accepted: Vec<_> = self.contents.iter().map(|(media_type, _)| media_type.as_str()).collect();
            let message = format!("The content type {what}. Expected {}.", accepted.join(" or "));
            Complaint::new(ErrorType::ArgumentInvalid, message)
        };
        let mut sent = headers.get_all(header::CONTENT_TYPE).iter();
        let Some(content_type) = sent.next() else { return Err(wrong("is missing")) };
        if sent.next().is_some() {
            return Err(wrong("is there more than once"));
        }
        let content_type = content_type.to_str().map_err(|_| wrong("is not ASCII"))?;
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        let content = self.contents.iter().find(|(accepted, _)| accepted.eq_ignore_ascii_case(media_type));
        match content {
            Some((_, content)) => Ok((content_type, content)),
            None => Err(wrong(&format!("{} is not accepted", wording::quoted(media_type)))),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use serde_json::json;

    use super::*;

    fn check(required: bool, content_types: &[&str], body: &'static [u8]) -> Result<Body, Vec<String>> {
        let schema = json!({ "type": "object" });
        let document = json!({ "required": required, "content": { "application/json": { "schema": schema } } });
        let request_body = RequestBody::read(Place::root(&document), None, &Schemas::of(&document).unwrap()).unwrap();
        let mut headers = HeaderMap::new();
        for content_type in content_types {
            headers.append(header::CONTENT_TYPE, content_type.parse().unwrap());
        }
        let checked = request_body.check(&headers, Bytes::from_static(body)).now_or_never().unwrap();
        checked.map_err(|complaints| complaints.iter().map(ToString::to_string).collect())
    }

    #[track_caller]
    fn refused(content_types: &[&str], body: &'static [u8], complaint: &str) {
        assert_eq!(check(true, content_types, body).err(), Some(vec![complaint.to_owned()]));
    }

    const JSON: &str = "application/json";

    #[test]
    fn the_media_type_is_read_as_http_writes_it() {
        for content_type in [JSON, "application/json; charset=utf-8", "Application/JSON ;charset=\"UTF-8\""] {
            let Ok(Body::Json(value)) = check(true, &[content_type], b"{\"a\": 1}") else { panic!("{content_type}") };
            assert_eq!(value, json!({ "a": 1 }));
        }
        refused(&[], b"{}", "ARGUMENT_INVALID: The content type is missing. Expected application/json.");
        for content_type in ["text/plain", "application/json5", "json", "", "application/x-www-form-urlencoded"] {
            let complaint = format!(
                "ARGUMENT_INVALID: The content type \"{content_type}\" is not accepted. Expected application/json."
            );
            refused(&[content_type], b"{}", &complaint);
        }
        refused(
            &[JSON, JSON],
            b"{}",
            "ARGUMENT_INVALID: The content type is there more than once. Expected application/json.",
        );
    }

    #[test]
    fn no_body_is_missed_only_where_one_is_required() {
        refused(&[JSON], b"", "FIELD_MISSING: The body is missing.");
        refused(&[], b"", "FIELD_MISSING: The body is missing.");
        assert!(matches!(check(false, &[], b""), Ok(Body::None)));
        assert!(check(false, &[JSON], b" ").is_err());
    }

    #[test]
    fn what_is_not_json_is_refused_with_its_place() {
        for (body, reason) in [
            (&b"{\n  \"a\": 1,\n}"[..], "trailing comma at line 3 column 1"),
            (b"a=1", "expected value at line 1 column 1"),
            (b"{} {}", "trailing characters at line 1 column 4"),
            (b"{\"a\": \"\xff\"}", "invalid unicode code point at line 1 column 8"),
            (b"{\"a\": 1e999}", "number out of range at line 1 column 11"),
        ] {
            refused(&[JSON], body, &format!("FORMAT_INVALID: The body is invalid. It is not JSON: {reason}."));
        }
    }

    #[test]
    fn the_last_of_two_equal_keys_counts() {
        let Ok(Body::Json(value)) = check(true, &[JSON], b"{\"a\": 1, \"a\": 2}") else { panic!("is JSON") };
        assert_eq!(value, json!({ "a": 2 }));
    }

    #[test]
    fn a_deeply_nested_body_is_refused_and_not_followed() {
        static DEEP: [u8; 100_000] = [b'['; 100_000];
        let complaint = "FORMAT_INVALID: The body is invalid. It is not JSON: recursion limit exceeded at line 1 column \
                         128.";
        refused(&[JSON], &DEEP, complaint);
    }
}
