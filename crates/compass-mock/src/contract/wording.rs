//! The sentences of complaints about values: `Field [value] is invalid.`, and what was expected.

use std::fmt;

use jsonschema::error::{TypeKind, ValidationErrorKind as Rule};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value;

use super::complaint::{Complaint, ErrorType};

/// How much of a value is repeated, in characters.
const MOST_SHOWN: usize = 60;

/// The part of the request that a complaint is about.
#[derive(Clone, Copy)]
pub(super) enum Subject<'a> {
    Body,
    /// A field of the body, with dots: `event.deployment`.
    Field(&'a str),
    Path(&'a str),
    Query(&'a str),
}

impl fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body => f.write_str("The body"),
            Self::Field(path) => write!(f, "Field [{path}]"),
            Self::Path(name) => write!(f, "Path parameter [{name}]"),
            Self::Query(name) => write!(f, "Query parameter [{name}]"),
        }
    }
}

pub(super) fn missing(subject: Subject<'_>) -> Complaint {
    Complaint::new(ErrorType::FieldMissing, format!("{subject} is missing."))
}

pub(super) fn null(subject: Subject<'_>) -> Complaint {
    Complaint::new(ErrorType::FieldCannotBeNull, format!("{subject} cannot be null."))
}

/// The reason is a sentence.
pub(super) fn invalid(kind: ErrorType, subject: Subject<'_>, reason: &str) -> Complaint {
    Complaint::new(kind, format!("{subject} is invalid. {reason}"))
}

/// A sentence that says what was expected.
pub(super) fn reason(error: &ValidationError<'_>) -> String {
    let got = || shown(error.instance());
    match error.kind() {
        Rule::Type { kind: TypeKind::Single(kind) } => format!("Expected {}, got {}.", a(*kind), got()),
        Rule::Type { kind: TypeKind::Multiple(kinds) } => {
            let (null, others): (Vec<_>, Vec<_>) = kinds.iter().partition(|kind| *kind == JsonType::Null);
            let kinds: Vec<_> = others.into_iter().chain(null).map(a).collect();
            format!("Expected {}, got {}.", kinds.join(" or "), got())
        }
        Rule::Enum { options } => {
            let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
            let text = |option: &Value| option.as_str().map_or_else(|| option.to_string(), str::to_owned);
            let options: Vec<_> = options.iter().map(text).collect();
            format!("Expected one of {}, got {}.", options.join(", "), got())
        }
        Rule::Format { format } => format!("Expected the format {format}, got {}.", got()),
        Rule::OneOfMultipleValid { context } => {
            let fitting = context.iter().filter(|errors| errors.is_empty()).count();
            format!("It fits {fitting} of the forms that the contract knows, of which it must have exactly one.")
        }
        Rule::Not { .. } | Rule::FalseSchema => "It is not allowed here.".to_owned(),
        // The words of the validator, without the value.
        _ => format!("{}.", error.masked_with("It")),
    }
}

fn a(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Array => "an array",
        JsonType::Boolean => "a boolean",
        JsonType::Integer => "an integer",
        JsonType::Null => "null",
        JsonType::Number => "a number",
        JsonType::Object => "an object",
        JsonType::String => "a string",
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) => format!("the string {}", quoted(text)),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// A text as JSON writes it, so that no control character gets through, and cut where it is long.
pub(super) fn quoted(text: &str) -> String {
    match text.char_indices().nth(MOST_SHOWN) {
        Some((end, _)) => format!("{} and more", Value::from(&text[..end])),
        None => Value::from(text).to_string(),
    }
}
