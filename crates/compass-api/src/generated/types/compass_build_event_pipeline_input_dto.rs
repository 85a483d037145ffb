// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! `CompassBuildEventPipelineInputDto` and what belongs to it alone.

use super::*;

/// The pipeline of a build.
#[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct CompassBuildEventPipelineInputDto {
    /// The pipeline's name.
    #[serde(
        rename = "displayName",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub display_name: ::std::option::Option<::std::string::String>,
    /// The pipeline's ID, unique per build: an event with the same ID is overwritten.
    #[serde(rename = "pipelineId")]
    pub pipeline_id: ::std::string::String,
    /// The pipeline's URL.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub url: ::std::option::Option<::std::string::String>,
}

impl<'de> ::serde::Deserialize<'de> for CompassBuildEventPipelineInputDto {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CompassBuildEventPipelineInputDto")]
        struct Twin {
            #[serde(
                rename = "displayName",
                skip_serializing_if = "::std::option::Option::is_none"
            )]
            display_name: ::std::option::Option<::std::string::String>,
            #[serde(rename = "pipelineId")]
            pipeline_id: ::std::string::String,
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            url: ::std::option::Option<::std::string::String>,
        }
        Twin::deserialize(super::super::support::ObjectOnly(deserializer))
    }
}
