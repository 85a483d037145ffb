//! How many requests may go, as a setting.

use std::borrow::Cow;
use std::fmt;
use std::num::{NonZeroU16, NonZeroU32};
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How many requests may go: a [`Rate`], or any number.
///
/// A configuration has either the rate's table or the text `"unlimited"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limits {
    /// So many and no more.
    Rate(Rate),
    /// As many as come: for a server of one's own, or where something else limits them.
    Unlimited,
}

/// So many requests in any window of so many seconds. Every value is a valid one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Rate {
    /// Most requests in any window: 100 unless told otherwise, which is what the vendor allows a user per minute.
    pub requests: NonZeroU16,
    /// Length of the window in seconds: 60 unless told otherwise.
    #[schemars(range(max = u32::MAX))]
    pub per_seconds: NonZeroU32,
    /// Most requests that may go at once after a quiet time, before the rest is spread evenly: 10 unless told
    /// otherwise, and never more than `requests`.
    pub burst: NonZeroU16,
}

impl Rate {
    /// Length of the window.
    #[must_use]
    pub fn per(&self) -> Duration {
        Duration::from_secs(self.per_seconds.get().into())
    }
}

impl Default for Rate {
    fn default() -> Self {
        const {
            // In a constant, where a zero would fail the build and not the caller.
            Self {
                requests: NonZeroU16::new(100).unwrap(),
                per_seconds: NonZeroU32::new(60).unwrap(),
                burst: NonZeroU16::new(10).unwrap(),
            }
        }
    }
}

impl Limits {
    /// As many as come.
    #[must_use]
    pub fn unlimited() -> Self {
        Self::Unlimited
    }
}

/// What the vendor allows: [`Rate::default`].
impl Default for Limits {
    fn default() -> Self {
        Self::Rate(Rate::default())
    }
}

impl From<Rate> for Limits {
    fn from(rate: Rate) -> Self {
        Self::Rate(rate)
    }
}

const UNLIMITED: &str = "unlimited";

impl Serialize for Limits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Rate(rate) => rate.serialize(serializer),
            Self::Unlimited => serializer.serialize_str(UNLIMITED),
        }
    }
}

/// By hand, because derived for an untagged enum it would not say which key of the rate is wrong.
impl<'de> Deserialize<'de> for Limits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LimitsVisitor;

        impl<'de> Visitor<'de> for LimitsVisitor {
            type Value = Limits;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "requests, per_seconds and burst, or \"{UNLIMITED}\"")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Limits, E> {
                match text {
                    UNLIMITED => Ok(Limits::Unlimited),
                    _ => Err(E::invalid_value(Unexpected::Str(text), &self)),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Limits, A::Error> {
                Rate::deserialize(MapAccessDeserializer::new(map)).map(Limits::Rate)
            }
        }

        deserializer.deserialize_any(LimitsVisitor)
    }
}

impl JsonSchema for Limits {
    fn schema_name() -> Cow<'static, str> {
        "Limits".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "How many requests may go: a rate, or any number.",
            "anyOf": [generator.subschema_for::<Rate>(), { "const": UNLIMITED }],
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json, to_value};

    use super::*;

    #[test]
    fn what_is_left_out_has_its_default() {
        assert_eq!(from_value::<Limits>(json!({})).unwrap(), Limits::default());
        let rate = Rate { requests: 5.try_into().unwrap(), ..Rate::default() };
        assert_eq!(from_value::<Limits>(json!({ "requests": 5 })).unwrap(), Limits::Rate(rate));
    }

    #[test]
    fn written_and_read_again() {
        let default = json!({ "requests": 100, "per_seconds": 60, "burst": 10 });
        for (limits, value) in [(Limits::default(), default), (Limits::unlimited(), json!("unlimited"))] {
            assert_eq!(to_value(limits).unwrap(), value);
            assert_eq!(from_value::<Limits>(value).unwrap(), limits);
        }
    }

    #[test]
    fn errors_name_what_is_wrong() {
        let error = |value| from_value::<Limits>(value).unwrap_err().to_string();
        assert_eq!(error(json!({ "requests": 0 })), "invalid value: integer `0`, expected a nonzero u16");
        assert_eq!(
            error(json!({ "request": 1 })),
            "unknown field `request`, expected one of `requests`, `per_seconds`, `burst`"
        );
        assert_eq!(
            error(json!("none")),
            "invalid value: string \"none\", expected requests, per_seconds and burst, or \"unlimited\""
        );
    }

    #[test]
    fn the_schema_has_both_forms() {
        let schema = schemars::schema_for!(Limits);
        assert_eq!(schema.pointer("/anyOf"), Some(&json!([{ "$ref": "#/$defs/Rate" }, { "const": "unlimited" }])));
        assert_eq!(schema.pointer("/$defs/Rate/properties/requests/minimum"), Some(&json!(1)));
        assert_eq!(schema.pointer("/$defs/Rate/properties/burst/default"), Some(&json!(10)));
    }
}
