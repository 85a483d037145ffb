// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! `Attachment` and what belongs to it alone.

use super::*;

/// `Attachment`
#[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct Attachment {
    #[serde(rename = "lastModifiedAt")]
    pub last_modified_at: ::chrono::DateTime<::chrono::offset::Utc>,
    pub name: ::std::string::String,
    pub url: ::std::string::String,
}

impl<'de> ::serde::Deserialize<'de> for Attachment {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "Attachment")]
        struct Twin {
            #[serde(rename = "lastModifiedAt")]
            last_modified_at: ::chrono::DateTime<::chrono::offset::Utc>,
            name: ::std::string::String,
            url: ::std::string::String,
        }
        Twin::deserialize(super::super::support::ObjectOnly(deserializer))
    }
}
