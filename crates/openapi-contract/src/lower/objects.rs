//! Keywords about objects: names by pattern, names that demand one another, and what is left over.

use serde_json::{Map, Value, json};

use super::context::Lowering;
use super::scope::{Group, Scope};
use crate::Effect;

/// Patterns that match every name there is. `^.*$` is not one of them: a name may hold a line feed.
const UNIVERSAL: [&str; 4] = ["", ".*", "^", "^.*"];

/// Keywords whose schemas look at the same instance, so that what they evaluate is no longer left over.
const IN_PLACE: [&str; 9] =
    ["$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "not", "if", "dependentSchemas", "contains"];

/// Whether `unevaluated...` sees no other keywords than `additionalProperties` or `items` would in its place.
pub(super) fn sees_only_its_siblings(schema: &Map<String, Value>) -> bool {
    !IN_PLACE.iter().any(|keyword| schema.contains_key(*keyword))
}

/// Whether a schema accepts everything.
pub(super) fn is_anything(schema: &Value) -> bool {
    *schema == Value::Bool(true) || schema.as_object().is_some_and(Map::is_empty)
}

/// One schema that accepts what any of these does.
pub(super) fn any_of(schemas: Vec<Value>) -> Value {
    let mut distinct: Vec<Value> = Vec::new();
    for schema in schemas {
        if is_anything(&schema) {
            return json!({});
        }
        if !distinct.contains(&schema) {
            distinct.push(schema);
        }
    }
    if distinct.len() == 1 { distinct.remove(0) } else { json!({ "anyOf": distinct }) }
}

impl<'d> Lowering<'d, '_> {
    pub(super) fn properties(&mut self, scope: &mut Scope<'d>, properties: &'d Map<String, Value>) {
        let (lowered, exact) = self.schema_map("properties", properties);
        scope.exact &= exact;
        scope.say("properties", lowered.into());
    }

    pub(super) fn required(&mut self, scope: &mut Scope<'d>, required: &'d Value) {
        if required.as_array().is_some_and(Vec::is_empty) {
            let reason = "3.0 wants at least one name; none demands nothing";
            self.report("required-empty", "required", Effect::Equivalent, reason);
        } else {
            scope.say("required", required.clone());
        }
    }

    /// Lowers `patternProperties`, `additionalProperties` and, where it means the same, `unevaluatedProperties`
    /// together: a property that matched a pattern is additional once the patterns are gone.
    pub(super) fn additional_properties(&mut self, scope: &mut Scope<'d>) {
        if !scope.begins(Group::AdditionalProperties) {
            return;
        }
        let additional = self.additional(scope);
        let patterns = scope.schema.get("patternProperties").and_then(Value::as_object);
        let Some(patterns) = patterns.filter(|patterns| !patterns.is_empty()) else {
            if scope.schema.contains_key("patternProperties") {
                self.report("pattern-properties", "patternProperties", Effect::Equivalent, "there are no patterns");
            }
            if let Some((keyword, value)) = additional {
                let lowered = self.leftovers(scope, keyword, value);
                scope.say("additionalProperties", lowered);
            }
            return;
        };
        if scope.is_idle("patternProperties") {
            self.report("pattern-properties", "patternProperties", Effect::Equivalent, "no object is accepted at all");
            return;
        }
        let before = self.changes.len();
        let (lowered, exact) = self.schema_map("patternProperties", patterns);
        let universal = patterns.len() == 1 && patterns.keys().all(|pattern| UNIVERSAL.contains(&pattern.as_str()));
        let mut lowered: Vec<Value> = lowered.into_iter().map(|(_, schema)| schema).collect();
        if universal && !scope.schema.contains_key("properties") {
            scope.exact &= exact;
            scope.say("additionalProperties", any_of(lowered));
            self.report(
                "pattern-properties",
                "patternProperties",
                Effect::Equivalent,
                "the pattern matches every name",
            );
            return;
        }
        let closed = additional.filter(|(_, value)| !is_anything(value));
        if let Some((keyword, value)) = closed {
            if *value != Value::Bool(false) {
                lowered.push(self.leftovers(scope, keyword, value));
            }
            scope.say("additionalProperties", any_of(lowered));
        } else {
            // Nothing is left of the schemas, nor is there anything to say about them.
            self.changes.truncate(before);
        }
        if patterns.values().all(is_anything) && closed.is_none() {
            self.report("pattern-properties", "patternProperties", Effect::Equivalent, "the patterns demand nothing");
        } else {
            scope.exact = false;
            let reason = "3.0 has no patterns for names; what matched one is an additional property now";
            self.report("pattern-properties", "patternProperties", Effect::Widened, reason);
        }
    }

    /// The keyword that says what other properties there may be, and what it says.
    fn additional(&mut self, scope: &mut Scope<'d>) -> Option<(&'static str, &'d Value)> {
        let unevaluated = scope.schema.get("unevaluatedProperties");
        let own = scope.schema.get("additionalProperties");
        if let Some(unevaluated) = unevaluated {
            let keyword = "unevaluatedProperties";
            let reason = if own.is_some() {
                "additionalProperties leaves nothing over"
            } else if is_anything(unevaluated) {
                "it demands nothing"
            } else if scope.is_idle(keyword) {
                "no object is accepted at all"
            } else if sees_only_its_siblings(scope.schema) {
                self.report(
                    "unevaluated-to-additional",
                    keyword,
                    Effect::Equivalent,
                    "there is no other schema to see",
                );
                return Some((keyword, unevaluated));
            } else {
                scope.exact = false;
                let reason = "3.0 cannot look into other schemas for what they leave over";
                self.report("unevaluated-dropped", keyword, Effect::Widened, reason);
                return None;
            };
            self.report("unevaluated-idle", keyword, Effect::Equivalent, reason);
        }
        own.map(|own| ("additionalProperties", own))
    }

    /// Lowers the schema of additional properties; 3.0 has booleans here.
    fn leftovers(&mut self, scope: &mut Scope<'d>, keyword: &str, value: &'d Value) -> Value {
        if value.is_boolean() {
            return value.clone();
        }
        let lowered = self.schema_at(&[keyword], value);
        scope.exact &= lowered.exact;
        lowered.value
    }

    pub(super) fn property_names(&mut self, scope: &mut Scope<'d>, names: &'d Value) {
        if is_anything(names) || scope.is_idle("propertyNames") {
            self.report("property-names", "propertyNames", Effect::Equivalent, "it demands nothing");
        } else {
            scope.exact = false;
            self.report("property-names", "propertyNames", Effect::Widened, "3.0 cannot say how names are made");
        }
    }

    /// Lowers `dependentRequired`: without the one name, or with the others too. What is no object satisfies the
    /// second.
    pub(super) fn dependent_required(&mut self, scope: &mut Scope<'d>, dependencies: &'d Map<String, Value>) {
        for (name, others) in dependencies {
            let mut required = vec![name.as_str()];
            for other in others.as_array().into_iter().flatten().filter_map(Value::as_str) {
                if !required.contains(&other) {
                    required.push(other);
                }
            }
            if required.len() > 1 && !scope.is_idle("dependentRequired") {
                scope.demand("anyOf", json!([{"not": {"required": [name]}}, {"required": required}]));
            }
        }
        let reason = "3.0 has no such keyword, but a choice: without the name, or with the others";
        self.report("dependent-required", "dependentRequired", Effect::Equivalent, reason);
    }

    /// Lowers `dependentSchemas`: no object with the name, or the schema.
    pub(super) fn dependent_schemas(&mut self, scope: &mut Scope<'d>, dependencies: &'d Map<String, Value>) {
        for (name, schema) in dependencies {
            if is_anything(schema) || scope.is_idle("dependentSchemas") {
                continue;
            }
            let lowered = self.schema_at(&["dependentSchemas", name], schema);
            scope.exact &= lowered.exact;
            scope.demand("anyOf", json!([{"not": {"type": "object", "required": [name]}}, lowered.value]));
        }
        let reason = "3.0 has no such keyword, but a choice: no object with the name, or the schema";
        self.report("dependent-schemas", "dependentSchemas", Effect::Equivalent, reason);
    }
}
