//! Messages for tests, and what becomes of each kind.

use chrono::Utc;
use compass_sdk::Metric;
use compass_sdk::event::{Event, Target};
use serde_json::{Value, json};

use crate::envelope::{Destination, Envelope, MessageId};
use crate::export;
use crate::message::{Coalesce, Message};
use crate::store::{Kept, State};

pub(super) const CLOUD: &str = "6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30";
const COMPONENT: &str = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:component/\
                         0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";
const SOURCE: &str = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:metric-source/\
                      0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";

pub(super) fn destination() -> Destination {
    Destination("http://127.0.0.1:1/gateway/api".to_owned())
}

pub(super) fn component() -> Target {
    Target::Component(COMPONENT.parse().unwrap())
}

/// An event of a kind about something, with its own fields as JSON.
pub(super) fn event(kind: &str, sequence: i64, own: (&str, Value)) -> Event {
    let (name, properties) = own;
    let mut fields = json!({
        "displayName": "It", "description": "", "url": "https://example.com/it", "lastUpdated": "2026-09-01T12:00:00Z",
        "updateSequenceNumber": sequence, "externalEventSourceId": "tests"
    });
    fields[name] = properties;
    serde_json::from_value(json!({ kind: fields })).unwrap()
}

pub(super) fn flag(id: &str, sequence: i64) -> Event {
    event("flag", sequence, ("flagProperties", json!({ "id": id })))
}

pub(super) fn push(id: &str, sequence: i64) -> Event {
    event("push", sequence, ("pushEventProperties", json!({ "id": id, "branchName": "main" })))
}

pub(super) fn incident(id: &str, sequence: i64) -> Event {
    let properties = json!({ "id": id, "state": "OPEN", "startTime": "2026-09-01T12:00:00Z" });
    event("incident", sequence, ("incidentProperties", properties))
}

pub(super) fn custom(id: &str, sequence: i64) -> Event {
    event("custom", sequence, ("customEventProperties", json!({ "id": id, "icon": "INFO" })))
}

pub(super) fn deployment(id: &str, environment: &str, number: i64, sequence: i64) -> Event {
    let properties = json!({
        "sequenceNumber": number, "state": "IN_PROGRESS",
        "pipeline": { "pipelineId": id, "url": "https://example.com/it", "displayName": "It" },
        "environment": { "category": "STAGING", "displayName": "Stage", "environmentId": environment }
    });
    event("deployment", sequence, ("deploymentProperties", properties))
}

pub(super) fn build(id: &str, sequence: i64) -> Event {
    let properties =
        json!({ "pipeline": { "pipelineId": id }, "startedAt": "2026-09-01T12:00:00Z", "state": "IN_PROGRESS" });
    event("build", sequence, ("buildProperties", properties))
}

pub(super) fn metric(value: f64) -> Metric {
    let source: compass_sdk::ari::MetricSourceAri = SOURCE.parse().unwrap();
    Metric::builder().target(source).value(value).build().unwrap()
}

pub(super) fn of(event: &Event) -> Message {
    Message::event(&destination(), &component(), event)
}

fn kept(message: Message) -> Envelope {
    message.into_envelope(MessageId::new(), "2026-09-01T12:00:00Z".parse().unwrap())
}

#[test]
fn only_what_is_about_the_same_takes_its_place() {
    let group = |message: Message, coalesce| kept(message.coalesce(coalesce)).coalesce;
    let all = [Coalesce::Default, Coalesce::Always, Coalesce::Never];
    let applies = |event: &Event| all.map(|coalesce| group(of(event), coalesce).is_some());
    for event in [flag("it", 1), incident("it", 1), build("it", 1), deployment("it", "prod", 1, 1)] {
        assert_eq!(applies(&event), [true, true, false], "{event:?}");
    }
    assert_eq!(applies(&custom("it", 1)), [false, true, false]);
    assert_eq!(applies(&push("it", 1)), [false; 3]);
    assert_eq!(all.map(|coalesce| group(Message::metric(&destination(), &metric(1.0)), coalesce)), [None, None, None]);

    let default = |event: &Event| group(of(event), Coalesce::Default);
    assert_eq!(default(&deployment("it", "prod", 1, 1)), default(&deployment("it", "prod", 1, 2)));
    assert_ne!(default(&deployment("it", "prod", 1, 1)), default(&deployment("it", "prod", 2, 2)));
    assert_ne!(default(&deployment("it", "prod", 1, 1)), default(&deployment("it", "stage", 1, 2)));
    // Another component gets its event source by an event of its own.
    let site = Target::EventSource(CLOUD.parse().unwrap());
    assert_ne!(
        default(&flag("it", 1)),
        group(Message::event(&destination(), &site, &flag("it", 1)), Coalesce::Default)
    );
}

#[test]
fn a_metric_keeps_the_time_at_which_it_was_accepted() {
    let body: Value = serde_json::from_str(kept(Message::metric(&destination(), &metric(87.5))).body.get()).unwrap();
    assert_eq!(body["timestamp"], "2026-09-01T12:00:00.000Z");
    let read: Metric = serde_json::from_value(body).unwrap();
    assert_eq!((read.value(), read.timestamp().is_some()), (87.5, true));
}

#[test]
fn a_site_is_the_same_in_whatever_case_its_id_is_written() {
    let lane = |cloud: &str| {
        let target = Target::EventSource(cloud.parse().unwrap());
        Message::event(&destination(), &target, &flag("it", 1)).lane().clone()
    };
    assert_eq!(lane(CLOUD), lane(&CLOUD.to_uppercase()));
}

#[test]
fn a_line_of_an_export_is_readable_as_an_envelope() {
    let envelope = kept(of(&flag("it", 7)));
    let mut id = serde_json::to_value(envelope.id).unwrap().to_string();
    id.retain(|character| character != '"');
    let kept = Kept {
        envelope: envelope.clone(),
        state: State::Queued,
        attempts: 2,
        next_attempt_at: Some(Utc::now()),
        leased_until: None,
        ended_at: None,
        answer: None,
    };
    let line = export::line(&kept);
    assert_eq!(serde_json::from_str::<Envelope>(&line).unwrap(), envelope);
    let mut json: Value = serde_json::from_str(&line).unwrap();
    json["id"] = "ID".into();
    json["nextAttemptAt"] = "TIME".into();
    insta::assert_snapshot!(serde_json::to_string_pretty(&json).unwrap());
}
