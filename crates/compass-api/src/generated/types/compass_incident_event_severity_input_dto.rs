// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! `CompassIncidentEventSeverityInputDto` and what belongs to it alone.

use super::*;

/// The severity of an incident.
#[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct CompassIncidentEventSeverityInputDto {
    /// How the severity is shown.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub label: ::std::option::Option<::std::string::String>,
    /// The level: ONE is the most severe, FIVE the least.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub level: ::std::option::Option<CompassIncidentEventSeverityInputDtoLevel>,
}

impl<'de> ::serde::Deserialize<'de> for CompassIncidentEventSeverityInputDto {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CompassIncidentEventSeverityInputDto")]
        struct Twin {
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            label: ::std::option::Option<::std::string::String>,
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            level: ::std::option::Option<CompassIncidentEventSeverityInputDtoLevel>,
        }
        Twin::deserialize(super::super::support::ObjectOnly(deserializer))
    }
}

/// The level: ONE is the most severe, FIVE the least.
#[derive(
    ::schemars::JsonSchema,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum CompassIncidentEventSeverityInputDtoLevel {
    #[serde(rename = "ONE")]
    One,
    #[serde(rename = "TWO")]
    Two,
    #[serde(rename = "THREE")]
    Three,
    #[serde(rename = "FOUR")]
    Four,
    #[serde(rename = "FIVE")]
    Five,
}

impl<'de> ::serde::Deserialize<'de> for CompassIncidentEventSeverityInputDtoLevel {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CompassIncidentEventSeverityInputDtoLevel")]
        enum Twin {
            #[serde(rename = "ONE")]
            One,
            #[serde(rename = "TWO")]
            Two,
            #[serde(rename = "THREE")]
            Three,
            #[serde(rename = "FOUR")]
            Four,
            #[serde(rename = "FIVE")]
            Five,
        }
        Twin::deserialize(super::super::support::StringOnly(deserializer))
    }
}

impl ::std::fmt::Display for CompassIncidentEventSeverityInputDtoLevel {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::One => f.write_str("ONE"),
            Self::Two => f.write_str("TWO"),
            Self::Three => f.write_str("THREE"),
            Self::Four => f.write_str("FOUR"),
            Self::Five => f.write_str("FIVE"),
        }
    }
}

impl ::std::str::FromStr for CompassIncidentEventSeverityInputDtoLevel {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "ONE" => Ok(Self::One),
            "TWO" => Ok(Self::Two),
            "THREE" => Ok(Self::Three),
            "FOUR" => Ok(Self::Four),
            "FIVE" => Ok(Self::Five),
            _ => Err("invalid value".into()),
        }
    }
}

impl ::std::convert::TryFrom<&str> for CompassIncidentEventSeverityInputDtoLevel {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}

impl ::std::convert::TryFrom<::std::string::String>
for CompassIncidentEventSeverityInputDtoLevel {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
