//! The site's cloud ID.

use std::fmt::Write as _;
use std::time::Duration;

use compass_mock::Fault;
use compass_sdk::{
    Compass, RetryPolicy,
    clock::Clock as _,
    event::{Kind, Target},
};
use serde_json::json;

use crate::{
    EMAIL, PREFIX, TOKEN, builder, client, clock, cloud_id, component, events, mock, support::TakeRequest,
    unlucky::NOBODY,
};

#[tokio::test]
async fn the_site_is_asked_once_for_all_clones_and_without_credentials() {
    let server = mock().await;
    let client = client(server.origin());
    for client in [client.clone(), client.clone(), client] {
        assert_eq!(client.site().cloud_id().await.unwrap(), cloud_id());
    }
    let request = server.take_request();
    assert_eq!((request.method.as_str(), &*request.target), ("GET", "/_edge/tenant_info"));
    assert!(request.headers.get("authorization").is_none(), "{:?}", request.headers);
    assert!(request.body.is_empty());
}

#[tokio::test]
async fn those_who_ask_at_the_same_time_ask_once() {
    let server = mock().await;
    let client = client(server.origin());
    let asked = (0..8).map(|_| {
        let client = client.clone();
        async move { client.site().cloud_id().await.unwrap() }
    });
    assert_eq!(futures_util::future::join_all(asked).await, vec![cloud_id(); 8]);
    assert_eq!(server.take_requests().len(), 1);
}

#[tokio::test]
async fn a_cloud_id_that_was_given_is_not_asked_for() {
    let server = mock().await;
    let client = builder(server.origin(), &clock()).cloud_id(cloud_id()).build().unwrap();
    assert_eq!(client.site().cloud_id().await.unwrap(), cloud_id());
    assert!(server.take_requests().is_empty());
}

/// A client that asks once.
fn once(origin: impl AsRef<str>) -> Compass {
    builder(origin.as_ref(), &clock()).retry(RetryPolicy::never()).build().unwrap()
}

/// The other tests have a client of their own.
#[tokio::test]
async fn the_default_http_client_follows_no_redirect_and_needs_no_proxy_to_this_machine() {
    let (server, elsewhere) = (mock().await, mock().await);
    server.faults().script([Fault::status(307).with_header("location", elsewhere.origin())]);
    let base_url = format!("{}{PREFIX}", server.origin());
    let client = Compass::builder().base_url(base_url).credentials(EMAIL, TOKEN).build().unwrap();
    let target = Target::Component(component());
    let error = client.events().send(&target, &events::full(Kind::Flag)).await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(307), "{error}");
    assert_eq!((server.take_requests().len(), elsewhere.take_requests().len()), (1, 0));
}

#[tokio::test]
async fn what_may_pass_is_asked_again() {
    let server = mock().await;
    let busy = Fault::status(429).with_header("retry-after", "7");
    server.faults().script([Fault::closed(), Fault::status(503), busy, Fault::none()]);
    let clock = clock();
    let client = builder(server.origin(), &clock).build().unwrap();
    let start = clock.now();
    assert_eq!(client.site().cloud_id().await.unwrap(), cloud_id());
    assert_eq!(server.take_requests().len(), 4);
    let waited = clock.now().saturating_sub(start);
    assert!(waited >= Duration::from_secs(7), "{waited:?}");
}

#[tokio::test]
async fn a_failure_is_not_kept() {
    let server = mock().await;
    server.faults().script([Fault::status(503), Fault::none()]);
    let client = once(server.origin());
    assert!(client.site().cloud_id().await.unwrap_err().is_retryable());
    assert_eq!(client.site().cloud_id().await.unwrap(), cloud_id());
}

#[tokio::test]
async fn what_else_the_site_tells_is_passed_over() {
    let server = mock().await;
    server.faults().script([Fault::status(200).json(&json!({ "more": 1, "cloudId": cloud_id() }))]);
    assert_eq!(client(server.origin()).site().cloud_id().await.unwrap(), cloud_id());
}

#[tokio::test]
async fn bad_answers_are_these_errors() {
    let server = mock().await;
    let answers = [
        ("404 without a body", Fault::status(404)),
        ("429", Fault::status(429)),
        ("503 with HTML", Fault::status(503).with_body("text/html", "<html>Sorry</html>")),
        ("302", Fault::status(302).with_header("location", "https://elsewhere.example/login")),
        ("200 without a body", Fault::status(200)),
        ("200 with HTML", Fault::status(200).with_body("text/html", "<html>Log in</html>")),
        ("200 with other JSON", Fault::status(200).json(&json!({ "id": 1 }))),
        ("200 with a number", Fault::status(200).json(&json!({ "cloudId": 1 }))),
        ("200 with no UUID", Fault::status(200).json(&json!({ "cloudId": "example" }))),
        ("200, body cut off", Fault::none().cut()),
        ("no answer", Fault::closed()),
    ];
    let mut table = String::new();
    for (name, answer) in answers {
        server.faults().script([answer]);
        let error = once(server.origin()).site().cloud_id().await.unwrap_err();
        let _ = writeln!(table, "{name}\n  {:?}, retryable: {}\n    {error}", error.kind(), error.is_retryable());
        assert_eq!(server.take_requests().len(), 1, "{name}");
    }
    let error = once(NOBODY).site().cloud_id().await.unwrap_err();
    let _ = writeln!(table, "no connection\n  {:?}, retryable: {}\n    {error}", error.kind(), error.is_retryable());
    insta::assert_snapshot!("cloud_id", table);
}
