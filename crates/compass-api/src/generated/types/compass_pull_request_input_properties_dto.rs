// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! `CompassPullRequestInputPropertiesDto` and what belongs to it alone.

use super::*;

/// What is specific to a pull request.
#[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct CompassPullRequestInputPropertiesDto {
    /// The pull request's ID.
    pub id: ::std::string::String,
    /// The pull request's URL.
    #[serde(rename = "pullRequestUrl")]
    pub pull_request_url: ::std::string::String,
    /// The repository's URL.
    #[serde(rename = "repoUrl")]
    pub repo_url: ::std::string::String,
    /// The pull request's status.
    pub status: CompassPullRequestInputPropertiesDtoStatus,
}

impl<'de> ::serde::Deserialize<'de> for CompassPullRequestInputPropertiesDto {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CompassPullRequestInputPropertiesDto")]
        struct Twin {
            id: ::std::string::String,
            #[serde(rename = "pullRequestUrl")]
            pull_request_url: ::std::string::String,
            #[serde(rename = "repoUrl")]
            repo_url: ::std::string::String,
            status: CompassPullRequestInputPropertiesDtoStatus,
        }
        Twin::deserialize(super::super::support::ObjectOnly(deserializer))
    }
}

/// The pull request's status.
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
pub enum CompassPullRequestInputPropertiesDtoStatus {
    #[serde(rename = "CREATED")]
    Created,
    #[serde(rename = "IN_REVIEW")]
    InReview,
    #[serde(rename = "MERGED")]
    Merged,
    #[serde(rename = "REJECTED")]
    Rejected,
}

impl<'de> ::serde::Deserialize<'de> for CompassPullRequestInputPropertiesDtoStatus {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CompassPullRequestInputPropertiesDtoStatus")]
        enum Twin {
            #[serde(rename = "CREATED")]
            Created,
            #[serde(rename = "IN_REVIEW")]
            InReview,
            #[serde(rename = "MERGED")]
            Merged,
            #[serde(rename = "REJECTED")]
            Rejected,
        }
        Twin::deserialize(super::super::support::StringOnly(deserializer))
    }
}

impl ::std::fmt::Display for CompassPullRequestInputPropertiesDtoStatus {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Created => f.write_str("CREATED"),
            Self::InReview => f.write_str("IN_REVIEW"),
            Self::Merged => f.write_str("MERGED"),
            Self::Rejected => f.write_str("REJECTED"),
        }
    }
}

impl ::std::str::FromStr for CompassPullRequestInputPropertiesDtoStatus {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "CREATED" => Ok(Self::Created),
            "IN_REVIEW" => Ok(Self::InReview),
            "MERGED" => Ok(Self::Merged),
            "REJECTED" => Ok(Self::Rejected),
            _ => Err("invalid value".into()),
        }
    }
}

impl ::std::convert::TryFrom<&str> for CompassPullRequestInputPropertiesDtoStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}

impl ::std::convert::TryFrom<::std::string::String>
for CompassPullRequestInputPropertiesDtoStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
