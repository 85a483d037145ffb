//! The walk through two documents: which part of the one is which part of the other, and what became of it.

mod bodies;
mod found;
mod general;
mod media_type;
mod operations;
mod parameters;
mod responses;
mod security;
mod servers;
mod texts;

use std::sync::Arc;

use openapi_contract::Pointer;
use serde_json::{Map, Value};

use self::found::Found;
use crate::change::{Change, Direction, Level, Operation, Site};
use crate::explain::Explainer;
use crate::rule::{DocumentRule, Rule, SchemaRule};
use crate::schema::{Documents, Engine, NodeId, Normal, Resolved, Side, Verdict};

/// A value and where it stands.
#[derive(Clone)]
pub(crate) struct At<'d> {
    pub(crate) value: &'d Value,
    pub(crate) pointer: Pointer,
}

impl<'d> At<'d> {
    /// The member of this name.
    fn get(&self, key: &str) -> Option<Self> {
        Some(Self { value: self.value.get(key)?, pointer: self.pointer.join(key) })
    }

    /// The members of this object; none if it is no object.
    fn members(&self) -> impl Iterator<Item = (&'d str, Self)> + use<'d, '_> {
        let members = self.value.as_object().into_iter().flat_map(Map::iter);
        members.map(|(key, value)| (key.as_str(), Self { value, pointer: self.pointer.join(key) }))
    }

    /// The elements of this array; none if it is no array.
    fn elements(&self) -> impl Iterator<Item = Self> + use<'d, '_> {
        let elements = self.value.as_array().into_iter().flatten().enumerate();
        elements.map(|(number, value)| Self { value, pointer: self.pointer.join(&number.to_string()) })
    }

    fn text(&self, key: &str) -> Option<&'d str> {
        self.value.get(key)?.as_str()
    }

    fn flag(&self, key: &str) -> bool {
        self.value.get(key) == Some(&Value::Bool(true))
    }
}

/// What stands on both sides, base first.
pub(crate) type Both<T> = [Option<T>; 2];

/// An operation that both documents have, or the message of a webhook or callback.
struct Exchange {
    operation: Arc<Operation>,
    /// Who sends the request.
    caller: Direction,
}

impl Exchange {
    fn site(&self) -> Site {
        Site::of(&self.operation)
    }

    /// Who answers.
    fn answerer(&self) -> Direction {
        match self.caller {
            Direction::Request => Direction::Response,
            Direction::Response => Direction::Request,
        }
    }
}

/// Compares two documents.
pub(crate) struct Comparer<'d> {
    documents: &'d Documents<'d>,
    requests: Explainer<'d>,
    responses: Explainer<'d>,
    found: Found,
    /// Whether some operation has no servers of its own on either side, so that those of the documents matter.
    inherits_servers: bool,
}

impl<'d> Comparer<'d> {
    pub(crate) fn new(documents: &'d Documents<'d>) -> Self {
        let explainer = |direction| Explainer::new(Engine::new(documents, direction));
        Self {
            documents,
            requests: explainer(Direction::Request),
            responses: explainer(Direction::Response),
            found: Found::default(),
            inherits_servers: false,
        }
    }

    pub(crate) fn compare(mut self) -> Vec<Change> {
        let roots = [Side::Base, Side::Revision]
            .map(|side| Some(At { value: self.documents.of(side).root, pointer: Pointer::root() }));
        self.operations(&roots);
        self.general(&roots);
        self.found.changes
    }

