//! One call of each operation, and what its caller gets.

use std::{fmt::Debug, io};

use compass_api::Operation;
use compass_sdk::{Compass, Error, Metric, Upload, event::WebUrl};
use futures_util::stream;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{component, definition, events, source};

/// Whoever has it can post: no error may show it.
pub(crate) const WEBHOOK: &str = "hook-4f9c2b7e-nobody-may-see-it";

/// The file that uploads send.
pub(crate) const LOCK_FILE: &str = r#"{"lockfileVersion":3}"#;
pub(crate) const API_SPEC: &str = "openapi: 3.1.0\n";
pub(crate) const ATTACHMENT: &str = "<report/>";

/// The ID of a lock file: its path, which has to be encoded to be part of another.
pub(crate) const LOCK_FILE_ID: &str = "web/\u{fc}ber?/package-lock.json";

pub(crate) const FORGE_APP: &str = "forge-app";
pub(crate) const KEY: &str = "report";

pub(crate) fn lock_file() -> Upload {
    Upload::bytes("package-lock.json", LOCK_FILE)
}

pub(crate) fn streamed(name: &str, chunks: &[&'static str]) -> Upload {
    let chunks: Vec<_> = chunks.iter().map(|chunk| Ok::<_, io::Error>(*chunk)).collect();
    Upload::stream(name, stream::iter(chunks))
}

pub(crate) fn metric() -> Metric {
    Metric::builder()
        .target(source())
        .value(87.25)
        .timestamp("2026-09-01T12:00:00.123Z".parse().unwrap())
        .title("Coverage, \u{fc}ber alles")
        .url("https://example.com/?a=b&c=d".parse().unwrap())
        .annotation(json!({ "version": 1, "type": "doc", "content": [] }))
        .build()
        .unwrap()
}

pub(crate) fn metric_by_definition() -> Metric {
    Metric::builder().target((definition(), component())).value(-0.5).build().unwrap()
}

pub(crate) fn payload() -> Value {
    json!({ "object_kind": "push", "commits": [{ "id": 1.5 }, null] })
}

/// What a caller gets: the value as `Debug` shows it, or the error.
pub(crate) type Outcome = Result<String, Error>;

fn outcome<T: Debug>(result: Result<T, Error>) -> Outcome {
    result.map(|value| format!("{value:?}"))
}

/// Calls an operation. An operation that the contract gains does not compile here until it has its case.
pub(crate) async fn call(client: &Compass, operation: Operation) -> Outcome {
    let component = component();
    match operation {
        Operation::UploadLockFile => {
            let url = WebUrl::parse("https://git.example.com/acme/shop/package-lock.json#L").unwrap();
            outcome(sendable(client.lock_files(&component).upload(LOCK_FILE_ID, &url, lock_file())).await)
        }
        Operation::GetAttachment => outcome(sendable(client.attachments(&component, FORGE_APP).get(KEY)).await),
        Operation::UploadAttachment => {
            let file = Upload::bytes("report.xml", ATTACHMENT);
            outcome(sendable(client.attachments(&component, FORGE_APP).upload(KEY, file)).await)
        }
        Operation::DeleteAttachment => outcome(sendable(client.attachments(&component, FORGE_APP).delete(KEY)).await),
        Operation::UploadApiSpec => {
            let file = Upload::bytes("openapi.yaml", API_SPEC);
            outcome(sendable(client.api_specs(Uuid::parse_str(component.uuid()).unwrap()).upload(file)).await)
        }
        Operation::DeleteApiSpec => outcome(sendable(client.api_specs(&component).delete()).await),
        Operation::HandleWebhookInvocation => outcome(sendable(client.webhooks().invoke(WEBHOOK, &payload())).await),
        Operation::InsertMetricValue => outcome(sendable(client.metrics().insert(&metric())).await),
        Operation::CreateCompassEvent => {
            let (target, event) = (component.into(), events::flag());
            outcome(sendable(client.events().send(&target, &event)).await)
        }
        Operation::EvaluateEntitlements => {
            outcome(sendable(client.entitlements().evaluate(["components", "scorecards"])).await)
        }
        Operation::DeleteLockFile => outcome(sendable(client.lock_files(&component).delete(LOCK_FILE_ID)).await),
    }
}

/// Makes the compiler prove that a future may move between threads.
fn sendable<F: Future + Send>(future: F) -> F {
    future
}
