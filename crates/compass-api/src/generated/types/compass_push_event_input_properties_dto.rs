// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! `CompassPushEventInputPropertiesDto` and what belongs to it alone.

use super::*;

/// What is specific to a push.
#[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct CompassPushEventInputPropertiesDto {
    /// Who pushed.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub author: ::std::option::Option<CompassPushEventAuthorInputDto>,
    /// The branch that was pushed to.
    #[serde(rename = "branchName")]
    pub branch_name: ::std::string::String,
    /// The push's ID.
    pub id: ::std::string::String,
}

impl<'de> ::serde::Deserialize<'de> for CompassPushEventInputPropertiesDto {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CompassPushEventInputPropertiesDto")]
        struct Twin {
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            author: ::std::option::Option<CompassPushEventAuthorInputDto>,
            #[serde(rename = "branchName")]
            branch_name: ::std::string::String,
            id: ::std::string::String,
        }
        Twin::deserialize(super::super::support::ObjectOnly(deserializer))
    }
}
