//! What the mock says about wrong requests, as a table to read.

use std::fmt::Write as _;

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

use super::check;

const EVENTS: &str = "/compass/v1/events";
const METRICS: &str = "/compass/v1/metrics";
const JSON: &str = "application/json";

fn deployment() -> Value {
    json!({
        "cloudId": "c0ffee00-0000-4000-8000-000000000000",
        "componentId": "ari:cloud:compass:c:component/w/1",
        "event": { "deployment": {
            "updateSequenceNumber": 1,
            "displayName": "shop 1.2.3",
            "description": "",
            "url": "https://ci.example.com/17",
            "lastUpdated": "2026-11-24T10:20:30Z",
            "externalEventSourceId": "github:acme/shop",
            "deploymentProperties": {
                "sequenceNumber": 17,
                "state": "SUCCESSFUL",
                "pipeline": { "pipelineId": "17", "displayName": "main", "url": "https://ci.example.com" },
                "environment": { "environmentId": "prod", "displayName": "Production", "category": "PRODUCTION" },
            },
        } },
    })
}

fn incident(severity: &Value) -> Value {
    let mut event = deployment()["event"]["deployment"].clone();
    let properties = json!({ "id": "1", "state": "OPEN", "startTime": "2026-11-24T10:20:30Z", "severity": severity });
    event.as_object_mut().unwrap().shift_remove("deploymentProperties");
    event["incidentProperties"] = properties;
    json!({ "cloudId": "c", "event": { "incident": event } })
}

fn metric() -> Value {
    json!({ "metricSourceId": "ari:cloud:compass:c:metric-source/1/2", "value": 5 })
}

/// The deployment with another value at a place; `None` takes the field away.
fn with(pointer: &str, value: Option<Value>) -> Value {
    replaced(deployment(), pointer, value)
}

fn replaced(mut body: Value, pointer: &str, value: Option<Value>) -> Value {
    let (object, name) = pointer.rsplit_once('/').unwrap();
    let object = body.pointer_mut(object).unwrap().as_object_mut().unwrap();
    match value {
        Some(value) => object.insert(name.to_owned(), value),
        None => object.shift_remove(name),
    };
    body
}

fn flattened() -> Value {
    let mut body = deployment();
    let event = body["event"]["deployment"].as_object_mut().unwrap();
    let properties = event.shift_remove("deploymentProperties").unwrap();
    event.extend(properties.as_object().unwrap().clone());
    body
}

fn bodies() -> Vec<(&'static str, &'static str, Value)> {
    let d = "/event/deployment";
    let at = |place: &str, value| with(&format!("{d}{place}"), value);
    let p = |place: &str, value| with(&format!("{d}/deploymentProperties{place}"), value);
    let m = |place: &str, value| replaced(metric(), place, value);
    vec![
        ("nothing at all", EVENTS, json!({})),
        ("null", EVENTS, json!(null)),
        ("a list of events", EVENTS, json!([deployment()])),
        ("the event without its wrapper", EVENTS, deployment()["event"].clone()),
        ("no kind", EVENTS, with("/event", Some(json!({})))),
        ("a kind that does not exist", EVENTS, with("/event", Some(json!({ "deploy": {} })))),
        ("the only kind is null", EVENTS, at("", Some(json!(null)))),
        ("two kinds", EVENTS, with("/event/build", Some(json!({})))),
        ("the event is null", EVENTS, with("/event", Some(json!(null)))),
        ("the kind as a string of JSON", EVENTS, at("", Some(json!("{\"displayName\": \"shop\"}")))),
        ("no cloud ID", EVENTS, with("/cloudId", None)),
        ("a number as component", EVENTS, with("/componentId", Some(json!(17)))),
        ("deploymentProperties are left out", EVENTS, at("/deploymentProperties", None)),
        ("deploymentProperties are null", EVENTS, at("/deploymentProperties", Some(json!(null)))),
        ("no level deploymentProperties", EVENTS, flattened()),
        (
            "pipeline.id for pipelineId",
            EVENTS,
            p("/pipeline", Some(json!({ "id": "17", "displayName": "", "url": "" }))),
        ),
        ("an unknown state", EVENTS, p("/state", Some(json!("SUCCESS")))),
        ("a state in lower case", EVENTS, p("/state", Some(json!("successful")))),
        ("a sequence number as string", EVENTS, at("/updateSequenceNumber", Some(json!("12")))),
        ("a sequence number with a fraction", EVENTS, at("/updateSequenceNumber", Some(json!(1.5)))),
        ("no sequence number", EVENTS, at("/updateSequenceNumber", None)),
        ("seconds since 1970", EVENTS, at("/lastUpdated", Some(json!(1_795_515_630)))),
        ("a date without time", EVENTS, at("/lastUpdated", Some(json!("2026-11-24")))),
        ("a time without zone", EVENTS, p("/startedAt", Some(json!("2026-11-24T10:20:30")))),
        ("a description that is null", EVENTS, at("/description", Some(json!(null)))),
        ("no event source", EVENTS, at("/externalEventSourceId", None)),
        ("an environment as a string", EVENTS, p("/environment", Some(json!("PRODUCTION")))),
        ("a level that is null, where null is not listed", EVENTS, incident(&json!({ "level": null }))),
        ("a level as a number, in a oneOf of a oneOf", EVENTS, incident(&json!({ "level": 1 }))),
        ("a long text in the wrong place", EVENTS, p("/state", Some(json!("\u{1b}[31m".repeat(1000))))),
        ("a value as string", METRICS, m("/value", Some(json!("5")))),
        ("no value", METRICS, m("/value", None)),
        ("a value that is null", METRICS, m("/value", Some(json!(null)))),
        ("nothing but a value", METRICS, json!({ "value": 5 })),
        ("a definition without component", METRICS, json!({ "metricDefinitionId": "d", "value": 5 })),
        ("a component without definition", METRICS, json!({ "componentId": "c", "value": 5 })),
        ("wrong IDs of the first form", METRICS, json!({ "metricDefinitionId": 1, "componentId": [], "value": 5 })),
        (
            "both forms",
            METRICS,
            json!({ "metricSourceId": "s", "metricDefinitionId": "d", "componentId": "c", "value": 5 }),
        ),
        ("an annotation as a document", METRICS, m("/annotation", Some(json!({ "type": "doc" })))),
        ("an annotation that is null", METRICS, m("/annotation", Some(json!(null)))),
        ("a time that is none", METRICS, m("/timestamp", Some(json!("now")))),
        ("not a list", "/compass/v1/entitlements", json!({ "entitlements": "a" })),
        ("a list with a number", "/compass/v1/entitlements", json!({ "entitlements": ["a", 1] })),
        ("the same twice", "/compass/v1/entitlements", json!({ "entitlements": ["a", "a"] })),
    ]
}

