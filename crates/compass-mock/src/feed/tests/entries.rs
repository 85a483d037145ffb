//! Made-up entries, as `/__mock/events` and the stream give them.

use serde_json::{Value, json};

pub(super) fn entry(kind: &str, outcome: &str, key: Option<&str>, event: &Value) -> Value {
    json!({"id": 0, "receivedAt": "2026-11-24T10:20:30.123Z", "outcome": outcome, "reason": null, "kind": kind,
           "key": key, "componentId": "ari:cloud:compass:c:component/w/5ca1ab1e-0000-4000-8000-000000000001",
           "componentName": "shop", "eventSource": "github:acme/shop", "entity": "1",
           "sequenceNumber": event["updateSequenceNumber"], "cloudId": "c", "user": "ada@example.com", "event": event})
}

pub(super) fn deployment(name: &str, number: u32, state: &str) -> Value {
    json!({"displayName": name, "description": "What it is", "url": "https://ci.example.com/1",
           "lastUpdated": "2026-11-24T10:20:00Z", "updateSequenceNumber": number, "deploymentProperties": {
               "state": state, "pipeline": {"pipelineId": "p", "displayName": "Deploy", "url": "https://ci.example.com"},
               "environment": {"category": "PRODUCTION", "displayName": "eu-1", "environmentId": "e"}}})
}

pub(super) fn simple(name: &str) -> Value {
    entry("deployment", "saved", None, &deployment(name, 1, "SUCCESSFUL"))
}

/// One of each kind, each with a state that stands out, and an ignored one.
pub(super) fn one_of_each() -> Vec<Value> {
    let kinds = json!({
        "deployment": {"deploymentProperties": {"state": "FAILED"}}, "build": {"buildProperties": {"state": "SUCCESSFUL"}},
        "incident": {"incidentProperties": {"state": "OPEN", "severity": {"label": "SEV-1"}}},
        "flag": {"flagProperties": {"status": "enabled"}},
        "alert": {"alertProperties": {"status": "SNOOZED", "priority": "P1"}},
        "lifecycle": {"lifecycleProperties": {"stage": "PRODUCTION"}},
        "custom": {"customEventProperties": {"icon": "INFO"}},
        "push": {"pushEventProperties": {"branchName": "main", "author": {"name": "Grace"}}},
        "pullRequest": {"pullRequestProperties": {"id": "7", "status": "MERGED",
            "repoUrl": "https://git.example.com/shop", "pullRequestUrl": "https://git.example.com/shop/7"}},
        "vulnerability": {"vulnerabilityProperties": {"state": "OPEN", "severity": {"level": "HIGH"}, "score": 8.1}},
    });
    let kinds = kinds.as_object().expect("an object");
    let named = kinds.iter().map(|(kind, said)| {
        let mut event =
            json!({"displayName": kind, "description": "d", "url": "https://a.example", "updateSequenceNumber": 1});
        event.as_object_mut().expect("an object").extend(said.as_object().expect("an object").clone());
        entry(kind, "saved", None, &event)
    });
    let ignored = entry("deployment", "ignored", Some("d"), &deployment("late", 1, "CANCELLED"));
    named.chain([ignored]).collect()
}
