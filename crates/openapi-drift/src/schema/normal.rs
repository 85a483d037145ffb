//! The normal form: from what a schema object demands, and the choices that it leaves, to a list of shapes.

use std::rc::Rc;

use openapi_contract::{Pointer, SpecVersion};
use serde_json::{Map, Value};

use super::read::{Reading, is_nullable};
use super::shape::{Opaque, Shape};
use super::types::Types;
use super::{AtomId, AtomKind, Engine, NodeId, Normal, Role, Tri};

/// Shapes of which one has to hold.
pub(super) type Choice<'d> = Vec<Rc<Shape<'d>>>;

/// Schemas that are read anew because they were met in a circle.
const MOST_REREADS: u32 = 1_000;

/// Steps for reading one schema: instances held against others, such as the values of an `enum` beside a `not`.
pub(super) const STEPS_TO_READ: u32 = 50_000;

/// A normal form larger than this is not computed; the keyword that makes it so is compared by its text.
pub(super) const MOST_SHAPES: usize = 128;

impl<'d> Engine<'d> {
    /// The shapes of a schema; `None` while they are being computed further up, in a circle of references that
    /// passes through no property and no item.
    pub(crate) fn normal(&mut self, node: NodeId) -> Option<Normal<'d>> {
        let atoms = self.atoms_of(node);
        if let [atom] = *atoms {
            return self.normal_of_atom(atom);
        }
        if let Some(known) = self.node_normals.get(&node) {
            self.met_circle |= known.is_none();
            return known.clone();
        }
        self.node_normals.insert(node, None);
        self.depth += 1;
        let mut shapes: Choice<'d> = vec![Rc::new(Shape::default())];
        let mut complete = true;
        for atom in atoms.iter() {
            let Some(factor) = self.normal_of_atom(*atom) else {
                complete = false;
                break;
            };
            // Parts that are too many together leave the last one out, which only a reader could be misled by.
            shapes = match product(&shapes, &factor) {
                Some(shapes) => shapes,
                None => self.with_opaque_schema(&shapes, *atom),
            };
        }
        let normal: Option<Normal<'d>> = complete.then(|| self.unite(shapes).into());
        self.depth -= 1;
        if self.finishes_alone() && complete {
            self.node_normals.insert(node, normal.clone());
        } else {
            self.node_normals.remove(&node);
        }
        normal
    }

    /// Whether what was just computed can be kept: what was found while an outer schema was still being read may lack
    /// that one, and is found again when it is needed. Where that happens too often, it is kept as it is: what lacks
    /// something leaves more questions open, and answers none wrongly.
    fn finishes_alone(&mut self) -> bool {
        if self.depth == 0 {
            self.met_circle = false;
            self.steps_to_read = STEPS_TO_READ;
        }
        self.rereads += u32::from(self.met_circle);
        !self.met_circle || self.rereads > MOST_REREADS
    }

    fn with_opaque_schema(&self, shapes: &Choice<'d>, atom: AtomId) -> Choice<'d> {
        let AtomKind::Schema(_, value) = self.atom_data(atom).kind else { return shapes.clone() };
        let opaque = Opaque { keyword: "allOf", value };
        let mark = |shape: &Rc<Shape<'d>>| {
            let mut shape = (**shape).clone();
            shape.opaque.push(opaque.clone());
            Rc::new(shape)
        };
        shapes.iter().map(mark).collect()
    }

    fn normal_of_atom(&mut self, atom: AtomId) -> Option<Normal<'d>> {
        if let Some(known) = self.atom_normals.get(&atom) {
            self.met_circle |= known.is_none();
            return known.clone();
        }
        self.atom_normals.insert(atom, None);
        self.depth += 1;
        let (kind, pointer) = (self.atom_data(atom).kind, self.atom_data(atom).pointer.clone());
        let shapes = match kind {
            AtomKind::Anything | AtomKind::Schema(_, Value::Bool(true)) => vec![Rc::new(Shape::default())],
            AtomKind::Schema(_, Value::Bool(false)) => Vec::new(),
            AtomKind::Constant(value) => vec![Rc::new(Shape::of_values(vec![value]))],
            AtomKind::Schema(side, Value::Object(schema)) => {
                let label = component_name(&pointer, self.documents.of(side).root);
                let mut shapes =
                    self.of_object(Reading { side, schema, pointer, shape: Shape::default(), choices: Vec::new() });
                if let (Some(label), [only]) = (label, shapes.as_mut_slice())
                    && only.label != Some(label)
                {
                    *only = Rc::new(Shape { label: Some(label), ..(**only).clone() });
                }
                shapes
            }
            AtomKind::Schema(_, value) => {
                let opaque = vec![Opaque { keyword: "schema", value }];
                vec![Rc::new(Shape { opaque, ..Shape::default() })]
            }
        };
        let normal: Normal<'d> = self.unite(shapes).into();
        self.depth -= 1;
        if self.finishes_alone() {
            self.atom_normals.insert(atom, Some(Rc::clone(&normal)));
        } else {
            self.atom_normals.remove(&atom);
        }
        Some(normal)
    }

    fn of_object(&mut self, mut reading: Reading<'d>) -> Choice<'d> {
        let version = self.documents.of(reading.side).version;
        if version == SpecVersion::V3_0 && reading.schema.contains_key("$ref") {
            self.reference(&mut reading, "$ref");
        } else {
            self.read(&mut reading);
        }
        let nullable = is_nullable(version, reading.schema);
        let (schema, side) = (reading.schema, reading.side);
        let mut shapes: Choice<'d> = Vec::new();
        let choices = std::mem::take(&mut reading.choices);
        if reading.shape.tidy() {
            shapes.push(Rc::new(reading.shape));
            for choice in choices {
                // What follows is bounded where each choice is read; the product of all is bounded here.
                shapes = product(&shapes, &choice).unwrap_or_else(|| too_many(&shapes, schema));
            }
        }
        let mut shapes = self.unevaluated(shapes, schema, side, &reading.pointer);
        if nullable {
            shapes.push(Rc::new(Shape::of_types(Types::NULL)));
        }
        shapes
    }

    /// Joins what one shape can say: lists of values, and demands on different types.
    fn unite(&mut self, shapes: Choice<'d>) -> Choice<'d> {
        let mut united: Choice<'d> = Vec::new();
        for shape in shapes {
            let Some(shape) = self.settle(&shape) else { continue };
            let joined = united.iter_mut().find_map(|known| join(known, &shape).map(|both| (known, both)));
            match joined {
                Some((known, both)) => *known = Rc::new(both),
                None => united.push(Rc::new(shape)),
            }
        }
        united
    }

    /// Checks listed values against everything else that the shape says, which then goes without saying.
    fn settle(&mut self, shape: &Shape<'d>) -> Option<Shape<'d>> {
        let Some(values) = &shape.values else {
            let mut shape = shape.clone();
            shape.settle_integers();
            return shape.tidy().then_some(shape);
        };
        let verdicts: Vec<Tri> = values.iter().map(|value| self.accepts_shape(shape, value, Role::Reader)).collect();
        let kept: Vec<_> =
            values.iter().zip(&verdicts).filter(|(_, verdict)| **verdict != Tri::No).map(|(value, _)| *value).collect();
        if verdicts.contains(&Tri::Maybe) {
            let mut shape = shape.clone();
            shape.values = Some(kept);
            return shape.tidy().then_some(shape);
        }
        let settled = match kept.as_slice() {
            [] => return None,
            [Value::Null] => Shape::of_types(Types::NULL),
            [Value::Bool(one), Value::Bool(other)] if one != other => Shape::of_types(Types::BOOLEAN),
            _ => Shape::of_values(kept),
        };
        Some(Shape { label: shape.label, ..settled })
    }

    /// Whether no instance satisfies both.
    pub(super) fn is_disjoint(&mut self, one: &Shape<'d>, other: &Shape<'d>) -> Tri {
        match one.and(other) {
            None => Tri::Yes,
            Some(both) => self.is_empty(&both, 3),
        }
    }

    /// Whether no instance satisfies the shape; looked into as deep as `depth`.
    pub(super) fn is_empty(&mut self, shape: &Shape<'d>, depth: usize) -> Tri {
        let mut types = shape.types;
        if types.has(Types::OBJECT) && depth > 0 {
            for name in &shape.required {
                let property = self.property(shape, name, Role::Reader);
                if property.is_some_and(|property| self.is_empty_node(property, depth - 1) == Tri::Yes) {
                    types = types.without(Types::OBJECT);
                }
            }
        }
        if types.has(Types::ARRAY) && depth > 0 && shape.items.min > 0 {
            let first = self.item(shape, 0);
            if self.is_empty_node(first, depth - 1) == Tri::Yes {
                types = types.without(Types::ARRAY);
            }
        }
        if types.is_empty() {
            return Tri::Yes;
        }
        let listed = shape.values.clone();
        if let Some(values) = listed {
            let any = values.iter().map(|value| self.accepts_shape(shape, value, Role::Reader)).max();
            return any.unwrap_or(Tri::No).not();
        }
        Tri::Maybe
    }

    fn is_empty_node(&mut self, node: NodeId, depth: usize) -> Tri {
        if let Some(known) = self.empty.get(&(node, depth)) {
            return *known;
        }
        let Some(normal) = self.normal(node) else { return Tri::Maybe };
        let not_empty = normal.iter().map(|shape| self.is_empty(shape, depth)).find(|empty| *empty != Tri::Yes);
        let empty = not_empty.unwrap_or(Tri::Yes);
        // While something is being read, what it refers to may lack it.
        if self.depth == 0 {
            self.empty.insert((node, depth), empty);
        }
        empty
    }
}

pub(super) fn product<'d>(left: &[Rc<Shape<'d>>], right: &[Rc<Shape<'d>>]) -> Option<Choice<'d>> {
    if left.len().saturating_mul(right.len()) > MOST_SHAPES {
        return None;
    }
    let pairs = left.iter().flat_map(|one| right.iter().map(move |other| one.and(other)));
    Some(pairs.flatten().map(Rc::new).collect())
}

/// The schema as a whole is compared by its text: its choices are too many.
fn too_many<'d>(shapes: &Choice<'d>, schema: &'d Map<String, Value>) -> Choice<'d> {
    let combined = schema.iter().filter(|(keyword, _)| {
        matches!(
            keyword.as_str(),
            "allOf" | "anyOf" | "oneOf" | "if" | "$ref" | "dependentRequired" | "dependentSchemas"
        )
    });
    let opaque: Vec<_> = combined.map(|(keyword, value)| Opaque { keyword, value }).collect();
    let mark = |shape: &Rc<Shape<'d>>| {
        let mut shape = (**shape).clone();
        shape.opaque.extend(opaque.iter().cloned());
        Rc::new(shape)
    };
    shapes.iter().map(mark).collect()
}

/// The one shape that two can be said as.
fn join<'d>(one: &Shape<'d>, other: &Shape<'d>) -> Option<Shape<'d>> {
    static NULL: Value = Value::Null;
    let list = |shape: &Shape<'d>| match &shape.values {
        Some(values) if *shape == (Shape { label: shape.label, ..Shape::of_values(values.clone()) }) => {
            Some(values.clone())
        }
        None if *shape == (Shape { label: shape.label, ..Shape::of_types(Types::NULL) }) => Some(vec![&NULL]),
        _ => None,
    };
    // Where both together are no more than one of them, the other lets everything through that this one does.
    let both = one.and(other).map(|both| Shape { label: None, ..both });
    let equals = |shape: &Shape<'d>| both.as_ref() == Some(&Shape { label: None, ..shape.clone() });
    if equals(one) {
        return Some(other.clone());
    }
    if equals(other) {
        return Some(one.clone());
    }
    if (one.values.is_some() || other.values.is_some())
        && let (Some(mut values), Some(more)) = (list(one), list(other))
    {
        for value in more {
            if !values.iter().any(|known| openapi_contract::instance::same(known, value)) {
                values.push(value);
            }
        }
        return Some(Shape { label: one.label.or(other.label), ..Shape::of_values(values) });
    }
    let plain = one.is_plain() && other.is_plain() && !one.types.meets(other.types);
    let numeric = |shape: &Shape<'d>| shape.types.meets(Types::NUMBER);
    // Integers and fractions share their bounds: two of them are joined only if one of them has none of its own.
    if !plain || (numeric(one) && numeric(other)) {
        return None;
    }
    let mut both = one.clone();
    both.types = one.types.or(other.types);
    both.label = one.label.or(other.label);
    if numeric(other) {
        (both.lower, both.upper, both.multiples) = (other.lower.clone(), other.upper.clone(), other.multiples.clone());
    }
    both.formats = one
        .formats
        .union(&other.formats)
        .copied()
        .filter(|format| {
            let owner = if super::format::subject(format) == super::format::Subject::Number {
                numeric(one)
            } else {
                one.types.has(Types::STRING)
            };
            if owner { one.formats.contains(format) } else { other.formats.contains(format) }
        })
        .collect();
    if other.types.has(Types::STRING) {
        (both.length, both.patterns) = (other.length, other.patterns.clone());
    }
    if other.types.has(Types::ARRAY) {
        both.items = other.items;
        both.unique = other.unique;
        (both.tuples, both.contains) = (other.tuples.clone(), other.contains.clone());
    }
    if other.types.has(Types::OBJECT) {
        both.properties = other.properties;
        (both.required, both.hidden, both.absent) =
            (other.required.clone(), other.hidden.clone(), other.absent.clone());
        (both.groups, both.names) = (other.groups.clone(), other.names.clone());
    }
    Some(both)
}

/// The name of the component at this place, as the document spells it.
fn component_name<'d>(pointer: &Pointer, root: &'d Value) -> Option<&'d str> {
    let rest = pointer.as_str().strip_prefix("/components/schemas/")?;
    let name = pointer.tokens().last().filter(|_| !rest.contains('/'))?;
    let schemas = root.pointer("/components/schemas")?.as_object()?;
    schemas.get_key_value(&name).map(|(name, _)| name.as_str())
}
