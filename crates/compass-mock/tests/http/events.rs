//! What becomes of events.

use compass_mock::EventKind;
use compass_mock::Outcome::{self, Ignored, Saved, Superseded};
use serde_json::{Value, json};

use crate::support::{CLOUD_ID, OTHER_ID, Site, ari, component, deployment, events};

/// An event for no component.
fn at_large(source: &str, pipeline: &str, sequence_number: i64) -> Value {
    let mut event = deployment(source, pipeline, sequence_number);
    event.as_object_mut().unwrap().shift_remove("componentId");
    event
}

#[tokio::test]
async fn what_arrived_can_be_read() {
    let site = Site::plain().await;
    let sent = deployment("ci", "deploy", 12);
    let answer = site.send(events(&sent)).await;
    assert_eq!((answer.status, &*answer.text), (202, ""));
    let received = site.mock.received();
    let event = &received.saved()[0];
    assert_eq!((event.kind, event.outcome, event.sequence_number), (EventKind::Deployment, Saved, Some(12)));
    assert_eq!((event.event_source.as_deref(), event.entity.as_deref()), (Some("ci"), Some("deploy")));
    assert_eq!((&*event.user, &*event.cloud_id), ("ada", CLOUD_ID));
    assert_eq!((event.component_id.clone(), &event.component_name), (Some(component()), &None));
    assert_eq!(event.event, sent["event"]["deployment"]);
}

#[tokio::test]
async fn the_sequence_number_has_to_grow() {
    let site = Site::plain().await;
    for number in [1, 2, 2, 1, 3] {
        assert_eq!(site.send(events(&deployment("ci", "deploy", number))).await.status, 202);
    }
    // Other entities, sources and components: the component is no part of the key.
    assert_eq!(site.send(events(&deployment("ci", "other", 1))).await.status, 202);
    assert_eq!(site.send(events(&deployment("cd", "deploy", 1))).await.status, 202);
    let mut elsewhere = deployment("ci", "deploy", 3);
    elsewhere["componentId"] = ari("component", OTHER_ID).into();
    assert_eq!(site.send(events(&elsewhere)).await.status, 202);

    let received = site.mock.received();
    let outcomes: Vec<Outcome> = received.events().iter().map(|event| event.outcome).collect();
    assert_eq!(outcomes, [Superseded, Superseded, Ignored, Ignored, Saved, Saved, Saved, Ignored]);
    assert_eq!((received.saved().len(), received.superseded().len(), received.ignored().len()), (3, 2, 3));
    let key = received.events()[0].key.clone();
    assert_eq!(key.as_deref(), Some(r#"["ci","deployment","deploy"]"#));
}

#[tokio::test]
async fn pull_requests_have_nothing_to_be_told_apart_by() {
    let site = Site::plain().await;
    let event = json!({ "cloudId": CLOUD_ID, "event": { "build": null, "pullRequest": {
        "lastUpdated": "2026-09-01T12:00:00Z",
        "pullRequestProperties": { "id": "7", "repoUrl": "https://e.com", "pullRequestUrl": "https://e.com/7", "status": "MERGED" },
    } } });
    for _ in 0..2 {
        assert_eq!(site.send(events(&event)).await.status, 202);
    }
    let saved = site.mock.received().saved();
    assert_eq!((saved.len(), &saved[0].key, saved[0].entity.as_deref()), (2, &None, Some("7")));
    assert!(saved[0].reason.as_ref().unwrap().contains("feed does not show"), "{:?}", saved[0].reason);
}

#[tokio::test]
async fn event_sources_are_made_by_events_with_a_component() {
    let site = Site::plain().await;
    let answer = site.send(events(&at_large("ci", "deploy", 1))).await;
    assert_eq!((answer.status, &*answer.error()), (404, "CREATE_EVENT_SOURCE_NOT_FOUND"));
    assert!(site.mock.received().events().is_empty());
    assert_eq!(site.send(events(&deployment("ci", "deploy", 1))).await.status, 202);
    assert_eq!(site.send(events(&at_large("ci", "deploy", 2))).await.status, 202);
    // Of another kind.
    let push = json!({ "cloudId": CLOUD_ID, "event": { "push": {
        "displayName": "", "description": "", "url": "https://e.com", "lastUpdated": "2026-09-01T12:00:00Z",
        "updateSequenceNumber": 1, "externalEventSourceId": "ci",
        "pushEventProperties": { "id": "1", "branchName": "main" },
    } } });
    assert_eq!(site.send(events(&push)).await.error(), "CREATE_EVENT_SOURCE_NOT_FOUND");
    site.mock.reset();
    assert_eq!(site.send(events(&at_large("ci", "deploy", 3))).await.status, 404);
}

#[tokio::test]
async fn a_component_takes_20_event_sources() {
    let site = Site::plain().await;
    for number in 0..20 {
        assert_eq!(site.send(events(&deployment(&number.to_string(), "deploy", 1))).await.status, 202);
    }
    let answer = site.send(events(&deployment("20", "deploy", 1))).await;
    assert_eq!((answer.status, &*answer.error()), (409, "ATTACHED_EVENT_SOURCE_LIMIT_REACHED"));
    assert_eq!(site.send(events(&deployment("19", "deploy", 2))).await.status, 202);
    let mut elsewhere = deployment("20", "deploy", 1);
    elsewhere["componentId"] = ari("component", OTHER_ID).into();
    assert_eq!(site.send(events(&elsewhere)).await.status, 202);
}

#[tokio::test]
async fn components_and_sites_are_held_against_the_file() {
    let site = Site::listed().await;
    assert_eq!(site.send(events(&deployment("ci", "deploy", 1))).await.status, 202);
    assert_eq!(site.mock.received().saved()[0].component_name.as_deref(), Some("shop"));
    assert_eq!(site.send(events(&at_large("listed", "deploy", 1))).await.status, 202);
    let with = |field: &str, value: &str| {
        let mut event = deployment("ci", "deploy", 2);
        event[field] = value.into();
        events(&event)
    };
    let other_site = component().replace("c0ffee00", "decaf000");
    for (call, status, error) in [
        (with("componentId", &ari("component", OTHER_ID)), 404, "COMPONENT_NOT_FOUND"),
        (with("componentId", &ari("metric-source", OTHER_ID)), 400, "COMPONENT_ARI_INVALID"),
        (with("componentId", OTHER_ID), 400, "COMPONENT_ARI_INVALID"),
        (with("componentId", &other_site), 400, "CLOUD_ID_INVALID"),
        (with("cloudId", OTHER_ID), 400, "CLOUD_ID_INVALID"),
        (with("cloudId", ""), 400, "MISSING_CLOUD_ID"),
    ] {
        let answer = site.send(call).await;
        assert_eq!((answer.status, &*answer.error()), (status, error));
    }
    let anywhere = Site::plain().await;
    let mut event = deployment("ci", "deploy", 1);
    (event["cloudId"], event["componentId"]) = ("mine".into(), other_site.into());
    assert_eq!(anywhere.send(events(&event)).await.status, 202);
}
