// @generated from the contract and the examples by `cargo xtask codegen`. Do not edit.
//! The Rust samples of the reference, as they stand on its pages.

mod upload_lock_file;
mod get_attachment;
mod upload_attachment;
mod delete_attachment;
mod upload_api_spec;
mod delete_api_spec;
mod handle_webhook_invocation;
mod insert_metric_value_metric_definition;
mod insert_metric_value_metric_source;
mod create_compass_event_deployment;
mod create_compass_event_build;
mod create_compass_event_incident;
mod create_compass_event_flag;
mod create_compass_event_alert;
mod create_compass_event_lifecycle;
mod create_compass_event_custom;
mod create_compass_event_push;
mod create_compass_event_pull_request;
mod create_compass_event_vulnerability;
mod evaluate_entitlements;
mod delete_lock_file;

use compass_sdk::Compass;
/// What the samples are called, in the order of the contract.
pub(crate) const SAMPLES: [&str; 21] = [
    "uploadLockFile",
    "getAttachment",
    "uploadAttachment",
    "deleteAttachment",
    "uploadAPISpec",
    "deleteAPISpec",
    "handleWebhookInvocation",
    "insertMetricValue.metricDefinition",
    "insertMetricValue.metricSource",
    "createCompassEvent.deployment",
    "createCompassEvent.build",
    "createCompassEvent.incident",
    "createCompassEvent.flag",
    "createCompassEvent.alert",
    "createCompassEvent.lifecycle",
    "createCompassEvent.custom",
    "createCompassEvent.push",
    "createCompassEvent.pullRequest",
    "createCompassEvent.vulnerability",
    "evaluateEntitlements",
    "deleteLockFile",
];

/// Runs a sample.
pub(crate) async fn run(
    sample: &str,
    compass: &Compass,
    webhook_id: &str,
) -> Result<(), Box<dyn std::error::Error>> {
    match sample {
        "uploadLockFile" => upload_lock_file::run(compass).await,
        "getAttachment" => get_attachment::run(compass).await,
        "uploadAttachment" => upload_attachment::run(compass).await,
        "deleteAttachment" => delete_attachment::run(compass).await,
        "uploadAPISpec" => upload_api_spec::run(compass).await,
        "deleteAPISpec" => delete_api_spec::run(compass).await,
        "handleWebhookInvocation" => {
            handle_webhook_invocation::run(compass, webhook_id).await
        }
        "insertMetricValue.metricDefinition" => {
            insert_metric_value_metric_definition::run(compass).await
        }
        "insertMetricValue.metricSource" => {
            insert_metric_value_metric_source::run(compass).await
        }
        "createCompassEvent.deployment" => {
            create_compass_event_deployment::run(compass).await
        }
        "createCompassEvent.build" => create_compass_event_build::run(compass).await,
        "createCompassEvent.incident" => {
            create_compass_event_incident::run(compass).await
        }
        "createCompassEvent.flag" => create_compass_event_flag::run(compass).await,
        "createCompassEvent.alert" => create_compass_event_alert::run(compass).await,
        "createCompassEvent.lifecycle" => {
            create_compass_event_lifecycle::run(compass).await
        }
        "createCompassEvent.custom" => create_compass_event_custom::run(compass).await,
        "createCompassEvent.push" => create_compass_event_push::run(compass).await,
        "createCompassEvent.pullRequest" => {
            create_compass_event_pull_request::run(compass).await
        }
        "createCompassEvent.vulnerability" => {
            create_compass_event_vulnerability::run(compass).await
        }
        "evaluateEntitlements" => evaluate_entitlements::run(compass).await,
        "deleteLockFile" => delete_lock_file::run(compass).await,
        other => Err(format!("there is no sample {other}").into()),
    }
}
