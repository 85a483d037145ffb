//! Each response that the contract documents, reached over HTTP and held against its schema.

use compass_mock::{Fault, Mock, OperationId};
use serde_json::{Value, json};

use crate::support::{
    COMPONENT_ID, COMPONENTS, Call, DOCUMENT, OTHER_ID, Site, call, deployment, events, metric, metrics,
};

/// How a response is reached.
struct Way {
    /// What goes before the request that counts.
    before: Vec<Call>,
    call: Call,
    /// Where the mock has no reason of its own to answer so.
    fault: Option<Fault>,
}

fn way(call: Call) -> Way {
    Way { before: Vec::new(), call, fault: None }
}

fn after(before: Vec<Call>, call: Call) -> Way {
    Way { before, call, fault: None }
}

fn by_fault(call: Call, status: u16, body: &Value) -> Way {
    Way { before: Vec::new(), call, fault: Some(Fault::status(status).json(body)) }
}

const SPEC: &str = "{\"openapi\": \"3.1.0\"}";

fn lock_file(component: &str, name: &str) -> Call {
    let query = format!("sourceId=github:acme/shop&baseSourceUrl=https://example.com&componentId={component}");
    call("PUT", format!("/compass/v1/package_dependencies/lock_file?{query}")).file(name, "application/json", "{}")
}

fn delete_lock_file(component: &str, source: &str) -> Call {
    call("DELETE", format!("/compass/v1/package_dependencies/lock_file/{component}/{source}"))
}

fn spec(method: &'static str, component: &str) -> Call {
    call(method, format!("/compass/v1/component/{component}/api_specs"))
}

fn attachment(method: &'static str, component: &str, app: &str) -> Call {
    call(method, format!("/compass/v1/component/{component}/app/{app}/attachment/key"))
}

fn put_attachment(component: &str, name: &str) -> Call {
    attachment("PUT", component, "app").file(name, "application/octet-stream", "{}")
}

fn webhook(id: &str) -> Call {
    call("POST", format!("/compass/v1/webhooks/{id}")).json(&json!({ "object_kind": "push" })).by_nobody()
}

fn entitlements() -> Call {
    call("POST", "/compass/v1/entitlements").json(&json!({ "entitlements": ["asked", "other"] }))
}

/// How the response of an operation is reached, of a mock with [`COMPONENTS`].
fn reach(operation: OperationId, status: u16) -> Option<Way> {
    use OperationId as Op;
    let source = "Z2l0aHViOmFjbWUvc2hvcA==";
    let errors = json!({ "errors": [{ "type": "INTERNAL_SERVER_ERROR", "message": "Failed." }] });
    let way = match (operation, status) {
        (Op::CreateCompassEvent, 202) => way(events(&deployment("ci", "deploy", 1))),
        (Op::CreateCompassEvent, 400) => way(events(&json!({}))),
        (Op::CreateCompassEvent, 404) => {
            let mut event = deployment("unknown", "deploy", 1);
            event["componentId"] = Value::Null;
            way(events(&event))
        }
        (Op::CreateCompassEvent, 429) => {
            let event = events(&deployment("ci", "deploy", 1));
            after(vec![event.clone(); 100], event)
        }
        (Op::InsertMetricValue, 200) => way(metrics(&metric())),
        (Op::InsertMetricValue, 400) => way(metrics(&json!({ "value": "7.5" }))),
        (Op::InsertMetricValue, 403) => way(metrics(&metric()).by("eve")),
        (Op::InsertMetricValue, 404) => {
            let unknown = metric()["metricSourceId"].as_str().unwrap().replace("6ba7", "7ca7");
            way(metrics(&json!({ "metricSourceId": unknown, "value": 1 })))
        }
        (Op::InsertMetricValue, 429) => after(vec![metrics(&metric()); 100], metrics(&metric())),
        (Op::UploadLockFile, 200) => way(lock_file(COMPONENT_ID, "package-lock.json")),
        (Op::UploadLockFile, 400) => way(lock_file("shop", "package-lock.json")),
        (Op::UploadLockFile, 403) => way(lock_file(COMPONENT_ID, "package-lock.json").by("eve")),
        (Op::UploadLockFile, 404) => way(lock_file(OTHER_ID, "package-lock.json")),
        (Op::UploadLockFile, 422) => way(lock_file(COMPONENT_ID, "yarn.lock")),
        (Op::DeleteLockFile, 200) => way(delete_lock_file(COMPONENT_ID, source)),
        (Op::DeleteLockFile, 400) => way(delete_lock_file(COMPONENT_ID, "github:acme")),
        (Op::DeleteLockFile, 403) => way(delete_lock_file(COMPONENT_ID, source).by("eve")),
        (Op::DeleteLockFile, 404) => way(delete_lock_file(OTHER_ID, source)),
        (Op::UploadApiSpec, 200) => way(spec("PUT", COMPONENT_ID).file("a.json", "text/plain", SPEC)),
        (Op::UploadApiSpec, 400) => way(spec("PUT", COMPONENT_ID).file("a.json", "text/plain", "{}")),
        (Op::UploadApiSpec, 403) => way(spec("PUT", OTHER_ID).file("a.json", "text/plain", SPEC)),
        (Op::UploadApiSpec, 422) => way(spec("PUT", COMPONENT_ID).file("a.txt", "text/plain", SPEC)),
        (Op::DeleteApiSpec, 200) => way(spec("DELETE", COMPONENT_ID)),
        (Op::DeleteApiSpec, 403) => way(spec("DELETE", COMPONENT_ID).by("eve")),
        (Op::DeleteApiSpec, 404) => way(spec("DELETE", OTHER_ID)),
        (Op::GetAttachment, 200) => {
            after(vec![put_attachment(COMPONENT_ID, "a.xml")], attachment("GET", COMPONENT_ID, "app"))
        }
        (Op::GetAttachment, 400) => way(attachment("GET", "shop", "app")),
        (Op::GetAttachment, 403) => way(attachment("GET", COMPONENT_ID, "other")),
        (Op::GetAttachment, 404) => way(attachment("GET", COMPONENT_ID, "app")),
        (Op::UploadAttachment, 200) => way(put_attachment(COMPONENT_ID, "a.yaml")),
        (Op::UploadAttachment, 400) => way(attachment("PUT", COMPONENT_ID, "app").json(&json!({}))),
        (Op::UploadAttachment, 403) => way(put_attachment(COMPONENT_ID, "a.yaml").by("eve")),
        (Op::UploadAttachment, 404) => way(put_attachment(OTHER_ID, "a.yaml")),
        (Op::UploadAttachment, 422) => way(put_attachment(COMPONENT_ID, "a.png")),
        (Op::UploadAttachment, 500) => by_fault(put_attachment(COMPONENT_ID, "a.yaml"), 500, &errors),
        (Op::DeleteAttachment, 200) => {
            after(vec![put_attachment(COMPONENT_ID, "a.json")], attachment("DELETE", COMPONENT_ID, "app"))
        }
        (Op::DeleteAttachment, 400) => way(attachment("DELETE", "shop", "app")),
        (Op::DeleteAttachment, 403) => way(attachment("DELETE", COMPONENT_ID, "other")),
        (Op::DeleteAttachment, 404) => way(attachment("DELETE", COMPONENT_ID, "app")),
        (Op::HandleWebhookInvocation, 202) => way(webhook("hook")),
        (Op::HandleWebhookInvocation, 400) => {
            way(Call { body: Some(("application/json".to_owned(), b"{".to_vec())), ..webhook("hook") })
        }
        // Nobody has to have credentials here, but those who have some have to have the right ones.
        (Op::HandleWebhookInvocation, 401) => way(webhook("hook").by("")),
        (Op::HandleWebhookInvocation, 404) => way(webhook("other")),
        (Op::HandleWebhookInvocation, 405) => way(Call { method: "PUT", ..webhook("hook").by("ada") }),
        (Op::HandleWebhookInvocation, 429) => by_fault(webhook("hook"), 429, &"Too many.".into()),
        (Op::EvaluateEntitlements, 200) => way(entitlements()),
        (Op::EvaluateEntitlements, 401) => way(entitlements().by_nobody()),
        _ => return None,
    };
    Some(way)
}

