//! What went wrong, in the words of the command line.

use std::error::Error as _;

use compass_sdk::validation::Violation;
use serde_json::{Map, Value, json};

use crate::exit::Exit;

/// Why a command failed: one message, whatever it consists of, and what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    /// What is wrong in particular, each with its place.
    pub(crate) problems: Vec<Problem>,
    /// What the SDK knows of it.
    pub(crate) sending: Option<Box<compass_sdk::Error>>,
    /// What else programs are told.
    pub(crate) fields: Box<Map<String, Value>>,
    /// Whether something was under way of which nobody knows any more what becomes of it.
    pub(crate) is_in_doubt: bool,
}

/// One thing that is missing or wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) exit: Exit,
    /// Where: a flag, a variable, a place in a file.
    pub(crate) place: String,
    /// What is wrong there.
    pub(crate) message: String,
    /// The field on the wire and the rule, if it is one of the SDK's rules that is broken.
    pub(crate) rule: Option<(String, &'static str)>,
    /// Whether something is only not there.
    pub(crate) is_missing: bool,
}

impl Problem {
    /// Something that cannot be read.
    pub(crate) fn unusable(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, place: place.into(), message: message.into(), rule: None, is_missing: false }
    }

    /// Something that is not there; `what` it would be.
    pub(crate) fn missing(place: impl Into<String>, what: &str) -> Self {
        Self { is_missing: true, ..Self::unusable(place, format!("missing: {what}")) }
    }

    /// A broken rule, at the place that gives the field its value.
    pub(crate) fn broken(place: impl Into<String>, violation: &Violation) -> Self {
        let (rule, value) = (violation.rule(), violation.value());
        Self {
            exit: Exit::Refused,
            place: place.into(),
            message: format!("{}; is {value} [{rule}]", rule.requirement()),
            rule: Some((violation.path().to_owned(), rule.id())),
            is_missing: false,
        }
    }

    fn json(&self) -> Value {
        let mut json = json!({ "place": self.place, "message": self.message });
        if let Some((field, rule)) = &self.rule {
            json["field"] = json!(field);
            json["rule"] = json!(rule);
        }
        json
    }
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            hint: None,
            problems: Vec::new(),
            sending: None,
            fields: Box::default(),
            is_in_doubt: false,
        }
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The same with more for programs.
    pub(crate) fn with(mut self, name: &str, value: Value) -> Self {
        self.fields.insert(name.to_owned(), value);
        self
    }

    /// The same of something that was given up while it was under way.
    pub(crate) fn in_doubt(self) -> Self {
        Self { is_in_doubt: true, ..self }
    }

    /// Whether Compass may have got it all the same.
    pub(crate) fn may_have_arrived(&self) -> bool {
        self.is_in_doubt || self.sending.as_ref().is_some_and(|error| error.may_have_been_sent())
    }

    /// All problems in one; `None` if there are none. What cannot be read weighs more than what breaks a rule.
    pub(crate) fn of(what: &str, problems: Vec<Problem>) -> Option<Self> {
        let exit = problems.iter().map(|problem| problem.exit).min()?;
        let message = match problems.len() {
            1 => format!("{what}: 1 problem"),
            count => format!("{what}: {count} problems"),
        };
        Some(Self { problems, ..Self::new(exit, message) })
    }

    /// The failure as the text that people read: first line, details, hint.
    pub(crate) fn lines(&self) -> Vec<(&'static str, String)> {
        let mut lines = vec![("error", self.message.clone())];
        lines.extend(self.problems.iter().map(|Problem { place, message, .. }| ("", format!("{place}: {message}"))));
        if let Some(cause) = self.cause() {
            lines.push(("", format!("cause: {cause}")));
        }
        if self.may_have_arrived() {
            lines.push(("", "it may have arrived all the same: no answer says so, and none says otherwise".to_owned()));
        }
        lines.extend(self.hint.iter().map(|hint| ("hint", hint.clone())));
        lines
    }

    /// What is behind a failure of the connection, which the SDK's message does not repeat.
    fn cause(&self) -> Option<String> {
        let mut cause = self.sending.as_ref()?.source()?;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        Some(cause.to_string())
    }

    /// The failure for programs: `output` documents it.
    pub(crate) fn json(&self) -> Value {
        let mut json = Map::new();
        json.insert("outcome".to_owned(), json!("failed"));
        json.insert("exit".to_owned(), json!(self.exit.code()));
        json.insert("error".to_owned(), json!(self.exit.name()));
        json.insert("message".to_owned(), json!(self.message));
        if let Some(hint) = &self.hint {
            json.insert("hint".to_owned(), json!(hint));
        }
        if !self.problems.is_empty() {
            json.insert("problems".to_owned(), self.problems.iter().map(Problem::json).collect());
        }
        if let Some(error) = &self.sending {
            let errors = error.api_errors();
            let errors = errors.iter().map(|error| json!({ "type": error.kind, "message": error.message }));
            json.insert("operation".to_owned(), json!(error.operation().map(compass_api::Operation::id)));
            json.insert("status".to_owned(), json!(error.status().map(|status| status.as_u16())));
            json.insert("errors".to_owned(), errors.collect());
            json.insert("attempts".to_owned(), json!(error.attempts()));
            json.insert("retryable".to_owned(), json!(error.is_retryable()));
        }
        if self.is_in_doubt || self.sending.is_some() {
            json.insert("may_have_arrived".to_owned(), json!(self.may_have_arrived()));
        }
        json.extend((*self.fields).clone());
        json.into()
    }
}

/// A failure of the SDK. Its one line ends with the hint, which has a line of its own here.
impl From<compass_sdk::Error> for Failure {
    fn from(error: compass_sdk::Error) -> Self {
        let text = error.to_string();
        let hint = error.hint();
        let message = hint.and_then(|hint| text.strip_suffix(&format!("; hint: {hint}"))).unwrap_or(&text);
        Self {
            exit: Exit::of(error.kind()),
            message: message.to_owned(),
            hint: hint.map(str::to_owned),
            problems: Vec::new(),
            sending: Some(Box::new(error)),
            fields: Box::default(),
            is_in_doubt: false,
        }
    }
}
