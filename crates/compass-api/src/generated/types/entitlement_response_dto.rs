// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! `EntitlementResponseDto` and what belongs to it alone.

use super::*;

/// `EntitlementResponseDto`
#[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct EntitlementResponseDto {
    /// The results, by entitlement.
    pub entitlements: ::std::collections::BTreeMap<
        ::std::string::String,
        EntitlementResultDto,
    >,
}

impl<'de> ::serde::Deserialize<'de> for EntitlementResponseDto {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "EntitlementResponseDto")]
        struct Twin {
            entitlements: ::std::collections::BTreeMap<
                ::std::string::String,
                EntitlementResultDto,
            >,
        }
        Twin::deserialize(super::super::support::ObjectOnly(deserializer))
    }
}
