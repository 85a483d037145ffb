//! Updating nodes: merge, append, replace.

use serde_json::{Map, Value};

use super::OverlayVersion;
use crate::Pointer;
use crate::document::kind_of;

/// How many objects and arrays may contain each other: what `serde_json` reads back.
const MAX_DEPTH: usize = 127;

/// How many values one overlay may add. A copy can double a document; thirty of them would fill any memory.
const MAX_ADDED: usize = 2_000_000;

/// The three kinds of nodes that updates tell apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum NodeKind {
    Object,
    Array,
    Primitive,
}

impl NodeKind {
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Object(_) => Self::Object,
            Value::Array(_) => Self::Array,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Self::Primitive,
        }
    }
}

/// Merges values into nodes by the rules of one version, and keeps count of what it adds.
pub(super) struct Merger {
    version: OverlayVersion,
    added: usize,
}

impl Merger {
    pub(super) fn new(version: OverlayVersion) -> Self {
        Self { version, added: 0 }
    }

    /// Updates the selected `node` at `place` with `value`. The error says why that cannot be.
    pub(super) fn update(&mut self, node: &mut Value, place: &Pointer, value: &Value) -> Result<(), String> {
        let mut place = place.clone();
        let level = place.as_str().matches('/').count();
        match (node, value) {
            (Value::Object(object), Value::Object(properties)) => {
                self.merge(object, properties, &mut place, level + 1)?;
            }
            (Value::Array(array), Value::Array(elements)) if self.version >= OverlayVersion::V1_1 => {
                self.concatenate(array, elements, &place, level + 1)?;
            }
            (Value::Array(array), element) => array.push(self.take(element, &place, level + 1)?),
            (node, value) if NodeKind::of(node) == NodeKind::Primitive && self.version == OverlayVersion::V1_0 => {
                return Err(format!(
                    "Overlay 1.0 cannot update {place}, {}, with {}; select the object that contains it, or say \
                     overlay: 1.1.0",
                    kind_of(node),
                    kind_of(value),
                ));
            }
            (node, value) => self.replace(node, value, &place, level)?,
        }
        Ok(())
    }

    /// Merges `properties` into `object`, whose members lie on `level`.
    fn merge(
        &mut self,
        object: &mut Map<String, Value>,
        properties: &Map<String, Value>,
        place: &mut Pointer,
        level: usize,
    ) -> Result<(), String> {
        for (key, property) in properties {
            place.push(key);
            match (object.get_mut(key), property) {
                (None, property) => {
                    let property = self.take(property, place, level)?;
                    object.insert(key.clone(), property);
                }
                (Some(Value::Object(member)), Value::Object(inner)) => self.merge(member, inner, place, level + 1)?,
                (Some(Value::Array(member)), Value::Array(elements)) => {
                    self.concatenate(member, elements, place, level + 1)?;
                }
                (Some(member), property) => self.replace(member, property, place, level)?,
            }
            place.pop();
        }
        Ok(())
    }

    fn concatenate(
        &mut self,
        array: &mut Vec<Value>,
        elements: &[Value],
        place: &Pointer,
        level: usize,
    ) -> Result<(), String> {
        for element in elements {
            array.push(self.take(element, place, level)?);
        }
        Ok(())
    }

    /// Puts a primitive in the place of another. Anything else is the pair that no version can merge.
    fn replace(&mut self, node: &mut Value, value: &Value, place: &Pointer, level: usize) -> Result<(), String> {
        if NodeKind::of(node) != NodeKind::Primitive || NodeKind::of(value) != NodeKind::Primitive {
            return Err(format!(
                "{} at {place} cannot be updated with {}; objects merge with objects, arrays with arrays and primitives \
                 replace primitives, so remove the node in an action of its own and add it anew to its parent",
                kind_of(node),
                kind_of(value),
            ));
        }
        *node = self.take(value, place, level)?;
        Ok(())
    }

    /// A copy of `value` to be put on `level`, unless there is no room for it.
    fn take(&mut self, value: &Value, place: &Pointer, level: usize) -> Result<Value, String> {
        let (depth, count) = measure(value);
        if level + depth > MAX_DEPTH {
            return Err(format!("this would nest objects and arrays more than {MAX_DEPTH} deep below {place}"));
        }
        self.added = self.added.saturating_add(count);
        if self.added > MAX_ADDED {
            return Err(format!("with this at {place}, the overlay would add more than {MAX_ADDED} values; split it"));
        }
        Ok(value.clone())
    }
}

/// How many objects and arrays contain each other at most, and how many values there are.
fn measure(value: &Value) -> (usize, usize) {
    let inner = |sum: (usize, usize), element| {
        let (depth, count) = measure(element);
        (sum.0.max(depth + 1), sum.1 + count)
    };
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => (0, 1),
        Value::Array(array) => array.iter().fold((1, 1), inner),
        Value::Object(object) => object.values().fold((1, 1), inner),
    }
}
