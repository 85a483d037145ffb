// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! `CompassCreateIncidentEventPropertiesInputDto` and what belongs to it alone.

use super::*;

/// What is specific to an incident.
#[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct CompassCreateIncidentEventPropertiesInputDto {
    /// When the incident ended.
    #[serde(rename = "endTime", skip_serializing_if = "::std::option::Option::is_none")]
    pub end_time: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
    /// The incident's ID.
    pub id: ::std::string::String,
    /// The incident's severity.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub severity: ::std::option::Option<CompassIncidentEventSeverityInputDto>,
    /// When the incident started.
    #[serde(rename = "startTime")]
    pub start_time: ::chrono::DateTime<::chrono::offset::Utc>,
    /// The incident's state.
    pub state: CompassCreateIncidentEventPropertiesInputDtoState,
}

impl<'de> ::serde::Deserialize<'de> for CompassCreateIncidentEventPropertiesInputDto {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CompassCreateIncidentEventPropertiesInputDto")]
        struct Twin {
            #[serde(
                rename = "endTime",
                skip_serializing_if = "::std::option::Option::is_none"
            )]
            end_time: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
            id: ::std::string::String,
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            severity: ::std::option::Option<CompassIncidentEventSeverityInputDto>,
            #[serde(rename = "startTime")]
            start_time: ::chrono::DateTime<::chrono::offset::Utc>,
            state: CompassCreateIncidentEventPropertiesInputDtoState,
        }
        Twin::deserialize(super::super::support::ObjectOnly(deserializer))
    }
}

/// The incident's state.
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
pub enum CompassCreateIncidentEventPropertiesInputDtoState {
    #[serde(rename = "OPEN")]
    Open,
    #[serde(rename = "RESOLVED")]
    Resolved,
    #[serde(rename = "DELETED")]
    Deleted,
}

impl<'de> ::serde::Deserialize<'de>
for CompassCreateIncidentEventPropertiesInputDtoState {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CompassCreateIncidentEventPropertiesInputDtoState")]
        enum Twin {
            #[serde(rename = "OPEN")]
            Open,
            #[serde(rename = "RESOLVED")]
            Resolved,
            #[serde(rename = "DELETED")]
            Deleted,
        }
        Twin::deserialize(super::super::support::StringOnly(deserializer))
    }
}

impl ::std::fmt::Display for CompassCreateIncidentEventPropertiesInputDtoState {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Open => f.write_str("OPEN"),
            Self::Resolved => f.write_str("RESOLVED"),
            Self::Deleted => f.write_str("DELETED"),
        }
    }
}

impl ::std::str::FromStr for CompassCreateIncidentEventPropertiesInputDtoState {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "OPEN" => Ok(Self::Open),
            "RESOLVED" => Ok(Self::Resolved),
            "DELETED" => Ok(Self::Deleted),
            _ => Err("invalid value".into()),
        }
    }
}

impl ::std::convert::TryFrom<&str>
for CompassCreateIncidentEventPropertiesInputDtoState {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}

impl ::std::convert::TryFrom<::std::string::String>
for CompassCreateIncidentEventPropertiesInputDtoState {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
