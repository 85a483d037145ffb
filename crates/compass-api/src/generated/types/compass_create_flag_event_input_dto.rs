// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! `CompassCreateFlagEventInputDto` and what belongs to it alone.

use super::*;

/// A flag event.
#[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct CompassCreateFlagEventInputDto {
    /// The event's description.
    pub description: ::std::string::String,
    /// The event's name.
    #[serde(rename = "displayName")]
    pub display_name: ::std::string::String,
    /// The ID of the event source, as the sending tool knows it.
    #[serde(rename = "externalEventSourceId")]
    pub external_event_source_id: ::std::string::String,
    /// What is specific to a flag.
    #[serde(rename = "flagProperties")]
    pub flag_properties: CompassCreateFlagEventPropertiesInputDto,
    /// When the event was last updated.
    #[serde(rename = "lastUpdated")]
    pub last_updated: ::chrono::DateTime<::chrono::offset::Utc>,
    /// Orders the updates of one event: it must grow for an update to be saved; otherwise the request is ignored.
    #[serde(rename = "updateSequenceNumber")]
    pub update_sequence_number: i64,
    /// The event's URL.
    pub url: ::std::string::String,
}

impl<'de> ::serde::Deserialize<'de> for CompassCreateFlagEventInputDto {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "CompassCreateFlagEventInputDto")]
        struct Twin {
            description: ::std::string::String,
            #[serde(rename = "displayName")]
            display_name: ::std::string::String,
            #[serde(rename = "externalEventSourceId")]
            external_event_source_id: ::std::string::String,
            #[serde(rename = "flagProperties")]
            flag_properties: CompassCreateFlagEventPropertiesInputDto,
            #[serde(rename = "lastUpdated")]
            last_updated: ::chrono::DateTime<::chrono::offset::Utc>,
            #[serde(rename = "updateSequenceNumber")]
            update_sequence_number: i64,
            url: ::std::string::String,
        }
        Twin::deserialize(super::super::support::ObjectOnly(deserializer))
    }
}
