//! Requests as the mock received them, without what may differ from one way of sending to another: user agent, the
//! boundary of a form, the spelling of a URL or of JSON.

use compass_mock::Request;
use serde_json::Value;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sent {
    pub(crate) method: String,
    /// The segments, decoded.
    pub(crate) path: Vec<String>,
    /// Decoded, in the order of their names.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) authorization: Option<String>,
    pub(crate) media_type: Option<String>,
    pub(crate) body: Body,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Body {
    None,
    Json(Value),
    Form(Vec<Part>),
}

/// Name, file name, media type and bytes of a form's part.
type Part = (Option<String>, Option<String>, Option<String>, Vec<u8>);

impl Sent {
    pub(crate) fn of(request: &Request) -> Self {
        let url = reqwest::Url::parse(&format!("http://mock{}", request.target)).unwrap();
        let decoded = |segment: &str| {
            // A query is decoded like a segment, but for the plus.
            let text = format!("http://mock/?x={}", segment.replace('+', "%2B"));
            reqwest::Url::parse(&text).unwrap().query_pairs().next().unwrap().1.into_owned()
        };
        let mut query: Vec<_> = url.query_pairs().into_owned().collect();
        query.sort();
        let media_type = request.header("content-type").map(|value| value.split(';').next().unwrap().trim().to_owned());
        let body = match media_type.as_deref() {
            Some("multipart/form-data") => {
                let parts = request.form().unwrap().into_iter();
                Body::Form(
                    parts.map(|part| (part.name, part.file_name, part.media_type, part.content.to_vec())).collect(),
                )
            }
            Some("application/json") => Body::Json(request.json().unwrap()),
            _ if request.body.is_empty() => Body::None,
            other => panic!("a body of type {other:?}: {request:?}"),
        };
        Self {
            method: request.method.to_string(),
            path: url.path_segments().unwrap().map(decoded).collect(),
            query,
            authorization: request.header("authorization").map(str::to_owned),
            media_type,
            body,
        }
    }
}
