//! An event has exactly one kind.
//!
//! The contract says so in the description of `CompassEventInputDto` alone: its schema accepts an event without any
//! kind, and one with several. Compass accepts neither.

use serde_json::Value;

use super::complaint::{Complaint, ErrorType};
use super::place::Place;
use super::wording::{self, Subject};

const EVENT: &str = "event";

pub(super) struct OneKind {
    /// The names of the fields of which exactly one has a value.
    kinds: Vec<String>,
}

impl OneKind {
    /// Reads the kinds from the schema of an operation's body.
    pub(super) fn read(operation: &Place<'_>) -> Result<Self, String> {
        let mut place = operation.clone();
        for name in ["requestBody", "content", "application/json", "schema", "properties", EVENT, "properties"] {
            place = place.required(name)?.followed()?;
        }
        Ok(Self { kinds: place.members()?.into_iter().map(|(name, _)| name.to_owned()).collect() })
    }

    /// A kind that is `null` is none. A body whose `event` is no object breaks the schema, which says so.
    pub(super) fn check(&self, body: &Value) -> Result<(), Complaint> {
        let Some(event) = body.get(EVENT).and_then(Value::as_object) else { return Ok(()) };
        let is_there = |kind: &&String| event.get(kind.as_str()).is_some_and(|value| !value.is_null());
        if self.kinds.iter().filter(is_there).count() == 1 {
            return Ok(());
        }
        let found: Vec<_> = self.kinds.iter().filter(is_there).map(String::as_str).collect();
        let found = if found.is_empty() { "none".to_owned() } else { found.join(", ") };
        let reason = format!("Expected exactly one of {}, got {found}.", self.kinds.join(", "));
        Err(wording::invalid(ErrorType::OneOfDirectiveValidationError, Subject::Field(EVENT), &reason))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(event: &Value) -> Result<(), String> {
        let kinds = vec!["build".to_owned(), "flag".to_owned(), "push".to_owned()];
        OneKind { kinds }.check(&json!({ "event": event })).map_err(|complaint| complaint.to_string())
    }

    #[test]
    fn one_kind_is_right() {
        assert_eq!(check(&json!({ "flag": {} })), Ok(()));
        assert_eq!(check(&json!({ "build": null, "flag": {}, "other": {} })), Ok(()));
    }

    #[test]
    fn none_and_several_are_wrong() {
        let refused = |found| {
            Err(format!(
                "ONE_OF_DIRECTIVE_VALIDATION_ERROR: Field [event] is invalid. Expected exactly one of build, flag, push, \
                 got {found}."
            ))
        };
        assert_eq!(check(&json!({})), refused("none"));
        assert_eq!(check(&json!({ "flag": null, "other": {} })), refused("none"));
        assert_eq!(check(&json!({ "push": {}, "build": 1 })), refused("build, push"));
    }

    #[test]
    fn what_is_no_event_is_for_the_schema_to_refuse() {
        for event in [json!(null), json!([]), json!("flag")] {
            assert_eq!(check(&event), Ok(()));
        }
    }
}
