// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! `CompassCreateFlagEventPropertiesInputDto` and what belongs to it alone.

use super::*;

/// What is specific to a flag.
#[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct CompassCreateFlagEventPropertiesInputDto {
    /// The flag's ID.
    pub id: ::std::string::String,
    /// The flag's status. Known, in any case: on, off, created, archived, deleted, targeting_updated. Any other value is shown as unknown.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<::std::string::String>,
}

impl<'de> ::serde::Deserialize<'de> for CompassCreateFlagEventPropertiesInputDto {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CompassCreateFlagEventPropertiesInputDto")]
        struct Twin {
            id: ::std::string::String,
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            status: ::std::option::Option<::std::string::String>,
        }
        Twin::deserialize(super::super::support::ObjectOnly(deserializer))
    }
}
