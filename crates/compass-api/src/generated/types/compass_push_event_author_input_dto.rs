// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! `CompassPushEventAuthorInputDto` and what belongs to it alone.

use super::*;

/// Who pushed.
#[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct CompassPushEventAuthorInputDto {
    /// The author's email address.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub email: ::std::option::Option<::std::string::String>,
    /// The author's name.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub name: ::std::option::Option<::std::string::String>,
}

impl<'de> ::serde::Deserialize<'de> for CompassPushEventAuthorInputDto {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CompassPushEventAuthorInputDto")]
        struct Twin {
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            email: ::std::option::Option<::std::string::String>,
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            name: ::std::option::Option<::std::string::String>,
        }
        Twin::deserialize(super::super::support::ObjectOnly(deserializer))
    }
}
