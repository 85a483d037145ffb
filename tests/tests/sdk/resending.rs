//! What is sent again is the same.

use compass_api::Operation;
use compass_sdk::{Upload, event::Kind};
use serde_json::json;
use workspace_tests::loopback::{Answer, Request, Server};

use crate::{
    calls::{self, WEBHOOK, call, payload, streamed},
    client, component, events,
};

/// The request is turned away, so that everybody may come again, then success.
fn trouble(success: Answer) -> [Answer; 3] {
    [Answer::empty(429), Answer::empty(429).with_header("retry-after", "1"), success]
}

fn unsure(success: Answer) -> [Answer; 4] {
    [Answer::empty(500), Answer::nothing(), Answer::with_body(502, "text/html", "<html>").cut(), success]
}

/// After which nobody knows what was done. When to come again is no word about that.
fn unsure_answers() -> impl Iterator<Item = Answer> {
    let later = Answer::empty(503).with_header("retry-after", "1");
    unsure(Answer::nothing()).into_iter().take(3).chain([later, Answer::empty(499)])
}

fn recorded() -> Answer {
    Answer::json(200, &json!({ "metricSourceId": "source", "value": 1, "timestamp": "2026-09-01T12:00:00Z" }))
}

/// Nothing differs, credentials included, but for the boundary of a form, which is new for each.
fn assert_same(requests: &[Request], count: usize) {
    assert_eq!(requests.len(), count);
    for request in requests {
        assert_eq!(request.transcript(), requests[0].transcript());
    }
}

#[tokio::test]
async fn events_are_sent_again_byte_for_byte() {
    let server = Server::start().await;
    for kind in Kind::ALL {
        server.script(unsure(Answer::empty(202)));
        client(server.origin()).events().send(&component().into(), &events::full(kind)).await.unwrap();
        let requests = server.take_requests();
        assert_same(&requests, 4);
        assert!(requests.iter().all(|request| request.body == requests[0].body), "{kind}");
    }
}

#[tokio::test]
async fn deletes_and_reads_are_sent_again() {
    let server = Server::start().await;
    let attachment =
        json!({ "lastModifiedAt": "2026-09-01T12:00:00Z", "name": "report", "url": "https://files.example.com/1" });
    for (operation, body) in [
        (Operation::DeleteAttachment, json!(null)),
        (Operation::DeleteApiSpec, json!("deleted")),
        (Operation::DeleteLockFile, json!("deleted")),
        (Operation::GetAttachment, attachment),
        (Operation::EvaluateEntitlements, json!({ "entitlements": {} })),
    ] {
        server.script(unsure(Answer::json(200, &body)));
        let result = call(&client(server.origin()), operation).await;
        assert_same(&server.take_requests(), 4);
        result.unwrap_or_else(|error| panic!("{operation}: {error}"));
    }
}

#[tokio::test]
async fn a_metric_is_sent_again_only_if_it_was_turned_away_or_may_arrive_twice() {
    let server = Server::start().await;
    let client = client(server.origin());
    let metric = calls::metric();

    server.script(trouble(recorded()));
    client.metrics().insert(&metric).await.unwrap();
    assert_same(&server.take_requests(), 3);

    for answer in unsure_answers() {
        server.script([answer, recorded()]);
        let error = client.metrics().insert(&metric).await.unwrap_err();
        assert!(error.may_have_been_sent() && !error.is_retryable(), "{error}");
        assert_same(&server.take_requests(), 1);
    }

    server.script(unsure(recorded()));
    client.metrics().allow_repeats().insert(&metric).await.unwrap();
    assert_same(&server.take_requests(), 4);
}

#[tokio::test]
async fn a_webhook_is_sent_again_only_if_it_was_turned_away_or_may_arrive_twice() {
    let server = Server::start().await;
    let client = client(server.origin());
    let payload = payload();

    server.script(trouble(Answer::empty(202)));
    client.webhooks().invoke(WEBHOOK, &payload).await.unwrap();
    assert_same(&server.take_requests(), 3);

    for answer in unsure_answers() {
        server.script([answer, Answer::empty(202)]);
        let error = client.webhooks().invoke(WEBHOOK, &payload).await.unwrap_err();
        assert!(error.may_have_been_sent() && !error.is_retryable(), "{error}");
        assert_same(&server.take_requests(), 1);
    }

    server.script(unsure(Answer::empty(202)));
    client.webhooks().allow_repeats().invoke(WEBHOOK, &payload).await.unwrap();
    assert_same(&server.take_requests(), 4);
}

#[tokio::test]
async fn files_from_memory_and_disk_are_sent_again_from_their_beginning() {
    let server = Server::start().await;
    let path = std::env::temp_dir().join(format!("compass-sdk-resent-{}.yaml", std::process::id()));
    let content = format!("openapi: 3.1.0\n# {}\n", "x".repeat(100_000));
    std::fs::write(&path, &content).unwrap();
    for file in [Upload::bytes("openapi.yaml", content.clone()), Upload::path(&path).named("openapi.yaml")] {
        server.script(unsure(Answer::json(200, &json!("stored"))));
        client(server.origin()).api_specs(&component()).upload(file).await.unwrap();
        let requests = server.take_requests();
        assert_same(&requests, 4);
        for request in requests {
            assert_eq!(request.form().await[0].content, content.as_bytes());
        }
    }
    std::fs::remove_file(&path).unwrap();
}

#[tokio::test]
async fn a_stream_is_sent_once_even_if_it_was_turned_away() {
    let server = Server::start().await;
    let client = client(server.origin());
    let file = streamed("openapi.yaml", &["openapi: 3.1.0"]);
    server.script([Answer::empty(429), Answer::json(200, &json!("stored"))]);
    let error = client.api_specs(&component()).upload(file.clone()).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.is_retryable()), (429, false), "{error}");
    assert_eq!(server.take_requests().len(), 1);

    // Not even by the caller: what is gone is gone, and the error says so.
    let error = client.api_specs(&component()).upload(file).await.unwrap_err();
    assert!(error.to_string().contains("make a new one"), "{error}");
    assert_eq!(error.attempts(), 0, "{error}");
    assert!(server.take_requests().is_empty());
}
