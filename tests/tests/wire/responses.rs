//! What callers get for each response that the contract documents.

use std::fmt::Write as _;

use compass_api::{Error, types};
use compass_mock::Fault;
use reqwest::header::RETRY_AFTER;
use serde_json::{Value, json};
use workspace_tests::contract;

use crate::{
    cases::{Arguments, call},
    client,
    documented::{self, Response},
    mock,
    outcome::Kind,
};

/// An answer that fits the contract and says which one it is, and what it is in words.
fn answer(id: &str, response: &Response) -> (Fault, String) {
    let status = response.status;
    let Some((media_type, schema, pointer)) = &response.body else {
        return (Fault::status(status), "nothing".to_owned());
    };
    let say = format!("{id} said {status}");
    if *media_type == "*/*" {
        return (Fault::status(status).with_body("text/plain", say.clone()), say);
    }
    assert_eq!(*media_type, "application/json", "{pointer}: no answer of this type yet");
    let body = sample(schema, &say);
    contract::check(pointer, &body).unwrap();
    (Fault::status(status).json(&body), body.to_string())
}

fn sample(schema: &Value, say: &str) -> Value {
    if schema["type"] == "string" {
        return json!(say);
    }
    let reference = schema["$ref"].as_str().unwrap_or_default();
    match reference.rsplit('/').next().unwrap_or_default() {
        "Attachment" => {
            json!({ "lastModifiedAt": "2026-09-01T14:00:00+02:00", "name": say, "url": "https://a.example" })
        }
        "EntitlementResponseDto" => json!({ "entitlements": { "components": { "@class": say, "limit": 3 } } }),
        "ErrorResponseDto" => json!({ "errors": [{ "type": "FORMAT_INVALID", "message": say }, { "type": null }] }),
        "InsertMetricResponseDto" => {
            json!({ "metricSourceId": say, "timestamp": "2026-09-01T12:00:00Z", "value": 1, "annotation": null })
        }
        _ => panic!("no sample of {schema}"),
    }
}

#[tokio::test]
async fn each_documented_response_reaches_the_caller_as_this() {
    let server = mock().await;
    let client = client(&server);
    let mut table = String::new();
    let mut pairs = 0;
    for documented in documented::operations() {
        let id = documented.operation.id();
        for response in &documented.responses {
            let (answer, sent) = answer(id, response);
            server.faults().script([answer]);
            let outcome = call(&client, documented.operation, &Arguments::default()).await;
            let _ = writeln!(table, "{id} {}, {sent}\n    {outcome}", response.status);

            let pair = format!("{id} {}: {outcome}", response.status);
            assert_eq!(outcome.status, Some(response.status), "{pair}");
            let expected = match response.status {
                200..=299 => Kind::Ok,
                429 => Kind::UnexpectedResponse,
                _ => Kind::ErrorResponse,
            };
            assert_eq!(outcome.kind, expected, "{pair}");
            let is_whole =
                response.body.is_none() || outcome.content.contains(&format!("{id} said {}", response.status));
            assert!(is_whole, "{pair}");
            pairs += 1;
        }
    }
    assert_eq!(pairs, 47, "responses in the contract");
    insta::assert_snapshot!("documented", table);
}

/// What to branch on is in fields, not in text.
#[tokio::test]
async fn an_error_has_its_type_and_message_in_fields() {
    let server = mock().await;
    server
        .faults()
        .script([Fault::status(400).json(&json!({ "errors": [{ "type": "FORMAT_INVALID", "message": "No." }] }))]);
    let error = client(&server).delete_attachment(&Arguments::COMPONENT, "app", "key").await.unwrap_err();
    let Error::ErrorResponse(response) = error else { panic!("{error}") };
    let expected = types::ErrorDto { type_: Some("FORMAT_INVALID".to_owned()), message: Some("No.".to_owned()) };
    assert_eq!(response.into_inner(), types::ErrorResponseDto { errors: Some(vec![expected]) });
}

#[tokio::test]
async fn a_429_keeps_its_headers_and_its_body() {
    let server = mock().await;
    server.faults().script([Fault::status(429).with_body("text/plain", "slow down").with_header("retry-after", "7")]);
    let client = client(&server);
    let id = "metric-source".to_owned();
    let body = types::InsertMetricByMetricSourceRequestDto {
        annotation: None,
        metric_source_id: id,
        timestamp: None,
        title: None,
        url: None,
        value: 1.0,
    };
    let error = client.insert_metric_value(&body.into()).await.unwrap_err();
    assert!(error.is_retryable());
    let Error::UnexpectedResponse(response) = error else { panic!("{error}") };
    assert_eq!(response.headers()[RETRY_AFTER], "7");
    assert_eq!(response.text().await.unwrap(), "slow down");
}
