// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! `CompassLifecycleEventInputPropertiesDto` and what belongs to it alone.

use super::*;

/// What is specific to a lifecycle event.
#[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct CompassLifecycleEventInputPropertiesDto {
    /// The lifecycle's ID.
    pub id: ::std::string::String,
    /// The lifecycle's stage.
    pub stage: CompassLifecycleEventInputPropertiesDtoStage,
}

impl<'de> ::serde::Deserialize<'de> for CompassLifecycleEventInputPropertiesDto {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CompassLifecycleEventInputPropertiesDto")]
        struct Twin {
            id: ::std::string::String,
            stage: CompassLifecycleEventInputPropertiesDtoStage,
        }
        Twin::deserialize(super::super::support::ObjectOnly(deserializer))
    }
}

/// The lifecycle's stage.
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
pub enum CompassLifecycleEventInputPropertiesDtoStage {
    #[serde(rename = "PRE_RELEASE")]
    PreRelease,
    #[serde(rename = "PRODUCTION")]
    Production,
    #[serde(rename = "DEPRECATION")]
    Deprecation,
    #[serde(rename = "END_OF_LIFE")]
    EndOfLife,
}

impl<'de> ::serde::Deserialize<'de> for CompassLifecycleEventInputPropertiesDtoStage {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CompassLifecycleEventInputPropertiesDtoStage")]
        enum Twin {
            #[serde(rename = "PRE_RELEASE")]
            PreRelease,
            #[serde(rename = "PRODUCTION")]
            Production,
            #[serde(rename = "DEPRECATION")]
            Deprecation,
            #[serde(rename = "END_OF_LIFE")]
            EndOfLife,
        }
        Twin::deserialize(super::super::support::StringOnly(deserializer))
    }
}

impl ::std::fmt::Display for CompassLifecycleEventInputPropertiesDtoStage {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::PreRelease => f.write_str("PRE_RELEASE"),
            Self::Production => f.write_str("PRODUCTION"),
            Self::Deprecation => f.write_str("DEPRECATION"),
            Self::EndOfLife => f.write_str("END_OF_LIFE"),
        }
    }
}

impl ::std::str::FromStr for CompassLifecycleEventInputPropertiesDtoStage {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "PRE_RELEASE" => Ok(Self::PreRelease),
            "PRODUCTION" => Ok(Self::Production),
            "DEPRECATION" => Ok(Self::Deprecation),
            "END_OF_LIFE" => Ok(Self::EndOfLife),
            _ => Err("invalid value".into()),
        }
    }
}

impl ::std::convert::TryFrom<&str> for CompassLifecycleEventInputPropertiesDtoStage {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}

impl ::std::convert::TryFrom<::std::string::String>
for CompassLifecycleEventInputPropertiesDtoStage {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
