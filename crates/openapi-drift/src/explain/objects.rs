//! Objects and their properties.

use std::collections::BTreeSet;

use super::scalars::CountRules;
use super::{Effect, Explainer, Explanation, Pair, cap};
use crate::change::{Direction, Level};
use crate::rule::SchemaRule;
use crate::schema::{Engine, NodeId, Role, Shape, Verdict};

impl<'d> Explainer<'d> {
    pub(super) fn objects(&mut self, pair: &Pair<'_, 'd>, out: &mut Explanation) {
        use SchemaRule::{
            MaxPropertiesAdded, MaxPropertiesDecreased, MaxPropertiesIncreased, MaxPropertiesRemoved,
            MinPropertiesDecreased, MinPropertiesIncreased,
        };
        let rules = CountRules {
            min: [MinPropertiesIncreased, MinPropertiesDecreased],
            max: [MaxPropertiesAdded, MaxPropertiesRemoved, MaxPropertiesIncreased, MaxPropertiesDecreased],
            words: ["minProperties", "maxProperties"],
        };
        let (old, new) = (pair.old, pair.new);
        self.count(pair, (old.properties, new.properties), &rules, out);
        let hidden: BTreeSet<&'d str> = old.hidden.union(&new.hidden).copied().collect();
        let names: BTreeSet<&'d str> = old.declared().union(&new.declared()).copied().chain(hidden).collect();
        for name in names {
            self.property(pair, name, out);
        }
        let undeclared: BTreeSet<&'d str> = old.required.symmetric_difference(&new.required).copied().collect();
        for name in
            undeclared.into_iter().filter(|name| !old.declared().contains(name) && !new.declared().contains(name))
        {
            self.requiredness(pair, name, out);
        }
        self.others(pair, out);
        self.patterns(pair, out);
        if old.absent != new.absent {
            let message = "which properties exclude one another changed".to_owned();
            self.tell(pair, SchemaRule::KeywordChanged, Effect::Both, message, out);
        }
    }

    fn property(&mut self, pair: &Pair<'_, 'd>, name: &'d str, out: &mut Explanation) {
        let (old, new) = (pair.old, pair.new);
        let (was, is) = (old.declared().contains(name), new.declared().contains(name));
        let (was_hidden, is_hidden) = (old.hidden.contains(name), new.hidden.contains(name));
        if was && is {
            self.requiredness(pair, name, out);
            self.other_direction(pair, name, out);
            if !old.absent.contains(name) && !new.absent.contains(name) {
                let parts = self.pair_of(old, new, name);
                out.parts.extend(parts);
            }
        } else if is {
            let required = new.required.contains(name);
            let rule = match (was_hidden, self.direction(), required) {
                (true, Direction::Request, _) => SchemaRule::PropertyBecameNotReadOnly,
                (true, Direction::Response, _) => SchemaRule::PropertyBecameNotWriteOnly,
                (false, _, true) => SchemaRule::RequiredPropertyAdded,
                (false, _, false) => SchemaRule::PropertyAdded,
            };
            let words = match (was_hidden, required) {
                (true, true) => format!("`{name}` belongs to the {} now, and is required", self.direction()),
                (true, false) => format!("`{name}` belongs to the {} now", self.direction()),
                (false, true) => format!("`{name}` is new, and required"),
                (false, false) => format!("`{name}` is new"),
            };
            let hurts = required && self.direction() == Direction::Request;
            let verdict = self.presence(pair, name, hurts);
            let at = self.place(new, name);
            let mut change = self.change(rule, words, (pair.base, pair.revision), &verdict);
            change.revision = at.or(change.revision);
            change.least = Some(Level::Info);
            out.changes.push(change);
        } else if was {
            self.removed(pair, name, is_hidden, out);
        }
    }

