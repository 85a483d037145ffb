//! A contract of two operations, one of them with two kinds, and its examples.

use openapi_contract::Document;
use serde_json::{Value, json};

const CLOUD_ID: &str = "6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30";
const UUID: &str = "b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";
pub(super) const ARI: &str = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:component/\
                              0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";

pub(super) fn document() -> Document {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let kind = |name: &str, own: Value| {
        let properties = format!("{name}Properties");
        json!({ "type": "object", "description": format!("Something about a {name}."),
            "required": ["displayName", "lastUpdated", properties],
            "properties": { "displayName": text("The event's name."),
                "lastUpdated": { "type": "string", "format": "date-time" }, properties: own } })
    };
    let flag = json!({ "type": "object", "required": ["id"],
        "properties": { "id": text("The flag's ID."), "status": { "type": ["string", "null"], "description": "on | off" } } });
    let stages = json!({ "type": "string", "enum": ["PRE_RELEASE", "PRODUCTION"] });
    let lifecycle = json!({ "type": "object", "required": ["id", "stage"], "properties": { "id": text("An ID."), "stage": stages } });
    let or_null =
        |name: &str| json!({ "oneOf": [{ "$ref": format!("#/components/schemas/{name}") }, { "type": "null" }] });
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "Small", "version": "7" },
        "paths": {
            "/v1/events": { "post": {
                "tags": ["Events"], "summary": "Send event", "description": "Sends one_event.", "operationId": "createCompassEvent",
                "requestBody": { "content": { "application/json": { "schema": { "type": "object", "required": ["cloudId", "event"],
                    "properties": { "cloudId": text("The site."), "componentId": { "type": ["string", "null"] },
                        "event": { "type": "object", "description": "Exactly one.",
                            "properties": { "flag": or_null("Flag"), "lifecycle": or_null("Lifecycle") } } } } } } },
                "responses": { "202": { "description": "Accepted." }, "400": { "description": "Not valid." } },
            } },
            "/v1/components/{componentId}/spec": { "put": {
                "tags": ["Files"], "summary": "Upload a spec", "description": "Stores a file.", "operationId": "uploadAPISpec",
                "parameters": [{ "name": "componentId", "in": "path", "required": true, "schema": { "type": "string", "format": "uuid" } }],
                "requestBody": { "content": { "multipart/form-data": { "schema": { "type": "object",
                    "properties": { "file": { "type": "string", "format": "binary" } }, "required": ["file"] } } } },
                "responses": {
                    "200": { "description": "Stored.", "content": { "application/json": { "schema": { "type": "object",
                        "required": ["url"], "properties": { "url": text("Where it is.") } } } } },
                    "404": { "description": "No such component." },
                },
            } },
        },
        "components": { "schemas": { "Flag": kind("flag", flag), "Lifecycle": kind("lifecycle", lifecycle) } },
    });
    Document::parse(&document.to_string()).unwrap()
}

pub(super) fn examples() -> Vec<(String, String)> {
    let event = |kind: &str, own: Value| {
        let event = json!({ "displayName": "It's on", "lastUpdated": "2026-09-01T12:00:00Z", format!("{kind}Properties"): own });
        json!({ "title": "Something happened.", "body": { "cloudId": CLOUD_ID, "componentId": ARI, "event": { kind: event } } })
    };
    let spec = json!({ "title": "A file.", "parameters": { "componentId": UUID },
        "file": { "name": "openapi.json", "content": { "openapi": "3.1.0" } } });
    [
        ("createCompassEvent.flag.json", event("flag", json!({ "id": "dark-mode", "status": "on" }))),
        ("createCompassEvent.lifecycle.json", event("lifecycle", json!({ "id": "shop", "stage": "PRE_RELEASE" }))),
        ("uploadAPISpec.json", spec),
    ]
    .map(|(name, example)| (name.to_owned(), example.to_string()))
    .into()
}

/// The examples with another value in one of them; a member that is not there is added.
pub(super) fn replaced(name: &str, pointer: &str, value: Value) -> Vec<(String, String)> {
    let mut examples = examples();
    let (_, text) = examples.iter_mut().find(|(known, _)| known == name).unwrap();
    let mut example: Value = serde_json::from_str(text).unwrap();
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    example.pointer_mut(parent).unwrap()[member] = value;
    *text = example.to_string();
    examples
}
