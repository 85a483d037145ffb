//! Whether an example proves what it should, judged by another implementation of JSON Schema.

use std::fmt::Write as _;

use jsonschema::{Draft, Registry};
use openapi_contract::{Document, Pointer, SpecVersion};
use openapi_drift::Change;
use serde_json::{Map, Value, json};

/// The URI under which schemas find the document; nothing is ever fetched.
const URI: &str = "urn:openapi-drift:case";

/// Keywords that hold schemas by name or by index, and those that hold one.
const SCHEMAS: [&str; 8] =
    ["properties", "patternProperties", "dependentSchemas", "$defs", "allOf", "anyOf", "oneOf", "prefixItems"];
const SCHEMA: [&str; 10] = [
    "additionalProperties",
    "contains",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Whether the sender's schema accepts the example of a breaking change, and the reader's refuses it.
///
/// The example may be one of the schema that the change points to or of the one around it, as for a property that
/// became required. `Ok(false)` where that cannot be checked: in documents of 3.0, and where no schema was before.
///
/// # Errors
/// What is wrong with the example, or that there is none.
pub(crate) fn check(change: &Change, base: &Document, revision: &Document) -> Result<bool, String> {
    let example = change.example.as_ref().ok_or("it has no example")?;
    if base.version() != SpecVersion::V3_1 || revision.version() != SpecVersion::V3_1 {
        return Ok(false);
    }
    let hidden = if change.rule.id().starts_with("request-") { "readOnly" } else { "writeOnly" };
    let (before, after) = (view(base.root(), hidden), view(revision.root(), hidden));
    let pointers =
        (change.base.as_ref().or(change.revision.as_ref()), change.revision.as_ref().or(change.base.as_ref()));
    let (Some(old), Some(new)) = pointers else {
        return Err("it is nowhere".to_owned());
    };
    let mut tried = String::new();
    for old in schemas_around(old, &before) {
        for new in schemas_around(new, &after) {
            let (was_accepted, is_accepted) = (accepts(&before, &old, example)?, accepts(&after, &new, example)?);
            let (sender, reader) = match hidden {
                "readOnly" => (was_accepted, is_accepted),
                _ => (is_accepted, was_accepted),
            };
            if sender && !reader {
                return Ok(true);
            }
            let verdict = |accepted: bool| if accepted { "accepts" } else { "refuses" };
            write!(tried, "\n    base {} at {old}, revision {} at {new}", verdict(was_accepted), verdict(is_accepted))
                .expect("a string takes it");
        }
    }
    if tried.is_empty() { Ok(false) } else { Err(format!("the example {example} proves nothing:{tried}")) }
}

/// The schema at a pointer and the one around it, or those around the keyword that it leads to.
fn schemas_around(pointer: &Pointer, document: &Value) -> Vec<Pointer> {
    let tokens: Vec<String> = pointer.tokens().collect();
    let component = tokens.len() >= 3 && tokens[..2] == ["components", "schemas"];
    let root = if component { Some(3) } else { tokens.iter().position(|token| token == "schema").map(|at| at + 1) };
    let mut ends: Vec<usize> = root.into_iter().collect();
    while let Some((&end, keyword)) = ends.last().and_then(|end| Some((end, tokens.get(*end)?.as_str()))) {
        match keyword {
            keyword if SCHEMAS.contains(&keyword) && tokens.len() > end + 1 => ends.push(end + 2),
            keyword if SCHEMA.contains(&keyword) => ends.push(end + 1),
            _ => break,
        }
    }
    let places = ends.iter().rev().map(|end| Pointer::from_tokens(&tokens[..*end]));
    places.filter(|place| place.find(document).is_some()).take(2).collect()
}

/// The document as one direction sees it: without the properties that do not exist there, and with the bounds of the
/// integer formats, which JSON Schema takes for remarks.
fn view(value: &Value, hidden: &str) -> Value {
    match value {
        Value::Object(members) => {
            let mut members = members.clone();
            hide(&mut members, hidden);
            let bits = members.get("format").and_then(|format| match format.as_str()? {
                "int32" => Some(json!({"minimum": i32::MIN, "maximum": i32::MAX})),
                "int64" => Some(json!({"minimum": i64::MIN, "maximum": i64::MAX})),
                _ => None,
            });
            let mut seen: Map<String, Value> =
                members.iter().map(|(key, value)| (key.clone(), view(value, hidden))).collect();
            if let Some(bounds) = bits {
                let all_of = seen.entry("allOf").or_insert_with(|| json!([]));
                all_of.as_array_mut().expect("allOf is a list").push(bounds);
            }
            Value::Object(seen)
        }
        Value::Array(elements) => elements.iter().map(|element| view(element, hidden)).collect(),
        scalar => scalar.clone(),
    }
}

fn hide(schema: &mut Map<String, Value>, hidden: &str) {
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
    let is_hidden = |property: &Value| property.get(hidden) == Some(&Value::Bool(true));
    let gone: Vec<String> =
        properties.iter().filter(|(_, property)| is_hidden(property)).map(|(name, _)| name.clone()).collect();
    properties.retain(|name, _| !gone.contains(name));
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| !gone.iter().any(|gone| name == gone));
    }
}

fn accepts(document: &Value, schema: &Pointer, instance: &Value) -> Result<bool, String> {
    let registry = Registry::new()
        .draft(Draft::Draft202012)
        .add(URI, document)
        .and_then(jsonschema::RegistryBuilder::prepare)
        .map_err(|error| error.to_string())?;
    let validator = jsonschema::options()
        .with_draft(Draft::Draft202012)
        .with_registry(&registry)
        .should_validate_formats(true)
        .build(&json!({ "$ref": format!("{URI}{}", schema.to_reference()) }))
        .map_err(|error| error.to_string())?;
    Ok(validator.is_valid(instance))
}
