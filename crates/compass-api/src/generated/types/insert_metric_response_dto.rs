// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! `InsertMetricResponseDto` and what belongs to it alone.

use super::*;

/// A stored metric value.
#[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct InsertMetricResponseDto {
    /// The note on the value.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub annotation: ::std::option::Option<::std::string::String>,
    /// The metric source.
    #[serde(rename = "metricSourceId")]
    pub metric_source_id: ::std::string::String,
    /// When the value was collected.
    pub timestamp: ::chrono::DateTime<::chrono::offset::Utc>,
    /// The value.
    pub value: f64,
}

impl<'de> ::serde::Deserialize<'de> for InsertMetricResponseDto {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "InsertMetricResponseDto")]
        struct Twin {
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            annotation: ::std::option::Option<::std::string::String>,
            #[serde(rename = "metricSourceId")]
            metric_source_id: ::std::string::String,
            timestamp: ::chrono::DateTime<::chrono::offset::Utc>,
            value: f64,
        }
        Twin::deserialize(super::super::support::ObjectOnly(deserializer))
    }
}
