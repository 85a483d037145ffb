// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! `CompassDeploymentEventEnvironmentInputDto` and what belongs to it alone.

use super::*;

/// The environment of a deployment.
#[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct CompassDeploymentEventEnvironmentInputDto {
    /// The kind of environment.
    pub category: CompassDeploymentEventEnvironmentInputDtoCategory,
    /// The environment's name.
    #[serde(rename = "displayName")]
    pub display_name: ::std::string::String,
    /// The environment's ID.
    #[serde(rename = "environmentId")]
    pub environment_id: ::std::string::String,
}

impl<'de> ::serde::Deserialize<'de> for CompassDeploymentEventEnvironmentInputDto {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CompassDeploymentEventEnvironmentInputDto")]
        struct Twin {
            category: CompassDeploymentEventEnvironmentInputDtoCategory,
            #[serde(rename = "displayName")]
            display_name: ::std::string::String,
            #[serde(rename = "environmentId")]
            environment_id: ::std::string::String,
        }
        Twin::deserialize(super::super::support::ObjectOnly(deserializer))
    }
}

/// The kind of environment.
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
pub enum CompassDeploymentEventEnvironmentInputDtoCategory {
    #[serde(rename = "PRODUCTION")]
    Production,
    #[serde(rename = "STAGING")]
    Staging,
    #[serde(rename = "TESTING")]
    Testing,
    #[serde(rename = "DEVELOPMENT")]
    Development,
    #[serde(rename = "UNMAPPED")]
    Unmapped,
}

impl<'de> ::serde::Deserialize<'de>
for CompassDeploymentEventEnvironmentInputDtoCategory {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CompassDeploymentEventEnvironmentInputDtoCategory")]
        enum Twin {
            #[serde(rename = "PRODUCTION")]
            Production,
            #[serde(rename = "STAGING")]
            Staging,
            #[serde(rename = "TESTING")]
            Testing,
            #[serde(rename = "DEVELOPMENT")]
            Development,
            #[serde(rename = "UNMAPPED")]
            Unmapped,
        }
        Twin::deserialize(super::super::support::StringOnly(deserializer))
    }
}

impl ::std::fmt::Display for CompassDeploymentEventEnvironmentInputDtoCategory {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Production => f.write_str("PRODUCTION"),
            Self::Staging => f.write_str("STAGING"),
            Self::Testing => f.write_str("TESTING"),
            Self::Development => f.write_str("DEVELOPMENT"),
            Self::Unmapped => f.write_str("UNMAPPED"),
        }
    }
}

impl ::std::str::FromStr for CompassDeploymentEventEnvironmentInputDtoCategory {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "PRODUCTION" => Ok(Self::Production),
            "STAGING" => Ok(Self::Staging),
            "TESTING" => Ok(Self::Testing),
            "DEVELOPMENT" => Ok(Self::Development),
            "UNMAPPED" => Ok(Self::Unmapped),
            _ => Err("invalid value".into()),
        }
    }
}

impl ::std::convert::TryFrom<&str>
for CompassDeploymentEventEnvironmentInputDtoCategory {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}

impl ::std::convert::TryFrom<::std::string::String>
for CompassDeploymentEventEnvironmentInputDtoCategory {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
