//! One alternative of a schema: everything that an instance has to satisfy at once.
//!
//! A schema's normal form is a list of shapes of which an instance satisfies at least one. Whatever the document
//! wrote as `allOf`, `$ref`, `nullable`, a list of types, `const` or an exclusive bound, a shape says in one way.

use std::collections::{BTreeMap, BTreeSet};

use openapi_contract::instance::same;
use serde_json::{Number, Value};

use super::format;
use super::numbers::{Bound, End, is_multiple};
use super::tri::Tri;
use super::types::Types;
use super::{AtomId, NodeId};

/// What an instance has to satisfy at once. A demand on one type says nothing of instances of other types.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Shape<'d> {
    /// The component that this is, where the document gives it a name: for messages, and for telling variants apart.
    pub(crate) label: Option<&'d str>,
    pub(crate) types: Types,
    /// The only instances there are.
    pub(crate) values: Option<Vec<&'d Value>>,
    /// Instances that are forbidden.
    pub(crate) excluded: Vec<&'d Value>,
    /// All formats, of strings and of numbers.
    pub(crate) formats: BTreeSet<&'d str>,
    pub(crate) lower: Option<Bound>,
    pub(crate) upper: Option<Bound>,
    pub(crate) multiples: Vec<&'d Number>,
    pub(crate) length: Count,
    pub(crate) patterns: BTreeSet<&'d str>,
    pub(crate) items: Count,
    pub(crate) unique: bool,
    pub(crate) tuples: Vec<Tuple>,
    pub(crate) contains: Vec<Contains>,
    pub(crate) properties: Count,
    pub(crate) required: BTreeSet<&'d str>,
    /// Properties that do not exist in this direction: `readOnly` in requests, `writeOnly` in responses.
    pub(crate) hidden: BTreeSet<&'d str>,
    /// Properties that must not be there.
    pub(crate) absent: BTreeSet<&'d str>,
    pub(crate) groups: Vec<Group<'d>>,
    /// Schemas for the names of properties.
    pub(crate) names: Vec<AtomId>,
    /// Schemas that the instance must not satisfy.
    pub(crate) nots: BTreeSet<NodeId>,
    /// What there is no model of here; equal only to itself.
    pub(crate) opaque: Vec<Opaque<'d>>,
}

/// How many characters, items or properties.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) min: u64,
    pub(crate) max: Option<u64>,
}

/// What one schema object says of items by their position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tuple {
    pub(crate) prefix: Vec<AtomId>,
    /// For the items behind the prefix; `None` where nothing is said.
    pub(crate) rest: Option<AtomId>,
}

/// `contains` with its counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contains {
    pub(crate) schema: AtomId,
    pub(crate) count: Count,
}

/// What one schema object says of properties by their name. Kept apart from what another says, because each
/// `additionalProperties` looks only at the names beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Group<'d> {
    pub(crate) declared: BTreeMap<&'d str, AtomId>,
    pub(crate) patterns: Vec<(&'d str, AtomId)>,
    /// For names that are neither declared nor match; `None` where nothing is said.
    pub(crate) rest: Option<AtomId>,
}

/// A keyword that is compared by its text alone.
#[derive(Clone, Debug)]
pub(crate) struct Opaque<'d> {
    pub(crate) keyword: &'d str,
    pub(crate) value: &'d Value,
}

impl PartialEq for Opaque<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.keyword == other.keyword && same(self.value, other.value)
    }
}

impl Default for Types {
    fn default() -> Self {
        Self::ALL
    }
}

impl Count {
    fn and(self, other: Self) -> Self {
        let max = match (self.max, other.max) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        Self { min: self.min.max(other.min), max }
    }

    pub(crate) fn admits(self, count: u64) -> bool {
        self.min <= count && self.max.is_none_or(|max| count <= max)
    }

    fn is_empty(self) -> bool {
        self.max.is_some_and(|max| max < self.min)
    }
}

impl<'d> Shape<'d> {
    /// The shape of the listed values and nothing else.
    pub(crate) fn of_values(values: Vec<&'d Value>) -> Self {
        let types = values.iter().fold(Types::NONE, |types, value| types.or(Types::of(value)));
        Self { types, values: Some(values), ..Self::default() }
    }

    pub(crate) fn of_types(types: Types) -> Self {
        Self { types, ..Self::default() }
    }

    /// The same demands, for instances of some types only.
    pub(crate) fn only(&self, types: Types) -> Self {
        Self { types: self.types.and(types), ..self.clone() }
    }

    /// Whether nothing but the types and the demands on each type decide, so that shapes of other types can be joined.
    pub(crate) fn is_plain(&self) -> bool {
        self.values.is_none() && self.excluded.is_empty() && self.nots.is_empty() && self.opaque.is_empty()
    }

