//! Whether a schema accepts null.
//!
//! For null alone this can be computed: only keywords that apply to the same instance matter, and those form a
//! finite graph. It is what makes `nullable` safe to write: see the reading in the module docs.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::references::index::{Index, Meaning, address};

/// The most levels and references that are followed; deeper ones are not known.
const DEPTH: usize = 300;

/// What is known of a yes-or-no question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    Yes,
    No,
    /// It hangs on another document, or on a circle of references.
    Unknown,
}

impl Truth {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Unknown,
        }
    }

    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
        }
    }

    fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }
}

impl From<bool> for Truth {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

/// Answers the question, once for each schema.
#[derive(Default)]
pub(super) struct Nulls {
    known: HashMap<usize, Truth>,
    depth: usize,
}

impl Nulls {
    /// Whether the 3.1 schema accepts null.
    pub(super) fn accepted_by(&mut self, index: &Index<'_>, schema: &Value) -> Truth {
        let object = match schema {
            Value::Bool(everything) => return (*everything).into(),
            Value::Object(object) => object,
            _ => return Truth::Yes,
        };
        if let Some(known) = self.known.get(&address(schema)) {
            return *known;
        }
        if self.depth >= DEPTH {
            return Truth::Unknown;
        }
        // What a circle of references finds when it comes back here.
        self.known.insert(address(schema), Truth::Unknown);
        self.depth += 1;
        let truth = self.evaluate(index, object);
        self.depth -= 1;
        self.known.insert(address(schema), truth);
        truth
    }

    fn evaluate(&mut self, index: &Index<'_>, object: &Map<String, Value>) -> Truth {
        let mut truth = Truth::Yes;
        for (keyword, value) in object {
            let this = match (keyword.as_str(), value) {
                ("type", Value::String(name)) => (name == "null").into(),
                ("type", Value::Array(names)) => (names.is_empty() || names.iter().any(|name| name == "null")).into(),
                ("const", value) => value.is_null().into(),
                ("enum", Value::Array(values)) => values.iter().any(Value::is_null).into(),
                ("$ref" | "$dynamicRef", text) => match index.meaning_of(text) {
                    Some(Meaning::Target(number)) => self.accepted_by(index, index.targets[*number].value),
                    Some(Meaning::Elsewhere(_) | Meaning::Dynamic) => Truth::Unknown,
                    None => Truth::Yes,
                },
                ("allOf", Value::Array(all)) => {
                    all.iter().fold(Truth::Yes, |truth, one| truth.and(self.accepted_by(index, one)))
                }
                ("anyOf", Value::Array(all)) if !all.is_empty() => {
                    all.iter().fold(Truth::No, |truth, one| truth.or(self.accepted_by(index, one)))
                }
                ("oneOf", Value::Array(all)) if !all.is_empty() => {
                    let all: Vec<_> = all.iter().map(|one| self.accepted_by(index, one)).collect();
                    exactly_one(&all)
                }
                ("not", below) => self.accepted_by(index, below).not(),
                ("if", condition) => {
                    let condition = self.accepted_by(index, condition);
                    let branch = |nulls: &mut Self, name| {
                        object.get(name).map_or(Truth::Yes, |below| nulls.accepted_by(index, below))
                    };
                    let then = condition.not().or(branch(self, "then"));
                    then.and(condition.or(branch(self, "else")))
                }
                _ => Truth::Yes,
            };
            truth = truth.and(this);
        }
        truth
    }
}

fn exactly_one(all: &[Truth]) -> Truth {
    let count = |wanted| all.iter().filter(|truth| **truth == wanted).count();
    match (count(Truth::Yes), count(Truth::Unknown)) {
        (2.., _) => Truth::No,
        (yes, 0) => (yes == 1).into(),
        _ => Truth::Unknown,
    }
}
