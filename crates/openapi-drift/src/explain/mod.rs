//! Names for what changed between two schemas.
//!
//! The engine decides whether a change hurts; this module walks both schemas side by side, finds where they differ, and
//! gives each difference its rule and its words. What is the same on both sides is never looked into.

mod annotations;
mod arrays;
mod objects;
mod scalars;
mod variants;
mod walk;

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use openapi_contract::Pointer;
use serde_json::Value;

use self::walk::Limit;
use crate::change::{Direction, Level};
use crate::rule::{DocumentRule, Rule, SchemaRule};
use crate::schema::types::Types;
use crate::schema::{Engine, NodeId, Shape, Side, Tri, Verdict};

/// One difference between two schemas.
#[derive(Clone, Debug)]
pub(crate) struct SchemaChange {
    pub(crate) rule: Rule,
    pub(crate) level: Level,
    pub(crate) message: String,
    pub(crate) base: Option<Pointer>,
    pub(crate) revision: Option<Pointer>,
    pub(crate) example: Option<Rc<Value>>,
    /// The level that stays even where both schemas accept the same; none for what is nothing then.
    least: Option<Level>,
}

/// What differs between two schemas by themselves, and which of their parts may differ as well.
#[derive(Default)]
pub(crate) struct Explanation {
    pub(crate) changes: Vec<SchemaChange>,
    pub(crate) limit: Limit,
    pub(crate) parts: Vec<(NodeId, NodeId)>,
}

/// Explains differences of schemas for one direction.
pub(crate) struct Explainer<'d> {
    pub(crate) engine: Engine<'d>,
    known: HashMap<(NodeId, NodeId), Rc<Explanation>>,
}

/// A pair of schemas being explained.
struct Pair<'p, 'd> {
    base: NodeId,
    revision: NodeId,
    old: &'p Shape<'d>,
    new: &'p Shape<'d>,
    /// Whether the reader accepts all that the sender sends, of these schemas as a whole.
    verdict: &'p Verdict,
}

/// What a difference does to the set of instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// The revision accepts less.
    Narrows,
    /// The revision accepts more.
    Widens,
    /// Some less, some more; or nobody can tell.
    Both,
}

impl Effect {
    /// From whether either side lies within the other; none if each does.
    fn of(old_within_new: Tri, new_within_old: Tri) -> Option<Self> {
        match (old_within_new, new_within_old) {
            (Tri::Yes, Tri::Yes) => None,
            (Tri::Yes, Tri::No | Tri::Maybe) => Some(Self::Widens),
            (Tri::No | Tri::Maybe, Tri::Yes) => Some(Self::Narrows),
            (Tri::No | Tri::Maybe, Tri::No | Tri::Maybe) => Some(Self::Both),
        }
    }

    /// From whether demands are gone and others have come.
    fn of_demands(gone: bool, come: bool) -> Option<Self> {
        Self::of(Tri::from(!come), Tri::from(!gone))
    }
}

impl<'d> Explainer<'d> {
    pub(crate) fn new(engine: Engine<'d>) -> Self {
        Self { engine, known: HashMap::new() }
    }

    /// Pairs of components with different names whose one took the place of the other, by their pointers.
    pub(crate) fn exchanged(&self) -> BTreeSet<(Pointer, Pointer)> {
        let places = self
            .known
            .keys()
            .filter_map(|(base, revision)| Some((self.engine.pointer(*base)?, self.engine.pointer(*revision)?)));
        places.filter(|(base, revision)| base != revision).collect()
    }

    fn direction(&self) -> Direction {
        self.engine.direction
    }

    /// The sender's and the reader's of a pair of base and revision.
    pub(crate) fn roles<T>(&self, base: T, revision: T) -> (T, T) {
        match self.direction() {
            Direction::Request => (base, revision),
            Direction::Response => (revision, base),
        }
    }

    pub(crate) fn verdict(&mut self, base: NodeId, revision: NodeId) -> Verdict {
        let (sender, reader) = self.roles(base, revision);
        self.engine.refuel();
        self.engine.subset(sender, reader)
    }

    /// A change that is judged by what the engine says of the pair.
    fn change(&self, rule: SchemaRule, message: String, pair: (NodeId, NodeId), verdict: &Verdict) -> SchemaChange {
        let (level, example) = match verdict {
            Verdict::Yes => (Level::Info, None),
            Verdict::No(proof) => (Level::Breaking, Some(Rc::clone(proof))),
            Verdict::Maybe => (Level::Warning, None),
        };
        let (base, revision) = (self.engine.pointer(pair.0), self.engine.pointer(pair.1));
        let rule = Rule::of_schema(self.direction(), rule);
        SchemaChange { rule, level, message, base, revision, example, least: None }
    }

