//! One valid event of each kind, as JSON with every field of the contract.

use serde_json::{Value, json};

use crate::event::Kind;

pub(super) fn valid(kind: Kind) -> Value {
    let own = match kind {
        Kind::Alert => json!({ "alertProperties": {
            "acknowledgedAt": "2026-09-01T12:01:00Z", "closedAt": "2026-09-01T12:03:00Z",
            "createdAt": "2026-09-01T12:00:00Z", "id": "alert-1", "priority": "P1",
            "snoozedAt": "2026-09-01T12:02:00Z", "status": "CLOSED",
        }}),
        Kind::Build => json!({ "buildProperties": {
            "completedAt": "2026-09-01T12:01:00Z",
            "pipeline": { "displayName": "Main", "pipelineId": "pipeline-1", "url": "https://ci.example.com/1" },
            "startedAt": "2026-09-01T12:00:00Z", "state": "FAILED",
        }}),
        Kind::Custom => json!({ "customEventProperties": { "icon": "INFO", "id": "custom-1" }}),
        Kind::Deployment => json!({ "deploymentProperties": {
            "completedAt": "2026-09-01T12:01:00Z",
            "environment": { "category": "STAGING", "displayName": "Stage", "environmentId": "stage" },
            "pipeline": { "displayName": "Deploy", "pipelineId": "pipeline-2", "url": "https://ci.example.com/2" },
            "sequenceNumber": -1, "startedAt": "2026-09-01T12:00:00Z", "state": "ROLLED_BACK",
        }}),
        Kind::Flag => json!({ "flagProperties": { "id": "flag-1", "status": "on" }}),
        Kind::Incident => json!({ "incidentProperties": {
            "endTime": "2026-09-01T12:01:00Z", "id": "incident-1", "severity": { "label": "SEV-1", "level": "ONE" },
            "startTime": "2026-09-01T12:00:00Z", "state": "RESOLVED",
        }}),
        Kind::Lifecycle => json!({ "lifecycleProperties": { "id": "lifecycle-1", "stage": "END_OF_LIFE" }}),
        Kind::PullRequest => {
            return json!({ "pullRequest": {
                "cloudId": "6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30", "lastUpdated": "2026-09-01T12:00:00Z",
                "pullRequestProperties": {
                    "id": "1", "pullRequestUrl": "https://git.example.com/1",
                    "repoUrl": "git@git.example.com:acme/shop", "status": "IN_REVIEW",
                },
            }});
        }
        Kind::Push => json!({ "pushEventProperties": {
            "author": { "email": "ada@example.com", "name": "Ada" }, "branchName": "main", "id": "push-1",
        }}),
        Kind::Vulnerability => json!({ "vulnerabilityProperties": {
            "discoverySource": "scanner", "id": "vulnerability-1", "remediationTime": "2026-09-01T12:01:00Z",
            "score": 10.0, "severity": { "label": "bad", "level": "CRITICAL" }, "state": "REMEDIATED",
            "vulnerabilityStartTime": "2026-09-01T12:00:00Z", "vulnerableTarget": "shop",
        }}),
    };
    let mut event = json!({
        "description": "", "displayName": "Something happened", "externalEventSourceId": "tool:acme/shop",
        "lastUpdated": "2026-09-01T12:04:00Z", "updateSequenceNumber": 0, "url": "https://example.com/1",
    });
    event.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
    json!({ kind.as_str(): event })
}

/// The field at a JSON pointer, which must be there.
pub(super) fn field<'j>(json: &'j mut Value, pointer: &str) -> &'j mut Value {
    json.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}"))
}
