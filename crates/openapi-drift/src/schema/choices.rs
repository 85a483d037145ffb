//! Keywords that combine schemas, each read as a choice between shapes.

use std::rc::Rc;

use serde_json::Value;

use super::normal::{Choice, MOST_SHAPES, product};
use super::read::Reading;
use super::shape::Shape;
use super::types::Types;
use super::{Engine, NodeId, Tri};

impl<'d> Engine<'d> {
    /// `allOf`, `anyOf`, `oneOf`, `not`, `if` and the dependent keywords.
    pub(super) fn choices(&mut self, reading: &mut Reading<'d>) {
        let schema = reading.schema;
        for (keyword, value) in schema {
            match (keyword.as_str(), value) {
                ("$ref" | "$dynamicRef", _) => self.reference(reading, keyword),
                ("allOf", Value::Array(schemas)) => {
                    for node in self.list(reading, keyword, schemas) {
                        let normal = self.normal(node);
                        Self::demand(reading, keyword, normal.map(|normal| normal.to_vec()));
                    }
                }
                ("anyOf", Value::Array(schemas)) => {
                    let nodes = self.list(reading, keyword, schemas);
                    let choice = self.any(&nodes);
                    Self::demand(reading, keyword, choice);
                }
                ("oneOf", Value::Array(schemas)) => {
                    let nodes = self.list(reading, keyword, schemas);
                    let choice = self.one(&nodes);
                    Self::demand(reading, keyword, choice);
                }
                ("not", _) => {
                    let node = self.below(reading, &[keyword], value);
                    self.forbid(reading, node);
                }
                // By itself it demands nothing.
                ("if", _) if !schema.contains_key("then") && !schema.contains_key("else") => {}
                ("if", _) => {
                    let choice = self.condition(reading, value);
                    Self::demand(reading, keyword, choice);
                }
                ("dependentRequired", Value::Object(names)) => {
                    for (name, needed) in names {
                        let needed = needed.as_array().into_iter().flatten().filter_map(Value::as_str);
                        let present = Shape { required: needed.chain([name.as_str()]).collect(), ..Shape::default() };
                        let choice = vec![without(name), Rc::new(present)];
                        Self::demand(reading, keyword, Some(choice));
                    }
                }
                ("dependentSchemas", Value::Object(schemas)) => {
                    for (name, schema) in schemas {
                        let node = self.below(reading, &[keyword, name], schema);
                        let present = Shape { required: [name.as_str()].into(), ..Shape::default() };
                        let mut choice = vec![without(name)];
                        let normal = self.normal(node);
                        choice.extend(
                            normal
                                .iter()
                                .flat_map(|all| all.iter())
                                .filter_map(|shape| shape.and(&present).map(Rc::new)),
                        );
                        Self::demand(reading, keyword, normal.map(|_| choice));
                    }
                }
                ("allOf" | "anyOf" | "oneOf" | "dependentRequired" | "dependentSchemas", _) => reading.opaque(keyword),
                _ => {}
            }
        }
    }

    /// One of these shapes has to hold; what is not known or too much is compared by its text.
    fn demand(reading: &mut Reading<'d>, keyword: &'d str, choice: Option<Choice<'d>>) {
        let so_far: usize = reading.choices.iter().map(Vec::len).product();
        match choice {
            Some(choice) if so_far.saturating_mul(choice.len()) <= MOST_SHAPES => reading.choices.push(choice),
            _ => {
                reading.opaque(keyword);
                if keyword == "if" {
                    reading.opaque("then");
                    reading.opaque("else");
                }
            }
        }
    }

    pub(super) fn reference(&mut self, reading: &mut Reading<'d>, keyword: &'d str) {
        let document = self.documents.of(reading.side);
        let Some((pointer, value)) = document.schema_behind(&reading.schema[keyword]) else {
            return reading.opaque(keyword);
        };
        let atom = self.atom(reading.side, value, pointer);
        let node = self.node([atom]);
        let normal = self.normal(node).map(|normal| normal.to_vec());
        Self::demand(reading, keyword, normal);
    }

    fn list(&mut self, reading: &Reading<'d>, keyword: &str, schemas: &'d [Value]) -> Vec<NodeId> {
        let pointer = reading.pointer.join(keyword);
        let mut node = |(number, schema): (usize, &'d Value)| {
            let atom = self.atom(reading.side, schema, pointer.join(&number.to_string()));
            self.node([atom])
        };
        schemas.iter().enumerate().map(&mut node).collect()
    }

