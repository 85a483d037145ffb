// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! `ErrorDto` and what belongs to it alone.

use super::*;

/// One error.
#[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ErrorDto {
    /// What went wrong, for people; the wording may change.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub message: ::std::option::Option<::std::string::String>,
    /// Stable code of the kind of error.
    #[serde(rename = "type", skip_serializing_if = "::std::option::Option::is_none")]
    pub type_: ::std::option::Option<::std::string::String>,
}

impl<'de> ::serde::Deserialize<'de> for ErrorDto {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "ErrorDto")]
        struct Twin {
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            message: ::std::option::Option<::std::string::String>,
            #[serde(
                rename = "type",
                skip_serializing_if = "::std::option::Option::is_none"
            )]
            type_: ::std::option::Option<::std::string::String>,
        }
        Twin::deserialize(super::super::support::ObjectOnly(deserializer))
    }
}
