//! Keywords about arrays: elements by position, and elements that must be among the others.

use serde_json::{Value, json};

use super::context::{Lowered, Lowering};
use super::objects::{any_of, is_anything, sees_only_its_siblings};
use super::scope::{Group, Scope};
use crate::Effect;

impl<'d> Lowering<'d, '_> {
    /// Lowers `prefixItems`, `items` and, where it means the same, `unevaluatedItems` together.
    pub(super) fn items(&mut self, scope: &mut Scope<'d>) {
        if !scope.begins(Group::Items) {
            return;
        }
        let rest = self.rest_of_items(scope);
        let prefix = scope.schema.get("prefixItems").and_then(Value::as_array);
        let Some(prefix) = prefix.filter(|prefix| !prefix.is_empty()) else {
            if scope.schema.contains_key("prefixItems") {
                self.report("prefix-items", "prefixItems", Effect::Equivalent, "no element has a place of its own");
            }
            if let Some((keyword, rest)) = rest {
                let lowered = self.schema_at(&[keyword], rest);
                scope.exact &= lowered.exact;
                scope.say("items", lowered.value);
            }
            return;
        };
        if scope.is_idle("prefixItems") {
            self.report("prefix-items", "prefixItems", Effect::Equivalent, "no array is accepted at all");
            return;
        }
        let longest = longest(scope);
        let reached = usize::try_from(longest.unwrap_or(u64::MAX)).unwrap_or(usize::MAX).min(prefix.len());
        let mut lowered = self.schemas_at("prefixItems", prefix);
        lowered.truncate(reached);
        if longest.is_none_or(|longest| longest > prefix.len() as u64) {
            lowered.extend(rest.map(|(keyword, rest)| self.schema_at(&[keyword], rest)));
            if rest.is_none() {
                lowered.push(Lowered { value: json!({}), exact: true });
            }
        }
        scope.exact &= lowered.iter().all(|one| one.exact);
        let uniform = lowered.windows(2).all(|pair| pair[0].value == pair[1].value);
        let effect = if uniform { Effect::Equivalent } else { Effect::Widened };
        scope.exact &= uniform;
        let elements =
            if lowered.is_empty() { json!({}) } else { any_of(lowered.into_iter().map(|it| it.value).collect()) };
        scope.say("items", elements);
        if let Some(longest) = longest {
            scope.say("maxItems", longest.into());
        }
        let reason = "3.0 has one schema for all elements: any of those by position";
        self.report("prefix-items", "prefixItems", effect, reason);
    }

    /// The keyword for the elements behind the prefix, and its schema.
    fn rest_of_items(&mut self, scope: &mut Scope<'d>) -> Option<(&'static str, &'d Value)> {
        let own = scope.schema.get("items");
        if let Some(unevaluated) = scope.schema.get("unevaluatedItems") {
            let keyword = "unevaluatedItems";
            let reason = if own.is_some() {
                "items leaves nothing over"
            } else if is_anything(unevaluated) {
                "it demands nothing"
            } else if scope.is_idle(keyword) {
                "no array is accepted at all"
            } else if sees_only_its_siblings(scope.schema) {
                self.report("unevaluated-to-items", keyword, Effect::Equivalent, "there is no other schema to see");
                return Some((keyword, unevaluated));
            } else {
                scope.exact = false;
                let reason = "3.0 cannot look into other schemas for what they leave over";
                self.report("unevaluated-dropped", keyword, Effect::Widened, reason);
                return None;
            };
            self.report("unevaluated-idle", keyword, Effect::Equivalent, reason);
        }
        own.map(|own| ("items", own))
    }

    /// Lowers `contains` with its two bounds. It could be said with two negations, but no generator reads those.
    pub(super) fn contains(&mut self, scope: &mut Scope<'d>) {
        let free = scope.schema.get("minContains").is_some_and(|least| least.as_f64() == Some(0.0))
            && !scope.schema.contains_key("maxContains");
        if free || scope.is_idle("contains") {
            self.report("contains", "contains", Effect::Equivalent, "it demands nothing");
        } else {
            scope.exact = false;
            self.report("contains", "contains", Effect::Widened, "3.0 has no word for what an array must contain");
        }
    }
}

/// Says `maxItems`, which `items: false` may tighten.
pub(super) fn max_items(scope: &mut Scope<'_>, value: &Value) {
    let said = longest(scope).filter(|_| value.is_number()).map_or_else(|| value.clone(), Value::from);
    scope.say("maxItems", said);
}

/// How long an array may be at most. With `items: false` (or `unevaluatedItems`, where it means the same), that is
/// the number of elements that have a place of their own.
fn longest(scope: &Scope<'_>) -> Option<u64> {
    let schema = scope.schema;
    let own = schema.get("maxItems").and_then(Value::as_u64);
    let prefix = schema.get("prefixItems").and_then(Value::as_array).filter(|prefix| !prefix.is_empty());
    let rest =
        schema.get("items").or_else(|| schema.get("unevaluatedItems").filter(|_| sees_only_its_siblings(schema)));
    match prefix {
        Some(prefix) if rest == Some(&Value::Bool(false)) => {
            let places = prefix.len() as u64;
            Some(own.map_or(places, |own| own.min(places)))
        }
        _ => own,
    }
}
