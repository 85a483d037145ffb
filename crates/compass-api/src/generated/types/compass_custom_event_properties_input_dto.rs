// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! `CompassCustomEventPropertiesInputDto` and what belongs to it alone.

use super::*;

/// What is specific to a custom event.
#[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct CompassCustomEventPropertiesInputDto {
    /// The icon shown with the event.
    pub icon: CompassCustomEventPropertiesInputDtoIcon,
    /// The custom event's ID.
    pub id: ::std::string::String,
}

impl<'de> ::serde::Deserialize<'de> for CompassCustomEventPropertiesInputDto {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CompassCustomEventPropertiesInputDto")]
        struct Twin {
            icon: CompassCustomEventPropertiesInputDtoIcon,
            id: ::std::string::String,
        }
        Twin::deserialize(super::super::support::ObjectOnly(deserializer))
    }
}

/// The icon shown with the event.
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
pub enum CompassCustomEventPropertiesInputDtoIcon {
    #[serde(rename = "INFO")]
    Info,
    #[serde(rename = "WARNING")]
    Warning,
    #[serde(rename = "CHECKPOINT")]
    Checkpoint,
}

impl<'de> ::serde::Deserialize<'de> for CompassCustomEventPropertiesInputDtoIcon {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CompassCustomEventPropertiesInputDtoIcon")]
        enum Twin {
            #[serde(rename = "INFO")]
            Info,
            #[serde(rename = "WARNING")]
            Warning,
            #[serde(rename = "CHECKPOINT")]
            Checkpoint,
        }
        Twin::deserialize(super::super::support::StringOnly(deserializer))
    }
}

impl ::std::fmt::Display for CompassCustomEventPropertiesInputDtoIcon {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Info => f.write_str("INFO"),
            Self::Warning => f.write_str("WARNING"),
            Self::Checkpoint => f.write_str("CHECKPOINT"),
        }
    }
}

impl ::std::str::FromStr for CompassCustomEventPropertiesInputDtoIcon {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "INFO" => Ok(Self::Info),
            "WARNING" => Ok(Self::Warning),
            "CHECKPOINT" => Ok(Self::Checkpoint),
            _ => Err("invalid value".into()),
        }
    }
}

impl ::std::convert::TryFrom<&str> for CompassCustomEventPropertiesInputDtoIcon {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}

impl ::std::convert::TryFrom<::std::string::String>
for CompassCustomEventPropertiesInputDtoIcon {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
