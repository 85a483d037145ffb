//! Instances that a schema accepts: small, plain ones that a reviewer understands at a glance.
//!
//! Candidates are guessed from what the shape demands; the evaluator has the last word on each.

use serde_json::{Map, Number, Value, json};

use super::numbers::{self, Bound, End};
use super::shape::Shape;
use super::subset::LARGE_STEP;
use super::types::Types;
use super::{Engine, NodeId, Role, Tri, format};

/// How deep examples are built before a part is given up.
const DEPTH: usize = 12;
/// Strings and arrays longer than this are not built.
const LONGEST: u64 = 4096;

impl<'d> Engine<'d> {
    /// An instance that may be sent.
    pub(crate) fn example(&mut self, node: NodeId) -> Option<Value> {
        self.part(node, DEPTH)
    }

    /// An example for a part of a proof.
    pub(super) fn sample(&mut self, node: NodeId) -> Option<Value> {
        self.part(node, DEPTH)
    }

    /// The example of a part. It is as small as may be, so that circles end where they are optional, and found once.
    fn part(&mut self, node: NodeId, depth: usize) -> Option<Value> {
        if let Some(known) = self.samples.get(&node) {
            return known.clone();
        }
        if depth == 0 || self.fuel == 0 {
            return None;
        }
        self.fuel = self.fuel.saturating_sub(LARGE_STEP);
        let normal = self.normal(node)?;
        // A schema whose example takes one of itself has none.
        self.samples.insert(node, None);
        for shape in normal.iter() {
            for kind in Types::GROUPS.into_iter().rev().filter(|kind| shape.types.meets(*kind)) {
                let candidates = self.candidates(shape, kind, false, depth);
                let sample = candidates.into_iter().find(|it| self.accepts_shape(shape, it, Role::Sender) == Tri::Yes);
                if sample.is_some() {
                    self.samples.insert(node, sample.clone());
                    return sample;
                }
            }
        }
        if self.fuel == 0 {
            self.samples.remove(&node);
        }
        None
    }

    /// Instances of the shape of all kinds, small ones and full ones.
    pub(super) fn examples_of(&mut self, shape: &Shape<'d>) -> Vec<Value> {
        self.instances(shape, true, DEPTH)
    }

    fn instances(&mut self, shape: &Shape<'d>, full: bool, depth: usize) -> Vec<Value> {
        let mut candidates = Vec::new();
        if self.fuel == 0 {
            return candidates;
        }
        self.fuel = self.fuel.saturating_sub(LARGE_STEP);
        for kind in Types::GROUPS.into_iter().rev().filter(|kind| shape.types.meets(*kind)) {
            candidates.extend(self.candidates(shape, kind, full, depth));
        }
        candidates.retain(|value| self.accepts_shape(shape, value, Role::Sender) == Tri::Yes);
        candidates
    }

    /// What may be an instance of the shape, of one kind.
    fn candidates(&mut self, shape: &Shape<'d>, kind: Types, full: bool, depth: usize) -> Vec<Value> {
        if let Some(values) = &shape.values {
            return values.iter().filter(|value| kind.has(Types::of(value))).map(|value| (*value).clone()).collect();
        }
        match kind {
            Types::OBJECT => {
                let least = self.object(shape, None, depth);
                let fullest = match &least {
                    Some(Value::Object(least)) if full => Some(self.fullest(shape, least.clone(), depth)),
                    _ => None,
                };
                least.into_iter().chain(fullest).collect()
            }
            Types::ARRAY => self.arrays(shape, full, depth),
            Types::STRING => self.texts(shape, &[]),
            Types::BOOLEAN => vec![json!(true), json!(false)],
            Types::NULL => vec![Value::Null],
            _ => numbers_of(shape, &[]),
        }
    }

    /// Texts that the shape may accept, of lengths around its own and these.
    pub(super) fn texts(&mut self, shape: &Shape<'d>, lengths: &[u64]) -> Vec<Value> {
        let mut texts: Vec<String> =
            shape.formats.iter().filter_map(|name| format::sample(name)).map(str::to_owned).collect();
        let own = [shape.length.min, shape.length.max.unwrap_or(0)];
        let mut lengths: Vec<u64> = own.iter().chain(lengths).copied().filter(|length| *length <= LONGEST).collect();
        lengths.push(1);
        for pattern in &shape.patterns {
            let Some(pattern) = self.pattern(pattern) else { continue };
            for length in lengths.iter().filter_map(|length| usize::try_from(*length).ok()) {
                texts.extend(pattern.sample(length));
            }
        }
        lengths.sort_unstable();
        let repeated = |length: &u64| usize::try_from(*length).ok().map(|length| "a".repeat(length));
        texts.extend(lengths.iter().filter_map(repeated));
        texts.extend(["0".to_owned(), " ".to_owned(), "A".to_owned(), "a b".to_owned()]);
        texts.into_iter().map(Value::from).collect()
    }

    /// Arrays of as few items as may be, and if they are to be full, of one and of two.
    fn arrays(&mut self, shape: &Shape<'d>, full: bool, depth: usize) -> Vec<Value> {
        let least =
            shape.contains.iter().map(|contains| contains.count.min).chain([shape.items.min]).max().unwrap_or(0);
        let lengths = if full { vec![least, least.max(1), least.max(2)] } else { vec![least] };
        lengths.into_iter().filter_map(|length| self.array(shape, length, None, depth)).collect()
    }

