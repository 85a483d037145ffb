//! Entries for the tests of the lists.

use bytes::Bytes;
use serde_json::json;
use uuid::Uuid;

use crate::ari::{Ari, Resource};
use crate::kind::EventKind;
use crate::received::{FileOutcome, Outcome, ReceivedEvent, ReceivedFile, ReceivedMetric, ReceivedWebhook, Slot};

pub(super) fn component(number: u128) -> Ari {
    let (workspace, id) = (Uuid::from_u128(1), Uuid::from_u128(number));
    Ari { cloud_id: "site".to_owned(), resource: Resource::Component, workspace, id }
}

pub(super) fn event(id: u64, key: Option<&str>, sequence_number: Option<i64>) -> ReceivedEvent {
    ReceivedEvent {
        id,
        received_at: "2026-09-01T12:00:00.120Z".parse().unwrap(),
        outcome: Outcome::Saved,
        reason: None,
        kind: EventKind::Build,
        key: key.map(str::to_owned),
        component_id: None,
        component_name: None,
        event_source: None,
        entity: None,
        sequence_number,
        cloud_id: "site".to_owned(),
        user: "ada".to_owned(),
        event: json!({ "displayName": "build" }),
    }
}

pub(super) fn file(id: u64, key: &str) -> ReceivedFile {
    let (component_id, forge_app_id) = ("c".to_owned(), "app".to_owned());
    let content = Bytes::from_static(b"{}\xff");
    ReceivedFile {
        id,
        received_at: "2026-09-01T12:00:00Z".parse().unwrap(),
        outcome: FileOutcome::Stored,
        slot: Slot::Attachment { component_id, forge_app_id, key: key.to_owned() },
        base_source_url: None,
        file_name: Some("a.json".to_owned()),
        media_type: None,
        length: content.len(),
        user: "ada".to_owned(),
        content,
    }
}

pub(super) fn metric() -> ReceivedMetric {
    ReceivedMetric {
        id: 0,
        received_at: "2026-09-01T12:00:00Z".parse().unwrap(),
        metric_source_id: "source".to_owned(),
        metric_definition_id: None,
        component_id: None,
        value: 1.into(),
        timestamp: "2026-09-01T12:00:00Z".to_owned(),
        annotation: None,
        title: None,
        url: None,
        user: "ada".to_owned(),
    }
}

pub(super) fn webhook() -> ReceivedWebhook {
    ReceivedWebhook {
        id: 0,
        received_at: "2026-09-01T12:00:00Z".parse().unwrap(),
        webhook_id: "hook".to_owned(),
        payload: json!([1]),
    }
}
