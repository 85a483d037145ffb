//! Containment: whether the reader's schema accepts all that the sender's lets through.

mod arrays;
mod objects;
mod scalars;

use std::rc::Rc;

use serde_json::Value;

use super::shape::Shape;
use super::types::Types;
use super::{AtomId, AtomKind, Engine, NodeId, Normal, Question, Role, Side, Tri};

/// Whether one schema accepts all that another does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// It does.
    Yes,
    /// It does not: it refuses this instance of the other.
    No(Rc<Value>),
    /// It cannot be told.
    Maybe,
}

impl Verdict {
    pub(crate) fn as_tri(&self) -> Tri {
        match self {
            Self::Yes => Tri::Yes,
            Self::No(_) => Tri::No,
            Self::Maybe => Tri::Maybe,
        }
    }

    /// Both hold.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No(proof), _) | (_, Self::No(proof)) => Self::No(proof),
            (Self::Maybe, _) | (_, Self::Maybe) => Self::Maybe,
            (Self::Yes, Self::Yes) => Self::Yes,
        }
    }
}

/// How one shape compares with another: `Yes` when it lies within, and else instances that may prove the opposite.
pub(super) struct Comparison {
    within: Tri,
    proofs: Vec<Value>,
}

impl Comparison {
    const WITHIN: Self = Self { within: Tri::Yes, proofs: Vec::new() };

    fn open(proofs: Vec<Value>) -> Self {
        Self { within: Tri::Maybe, proofs }
    }

    fn add(&mut self, other: Self) {
        self.within = self.within.and(other.within);
        self.proofs.extend(other.proofs);
    }
}

/// Steps for one question: instances held against schemas.
const FUEL: u32 = 40_000;
/// Steps for one pair of schemas and all their parts together.
const RESERVE: u32 = 100_000;
/// What a comparison or a search for an example counts for.
pub(super) const LARGE_STEP: u32 = 10;
/// The depth of no question: an answer that relies on none that is still open.
pub(super) const NOTHING: usize = usize::MAX;
/// Questions within questions; beyond this the answer stays open.
const DEEPEST: usize = 400;
/// How often one shape is split into cases.
const SPLITS: usize = 4;
/// Values of a tag that a shape is split by.
const MOST_CASES: usize = 64;

impl<'d> Engine<'d> {
    /// Whether `reader` accepts all that `sender` may send.
    pub(crate) fn subset(&mut self, sender: NodeId, reader: NodeId) -> Verdict {
        let question = (sender, reader, self.is_literal);
        if self.is_plainly_within(sender, reader) {
            return Verdict::Yes;
        }
        if let Some((known, relies_on)) = self.verdicts.get(&question) {
            self.relied_on = self.relied_on.min(*relies_on);
            return known.clone();
        }
        if let Some(depth) = self.open.get(&question) {
            // Asked further up: taken for granted here, and decided there.
            self.relied_on = self.relied_on.min(*depth);
            return Verdict::Yes;
        }
        let depth = self.open.len();
        if self.fuel == 0 || depth > DEEPEST {
            return Verdict::Maybe;
        }
        self.fuel = self.fuel.saturating_sub(LARGE_STEP);
        self.open.insert(question, depth);
        let before = std::mem::replace(&mut self.relied_on, NOTHING);
        let first = self.provisional.len();
        let verdict = self.compare(sender, reader);
        self.open.remove(&question);
        let relies_on = if self.relied_on < depth { self.relied_on } else { NOTHING };
        self.relied_on = before.min(relies_on);
        self.remember(question, &verdict, relies_on, first);
        verdict
    }

    /// Keeps an answer, and those inside of it that took this one for granted.
    fn remember(&mut self, question: Question, verdict: &Verdict, relies_on: usize, first: usize) {
        if *verdict != Verdict::Yes {
            for wrong in self.provisional.drain(first..) {
                self.verdicts.remove(&wrong);
            }
        } else if relies_on == NOTHING {
            for proven in self.provisional.drain(first..) {
                self.verdicts.entry(proven).and_modify(|(_, relies_on)| *relies_on = NOTHING);
            }
        } else {
            self.provisional.push(question);
        }
        // An answer that only ran out of steps may be found when it is asked again.
        if self.fuel > 0 {
            let relies_on = if *verdict == Verdict::Yes { relies_on } else { NOTHING };
            self.verdicts.insert(question, (verdict.clone(), relies_on));
        }
    }

    /// Grants the steps for the questions about one pair of schemas and all their parts.
    pub(crate) fn restock(&mut self) {
        (self.granted, self.fuel) = (0, 0);
        self.reserve = RESERVE;
    }

