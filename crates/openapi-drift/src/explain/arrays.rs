//! Arrays.

use super::scalars::CountRules;
use super::{Effect, Explainer, Explanation, Pair};
use crate::rule::SchemaRule;
use crate::schema::{Engine, Shape, Verdict};

impl<'d> Explainer<'d> {
    pub(super) fn arrays(&mut self, pair: &Pair<'_, 'd>, out: &mut Explanation) {
        use SchemaRule::{
            MaxItemsAdded, MaxItemsDecreased, MaxItemsIncreased, MaxItemsRemoved, MinItemsDecreased, MinItemsIncreased,
        };
        let rules = CountRules {
            min: [MinItemsIncreased, MinItemsDecreased],
            max: [MaxItemsAdded, MaxItemsRemoved, MaxItemsIncreased, MaxItemsDecreased],
            words: ["minItems", "maxItems"],
        };
        let (old, new) = (pair.old, pair.new);
        self.count(pair, (old.items, new.items), &rules, out);
        match (old.unique, new.unique) {
            (false, true) => {
                let message = "items must be unique now".to_owned();
                self.tell(pair, SchemaRule::UniqueItemsAdded, Effect::Narrows, message, out);
            }
            (true, false) => {
                let message = "items need no longer be unique".to_owned();
                self.tell(pair, SchemaRule::UniqueItemsRemoved, Effect::Widens, message, out);
            }
            _ => {}
        }
        for position in 0..=old.positions().max(new.positions()) {
            let items = (self.engine.item(old, position), self.engine.item(new, position));
            out.parts.push(items);
        }
        let gone = self.contains_something_else(old, new);
        let come = self.contains_something_else(new, old);
        let Some(effect) = Effect::of_demands(gone, come) else { return };
        let message = "what an array has to contain is said differently".to_owned();
        self.tell(pair, SchemaRule::ContainsChanged, effect, message, out);
    }

    fn contains_something_else(&mut self, one: &Shape<'d>, other: &Shape<'d>) -> bool {
        let engine: &mut Engine<'d> = &mut self.engine;
        one.contains.iter().any(|contains| {
            let node = engine.node([contains.schema]);
            !other.contains.iter().any(|known| {
                let known_node = engine.node([known.schema]);
                known.count == contains.count
                    && engine.subset(node, known_node) == Verdict::Yes
                    && engine.subset(known_node, node) == Verdict::Yes
            })
        })
    }
}
