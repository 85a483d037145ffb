//! `allOf`, `anyOf`, `oneOf`, `not`, `if`: schemas about the same instance, where accepting more in one place may
//! mean accepting less in another.

use serde_json::{Map, Value, json};

use super::context::Lowering;
use super::disjoint;
use super::null::Truth;
use super::scope::Scope;
use super::types::Type;
use super::{annotations, size};
use crate::Effect;

/// The largest condition that is said twice, in values. Conditions inside of conditions would else double at every
/// level.
const LARGEST_CONDITION: usize = 200;

impl<'d> Lowering<'d, '_> {
    pub(super) fn all_of(&mut self, scope: &mut Scope<'d>, schemas: &'d [Value]) {
        let lowered = self.schemas_at("allOf", schemas);
        scope.exact &= lowered.iter().all(|one| one.exact);
        scope.demand_all(lowered.into_iter().map(|one| one.value).collect());
    }

    /// Lowers `anyOf` and `oneOf`.
    pub(super) fn choice(&mut self, scope: &mut Scope<'d>, keyword: &'static str, schemas: &'d [Value]) {
        let exclusive = keyword == "oneOf";
        let says_null = self.null_branch_to_leave_out(scope, exclusive, schemas);
        let mut kept = Vec::new();
        let mut lowered = Vec::new();
        for (number, schema) in schemas.iter().enumerate() {
            if !(says_null && is_null_schema(schema)) {
                kept.push(schema);
                lowered.push(self.schema_at(&[keyword, &number.to_string()], schema));
            }
        }
        if says_null {
            self.null_branch(scope, keyword);
        }
        let exact = lowered.iter().all(|one| one.exact);
        scope.exact &= exact;
        if says_null && let [only] = lowered.as_mut_slice() {
            merge_or_demand(scope, keyword, only.value.take());
            return;
        }
        let values = lowered.iter_mut().map(|one| one.value.take()).collect();
        if !exclusive || exact || disjoint::all(self.index, &kept) {
            scope.out.insert(keyword.to_owned(), values);
        } else {
            scope.demand("anyOf", values);
            let reason = "a branch accepts more than it did; two might now accept what one did, which oneOf forbids";
            self.report("one-of-to-any-of", keyword, Effect::Widened, reason);
        }
    }

    /// Whether `nullable` can say what the branches for null alone say. In a `oneOf` it cannot if another branch
    /// accepts null too, for then null is rejected.
    fn null_branch_to_leave_out(&mut self, scope: &Scope<'d>, exclusive: bool, schemas: &'d [Value]) -> bool {
        let nulls = schemas.iter().filter(|schema| is_null_schema(schema)).count();
        // Beside listed values or a null type, nullable would say more than the branch does.
        if nulls == 0 || nulls == schemas.len() || scope.has_values() || scope.types == [Type::Null] {
            return false;
        }
        !exclusive
            || nulls == 1 && {
                let mut others = schemas.iter().filter(|schema| !is_null_schema(schema));
                others.all(|schema| self.accepts_null(schema) != Truth::Yes)
            }
    }

    /// Says with `nullable` what a branch for null alone said.
    fn null_branch(&mut self, scope: &mut Scope<'d>, keyword: &str) {
        let (effect, reason) = match self.accepts_null(scope.value) {
            Truth::Yes => (Effect::Equivalent, "3.0 has no null type, but nullable"),
            Truth::No => (Effect::Equivalent, "the rest of the schema rejects null, as it does in 3.1"),
            Truth::Unknown => (Effect::Widened, "whether the rest of the schema accepts null cannot be known here"),
        };
        if self.accepts_null(scope.value) != Truth::No {
            scope.out.insert("nullable".to_owned(), true.into());
        }
        scope.exact &= effect == Effect::Equivalent;
        self.report("null-branch", keyword, effect, reason);
    }

    pub(super) fn not(&mut self, scope: &mut Scope<'d>, schema: &'d Value) {
        let before = self.changes.len();
        let lowered = self.schema_at(&["not"], schema);
        if lowered.exact {
            scope.out.insert("not".to_owned(), lowered.value);
        } else {
            self.changes.truncate(before);
            scope.exact = false;
            let reason = "3.0 cannot say exactly what is forbidden, and to forbid more would accept less";
            self.report("not-dropped", "not", Effect::Widened, reason);
        }
    }

    /// Lowers `if` with `then` and `else`: an implication is a choice.
    pub(super) fn condition(&mut self, scope: &mut Scope<'d>, schema: &'d Value) {
        let (then, otherwise) = (scope.schema.get("then"), scope.schema.get("else"));
        if then.is_none() && otherwise.is_none() {
            self.report("if-without-effect", "if", Effect::Equivalent, "without then and else, if demands nothing");
            return;
        }
        let before = self.changes.len();
        let condition = self.schema_at(&["if"], schema);
        let twice = then.is_some() && otherwise.is_some();
        if !condition.exact || twice && size::exceeds(&condition.value, LARGEST_CONDITION) {
            self.changes.truncate(before);
            scope.exact = false;
            let reason = "3.0 cannot say the condition exactly, or not in few words, and to guess it would accept less";
            self.report("if-dropped", "if", Effect::Widened, reason);
            return;
        }
        let mut consequence = |keyword: &str, schema: Option<&'d Value>| {
            let lowered = self.schema_at(&[keyword], schema?);
            scope.exact &= lowered.exact;
            Some(lowered.value)
        };
        let condition = condition.value;
        let choice = match (consequence("then", then), consequence("else", otherwise)) {
            (Some(then), Some(otherwise)) => {
                json!([{"allOf": [condition, then]}, {"allOf": [{"not": condition}, otherwise]}])
            }
            (Some(then), None) => json!([{"not": condition}, then]),
            (None, Some(otherwise)) => json!([condition, otherwise]),
            (None, None) => return,
        };
        scope.demand("anyOf", choice);
        self.report("if-to-any-of", "if", Effect::Equivalent, "3.0 has no if, but a choice of what may follow");
    }
}

