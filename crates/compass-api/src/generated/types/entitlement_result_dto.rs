// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! `EntitlementResultDto` and what belongs to it alone.

use super::*;

/// `EntitlementResultDto`
#[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct EntitlementResultDto {
    #[serde(rename = "@class")]
    pub class: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}

impl<'de> ::serde::Deserialize<'de> for EntitlementResultDto {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "EntitlementResultDto")]
        struct Twin {
            #[serde(rename = "@class")]
            class: ::std::string::String,
            #[serde(flatten)]
            extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        }
        Twin::deserialize(super::super::support::ObjectOnly(deserializer))
    }
}
