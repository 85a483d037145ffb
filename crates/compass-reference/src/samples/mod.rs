//! The three samples of an example, which send the same request.

mod curl;
mod program;
pub(crate) mod rust;
mod shell;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use openapi_contract::Document;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::contract::{Operation, Place};
use crate::error::Error;
use crate::example::Example;
use crate::schema;

/// An example and its samples.
#[derive(Clone, Debug)]
pub(crate) struct Samples {
    pub(crate) example: Example,
    pub(crate) curl: String,
    pub(crate) program: String,
    pub(crate) rust: rust::Sample,
}

/// The samples of all examples. Each belongs to one of the operations.
pub(crate) fn of(document: &Document, operations: &[Operation], examples: &[Example]) -> Result<Vec<Samples>, Error> {
    let mut samples = Vec::new();
    for operation in operations {
        for example in examples.iter().filter(|example| example.operation == operation.id) {
            let variant = operation.variants().iter().find(|variant| Some(&variant.name) == example.variant.as_ref());
            let fields = variant.map(|variant| schema::fields(document, &variant.schema, &[])).unwrap_or_default();
            samples.push(Samples {
                example: example.clone(),
                curl: curl::sample(operation, example),
                program: program::sample(example)?,
                rust: rust::sample(example, &fields)?,
            });
        }
    }
    Ok(samples)
}

/// The operation that needs no credentials: whoever knows a webhook's URL may post to it. The URL is the secret.
pub(crate) const WEBHOOK: &str = "handleWebhookInvocation";
/// The operation whose bodies are the ten kinds of events.
pub(crate) const EVENT: &str = "createCompassEvent";

/// What stands for itself in a URL (RFC 3986: unreserved); all else is encoded.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A text as a part of a URL.
pub(crate) fn in_url(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// The operation's path, each parameter in it as `value` has it.
pub(crate) fn path(operation: &Operation, value: impl Fn(&str) -> String) -> String {
    let in_path = operation.parameters.iter().filter(|parameter| parameter.place == Place::Path);
    in_path.fold(operation.path.clone(), |path, parameter| {
        path.replace(&format!("{{{}}}", parameter.name), &value(&parameter.name))
    })
}

/// The parameters of the query that the example has.
pub(crate) fn query<'o>(operation: &'o Operation, example: &Example) -> Vec<&'o str> {
    let in_query = operation.parameters.iter().filter(|parameter| parameter.place == Place::Query);
    in_query.map(|parameter| &*parameter.name).filter(|name| example.parameters.contains_key(*name)).collect()
}

/// The source's ID that is meant by an example's parameter: in a path, the API wants it in Base64.
fn source_id(example: &Example) -> Result<String, Error> {
    let text = example.parameter("sourceId");
    if example.operation != "deleteLockFile" {
        return Ok(text.to_owned());
    }
    let decoded = URL_SAFE.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    decoded.ok_or_else(|| {
        Error::example(
            &example.name,
            "/parameters/sourceId",
            format!("must be Base64 of a text, for URLs; is {text:?} [base64]"),
        )
    })
}

/// The document in an annotation, which is a text in the contract.
fn annotation(example: &Example, text: &str) -> Result<Value, Error> {
    let error = |message: String| Error::example(&example.name, "/body/annotation", message);
    let document: Value = serde_json::from_str(text).map_err(|problem| {
        error(format!("must be a document in Atlassian Document Format: {problem}; is {text:?} [adf]"))
    })?;
    if document["type"] == "doc" { Ok(document) } else { Err(error(format!("must be of type doc; is {text:?} [adf]"))) }
}

/// What has no sample here: the operation is new in the contract.
fn untold(example: &Example) -> Error {
    let message = format!(
        "nothing here knows how the program and the SDK call {}: add it to `names` and `samples`",
        example.operation
    );
    Error::example(&example.name, "", message)
}