    /// What became of a property in the other direction, which changes nothing in this one.
    fn other_direction(&mut self, pair: &Pair<'_, 'd>, name: &'d str, out: &mut Explanation) {
        let (flag, [set, unset]) = match self.direction() {
            Direction::Request => {
                ("writeOnly", [SchemaRule::PropertyBecameWriteOnly, SchemaRule::PropertyBecameNotWriteOnly])
            }
            Direction::Response => {
                ("readOnly", [SchemaRule::PropertyBecameReadOnly, SchemaRule::PropertyBecameNotReadOnly])
            }
        };
        let [was, is] = [pair.old, pair.new].map(|shape| {
            let declarations = shape.groups.iter().filter_map(|group| group.declared.get(name));
            declarations.into_iter().any(|atom| self.engine.atom_has_flag(*atom, flag))
        });
        let (rule, words) = match (was, is) {
            (false, true) => (set, "is"),
            (true, false) => (unset, "is no longer"),
            _ => return,
        };
        let message = format!("`{name}` {words} {flag}");
        let mut change = self.change(rule, message, (pair.base, pair.revision), &Verdict::Yes);
        change.least = Some(Level::Info);
        change.base = self.place(pair.old, name).or(change.base);
        change.revision = self.place(pair.new, name).or(change.revision);
        out.changes.push(change);
    }

    fn removed(&mut self, pair: &Pair<'_, 'd>, name: &'d str, is_hidden: bool, out: &mut Explanation) {
        let required = pair.old.required.contains(name);
        let (rule, words) = match (is_hidden, self.direction(), required) {
            (true, Direction::Request, _) => {
                (SchemaRule::PropertyBecameReadOnly, format!("`{name}` is no longer read from requests"))
            }
            (true, Direction::Response, _) => {
                (SchemaRule::PropertyBecameWriteOnly, format!("`{name}` is no longer sent in responses"))
            }
            (false, _, true) => (SchemaRule::RequiredPropertyRemoved, format!("`{name}`, which was required, is gone")),
            (false, _, false) => (SchemaRule::PropertyRemoved, format!("`{name}` is gone")),
        };
        let hurts = required && self.direction() == Direction::Response;
        let verdict = self.presence(pair, name, hurts);
        let at = self.place(pair.old, name);
        let mut change = self.change(rule, words, (pair.base, pair.revision), &verdict);
        change.base = at.or(change.base);
        // Whoever sends it is not refused, but not heard either.
        let least = if self.direction() == Direction::Request { Level::Warning } else { Level::Info };
        change.level = change.level.max(least);
        change.least = Some(least);
        out.changes.push(change);
    }

    /// Whether a property that only one side declares hurts: by having to be there, or by what it may be.
    fn presence(&mut self, pair: &Pair<'_, 'd>, name: &'d str, must_be_there: bool) -> Verdict {
        let (sender, reader) = self.roles(pair.old, pair.new);
        if must_be_there && !sender.required.contains(name) {
            return pair.verdict.clone();
        }
        let sent = self.engine.property(sender, name, Role::Sender);
        let read = self.engine.property(reader, name, Role::Reader);
        match (sent, read) {
            (Some(sent), Some(read)) => {
                let part = match self.engine.subset(sent, read) {
                    // The proof is an object that has such a property.
                    Verdict::No(_) => pair.verdict.clone(),
                    other => other,
                };
                cap(part, pair.verdict)
            }
            _ => Verdict::Yes,
        }
    }

    fn requiredness(&mut self, pair: &Pair<'_, 'd>, name: &'d str, out: &mut Explanation) {
        let (rule, effect, words) = match (pair.old.required.contains(name), pair.new.required.contains(name)) {
            (false, true) => (SchemaRule::PropertyBecameRequired, Effect::Narrows, "is required now"),
            (true, false) => (SchemaRule::PropertyBecameOptional, Effect::Widens, "is no longer required"),
            _ => return,
        };
        let verdict = if self.hurts(effect) { pair.verdict.clone() } else { Verdict::Yes };
        let mut change = self.change(rule, format!("`{name}` {words}"), (pair.base, pair.revision), &verdict);
        change.base = self.place(pair.old, name).or(change.base);
        change.revision = self.place(pair.new, name).or(change.revision);
        // The proof is an instance of the object, not of the property.
        out.changes.push(change);
    }

