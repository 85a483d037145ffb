//! Parameters: those of the path item join the operation's own, and those that cannot be sent are told.

use std::collections::{HashMap, HashSet};

use openapi_contract::Pointer;
use serde_json::{Map, Value, json};

use super::references::resolve;
use super::{Field, Record};
use crate::error::Error;
use crate::names;

/// Makes the operation's parameters ones that progenitor sends as the contract says.
pub(super) fn adapt(
    operation: &mut Map<String, Value>,
    root: &Value,
    path: &str,
    pointer: &Pointer,
    record: &mut Record,
) -> Result<(), Error> {
    let in_path = template_names(path).map_err(|message| Error::contract(pointer.clone(), message))?;
    let mut kept = Vec::new();
    for (place, parameter) in all(operation, root, path, pointer) {
        let Some(mut parameter) = parameter.as_object().cloned() else {
            return Err(Error::contract(place, "a parameter is an object"));
        };
        let name = parameter.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        let location = parameter.get("in").and_then(Value::as_str).unwrap_or_default().to_owned();
        if location == "path" {
            if !in_path.contains(&name) {
                return Err(Error::contract(
                    place,
                    format!("the path has no {{{name}}}, but there is a parameter for it"),
                ));
            }
            if parameter.insert("required".to_owned(), true.into()) != Some(Value::Bool(true)) {
                record.equivalent("path-parameter-required", &place, "a path parameter is always required");
            }
        }
        if location == "header" && ["accept", "content-type", "authorization"].contains(&&*name.to_ascii_lowercase()) {
            record.equivalent(
                "header-parameter-ignored",
                &place,
                format!("OpenAPI says that a parameter {name} is ignored"),
            );
            continue;
        }
        if let Some(why) = unsendable(root, &name, &location, &parameter) {
            if parameter.get("required") == Some(&Value::Bool(true)) {
                return Err(Error::unsupported(
                    place,
                    format!("the parameter \"{name}\" is required, but {why}; correct the contract with an overlay"),
                ));
            }
            record.dropped("parameter-left-out", &place, format!("\"{name}\" is never sent: {why}"));
            continue;
        }
        if !says_a_type(resolve(root, parameter.get("schema").unwrap_or(&Value::Null))) {
            parameter.insert("schema".to_owned(), json!({"type": "string"}));
            record.equivalent("parameter-without-schema", &place, "a parameter without a schema is any string");
        }
        kept.push(Value::Object(parameter));
    }
    for name in &in_path {
        let defined = |parameter: &Value| parameter["in"] == "path" && parameter["name"] == name.as_str();
        if !kept.iter().any(defined) {
            return Err(Error::contract(
                pointer.clone(),
                format!("the path has {{{name}}}, but no parameter defines it"),
            ));
        }
    }
    if kept.is_empty() {
        operation.shift_remove("parameters");
    } else {
        operation.insert("parameters".to_owned(), kept.into());
    }
    Ok(())
}

/// Every parameter of the operation with its place, references resolved; the operation's own replace those of the
/// path item that have the same name and location.
fn all(operation: &Map<String, Value>, root: &Value, path: &str, pointer: &Pointer) -> Vec<(Pointer, Value)> {
    let item = Pointer::from_tokens(["paths", path]);
    let shared = item.find(root).and_then(|item| item.get("parameters")).and_then(Value::as_array);
    let own = operation.get("parameters").and_then(Value::as_array);
    let numbered = |place: Pointer, list: Option<&Vec<Value>>| {
        list.into_iter()
            .flatten()
            .enumerate()
            .map(|(index, parameter)| (place.join(&index.to_string()), resolve(root, parameter).clone()))
            .collect::<Vec<_>>()
    };
    let own = numbered(pointer.join("parameters"), own);
    let identity = |parameter: &Value| (parameter.get("name").cloned(), parameter.get("in").cloned());
    let replaced: HashSet<_> = own.iter().map(|(_, parameter)| identity(parameter)).collect();
    let mut all = numbered(item.join("parameters"), shared);
    all.retain(|(_, parameter)| !replaced.contains(&identity(parameter)));
    all.extend(own);
    all
}

