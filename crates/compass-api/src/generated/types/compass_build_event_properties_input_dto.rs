// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! `CompassBuildEventPropertiesInputDto` and what belongs to it alone.

use super::*;

/// What is specific to a build.
#[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct CompassBuildEventPropertiesInputDto {
    /// When the build completed.
    #[serde(
        rename = "completedAt",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub completed_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
    /// The build's pipeline.
    pub pipeline: CompassBuildEventPipelineInputDto,
    /// When the build started.
    #[serde(rename = "startedAt")]
    pub started_at: ::chrono::DateTime<::chrono::offset::Utc>,
    /// The build's state.
    pub state: CompassBuildEventPropertiesInputDtoState,
}

impl<'de> ::serde::Deserialize<'de> for CompassBuildEventPropertiesInputDto {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CompassBuildEventPropertiesInputDto")]
        struct Twin {
            #[serde(
                rename = "completedAt",
                skip_serializing_if = "::std::option::Option::is_none"
            )]
            completed_at: ::std::option::Option<
                ::chrono::DateTime<::chrono::offset::Utc>,
            >,
            pipeline: CompassBuildEventPipelineInputDto,
            #[serde(rename = "startedAt")]
            started_at: ::chrono::DateTime<::chrono::offset::Utc>,
            state: CompassBuildEventPropertiesInputDtoState,
        }
        Twin::deserialize(super::super::support::ObjectOnly(deserializer))
    }
}

/// The build's state.
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
pub enum CompassBuildEventPropertiesInputDtoState {
    #[serde(rename = "IN_PROGRESS")]
    InProgress,
    #[serde(rename = "SUCCESSFUL")]
    Successful,
    #[serde(rename = "CANCELLED")]
    Cancelled,
    #[serde(rename = "FAILED")]
    Failed,
    #[serde(rename = "ERROR")]
    Error,
    #[serde(rename = "TIMED_OUT")]
    TimedOut,
    #[serde(rename = "UNKNOWN")]
    Unknown,
}

impl<'de> ::serde::Deserialize<'de> for CompassBuildEventPropertiesInputDtoState {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CompassBuildEventPropertiesInputDtoState")]
        enum Twin {
            #[serde(rename = "IN_PROGRESS")]
            InProgress,
            #[serde(rename = "SUCCESSFUL")]
            Successful,
            #[serde(rename = "CANCELLED")]
            Cancelled,
            #[serde(rename = "FAILED")]
            Failed,
            #[serde(rename = "ERROR")]
            Error,
            #[serde(rename = "TIMED_OUT")]
            TimedOut,
            #[serde(rename = "UNKNOWN")]
            Unknown,
        }
        Twin::deserialize(super::super::support::StringOnly(deserializer))
    }
}

impl ::std::fmt::Display for CompassBuildEventPropertiesInputDtoState {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::InProgress => f.write_str("IN_PROGRESS"),
            Self::Successful => f.write_str("SUCCESSFUL"),
            Self::Cancelled => f.write_str("CANCELLED"),
            Self::Failed => f.write_str("FAILED"),
            Self::Error => f.write_str("ERROR"),
            Self::TimedOut => f.write_str("TIMED_OUT"),
            Self::Unknown => f.write_str("UNKNOWN"),
        }
    }
}

impl ::std::str::FromStr for CompassBuildEventPropertiesInputDtoState {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "IN_PROGRESS" => Ok(Self::InProgress),
            "SUCCESSFUL" => Ok(Self::Successful),
            "CANCELLED" => Ok(Self::Cancelled),
            "FAILED" => Ok(Self::Failed),
            "ERROR" => Ok(Self::Error),
            "TIMED_OUT" => Ok(Self::TimedOut),
            "UNKNOWN" => Ok(Self::Unknown),
            _ => Err("invalid value".into()),
        }
    }
}

impl ::std::convert::TryFrom<&str> for CompassBuildEventPropertiesInputDtoState {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}

impl ::std::convert::TryFrom<::std::string::String>
for CompassBuildEventPropertiesInputDtoState {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
