//! The vendored contract, and a validator for each of its schemas.

use std::{
    collections::HashMap,
    fmt::Write as _,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value, json};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/compass-v1.json");
const SCHEMAS: &str = "/components/schemas";
/// The URI under which schemas find the document; nothing is ever fetched.
const URI: &str = "urn:compass:contract";

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let text = std::fs::read_to_string(PATH).unwrap_or_else(|error| panic!("{PATH}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{PATH}: {error}"))
});

static REGISTRY: LazyLock<Registry<'static>> = LazyLock::new(|| {
    Registry::new()
        .draft(Draft::Draft202012)
        .add(URI, document())
        .and_then(jsonschema::RegistryBuilder::prepare)
        .unwrap_or_else(|error| panic!("{PATH}: {error}"))
});

/// The whole document, read once.
///
/// # Panics
/// If the file is missing or is not JSON.
#[must_use]
pub fn document() -> &'static Value {
    &DOCUMENT
}

/// The names of the component schemas, in the document's order.
///
/// # Panics
/// If the document has no component schemas.
#[must_use]
pub fn schema_names() -> Vec<&'static str> {
    let schemas = schema(SCHEMAS).as_object().unwrap_or_else(|| panic!("{SCHEMAS}: not an object"));
    schemas.keys().map(String::as_str).collect()
}

/// The JSON pointer of a schema given by name or by pointer (with or without a leading `#`).
#[must_use]
pub fn pointer(schema: &str) -> String {
    let schema = schema.strip_prefix('#').unwrap_or(schema);
    if schema.is_empty() || schema.starts_with('/') { schema.to_owned() } else { child(SCHEMAS, schema) }
}

/// The schema (or any other value) at a name or pointer.
///
/// # Panics
/// If the document has nothing there.
#[must_use]
pub fn schema(schema: &str) -> &'static Value {
    let pointer = pointer(schema);
    document().pointer(&pointer).unwrap_or_else(|| panic!("{PATH}: nothing at {pointer:?}"))
}

/// The validator of a schema: JSON Schema 2020-12, references resolved inside the document.
///
/// It also holds strings to the formats `date-time` and `uuid`, which JSON Schema alone would take as remarks.
/// `int64` and `double` stay remarks: to the contract, `1.0` is an integer and `1e30` an int64.
///
/// # Panics
/// If the document has nothing there, or something that is not a schema.
#[must_use]
pub fn validator(schema: &str) -> Arc<Validator> {
    static BUILT: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);

    let pointer = pointer(schema);
    let _ = self::schema(&pointer);
    // A test that panics while it holds the lock leaves whole entries behind, so that the others can go on.
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let validator = built.entry(pointer).or_insert_with_key(|pointer| {
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .with_registry(&REGISTRY)
            .should_validate_formats(true)
            .build(&json!({ "$ref": format!("{URI}#{}", fragment(pointer)) }));
        Arc::new(validator.unwrap_or_else(|error| panic!("{pointer}: {error}")))
    });
    Arc::clone(validator)
}

/// Whether the contract accepts an instance of a schema; if not, every complaint with its place in the instance.
///
/// # Errors
/// The complaints, one a line.
///
/// # Panics
/// As [`validator`] does.
pub fn check(schema: &str, instance: &Value) -> Result<(), String> {
    let mut complaints = String::new();
    for error in validator(schema).iter_errors(instance) {
        let _ = writeln!(complaints, "{:?}: {error}", error.instance_path().as_str());
    }
    if complaints.is_empty() { Ok(()) } else { Err(complaints) }
}

/// The JSON pointer one step below another.
pub(crate) fn child(pointer: &str, token: impl std::fmt::Display) -> String {
    format!("{pointer}/{}", token.to_string().replace('~', "~0").replace('/', "~1"))
}

/// A JSON pointer as a URI's fragment: paths have braces, which a URI must not.
fn fragment(pointer: &str) -> String {
    let mut fragment = String::new();
    for byte in pointer.bytes() {
        if byte.is_ascii_alphanumeric() || b"/~-._".contains(&byte) {
            fragment.push(char::from(byte));
        } else {
            let _ = write!(fragment, "%{byte:02X}");
        }
    }
    fragment
}
