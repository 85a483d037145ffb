// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! `EntitlementRequestDto` and what belongs to it alone.

use super::*;

/// `EntitlementRequestDto`
#[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct EntitlementRequestDto {
    /// The entitlements to evaluate.
    pub entitlements: ::std::vec::Vec<::std::string::String>,
}

impl<'de> ::serde::Deserialize<'de> for EntitlementRequestDto {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "EntitlementRequestDto")]
        struct Twin {
            entitlements: ::std::vec::Vec<::std::string::String>,
        }
        Twin::deserialize(super::super::support::ObjectOnly(deserializer))
    }
}