    fn explainer(&mut self, direction: Direction) -> &mut Explainer<'d> {
        match direction {
            Direction::Request => &mut self.requests,
            Direction::Response => &mut self.responses,
        }
    }

    /// The shapes of the schema at a place; none where it is nothing but a circle.
    fn shapes(&mut self, direction: Direction, side: Side, at: &At<'d>) -> Option<Normal<'d>> {
        let engine = &mut self.explainer(direction).engine;
        let atom = engine.atom(side, at.value, at.pointer.clone());
        let node = engine.node([atom]);
        engine.normal(node)
    }

    /// Compares what two places say of the instances that are sent; where one says nothing, anything goes.
    fn schemas(&mut self, direction: Direction, [base, revision]: Both<At<'d>>, site: &Site) {
        if base.is_none() && revision.is_none() {
            return;
        }
        let one_sided = [base.clone(), revision.clone()];
        let explainer = self.explainer(direction);
        let mut node = |side, at: Option<At<'d>>| -> NodeId {
            let atom = at.map(|at| explainer.engine.atom(side, at.value, at.pointer));
            explainer.engine.node(atom)
        };
        let (old, new) = (node(Side::Base, base), node(Side::Revision, revision));
        let explainer = self.explainer(direction);
        if explainer.is_same(old, new) {
            return;
        }
        if let [None, Some(_)] | [Some(_), None] = one_sided {
            return self.schema_on_one_side(direction, one_sided, (old, new), site);
        }
        for change in explainer.differences(old, new) {
            self.found.add(
                Change {
                    level: change.level,
                    rule: change.rule,
                    message: change.message,
                    base: change.base,
                    revision: change.revision,
                    sites: Vec::new(),
                    example: change.example.map(|example| (*example).clone()),
                },
                Some(site),
            );
        }
    }

    fn schema_on_one_side(
        &mut self,
        direction: Direction,
        [base, revision]: Both<At<'d>>,
        (old, new): (NodeId, NodeId),
        site: &Site,
    ) {
        let (rule, message) = if base.is_none() {
            (SchemaRule::SchemaAdded, "what may be sent is restricted by a schema now")
        } else {
            (SchemaRule::SchemaRemoved, "what may be sent is no longer restricted by a schema")
        };
        self.explainer(direction).engine.restock();
        let (level, example) = match self.explainer(direction).verdict(old, new) {
            Verdict::Yes => (Level::Info, None),
            Verdict::No(example) => (Level::Breaking, Some((*example).clone())),
            Verdict::Maybe => (Level::Warning, None),
        };
        let [base, revision] = [base, revision].map(|at| at.map(|at| at.pointer));
        let rule = Rule::of_schema(direction, rule);
        let change = Change { level, rule, message: message.to_owned(), base, revision, sites: Vec::new(), example };
        self.found.add(change, Some(site));
    }

    /// Notes a change of something else than a schema.
    fn tell(
        &mut self,
        rule: DocumentRule,
        level: Level,
        message: impl Into<String>,
        [base, revision]: [Option<&At<'d>>; 2],
        site: Option<&Site>,
    ) {
        let pointer = |at: Option<&At<'d>>| at.map(|at| at.pointer.clone());
        let change = Change {
            level,
            rule: Rule::of_document(rule),
            message: message.into(),
            base: pointer(base),
            revision: pointer(revision),
            sites: Vec::new(),
            example: None,
        };
        self.found.add(change, site);
    }

    /// What references lead to. A reference that leads nowhere in the revision, and is not as broken in the base, is
    /// told.
    fn resolve(&mut self, both: Both<At<'d>>, site: Option<&Site>) -> Both<At<'d>> {
        let [base, revision] = both;
        let raw = [base.as_ref(), revision.as_ref()].map(|at| at.map(|at| at.value));
        let follow = |side, at: Option<At<'d>>| match at {
            None => (None, None),
            Some(at) => match self.documents.of(side).resolve(at.value, at.pointer.clone()) {
                Resolved::At(value, pointer) => (Some(At { value, pointer }), None),
                Resolved::Nowhere(pointer) => (None, Some(At { value: at.value, pointer })),
            },
        };
        let (base, _) = follow(Side::Base, base);
        let (revision, broken) = follow(Side::Revision, revision);
        if let Some(broken) = broken
            && raw[0] != raw[1]
        {
            let message = format!("the reference {} leads nowhere", broken.value["$ref"]);
            self.tell(DocumentRule::ReferenceUnresolved, Level::Warning, message, [None, Some(&broken)], site);
        }
        [base, revision]
    }
}

/// The member of this name on both sides.
fn member<'d>(both: &Both<At<'d>>, key: &str) -> Both<At<'d>> {
    [0, 1].map(|side| both[side].as_ref().and_then(|at| at.get(key)))
}

fn refs<'a, 'd>(both: &'a Both<At<'d>>) -> [Option<&'a At<'d>>; 2] {
    [both[0].as_ref(), both[1].as_ref()]
}

/// All keys that either side has, those of the revision first, in their order.
fn keys<'d>(both: &Both<At<'d>>) -> Vec<&'d str> {
    let mut keys: Vec<&'d str> = Vec::new();
    for side in [1, 0] {
        for (key, _) in both[side].iter().flat_map(At::members) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    keys
}

/// All keys that either side has and that are no extensions, for objects that may have some.
fn specified_keys<'d>(both: &Both<At<'d>>) -> Vec<&'d str> {
    keys(both).into_iter().filter(|key| !key.starts_with("x-")).collect()
}
