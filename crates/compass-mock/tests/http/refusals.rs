//! In which order requests are refused, and what is refused to all operations.

use std::time::Duration;

use compass_mock::{ManualClock, Mock};
use serde_json::json;

use crate::support::{CLOUD_ID, Call, Site, call, deployment, events, metric, metrics};

#[tokio::test]
async fn credentials_come_first() {
    let site = Site::start(Mock::builder().credentials("ada", "s3cret").credentials("bob", "other")).await;
    let wrong = events(&json!({}));
    assert_eq!(site.send(wrong.clone()).await.status, 400);
    for call in
        [wrong.clone().by_nobody(), wrong.clone().by("bob"), wrong.by("eve"), call("GET", "/nowhere").by_nobody()]
    {
        let answer = site.send(call).await;
        assert_eq!((answer.status, &*answer.text), (401, ""));
        assert_eq!(answer.header("www-authenticate"), Some("Basic realm=\"Compass\""));
    }
    assert_eq!(site.mock.received().requests().len(), 5);
}

#[tokio::test]
async fn paths_and_methods() {
    let site = Site::plain().await;
    let nothing = site.send(call("POST", "/compass/v1/event")).await;
    assert_eq!((nothing.status, &*nothing.error()), (404, "ARGUMENT_INVALID"));
    for method in ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        let answer = site.send(call(method, "/compass/v1/events")).await;
        assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")), "{method}");
        assert_eq!(answer.error(), "ARGUMENT_INVALID");
    }
    assert_eq!(site.send(call("HEAD", "/compass/v1/events")).await.status, 405);
    let two = site.send(call("GET", "/compass/v1/component/6ba7b810-9dad-41d1-80b4-00c04fd430c8/api_specs")).await;
    assert_eq!(two.header("allow"), Some("PUT, DELETE"));
}

#[tokio::test]
async fn the_cloud_id_is_told_to_everybody() {
    let site = Site::plain().await;
    let answer = site.own("GET", "/_edge/tenant_info", "").await;
    assert_eq!((answer.status, answer.json()), (200, json!({ "cloudId": CLOUD_ID })));
    let other = "11111111-2222-4333-8444-555555555555";
    let site = Site::start(Mock::builder().cloud_id(other)).await;
    assert_eq!(site.own("GET", "/_edge/tenant_info", "").await.json(), json!({ "cloudId": other }));
    assert_eq!(site.send(events(&deployment("ci", "deploy", 1))).await.error(), "CLOUD_ID_INVALID");
    let error = Mock::builder().cloud_id("mine").start().await.unwrap_err();
    assert_eq!(error.to_string(), "cloud_id: \"mine\" is no cloud ID: that is a UUID");
}

#[tokio::test]
async fn events_and_metrics_share_a_users_100_requests_a_minute() {
    let clock = ManualClock::starting_at("2026-09-01T12:00:00Z".parse().unwrap());
    let site = Site::start(Mock::builder().clock(clock.clone()).retry_after(true).forbid("eve")).await;
    for number in 0..50 {
        assert_eq!(site.send(events(&deployment("ci", "deploy", number))).await.status, 202);
        assert_eq!(site.send(metrics(&metric())).await.status, 200);
    }
    clock.advance(Duration::from_millis(500));
    // Before the contract is looked at.
    for call in [events(&json!({})), metrics(&json!({}))] {
        let answer = site.send(call).await;
        assert_eq!((answer.status, &*answer.text, answer.header("retry-after")), (429, "", Some("60")));
    }
    // Others have budgets of their own, and other operations have none.
    assert_eq!(site.send(events(&deployment("ci", "deploy", 100)).by("bob")).await.status, 202);
    let entitlements = call("POST", "/compass/v1/entitlements").json(&json!({ "entitlements": [] }));
    assert_eq!(site.send(entitlements).await.status, 200);
    clock.advance(Duration::from_millis(59_500));
    assert_eq!(site.send(metrics(&metric())).await.status, 200);
    let forbidden = site.send(events(&json!({})).by("eve")).await;
    assert_eq!((forbidden.status, &*forbidden.error()), (403, "PERMISSION_DENIED"));
}

#[tokio::test]
async fn a_429_says_nothing_unless_it_is_told_to() {
    let clock = ManualClock::starting_at("2026-09-01T12:00:00Z".parse().unwrap());
    let site = Site::start(Mock::builder().clock(clock.clone())).await;
    let unlimited = Site::start(Mock::builder().clock(clock).rate_limit(false)).await;
    for _ in 0..100 {
        assert_eq!(site.send(metrics(&metric())).await.status, 200);
        assert_eq!(unlimited.send(metrics(&metric())).await.status, 200);
    }
    let refused = site.send(metrics(&metric())).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, None));
    assert_eq!(unlimited.send(metrics(&metric())).await.status, 200);
}

#[tokio::test]
async fn a_body_beyond_all_measure_is_not_read_to_its_end() {
    let site = Site::plain().await;
    let large =
        Call { body: Some(("application/json".to_owned(), vec![b' '; 33 * 1024 * 1024])), ..events(&json!({})) };
    // The client may have its answer, or find the connection closed before it could write all.
    if let Ok(answer) = site.try_send(large).await {
        assert_eq!((answer.status, &*answer.error()), (413, "CONSTRAINT_VIOLATION"));
    }
    let requests = site.mock.received().requests();
    assert_eq!((requests.len(), requests[0].body.len()), (1, 0));
}