    /// Grants the steps for one question of a caller's, with all that it leads to.
    pub(crate) fn refuel(&mut self) {
        self.reserve = self.reserve.saturating_sub(self.granted.saturating_sub(self.fuel));
        self.granted = self.reserve.min(FUEL);
        self.fuel = self.granted;
    }

    /// Whether the sender's schema demands all that the reader's does, word for word.
    fn is_plainly_within(&mut self, sender: NodeId, reader: NodeId) -> bool {
        let (sent, read) = (self.atoms_of(sender), self.atoms_of(reader));
        read.iter().all(|outer| sent.contains(outer) || sent.iter().any(|inner| self.is_same(*inner, *outer)))
    }

    /// Whether the schema objects are the same in the same words.
    pub(crate) fn is_same(&mut self, one: AtomId, other: AtomId) -> bool {
        let (AtomKind::Schema(one_side, one), AtomKind::Schema(other_side, other)) =
            (self.atom_data(one).kind, self.atom_data(other).kind)
        else {
            return false;
        };
        let documents = self.documents;
        match (one_side, other_side) {
            (Side::Base, Side::Revision) => self.sameness.schemas(documents, one, other),
            (Side::Revision, Side::Base) => self.sameness.schemas(documents, other, one),
            _ => false,
        }
    }

    fn compare(&mut self, sender: NodeId, reader: NodeId) -> Verdict {
        let (Some(sent), Some(read)) = (self.normal(sender), self.normal(reader)) else { return Verdict::Maybe };
        let mut verdict = Verdict::Yes;
        for shape in sent.iter() {
            verdict = verdict.and(self.shape_within(shape, reader, &read, SPLITS));
            if matches!(verdict, Verdict::No(_)) {
                break;
            }
        }
        verdict
    }

    /// Whether the reader accepts every instance of the shape.
    pub(crate) fn shape_within(
        &mut self,
        shape: &Shape<'d>,
        reader: NodeId,
        read: &Normal<'d>,
        splits: usize,
    ) -> Verdict {
        if self.is_empty(shape, 3) == Tri::Yes {
            return Verdict::Yes;
        }
        if let Some(values) = &shape.values {
            let each = values.iter().map(|value| self.value_within(shape, value, reader)).collect::<Vec<_>>();
            return each.into_iter().fold(Verdict::Yes, Verdict::and);
        }
        for outer in read.iter() {
            if self.within(shape, outer).within == Tri::Yes {
                return Verdict::Yes;
            }
        }
        let groups: Vec<Types> = Types::GROUPS.into_iter().filter(|group| shape.types.meets(*group)).collect();
        if groups.len() > 1 {
            let parts = groups.into_iter().map(|group| shape.only(group));
            return self.parts_within(parts.collect(), reader, read, splits);
        }
        let few: &[Value] = match shape.types {
            Types::NULL => &[Value::Null],
            Types::BOOLEAN => &[Value::Bool(false), Value::Bool(true)],
            _ => &[],
        };
        if !few.is_empty() {
            let each = few.iter().map(|value| self.value_within(shape, value, reader)).collect::<Vec<_>>();
            return each.into_iter().fold(Verdict::Yes, Verdict::and);
        }
        let mut proofs = self.proofs(shape, read);
        if let Some(proof) = proofs.iter().position(|proof| self.proves(shape, proof, reader)) {
            return Verdict::No(Rc::new(proofs.swap_remove(proof)));
        }
        if splits > 0
            && read.len() > 1
            && let Some(parts) = self.cases(shape)
        {
            return self.parts_within(parts, reader, read, splits - 1);
        }
        Verdict::Maybe
    }

    fn parts_within(&mut self, parts: Vec<Shape<'d>>, reader: NodeId, read: &Normal<'d>, splits: usize) -> Verdict {
        let mut verdict = Verdict::Yes;
        for part in parts {
            verdict = verdict.and(self.shape_within(&part, reader, read, splits));
        }
        verdict
    }

    fn value_within(&mut self, shape: &Shape<'d>, value: &Value, reader: NodeId) -> Verdict {
        let sent = self.accepts_shape(shape, value, Role::Sender);
        match (sent, self.accepts(reader, value, Role::Reader)) {
            (Tri::No, _) | (_, Tri::Yes) => Verdict::Yes,
            (Tri::Yes, Tri::No) => Verdict::No(Rc::new(value.clone())),
            _ => Verdict::Maybe,
        }
    }

    /// Instances that may prove that the shape lets something through that no shape of the reader's does.
    fn proofs(&mut self, shape: &Shape<'d>, read: &Normal<'d>) -> Vec<Value> {
        let mut proofs = Vec::new();
        for outer in read.iter() {
            proofs.extend(self.within(shape, outer).proofs);
        }
        proofs.extend(self.examples_of(shape));
        proofs
    }

