//! One call of each operation.

use std::collections::HashMap;

use compass_api::{Client, Operation, Part, types};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{CLOUD_ID, outcome::Outcome};

/// What operations are called with: each text is its parameter's name in the contract, so that no two can be mixed up.
#[derive(Default)]
pub(crate) struct Arguments {
    /// Stands before and behind each text.
    pub(crate) around: String,
    /// Texts that are something else.
    pub(crate) instead: HashMap<String, String>,
}

impl Arguments {
    pub(crate) const COMPONENT: Uuid = Uuid::from_u128(0x2222_2222_aaaa_4bbb_8ccc_3333_3333_3333);

    pub(crate) fn text(&self, name: &str) -> String {
        self.instead.get(name).cloned().unwrap_or_else(|| format!("{}{name}{}", self.around, self.around))
    }
}

/// Calls an operation. An operation that the contract gains does not compile here until it has its case.
pub(crate) async fn call(client: &Client, operation: Operation, given: &Arguments) -> Outcome {
    let component = &Arguments::COMPONENT;
    let text = |name| given.text(name);
    match operation {
        Operation::UploadLockFile => {
            let (url, component, source) = (text("baseSourceUrl"), text("componentId"), text("sourceId"));
            Outcome::of(sendable(client.upload_lock_file(&url, &component, &source, file())).await).await
        }
        Operation::GetAttachment => {
            Outcome::of(sendable(client.get_attachment(component, &text("forgeAppId"), &text("key"))).await).await
        }
        Operation::UploadAttachment => {
            let (app, key) = (text("forgeAppId"), text("key"));
            Outcome::of(sendable(client.upload_attachment(component, &app, &key, file())).await).await
        }
        Operation::DeleteAttachment => {
            Outcome::of(sendable(client.delete_attachment(component, &text("forgeAppId"), &text("key"))).await).await
        }
        Operation::UploadApiSpec => Outcome::of(sendable(client.upload_api_spec(component, file())).await).await,
        Operation::DeleteApiSpec => Outcome::of(sendable(client.delete_api_spec(component)).await).await,
        Operation::HandleWebhookInvocation => {
            let (id, body) = (text("webhookId"), webhook());
            Outcome::of(sendable(client.handle_webhook_invocation(&id, &body)).await).await
        }
        Operation::InsertMetricValue => {
            let body: types::InsertMetricByMetricSourceRequestDto = serde_json::from_value(metric_by_source()).unwrap();
            Outcome::of(sendable(client.insert_metric_value(&body.into())).await).await
        }
        Operation::CreateCompassEvent => {
            let body: types::CreateStreamlinedEventRequest = serde_json::from_value(event()).unwrap();
            Outcome::of(sendable(client.create_compass_event(&body)).await).await
        }
        Operation::EvaluateEntitlements => {
            let body: types::EntitlementRequestDto = serde_json::from_value(entitlements()).unwrap();
            Outcome::of(sendable(client.evaluate_entitlements(&body)).await).await
        }
        Operation::DeleteLockFile => {
            Outcome::of(sendable(client.delete_lock_file(&text("componentId"), &text("sourceId"))).await).await
        }
    }
}

/// The JSON that [`call`] sends, for operations that send JSON.
pub(crate) fn json_body(operation: Operation) -> Option<Value> {
    match operation {
        Operation::HandleWebhookInvocation => Some(webhook()),
        Operation::InsertMetricValue => Some(metric_by_source()),
        Operation::CreateCompassEvent => Some(event()),
        Operation::EvaluateEntitlements => Some(entitlements()),
        Operation::UploadLockFile
        | Operation::GetAttachment
        | Operation::UploadAttachment
        | Operation::DeleteAttachment
        | Operation::UploadApiSpec
        | Operation::DeleteApiSpec
        | Operation::DeleteLockFile => None,
    }
}

/// The file that [`call`] uploads: a lock file by its name, an API specification by its content.
pub(crate) const FILE: (&str, &str, &str) =
    ("package-lock.json", "application/json", r#"{"lockfileVersion":3,"openapi":"3.1.0"}"#);

fn file() -> Part {
    let (name, media_type, content) = FILE;
    Part::text(content).file_name(name).mime_str(media_type).unwrap()
}

/// An ARI of the site.
fn ari(resource: &str) -> String {
    format!("ari:cloud:compass:{CLOUD_ID}:{resource}/3f2504e0-4f89-41d3-9a0c-0305e82c3301/{}", Arguments::COMPONENT)
}

pub(crate) fn metric_by_definition() -> Value {
    json!({
        "componentId": ari("component"),
        "metricDefinitionId": ari("metric-definition"),
        "timestamp": "2026-09-01T12:00:00Z",
        "title": "Coverage, \u{fc}ber alles",
        "value": -0.5,
    })
}

fn metric_by_source() -> Value {
    json!({
        "metricSourceId": ari("metric-source"),
        "timestamp": "2026-09-01T12:00:00.123Z",
        "url": "https://example.com/?a=b&c=d",
        "value": 87.25,
    })
}

fn event() -> Value {
    json!({
        "cloudId": CLOUD_ID,
        "componentId": ari("component"),
        "event": {
            "custom": {
                "customEventProperties": { "icon": "CHECKPOINT", "id": "release-7" },
                "description": "Line one\nline \u{201c}two\u{201d}",
                "displayName": "Release 7",
                "externalEventSourceId": "releases",
                "lastUpdated": "2026-09-01T12:00:00Z",
                "updateSequenceNumber": i64::MAX,
                "url": "https://example.com/releases/7",
            }
        },
    })
}

fn entitlements() -> Value {
    json!({ "entitlements": ["components", "scorecards"] })
}

/// An object, which the contract alone would not take: see `openapi/overlays`.
fn webhook() -> Value {
    json!({ "object_kind": "push", "commits": [{ "id": 1.5 }, null] })
}

/// Makes the compiler prove that a future may move between threads.
fn sendable<F: Future + Send>(future: F) -> F {
    future
}