/// What is wrong with an answer by its schema.
fn broken(response: &Value, media_type: Option<&str>, text: &str) -> Option<String> {
    let Some(content) = response.get("content").and_then(Value::as_object).filter(|content| !content.is_empty()) else {
        return (!text.is_empty()).then(|| "a body where there is none".to_owned());
    };
    let (declared, content) = content.iter().next().unwrap();
    let media_type = media_type.unwrap_or_default();
    let value = match &**declared {
        "*/*" if media_type.starts_with("text/plain") => Value::from(text),
        declared if declared == media_type => serde_json::from_str(text).ok()?,
        _ => return Some(format!("{media_type:?} where there is to be {declared}")),
    };
    let mut schema = json!({ "components": DOCUMENT["components"] });
    schema.as_object_mut().unwrap().extend(content["schema"].as_object().unwrap().clone());
    let validator = jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap();
    validator.validate(&value).err().map(|error| error.to_string())
}

#[tokio::test]
async fn every_documented_response_is_reached() {
    let mut reached = Vec::new();
    for item in DOCUMENT["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values().filter(|operation| operation.get("operationId").is_some()) {
            let name = operation["operationId"].as_str().unwrap();
            let id = OperationId::of(name).unwrap();
            for (status, response) in operation["responses"].as_object().unwrap() {
                let told = format!("{name} {status}");
                let way = reach(id, status.parse().unwrap()).unwrap_or_else(|| panic!("{told}: nobody knows how"));
                let builder = Mock::builder().components(COMPONENTS.parse().unwrap());
                let clock = compass_mock::ManualClock::starting_at("2026-09-01T12:00:00Z".parse().unwrap());
                let site = Site::start(builder.clock(clock)).await;
                for call in way.before {
                    assert!(site.send(call).await.status < 300, "{told}: what goes before");
                }
                let cause = if way.fault.is_some() { " (by a fault)" } else { "" };
                way.fault.into_iter().for_each(|fault| site.mock.faults().next(1, fault));
                let answer = site.send(way.call).await;
                assert_eq!(answer.status.to_string(), *status, "{told}: {answer:?}");
                assert_eq!(broken(response, answer.header("content-type"), &answer.text), None, "{told}: {answer:?}");
                let text = answer.text.replace(site.mock.origin(), "ORIGIN");
                reached.push(format!("{told}{cause} {text}").trim_end().to_owned());
            }
        }
    }
    insta::assert_snapshot!(reached.join("\n"));
}
