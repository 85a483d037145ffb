//! What is sent again is the same.

use compass_api::Operation;
use compass_mock::{Fault, Request};
use compass_sdk::{Upload, event::Kind};
use serde_json::json;

use crate::{
    calls::{self, WEBHOOK, call, payload, streamed},
    client, component, events, mock,
    support::{transcript, uploaded},
};

/// The request is turned away, so that everybody may come again, then success.
fn trouble(success: Fault) -> [Fault; 3] {
    [Fault::status(429), Fault::status(429).with_header("retry-after", "1"), success]
}

fn unsure(success: Fault) -> [Fault; 4] {
    [Fault::status(500), Fault::closed(), Fault::status(502).with_body("text/html", "<html>").cut(), success]
}

/// After which nobody knows what was done. When to come again is no word about that.
fn unsure_answers() -> impl Iterator<Item = Fault> {
    let later = Fault::status(503).with_header("retry-after", "1");
    unsure(Fault::none()).into_iter().take(3).chain([later, Fault::status(499)])
}

fn recorded() -> Fault {
    Fault::none()
}

/// Nothing differs, credentials included, but for the boundary of a form, which is new for each.
fn assert_same(requests: &[Request], count: usize) {
    assert_eq!(requests.len(), count);
    for request in requests {
        assert_eq!(transcript(request), transcript(&requests[0]));
    }
}

#[tokio::test]
async fn events_are_sent_again_byte_for_byte() {
    let server = mock().await;
    for kind in Kind::ALL {
        server.faults().script(unsure(Fault::none()));
        client(server.origin()).events().send(&component().into(), &events::full(kind)).await.unwrap();
        let requests = server.take_requests();
        assert_same(&requests, 4);
        assert!(requests.iter().all(|request| request.body == requests[0].body), "{kind}");
    }
}

#[tokio::test]
async fn deletes_and_reads_are_sent_again() {
    let server = mock().await;
    let attachment =
        json!({ "lastModifiedAt": "2026-09-01T12:00:00Z", "name": "report", "url": "https://files.example.com/1" });
    for (operation, body) in [
        (Operation::DeleteAttachment, json!(null)),
        (Operation::DeleteApiSpec, json!("deleted")),
        (Operation::DeleteLockFile, json!("deleted")),
        (Operation::GetAttachment, attachment),
        (Operation::EvaluateEntitlements, json!({ "entitlements": {} })),
    ] {
        server.faults().script(unsure(Fault::status(200).json(&body)));
        let result = call(&client(server.origin()), operation).await;
        assert_same(&server.take_requests(), 4);
        result.unwrap_or_else(|error| panic!("{operation}: {error}"));
    }
}

#[tokio::test]
async fn a_metric_is_sent_again_only_if_it_was_turned_away_or_may_arrive_twice() {
    let server = mock().await;
    let client = client(server.origin());
    let metric = calls::metric();

    server.faults().script(trouble(recorded()));
    client.metrics().insert(&metric).await.unwrap();
    assert_same(&server.take_requests(), 3);

    for answer in unsure_answers() {
        server.faults().script([answer, recorded()]);
        let error = client.metrics().insert(&metric).await.unwrap_err();
        assert!(error.may_have_been_sent() && !error.is_retryable(), "{error}");
        assert_same(&server.take_requests(), 1);
    }

    server.faults().script(unsure(recorded()));
    client.metrics().allow_repeats().insert(&metric).await.unwrap();
    assert_same(&server.take_requests(), 4);
}

#[tokio::test]
async fn a_webhook_is_sent_again_only_if_it_was_turned_away_or_may_arrive_twice() {
    let server = mock().await;
    let client = client(server.origin());
    let payload = payload();

    server.faults().script(trouble(Fault::none()));
    client.webhooks().invoke(WEBHOOK, &payload).await.unwrap();
    assert_same(&server.take_requests(), 3);

    for answer in unsure_answers() {
        server.faults().script([answer, Fault::none()]);
        let error = client.webhooks().invoke(WEBHOOK, &payload).await.unwrap_err();
        assert!(error.may_have_been_sent() && !error.is_retryable(), "{error}");
        assert_same(&server.take_requests(), 1);
    }

    server.faults().script(unsure(Fault::none()));
    client.webhooks().allow_repeats().invoke(WEBHOOK, &payload).await.unwrap();
    assert_same(&server.take_requests(), 4);
}

#[tokio::test]
async fn files_from_memory_and_disk_are_sent_again_from_their_beginning() {
    let server = mock().await;
    let path = std::env::temp_dir().join(format!("compass-sdk-resent-{}.yaml", std::process::id()));
    let content = format!("openapi: 3.1.0\n# {}\n", "x".repeat(100_000));
    std::fs::write(&path, &content).unwrap();
    for file in [Upload::bytes("openapi.yaml", content.clone()), Upload::path(&path).named("openapi.yaml")] {
        server.faults().script(unsure(Fault::none()));
        client(server.origin()).api_specs(&component()).upload(file).await.unwrap();
        let requests = server.take_requests();
        assert_same(&requests, 4);
        for request in requests {
            assert_eq!(uploaded(&request).3, content.as_bytes());
        }
    }
    std::fs::remove_file(&path).unwrap();
}

#[tokio::test]
async fn a_stream_is_sent_once_even_if_it_was_turned_away() {
    let server = mock().await;
    let client = client(server.origin());
    let file = streamed("openapi.yaml", &["openapi: 3.1.0"]);
    server.faults().script([Fault::status(429), Fault::none()]);
    let error = client.api_specs(&component()).upload(file.clone()).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.is_retryable()), (429, false), "{error}");
    assert_eq!(server.take_requests().len(), 1);

    // Not even by the caller: what is gone is gone, and the error says so.
    let error = client.api_specs(&component()).upload(file).await.unwrap_err();
    assert!(error.to_string().contains("make a new one"), "{error}");
    assert_eq!(error.attempts(), 0, "{error}");
    assert!(server.take_requests().is_empty());
}
