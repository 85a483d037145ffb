//! Damages documents: deletes, doubles, retypes and swaps values at random places.

use serde_json::{Value, json};

use super::choices::Choices;

/// Damages a document at up to `times` places.
pub fn mutate(document: &mut Value, choices: &mut Choices, times: usize) {
    for _ in 0..=choices.below(times) {
        let place = place(document, choices);
        let other = self::place(document, choices);
        match choices.below(6) {
            0 => delete(document, &place),
            1 => set(document, &place, choices.pick(&replacements()).clone()),
            2 => {
                let copy = document.pointer(&other).cloned().unwrap_or_default();
                // A value inside of itself, again and again, would grow beyond all bounds.
                if size(&copy) < 2_000 {
                    set(document, &place, copy);
                }
            }
            3 => double(document, &place),
            4 => rename(document, &place, KEYS[choices.below(KEYS.len())]),
            _ => set(document, &place, json!({"$ref": format!("#{other}")})),
        }
    }
}

const KEYS: [&str; 16] = [
    "$ref",
    "type",
    "enum",
    "const",
    "oneOf",
    "not",
    "if",
    "items",
    "prefixItems",
    "properties",
    "$id",
    "$anchor",
    "patternProperties",
    "examples",
    "schema",
    "x-anything",
];

fn replacements() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(-1.5),
        json!(1e300),
        json!(""),
        json!("null"),
        json!("#"),
        json!("#/components/schemas/Nothing"),
        json!([]),
        json!(["string", "null"]),
        json!([null]),
        json!([[]]),
        json!({}),
        json!({"$ref": "#/components/schemas"}),
        json!({"type": "null"}),
        json!({"": {"~": "/"}}),
    ]
}

/// A random way down, which may end anywhere.
fn place(document: &Value, choices: &mut Choices) -> String {
    let (mut here, mut path) = (document, String::new());
    loop {
        let (token, below) = match here {
            Value::Object(members) if !members.is_empty() => {
                let number = choices.below(members.len());
                let Some((key, below)) = members.iter().nth(number) else { return path };
                (key.replace('~', "~0").replace('/', "~1"), below)
            }
            Value::Array(elements) if !elements.is_empty() => {
                let number = choices.below(elements.len());
                (number.to_string(), &elements[number])
            }
            _ => return path,
        };
        if !path.is_empty() && choices.one_in(8) {
            return path;
        }
        path = format!("{path}/{token}");
        here = below;
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::Object(members) => 1 + members.values().map(size).sum::<usize>(),
        Value::Array(elements) => 1 + elements.iter().map(size).sum::<usize>(),
        _ => 1,
    }
}

fn set(document: &mut Value, place: &str, value: Value) {
    if let Some(slot) = document.pointer_mut(place)
        && !place.is_empty()
    {
        *slot = value;
    }
}

fn parent<'v>(document: &'v mut Value, place: &str) -> Option<(&'v mut Value, String)> {
    let (above, token) = place.rsplit_once('/')?;
    Some((document.pointer_mut(above)?, token.replace("~1", "/").replace("~0", "~")))
}

fn delete(document: &mut Value, place: &str) {
    match parent(document, place) {
        Some((Value::Object(members), key)) => drop(members.shift_remove(&key)),
        Some((Value::Array(elements), number)) => drop(number.parse().map(|number: usize| elements.remove(number))),
        _ => {}
    }
}

fn double(document: &mut Value, place: &str) {
    match parent(document, place) {
        Some((Value::Object(members), key)) => {
            let copy = members[&key].clone();
            members.insert(format!("{key}2"), copy);
        }
        Some((Value::Array(elements), number)) => {
            let copy = number.parse().ok().and_then(|number: usize| elements.get(number).cloned());
            elements.extend(copy);
        }
        _ => {}
    }
}

fn rename(document: &mut Value, place: &str, key: &str) {
    if let Some((Value::Object(members), old)) = parent(document, place) {
        let renamed = std::mem::take(members).into_iter();
        *members = renamed.map(|(name, value)| (if name == old { key.to_owned() } else { name }, value)).collect();
    }
}