/// Why progenitor cannot send this parameter as the contract says, if it cannot.
fn unsendable(root: &Value, name: &str, location: &str, parameter: &Map<String, Value>) -> Option<String> {
    let style = parameter.get("style").and_then(Value::as_str);
    let schema = resolve(root, parameter.get("schema").unwrap_or(&Value::Null));
    let composite = matches!(schema.get("type").and_then(Value::as_str), Some("array" | "object"));
    if parameter.contains_key("content") {
        return Some("its value has a media type of its own, which progenitor does not write".to_owned());
    }
    match location {
        "path" if style.is_some_and(|style| style != "simple") => {}
        "path" if composite => return Some("progenitor writes no arrays or objects into a path".to_owned()),
        "query" if style.is_some_and(|style| style != "form") => {}
        "query" if composite && parameter.get("explode") == Some(&Value::Bool(false)) => {
            return Some(
                "progenitor repeats the name for each element instead of joining them (explode: false)".to_owned(),
            );
        }
        "header" if composite => return Some("progenitor writes no arrays or objects into a header".to_owned()),
        "header" if name.is_empty() || !name.bytes().all(is_token) => {
            return Some(format!("\"{name}\" is no name of a header (RFC 9110, section 5.6.2)"));
        }
        "path" | "query" | "header" => return None,
        "cookie" => return Some("progenitor sends no cookies".to_owned()),
        other => return Some(format!("\"{other}\" is no place that OpenAPI knows")),
    }
    style.map(|style| format!("progenitor does not write the style \"{style}\" in a {location}"))
}

/// Whether a schema says what its values are.
fn says_a_type(schema: &Value) -> bool {
    ["type", "enum", "allOf", "oneOf", "anyOf", "not", "properties", "items", "format", "pattern"]
        .iter()
        .any(|keyword| schema.get(keyword).is_some())
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// The names between braces in a path template, in order; refuses what progenitor would send to another path.
fn template_names(path: &str) -> Result<Vec<String>, String> {
    if !path.starts_with('/') {
        return Err(format!("the path \"{path}\" does not begin with a slash"));
    }
    if path.contains("//") {
        return Err(format!("the path \"{path}\" has an empty segment, which progenitor leaves out"));
    }
    let mut names = Vec::new();
    let mut rest = path;
    while let Some((before, behind)) = rest.split_once('{') {
        let name = behind.split_once('}').filter(|(name, _)| !name.is_empty() && !name.contains('{'));
        let Some((name, behind)) = name.filter(|_| !before.contains('}')) else {
            return Err(format!("the path \"{path}\" has braces that do not enclose a name"));
        };
        names.push(name.to_owned());
        rest = behind;
    }
    if rest.contains('}') { Err(format!("the path \"{path}\" has a brace that closes nothing")) } else { Ok(names) }
}

/// Refuses two arguments of one method that would have the same name in Rust: progenitor would lose one in silence.
pub(super) fn check_names(operation: &Map<String, Value>, form: &[Field], pointer: &Pointer) -> Result<(), Error> {
    let mut taken: HashMap<String, String> = HashMap::new();
    if operation.contains_key("requestBody") {
        taken.insert("body".to_owned(), "the body".to_owned());
    }
    for parameter in operation.get("parameters").and_then(Value::as_array).into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap_or_default();
        if Field::is_marker(name) {
            continue;
        }
        let what = format!("the {} parameter \"{name}\"", parameter["in"].as_str().unwrap_or_default());
        if let Some(other) = taken.insert(names::snake(name), what.clone()) {
            return Err(Error::unsupported(
                pointer.clone(),
                format!("{other} and {what} would be one argument in Rust; rename one with an overlay"),
            ));
        }
    }
    for field in form {
        let what = format!("the form's field \"{}\"", field.name);
        if let Some(other) = taken.insert(names::snake(&field.name), what.clone()) {
            return Err(Error::unsupported(
                pointer.clone(),
                format!("{other} and {what} would be one argument in Rust; rename one with an overlay"),
            ));
        }
    }
    Ok(())
}