    fn proves(&mut self, shape: &Shape<'d>, proof: &Value, reader: NodeId) -> bool {
        self.accepts(reader, proof, Role::Reader) == Tri::No
            && self.accepts_shape(shape, proof, Role::Sender) == Tri::Yes
    }

    /// Whether the one shape alone accepts all of the other.
    pub(crate) fn shape_in_shape(&mut self, inner: &Shape<'d>, outer: &Shape<'d>) -> bool {
        let values = inner.values.clone();
        if let Some(values) = values {
            return values.iter().all(|value| self.accepts_shape(outer, value, Role::Reader) == Tri::Yes);
        }
        self.within(inner, outer).within == Tri::Yes
    }

    /// How the shape compares with one of the reader's.
    fn within(&mut self, inner: &Shape<'d>, outer: &Shape<'d>) -> Comparison {
        if self.fuel == 0 {
            return Comparison::open(Vec::new());
        }
        self.fuel = self.fuel.saturating_sub(LARGE_STEP);
        let mut comparison = Comparison::WITHIN;
        let refused = inner.types.without(outer.types);
        if !refused.is_empty() {
            comparison.add(Comparison::open(self.examples_of(&inner.only(refused))));
        }
        let inner = &inner.only(outer.types);
        if let Some(values) = &outer.values {
            let mut proofs = self.examples_of(inner);
            proofs.retain(|proof| !values.contains(&proof));
            comparison.add(Comparison::open(proofs));
        }
        for value in &outer.excluded {
            if self.accepts_shape(inner, value, Role::Sender) != Tri::No {
                comparison.add(Comparison::open(vec![(*value).clone()]));
            }
        }
        if inner.types.meets(Types::NUMBER) {
            comparison.add(scalars::numbers(inner, outer));
        }
        if inner.types.has(Types::STRING) {
            comparison.add(self.texts_within(inner, outer));
        }
        if inner.types.has(Types::ARRAY) {
            comparison.add(self.arrays_within(inner, outer));
        }
        if inner.types.has(Types::OBJECT) {
            comparison.add(self.objects_within(inner, outer));
        }
        for node in &outer.nots {
            comparison.add(self.avoids(inner, *node));
        }
        if outer.opaque.iter().any(|opaque| !inner.opaque.contains(opaque)) {
            comparison.add(Comparison::open(Vec::new()));
        }
        comparison
    }

    /// Whether no instance of the shape satisfies the schema.
    fn avoids(&mut self, shape: &Shape<'d>, forbidden: NodeId) -> Comparison {
        for known in shape.nots.clone() {
            if self.subset_literally(forbidden, known) == Verdict::Yes {
                return Comparison::WITHIN;
            }
        }
        let Some(normal) = self.normal(forbidden) else { return Comparison::open(Vec::new()) };
        let mut comparison = Comparison::WITHIN;
        for other in normal.iter() {
            if self.fuel == 0 {
                return Comparison::open(comparison.proofs);
            }
            self.fuel = self.fuel.saturating_sub(LARGE_STEP);
            let Some(both) = shape.and(other) else { continue };
            if self.is_empty(&both, 3) != Tri::Yes {
                let proofs = self.examples_of(&both);
                comparison.add(Comparison::open(proofs));
            }
        }
        comparison
    }

    /// Containment of what the schemas say, whoever sends it. What must not be is compared like this.
    pub(crate) fn subset_literally(&mut self, inner: NodeId, outer: NodeId) -> Verdict {
        let before = std::mem::replace(&mut self.is_literal, true);
        let verdict = self.subset(inner, outer);
        self.is_literal = before;
        verdict
    }

    /// The shape in cases, one for each value of a property that tells variants apart.
    fn cases(&mut self, shape: &Shape<'d>) -> Option<Vec<Shape<'d>>> {
        if shape.types != Types::OBJECT {
            return None;
        }
        for name in shape.required.clone() {
            let Some(property) = self.property(shape, name, Role::Sender) else { continue };
            let Some(normal) = self.normal(property) else { continue };
            let cases: Option<Vec<Vec<&'d Value>>> = normal.iter().map(|shape| shape.values.clone()).collect();
            let values: Vec<&'d Value> = cases.into_iter().flatten().flatten().collect();
            if values.len() > 1 && values.len() <= MOST_CASES {
                let mut case = |value| {
                    let constant = self.constant(value);
                    let group = super::shape::Group { declared: [(name, constant)].into(), ..Default::default() };
                    let mut part = shape.clone();
                    part.groups.push(group);
                    part
                };
                return Some(values.into_iter().map(&mut case).collect());
            }
        }
        None
    }
}
