// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! `CompassEventInputDto` and what belongs to it alone.

use super::*;

/// The event, by kind: exactly one of these fields must be present.
#[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct CompassEventInputDto {
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub alert: ::std::option::Option<CompassCreateAlertEventInputDto>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub build: ::std::option::Option<CompassCreateBuildEventInputDto>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub custom: ::std::option::Option<CompassCreateCustomEventInputDto>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub deployment: ::std::option::Option<CompassCreateDeploymentEventInputDto>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub flag: ::std::option::Option<CompassCreateFlagEventInputDto>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub incident: ::std::option::Option<CompassCreateIncidentEventInputDto>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub lifecycle: ::std::option::Option<CompassCreateLifecycleEventInputDto>,
    #[serde(
        rename = "pullRequest",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub pull_request: ::std::option::Option<CompassCreatePullRequestEventInputDto>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub push: ::std::option::Option<CompassCreatePushEventInputDto>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub vulnerability: ::std::option::Option<CompassCreateVulnerabilityEventInputDto>,
}

impl<'de> ::serde::Deserialize<'de> for CompassEventInputDto {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CompassEventInputDto")]
        struct Twin {
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            alert: ::std::option::Option<CompassCreateAlertEventInputDto>,
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            build: ::std::option::Option<CompassCreateBuildEventInputDto>,
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            custom: ::std::option::Option<CompassCreateCustomEventInputDto>,
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            deployment: ::std::option::Option<CompassCreateDeploymentEventInputDto>,
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            flag: ::std::option::Option<CompassCreateFlagEventInputDto>,
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            incident: ::std::option::Option<CompassCreateIncidentEventInputDto>,
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            lifecycle: ::std::option::Option<CompassCreateLifecycleEventInputDto>,
            #[serde(
                rename = "pullRequest",
                skip_serializing_if = "::std::option::Option::is_none"
            )]
            pull_request: ::std::option::Option<CompassCreatePullRequestEventInputDto>,
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            push: ::std::option::Option<CompassCreatePushEventInputDto>,
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            vulnerability: ::std::option::Option<
                CompassCreateVulnerabilityEventInputDto,
            >,
        }
        Twin::deserialize(super::super::support::ObjectOnly(deserializer))
    }
}
