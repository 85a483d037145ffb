// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! What the generated types and operations stand on.

use ::std::fmt;

use ::serde::de::value::StrDeserializer;
use ::serde::de::{self, Deserializer, MapAccess, Visitor};

/// One segment of a path, percent-encoded (RFC 3986, section 3.3).
///
/// A segment that is empty, `.` or `..` would lead to another operation: URLs are normalised before they are sent, and
/// no encoding keeps these segments from it (URL Standard, "double-dot URL path segment"). They are refused, with the
/// reason as the error.
pub(super) fn path_segment(name: &str, value: &str) -> Result<String, String> {
    match value {
        "" | "." | ".." => Err(format!("{name} is \"{value}\": as a part of the path it would lead somewhere else")),
        // The URL Standard also takes a backslash for a slash, and progenitor lets it pass.
        value => Ok(::progenitor_client::encode_path(value).replace('\\', "%5C")),
    }
}

/// A deserializer that takes nothing but an object.
///
/// Serde's derived code also reads a struct from an array of its fields; no contract means that.
pub(super) struct ObjectOnly<D>(pub(super) D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for ObjectOnly<D> {
    type Error = D::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_struct(name, fields, MapOnly(visitor))
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(MapOnly(visitor))
    }

    ::serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// A visitor that takes nothing but a map.
struct MapOnly<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for MapOnly<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(map)
    }
}

/// A deserializer that takes nothing but a string for an enum.
///
/// Serde's derived code also reads a variant from an object with one key; no contract means that.
pub(super) struct StringOnly<D>(pub(super) D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for StringOnly<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_str(VariantName(visitor))
    }

    ::serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// A visitor that takes the name of a variant and nothing else.
struct VariantName<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for VariantName<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<V::Value, E> {
        self.0.visit_enum(StrDeserializer::new(name))
    }
}
