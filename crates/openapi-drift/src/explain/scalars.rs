//! Types, listed values, numbers, strings and formats.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::rc::Rc;

use openapi_contract::instance::same;
use serde_json::Value;

use super::{Effect, Explainer, Explanation, Pair, cap};
use crate::rule::SchemaRule;
use crate::schema::numbers::{self, Bound, End, words};
use crate::schema::shape::Count;
use crate::schema::types::Types;
use crate::schema::{Tri, Verdict, formats};

/// The rules of a count that has a lower and an upper end.
pub(super) struct CountRules {
    pub(super) min: [SchemaRule; 2],
    pub(super) max: [SchemaRule; 4],
    pub(super) words: [&'static str; 2],
}

impl<'d> Explainer<'d> {
    pub(super) fn types_and_values(&mut self, pair: &Pair<'_, 'd>, out: &mut Explanation) {
        let (old, new) = (pair.old, pair.new);
        if let (Some(was), Some(is)) = (&old.values, &new.values)
            && old.types.meets(new.types)
        {
            return self.listed_values(pair, was, is, out);
        }
        let (gone, come) = (old.types.without(new.types), new.types.without(old.types));
        // A list without a value of some type says nothing of that type going or coming.
        let gone =
            if new.values.is_some() && old.values.is_none() { gone_for_list(old.types, new.types) } else { gone };
        let come =
            if old.values.is_some() && new.values.is_none() { gone_for_list(new.types, old.types) } else { come };
        let rule = match (gone.is_empty(), come.is_empty()) {
            (true, true) => None,
            (true, false) => Some((SchemaRule::TypeWidened, Effect::Widens)),
            (false, true) => Some((SchemaRule::TypeNarrowed, Effect::Narrows)),
            (false, false) => Some((SchemaRule::TypeChanged, Effect::Both)),
        };
        if let Some((rule, effect)) = rule {
            self.tell(pair, rule, effect, format!("type: {} → {}", old.types, new.types), out);
            if !old.types.meets(new.types) {
                return;
            }
        }
        match (&old.values, &new.values) {
            (None, Some(is)) => {
                let message = format!("only listed values are allowed now: {}", list(is));
                self.tell(pair, SchemaRule::BecameEnum, Effect::Narrows, message, out);
            }
            (Some(was), None) => {
                let message = format!("the list of allowed values is gone: {}", list(was));
                self.tell(pair, SchemaRule::EnumRemoved, Effect::Widens, message, out);
            }
            _ => {}
        }
        let missing = |from: &[&'d Value], to: &[&'d Value]| -> Vec<&'d Value> {
            from.iter().filter(|value| !to.iter().any(|other| same(value, other))).copied().collect()
        };
        for value in missing(&new.excluded, &old.excluded) {
            self.tell(pair, SchemaRule::ValueForbidden, Effect::Narrows, format!("{value} is forbidden now"), out);
        }
        for value in missing(&old.excluded, &new.excluded) {
            self.tell(pair, SchemaRule::ValueAllowed, Effect::Widens, format!("{value} is no longer forbidden"), out);
        }
    }

    fn listed_values(&mut self, pair: &Pair<'_, 'd>, was: &[&'d Value], is: &[&'d Value], out: &mut Explanation) {
        let mut each = |from: &[&'d Value], to: &[&'d Value], rule, effect, words: &str| {
            for value in from.iter().filter(|value| !to.iter().any(|other| same(value, other))) {
                if value.is_null() {
                    continue; // Told as nullable.
                }
                let hurts = self.hurts(effect);
                let judged = if hurts { Verdict::No(Rc::new((*value).clone())) } else { Verdict::Yes };
                let verdict = cap(judged, pair.verdict);
                out.changes.push(self.change(rule, format!("{value} {words}"), (pair.base, pair.revision), &verdict));
            }
        };
        each(is, was, SchemaRule::EnumValueAdded, Effect::Widens, "is a new value");
        each(was, is, SchemaRule::EnumValueRemoved, Effect::Narrows, "is no longer a value");
    }

