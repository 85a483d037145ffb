//! Schemas: names that differ in Rust too, other fields kept, and a word on what the types do not check.

use std::collections::HashMap;

use openapi_contract::Pointer;
use serde_json::{Map, Value, json};

use super::Record;
use super::references::Keys;
use crate::error::Error;
use crate::names;

/// Adapts all schemas of the document.
pub(super) fn adapt(root: &mut Value, record: &mut Record) {
    rename_colliding(root, record);
    let mut pointer = Pointer::root();
    walk(root, Keys::Keywords, &mut pointer, &mut |object, pointer| {
        keep_other_fields(object, pointer, record);
        tell_unchecked(object, pointer, record);
    });
}

/// What the generated code calls by its short name: a type that wraps another would be called in its place.
const OF_THE_PRELUDE: [&str; 4] = ["Ok", "Err", "Some", "None"];

/// Renames component schemas that would become the same Rust type as one before them, or hide one of Rust's own.
fn rename_colliding(root: &mut Value, record: &mut Record) {
    let Some(Value::Object(schemas)) = root.get_mut("components").and_then(|components| components.get_mut("schemas"))
    else {
        return;
    };
    let mut renamed = HashMap::new();
    let mut taken: Vec<String> = OF_THE_PRELUDE.map(str::to_owned).into();
    let kept = std::mem::take(schemas);
    for (name, schema) in kept {
        let free = names::free_name(&name, |candidate| taken.contains(&names::of_type(candidate)));
        taken.push(names::of_type(&free));
        if free != name {
            let place = |name: &str| Pointer::from_tokens(["components", "schemas", name]);
            record.equivalent(
                "schema-name-collides",
                &place(&name),
                format!("\"{name}\" becomes a name that Rust code has already; the type is called \"{free}\""),
            );
            renamed.insert(place(&name).to_reference(), place(&free).to_reference());
        }
        schemas.insert(free, schema);
    }
    rewrite_references(root, &renamed);
}

/// Moves schemas that are referred to, but do not stand under `components`, to where progenitor looks for them.
pub(super) fn hoist(root: &mut Value, record: &mut Record) -> Result<(), Error> {
    let mut astray: Vec<(String, Pointer)> = Vec::new();
    walk(root, Keys::Keywords, &mut Pointer::root(), &mut |object, pointer| {
        if let Some(reference) = object.get("$ref").and_then(Value::as_str)
            && !is_component(reference)
            && !astray.iter().any(|(known, _)| known == reference)
        {
            astray.push((reference.to_owned(), pointer.join("$ref")));
        }
    });
    let mut moved = HashMap::new();
    for (reference, place) in astray {
        let target = Pointer::from_reference(&reference);
        let Some(schema) = target.as_ref().and_then(|target| target.find(root)).cloned() else {
            let message = format!(
                "\"{reference}\" leads into a part of the contract that the generator rewrites; move the schema to #/components/schemas"
            );
            return Err(Error::unsupported(place, message));
        };
        let wanted = target.iter().flat_map(Pointer::tokens).last().unwrap_or_default();
        let Some(schemas) = super::schemas_mut(root) else {
            return Err(Error::contract(place, "there is no place for a schema: #/components/schemas is no object"));
        };
        let name = names::free_name(&names::of_type(&wanted), |name| {
            schemas.keys().any(|taken| names::of_type(taken) == names::of_type(name))
        });
        schemas.insert(name.clone(), schema);
        record.equivalent("schema-hoisted", &place, format!("the schema at {reference} is called {name}"));
        moved.insert(reference, Pointer::from_tokens(["components", "schemas", &name]).to_reference());
    }
    rewrite_references(root, &moved);
    Ok(())
}

/// Whether progenitor looks the reference up where it leads: below `components`, under a kind of its own and a name.
fn is_component(reference: &str) -> bool {
    const KINDS: [&str; 9] = [
        "schemas",
        "responses",
        "parameters",
        "examples",
        "requestBodies",
        "headers",
        "securitySchemes",
        "links",
        "callbacks",
    ];
    let tokens: Vec<String> = Pointer::from_reference(reference).iter().flat_map(Pointer::tokens).collect();
    matches!(tokens.as_slice(), [components, kind, _] if components == "components" && KINDS.contains(&kind.as_str()))
}

fn rewrite_references(root: &mut Value, moved: &HashMap<String, String>) {
    if moved.is_empty() {
        return;
    }
    walk(root, Keys::Keywords, &mut Pointer::root(), &mut |object, _| {
        if let Some(reference) = object.get_mut("$ref")
            && let Some(new) = reference.as_str().and_then(|old| moved.get(old))
        {
            *reference = new.as_str().into();
        }
    });
}

/// `additionalProperties: true` is what JSON Schema assumes anyway, so an author who writes it means it: the type
/// keeps the other fields. Progenitor does that for a schema, not for `true`.
fn keep_other_fields(object: &mut Map<String, Value>, pointer: &Pointer, record: &mut Record) {
    if object.contains_key("properties") && object.get("additionalProperties") == Some(&Value::Bool(true)) {
        object.insert("additionalProperties".to_owned(), json!({}));
        record.equivalent(
            "other-fields-kept",
            &pointer.join("additionalProperties"),
            "said in so many words, so the type keeps fields that it does not know",
        );
    }
}

/// Keywords that the generated types leave unchecked, and what that means.
const UNCHECKED: [(&str, &str); 9] = [
    ("uniqueItems", "the type is a list that may hold an element twice"),
    ("minItems", "the type is a list of any length"),
    ("maxItems", "the type is a list of any length"),
    ("minProperties", "the type has any number of fields"),
    ("maxProperties", "the type has any number of fields"),
    ("multipleOf", "the type takes any number"),
    ("discriminator", "variants are told apart by their fields, not by the discriminator"),
    ("readOnly", "requests and responses share one type, which has the field"),
    ("writeOnly", "requests and responses share one type, which has the field"),
];

fn tell_unchecked(object: &Map<String, Value>, pointer: &Pointer, record: &mut Record) {
    for (keyword, reason) in UNCHECKED {
        if object.get(keyword).is_some_and(|value| *value != Value::Bool(false)) {
            record.dropped("constraint-unchecked", &pointer.join(keyword), reason);
        }
    }
}

/// Calls `visit` for each object whose keys are words of OpenAPI, from the root down.
fn walk(
    value: &mut Value,
    keys: Keys,
    pointer: &mut Pointer,
    visit: &mut impl FnMut(&mut Map<String, Value>, &Pointer),
) {
    match value {
        Value::Object(object) => {
            if keys == Keys::Keywords {
                visit(object, pointer);
            }
            for (key, child) in object {
                if keys.holds_instance(key) {
                    continue;
                }
                pointer.push(key);
                walk(child, keys.below(key), pointer, visit);
                pointer.pop();
            }
        }
        Value::Array(array) => {
            for (index, child) in array.iter_mut().enumerate() {
                pointer.push(&index.to_string());
                walk(child, Keys::Keywords, pointer, visit);
                pointer.pop();
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
