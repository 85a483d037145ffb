// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! The types of the contract's schemas.

mod attachment;
mod compass_alert_event_properties_input_dto;
mod compass_build_event_pipeline_input_dto;
mod compass_build_event_properties_input_dto;
mod compass_create_alert_event_input_dto;
mod compass_create_build_event_input_dto;
mod compass_create_custom_event_input_dto;
mod compass_create_deployment_event_input_dto;
mod compass_create_deployment_event_properties_input_dto;
mod compass_create_flag_event_input_dto;
mod compass_create_flag_event_properties_input_dto;
mod compass_create_incident_event_input_dto;
mod compass_create_incident_event_properties_input_dto;
mod compass_create_lifecycle_event_input_dto;
mod compass_create_pull_request_event_input_dto;
mod compass_create_push_event_input_dto;
mod compass_create_vulnerability_event_input_dto;
mod compass_create_vulnerability_event_properties_input_dto;
mod compass_custom_event_properties_input_dto;
mod compass_deployment_event_environment_input_dto;
mod compass_deployment_event_pipeline_input_dto;
mod compass_event_input_dto;
mod compass_incident_event_severity_input_dto;
mod compass_lifecycle_event_input_properties_dto;
mod compass_pull_request_input_properties_dto;
mod compass_push_event_author_input_dto;
mod compass_push_event_input_properties_dto;
mod compass_vulnerability_event_severity_input_dto;
mod create_streamlined_event_request;
mod entitlement_request_dto;
mod entitlement_response_dto;
mod entitlement_result_dto;
mod error_dto;
mod error_response_dto;
mod insert_metric_by_metric_definition_request_dto;
mod insert_metric_by_metric_source_request_dto;
mod insert_metric_request_dto;
mod insert_metric_response_dto;
mod inline;
pub use self::attachment::*;
pub use self::compass_alert_event_properties_input_dto::*;
pub use self::compass_build_event_pipeline_input_dto::*;
pub use self::compass_build_event_properties_input_dto::*;
pub use self::compass_create_alert_event_input_dto::*;
pub use self::compass_create_build_event_input_dto::*;
pub use self::compass_create_custom_event_input_dto::*;
pub use self::compass_create_deployment_event_input_dto::*;
pub use self::compass_create_deployment_event_properties_input_dto::*;
pub use self::compass_create_flag_event_input_dto::*;
pub use self::compass_create_flag_event_properties_input_dto::*;
pub use self::compass_create_incident_event_input_dto::*;
pub use self::compass_create_incident_event_properties_input_dto::*;
pub use self::compass_create_lifecycle_event_input_dto::*;
pub use self::compass_create_pull_request_event_input_dto::*;
pub use self::compass_create_push_event_input_dto::*;
pub use self::compass_create_vulnerability_event_input_dto::*;
pub use self::compass_create_vulnerability_event_properties_input_dto::*;
pub use self::compass_custom_event_properties_input_dto::*;
pub use self::compass_deployment_event_environment_input_dto::*;
pub use self::compass_deployment_event_pipeline_input_dto::*;
pub use self::compass_event_input_dto::*;
pub use self::compass_incident_event_severity_input_dto::*;
pub use self::compass_lifecycle_event_input_properties_dto::*;
pub use self::compass_pull_request_input_properties_dto::*;
pub use self::compass_push_event_author_input_dto::*;
pub use self::compass_push_event_input_properties_dto::*;
pub use self::compass_vulnerability_event_severity_input_dto::*;
pub use self::create_streamlined_event_request::*;
pub use self::entitlement_request_dto::*;
pub use self::entitlement_response_dto::*;
pub use self::entitlement_result_dto::*;
pub use self::error_dto::*;
pub use self::error_response_dto::*;
pub use self::insert_metric_by_metric_definition_request_dto::*;
pub use self::insert_metric_by_metric_source_request_dto::*;
pub use self::insert_metric_request_dto::*;
pub use self::insert_metric_response_dto::*;
pub use self::inline::*;
/// Error types.
pub mod error {
    /// Error from a `TryFrom` or `FromStr` implementation.
    pub struct ConversionError(::std::borrow::Cow<'static, str>);
    impl ::std::error::Error for ConversionError {}
    impl ::std::fmt::Display for ConversionError {
        fn fmt(
            &self,
            f: &mut ::std::fmt::Formatter<'_>,
        ) -> Result<(), ::std::fmt::Error> {
            ::std::fmt::Display::fmt(&self.0, f)
        }
    }

    impl ::std::fmt::Debug for ConversionError {
        fn fmt(
            &self,
            f: &mut ::std::fmt::Formatter<'_>,
        ) -> Result<(), ::std::fmt::Error> {
            ::std::fmt::Debug::fmt(&self.0, f)
        }
    }

    impl From<&'static str> for ConversionError {
        fn from(value: &'static str) -> Self {
            Self(value.into())
        }
    }

    impl From<String> for ConversionError {
        fn from(value: String) -> Self {
            Self(value.into())
        }
    }
}
