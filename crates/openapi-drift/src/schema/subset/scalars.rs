//! Numbers and strings.

use std::cmp::Ordering;

use serde_json::{Number, Value};

use super::Comparison;
use crate::schema::numbers::{self, Bound, End};
use crate::schema::shape::Shape;
use crate::schema::types::Types;
use crate::schema::{Engine, Tri, example, format};

/// Whether every number of the one shape is one of the other.
pub(super) fn numbers(inner: &Shape<'_>, outer: &Shape<'_>) -> Comparison {
    let bounds = [
        (End::Lower, inner.lower_bound(), outer.lower_bound()),
        (End::Upper, inner.upper_bound(), outer.upper_bound()),
    ];
    let mut within = true;
    let mut around = Vec::new();
    for (end, inner_bound, outer_bound) in bounds {
        let Some(outer_bound) = outer_bound else { continue };
        let outer_bound = if inner.types.has(Types::FRACTION) { outer_bound } else { end.for_integers(outer_bound) };
        if inner_bound.is_none_or(|bound| end.strictness(&bound, &outer_bound) == Ordering::Less) {
            within = false;
            around.push(outer_bound);
        }
    }
    for divisor in &outer.multiples {
        let implied = inner.multiples.iter().any(|known| numbers::is_multiple(known, divisor) == Tri::Yes);
        let whole = !inner.types.has(Types::FRACTION) && numbers::is_multiple(&1.into(), divisor) == Tri::Yes;
        if !implied && !whole {
            within = false;
            // Half of it is no multiple.
            let half = divisor.as_f64().and_then(|value| Number::from_f64(value / 2.0));
            around.extend(half.map(|value| Bound { value, inclusive: true }));
        }
    }
    within &= !outer.formats.contains("float") || inner.formats.contains("float");
    if within {
        return Comparison::WITHIN;
    }
    Comparison::open(example::numbers_of(inner, &around.iter().collect::<Vec<_>>()))
}

impl<'d> Engine<'d> {
    /// Whether every text that the one pattern matches is matched by the other.
    pub(crate) fn pattern_within(&mut self, inner: &'d str, outer: &'d str) -> Tri {
        let (Some(inner), Some(outer)) = (self.pattern(inner), self.pattern(outer)) else { return Tri::Maybe };
        inner.within(&outer).0
    }

    /// Whether every string of the one shape is one of the other.
    pub(super) fn texts_within(&mut self, inner: &Shape<'d>, outer: &Shape<'d>) -> Comparison {
        let mut within = outer.length.min <= inner.length.min;
        within &= outer.length.max.is_none_or(|outer| inner.length.max.is_some_and(|inner| inner <= outer));
        let mut proofs: Vec<Value> = Vec::new();
        for pattern in &outer.patterns {
            let (implied, proof) = self.pattern_implied(inner, pattern);
            within &= implied;
            proofs.extend(proof);
        }
        let texts = |name: &&&str| format::subject(name) == format::Subject::Text;
        for name in outer.formats.iter().filter(texts) {
            within &= inner.formats.iter().any(|known| format::implies(known, name));
        }
        if within {
            return Comparison::WITHIN;
        }
        let beyond = outer.length.max.map(|max| max.saturating_add(1));
        let below = outer.length.min.checked_sub(1);
        let lengths: Vec<u64> = beyond.into_iter().chain(below).collect();
        proofs.extend(self.texts(inner, &lengths));
        Comparison::open(proofs)
    }

    /// Whether the strings of the shape all match the pattern, and one that may not.
    fn pattern_implied(&mut self, shape: &Shape<'d>, pattern: &'d str) -> (bool, Option<Value>) {
        if shape.patterns.contains(pattern) {
            return (true, None);
        }
        let Some(outer) = self.pattern(pattern) else { return (false, None) };
        let mut proof = None;
        // A string without a pattern matches the empty one.
        let own: Vec<&'d str> =
            if shape.patterns.is_empty() { vec![""] } else { shape.patterns.iter().copied().collect() };
        for inner in own {
            let Some(inner) = self.pattern(inner) else { continue };
            match inner.within(&outer) {
                (Tri::Yes, _) => return (true, None),
                (_, text) => proof = proof.or(text),
            }
        }
        (false, proof.map(Value::from))
    }
}