    /// Properties that neither declaration nor pattern names.
    fn others(&mut self, pair: &Pair<'_, 'd>, out: &mut Explanation) {
        let old = self.engine.other_properties(pair.old, Role::Reader);
        let new = self.engine.other_properties(pair.new, Role::Reader);
        let (Some(old), Some(new)) = (old, new) else { return };
        let (sender, _) = self.roles(pair.old, pair.new);
        let sent = self.engine.other_properties(sender, Role::Sender).is_some();
        let forbidden =
            |engine: &mut Engine<'d>, node: NodeId| engine.normal(node).is_some_and(|shapes| shapes.is_empty());
        let (was_forbidden, is_forbidden) = (forbidden(&mut self.engine, old), forbidden(&mut self.engine, new));
        let (rule, effect, words) = match (was_forbidden, is_forbidden) {
            (true, true) => return,
            (false, true) => {
                (SchemaRule::AdditionalPropertiesForbidden, Effect::Narrows, "other properties are forbidden now")
            }
            (true, false) => {
                (SchemaRule::AdditionalPropertiesAllowed, Effect::Widens, "other properties are allowed now")
            }
            (false, false) => {
                // If nobody sends them, what they may be does not matter.
                if sent {
                    out.parts.push((old, new));
                }
                return;
            }
        };
        let verdict = match (self.hurts(effect) && sent, pair.verdict) {
            (true, verdict) => verdict.clone(),
            (false, _) => Verdict::Yes,
        };
        let mut change = self.change(rule, words.to_owned(), (pair.base, pair.revision), &verdict);
        // Whoever sent what the document does not speak of is refused now.
        if is_forbidden && self.direction() == Direction::Request && verdict == Verdict::Yes {
            change.level = Level::Warning;
            change.least = Some(Level::Warning);
        }
        out.changes.push(change);
    }

    fn patterns(&mut self, pair: &Pair<'_, 'd>, out: &mut Explanation) {
        let (was, is) = (pair.old.property_patterns(), pair.new.property_patterns());
        for pattern in was.intersection(&is) {
            let schemas = |shape: &Shape<'d>| {
                let all = shape.groups.iter().flat_map(|group| group.patterns.iter());
                all.filter(|(text, _)| text == pattern).map(|(_, schema)| *schema).collect::<Vec<_>>()
            };
            let part = (self.engine.node(schemas(pair.old)), self.engine.node(schemas(pair.new)));
            out.parts.push(part);
        }
        if was != is {
            let names = |from: &BTreeSet<&'d str>, to: &BTreeSet<&'d str>| {
                from.difference(to).map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ")
            };
            let (gone, come) = (names(&was, &is), names(&is, &was));
            let message = match (gone.is_empty(), come.is_empty()) {
                (true, _) => format!("properties that match {come} have a schema of their own now"),
                (_, true) => format!("properties that match {gone} have no schema of their own any more"),
                _ => format!("properties with a schema of their own: those that match {gone} → {come}"),
            };
            self.tell(pair, SchemaRule::PatternPropertiesChanged, Effect::Both, message, out);
        }
        let names = |shape: &Shape<'d>, engine: &mut Engine<'d>| engine.node(shape.names.clone());
        let (old, new) = (names(pair.old, &mut self.engine), names(pair.new, &mut self.engine));
        if !self.is_same(old, new) {
            let (within_new, within_old) = (self.engine.subset(old, new), self.engine.subset(new, old));
            if let Some(effect) = Effect::of(within_new.as_tri(), within_old.as_tri()) {
                let message = "which names properties may have changed".to_owned();
                self.tell(pair, SchemaRule::PropertyNamesChanged, effect, message, out);
            }
        }
    }

    fn pair_of(&mut self, old: &Shape<'d>, new: &Shape<'d>, name: &'d str) -> Option<(NodeId, NodeId)> {
        let base = self.engine.property(old, name, Role::Reader)?;
        Some((base, self.engine.property(new, name, Role::Reader)?))
    }

    fn place(&mut self, shape: &Shape<'d>, name: &'d str) -> Option<openapi_contract::Pointer> {
        let declaration = shape.groups.iter().find_map(|group| group.declared.get(name).copied())?;
        Some(self.engine.atom_data(declaration).pointer.clone())
    }
}
