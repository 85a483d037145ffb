//! The evaluator: whether an instance satisfies a schema. It judges every instance that is to prove something.

use openapi_contract::instance::same;
use serde_json::{Map, Value};

use super::numbers::{self, End};
use super::shape::Shape;
use super::types::Types;
use super::{Engine, NodeId, Role, Tri, format};

/// Schemas within schemas that an instance is held against: deeper than any instance that people write.
const DEEPEST: usize = 64;

impl<'d> Engine<'d> {
    /// Whether the schema accepts the instance: as something to be sent, or as something to be read.
    pub(crate) fn accepts(&mut self, node: NodeId, value: &Value, role: Role) -> Tri {
        // A schema that forbids itself never comes to an end.
        // What is read is the same whatever was asked before, so that reading has steps of its own.
        let steps = if self.depth > 0 { &mut self.steps_to_read } else { &mut self.fuel };
        if self.judging > DEEPEST || *steps == 0 {
            return Tri::Maybe;
        }
        *steps -= 1;
        let Some(normal) = self.normal(node) else { return Tri::Maybe };
        self.judging += 1;
        let mut answer = Tri::No;
        for shape in normal.iter() {
            answer = answer.or(self.accepts_shape(shape, value, role));
            if answer == Tri::Yes {
                break;
            }
        }
        self.judging -= 1;
        answer
    }

    pub(super) fn accepts_shape(&mut self, shape: &Shape<'d>, value: &Value, role: Role) -> Tri {
        let listed = shape.values.as_ref().is_none_or(|values| values.iter().any(|known| same(known, value)));
        if !shape.types.has(Types::of(value)) || !listed || shape.excluded.iter().any(|known| same(known, value)) {
            return Tri::No;
        }
        let mut answer = match value {
            Value::Null | Value::Bool(_) => Tri::Yes,
            Value::Number(number) => accepts_number(shape, number),
            Value::String(text) => self.accepts_text(shape, text),
            Value::Array(elements) => self.accepts_array(shape, elements, role),
            Value::Object(members) => self.accepts_object(shape, members, role),
        };
        for node in &shape.nots {
            if answer == Tri::No {
                break;
            }
            answer = answer.and(self.accepts(*node, value, Role::Reader).not());
        }
        if shape.opaque.is_empty() { answer } else { answer.and(Tri::Maybe) }
    }

    fn accepts_text(&mut self, shape: &Shape<'d>, text: &str) -> Tri {
        let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
        if !shape.length.admits(length) {
            return Tri::No;
        }
        let mut answer = Tri::Yes;
        for pattern in &shape.patterns {
            answer = answer.and(self.pattern(pattern).map_or(Tri::Maybe, |pattern| pattern.matches(text).into()));
        }
        let formats = shape.formats.iter().filter(|name| format::subject(name) == format::Subject::Text);
        formats.fold(answer, |answer, name| answer.and(format::accepts(name, text)))
    }

    fn accepts_array(&mut self, shape: &Shape<'d>, elements: &[Value], role: Role) -> Tri {
        let length = u64::try_from(elements.len()).unwrap_or(u64::MAX);
        let repeats = || elements.iter().enumerate().any(|(at, one)| elements[..at].iter().any(|two| same(one, two)));
        if !shape.items.admits(length) || (shape.unique && repeats()) {
            return Tri::No;
        }
        let mut answer = Tri::Yes;
        for (position, element) in elements.iter().enumerate() {
            let item = self.item(shape, position);
            answer = answer.and(self.accepts(item, element, role));
        }
        for contains in &shape.contains {
            let node = self.node([contains.schema]);
            let verdicts: Vec<Tri> = elements.iter().map(|element| self.accepts(node, element, Role::Reader)).collect();
            let count = |least: Tri| u64::try_from(verdicts.iter().filter(|it| **it >= least).count()).unwrap_or(0);
            let (surely, at_most) = (count(Tri::Yes), count(Tri::Maybe));
            let fits = (surely..=at_most).filter(|number| contains.count.admits(*number)).count();
            let all = u64::try_from(fits).is_ok_and(|fits| fits == at_most - surely + 1);
            answer = answer.and(if all {
                Tri::Yes
            } else if fits == 0 {
                Tri::No
            } else {
                Tri::Maybe
            });
        }
        answer
    }

    fn accepts_object(&mut self, shape: &Shape<'d>, members: &Map<String, Value>, role: Role) -> Tri {
        let count = u64::try_from(members.len()).unwrap_or(u64::MAX);
        if !shape.properties.admits(count) || shape.required.iter().any(|name| !members.contains_key(*name)) {
            return Tri::No;
        }
        let mut answer = Tri::Yes;
        for (name, value) in members {
            let Some(property) = self.property(shape, name, role) else { return Tri::No };
            answer = answer.and(self.accepts(property, value, role));
            for schema in &shape.names {
                let node = self.node([*schema]);
                answer = answer.and(self.accepts(node, &Value::from(name.as_str()), Role::Reader));
            }
            if answer == Tri::No {
                break;
            }
        }
        answer
    }
}

fn accepts_number(shape: &Shape<'_>, number: &serde_json::Number) -> Tri {
    let lower = shape.lower_bound().is_none_or(|bound| End::Lower.admits(&bound, number));
    let upper = shape.upper_bound().is_none_or(|bound| End::Upper.admits(&bound, number));
    if !lower || !upper {
        return Tri::No;
    }
    let multiples = shape.multiples.iter().map(|divisor| numbers::is_multiple(number, divisor));
    // What a float of half the size still holds, its readers do not agree on.
    let float = if shape.formats.contains("float") && !numbers::is_whole(number) { Tri::Maybe } else { Tri::Yes };
    multiples.fold(float, Tri::and)
}
