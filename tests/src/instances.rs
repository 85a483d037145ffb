//! Values that the contract accepts, drawn at random from one of its schemas.
//!
//! Optional properties are present or absent, and `null` where the contract allows it. An enum that does not list
//! `null` never gives it, whatever its type says.
//!
//! Three things that the contract would accept are never drawn:
//! - Properties without a name in the contract, except under `additionalProperties`: the generated types drop them
//!   by design.
//! - Anything but objects where a schema has properties and no `type` (`EntitlementResultDto`): the vendor forgot
//!   the `type`, and a generated struct cannot hold the rest.
//! - Integers spelled with a fraction (`1.0`), which JSON Schema counts as integers and serde does not, and those
//!   outside the range of int64.

mod scalars;

use proptest::{
    collection,
    prelude::*,
    strategy::{BoxedStrategy, Union},
};
use serde_json::{Map, Value};

use crate::shape::{Format, Kind, Object, Shape};

/// Values of a schema, given by name or JSON pointer.
///
/// # Panics
/// If the document has no such schema, or if the schema uses what has no meaning here yet.
pub fn of(schema: &str) -> BoxedStrategy<Value> {
    draw(&Shape::of(schema))
}

fn draw(shape: &Shape) -> BoxedStrategy<Value> {
    let values = match &shape.kind {
        Kind::Null => Just(Value::Null).boxed(),
        Kind::Boolean => any::<bool>().prop_map(Value::from).boxed(),
        Kind::Integer => scalars::int64().prop_map(Value::from).boxed(),
        Kind::Number => scalars::double().boxed(),
        Kind::Text(Format::Any) => scalars::text().prop_map(Value::from).boxed(),
        Kind::Text(Format::DateTime) => scalars::date_time().prop_map(Value::from).boxed(),
        Kind::Text(Format::Uuid) => scalars::uuid().prop_map(Value::from).boxed(),
        Kind::Enum(values) => proptest::sample::select(values.clone()).prop_map(Value::from).boxed(),
        Kind::Array { items, unique } => array(items, *unique),
        Kind::Object(object) => self::object(object, &shape.pointer),
        Kind::OneOf(branches) => one_of(branches),
    };
    if shape.nullable { prop_oneof![4 => values, 1 => Just(Value::Null)].boxed() } else { values }
}

fn array(items: &Shape, unique: bool) -> BoxedStrategy<Value> {
    collection::vec(draw(items), 0..5)
        .prop_map(move |items| {
            let mut kept: Vec<Value> = Vec::new();
            for item in items {
                if !(unique && kept.contains(&item)) {
                    kept.push(item);
                }
            }
            Value::Array(kept)
        })
        .boxed()
}

fn object(object: &Object, pointer: &str) -> BoxedStrategy<Value> {
    for name in &object.required {
        assert!(object.properties.contains_key(name), "{pointer}: required {name:?} has no schema");
    }
    let (names, values): (Vec<(String, bool)>, Vec<BoxedStrategy<Value>>) = object
        .properties
        .iter()
        .map(|(name, shape)| ((name.clone(), object.required.contains(name)), draw(shape)))
        .unzip();
    let count = names.len();
    // All and none by chance alone would be too rare where there are many.
    let present = prop_oneof![
        6 => collection::vec(any::<bool>(), count),
        1 => Just(vec![false; count]),
        1 => Just(vec![true; count]),
    ];
    let more = match &object.additional {
        Some(shape) => collection::vec((scalars::text(), draw(shape)), 0..4).boxed(),
        None => Just(Vec::new()).boxed(),
    };
    (values, present, more)
        .prop_map(move |(values, present, more)| {
            let mut drawn = Map::new();
            for (((name, required), value), present) in names.iter().zip(values).zip(present) {
                if *required || present {
                    drawn.insert(name.clone(), value);
                }
            }
            let undeclared = more.into_iter().filter(|(name, _)| !names.iter().any(|(declared, _)| declared == name));
            drawn.extend(undeclared.collect::<Vec<_>>());
            Value::Object(drawn)
        })
        .boxed()
}

/// A value of one branch that is by chance also one of another is not drawn: the contract says exactly one.
fn one_of(branches: &[Shape]) -> BoxedStrategy<Value> {
    let of_branch = |at: usize| {
        let others: Vec<String> = branches
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != at)
            .map(|(_, shape)| shape.pointer.clone())
            .collect();
        draw(&branches[at]).prop_filter("fits two branches of oneOf", move |value| {
            !others.iter().any(|other| crate::contract::validator(other).is_valid(value))
        })
    };
    Union::new((0..branches.len()).map(of_branch)).boxed()
}
