//! The generated types by the names of their schemas.

use compass_api::types;
use serde_json::Value;

/// Reads a value into a type and writes it back; the error is serde's.
type Trip = fn(Value) -> Result<Value, serde_json::Error>;

macro_rules! by_name {
    ($($name:ident)*) => {
        /// Every generated type that a schema of the contract has its name from.
        pub(crate) const BY_NAME: &[(&str, Trip)] = &[
            $((stringify!($name), |value| serde_json::from_value::<types::$name>(value).and_then(serde_json::to_value)),)*
        ];
    };
}

by_name! {
    ErrorDto ErrorResponseDto Attachment
    InsertMetricByMetricDefinitionRequestDto InsertMetricByMetricSourceRequestDto InsertMetricRequestDto
    InsertMetricResponseDto
    CompassAlertEventPropertiesInputDto CompassBuildEventPipelineInputDto CompassBuildEventPropertiesInputDto
    CompassCreateAlertEventInputDto CompassCreateBuildEventInputDto CompassCreateCustomEventInputDto
    CompassCreateDeploymentEventInputDto CompassCreateDeploymentEventPropertiesInputDto
    CompassCreateFlagEventInputDto CompassCreateFlagEventPropertiesInputDto
    CompassCreateIncidentEventInputDto CompassCreateIncidentEventPropertiesInputDto
    CompassCreateLifecycleEventInputDto CompassCreatePullRequestEventInputDto CompassCreatePushEventInputDto
    CompassCreateVulnerabilityEventInputDto CompassCreateVulnerabilityEventPropertiesInputDto
    CompassCustomEventPropertiesInputDto
    CompassDeploymentEventEnvironmentInputDto CompassDeploymentEventPipelineInputDto
    CompassEventInputDto
    CompassIncidentEventSeverityInputDto CompassLifecycleEventInputPropertiesDto
    CompassPullRequestInputPropertiesDto CompassPushEventAuthorInputDto CompassPushEventInputPropertiesDto
    CompassVulnerabilityEventSeverityInputDto
    CreateStreamlinedEventRequest
    EntitlementRequestDto EntitlementResponseDto EntitlementResultDto
}
