//! `enum` and `const`: which instances a schema lists.

use serde_json::{Map, Value, json};

use super::context::Lowering;
use super::null::Truth;
use super::scope::{Group, Scope};
use super::types::Type;
use crate::Effect;
use crate::instance::same;

/// The instances that `enum` and `const` allow together; `None` when neither says anything.
pub(super) fn allowed(schema: &Map<String, Value>) -> Option<Vec<&Value>> {
    let listed = schema.get("enum").and_then(Value::as_array);
    match (schema.get("const"), listed) {
        (Some(only), Some(listed)) => Some(listed.iter().filter(|value| same(value, only)).take(1).collect()),
        (Some(only), None) => Some(vec![only]),
        (None, Some(listed)) => Some(listed.iter().collect()),
        (None, None) => None,
    }
}

impl<'d> Lowering<'d, '_> {
    /// Lowers `enum` and `const` together, where the first of them stands.
    pub(super) fn values(&mut self, scope: &mut Scope<'d>, keyword: &str) {
        if keyword == "enum" && !scope.schema["enum"].is_array() {
            scope.out.insert(keyword.to_owned(), scope.schema["enum"].clone());
            return;
        }
        let constant = scope.schema.contains_key("const");
        if keyword == "const" {
            self.report("const-to-enum", keyword, Effect::Equivalent, "3.0 has no const, but an enum of one");
        }
        if !scope.begins(Group::Values) {
            return;
        }
        let values = scope.values.clone().unwrap_or_default();
        let types = scope.schema.get("type");
        if values.is_empty() && (constant || types.is_some_and(|types| !types.is_string() || types == "null")) {
            scope.demand("not", json!({}));
            self.report("enum-unsatisfiable", keyword, Effect::Equivalent, "no value is of the type and listed");
            return;
        }
        if scope.has_branches() {
            return; // Each branch lists its own.
        }
        if types.is_none() {
            self.type_of_values(scope, keyword, &values);
        }
        // A plain enum stays as it is, even where the type rules some of it out.
        let plain = !constant && types.is_none_or(Value::is_string);
        let said = if plain { scope.schema["enum"].clone() } else { values.into_iter().cloned().collect() };
        scope.out.insert("enum".to_owned(), said);
    }

    /// Declares the type of listed values where that helps: with a constant, whose enum would else be the only word
    /// on the type, and with null, which many readers of 3.0 believe only with `nullable`.
    fn type_of_values(&mut self, scope: &mut Scope<'d>, keyword: &str, values: &[&Value]) {
        let null = values.iter().any(|value| value.is_null());
        if !null && keyword != "const" {
            return;
        }
        if null && self.accepts_null(scope.value) != Truth::Yes {
            return;
        }
        let mut common: Option<Type> = None;
        for value in values.iter().filter(|value| !value.is_null()) {
            let this = Type::of(value);
            common = match common {
                None => Some(this),
                Some(known) if known.includes(this) => Some(known),
                Some(known) if this.includes(known) => Some(this),
                Some(_) => return self.nullable_enum(scope, keyword, null),
            };
        }
        if let Some(common) = common {
            scope.out.insert("type".to_owned(), common.name().into());
        }
        self.nullable_enum(scope, keyword, null);
    }

    fn nullable_enum(&mut self, scope: &mut Scope<'d>, keyword: &str, null: bool) {
        if null {
            scope.out.insert("nullable".to_owned(), true.into());
            if keyword == "enum" {
                self.report("enum-nullable", keyword, Effect::Equivalent, "3.0 says null with nullable as well");
            }
        }
    }
}
