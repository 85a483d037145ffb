//! Answers in the shapes that the contract declares.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use jsonschema::Validator;
use serde_json::{Value, json};

use super::complaint::Complaint;
use super::place::Place;
use super::schemas::Schemas;

/// The answers of an operation.
pub(super) struct Answers {
    declared: Vec<(StatusCode, Shape)>,
}

enum Shape {
    Nothing,
    /// Text as it is.
    Text(Validator),
    /// Text as a string of JSON.
    JsonText(Validator),
    /// Any other JSON.
    Json(Validator),
}

impl Answers {
    pub(super) fn read(responses: &Place<'_>, schemas: &Schemas<'_>) -> Result<Self, String> {
        let mut declared = Vec::new();
        for (status, response) in responses.members()? {
            let status = status.parse().map_err(|_| response.error("only a single status has a meaning here"))?;
            declared.push((status, Shape::read(response, schemas)?));
        }
        Ok(Self { declared })
    }

    pub(super) fn declares(&self, status: StatusCode) -> bool {
        self.shape(status).is_some()
    }

    fn shape(&self, status: StatusCode) -> Option<&Shape> {
        self.declared.iter().find(|(declared, _)| *declared == status).map(|(_, shape)| shape)
    }

    pub(super) fn refuse(&self, status: StatusCode, complaints: &[Complaint]) -> Response<Bytes> {
        let text = || complaints.iter().map(|complaint| complaint.message.as_str()).collect::<Vec<_>>().join(" ");
        let mut response = match self.shape(status) {
            Some(Shape::Nothing) => nothing(),
            Some(Shape::Text(_)) => plain(text()),
            Some(Shape::JsonText(_)) => json(&Value::from(text())),
            None if status == StatusCode::UNAUTHORIZED => nothing(),
            Some(Shape::Json(_)) | None => json(&json!({ "errors": complaints })),
        };
        *response.status_mut() = status;
        if status == StatusCode::UNAUTHORIZED {
            // RFC 9110, section 15.5.2, wants it with every 401.
            let challenge = HeaderValue::from_static("Basic realm=\"Compass\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }

    pub(super) fn answer(&self, status: StatusCode, body: Option<&Value>) -> Response<Bytes> {
        debug_assert_eq!(self.promise_broken_by(status, body), None, "{status} {body:?}");
        let mut response = match (self.shape(status), body) {
            (Some(Shape::Text(_)), Some(Value::String(text))) => plain(text.clone()),
            (Some(Shape::Text(_) | Shape::JsonText(_) | Shape::Json(_)), Some(body)) => json(body),
            (Some(Shape::Nothing) | None, _) | (_, None) => nothing(),
        };
        *response.status_mut() = status;
        response
    }

    /// What is wrong with an answer, if the contract does not promise it.
    fn promise_broken_by(&self, status: StatusCode, body: Option<&Value>) -> Option<String> {
        match (self.shape(status), body) {
            (None, _) => Some("the contract does not declare the status".to_owned()),
            (Some(Shape::Nothing), None) => None,
            (Some(Shape::Nothing), Some(_)) => Some("the contract declares no body".to_owned()),
            (Some(Shape::Text(_) | Shape::JsonText(_) | Shape::Json(_)), None) => {
                Some("the contract declares a body".to_owned())
            }
            (Some(Shape::Text(validator) | Shape::JsonText(validator) | Shape::Json(validator)), Some(body)) => {
                validator.validate(body).err().map(|error| error.to_string())
            }
        }
    }
}

impl Shape {
    fn read(response: Place<'_>, schemas: &Schemas<'_>) -> Result<Self, String> {
        let response = response.followed()?;
        let contents = response.get("content").map_or_else(|| Ok(Vec::new()), |content| content.members())?;
        let (media_type, content) = match &contents[..] {
            [] => return Ok(Self::Nothing),
            [content] => content,
            [_, _, ..] => return Err(response.error("a choice of media types has no meaning here")),
        };
        let schema = content.required("schema")?;
        let validator = schemas.validator(&schema)?;
        let is_text = schema.followed()?.get("type").is_some_and(|kind| kind.value() == "string");
        match (*media_type, is_text) {
            ("*/*", true) => Ok(Self::Text(validator)),
            ("application/json", true) => Ok(Self::JsonText(validator)),
            ("application/json", false) => Ok(Self::Json(validator)),
            _ => Err(content.error("an answer of this media type has no meaning here")),
        }
    }
}

fn nothing() -> Response<Bytes> {
    Response::new(Bytes::new())
}

fn plain(text: String) -> Response<Bytes> {
    with_type("text/plain; charset=utf-8", text)
}

fn json(value: &Value) -> Response<Bytes> {
    with_type("application/json", value.to_string())
}

fn with_type(media_type: &'static str, body: String) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

#[cfg(test)]
mod tests {
    use super::super::complaint::ErrorType;
    use super::*;

    fn answers() -> Answers {
        let schema = |media_type: &str, schema: Value| json!({ "content": { media_type: { "schema": schema } } });
        let responses = json!({
            "200": schema("application/json", json!({ "type": "object", "required": ["a"] })),
            "202": {},
            "203": schema("*/*", json!({ "type": "string" })),
            "400": schema("application/json", json!({ "type": "object" })),
            "404": schema("*/*", json!({ "type": "string" })),
            "422": schema("application/json", json!({ "type": "string" })),
            "429": { "content": {} },
        });
        Answers::read(&Place::root(&responses), &Schemas::of(&responses).unwrap()).unwrap()
    }

    /// Status, content type, challenge and body.
    fn told(response: &Response<Bytes>) -> String {
        let header = |name| response.headers().get(name).map_or("-", |value| value.to_str().unwrap());
        let (media_type, challenge) = (header(header::CONTENT_TYPE), header(header::WWW_AUTHENTICATE));
        let body = str::from_utf8(response.body()).unwrap();
        format!("{} {media_type} {challenge} {body}", response.status().as_u16())
    }

    #[test]
    fn refusals_have_the_declared_shape() {
        let complaints = [
            Complaint::new(ErrorType::FieldMissing, "A is missing."),
            Complaint::new(ErrorType::FormatInvalid, "B is \"b\"."),
        ];
        let errors = r#"{"errors":[{"type":"FIELD_MISSING","message":"A is missing."},{"type":"FORMAT_INVALID","message":"B is \"b\"."}]}"#;
        for (status, expected) in [
            (400, format!("application/json - {errors}")),
            (404, "text/plain; charset=utf-8 - A is missing. B is \"b\".".to_owned()),
            (422, r#"application/json - "A is missing. B is \"b\".""#.to_owned()),
            (429, "- - ".to_owned()),
            // Not declared.
            (401, "- Basic realm=\"Compass\" ".to_owned()),
            (405, format!("application/json - {errors}")),
        ] {
            let response = answers().refuse(StatusCode::from_u16(status).unwrap(), &complaints);
            assert_eq!(told(&response), format!("{status} {expected}"));
        }
    }

    #[test]
    fn successes_have_the_declared_shape() {
        let answer = |status, body: Option<Value>| told(&answers().answer(status, body.as_ref()));
        assert_eq!(answer(StatusCode::OK, Some(json!({ "a": 1 }))), r#"200 application/json - {"a":1}"#);
        assert_eq!(answer(StatusCode::ACCEPTED, None), "202 - - ");
        let text = answer(StatusCode::NON_AUTHORITATIVE_INFORMATION, Some(json!("stored")));
        assert_eq!(text, "203 text/plain; charset=utf-8 - stored");
    }

    #[test]
    fn broken_promises_are_found() {
        let broken = |status, body: Option<Value>| answers().promise_broken_by(status, body.as_ref()).unwrap();
        assert_eq!(broken(StatusCode::CREATED, None), "the contract does not declare the status");
        assert_eq!(broken(StatusCode::OK, None), "the contract declares a body");
        assert_eq!(broken(StatusCode::ACCEPTED, Some(json!(1))), "the contract declares no body");
        assert_eq!(broken(StatusCode::OK, Some(json!({}))), "\"a\" is a required property");
    }

    #[test]
    fn responses_that_mean_nothing_here_are_refused() {
        let error = |responses: Value| {
            Answers::read(&Place::root(&responses), &Schemas::of(&responses).unwrap()).err().unwrap()
        };
        assert_eq!(error(json!({ "4XX": {} })), "/4XX: only a single status has a meaning here");
        assert_eq!(
            error(json!({ "200": { "content": { "text/html": { "schema": {} } } } })),
            "/200/content/text~1html: an answer of this media type has no meaning here"
        );
        assert_eq!(
            error(json!({ "200": { "content": { "text/html": {}, "*/*": {} } } })),
            "/200: a choice of media types has no meaning here"
        );
    }
}
