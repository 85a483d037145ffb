//! Objects.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Comparison, Verdict};
use crate::schema::shape::Shape;
use crate::schema::{AtomId, Engine, NodeId, Role, Tri};

impl<'d> Engine<'d> {
    /// Whether every object of the one shape is one of the other.
    pub(super) fn objects_within(&mut self, inner: &Shape<'d>, outer: &Shape<'d>) -> Comparison {
        let mut comparison = Comparison::WITHIN;
        if !outer.required.is_subset(&inner.required) {
            comparison.add(self.smallest(inner));
        }
        let required = u64::try_from(inner.required.len()).unwrap_or(u64::MAX);
        if outer.properties.min > inner.properties.min.max(required) {
            comparison.add(self.smallest(inner));
        }
        if let Some(max) = outer.properties.max {
            comparison.add(self.at_most(inner, max));
        }
        let named: BTreeSet<&'d str> = inner
            .declared()
            .into_iter()
            .chain(outer.declared())
            .chain(outer.absent.iter().copied())
            .chain(inner.required.iter().copied())
            .collect();
        for name in named {
            let sent = self.property(inner, name, Role::Sender);
            let read = self.property(outer, name, Role::Reader);
            if let (Some(sent), Some(read)) = (sent, read) {
                comparison.add(self.member_within(inner, name, sent, read));
            }
        }
        comparison.add(self.others_within(inner, outer));
        for schema in &outer.names {
            if !inner.names.contains(schema) {
                comparison.add(self.names_within(inner, *schema));
            }
        }
        comparison
    }

    fn smallest(&mut self, shape: &Shape<'d>) -> Comparison {
        let proof = self.object(shape, None, Self::FULL_DEPTH);
        Comparison::open(proof.into_iter().collect())
    }

    /// Whether the objects of the shape have no more than this many properties.
    fn at_most(&mut self, shape: &Shape<'d>, max: u64) -> Comparison {
        let declared = u64::try_from(shape.declared().len()).unwrap_or(u64::MAX);
        let bounded = shape.properties.max.is_some_and(|inner| inner <= max);
        let few = self.is_closed(shape) && declared <= max;
        if bounded || few {
            return Comparison::WITHIN;
        }
        let mut larger = shape.clone();
        larger.properties.min = larger.properties.min.max(max.saturating_add(1));
        let proof = self.object(&larger, None, Self::FULL_DEPTH);
        Comparison::open(proof.into_iter().collect())
    }

    fn member_within(&mut self, inner: &Shape<'d>, name: &str, sent: NodeId, read: NodeId) -> Comparison {
        match self.subset(sent, read) {
            Verdict::Yes => Comparison::WITHIN,
            Verdict::Maybe => Comparison::open(Vec::new()),
            Verdict::No(value) => {
                let proof = self.object(inner, Some((name, &value)), Self::FULL_DEPTH);
                Comparison::open(proof.into_iter().collect())
            }
        }
    }

    /// Properties that neither side declares: by the patterns of both, and all the rest.
    fn others_within(&mut self, inner: &Shape<'d>, outer: &Shape<'d>) -> Comparison {
        let Some(others) = self.other_properties(inner, Role::Sender) else { return Comparison::WITHIN };
        let Some(read) = self.other_properties(outer, Role::Reader) else { return Comparison::WITHIN };
        let mut comparison = self.member_within(inner, &new_name(inner, outer), others, read);
        for pattern in inner.property_patterns().union(&outer.property_patterns()) {
            let name = self.pattern(pattern).and_then(|pattern| pattern.sample(0)).unwrap_or_default();
            // Every name that matches is checked against each pattern of the reader's in the turn of that pattern, so
            // that here the sender's schema may be too wide, and the reader's too narrow, for names that match more.
            let sent = inner.groups.iter().filter_map(|group| {
                let own = group.patterns.iter().find(|(text, _)| text == pattern).map(|(_, schema)| *schema);
                own.or(group.rest.filter(|_| group.patterns.is_empty()))
            });
            let sent = self.node(sent.collect::<Vec<_>>());
            let read = outer.groups.iter().filter_map(|group| {
                let own = group.patterns.iter().find(|(text, _)| text == pattern).map(|(_, schema)| *schema);
                own.or(group.rest)
            });
            let read = self.node(read.collect::<Vec<_>>());
            comparison.add(self.member_within(inner, &name, sent, read));
        }
        comparison
    }

    /// Whether the schema accepts all names of properties that the shape lets through.
    fn names_within(&mut self, shape: &Shape<'d>, schema: AtomId) -> Comparison {
        let read = self.node([schema]);
        let refused = if self.is_closed(shape) {
            let declared = shape.declared();
            let refused = |name: &&&'d str| self.accepts(read, &Value::from(**name), Role::Reader) != Tri::Yes;
            declared.iter().find(refused).map(|name| Some((*name).to_owned()))
        } else {
            let text = self.text();
            let sent = self.node(shape.names.iter().copied().chain([text]).collect::<Vec<_>>());
            match self.subset(sent, read) {
                Verdict::Yes => None,
                Verdict::Maybe => Some(None),
                Verdict::No(name) => Some(name.as_str().map(str::to_owned)),
            }
        };
        match refused {
            None => Comparison::WITHIN,
            Some(None) => Comparison::open(Vec::new()),
            Some(Some(name)) => {
                let value = self.property(shape, &name, Role::Sender).and_then(|property| self.sample(property));
                let proof = value.and_then(|value| self.object(shape, Some((&name, &value)), Self::FULL_DEPTH));
                Comparison::open(proof.into_iter().collect())
            }
        }
    }
}

/// A name that neither side declares.
fn new_name(inner: &Shape<'_>, outer: &Shape<'_>) -> String {
    let taken: BTreeSet<&str> = inner.declared().into_iter().chain(outer.declared()).collect();
    let mut names = (1_u32..).map(|number| format!("property{number}"));
    names.find(|name| !taken.contains(name.as_str())).unwrap_or_default()
}
