//! References: all must lead somewhere, and none may lead in a circle that no value can end.

use std::collections::HashSet;

use openapi_contract::Pointer;
use serde_json::Value;

use super::Record;
use crate::error::Error;

/// The value that a possible reference stands for, through as many references as it takes.
pub(super) fn resolve<'v>(root: &'v Value, mut value: &'v Value) -> &'v Value {
    // `check` has refused circles; the bound only keeps this loop finite by its own look.
    for _ in 0..64 {
        let target = reference(value).and_then(Pointer::from_reference).and_then(|pointer| pointer.find(root));
        match target {
            Some(target) => value = target,
            None => break,
        }
    }
    value
}

pub(super) fn reference(value: &Value) -> Option<&str> {
    value.get("$ref").and_then(Value::as_str)
}

/// Refuses references that lead nowhere, to another document, or in a circle.
pub(super) fn check(root: &Value) -> Result<(), Error> {
    let mut pointer = Pointer::root();
    check_targets(root, root, Keys::Keywords, &mut pointer, &mut HashSet::new())
}

fn check_targets(
    root: &Value,
    value: &Value,
    keys: Keys,
    pointer: &mut Pointer,
    ending: &mut HashSet<Pointer>,
) -> Result<(), Error> {
    match value {
        Value::Object(object) => {
            if let (Keys::Keywords, Some(reference)) = (keys, reference(value)) {
                check_target(root, reference, &pointer.join("$ref"))?;
            }
            if keys == Keys::Keywords && BRANCHES.iter().any(|keyword| object.contains_key(*keyword)) {
                check_circle(root, value, pointer, &mut HashSet::from([pointer.clone()]), ending)?;
            }
            for (key, child) in object {
                if keys.holds_instance(key) {
                    continue;
                }
                pointer.push(key);
                check_targets(root, child, keys.below(key), pointer, ending)?;
                pointer.pop();
            }
        }
        Value::Array(array) => {
            for (index, child) in array.iter().enumerate() {
                pointer.push(&index.to_string());
                check_targets(root, child, Keys::Keywords, pointer, ending)?;
                pointer.pop();
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    Ok(())
}

fn check_target(root: &Value, reference: &str, place: &Pointer) -> Result<(), Error> {
    let target = Pointer::from_reference(reference).ok_or_else(|| {
        Error::unsupported(
            place.clone(),
            format!("\"{reference}\" leads out of this document; bundle the contract into one file first"),
        )
    })?;
    if target.find(root).is_none() {
        return Err(Error::contract(place.clone(), format!("\"{reference}\" leads nowhere")));
    }
    // Of whatever kind: progenitor would follow a circle of mere references until its stack ends.
    let mut seen = HashSet::from([target.clone()]);
    let mut next = target.find(root);
    while let Some(target) = next.and_then(|value| self::reference(value)).and_then(Pointer::from_reference) {
        if !seen.insert(target.clone()) {
            return Err(Error::contract(place.clone(), format!("\"{reference}\" leads in a circle of references")));
        }
        next = target.find(root);
    }
    Ok(())
}

/// What the keys of an object are: words of OpenAPI, or names that the contract's author chose. A property may be
/// called `$ref` or `default`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Keys {
    Keywords,
    Names,
}

impl Keys {
    /// What the keys of the object under `key` are.
    pub(super) fn below(self, key: &str) -> Self {
        if self == Self::Keywords && NAMED.contains(&key) { Self::Names } else { Self::Keywords }
    }

    /// Whether the value under `key` is an instance or an extension: what looks like a keyword there is none.
    pub(super) fn holds_instance(self, key: &str) -> bool {
        self == Self::Keywords && (["example", "default", "enum", "value"].contains(&key) || key.starts_with("x-"))
    }
}

/// Keywords whose objects have names for keys. (`parameters` and `examples` may be arrays as well, which is no matter.)
const NAMED: [&str; 14] = [
    "properties",
    "schemas",
    "responses",
    "parameters",
    "examples",
    "requestBodies",
    "headers",
    "securitySchemes",
    "links",
    "callbacks",
    "paths",
    "content",
    "encoding",
    "mapping",
];

/// The keywords by which a schema is made of others.
pub(super) const BRANCHES: [&str; 3] = ["allOf", "oneOf", "anyOf"];

/// A schema that is itself by way of `$ref`, `allOf`, `oneOf` and `anyOf` alone says nothing that ends.
///
/// `ending` remembers the targets that are known to end, as schemas may stand in many others.
fn check_circle(
    root: &Value,
    schema: &Value,
    place: &Pointer,
    above: &mut HashSet<Pointer>,
    ending: &mut HashSet<Pointer>,
) -> Result<(), Error> {
    let target = reference(schema).and_then(|text| Some((text, Pointer::from_reference(text)?)));
    if let Some((reference, target)) = target.filter(|(_, target)| !ending.contains(target)) {
        if !above.insert(target.clone()) {
            return Err(Error::contract(
                place.clone(),
                format!("the schema is defined by itself, through {reference}, without a property or item in between"),
            ));
        }
        if let Some(schema) = target.find(root) {
            check_circle(root, schema, place, above, ending)?;
        }
        above.remove(&target);
        ending.insert(target);
    }
    for keyword in BRANCHES {
        for branch in schema.get(keyword).and_then(Value::as_array).into_iter().flatten() {
            check_circle(root, branch, place, above, ending)?;
        }
    }
    Ok(())
}

/// Puts path items that are mere references in the place of the reference.
pub(super) fn inline_path_items(root: &mut Value, record: &mut Record) {
    let referring: Vec<String> = root
        .get("paths")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter(|(_, item)| reference(item).is_some())
        .map(|(path, _)| path.clone())
        .collect();
    for path in referring {
        let place = Pointer::from_tokens(["paths", &path]);
        let Some(item) = place.find(root).map(|item| resolve(root, item).clone()) else { continue };
        record.equivalent("path-item-inlined", &place, "progenitor reads no references to path items");
        if let Some(slot) = place.find_mut(root) {
            *slot = item;
        }
    }
}