/// Whether a schema accepts null and nothing else, and says so plainly.
fn is_null_schema(schema: &Value) -> bool {
    let Some(schema) = schema.as_object() else { return false };
    let mut says_null = false;
    for (keyword, value) in schema {
        match keyword.as_str() {
            "type" if *value == "null" || *value == json!(["null"]) => says_null = true,
            "const" if value.is_null() => says_null = true,
            "enum" if *value == json!([null]) => says_null = true,
            keyword if annotations::is_annotation(keyword) => {}
            _ => return false,
        }
    }
    says_null
}

/// Says the one schema that is left of a choice in place of the choice: in the same object where nothing stands in
/// its way there, for that is what generators read best, and else with `allOf`.
fn merge_or_demand(scope: &mut Scope<'_>, keyword: &str, value: Value) {
    let free = |own: &Map<String, Value>| {
        let alone = scope.schema.keys().all(|other| other == keyword || annotations::is_annotation(other));
        let plain = ["$ref", "allOf", "anyOf", "oneOf", "not"].iter().all(|other| !own.contains_key(*other));
        let unsaid = own.keys().all(|other| !scope.schema.contains_key(other) && !scope.out.contains_key(other));
        alone && plain && unsaid && own.contains_key("type") && scope.out.contains_key("nullable")
    };
    match value {
        Value::Object(own) if free(&own) => {
            scope.out.shift_remove("nullable");
            for (keyword, mut value) in own {
                if let ("enum", Value::Array(values)) = (keyword.as_str(), &mut value)
                    && !values.contains(&Value::Null)
                {
                    values.push(Value::Null);
                }
                scope.out.insert(keyword, value);
            }
            scope.out.insert("nullable".to_owned(), true.into());
        }
        value => scope.demand_all(vec![value]),
    }
}