#[test]
fn wrong_bodies() {
    let mut table = String::new();
    for (what, path, body) in bodies() {
        let checked = check(&Method::POST, path, JSON, body.to_string().into());
        let complaints = checked.err().unwrap_or_else(|| panic!("{what}: accepted"));
        write(&mut table, what, &complaints.iter().map(ToString::to_string).collect::<Vec<_>>());
    }
    insta::assert_snapshot!(table);
}

#[test]
fn wrong_requests() {
    let lock_file = "/compass/v1/package_dependencies/lock_file";
    let specs = "/compass/v1/component/3f2504e0-4f89-41d3-9a0c-0305e82c3301/api_specs";
    let ari = "/compass/v1/component/ari%3Acloud%3Acompass%3Ac%3Acomponent%2Fw%2F1/api_specs";
    let form = "multipart/form-data; boundary=B";
    let file = "--B\r\ncontent-disposition: form-data; name=\"upload\"\r\n\r\n{}\r\n--B--\r\n";
    let event = deployment().to_string();
    let mut table = String::new();
    for (what, method, target, content_type, body) in [
        ("no content type", Method::POST, EVENTS, "", &*event),
        ("curl -d without a content type", Method::POST, EVENTS, "application/x-www-form-urlencoded", &event),
        ("no body", Method::POST, EVENTS, JSON, ""),
        ("not JSON", Method::POST, METRICS, JSON, "{\n  'value': 5\n}"),
        ("a webhook without a body", Method::POST, "/compass/v1/webhooks/w", JSON, ""),
        ("no query", Method::PUT, lock_file, "", ""),
        (
            "a component twice",
            Method::PUT,
            &format!("{lock_file}?sourceId=s&baseSourceUrl=u&componentId=1&componentId=2"),
            "",
            "",
        ),
        ("an ARI where a UUID belongs", Method::PUT, ari, "", ""),
        ("a file as the body", Method::PUT, specs, JSON, "{}"),
        ("another part than file", Method::PUT, specs, form, file),
        ("everything at once", Method::PUT, ari, "multipart/form-data", file),
        ("a parameter that is not UTF-8", Method::DELETE, "/compass/v1/package_dependencies/lock_file/%ff/a", "", ""),
    ] {
        let checked = check(&method, target, content_type, Bytes::copy_from_slice(body.as_bytes()));
        let complaints = checked.err().unwrap_or_else(|| panic!("{what}: accepted"));
        write(&mut table, what, &complaints.iter().map(ToString::to_string).collect::<Vec<_>>());
    }
    insta::assert_snapshot!(table);
}

#[test]
fn right_requests() {
    for (path, body) in [
        (EVENTS, deployment()),
        (EVENTS, with("/event/build", Some(json!(null)))),
        (EVENTS, with("/other", Some(json!(1)))),
        (EVENTS, incident(&json!(null))),
        (METRICS, metric()),
        ("/compass/v1/webhooks/w", json!({ "object_kind": "push" })),
        ("/compass/v1/entitlements", json!({ "entitlements": [] })),
    ] {
        let checked = check(&Method::POST, path, JSON, body.to_string().into());
        let complaints = checked.map(drop).map_err(|complaints| complaints[0].to_string());
        assert_eq!(complaints, Ok(()), "{path} {body}");
    }
}

fn write(table: &mut String, what: &str, complaints: &[String]) {
    writeln!(table, "{what}").unwrap();
    for complaint in complaints {
        writeln!(table, "    {complaint}").unwrap();
    }
}