    /// Both at once; `None` where that is plainly impossible.
    pub(crate) fn and(&self, other: &Self) -> Option<Self> {
        let mut both = self.clone();
        both.label = self.label.or(other.label);
        both.types = self.types.and(other.types);
        both.values = match (&self.values, &other.values) {
            (Some(one), Some(two)) => {
                Some(one.iter().copied().filter(|value| two.iter().any(|other| same(value, other))).collect())
            }
            (one, two) => one.clone().or_else(|| two.clone()),
        };
        join(&mut both.excluded, &other.excluded, |one, two| same(one, two));
        both.formats.extend(&other.formats);
        both.lower = End::Lower.stricter(self.lower.as_ref(), other.lower.as_ref());
        both.upper = End::Upper.stricter(self.upper.as_ref(), other.upper.as_ref());
        join(&mut both.multiples, &other.multiples, |one, two| one == two);
        both.length = self.length.and(other.length);
        both.patterns.extend(&other.patterns);
        both.items = self.items.and(other.items);
        both.unique |= other.unique;
        join(&mut both.tuples, &other.tuples, |one, two| one == two);
        join(&mut both.contains, &other.contains, |one, two| one == two);
        both.properties = self.properties.and(other.properties);
        both.hidden.extend(&other.hidden);
        both.absent.extend(&other.absent);
        both.required.extend(&other.required);
        both.required.retain(|name| !both.hidden.contains(name));
        join(&mut both.groups, &other.groups, |one, two| one == two);
        join(&mut both.names, &other.names, |one, two| one == two);
        both.nots.extend(&other.nots);
        join(&mut both.opaque, &other.opaque, |one, two| one == two);
        both.tidy().then_some(both)
    }

    /// Takes out types that nothing can have any more; `false` when no type is left.
    pub(crate) fn tidy(&mut self) -> bool {
        if let Some(values) = &mut self.values {
            let types = self.types;
            values.retain(|value| types.has(Types::of(value)));
            self.types = values.iter().fold(Types::NONE, |types, value| types.or(Types::of(value)));
        }
        if self.length.is_empty() {
            self.types = self.types.without(Types::STRING);
        }
        if self.items.is_empty() {
            self.types = self.types.without(Types::ARRAY);
        }
        let required = u64::try_from(self.required.len()).unwrap_or(u64::MAX);
        let contradicts = self.required.iter().any(|name| self.absent.contains(name));
        if contradicts || self.properties.is_empty() || self.properties.max.is_some_and(|max| max < required) {
            self.types = self.types.without(Types::OBJECT);
        }
        if let (Some(lower), Some(upper)) = (self.lower_bound(), self.upper_bound())
            && !(End::Upper.admits(&upper, &lower.value) && End::Lower.admits(&lower, &upper.value))
        {
            self.types = self.types.without(Types::NUMBER);
        }
        !self.types.is_empty()
    }

    /// For integers alone, says bounds in one way, and leaves out multiples that every integer is one of.
    pub(crate) fn settle_integers(&mut self) {
        if self.types.has(Types::INTEGER) && !self.types.has(Types::FRACTION) {
            self.lower = self.lower.take().map(|bound| End::Lower.for_integers(bound));
            self.upper = self.upper.take().map(|bound| End::Upper.for_integers(bound));
            self.multiples.retain(|divisor| is_multiple(&1.into(), divisor) != Tri::Yes);
        }
    }

    /// The lower bound, that of the formats included.
    pub(crate) fn lower_bound(&self) -> Option<Bound> {
        let ranges = self.formats.iter().filter_map(|format| format::range(format));
        ranges.fold(self.lower.clone(), |bound, (lower, _)| End::Lower.stricter(bound.as_ref(), Some(&lower)))
    }

    /// The upper bound, that of the formats included.
    pub(crate) fn upper_bound(&self) -> Option<Bound> {
        let ranges = self.formats.iter().filter_map(|format| format::range(format));
        ranges.fold(self.upper.clone(), |bound, (_, upper)| End::Upper.stricter(bound.as_ref(), Some(&upper)))
    }

    /// Whether null is among the instances, as far as lists of values say.
    pub(crate) fn admits_null(&self) -> bool {
        self.values.as_ref().is_none_or(|values| values.iter().any(|value| value.is_null()))
            && !self.excluded.iter().any(|value| value.is_null())
    }

    /// The names of all declared properties that exist in this direction.
    pub(crate) fn declared(&self) -> BTreeSet<&'d str> {
        let names = self.groups.iter().flat_map(|group| group.declared.keys().copied());
        names.filter(|name| !self.hidden.contains(name)).collect()
    }

    /// The patterns whose properties have a schema of their own.
    pub(crate) fn property_patterns(&self) -> BTreeSet<&'d str> {
        self.groups.iter().flat_map(|group| group.patterns.iter().map(|(text, _)| *text)).collect()
    }

    /// Whether a sender has only the declared properties to send: some are declared, and nothing is said of others.
    pub(crate) fn is_closed_to_senders(&self) -> bool {
        let declares = !self.hidden.is_empty() || self.groups.iter().any(|group| !group.declared.is_empty());
        declares && self.groups.iter().all(|group| group.rest.is_none() && group.patterns.is_empty())
    }

    /// How many positions of an array have a schema of their own.
    pub(crate) fn positions(&self) -> usize {
        self.tuples.iter().map(|tuple| tuple.prefix.len()).max().unwrap_or(0)
    }

    /// The schemas for the item at a position, or for all behind the last one that has its own.
    pub(crate) fn item_atoms(&self, position: usize) -> Vec<AtomId> {
        self.tuples.iter().filter_map(|tuple| tuple.prefix.get(position).copied().or(tuple.rest)).collect()
    }
}

fn join<T: Clone>(into: &mut Vec<T>, from: &[T], equal: impl Fn(&T, &T) -> bool) {
    for new in from {
        if !into.iter().any(|old| equal(old, new)) {
            into.push(new.clone());
        }
    }
}
