//! What a valid value becomes by one wrong step.
//!
//! Three kinds of step, at every depth: a required field is removed, a value gets another JSON type, an enum gets a
//! value that it does not list. A type that says what the contract says refuses every one of them.
//!
//! `null` in an optional place that is not nullable is no mutant, although the contract rejects it: the generated
//! types read `null` there as absent. In a required place, in a list and at the root it is one.

use serde_json::{Value, json};

use crate::{
    contract::{self, child},
    shape::{Kind as Says, Shape},
};

/// Which rule of the contract a mutant breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A field that the contract requires is absent.
    MissingRequired,
    /// A value has a JSON type that the contract does not accept there.
    WrongType,
    /// A string is not among the values that the contract lists.
    UnknownEnumValue,
}

/// A value that is one step from valid.
#[derive(Clone, Debug, PartialEq)]
pub struct Mutant {
    /// The rule that it breaks.
    pub kind: Kind,
    /// JSON pointer of the place that was changed, or of the field that was removed.
    pub pointer: String,
    /// What stands there now; nothing if the field was removed.
    pub replacement: Option<Value>,
    /// The whole value after the step.
    pub value: Value,
}

/// All single-step mutants of a valid instance that the contract rejects.
///
/// # Panics
/// If the contract does not accept the instance, or as [`crate::instances::of`] does.
#[must_use]
pub fn of(schema: &str, instance: &Value) -> Vec<Mutant> {
    let validator = contract::validator(schema);
    let mut mutants = candidates(schema, instance);
    mutants.retain(|mutant| !validator.is_valid(&mutant.value));
    mutants
}

/// The steps that [`of`] tries, before it asks the contract's validator about each.
///
/// # Panics
/// As [`of`] does.
#[must_use]
pub fn candidates(schema: &str, instance: &Value) -> Vec<Mutant> {
    if let Err(complaints) = contract::check(schema, instance) {
        panic!("{schema}: mutants are made of valid instances only, but\n{complaints}");
    }
    let shape = Shape::of(schema);
    let mut places = Vec::new();
    collect(&shape, instance, Place { pointer: String::new(), null_is_absent: false }, &mut places);

    let mut mutants = Vec::new();
    for (place, shape, value) in places {
        for (kind, replacement) in steps(&place, shape, value) {
            let mut mutated = instance.clone();
            *at(&mut mutated, &place.pointer) = replacement.clone();
            let pointer = place.pointer.clone();
            mutants.push(Mutant { kind, pointer, replacement: Some(replacement), value: mutated });
        }
        let (Says::Object(object), Value::Object(fields)) = (&shape.kind, value) else { continue };
        for name in object.required.iter().filter(|name| fields.contains_key(*name)) {
            let mut mutated = instance.clone();
            at(&mut mutated, &place.pointer).as_object_mut().map(|fields| fields.shift_remove(name));
            let pointer = child(&place.pointer, name);
            mutants.push(Mutant { kind: Kind::MissingRequired, pointer, replacement: None, value: mutated });
        }
    }
    mutants
}

/// A place in an instance.
struct Place {
    pointer: String,
    /// Whether the generated types read `null` here as an absent field.
    null_is_absent: bool,
}

fn collect<'a>(shape: &'a Shape, value: &'a Value, place: Place, places: &mut Vec<(Place, &'a Shape, &'a Value)>) {
    let chosen = if value.is_null() { Some(shape) } else { shape.chosen(value) };
    let pointer = place.pointer.clone();
    places.push((place, shape, value));
    match (chosen.map(|shape| &shape.kind), value) {
        (Some(Says::Object(object)), Value::Object(fields)) => {
            for (name, value) in fields {
                let place = |null_is_absent| Place { pointer: child(&pointer, name), null_is_absent };
                match (object.properties.get(name), &object.additional) {
                    (Some(shape), _) => collect(shape, value, place(!object.required.contains(name)), places),
                    (None, Some(shape)) => collect(shape, value, place(false), places),
                    (None, None) => {}
                }
            }
        }
        (Some(Says::Array { items, .. }), Value::Array(values)) => {
            for (index, value) in values.iter().enumerate() {
                let place = Place { pointer: child(&pointer, index), null_is_absent: false };
                collect(items, value, place, places);
            }
        }
        _ => {}
    }
}

fn steps(place: &Place, shape: &Shape, value: &Value) -> Vec<(Kind, Value)> {
    let mut wrong = Vec::new();
    if !shape.nullable && !place.null_is_absent {
        wrong.push(Value::Null);
    }
    // Which JSON type is right here: each other one is wrong. The wrong ones are made of the right value where a
    // lenient reader could be tempted by it.
    let [mut boolean, mut number, mut string, mut array, mut object] = [true; 5];
    match &shape.kind {
        Says::Null => {}
        Says::Boolean => boolean = false,
        Says::Integer => {
            number = false;
            wrong.push(json!(0.5));
        }
        Says::Number => number = false,
        Says::Text(_) => string = false,
        Says::Enum(_) => {
            string = false;
            // serde reads a variant without data from such an object, too.
            wrong.extend(value.as_str().map(|value| json!({ value: null })));
        }
        Says::Array { .. } => array = false,
        Says::Object(says) if !says.typed => return Vec::new(),
        Says::Object(_) => {
            object = false;
            // serde reads a struct from the list of its fields, too.
            wrong.extend(value.as_object().map(|fields| fields.values().cloned().collect()));
        }
        // Which branch is meant is anybody's guess once the type is wrong; the contract's branches are all objects.
        Says::OneOf(_) => object = false,
    }
    wrong.extend(boolean.then(|| json!(true)));
    wrong.extend(number.then(|| json!(0)));
    wrong.extend(string.then(|| json!(value.to_string())));
    if array {
        wrong.extend([json!([]), json!([value])]);
    }
    wrong.extend(object.then(|| json!({})));
    wrong.dedup();

    let unknown = match (&shape.kind, value) {
        (Says::Enum(listed), Value::String(value)) => unknown_values(listed, value),
        _ => Vec::new(),
    };
    let wrong = wrong.into_iter().map(|value| (Kind::WrongType, value));
    wrong.chain(unknown.into_iter().map(|value| (Kind::UnknownEnumValue, value.into()))).collect()
}

fn unknown_values(listed: &[String], value: &str) -> Vec<String> {
    let lower = value.to_lowercase();
    let capital = value.chars().take(1).chain(lower.chars().skip(1)).collect();
    let mut values = vec![String::new(), lower, capital, format!("{value} "), "NOT_IN_THE_CONTRACT".to_owned()];
    values.retain(|value| !listed.contains(value));
    values
}

fn at<'a>(value: &'a mut Value, pointer: &str) -> &'a mut Value {
    value.pointer_mut(pointer).expect("the pointer was made by walking a value like this one")
}
