// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! `ErrorResponseDto` and what belongs to it alone.

use super::*;

/// Why a request failed.
#[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ErrorResponseDto {
    /// The errors.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub errors: ::std::option::Option<::std::vec::Vec<ErrorDto>>,
}

impl<'de> ::serde::Deserialize<'de> for ErrorResponseDto {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "ErrorResponseDto")]
        struct Twin {
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            errors: ::std::option::Option<::std::vec::Vec<ErrorDto>>,
        }
        Twin::deserialize(super::super::support::ObjectOnly(deserializer))
    }
}
