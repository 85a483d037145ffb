//! The contract of this crate, as it is read.

mod complaints;
mod verdicts;

use std::collections::BTreeSet;

use bytes::Bytes;
use futures_util::FutureExt as _;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde_json::Value;

use super::{Body, Checked, Complaint, Contract, DOCUMENT, ErrorType, Found, Operation, OperationId};

/// Finds the operation and checks the request, whose body is all there, so that nothing has to be waited for.
fn check(method: &Method, target: &str, content_type: &str, body: Bytes) -> Result<Checked, Vec<Complaint>> {
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let Found::Operation { operation, path_parameters } = Contract::vendored().find(method, path) else {
        panic!("{method} {path} is no operation");
    };
    let mut headers = HeaderMap::new();
    if !content_type.is_empty() {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(content_type).unwrap());
    }
    let check = operation.check(&path_parameters, query, &headers, body);
    check.now_or_never().expect("nothing has to be waited for")
}

fn document() -> Value {
    serde_json::from_str(DOCUMENT).unwrap()
}

fn operation(id: OperationId) -> &'static Operation {
    Contract::vendored().operations().find(|operation| operation.id() == id).unwrap()
}

#[test]
fn the_document_is_a_contract() {
    assert_eq!(Contract::read(&document()).err(), None);
}

#[test]
fn the_list_of_operations_is_that_of_the_document() {
    let document = document();
    let paths = document["paths"].as_object().unwrap().values();
    let declared: Vec<_> = paths.flat_map(|path| path.as_object().unwrap().values()).collect();
    let declared: BTreeSet<_> = declared.iter().map(|operation| operation["operationId"].as_str().unwrap()).collect();
    let listed: BTreeSet<_> = OperationId::ALL.into_iter().map(OperationId::as_str).collect();
    assert_eq!(listed, declared);
    assert_eq!(listed.len(), OperationId::ALL.len());
    let read: BTreeSet<_> = Contract::vendored().operations().map(|operation| operation.id().as_str()).collect();
    assert_eq!(read, declared);
}

#[test]
fn every_operation_is_found_under_its_method_and_path() {
    let document = document();
    for (template, item) in document["paths"].as_object().unwrap() {
        let path = template.replace('{', "a%20").replace('}', "z");
        for (method, operation) in item.as_object().unwrap() {
            let method = method.to_uppercase().parse().unwrap();
            let Found::Operation { operation: found, path_parameters } = Contract::vendored().find(&method, &path)
            else {
                panic!("{method} {path}");
            };
            assert_eq!(found.id().as_str(), operation["operationId"]);
            for (name, value) in path_parameters {
                assert_eq!(value, format!("a%20{name}z"), "not decoded yet");
            }
        }
    }
}

#[test]
fn another_method_is_told_from_another_path() {
    let found = |method, path| match Contract::vendored().find(&method, path) {
        Found::Operation { operation, .. } => operation.id().to_string(),
        Found::WrongMethod { allowed } => format!("{allowed:?}"),
        Found::Nothing => "nothing".to_owned(),
    };
    assert_eq!(found(Method::GET, "/compass/v1/events"), "[POST]");
    assert_eq!(found(Method::POST, "/compass/v1/component/1/app/2/attachment/3"), "[GET, PUT, DELETE]");
    assert_eq!(found(Method::from_bytes(b"BREW").unwrap(), "/compass/v1/metrics"), "[POST]");
    for path in ["/compass/v1/event", "/compass/v1/events/", "/compass/v1/webhooks/", "/compass/v2/events", ""] {
        assert_eq!(found(Method::POST, path), "nothing", "{path}");
    }
}

#[test]
fn the_parameters_of_a_lock_file_come_decoded() {
    let target =
        "/compass/v1/package_dependencies/lock_file?sourceId=a_b%2Bc&baseSourceUrl=https%3A%2F%2Fx%23L&componentId=1";
    let checked = check(&Method::PUT, target, "", Bytes::new()).unwrap();
    assert!(matches!(checked.body, Body::None), "the contract does not require a body");
    let parameters: Vec<_> = checked.parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(parameters, ["baseSourceUrl=https://x#L", "componentId=1", "sourceId=a_b+c"]);
    let target = "/compass/v1/package_dependencies/lock_file/1/YS9iKw%3D%3D";
    let checked = check(&Method::DELETE, target, "", Bytes::from("passed over")).unwrap();
    assert_eq!(checked.parameters["sourceId"], "YS9iKw==");
}

/// Each declared refusal of each operation, held against the schema that the document has for it.
#[test]
fn refusals_keep_the_contract() {
    let complaints =
        [Complaint::new(ErrorType::ArgumentInvalid, "No."), Complaint::new(ErrorType::FieldMissing, "Nor.")];
    let mut refused = Vec::new();
    for id in OperationId::ALL {
        for status in 400..600 {
            let status = StatusCode::from_u16(status).unwrap();
            if !operation(id).declares(status) {
                continue;
            }
            let response = operation(id).refuse(status, &complaints);
            let schemas = document();
            let paths =
                schemas["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values());
            let declared = paths.into_iter().find(|operation| operation["operationId"] == id.as_str()).unwrap();
            let content = declared["responses"][status.as_str()].get("content").and_then(Value::as_object);
            let shape = match content.and_then(|content| content.iter().next()) {
                None => {
                    assert!(response.body().is_empty() && response.headers().get(header::CONTENT_TYPE).is_none());
                    "nothing"
                }
                Some((media_type, content)) if media_type == "*/*" => {
                    assert_eq!(content["schema"], serde_json::json!({ "type": "string" }));
                    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/plain; charset=utf-8");
                    assert_eq!(response.body(), "No. Nor.");
                    "text"
                }
                Some((media_type, content)) => {
                    assert_eq!(response.headers()[header::CONTENT_TYPE], media_type);
                    let value: Value = serde_json::from_slice(response.body()).unwrap();
                    if content["schema"]["type"] == "string" {
                        assert_eq!(value, "No. Nor.");
                        "a JSON string"
                    } else {
                        assert_eq!(content["schema"]["$ref"], "#/components/schemas/ErrorResponseDto");
                        assert_eq!(value["errors"][1]["type"], "FIELD_MISSING");
                        "errors"
                    }
                }
            };
            refused.push(format!("{id} {}: {shape}", status.as_u16()));
        }
    }
    insta::assert_snapshot!(refused.join("\n"));
}

#[test]
fn successes_keep_the_contract() {
    let told = |id, status, body: Option<Value>| {
        let response = operation(id).answer(StatusCode::from_u16(status).unwrap(), body.as_ref());
        String::from_utf8(response.body().to_vec()).unwrap()
    };
    assert_eq!(told(OperationId::CreateCompassEvent, 202, None), "");
    assert_eq!(told(OperationId::UploadLockFile, 200, Some("Stored.".into())), "Stored.");
    assert_eq!(told(OperationId::UploadApiSpec, 200, Some("Stored.".into())), "\"Stored.\"");
}

#[cfg(debug_assertions)]
#[test]
#[should_panic(expected = "\\\"timestamp\\\" is a required property")]
fn a_success_that_breaks_the_contract_stops_a_debug_build() {
    let body = serde_json::json!({ "metricSourceId": "m", "value": 1 });
    operation(OperationId::InsertMetricValue).answer(StatusCode::OK, Some(&body));
}
