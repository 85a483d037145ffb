//! The kinds of instance that JSON Schema tells apart, as a set.

use std::fmt;

use serde_json::Value;

/// A set of kinds of instance. Numbers are two kinds, with and without a fraction, so that `integer` is a subset of
/// `number` like any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Types(u8);

impl Types {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const NULL: Self = Self(1);
    pub(crate) const BOOLEAN: Self = Self(2);
    /// Numbers without a fraction, 1.0 among them.
    pub(crate) const INTEGER: Self = Self(4);
    pub(crate) const FRACTION: Self = Self(8);
    pub(crate) const NUMBER: Self = Self(4 | 8);
    pub(crate) const STRING: Self = Self(16);
    pub(crate) const ARRAY: Self = Self(32);
    pub(crate) const OBJECT: Self = Self(64);
    pub(crate) const ALL: Self = Self(127);

    /// The kinds that are compared one at a time.
    pub(crate) const GROUPS: [Self; 6] =
        [Self::NULL, Self::BOOLEAN, Self::NUMBER, Self::STRING, Self::ARRAY, Self::OBJECT];

    /// The type that a schema calls by this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "null" => Self::NULL,
            "boolean" => Self::BOOLEAN,
            "integer" => Self::INTEGER,
            "number" => Self::NUMBER,
            "string" => Self::STRING,
            "array" => Self::ARRAY,
            "object" => Self::OBJECT,
            _ => return None,
        })
    }

    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(number) if super::numbers::is_whole(number) => Self::INTEGER,
            Value::Number(_) => Self::FRACTION,
            Value::String(_) => Self::STRING,
            Value::Array(_) => Self::ARRAY,
            Value::Object(_) => Self::OBJECT,
        }
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(crate) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

/// The names as a schema writes them: `string or integer`.
impl fmt::Display for Types {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::ALL {
            return f.pad("anything");
        }
        let mut names = Vec::new();
        for (types, name) in [
            (Self::STRING, "string"),
            (Self::NUMBER, "number"),
            (Self::INTEGER, "integer"),
            (Self::FRACTION, "number with a fraction"),
            (Self::BOOLEAN, "boolean"),
            (Self::ARRAY, "array"),
            (Self::OBJECT, "object"),
            (Self::NULL, "null"),
        ] {
            let part_of_number = Self::NUMBER.has(types) && types != Self::NUMBER && self.has(Self::NUMBER);
            if self.has(types) && !part_of_number {
                names.push(name);
            }
        }
        f.pad(&if names.is_empty() { "nothing".to_owned() } else { names.join(" or ") })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_integer_is_a_number_and_one_point_nought_is_an_integer() {
        assert!(Types::NUMBER.has(Types::INTEGER) && !Types::INTEGER.has(Types::NUMBER));
        assert_eq!(Types::of(&json!(1.0)), Types::INTEGER);
        assert_eq!(Types::of(&json!(1e300)), Types::INTEGER);
        assert_eq!(Types::of(&json!(1.5)), Types::FRACTION);
    }

    #[test]
    fn sets_are_shown_by_the_names_of_schemas() {
        assert_eq!(Types::NUMBER.or(Types::STRING).to_string(), "string or number");
        assert_eq!(Types::INTEGER.or(Types::NULL).to_string(), "integer or null");
        assert_eq!(Types::ALL.to_string(), "anything");
        assert_eq!(Types::NONE.to_string(), "nothing");
    }
}
