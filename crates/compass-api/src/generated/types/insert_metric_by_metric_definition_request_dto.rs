// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! `InsertMetricByMetricDefinitionRequestDto` and what belongs to it alone.

use super::*;

/// `InsertMetricByMetricDefinitionRequestDto`
#[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct InsertMetricByMetricDefinitionRequestDto {
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub annotation: ::std::option::Option<::std::string::String>,
    /// The component whose source receives the value.
    #[serde(rename = "componentId")]
    pub component_id: ::std::string::String,
    /// The metric definition whose source receives the value.
    #[serde(rename = "metricDefinitionId")]
    pub metric_definition_id: ::std::string::String,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub timestamp: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
    /// New title of the metric source; left as it is when absent.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub title: ::std::option::Option<::std::string::String>,
    /// New URL of the metric source; left as it is when absent.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub url: ::std::option::Option<::std::string::String>,
    /// The value.
    pub value: f64,
}

impl<'de> ::serde::Deserialize<'de> for InsertMetricByMetricDefinitionRequestDto {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        #[derive(::serde::Deserialize)]
        #[serde(remote = "InsertMetricByMetricDefinitionRequestDto")]
        struct Twin {
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            annotation: ::std::option::Option<::std::string::String>,
            #[serde(rename = "componentId")]
            component_id: ::std::string::String,
            #[serde(rename = "metricDefinitionId")]
            metric_definition_id: ::std::string::String,
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            timestamp: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            title: ::std::option::Option<::std::string::String>,
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            url: ::std::option::Option<::std::string::String>,
            value: f64,
        }
        Twin::deserialize(super::super::support::ObjectOnly(deserializer))
    }
}
