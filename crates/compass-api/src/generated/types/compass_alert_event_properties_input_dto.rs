// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! `CompassAlertEventPropertiesInputDto` and what belongs to it alone.

use super::*;

/// What is specific to an alert.
#[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct CompassAlertEventPropertiesInputDto {
    /// When it was last acknowledged.
    #[serde(
        rename = "acknowledgedAt",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub acknowledged_at: ::std::option::Option<
        ::chrono::DateTime<::chrono::offset::Utc>,
    >,
    /// When it was last closed.
    #[serde(rename = "closedAt", skip_serializing_if = "::std::option::Option::is_none")]
    pub closed_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
    /// When the alert was opened.
    #[serde(
        rename = "createdAt",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub created_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
    /// The alert's ID.
    pub id: ::std::string::String,
    /// The alert's priority.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub priority: ::std::option::Option<CompassAlertEventPropertiesInputDtoPriority>,
    /// When it was last snoozed.
    #[serde(
        rename = "snoozedAt",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub snoozed_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
    /// The alert's status.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<CompassAlertEventPropertiesInputDtoStatus>,
}

impl<'de> ::serde::Deserialize<'de> for CompassAlertEventPropertiesInputDto {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CompassAlertEventPropertiesInputDto")]
        struct Twin {
            #[serde(
                rename = "acknowledgedAt",
                skip_serializing_if = "::std::option::Option::is_none"
            )]
            acknowledged_at: ::std::option::Option<
                ::chrono::DateTime<::chrono::offset::Utc>,
            >,
            #[serde(
                rename = "closedAt",
                skip_serializing_if = "::std::option::Option::is_none"
            )]
            closed_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
            #[serde(
                rename = "createdAt",
                skip_serializing_if = "::std::option::Option::is_none"
            )]
            created_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
            id: ::std::string::String,
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            priority: ::std::option::Option<CompassAlertEventPropertiesInputDtoPriority>,
            #[serde(
                rename = "snoozedAt",
                skip_serializing_if = "::std::option::Option::is_none"
            )]
            snoozed_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            status: ::std::option::Option<CompassAlertEventPropertiesInputDtoStatus>,
        }
        Twin::deserialize(super::super::support::ObjectOnly(deserializer))
    }
}

/// The alert's priority.
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
pub enum CompassAlertEventPropertiesInputDtoPriority {
    P1,
    P2,
    P3,
    P4,
    P5,
}

impl<'de> ::serde::Deserialize<'de> for CompassAlertEventPropertiesInputDtoPriority {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CompassAlertEventPropertiesInputDtoPriority")]
        enum Twin {
            P1,
            P2,
            P3,
            P4,
            P5,
        }
        Twin::deserialize(super::super::support::StringOnly(deserializer))
    }
}

impl ::std::fmt::Display for CompassAlertEventPropertiesInputDtoPriority {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::P1 => f.write_str("P1"),
            Self::P2 => f.write_str("P2"),
            Self::P3 => f.write_str("P3"),
            Self::P4 => f.write_str("P4"),
            Self::P5 => f.write_str("P5"),
        }
    }
}

impl ::std::str::FromStr for CompassAlertEventPropertiesInputDtoPriority {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "P1" => Ok(Self::P1),
            "P2" => Ok(Self::P2),
            "P3" => Ok(Self::P3),
            "P4" => Ok(Self::P4),
            "P5" => Ok(Self::P5),
            _ => Err("invalid value".into()),
        }
    }
}

impl ::std::convert::TryFrom<&str> for CompassAlertEventPropertiesInputDtoPriority {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}

impl ::std::convert::TryFrom<::std::string::String>
for CompassAlertEventPropertiesInputDtoPriority {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}

/// The alert's status.
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
pub enum CompassAlertEventPropertiesInputDtoStatus {
    #[serde(rename = "OPENED")]
    Opened,
    #[serde(rename = "ACKNOWLEDGED")]
    Acknowledged,
    #[serde(rename = "SNOOZED")]
    Snoozed,
    #[serde(rename = "CLOSED")]
    Closed,
}

impl<'de> ::serde::Deserialize<'de> for CompassAlertEventPropertiesInputDtoStatus {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CompassAlertEventPropertiesInputDtoStatus")]
        enum Twin {
            #[serde(rename = "OPENED")]
            Opened,
            #[serde(rename = "ACKNOWLEDGED")]
            Acknowledged,
            #[serde(rename = "SNOOZED")]
            Snoozed,
            #[serde(rename = "CLOSED")]
            Closed,
        }
        Twin::deserialize(super::super::support::StringOnly(deserializer))
    }
}

impl ::std::fmt::Display for CompassAlertEventPropertiesInputDtoStatus {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Opened => f.write_str("OPENED"),
            Self::Acknowledged => f.write_str("ACKNOWLEDGED"),
            Self::Snoozed => f.write_str("SNOOZED"),
            Self::Closed => f.write_str("CLOSED"),
        }
    }
}

impl ::std::str::FromStr for CompassAlertEventPropertiesInputDtoStatus {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "OPENED" => Ok(Self::Opened),
            "ACKNOWLEDGED" => Ok(Self::Acknowledged),
            "SNOOZED" => Ok(Self::Snoozed),
            "CLOSED" => Ok(Self::Closed),
            _ => Err("invalid value".into()),
        }
    }
}

impl ::std::convert::TryFrom<&str> for CompassAlertEventPropertiesInputDtoStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}

impl ::std::convert::TryFrom<::std::string::String>
for CompassAlertEventPropertiesInputDtoStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
