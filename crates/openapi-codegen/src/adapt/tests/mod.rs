//! Each rule: what it is given, what it makes of it, and what it says it did.

mod bodies;
mod documents;
mod parameters;
mod responses;

use openapi_contract::{Document, Effect, Format};
use serde_json::{Value, json};

use super::{Adapted, adapt};
use crate::error::Error;

const DROPPED: Effect = Effect::Dropped;
const EQUIVALENT: Effect = Effect::Equivalent;

/// The only operation of most documents here, and where it stands.
const GO: &str = "/paths/~1lamps~1{id}/post";

/// Adapts a whole document.
fn document(paths: &Value, components: &Value) -> Result<Adapted, Error> {
    let root = json!({"openapi": "3.0.3", "paths": paths, "components": components});
    adapt(&Document::from_value(root, Format::Json).unwrap())
}

/// Adapts a document with one operation, `go`, of which `members` are given.
fn go(members: &Value, components: &Value) -> Result<Adapted, Error> {
    let mut operation = json!({"operationId": "go"});
    for (key, value) in members.as_object().unwrap() {
        operation[key] = value.clone();
    }
    let id = json!({"name": "id", "in": "path", "required": true, "schema": {"type": "string"}});
    document(&json!({"/lamps/{id}": {"parameters": [id], "post": operation}}), components)
}

/// The value at a pointer, below the operation where the pointer does not begin with a slash.
fn at(adapted: &Adapted, pointer: &str) -> Value {
    let pointer = if pointer.starts_with('/') { pointer.to_owned() } else { format!("{GO}/{pointer}") };
    adapted.root.pointer(&pointer).cloned().unwrap_or_else(|| panic!("nothing at {pointer}: {:#}", adapted.root))
}

/// Asserts what was recorded: rule, effect and place, written like the pointers of [`at`].
#[track_caller]
fn recorded(adapted: &Adapted, expected: &[(&str, Effect, &str)]) {
    let found: Vec<(&str, Effect, String)> = adapted
        .changes
        .iter()
        .map(|change| {
            let pointer = change.pointer.as_str();
            let short = pointer.strip_prefix(&format!("{GO}/")).unwrap_or(pointer);
            (change.rule, change.effect, short.to_owned())
        })
        .collect();
    let expected: Vec<_> =
        expected.iter().map(|(rule, effect, pointer)| (*rule, *effect, (*pointer).to_owned())).collect();
    assert_eq!(found, expected);
    assert!(adapted.changes.iter().all(|change| !change.reason.is_empty()));
}

/// The message of a refusal.
#[track_caller]
fn refused(result: Result<Adapted, Error>) -> String {
    match result {
        Ok(adapted) => panic!("not refused: {:#}", adapted.root),
        Err(error) => error.to_string(),
    }
}
