//! Schemas of several shapes: `oneOf`, `anyOf`, and whatever else leaves a choice.

use openapi_contract::instance::same;
use serde_json::Value;

use super::annotations::Both;
use super::{Effect, Explainer, Explanation, Pair, cap};
use crate::rule::SchemaRule;
use crate::schema::types::Types;
use crate::schema::{NodeId, Normal, Role, Shape, Verdict};

/// Keywords that demand something of some instances only. What they leave a choice between are no variants that anybody
/// wrote, and their demands hold for no instance by themselves.
const CONDITIONS: [&[&str]; 3] = [&["if", "then", "else"], &["dependentRequired"], &["dependentSchemas"]];

impl<'d> Explainer<'d> {
    /// Conditions that are new, gone or other ones. If there are any, what changed in between is told as they are.
    pub(super) fn conditions(&mut self, pair: (NodeId, NodeId), verdict: &Verdict, out: &mut Explanation) -> bool {
        let mut any = false;
        for keywords in CONDITIONS {
            let values: Vec<_> = keywords.iter().map(|keyword| self.on_both_sides(pair, keyword)).collect();
            let equal = |[was, is]: &Both<'d>| match (was, is) {
                (Some(was), Some(is)) => same(was, is),
                (was, is) => was.is_none() && is.is_none(),
            };
            if values.iter().all(equal) {
                continue;
            }
            let words = match values[0] {
                [None, Some(_)] => "is new",
                [Some(_), None] => "is gone",
                _ => "changed",
            };
            out.changes.push(self.change(
                SchemaRule::KeywordChanged,
                format!("`{}` {words}", keywords[0]),
                pair,
                verdict,
            ));
            any = true;
        }
        any
    }

    /// Finds for each variant what became of it, and explains those that changed.
    pub(super) fn variants(
        &mut self,
        (base, revision): (NodeId, NodeId),
        old: &[Shape<'d>],
        new: &[Shape<'d>],
        verdict: &Verdict,
        out: &mut Explanation,
    ) {
        self.engine.refuel();
        // How schemas of different types were joined depends on their order; here each stands for itself.
        let (old, new) = (by_type(old), by_type(new));
        let mut left: Vec<usize> = (0..new.len()).collect();
        let mut gone: Vec<usize> = Vec::new();
        let mut pairs = Vec::new();
        // Equal ones first, so that a changed one does not take the place of a variant that is still there.
        for (number, shape) in old.iter().enumerate() {
            match left.iter().position(|candidate| self.is_equivalent(shape, &new[*candidate])) {
                Some(found) => pairs.push((number, left.remove(found))),
                None => gone.push(number),
            }
        }
        let tags = |explainer: &mut Self, shapes: &[Shape<'d>]| -> Vec<Vec<Tag<'d>>> {
            shapes.iter().map(|shape| explainer.tags(shape)).collect()
        };
        let (old_tags, new_tags) = (tags(self, &old), tags(self, &new));
        let same_tag = |was: usize, is: usize| {
            let mut pairs = old_tags[was].iter().flat_map(|old| new_tags[is].iter().map(move |new| (old, new)));
            pairs.any(|(old, new)| old.0 == new.0 && same(old.1, new.1))
        };
        let same_label = |was: usize, is: usize| old[was].label.is_some() && old[was].label == new[is].label;
        let same_types = |was: usize, is: usize| has_same_types(&old[was], &new[is]);
        let likenesses: [&dyn Fn(usize, usize) -> bool; 3] = [&same_tag, &same_label, &same_types];
        for is_alike in likenesses {
            let mut unmatched = Vec::new();
            for number in gone {
                match left.iter().position(|candidate| is_alike(number, *candidate)) {
                    Some(found) => pairs.push((number, left.remove(found))),
                    None => unmatched.push(number),
                }
            }
            gone = unmatched;
        }
        pairs.sort_unstable();
        for (number, other) in pairs {
            let (old, new) = (&old[number], &new[other]);
            let verdict = self.variant_verdict((base, revision), (old, new), verdict);
            let pair = Pair { base, revision, old, new, verdict: &verdict };
            self.shapes(&pair, out);
        }
        let (old_node, new_node) = (base, revision);
        for number in gone {
            self.variant(&old[number], (base, revision), new_node, Effect::Narrows, out);
        }
        for number in left {
            self.variant(&new[number], (base, revision), old_node, Effect::Widens, out);
        }
    }

    /// Whether the reader accepts all of the sender's variant: what one variant breaks is no fault of another.
    fn variant_verdict(
        &mut self,
        (base, revision): (NodeId, NodeId),
        (old, new): (&Shape<'d>, &Shape<'d>),
        whole: &Verdict,
    ) -> Verdict {
        let (sent, _) = self.roles(old, new);
        let (_, reader) = self.roles(base, revision);
        match self.engine.normal(reader) {
            Some(normal) => cap(self.shape_within(sent, reader, &normal), whole),
            None => whole.clone(),
        }
    }

    /// A variant that only one side has; if the other side accepts all of it anyway, nothing changed.
    fn variant(
        &mut self,
        shape: &Shape<'d>,
        (base, revision): (NodeId, NodeId),
        other: NodeId,
        effect: Effect,
        out: &mut Explanation,
    ) {
        let Some(normal) = self.engine.normal(other) else { return };
        let verdict = self.shape_within(shape, other, &normal);
        if verdict == Verdict::Yes {
            return;
        }
        let (rule, words) = match effect {
            Effect::Narrows => (SchemaRule::VariantRemoved, "is no longer one of the variants"),
            _ => (SchemaRule::VariantAdded, "is a new variant"),
        };
        let verdict = if self.hurts(effect) { verdict } else { Verdict::Yes };
        out.changes.push(self.change(rule, format!("{} {words}", describe(shape)), (base, revision), &verdict));
    }

    fn shape_within(&mut self, shape: &Shape<'d>, node: NodeId, normal: &Normal<'d>) -> Verdict {
        self.engine.shape_within(shape, node, normal, 1)
    }

    fn is_equivalent(&mut self, old: &Shape<'d>, new: &Shape<'d>) -> bool {
        self.engine.shape_in_shape(old, new) && self.engine.shape_in_shape(new, old)
    }

    /// Required properties with a single value.
    fn tags(&mut self, shape: &Shape<'d>) -> Vec<Tag<'d>> {
        let mut tags = Vec::new();
        for name in &shape.required {
            let property = self.engine.property(shape, name, Role::Reader);
            let normal = property.and_then(|property| self.engine.normal(property));
            if let Some([only]) = normal.as_deref()
                && let Some([value]) = only.values.as_deref()
            {
                tags.push((*name, *value));
            }
        }
        tags
    }
}

/// A required property that has one value, by which variants are told apart.
type Tag<'d> = (&'d str, &'d Value);

/// Whether both are of the same types and, if they are objects, have most of their properties in common and no names that
/// make different things of them.
fn has_same_types(old: &Shape<'_>, new: &Shape<'_>) -> bool {
    let (was, is) = (old.declared(), new.declared());
    let both_named = old.label.is_some() && new.label.is_some();
    let shared = was.intersection(&is).count();
    let alike = old.types != Types::OBJECT || (was.is_empty() && is.is_empty()) || 2 * shared > was.len().max(is.len());
    !both_named && old.types == new.types && alike
}

/// The shapes, each for one type.
fn by_type<'d>(shapes: &[Shape<'d>]) -> Vec<Shape<'d>> {
    let of_types = |shape: &Shape<'d>| {
        let groups = Types::GROUPS.into_iter().filter(|group| shape.types.meets(*group));
        groups.map(|group| shape.only(group)).filter_map(|mut shape| shape.tidy().then_some(shape)).collect::<Vec<_>>()
    };
    shapes.iter().flat_map(of_types).collect()
}

/// A variant in words: its name, its values, or its types.
fn describe(shape: &Shape<'_>) -> String {
    match (&shape.label, &shape.values) {
        (Some(label), _) => format!("`{label}`"),
        (None, Some(values)) => values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or "),
        (None, None) if shape.types == Types::OBJECT => {
            let names: Vec<_> = shape.declared().into_iter().take(4).map(|name| format!("`{name}`")).collect();
            if names.is_empty() { "an object".to_owned() } else { format!("an object with {}", names.join(", ")) }
        }
        (None, None) => shape.types.to_string(),
    }
}
