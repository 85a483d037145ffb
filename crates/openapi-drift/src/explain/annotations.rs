//! What says nothing about instances, but something to those who exchange them: defaults, deprecation, discriminators.

use serde_json::{Map, Value};

use super::{Explainer, Explanation, sides};
use crate::change::{Direction, Level};
use crate::rule::SchemaRule;
use crate::schema::{AtomKind, NodeId, Side, Verdict};

/// The value of a keyword on both sides.
pub(super) type Both<'d> = [Option<&'d Value>; 2];

impl<'d> Explainer<'d> {
    pub(super) fn annotations(&mut self, base: NodeId, revision: NodeId, out: &mut Explanation) {
        let pair = (base, revision);
        let default = self.on_both_sides(pair, "default");
        if let Some((rule, level, message)) = self.default(default) {
            self.note(pair, rule, level, message, out);
        }
        let [was, is] = self.on_both_sides(pair, "deprecated").map(|flag| flag == Some(&Value::Bool(true)));
        match (was, is) {
            (false, true) => {
                self.note(pair, SchemaRule::SchemaDeprecated, Level::Info, "is deprecated now".to_owned(), out);
            }
            (true, false) => {
                self.note(pair, SchemaRule::SchemaUndeprecated, Level::Info, "is no longer deprecated".to_owned(), out);
            }
            _ => {}
        }
        let discriminators = self.on_both_sides(pair, "discriminator").map(|it| it.and_then(Value::as_object));
        self.discriminator(pair, discriminators, out);
    }

    /// A default is what leaving something out means: another one changes requests that nobody touches.
    fn default(&self, default: Both<'d>) -> Option<(SchemaRule, Level, String)> {
        let hurts = if self.direction() == Direction::Request { Level::Warning } else { Level::Info };
        match default {
            [None, Some(is)] => Some((SchemaRule::DefaultAdded, Level::Info, format!("default: {is} is new"))),
            [Some(was), None] => Some((SchemaRule::DefaultRemoved, hurts, format!("default: {was} is gone"))),
            [Some(was), Some(is)] if !openapi_contract::instance::same(was, is) => {
                Some((SchemaRule::DefaultChanged, hurts, format!("default: {was} → {is}")))
            }
            _ => None,
        }
    }

    fn discriminator(
        &mut self,
        pair: (NodeId, NodeId),
        discriminators: [Option<&'d Map<String, Value>>; 2],
        out: &mut Explanation,
    ) {
        let [was, is] = match discriminators {
            [None, None] => return,
            [None, Some(_)] => {
                let message = "a discriminator is new".to_owned();
                return self.note(pair, SchemaRule::DiscriminatorAdded, Level::Warning, message, out);
            }
            [Some(_), None] => {
                let message = "the discriminator is gone".to_owned();
                return self.note(pair, SchemaRule::DiscriminatorRemoved, Level::Warning, message, out);
            }
            [Some(was), Some(is)] => [was, is],
        };
        let name = |discriminator: &'d Map<String, Value>| discriminator.get("propertyName").and_then(Value::as_str);
        if name(was) != name(is) {
            let (was, is) = (name(was).unwrap_or_default(), name(is).unwrap_or_default());
            let message = format!("the discriminator is `{is}`, it was `{was}`");
            self.note(pair, SchemaRule::DiscriminatorChanged, Level::Breaking, message, out);
        }
        let empty = Map::new();
        let mapping = |of: &'d Map<String, Value>| of.get("mapping").and_then(Value::as_object);
        let (was, is) = (mapping(was).unwrap_or(&empty), mapping(is).unwrap_or(&empty));
        for (value, target) in was.iter().filter(|(value, target)| !goes_without_saying(value, target)) {
            match is.get(value) {
                None => {
                    let level = if self.direction() == Direction::Request { Level::Breaking } else { Level::Info };
                    let message = format!("the discriminator's value {value:?} stands for nothing any more");
                    self.note(pair, SchemaRule::DiscriminatorMappingRemoved, level, message, out);
                }
                Some(now) if component(now) != component(target) => {
                    let message = format!("the discriminator's value {value:?} stands for {now}, it was {target}");
                    self.note(pair, SchemaRule::DiscriminatorMappingChanged, Level::Breaking, message, out);
                }
                Some(_) => {}
            }
        }
        for (value, _) in
            is.iter().filter(|(value, target)| !was.contains_key(*value) && !goes_without_saying(value, target))
        {
            let message = format!("the discriminator has a new value, {value:?}");
            self.note(pair, SchemaRule::DiscriminatorMappingAdded, Level::Info, message, out);
        }
    }

    fn note(&self, pair: (NodeId, NodeId), rule: SchemaRule, level: Level, message: String, out: &mut Explanation) {
        let mut change = self.change(rule, message, pair, &Verdict::Yes);
        change.level = level;
        change.least = Some(level);
        out.changes.push(change);
    }

    pub(super) fn on_both_sides(&self, (base, revision): (NodeId, NodeId), keyword: &str) -> Both<'d> {
        let [old, new] = sides();
        [self.keyword(base, old, keyword), self.keyword(revision, new, keyword)]
    }

    /// The keyword of a schema, written in it, in a member of its `allOf`, or behind a reference.
    fn keyword(&self, node: NodeId, side: Side, keyword: &str) -> Option<&'d Value> {
        let atoms = self.engine.atoms_of(node);
        let document = self.engine.documents.of(side);
        atoms.iter().find_map(|atom| match self.engine.atom_data(*atom).kind {
            AtomKind::Schema(_, value) => document.speakers(value).find_map(|schema| schema.get(keyword)),
            AtomKind::Constant(_) | AtomKind::Anything => None,
        })
    }
}

/// What a mapping leads to: a reference, or the name of a component, which is written both ways.
fn component(target: &Value) -> Option<&str> {
    let target = target.as_str()?;
    Some(target.strip_prefix("#/components/schemas/").unwrap_or(target))
}

/// The name of a component stands for it without a mapping (OpenAPI 3.1.0, Discriminator Object).
fn goes_without_saying(value: &str, target: &Value) -> bool {
    component(target) == Some(value)
}
