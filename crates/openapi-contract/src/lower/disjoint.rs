//! Whether schemas are so different that no instance satisfies two of them, not even after each was widened.
//!
//! Only looks at what lowering never widens: the types that a schema declares itself, and required properties with
//! listed values. Without this, one `unevaluatedProperties` in one branch would cost a tagged union its `oneOf`.

use serde_json::{Map, Value};

use super::types::{self, Type};
use super::values;
use crate::instance::same;
use crate::references::index::{Index, Meaning};

/// More branches than this are not compared with one another.
const MOST: usize = 64;
/// More references in a row than this are not followed.
const HOPS: usize = 8;

/// Whether no two of the schemas have an instance in common.
pub(super) fn all(index: &Index<'_>, schemas: &[&Value]) -> bool {
    let schemas: Option<Vec<_>> = schemas.iter().map(|schema| own_keywords(index, schema)).collect();
    schemas.is_some_and(|schemas| {
        let pairs = schemas
            .iter()
            .enumerate()
            .flat_map(|(number, one)| schemas[number + 1..].iter().map(move |other| (*one, *other)));
        schemas.len() <= MOST && pairs.into_iter().all(|(one, other)| two(one, other))
    })
}

/// The schema's own keywords, behind references that say nothing else.
fn own_keywords<'v>(index: &Index<'v>, schema: &'v Value) -> Option<&'v Map<String, Value>> {
    let mut schema = schema.as_object()?;
    for _ in 0..HOPS {
        let Some(reference) = schema.get("$ref").filter(|_| !schema.contains_key("type")) else { return Some(schema) };
        let Some(Meaning::Target(number)) = index.meaning_of(reference) else { return None };
        schema = index.targets[*number].value.as_object()?;
    }
    None
}

fn two(one: &Map<String, Value>, other: &Map<String, Value>) -> bool {
    let (Some(types), Some(other_types)) = (types::declared(one), types::declared(other)) else { return false };
    let overlap = |this: &Type| other_types.iter().any(|that| this.includes(*that) || that.includes(*this));
    if types.is_empty() || other_types.is_empty() {
        return false;
    }
    if !types.iter().any(overlap) {
        return true;
    }
    types == [Type::Object]
        && other_types == [Type::Object]
        && tags(one).any(|(name, values)| {
            tags(other).any(|(other_name, other_values)| {
                name == other_name && !values.iter().any(|value| other_values.iter().any(|other| same(value, other)))
            })
        })
}

/// The required properties whose values are listed.
fn tags(schema: &Map<String, Value>) -> impl Iterator<Item = (&str, Vec<&Value>)> {
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    required.filter_map(|name| {
        let property = schema.get("properties")?.get(name)?.as_object()?;
        values::allowed(property).map(|values| (name, values))
    })
}
