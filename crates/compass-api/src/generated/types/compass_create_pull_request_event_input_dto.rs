// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! `CompassCreatePullRequestEventInputDto` and what belongs to it alone.

use super::*;

/// A pull request event. Only Forge apps can use it, and it is not shown in the activity feed.
#[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct CompassCreatePullRequestEventInputDto {
    /// The cloud ID of the event.
    #[serde(rename = "cloudId", skip_serializing_if = "::std::option::Option::is_none")]
    pub cloud_id: ::std::option::Option<::std::string::String>,
    /// When the event was last updated.
    #[serde(rename = "lastUpdated")]
    pub last_updated: ::chrono::DateTime<::chrono::offset::Utc>,
    /// What is specific to a pull request.
    #[serde(rename = "pullRequestProperties")]
    pub pull_request_properties: CompassPullRequestInputPropertiesDto,
}

impl<'de> ::serde::Deserialize<'de> for CompassCreatePullRequestEventInputDto {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CompassCreatePullRequestEventInputDto")]
        struct Twin {
            #[serde(
                rename = "cloudId",
                skip_serializing_if = "::std::option::Option::is_none"
            )]
            cloud_id: ::std::option::Option<::std::string::String>,
            #[serde(rename = "lastUpdated")]
            last_updated: ::chrono::DateTime<::chrono::offset::Utc>,
            #[serde(rename = "pullRequestProperties")]
            pull_request_properties: CompassPullRequestInputPropertiesDto,
        }
        Twin::deserialize(super::super::support::ObjectOnly(deserializer))
    }
}
