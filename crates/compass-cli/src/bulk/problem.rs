//! What is wrong with a record, and where.

use std::fmt;

use compass_sdk::validation::{Rule, Violation};
use serde_json::{Map, Value, json};

/// What a record breaks: a rule of the SDK's, or one of those that a record has to keep to be read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// `utf-8`: records are UTF-8.
    Utf8,
    /// `syntax`: it is JSON.
    Syntax,
    /// `too-long`: it has at most 16 MiB, so that a file without line ends does not fill the memory.
    TooLong,
    /// `schema`: its fields are there and of the contract's types.
    Schema,
    /// `unknown-field`: the fields of a record are those that are documented. A `componentID` that is passed over would
    /// send the event to another component, a `timestmp` would record the value with another time.
    UnknownField,
    /// `wrong-kind`: it is an event or a metric, whichever is wanted.
    WrongKind,
    /// `cloud-id`: a cloud ID is a UUID.
    CloudId,
    /// `same-site`: the component is of the site that the cloud ID names.
    SameSite,
    /// One of the SDK's.
    Rule(Rule),
}

impl Broken {
    /// The rule's name for programs; it does not change.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Syntax => "syntax",
            Self::TooLong => "too-long",
            Self::Schema => "schema",
            Self::UnknownField => "unknown-field",
            Self::WrongKind => "wrong-kind",
            Self::CloudId => "cloud-id",
            Self::SameSite => "same-site",
            Self::Rule(rule) => rule.id(),
        }
    }
}

/// One thing that is wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// The line, counted from 1.
    pub(super) line: u64,
    /// The byte in the line, counted from 1, where it is known.
    pub(super) column: Option<u64>,
    /// The field, in the words of the record: `event.deployment.url`, or a CSV column's name.
    pub(super) path: Option<String>,
    pub(super) broken: Broken,
    pub(super) message: String,
    /// The value that breaks a rule, shortened.
    pub(super) value: Option<String>,
}

impl Problem {
    pub(super) fn new(line: u64, broken: Broken, message: impl Into<String>) -> Self {
        Self { line, column: None, path: None, broken, message: message.into(), value: None }
    }

    pub(super) fn at(self, path: impl Into<String>) -> Self {
        Self { path: Some(path.into()), ..self }
    }

    pub(super) fn column(self, column: u64) -> Self {
        Self { column: Some(column), ..self }
    }

    /// A rule of the SDK's; the record has the event or metric under `prefix`.
    pub(super) fn of_violation(line: u64, prefix: &str, violation: &Violation) -> Self {
        let rule = violation.rule();
        let path = if prefix.is_empty() || violation.path() == "event" {
            violation.path().to_owned()
        } else {
            format!("{prefix}.{}", violation.path())
        };
        let value = Some(violation.value().to_owned());
        Self { value, ..Self::new(line, Broken::Rule(rule), rule.requirement()).at(path) }
    }

    /// The problem for programs, as `validate` documents it.
    pub(super) fn json(&self, record: u64) -> Value {
        let mut json = Map::new();
        json.insert("type".to_owned(), json!("problem"));
        json.insert("record".to_owned(), json!(record));
        json.insert("line".to_owned(), json!(self.line));
        if let Some(column) = self.column {
            json.insert("column".to_owned(), json!(column));
        }
        if let Some(path) = &self.path {
            json.insert("field".to_owned(), json!(path));
        }
        json.insert("rule".to_owned(), json!(self.broken.id()));
        json.insert("message".to_owned(), json!(self.message));
        if let Some(value) = &self.value {
            json.insert("value".to_owned(), json!(value));
        }
        Value::Object(json)
    }

    /// What is wrong, without the place in the file.
    pub(super) fn what(&self) -> String {
        let path = self.path.iter().map(|path| format!("{path}: ")).collect::<String>();
        let value = self.value.iter().map(|value| format!("; is {value}")).collect::<String>();
        format!("{path}{}{value} [{}]", self.message, self.broken.id())
    }
}

/// To be read behind the file's name.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.line)?;
        if let Some(column) = self.column {
            write!(f, "{column}:")?;
        }
        write!(f, " {}", self.what())
    }
}