    /// An array of this length at least, with this item at a position.
    pub(super) fn array(
        &mut self,
        shape: &Shape<'d>,
        length: u64,
        fixed: Option<(usize, &Value)>,
        depth: usize,
    ) -> Option<Value> {
        let length = usize::try_from(length.min(LONGEST)).unwrap_or(0).max(fixed.map_or(0, |(at, _)| at + 1));
        let mut elements: Vec<Value> = Vec::new();
        for position in 0..length {
            let item = self.item(shape, position);
            let contained = shape.contains.first().filter(|_| position >= shape.positions());
            let element = match (fixed, contained) {
                (Some((at, value)), _) if at == position => value.clone(),
                (_, Some(contains)) => {
                    let atoms: Vec<_> = shape.item_atoms(position).into_iter().chain([contains.schema]).collect();
                    let node = self.node(atoms);
                    self.part(node, depth.saturating_sub(1)).or_else(|| self.part(item, depth.saturating_sub(1)))?
                }
                _ if shape.unique => self.another(item, &elements, depth.saturating_sub(1))?,
                _ => self.part(item, depth.saturating_sub(1))?,
            };
            elements.push(element);
        }
        Some(Value::Array(elements))
    }

    /// An instance that is none of these.
    fn another(&mut self, node: NodeId, taken: &[Value], depth: usize) -> Option<Value> {
        if depth == 0 || self.fuel == 0 {
            return None;
        }
        self.fuel = self.fuel.saturating_sub(LARGE_STEP);
        let normal = self.normal(node)?;
        let mut all = normal.iter().flat_map(|shape| self.instances(shape, false, depth)).collect::<Vec<_>>();
        all.retain(|value| !taken.contains(value));
        all.into_iter().next()
    }

    /// The object with every declared property that an example is found for.
    fn fullest(&mut self, shape: &Shape<'d>, mut members: Map<String, Value>, depth: usize) -> Value {
        for name in shape.declared() {
            if !members.contains_key(name)
                && let Some(property) = self.property(shape, name, Role::Sender)
                && let Some(value) = self.part(property, depth.saturating_sub(1))
            {
                members.insert(name.to_owned(), value);
            }
        }
        Value::Object(members)
    }

    /// The object with what is required and, if given, one property more.
    pub(super) fn object(&mut self, shape: &Shape<'d>, fixed: Option<(&str, &Value)>, depth: usize) -> Option<Value> {
        let mut members = Map::new();
        for name in &shape.required {
            if fixed.is_none_or(|(fixed, _)| fixed != *name) {
                let property = self.property(shape, name, Role::Sender)?;
                members.insert((*name).to_owned(), self.part(property, depth.saturating_sub(1))?);
            }
        }
        if let Some((name, value)) = fixed {
            members.insert(name.to_owned(), value.clone());
        }
        let least = usize::try_from(shape.properties.min.min(LONGEST)).unwrap_or(0);
        let declared = shape.declared();
        let invented = (1..).map(|number| format!("property{number}"));
        let mut more = declared.iter().map(|name| (*name).to_owned()).chain(invented);
        let mut attempts = 2 * least + declared.len();
        while members.len() < least && attempts > 0 {
            attempts -= 1;
            let Some(name) = more.next() else { break };
            if let Some(property) = self.property(shape, &name, Role::Sender)
                && let Some(value) = self.part(property, depth.saturating_sub(1))
            {
                members.entry(name).or_insert(value);
            }
        }
        Some(Value::Object(members))
    }

    /// How deep the parts of an example at the top may go.
    pub(super) const FULL_DEPTH: usize = DEPTH;
}

/// Numbers that the shape may accept, around its bounds and these.
pub(super) fn numbers_of(shape: &Shape<'_>, around: &[&Bound]) -> Vec<Value> {
    let (lower, upper) = (shape.lower_bound(), shape.upper_bound());
    let mut numbers: Vec<Number> = vec![1.into(), 0.into(), (-1).into()];
    for bound in around.iter().copied().chain(&lower).chain(&upper) {
        numbers.push(bound.value.clone());
        numbers.extend([-1, 1].into_iter().filter_map(|step| numbers::beside(&bound.value, step)));
        let half = bound.value.as_f64().map(|value| [value - 0.5, value + 0.5]);
        numbers.extend(half.into_iter().flatten().filter_map(Number::from_f64));
    }
    if let (Some(lower), Some(upper)) = (&lower, &upper)
        && let (Some(lower), Some(upper)) = (lower.value.as_f64(), upper.value.as_f64())
    {
        numbers.extend(Number::from_f64(f64::midpoint(lower, upper)));
    }
    for divisor in &shape.multiples {
        numbers.push((*divisor).clone());
        numbers.extend(divisor.as_f64().and_then(|value| Number::from_f64(value * 2.0)));
        // The first multiple inside of the bounds.
        if let (Some(step), Some(lower)) = (divisor.as_f64(), lower.as_ref().and_then(|bound| bound.value.as_f64())) {
            let first = (lower / step).ceil();
            numbers.extend([first, first + 1.0].into_iter().filter_map(|times| Number::from_f64(times * step)));
        }
    }
    numbers.extend([0.5, 1.5, -0.5, 2.0].into_iter().filter_map(Number::from_f64));
    let admitted = |number: &Number| {
        lower.as_ref().is_none_or(|bound| End::Lower.admits(bound, number))
            && upper.as_ref().is_none_or(|bound| End::Upper.admits(bound, number))
    };
    numbers.into_iter().filter(admitted).map(whole_as_integer).map(Value::Number).collect()
}

/// 2 rather than 2.0, which some readers of integers refuse.
fn whole_as_integer(number: Number) -> Number {
    match numbers::whole(&number).and_then(|whole| i64::try_from(whole).ok()) {
        Some(whole) => whole.into(),
        None => number,
    }
}
