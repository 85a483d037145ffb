//! Arrays.

use serde_json::{Value, json};

use super::{Comparison, Verdict};
use crate::schema::shape::{Contains, Count, Shape};
use crate::schema::{Engine, Tri};

impl<'d> Engine<'d> {
    /// Whether every array of the one shape is one of the other.
    pub(super) fn arrays_within(&mut self, inner: &Shape<'d>, outer: &Shape<'d>) -> Comparison {
        let mut comparison = Comparison::WITHIN;
        let mut lengths = Vec::new();
        if outer.items.min > inner.items.min {
            lengths.push(inner.items.min);
        }
        if let Some(max) = outer.items.max
            && inner.items.max.is_none_or(|inner| inner > max)
        {
            lengths.push(max.saturating_add(1));
        }
        for length in lengths {
            let proof = self.array(inner, length, None, Self::FULL_DEPTH);
            comparison.add(Comparison::open(proof.into_iter().collect()));
        }
        let more_than_one = inner.items.max.is_none_or(|max| max > 1);
        if outer.unique && !inner.unique && more_than_one {
            comparison.add(Comparison::open(self.repeated(inner)));
        }
        for position in 0..=inner.positions().max(outer.positions()) {
            let reachable = inner.items.max.is_none_or(|max| u64::try_from(position).is_ok_and(|at| at < max));
            if reachable {
                comparison.add(self.item_within(inner, outer, position));
            }
        }
        for contains in &outer.contains {
            if !self.contains_implied(inner, contains) {
                let proofs = self.examples_of(inner);
                comparison.add(Comparison::open(proofs));
            }
        }
        comparison
    }

    fn item_within(&mut self, inner: &Shape<'d>, outer: &Shape<'d>, position: usize) -> Comparison {
        let (sent, read) = (self.item(inner, position), self.item(outer, position));
        match self.subset(sent, read) {
            Verdict::Yes => Comparison::WITHIN,
            Verdict::Maybe => Comparison::open(Vec::new()),
            Verdict::No(item) => {
                let proof = self.array(inner, inner.items.min, Some((position, &item)), Self::FULL_DEPTH);
                Comparison::open(proof.into_iter().collect())
            }
        }
    }

    /// Arrays of two equal items.
    fn repeated(&mut self, shape: &Shape<'d>) -> Vec<Value> {
        let (first, second) = (self.item(shape, 0), self.item(shape, 1));
        let both = self.atoms_of(first).iter().chain(self.atoms_of(second).iter()).copied().collect::<Vec<_>>();
        let node = self.node(both);
        self.example(node).map(|item| json!([item, item])).into_iter().collect()
    }

    /// Whether the arrays of the shape all contain what is asked for, as often as it is.
    fn contains_implied(&mut self, shape: &Shape<'d>, asked: &Contains) -> bool {
        let Contains { schema, count: Count { min, max } } = asked;
        let asked_node = self.node([*schema]);
        let mut enough = *min == 0;
        let mut few = max.is_none();
        for known in &shape.contains {
            let known_node = self.node([known.schema]);
            enough |= known.count.min >= *min && self.subset(known_node, asked_node).as_tri() == Tri::Yes;
            let bounded = known.count.max.is_some_and(|known| max.is_some_and(|max| known <= max));
            few |= bounded && self.subset(asked_node, known_node).as_tri() == Tri::Yes;
        }
        enough && few
    }
}
