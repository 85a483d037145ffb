// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! `CompassDeploymentEventPipelineInputDto` and what belongs to it alone.

use super::*;

/// The pipeline of a deployment.
#[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct CompassDeploymentEventPipelineInputDto {
    /// The pipeline's name.
    #[serde(rename = "displayName")]
    pub display_name: ::std::string::String,
    /// The pipeline's ID.
    #[serde(rename = "pipelineId")]
    pub pipeline_id: ::std::string::String,
    /// The pipeline's URL.
    pub url: ::std::string::String,
}

impl<'de> ::serde::Deserialize<'de> for CompassDeploymentEventPipelineInputDto {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CompassDeploymentEventPipelineInputDto")]
        struct Twin {
            #[serde(rename = "displayName")]
            display_name: ::std::string::String,
            #[serde(rename = "pipelineId")]
            pipeline_id: ::std::string::String,
            url: ::std::string::String,
        }
        Twin::deserialize(super::super::support::ObjectOnly(deserializer))
    }
}
