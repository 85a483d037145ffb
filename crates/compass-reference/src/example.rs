//! The examples: believable values for each operation, and for each variant of its body. They are held against the
//! contract when they are read, so that no sample can be made of a wrong one.

mod check;

use openapi_contract::Document;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::contract::{Body, Operation};
use crate::error::Error;

/// An example of an operation.
#[derive(Clone, Debug)]
pub(crate) struct Example {
    /// The name of its file.
    pub(crate) name: String,
    pub(crate) operation: String,
    /// The variant of the operation's body, if it has several.
    pub(crate) variant: Option<String>,
    /// What it says, in a sentence.
    pub(crate) title: String,
    /// As they stand in the request.
    pub(crate) parameters: Map<String, Value>,
    pub(crate) body: Option<Value>,
    pub(crate) file: Option<File>,
    /// The component's ARI, wherever the example names a component by its UUID alone.
    pub(crate) component: Option<String>,
}

/// A file that is uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) media_type: &'static str,
    pub(crate) text: String,
}

/// An example's file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    title: String,
    #[serde(default)]
    parameters: Map<String, Value>,
    body: Option<Value>,
    file: Option<WrittenFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFile {
    name: String,
    /// A text as it is, or a value that is written as JSON.
    content: Value,
}

impl Example {
    /// The parameter's text. Examples are only read if parameters that are needed are there, as texts.
    pub(crate) fn parameter(&self, name: &str) -> &str {
        self.parameters.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// What tells it from the others: `createCompassEvent.flag`.
    pub(crate) fn key(&self) -> String {
        match &self.variant {
            Some(variant) => format!("{}.{variant}", self.operation),
            None => self.operation.clone(),
        }
    }
}

/// Reads all examples, in the order of operations and variants: exactly one for each.
pub(crate) fn read(
    document: &Document,
    operations: &[Operation],
    files: &[(String, String)],
) -> Result<Vec<Example>, Error> {
    let judge = check::Judge::of(document)?;
    let mut left: Vec<_> = files.iter().collect();
    let mut examples = Vec::new();
    for operation in operations {
        let variants = operation.variants().iter().map(|variant| Some(variant.name.clone()));
        let variants: Vec<_> = if operation.variants().is_empty() { vec![None] } else { variants.collect() };
        for variant in variants {
            let key =
                variant.as_ref().map_or_else(|| operation.id.clone(), |variant| format!("{}.{variant}", operation.id));
            let name = format!("{key}.json");
            let Some(place) = left.iter().position(|(known, _)| *known == name) else {
                let message = format!("there is no such example, and {key} needs one");
                return Err(Error::example(&name, "", message));
            };
            let (_, text) = left.swap_remove(place);
            let example = parse(&name, text, operation, variant)?;
            judge.check(&example, operation)?;
            examples.push(example);
        }
    }
    if let Some((name, _)) = left.first() {
        let message = "no operation of the contract, nor any variant of a body, has this name: delete or rename it";
        return Err(Error::example(name, "", message));
    }
    check::same_site(&mut examples)?;
    Ok(examples)
}

fn parse(name: &str, text: &str, operation: &Operation, variant: Option<String>) -> Result<Example, Error> {
    let written: Written =
        serde_json::from_str(text).map_err(|error| Error::example(name, "", format!("it cannot be read: {error}")))?;
    let Written { title, parameters, body, file } = written;
    let (wants_body, wants_file) = match &operation.body {
        Body::None => (false, false),
        Body::Json { .. } => (true, false),
        Body::File { .. } => (false, true),
    };
    for (key, is_there, is_wanted) in [("/body", body.is_some(), wants_body), ("/file", file.is_some(), wants_file)] {
        if is_there != is_wanted {
            let what =
                if is_wanted { "is missing: the operation has one" } else { "is too much: the operation has none" };
            return Err(Error::example(name, key, what));
        }
    }
    let file = file.map(|file| self::file(name, file)).transpose()?;
    let (name, operation) = (name.to_owned(), operation.id.clone());
    Ok(Example { name, operation, variant, title, parameters, body, file, component: None })
}

fn file(example: &str, WrittenFile { name, content }: WrittenFile) -> Result<File, Error> {
    let media_type = match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("json") => "application/json",
        Some("yaml" | "yml") => "application/yaml",
        Some("xml") => "application/xml",
        Some(_) | None => {
            let message = format!("must end in .json, .yaml, .yml or .xml; is {name:?} [media type]");
            return Err(Error::example(example, "/file/name", message));
        }
    };
    let text = match content {
        Value::String(text) => text,
        value => format!("{value:#}\n"),
    };
    Ok(File { name, media_type, text })
}
