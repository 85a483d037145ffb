//! Whether a value that went through a type, and came back as JSON, is still the same value.

use serde_json::{Map, Number, Value};

use crate::{
    contract::child,
    instant,
    shape::{Format, Kind, Object, Shape},
};

/// Whether `returned` says what `original` says, as the schema (a name or JSON pointer) reads both.
///
/// - At date-time places, strings are the same if they are the same instant; elsewhere, character by character.
///   The schema knows which places these are; what a string looks like does not count.
/// - Numbers are the same by value: `1` and `1.0` are, `9007199254740993` and `9007199254740992.0` are not.
/// - `null` and absent are the same where the contract does not require the field. Where it does, absent is a
///   mistake of its own.
/// - Lists keep their order, except those with `uniqueItems`, which are sets.
/// - A field that the schema does not name may be lost, as the generated types do by design, but not change or
///   come out of nothing.
///
/// # Errors
/// The JSON pointer of the first place that differs, and both values.
///
/// # Panics
/// As [`crate::instances::of`] does.
pub fn same_value(schema: &str, original: &Value, returned: &Value) -> Result<(), String> {
    same(Some(&Shape::of(schema)), Some(original), Some(returned), "")
}

/// `None` for a shape means that the schema says nothing about this place, for a value that it is absent.
fn same(
    shape: Option<&Shape>,
    original: Option<&Value>,
    returned: Option<&Value>,
    pointer: &str,
) -> Result<(), String> {
    let differ = |why: &str| {
        let show = |value: Option<&Value>| value.map_or("nothing".to_owned(), Value::to_string);
        Err(format!("{pointer:?}: {} became {}{why}", show(original), show(returned)))
    };
    let kind = shape.and_then(|shape| shape.chosen(original?)).map(|shape| &shape.kind);
    match (original, returned) {
        (Some(Value::Object(original)), Some(Value::Object(returned))) => {
            let object = match kind {
                Some(Kind::Object(object)) => Some(object),
                _ => None,
            };
            objects(object, original, returned, pointer)
        }
        (Some(Value::Array(before)), Some(Value::Array(after))) => {
            let (items, unique) = match kind {
                Some(Kind::Array { items, unique }) => (Some(&**items), *unique),
                _ => (None, false),
            };
            if before.len() != after.len() {
                return differ(": another length");
            }
            if unique { sets(items, before, after, pointer) } else { lists(items, before, after, pointer) }
        }
        (Some(Value::String(before)), Some(Value::String(after))) => match kind {
            Some(Kind::Text(Format::DateTime)) => match (instant::parse(before), instant::parse(after)) {
                (Ok(before), Ok(after)) if before == after => Ok(()),
                (Ok(_), Ok(_)) => differ(": another instant"),
                (Err(why), _) | (_, Err(why)) => differ(&format!(": {why}")),
            },
            _ if before == after => Ok(()),
            _ => differ(""),
        },
        (Some(Value::Number(before)), Some(Value::Number(after))) if same_number(before, after) => Ok(()),
        (before, after) if before == after => Ok(()),
        _ => differ(""),
    }
}

fn objects(
    object: Option<&Object>,
    original: &Map<String, Value>,
    returned: &Map<String, Value>,
    pointer: &str,
) -> Result<(), String> {
    let added = returned.keys().filter(|name| !original.contains_key(*name));
    for name in original.keys().chain(added) {
        let (mut before, mut after) = (original.get(name), returned.get(name));
        let named = object.and_then(|object| object.properties.get(name));
        let shape = named.or_else(|| object?.additional.as_deref());
        if object.is_some() && shape.is_none() && after.is_none() {
            continue;
        }
        if named.is_some() && object.is_some_and(|object| !object.required.contains(name)) {
            before = before.filter(|value| !value.is_null());
            after = after.filter(|value| !value.is_null());
        }
        same(shape, before, after, &child(pointer, name))?;
    }
    Ok(())
}

fn lists(items: Option<&Shape>, original: &[Value], returned: &[Value], pointer: &str) -> Result<(), String> {
    let mut pairs = original.iter().zip(returned).enumerate();
    pairs.try_for_each(|(at, (before, after))| same(items, Some(before), Some(after), &child(pointer, at)))
}

/// Two sets of the same size.
fn sets(items: Option<&Shape>, original: &[Value], returned: &[Value], pointer: &str) -> Result<(), String> {
    let mut left: Vec<&Value> = returned.iter().collect();
    for (at, before) in original.iter().enumerate() {
        let found = left.iter().position(|after| same(items, Some(before), Some(after), "").is_ok());
        let Some(found) = found else {
            let pointer = child(pointer, at);
            return Err(format!("{pointer:?}: {before} is not in the set {}", Value::from(returned)));
        };
        left.swap_remove(found);
    }
    Ok(())
}

fn same_number(left: &Number, right: &Number) -> bool {
    match (left.as_i128(), right.as_i128(), left.as_f64(), right.as_f64()) {
        (Some(left), Some(right), ..) => left == right,
        (Some(integer), None, _, Some(float)) | (None, Some(integer), Some(float), _) => is_integer(float, integer),
        (None, None, Some(left), Some(right)) => left.partial_cmp(&right) == Some(std::cmp::Ordering::Equal),
        _ => false,
    }
}

/// JSON's integers end at 64 bits here, far from where the cast would saturate.
fn is_integer(float: f64, integer: i128) -> bool {
    #[expect(clippy::cast_possible_truncation, reason = "a fraction is ruled out, and what saturates equals no u64")]
    let whole = float as i128;
    float.fract().abs() == 0.0 && whole == integer
}