    pub(super) fn numbers(&mut self, pair: &Pair<'_, 'd>, out: &mut Explanation) {
        use SchemaRule::{
            MaximumAdded, MaximumDecreased, MaximumIncreased, MaximumRemoved, MinimumAdded, MinimumDecreased,
            MinimumIncreased, MinimumRemoved,
        };
        let (old, new) = (pair.old, pair.new);
        let lower = [MinimumAdded, MinimumRemoved, MinimumIncreased, MinimumDecreased];
        let upper = [MaximumAdded, MaximumRemoved, MaximumDecreased, MaximumIncreased];
        self.bound(pair, End::Lower, (old.lower.as_ref(), new.lower.as_ref()), lower, out);
        self.bound(pair, End::Upper, (old.upper.as_ref(), new.upper.as_ref()), upper, out);
        let (was, is) = (&old.multiples, &new.multiples);
        let covered = |divisors: &[&'d serde_json::Number], by: &[&'d serde_json::Number]| {
            divisors
                .iter()
                .map(|divisor| by.iter().map(|known| numbers::is_multiple(known, divisor)).max().unwrap_or(Tri::No))
                .min()
                .unwrap_or(Tri::Yes)
        };
        let (within_new, within_old) = (covered(is, was), covered(was, is));
        let Some(effect) = Effect::of(within_new, within_old) else { return };
        let numbers =
            |all: &[&'d serde_json::Number]| all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let (rule, message) = match (was.is_empty(), is.is_empty()) {
            (true, _) => (SchemaRule::MultipleOfAdded, format!("multipleOf: {} is new", numbers(is))),
            (_, true) => (SchemaRule::MultipleOfRemoved, format!("multipleOf: {} is gone", numbers(was))),
            _ => (SchemaRule::MultipleOfChanged, format!("multipleOf: {} → {}", numbers(was), numbers(is))),
        };
        self.tell(pair, rule, effect, message, out);
    }

    /// The rules are those for: added, removed, stricter, looser.
    fn bound(
        &mut self,
        pair: &Pair<'_, 'd>,
        end: End,
        (was, is): (Option<&Bound>, Option<&Bound>),
        [added, removed, stricter, looser]: [SchemaRule; 4],
        out: &mut Explanation,
    ) {
        let (rule, effect, message) = match (was, is) {
            (None, None) => return,
            (None, Some(is)) => (added, Effect::Narrows, format!("{} now", words(end, is))),
            (Some(was), None) => (removed, Effect::Widens, format!("no longer {}", words(end, was))),
            (Some(was), Some(is)) => {
                let message = format!("{} → {}", words(end, was), words(end, is));
                match end.strictness(is, was) {
                    Ordering::Equal => return,
                    Ordering::Greater => (stricter, Effect::Narrows, message),
                    Ordering::Less => (looser, Effect::Widens, message),
                }
            }
        };
        self.tell(pair, rule, effect, message, out);
    }

    pub(super) fn count(
        &mut self,
        pair: &Pair<'_, 'd>,
        (was, is): (Count, Count),
        rules: &CountRules,
        out: &mut Explanation,
    ) {
        let [min, max] = rules.words;
        let [increased, decreased] = rules.min;
        let min_change = match is.min.cmp(&was.min) {
            Ordering::Greater => Some((increased, Effect::Narrows)),
            Ordering::Less => Some((decreased, Effect::Widens)),
            Ordering::Equal => None,
        };
        if let Some((rule, effect)) = min_change {
            self.tell(pair, rule, effect, format!("{min}: {} → {}", was.min, is.min), out);
        }
        let [added, removed, increased, decreased] = rules.max;
        let max_change = match (was.max, is.max) {
            (None, Some(is)) => Some((added, Effect::Narrows, format!("{max}: {is} is new"))),
            (Some(was), None) => Some((removed, Effect::Widens, format!("{max}: {was} is gone"))),
            (Some(was), Some(is)) if is > was => Some((increased, Effect::Widens, format!("{max}: {was} → {is}"))),
            (Some(was), Some(is)) if is < was => Some((decreased, Effect::Narrows, format!("{max}: {was} → {is}"))),
            _ => None,
        };
        if let Some((rule, effect, message)) = max_change {
            self.tell(pair, rule, effect, message, out);
        }
    }

