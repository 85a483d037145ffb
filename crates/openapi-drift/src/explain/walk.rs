//! The way through two schemas: which pairs of parts are looked at, and how bad a difference of a part can be at most.
//!
//! Two schemas can mean the same although their parts do not: a choice may be said in other branches, and what a part
//! refuses another may have forbidden before. So what is found out about a whole limits what its parts can do.

use std::collections::HashMap;
use std::rc::Rc;

use super::{Explainer, Explanation, SchemaChange};
use crate::change::{Direction, Level};
use crate::rule::SchemaRule;
use crate::schema::{NodeId, Shape, Verdict};

/// Pairs of parts that are looked at for one pair of schemas. What further parts do to the whole, containment still tells.
const MOST_PARTS: usize = 2_000;

/// How much the differences of a part can matter, after what is known of the wholes around it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Limit {
    /// Not at all: both sides accept the same instances.
    Equivalent,
    /// As badly as this.
    #[default]
    Info,
    Warning,
    Breaking,
}

impl Limit {
    /// The change as bad as it can be here; none if nothing is left of it.
    fn apply(self, mut change: SchemaChange) -> Option<SchemaChange> {
        let most = match self {
            Self::Equivalent => {
                return change.least.map(|least| SchemaChange { level: least, example: None, ..change });
            }
            Self::Info => Level::Info,
            Self::Warning => Level::Warning,
            Self::Breaking => return Some(change),
        };
        if change.level > most {
            change.level = most.max(change.least.unwrap_or(Level::Info));
            change.example = None;
        }
        Some(change)
    }
}

impl<'d> Explainer<'d> {
    /// Every difference between two schemas, however deep; each pair of parts is looked at once.
    pub(crate) fn differences(&mut self, base: NodeId, revision: NodeId) -> Vec<SchemaChange> {
        self.engine.restock();
        let mut limits = HashMap::new();
        let mut order: Vec<((NodeId, NodeId), Rc<Explanation>)> = Vec::new();
        let mut open = vec![((base, revision), Limit::Breaking)];
        while let Some((pair, limit)) = open.pop() {
            let known = limits.get(&pair).copied();
            if known.is_some_and(|known| limit <= known) || (known.is_none() && order.len() >= MOST_PARTS) {
                continue;
            }
            limits.insert(pair, limit);
            let explanation = self.explain(pair.0, pair.1);
            // The first part is looked at first.
            let below = limit.min(explanation.limit);
            open.extend(explanation.parts.iter().rev().map(|part| (*part, below)));
            if known.is_none() {
                order.push((pair, explanation));
            }
        }
        let mut changes: Vec<SchemaChange> = Vec::new();
        for (pair, explanation) in order {
            let limit = limits[&pair].min(explanation.limit);
            changes.extend(explanation.changes.iter().cloned().filter_map(|change| limit.apply(change)));
        }
        self.engine.restock();
        self.add_what_is_left(&mut changes, base, revision);
        changes
    }

    /// What two schemas leave to their parts to spoil. Where there is no choice, the parts of an object or an array are
    /// demanded of every instance, so that what breaks one of them breaks the whole.
    pub(super) fn limit(&mut self, pair: (NodeId, NodeId), verdict: &Verdict, shapes: [&[Shape<'d>]; 2]) -> Limit {
        match verdict {
            Verdict::Yes if self.is_equivalent_node(pair) => Limit::Equivalent,
            Verdict::Yes => Limit::Info,
            Verdict::Maybe if shapes.iter().any(|shapes| !matches!(shapes, [only] if only.is_plain())) => {
                Limit::Warning
            }
            Verdict::Maybe | Verdict::No(_) => Limit::Breaking,
        }
    }

    /// Whether both sides accept the same, whoever sends it.
    fn is_equivalent_node(&mut self, (base, revision): (NodeId, NodeId)) -> bool {
        self.engine.refuel();
        self.engine.subset_literally(revision, base) == Verdict::Yes
            && self.engine.subset_literally(base, revision) == Verdict::Yes
    }

    /// Containment has the last word on the whole: what it forbids is told even if no finer rule does, and where it
    /// finds nothing wrong nothing is breaking.
    pub(super) fn add_what_is_left(&mut self, changes: &mut Vec<SchemaChange>, base: NodeId, revision: NodeId) {
        let verdict = self.verdict(base, revision);
        let worst = changes.iter().map(|change| change.level).max();
        let rule = match (&verdict, self.direction(), worst) {
            (Verdict::Yes, ..) => {
                *changes = std::mem::take(changes).into_iter().filter_map(|it| Limit::Info.apply(it)).collect();
                return;
            }
            (_, _, Some(Level::Breaking)) | (Verdict::Maybe, _, Some(Level::Warning)) => return,
            (Verdict::Maybe, ..) => SchemaRule::Undecided,
            (Verdict::No(_), Direction::Request, _) => SchemaRule::Narrowed,
            (Verdict::No(_), Direction::Response, _) => SchemaRule::Widened,
        };
        let message = match rule {
            SchemaRule::Undecided => "the schema is said in another way, and whether it means the same cannot be told",
            SchemaRule::Narrowed => "the schema no longer accepts all that it did",
            _ => "the schema lets through what it did not",
        };
        changes.push(self.change(rule, message.to_owned(), (base, revision), &verdict));
    }
}
