// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! `CompassCreateDeploymentEventPropertiesInputDto` and what belongs to it alone.

use super::*;

/// What is specific to a deployment.
#[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct CompassCreateDeploymentEventPropertiesInputDto {
    /// When the deployment completed.
    #[serde(
        rename = "completedAt",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub completed_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
    /// Where it was deployed to.
    pub environment: CompassDeploymentEventEnvironmentInputDto,
    /// The deployment's pipeline.
    pub pipeline: CompassDeploymentEventPipelineInputDto,
    /// The deployment's sequence number.
    #[serde(rename = "sequenceNumber")]
    pub sequence_number: i64,
    /// When the deployment started.
    #[serde(
        rename = "startedAt",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub started_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
    /// The deployment's state.
    pub state: CompassCreateDeploymentEventPropertiesInputDtoState,
}

impl<'de> ::serde::Deserialize<'de> for CompassCreateDeploymentEventPropertiesInputDto {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CompassCreateDeploymentEventPropertiesInputDto")]
        struct Twin {
            #[serde(
                rename = "completedAt",
                skip_serializing_if = "::std::option::Option::is_none"
            )]
            completed_at: ::std::option::Option<
                ::chrono::DateTime<::chrono::offset::Utc>,
            >,
            environment: CompassDeploymentEventEnvironmentInputDto,
            pipeline: CompassDeploymentEventPipelineInputDto,
            #[serde(rename = "sequenceNumber")]
            sequence_number: i64,
            #[serde(
                rename = "startedAt",
                skip_serializing_if = "::std::option::Option::is_none"
            )]
            started_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
            state: CompassCreateDeploymentEventPropertiesInputDtoState,
        }
        Twin::deserialize(super::super::support::ObjectOnly(deserializer))
    }
}

/// The deployment's state.
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
pub enum CompassCreateDeploymentEventPropertiesInputDtoState {
    #[serde(rename = "PENDING")]
    Pending,
    #[serde(rename = "IN_PROGRESS")]
    InProgress,
    #[serde(rename = "SUCCESSFUL")]
    Successful,
    #[serde(rename = "CANCELLED")]
    Cancelled,
    #[serde(rename = "FAILED")]
    Failed,
    #[serde(rename = "ROLLED_BACK")]
    RolledBack,
    #[serde(rename = "UNKNOWN")]
    Unknown,
}

impl<'de> ::serde::Deserialize<'de>
for CompassCreateDeploymentEventPropertiesInputDtoState {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CompassCreateDeploymentEventPropertiesInputDtoState")]
        enum Twin {
            #[serde(rename = "PENDING")]
            Pending,
            #[serde(rename = "IN_PROGRESS")]
            InProgress,
            #[serde(rename = "SUCCESSFUL")]
            Successful,
            #[serde(rename = "CANCELLED")]
            Cancelled,
            #[serde(rename = "FAILED")]
            Failed,
            #[serde(rename = "ROLLED_BACK")]
            RolledBack,
            #[serde(rename = "UNKNOWN")]
            Unknown,
        }
        Twin::deserialize(super::super::support::StringOnly(deserializer))
    }
}

impl ::std::fmt::Display for CompassCreateDeploymentEventPropertiesInputDtoState {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Pending => f.write_str("PENDING"),
            Self::InProgress => f.write_str("IN_PROGRESS"),
            Self::Successful => f.write_str("SUCCESSFUL"),
            Self::Cancelled => f.write_str("CANCELLED"),
            Self::Failed => f.write_str("FAILED"),
            Self::RolledBack => f.write_str("ROLLED_BACK"),
            Self::Unknown => f.write_str("UNKNOWN"),
        }
    }
}

impl ::std::str::FromStr for CompassCreateDeploymentEventPropertiesInputDtoState {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "PENDING" => Ok(Self::Pending),
            "IN_PROGRESS" => Ok(Self::InProgress),
            "SUCCESSFUL" => Ok(Self::Successful),
            "CANCELLED" => Ok(Self::Cancelled),
            "FAILED" => Ok(Self::Failed),
            "ROLLED_BACK" => Ok(Self::RolledBack),
            "UNKNOWN" => Ok(Self::Unknown),
            _ => Err("invalid value".into()),
        }
    }
}

impl ::std::convert::TryFrom<&str>
for CompassCreateDeploymentEventPropertiesInputDtoState {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}

impl ::std::convert::TryFrom<::std::string::String>
for CompassCreateDeploymentEventPropertiesInputDtoState {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