    fn below(&mut self, reading: &Reading<'d>, keywords: &[&str], schema: &'d Value) -> NodeId {
        let pointer = keywords.iter().fold(reading.pointer.clone(), |pointer, keyword| pointer.join(keyword));
        let atom = self.atom(reading.side, schema, pointer);
        self.node([atom])
    }

    fn any(&mut self, nodes: &[NodeId]) -> Option<Choice<'d>> {
        let mut choice = Vec::new();
        for node in nodes {
            choice.extend(self.normal(*node)?.iter().cloned());
        }
        Some(choice)
    }

    /// Exactly one: each branch, without the others that it could overlap with.
    fn one(&mut self, nodes: &[NodeId]) -> Option<Choice<'d>> {
        let branches = nodes.iter().map(|node| self.normal(*node)).collect::<Option<Vec<_>>>()?;
        let mut choice = Vec::new();
        for (number, branch) in branches.iter().enumerate() {
            for shape in branch.iter() {
                let mut alone = (**shape).clone();
                for (other, node) in nodes.iter().enumerate().filter(|(other, _)| *other != number) {
                    let overlaps = branches[other].iter().any(|other| self.is_disjoint(shape, other) != Tri::Yes);
                    if overlaps {
                        alone.nots.insert(*node);
                    }
                }
                choice.push(Rc::new(alone));
            }
            if choice.len() > MOST_SHAPES {
                return None;
            }
        }
        Some(choice)
    }

    /// `if` and its `then`, or the opposite and its `else`.
    fn condition(&mut self, reading: &Reading<'d>, condition: &'d Value) -> Option<Choice<'d>> {
        let mut branch = |keyword: &str| match reading.schema.get(keyword) {
            Some(schema) => {
                let node = self.below(reading, &[keyword], schema);
                self.normal(node).map(|normal| normal.to_vec())
            }
            None => Some(vec![Rc::new(Shape::default())]),
        };
        let (then, otherwise) = (branch("then")?, branch("else")?);
        let node = self.below(reading, &["if"], condition);
        let condition = self.normal(node)?.to_vec();
        let opposite = vec![Rc::new(Shape { nots: [node].into(), ..Shape::default() })];
        let mut choice = product(&condition, &then)?;
        choice.extend(product(&opposite, &otherwise)?);
        Some(choice)
    }

    /// `not`: said with the other keywords where they can say it.
    fn forbid(&mut self, reading: &mut Reading<'d>, node: NodeId) {
        let Some(normal) = self.normal(node) else { return reading.opaque("not") };
        for shape in normal.iter() {
            let only_types = **shape == Shape { label: shape.label, ..Shape::of_types(shape.types) };
            match &shape.values {
                Some(values) if **shape == (Shape { label: shape.label, ..Shape::of_values(values.clone()) }) => {
                    reading.shape.excluded.extend(values);
                }
                _ if only_types => reading.shape.types = reading.shape.types.without(shape.types),
                _ if only_required(shape).is_some() => {
                    // What is no object satisfies `required`, unless the type says otherwise.
                    let others = Types::ALL.without(shape.types);
                    reading.shape.types = reading.shape.types.and(others.or(Types::OBJECT));
                    reading.shape.absent.extend(only_required(shape));
                }
                _ if normal.len() == 1 => drop(reading.shape.nots.insert(node)),
                // Several shapes, of which some are plain: the whole is forbidden as one.
                _ => {
                    reading.shape.nots.insert(node);
                    return;
                }
            }
        }
    }
}

/// The one property that the shape demands of objects, if it demands nothing else.
fn only_required<'d>(shape: &Shape<'d>) -> Option<&'d str> {
    let name = *shape.required.first().filter(|_| shape.required.len() == 1)?;
    let alone = Shape { label: shape.label, required: [name].into(), ..Shape::of_types(shape.types) };
    (*shape == alone && shape.types.has(Types::OBJECT)).then_some(name)
}

/// Objects without this property, and all that are no objects.
fn without(name: &str) -> Rc<Shape<'_>> {
    Rc::new(Shape { absent: [name].into(), ..Shape::default() })
}
