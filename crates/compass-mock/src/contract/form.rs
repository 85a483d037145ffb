//! Bodies that are forms (RFC 7578): uploads.

use bytes::Bytes;
use serde_json::Value;

use super::complaint::{Complaint, ErrorType};
use super::place::Place;
use super::wording::{self, Subject};
use crate::form::{self, FormPart};

/// A part of a form.
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) file_name: Option<String>,
    pub(crate) media_type: Option<String>,
    pub(crate) content: Bytes,
}

/// Which parts the contract declares. All of them are files: nothing is said about what is in them.
pub(super) struct Form {
    declared: Vec<String>,
    required: Vec<String>,
}

impl Form {
    pub(super) fn read(schema: Place<'_>) -> Result<Self, String> {
        let schema = schema.followed()?;
        let mut declared = Vec::new();
        for (name, part) in schema.required("properties")?.members()? {
            let part = part.followed()?;
            let is = |keyword: &str, value: &str| part.value().get(keyword).and_then(Value::as_str) == Some(value);
            if !is("type", "string") || !is("format", "binary") {
                return Err(part.error("a part of a form that is no file has no meaning here"));
            }
            declared.push(name.to_owned());
        }
        let mut required = Vec::new();
        for name in schema.items_of("required")? {
            let text = name.text()?;
            if !declared.iter().any(|declared| declared == text) {
                return Err(name.error("is required and not declared"));
            }
            required.push(text.to_owned());
        }
        Ok(Self { declared, required })
    }

    /// The declared parts; others are passed over, as servers do.
    pub(super) async fn check(&self, content_type: &str, body: Bytes) -> Result<Vec<Part>, Vec<Complaint>> {
        let boundary = form::boundary(content_type).map_err(|error| {
            let message = format!("The content type is not that of a form: {error}.");
            vec![Complaint::new(ErrorType::ArgumentInvalid, message)]
        })?;
        let parts = self.parts(boundary, body).await.map_err(|error| {
            let reason = format!("It is not a form: {error}.");
            vec![wording::invalid(ErrorType::FormatInvalid, Subject::Body, &reason)]
        })?;
        let mut complaints = Vec::new();
        for name in &self.declared {
            let subject = Subject::Field(name);
            match parts.iter().filter(|part| part.name == *name).count() {
                0 if self.required.contains(name) => complaints.push(wording::missing(subject)),
                0 | 1 => {}
                count => {
                    let reason = format!("It is there {count} times.");
                    complaints.push(wording::invalid(ErrorType::ArgumentInvalid, subject, &reason));
                }
            }
        }
        if complaints.is_empty() { Ok(parts) } else { Err(complaints) }
    }

    async fn parts(&self, boundary: String, body: Bytes) -> Result<Vec<Part>, multer::Error> {
        let parts = form::parts(boundary, body).await?.into_iter().filter_map(|part| {
            let FormPart { name, file_name, media_type, content } = part;
            let name = name.filter(|name| self.declared.contains(name))?;
            Some(Part { name, file_name, media_type, content })
        });
        Ok(parts.collect())
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use serde_json::json;

    use super::*;

    const FORM: &str = "multipart/form-data; boundary=B";

    fn check(content_type: &str, body: &str) -> Result<Vec<Part>, Vec<String>> {
        let file = json!({ "type": "string", "format": "binary" });
        let schema = json!({ "properties": { "file": file, "second": file }, "required": ["file"] });
        let form = Form::read(Place::root(&schema)).unwrap();
        let body = Bytes::from(body.replace('\n', "\r\n"));
        let checked = form.check(content_type, body).now_or_never().expect("the whole body is there");
        checked.map_err(|complaints| complaints.iter().map(ToString::to_string).collect())
    }

    fn part(disposition: &str, content: &str) -> String {
        format!("--B\nContent-Disposition: form-data{disposition}\n\n{content}\n")
    }

    #[test]
    fn declared_parts_are_read_and_others_passed_over() {
        let body = [
            part("; name=\"other\"", "1"),
            part("", "without a name"),
            part("; name=\"file\"; filename=\"a.json\"\nContent-Type: application/json", "{\n --B\n}"),
            "--B--\n".to_owned(),
        ];
        let parts = check(FORM, &body.concat()).unwrap();
        let [part] = &parts[..] else { panic!("{} parts", parts.len()) };
        assert_eq!(part.name, "file");
        assert_eq!(part.file_name.as_deref(), Some("a.json"));
        assert_eq!(part.media_type.as_deref(), Some("application/json"));
        assert_eq!(part.content, "{\r\n --B\r\n}");
    }

    #[test]
    fn an_empty_file_is_a_file() {
        let parts = check(FORM, &(part("; name=\"file\"", "") + "--B--")).unwrap();
        assert_eq!((parts.len(), parts[0].content.len()), (1, 0));
    }

    #[test]
    fn wrong_forms_are_refused() {
        let file = part("; name=\"file\"", "1");
        for (content_type, body, complaint) in [
            (FORM, "--B--".to_owned(), "FIELD_MISSING: Field [file] is missing."),
            (FORM, part("; name=\"File\"", "1") + "--B--", "FIELD_MISSING: Field [file] is missing."),
            (FORM, format!("{file}{file}--B--"), "ARGUMENT_INVALID: Field [file] is invalid. It is there 2 times."),
            (
                FORM,
                "{}".to_owned(),
                "FORMAT_INVALID: The body is invalid. It is not a form: incomplete multipart stream.",
            ),
            (
                FORM,
                file.clone(),
                "FORMAT_INVALID: The body is invalid. It is not a form: field \"file\" received with incomplete data.",
            ),
            (
                "multipart/form-data",
                file.clone() + "--B--",
                "ARGUMENT_INVALID: The content type is not that of a form: multipart boundary not found in Content-Type.",
            ),
        ] {
            assert_eq!(check(content_type, &body).err(), Some(vec![complaint.to_owned()]), "{content_type} {body}");
        }
    }

    #[test]
    fn forms_that_mean_nothing_here_are_refused() {
        let error = |schema| Form::read(Place::root(&schema)).err().unwrap();
        assert_eq!(
            error(json!({ "properties": { "a": { "type": "string" } } })),
            "/properties/a: a part of a form that is no file has no meaning here"
        );
        assert_eq!(error(json!({ "properties": {}, "required": ["a"] })), "/required/0: is required and not declared");
    }
}
