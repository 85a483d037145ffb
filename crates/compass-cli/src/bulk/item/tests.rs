use compass_sdk::metric::MetricTarget;
use serde_json::{Value, json};

use super::*;

const SITE: &str = "6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30";

fn ari(resource: &str) -> String {
    let uuids = "0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";
    format!("ari:cloud:compass:{SITE}:{resource}/{uuids}")
}

fn flag() -> Value {
    json!({ "flag": {
        "displayName": "a", "description": "", "url": "https://flags.example.com", "lastUpdated": "2026-09-01T12:00:00Z",
        "updateSequenceNumber": 1, "externalEventSourceId": "flags:acme/shop", "flagProperties": { "id": "a" }
    } })
}

fn of(json: &Value, wanted: Option<Subject>) -> Result<Item, Vec<String>> {
    let text = json.to_string();
    let record = Record { number: 1, line: 7, content: Content::Json(text.as_bytes(), 1) };
    read(&record, wanted).map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

fn problems(json: &Value) -> Vec<String> {
    of(json, None).unwrap_err()
}

#[test]
fn an_event_says_whom_it_is_for_or_leaves_it_open() {
    let target = |json: Value| match of(&json, Some(Subject::Event)) {
        Ok(Item::Event(target, event)) => {
            assert_eq!(event.kind(), compass_sdk::event::Kind::Flag);
            target
        }
        other => panic!("{other:?}"),
    };
    let component = || Target::Component(ari("component").parse().unwrap());
    assert_eq!(target(flag()), None);
    assert_eq!(target(json!({ "event": flag() })), None);
    assert_eq!(target(json!({ "cloudId": null, "componentId": null, "event": flag() })), None);
    assert_eq!(target(json!({ "componentId": ari("component"), "event": flag() })), Some(component()));
    let both = json!({ "cloudId": SITE.to_uppercase(), "componentId": ari("component"), "event": flag() });
    assert_eq!(target(both), Some(component()));
    let site = Target::EventSource(SITE.parse().unwrap());
    assert_eq!(target(json!({ "cloudId": SITE, "event": flag() })), Some(site));
}

#[test]
fn ids_that_contradict_one_another_or_are_none_are_told() {
    let other = SITE.replace('6', "7");
    let json = json!({ "cloudId": other, "componentId": ari("component"), "event": flag() });
    let told =
        format!("7: componentId: must be of the site that cloudId names; is of {SITE}, not of {other} [same-site]");
    assert_eq!(problems(&json), [told]);
    let json = json!({ "cloudId": "x", "componentId": ari("metric-source"), "event": { "flag": null } });
    let all = problems(&json);
    assert!(all[0].ends_with("[cloud-id]") && all[1].ends_with("[ari]") && all[2].ends_with("[one-kind]"), "{all:?}");
}

#[test]
fn a_misspelled_field_is_not_passed_over() {
    let mut json = flag();
    json["componentId"] = json!(ari("component"));
    assert!(problems(&json)[0].contains("componentId: is not known beside an event"));
    let json = json!({ "event": flag(), "push": {}, "value": 1, "site": "a" });
    let fields: Vec<_> = problems(&json).iter().map(|told| told.split(':').nth(1).unwrap().trim().to_owned()).collect();
    assert_eq!(fields, ["site", "push", "value"]);
    let json = json!({ "metricSourceId": ari("metric-source"), "value": 1, "timestmp": "now", "cloudId": SITE });
    assert_eq!(problems(&json).len(), 2);
}

#[test]
fn what_cannot_be_read_is_told_with_its_field() {
    let mut json = flag();
    json["flag"]["flagProperties"]["id"] = json!(7);
    let [told] = &problems(&json)[..] else { panic!() };
    assert!(told.contains("flag.flagProperties.id: invalid type: integer `7`, expected a string [schema]"), "{told}");
    let told = problems(&json!({ "event": json }));
    assert!(told[0].contains("event.flag.flagProperties.id: invalid type"), "{told:?}");
}

#[test]
fn a_metric_goes_to_one_target() {
    let json = json!({ "metricDefinitionId": ari("metric-definition"), "componentId": ari("component"), "value": 1 });
    let Ok(Item::Metric(metric)) = of(&json, None) else { panic!() };
    assert!(matches!(metric.target(), MetricTarget::Definition { .. }));
    let both =
        json!({ "metricSourceId": ari("metric-source"), "metricDefinitionId": ari("metric-definition"), "value": 1 });
    assert!(problems(&both)[0].ends_with("is with both [one-target]"));
    assert!(problems(&json!({ "value": 1 }))[0].ends_with("is with neither [one-target]"));
    let wrong = json!({ "metricSourceId": ari("component"), "value": 1, "url": "x", "annotation": "x" });
    let rules = problems(&wrong);
    assert_eq!(rules.len(), 3, "{rules:?}");
}

#[test]
fn what_is_not_wanted_is_told() {
    let metric = json!({ "metricSourceId": ari("metric-source"), "value": 1 });
    assert_eq!(of(&metric, Some(Subject::Event)).unwrap_err(), ["7: must be an event; is a metric [wrong-kind]"]);
    assert_eq!(of(&flag(), Some(Subject::Metric)).unwrap_err(), ["7: must be a metric; is an event [wrong-kind]"]);
    assert!(problems(&json!({}))[0].starts_with("7: must be an event (alert, build"));
}

#[test]
fn positions_are_those_of_the_file() {
    let element = b"{\n  \"flag\": \xff}";
    let record = Record { number: 1, line: 7, content: Content::Json(element, 5) };
    let told = read(&record, None).unwrap_err();
    assert_eq!((told[0].line, told[0].column), (8, Some(11)));
    let record = Record { number: 1, line: 7, content: Content::Json(b"{\n  nonsense", 5) };
    let told = read(&record, None).unwrap_err();
    assert_eq!((told[0].line, told[0].column), (8, Some(3)));
    let record = Record { number: 1, line: 7, content: Content::Json(b"x", 5) };
    assert_eq!(read(&record, None).unwrap_err()[0].column, Some(5));
}