    pub(super) fn texts(&mut self, pair: &Pair<'_, 'd>, out: &mut Explanation) {
        use SchemaRule::{
            MaxLengthAdded, MaxLengthDecreased, MaxLengthIncreased, MaxLengthRemoved, MinLengthDecreased,
            MinLengthIncreased,
        };
        let rules = CountRules {
            min: [MinLengthIncreased, MinLengthDecreased],
            max: [MaxLengthAdded, MaxLengthRemoved, MaxLengthIncreased, MaxLengthDecreased],
            words: ["minLength", "maxLength"],
        };
        self.count(pair, (pair.old.length, pair.new.length), &rules, out);
        let (was, is) = (&pair.old.patterns, &pair.new.patterns);
        let (gone, come): (Vec<&'d str>, Vec<&'d str>) =
            (was.difference(is).copied().collect(), is.difference(was).copied().collect());
        if let ([old], [new]) = (gone.as_slice(), come.as_slice()) {
            let effect = Effect::of(self.engine.pattern_within(old, new), self.engine.pattern_within(new, old));
            if let Some(effect) = effect {
                self.tell(pair, SchemaRule::PatternChanged, effect, format!("pattern: {old} → {new}"), out);
            }
            return;
        }
        for pattern in come {
            self.tell(pair, SchemaRule::PatternAdded, Effect::Narrows, format!("pattern: {pattern} is new"), out);
        }
        for pattern in gone {
            self.tell(pair, SchemaRule::PatternRemoved, Effect::Widens, format!("pattern: {pattern} is gone"), out);
        }
    }

    pub(super) fn formats(&mut self, pair: &Pair<'_, 'd>, out: &mut Explanation) {
        let both = pair.old.types.and(pair.new.types);
        // A format of numbers says nothing of strings, and the other way round.
        let relevant = |all: &BTreeSet<&'d str>| -> BTreeSet<&'d str> {
            let concerns = |name: &&str| {
                if formats::subject(name) == formats::Subject::Number {
                    both.meets(Types::NUMBER)
                } else {
                    both.has(Types::STRING)
                }
            };
            all.iter().filter(|name| concerns(name)).copied().collect()
        };
        let (was, is) = (relevant(&pair.old.formats), relevant(&pair.new.formats));
        let (gone, come): (Vec<&str>, Vec<&str>) =
            (was.difference(&is).copied().collect(), is.difference(&was).copied().collect());
        if let ([old], [new]) = (gone.as_slice(), come.as_slice()) {
            let within = |inner: &str, outer: &str| Tri::from(formats::implies(inner, outer));
            let effect = Effect::of(within(old, new), within(new, old));
            let effect = effect.unwrap_or(Effect::Both);
            return self.tell(pair, SchemaRule::FormatChanged, effect, format!("format: {old} → {new}"), out);
        }
        for format in come {
            self.tell(pair, SchemaRule::FormatAdded, Effect::Narrows, format!("format: {format} is new"), out);
        }
        for format in gone {
            self.tell(pair, SchemaRule::FormatRemoved, Effect::Widens, format!("format: {format} is gone"), out);
        }
    }
}

/// The types that are really gone when a list takes the place of a type: all, if the list has none of them.
fn gone_for_list(types: Types, listed: Types) -> Types {
    if types.meets(listed) { Types::NONE } else { types }
}

/// The first values of a list, for messages.
fn list(values: &[&Value]) -> String {
    const SHOWN: usize = 8;
    let mut words: Vec<String> = values.iter().take(SHOWN).map(ToString::to_string).collect();
    if values.len() > SHOWN {
        words.push(format!("… {} more", values.len() - SHOWN));
    }
    words.join(", ")
}
