//! `type`: one name in 3.0, any number of names in 3.1, and null.

use serde_json::{Map, Value, json};

use super::context::Lowering;
use super::null::Truth;
use super::scope::{Group, Scope};
use crate::Effect;

/// The types of JSON Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Null,
    Boolean,
    Object,
    Array,
    Number,
    Integer,
    String,
}

/// All types that 3.0 knows, without `integer`, which is part of `number`.
pub(super) const SAYABLE: [Type; 5] = [Type::Boolean, Type::Object, Type::Array, Type::Number, Type::String];

impl Type {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Object => "object",
            Self::Array => "array",
            Self::Number => "number",
            Self::Integer => "integer",
            Self::String => "string",
        }
    }

    fn named(name: &Value) -> Option<Self> {
        let all = [Self::Null, Self::Boolean, Self::Object, Self::Array, Self::Number, Self::Integer, Self::String];
        all.into_iter().find(|known| name == known.name())
    }

    /// The narrowest type of a value.
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Boolean,
            Value::Number(number) if number.is_f64() => Self::Number,
            Value::Number(_) => Self::Integer,
            Value::String(_) => Self::String,
            Value::Array(_) => Self::Array,
            Value::Object(_) => Self::Object,
        }
    }

    /// Whether the value is of this type. As in 2020-12, 1.0 is an integer.
    pub(super) fn admits(self, value: &Value) -> bool {
        match (self, Self::of(value)) {
            (Self::Integer, Self::Number) => value.as_f64().is_some_and(|number| number.fract() == 0.0),
            (own, other) => own.includes(other),
        }
    }

    pub(super) fn includes(self, other: Self) -> bool {
        self == other || (self == Self::Number && other == Self::Integer)
    }

    /// The type whose values a keyword is about; `None` for keywords about all values.
    pub(super) fn of_keyword(keyword: &str) -> Option<Self> {
        match keyword {
            "minLength" | "maxLength" | "pattern" | "contentEncoding" | "contentMediaType" | "contentSchema" => {
                Some(Self::String)
            }
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => Some(Self::Number),
            "items" | "prefixItems" | "minItems" | "maxItems" | "uniqueItems" | "contains" | "minContains"
            | "maxContains" | "unevaluatedItems" => Some(Self::Array),
            "properties"
            | "required"
            | "additionalProperties"
            | "minProperties"
            | "maxProperties"
            | "patternProperties"
            | "propertyNames"
            | "dependentRequired"
            | "dependentSchemas"
            | "unevaluatedProperties" => Some(Self::Object),
            _ => None,
        }
    }

    /// The type that a `format` of OpenAPI's or JSON Schema's registry is meant for.
    pub(super) fn of_format(format: &Value) -> Option<Self> {
        match format.as_str()? {
            "int32" | "int64" => Some(Self::Integer),
            "float" | "double" => Some(Self::Number),
            _ => Some(Self::String),
        }
    }
}

/// The types that a schema declares, each once; `None` when it declares none, or in a way that means nothing.
pub(super) fn declared(schema: &Map<String, Value>) -> Option<Vec<Type>> {
    match schema.get("type")? {
        Value::Array(names) => {
            let mut types = Vec::new();
            for name in names {
                let this = Type::named(name)?;
                if !types.contains(&this) {
                    types.push(this);
                }
            }
            if types.contains(&Type::Number) {
                types.retain(|this| *this != Type::Integer);
            }
            Some(types)
        }
        name => Type::named(name).map(|this| vec![this]),
    }
}

impl<'d> Lowering<'d, '_> {
    /// Lowers `type`.
    pub(super) fn types(&mut self, scope: &mut Scope<'d>, value: &'d Value) {
        let Some(declared) = declared(scope.schema) else {
            scope.out.insert("type".to_owned(), value.clone());
            return;
        };
        if value.is_string() && declared != [Type::Null] {
            scope.out.insert("type".to_owned(), value.clone());
            return;
        }
        if declared.is_empty() {
            scope.exact = false;
            self.report("type-array-empty", "type", Effect::Widened, "an empty list of types means nothing");
            return;
        }
        let null = scope.types.contains(&Type::Null);
        let others: Vec<Type> = scope.types.iter().copied().filter(|this| *this != Type::Null).collect();
        match others.as_slice() {
            [] if null => {
                self.only_null(scope);
                return;
            }
            [] => {
                // `enum` or `const` leaves nothing, and says so in its own place; any one type will do.
                if let Some(first) = declared.iter().find(|this| **this != Type::Null) {
                    scope.out.insert("type".to_owned(), first.name().into());
                }
            }
            [only] => {
                scope.out.insert("type".to_owned(), only.name().into());
                let rule = "type-array-single";
                if !declared.contains(&Type::Null) {
                    self.report(rule, "type", Effect::Equivalent, format!("3.0 has one type: {}", only.name()));
                }
            }
            _ if !scope.has_branches() => {
                self.report("type-array-any", "type", Effect::Equivalent, "all types together are no restriction");
                return;
            }
            several => {
                scope.place_branches();
                let names: Vec<_> = several.iter().map(|this| this.name()).collect();
                let reason = format!("3.0 has one type: anyOf of {}", names.join(", "));
                self.report("type-array-any-of", "type", Effect::Equivalent, reason);
            }
        }
        if declared.contains(&Type::Null) {
            self.null_in_type(scope);
        }
    }

    /// Says `type: "null"` in the only words that 3.0 has for it.
    fn only_null(&mut self, scope: &mut Scope<'d>) {
        scope.out.insert("enum".to_owned(), json!([null]));
        scope.begins(Group::Values);
        if self.accepts_null(scope.value) == Truth::Yes {
            scope.out.insert("nullable".to_owned(), true.into());
        }
        self.report("type-null", "type", Effect::Equivalent, "3.0 has no null type, but an enum of null");
    }

    /// Says with `nullable` that null is one of the types, if the rest of the schema accepts it at all.
    fn null_in_type(&mut self, scope: &mut Scope<'d>) {
        match self.accepts_null(scope.value) {
            Truth::No => {
                let reason = "null is one of the types, but another keyword rejects it, as it does in 3.1";
                self.report("type-array-null-excluded", "type", Effect::Equivalent, reason);
            }
            Truth::Yes => {
                scope.out.insert("nullable".to_owned(), true.into());
                self.report("type-array-nullable", "type", Effect::Equivalent, "3.0 says null with nullable");
            }
            Truth::Unknown => {
                scope.out.insert("nullable".to_owned(), true.into());
                scope.exact = false;
                let reason = "whether the rest of the schema accepts null cannot be known here";
                self.report("type-array-nullable", "type", Effect::Widened, reason);
            }
        }
    }
}