    fn explain(&mut self, base: NodeId, revision: NodeId) -> Rc<Explanation> {
        if let Some(known) = self.known.get(&(base, revision)) {
            return Rc::clone(known);
        }
        let mut explanation = Explanation::default();
        if !self.is_same(base, revision) {
            self.compare(base, revision, &mut explanation);
        }
        let explanation = Rc::new(explanation);
        self.known.insert((base, revision), Rc::clone(&explanation));
        explanation
    }

    pub(crate) fn is_same(&mut self, base: NodeId, revision: NodeId) -> bool {
        let (old, new) = (self.engine.atoms_of(base), self.engine.atoms_of(revision));
        old.len() == new.len() && old.iter().zip(new.iter()).all(|(old, new)| self.engine.is_same(*old, *new))
    }

    fn compare(&mut self, base: NodeId, revision: NodeId, out: &mut Explanation) {
        if let Some(reference) = self.engine.dangling(revision).or_else(|| self.engine.dangling(base)) {
            let message = format!("the reference {reference} leads nowhere");
            let mut change = self.change(SchemaRule::KeywordChanged, message, (base, revision), &Verdict::Maybe);
            change.rule = Rule::of_document(DocumentRule::ReferenceUnresolved);
            change.least = Some(Level::Warning);
            return out.changes.push(change);
        }
        self.annotations(base, revision, out);
        let verdict = self.verdict(base, revision);
        self.engine.refuel();
        let (Some(old), Some(new)) = (self.engine.normal(base), self.engine.normal(revision)) else { return };
        let null =
            |shapes: &[Rc<Shape<'d>>]| shapes.iter().any(|shape| shape.types.has(Types::NULL) && shape.admits_null());
        let (old_null, new_null) = (null(&old), null(&new));
        let (old, new) = (without_null(&old), without_null(&new));
        out.limit = self.limit((base, revision), &verdict, [&old, &new]);
        if old_null != new_null && !old.is_empty() && !new.is_empty() {
            let (rule, message, effect) = if new_null {
                (SchemaRule::BecameNullable, "null is allowed now", Effect::Widens)
            } else {
                (SchemaRule::BecameNotNullable, "null is no longer allowed", Effect::Narrows)
            };
            let example = self.hurts(effect).then(|| Rc::new(Value::Null));
            let judged = example.map_or(Verdict::Yes, Verdict::No);
            out.changes.push(self.change(rule, message.to_owned(), (base, revision), &cap(judged, &verdict)));
        }
        match (old.as_slice(), new.as_slice()) {
            ([], []) => {}
            ([one], [other]) => {
                let pair = Pair { base, revision, old: one, new: other, verdict: &verdict };
                self.shapes(&pair, out);
            }
            ([], _) | (_, []) => {
                let words = if new.is_empty() { "nothing is accepted any more" } else { "something is accepted now" };
                let rule = if new.is_empty() { SchemaRule::TypeNarrowed } else { SchemaRule::TypeWidened };
                out.changes.push(self.change(rule, words.to_owned(), (base, revision), &verdict));
            }
            _ => {
                if !self.conditions((base, revision), &verdict, out) {
                    self.variants((base, revision), &old, &new, &verdict, out);
                }
            }
        }
    }

    /// All that two shapes may differ in.
    fn shapes(&mut self, pair: &Pair<'_, 'd>, out: &mut Explanation) {
        self.types_and_values(pair, out);
        let both = pair.old.types.and(pair.new.types);
        if pair.old.values.is_none() && pair.new.values.is_none() {
            if both.meets(Types::NUMBER) {
                self.numbers(pair, out);
            }
            if both.has(Types::STRING) {
                self.texts(pair, out);
            }
            if both.meets(Types::NUMBER.or(Types::STRING)) {
                self.formats(pair, out);
            }
            if both.has(Types::ARRAY) {
                self.arrays(pair, out);
            }
            if both.has(Types::OBJECT) {
                self.objects(pair, out);
            }
        }
        self.rest_of_shapes(pair, out);
    }

    /// `not`, and what there is no model of.
    fn rest_of_shapes(&mut self, pair: &Pair<'_, 'd>, out: &mut Explanation) {
        let unmatched = |engine: &mut Engine<'d>, nots: &Shape<'d>, others: &Shape<'d>| {
            nots.nots.iter().any(|one| {
                let mut same = |other: &NodeId| {
                    engine.subset_literally(*one, *other) == Verdict::Yes
                        && engine.subset_literally(*other, *one) == Verdict::Yes
                };
                !others.nots.iter().any(&mut same)
            })
        };
        let gone = unmatched(&mut self.engine, pair.old, pair.new);
        let come = unmatched(&mut self.engine, pair.new, pair.old);
        if let Some(effect) = Effect::of_demands(gone, come) {
            self.tell(pair, SchemaRule::NotChanged, effect, "what must not be is said differently".to_owned(), out);
        }
        let keywords = |one: &Shape<'d>, other: &Shape<'d>| -> Vec<&'d str> {
            one.opaque.iter().filter(|opaque| !other.opaque.contains(opaque)).map(|opaque| opaque.keyword).collect()
        };
        let mut names = keywords(pair.old, pair.new);
        names.extend(keywords(pair.new, pair.old));
        names.sort_unstable();
        names.dedup();
        for name in names {
            let message = format!("`{name}` changed, and what that means cannot be told here");
            out.changes.push(self.change(
                SchemaRule::KeywordChanged,
                message,
                (pair.base, pair.revision),
                &Verdict::Maybe,
            ));
        }
    }

    /// Adds a change whose effect is known, judged by the verdict on the pair.
    fn tell(&self, pair: &Pair<'_, 'd>, rule: SchemaRule, effect: Effect, message: String, out: &mut Explanation) {
        let verdict = if self.hurts(effect) { pair.verdict.clone() } else { Verdict::Yes };
        out.changes.push(self.change(rule, message, (pair.base, pair.revision), &verdict));
    }

    /// Whether such an effect can make a reader refuse what a sender sends.
    fn hurts(&self, effect: Effect) -> bool {
        match (effect, self.direction()) {
            (Effect::Both, _) | (Effect::Narrows, Direction::Request) | (Effect::Widens, Direction::Response) => true,
            (Effect::Widens, Direction::Request) | (Effect::Narrows, Direction::Response) => false,
        }
    }
}

