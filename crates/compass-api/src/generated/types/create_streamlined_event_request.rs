// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! `CreateStreamlinedEventRequest` and what belongs to it alone.

use super::*;

/// `CreateStreamlinedEventRequest`
#[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct CreateStreamlinedEventRequest {
    #[serde(rename = "cloudId")]
    pub cloud_id: ::std::string::String,
    #[serde(
        rename = "componentId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub component_id: ::std::option::Option<::std::string::String>,
    pub event: CompassEventInputDto,
}

impl<'de> ::serde::Deserialize<'de> for CreateStreamlinedEventRequest {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CreateStreamlinedEventRequest")]
        struct Twin {
            #[serde(rename = "cloudId")]
            cloud_id: ::std::string::String,
            #[serde(
                rename = "componentId",
                skip_serializing_if = "::std::option::Option::is_none"
            )]
            component_id: ::std::option::Option<::std::string::String>,
            event: CompassEventInputDto,
        }
        Twin::deserialize(super::super::support::ObjectOnly(deserializer))
    }
}
