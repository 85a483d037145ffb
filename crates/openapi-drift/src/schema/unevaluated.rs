//! `unevaluatedProperties` and `unevaluatedItems`, said like `additionalProperties` and `items`.

use std::collections::HashSet;
use std::rc::Rc;

use openapi_contract::Pointer;
use serde_json::{Map, Value};

use super::normal::Choice;
use super::shape::{Group, Opaque, Shape, Tuple};
use super::{Engine, Side};

impl<'d> Engine<'d> {
    /// `unevaluatedProperties` and `unevaluatedItems`: like their "additional" twins, for all that the shape says.
    pub(super) fn unevaluated(
        &mut self,
        shapes: Choice<'d>,
        schema: &'d Map<String, Value>,
        side: Side,
        pointer: &Pointer,
    ) -> Choice<'d> {
        let mut shapes = shapes;
        // Another branch of an anyOf may hold as well, and what it evaluates is not in this shape.
        let inexact = schema.keys().any(|keyword| keyword.starts_with("unevaluated")) && self.has_any_of(side, schema);
        for keyword in ["unevaluatedProperties", "unevaluatedItems"] {
            let Some((keyword, value)) = schema.get_key_value(keyword) else { continue };
            let atom = self.atom(side, value, pointer.join(keyword));
            let anything = self.anything();
            let apply = |shape: &Rc<Shape<'d>>| {
                let mut shape = (**shape).clone();
                if inexact || (keyword == "unevaluatedItems" && !shape.contains.is_empty()) {
                    shape.opaque.push(Opaque { keyword, value });
                } else if keyword == "unevaluatedItems" {
                    if shape.tuples.iter().all(|tuple| tuple.rest.is_none()) {
                        shape.tuples.push(Tuple { prefix: vec![anything; shape.positions()], rest: Some(atom) });
                    }
                } else if shape.groups.iter().all(|group| group.rest.is_none()) {
                    let mut group = Group { rest: Some(atom), ..Group::default() };
                    for other in &shape.groups {
                        group.declared.extend(other.declared.keys().map(|name| (*name, anything)));
                        group.patterns.extend(other.patterns.iter().map(|(text, _)| (*text, anything)));
                    }
                    shape.groups.push(group);
                }
                Rc::new(shape)
            };
            shapes = shapes.iter().map(apply).collect();
        }
        shapes
    }

    /// Whether an `anyOf` takes part in what the schema evaluates.
    fn has_any_of(&self, side: Side, schema: &'d Map<String, Value>) -> bool {
        let mut open = vec![schema];
        let mut seen = HashSet::new();
        while let Some(schema) = open.pop() {
            if !seen.insert(std::ptr::from_ref(schema)) {
                continue;
            }
            for (keyword, value) in schema {
                match (keyword.as_str(), value) {
                    ("anyOf", _) => return true,
                    ("allOf" | "oneOf", Value::Array(all)) => open.extend(all.iter().filter_map(Value::as_object)),
                    ("if" | "then" | "else", _) => open.extend(value.as_object()),
                    ("dependentSchemas", Value::Object(all)) => open.extend(all.values().filter_map(Value::as_object)),
                    ("$ref" | "$dynamicRef", _) => {
                        let target = self.documents.of(side).schema_behind(value);
                        open.extend(target.and_then(|(_, target)| target.as_object()));
                    }
                    _ => {}
                }
            }
        }
        false
    }
}