/// What is proven of a part holds only if it holds for the whole.
fn cap(part: Verdict, whole: &Verdict) -> Verdict {
    match (part, whole) {
        (Verdict::No(proof), Verdict::No(_)) => Verdict::No(proof),
        (Verdict::No(_), Verdict::Maybe) => Verdict::Maybe,
        (part @ Verdict::Maybe, Verdict::No(_) | Verdict::Maybe) => part,
        (_, _) => Verdict::Yes,
    }
}

/// The shapes for all instances but null.
fn without_null<'d>(shapes: &[Rc<Shape<'d>>]) -> Vec<Shape<'d>> {
    let others = shapes.iter().filter_map(|shape| {
        let mut shape = shape.only(Types::ALL.without(Types::NULL));
        shape.tidy().then_some(shape)
    });
    others.collect()
}

/// Which document a schema of a pair belongs to.
fn sides() -> [Side; 2] {
    [Side::Base, Side::Revision]
}

#[cfg(test)]
mod tests {
    use openapi_contract::{Document, Format};
    use serde_json::json;

    use super::*;
    use crate::schema::Documents;

    /// What the net tells of two schemas when nothing finer was told.
    fn net(direction: Direction, base: &Value, revision: &Value) -> Vec<(String, Level)> {
        let document = |schema: &Value| {
            let root = json!({"openapi": "3.1.0", "components": {"schemas": {"Lamp": schema}}});
            Document::from_value(root, Format::Json).unwrap()
        };
        let (base, revision) = (document(base), document(revision));
        let documents = Documents::new(&base, &revision);
        let mut explainer = Explainer::new(Engine::new(&documents, direction));
        let pointer = Pointer::from_tokens(["components", "schemas", "Lamp"]);
        let [old, new] = sides().map(|side| {
            let value = pointer.find(documents.of(side).root).unwrap();
            let atom = explainer.engine.atom(side, value, pointer.clone());
            explainer.engine.node([atom])
        });
        let mut changes = Vec::new();
        explainer.engine.restock();
        explainer.add_what_is_left(&mut changes, old, new);
        changes.into_iter().map(|change| (change.rule.id(), change.level)).collect()
    }

    #[test]
    fn what_no_finer_rule_tells_is_told_all_the_same() {
        let (short, long) = (json!({"maxLength": 1}), json!({"maxLength": 2}));
        let told = |rule: &str, level| vec![(rule.to_owned(), level)];
        assert_eq!(net(Direction::Request, &long, &short), told("request-narrowed", Level::Breaking));
        assert_eq!(net(Direction::Request, &short, &long), []);
        assert_eq!(net(Direction::Response, &short, &long), told("response-widened", Level::Breaking));
        let (open, other) = (json!({"pattern": "(?=a)b"}), json!({"pattern": "(?=a)c"}));
        assert_eq!(net(Direction::Request, &open, &other), told("request-undecided", Level::Warning));
        assert_eq!(net(Direction::Response, &open, &other), told("response-undecided", Level::Warning));
    }
}
