//! Lock files, API specifications, attachments, webhooks and entitlements.

use compass_mock::{FileOutcome, Mock};
use serde_json::{Value, json};

use crate::support::{COMPONENT_ID, Call, Site, call};

fn lock_file(name: &str, content: &str) -> Call {
    let query = format!("sourceId=a%2Fb&baseSourceUrl=https%3A%2F%2Fe.com&componentId={COMPONENT_ID}");
    call("PUT", format!("/compass/v1/package_dependencies/lock_file?{query}")).file(name, "application/json", content)
}

fn spec(name: &str, media_type: &str, content: &str) -> Call {
    call("PUT", format!("/compass/v1/component/{COMPONENT_ID}/api_specs")).file(name, media_type, content)
}

fn attachment(method: &'static str) -> Call {
    call(method, format!("/compass/v1/component/{COMPONENT_ID}/app/any/attachment/a%2Fb"))
}

#[tokio::test]
async fn lock_files() {
    let site = Site::plain().await;
    let large = |length: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(length - 8));
    for (name, content, status) in [
        ("package-lock.json", "{}".to_owned(), 200),
        ("package-lock.json", large(1_999_999), 200),
        ("package-lock.json", large(2_000_000), 422),
        ("package-lock.json", "[]".to_owned(), 422),
        ("package-lock.json", "{".to_owned(), 422),
        ("Package-lock.json", "{}".to_owned(), 422),
        ("yarn.lock", "{}".to_owned(), 422),
    ] {
        assert_eq!(site.send(lock_file(name, &content)).await.status, status, "{name} {}", content.len());
    }
    let outcomes = || site.mock.received().files().iter().map(|file| file.outcome).collect::<Vec<_>>();
    assert_eq!(outcomes(), [FileOutcome::Replaced, FileOutcome::Stored]);
    let files = serde_json::to_value(&*site.mock.received().files()[1]).unwrap();
    assert_eq!(
        (&files["kind"], &files["sourceId"], &files["length"]),
        (&"lockFile".into(), &"a/b".into(), &1_999_999.into())
    );

    let delete = call("DELETE", format!("/compass/v1/package_dependencies/lock_file/{COMPONENT_ID}/YS9i"));
    for _ in 0..2 {
        assert_eq!(site.send(delete.clone()).await.status, 200);
    }
    assert_eq!(outcomes(), [FileOutcome::Replaced, FileOutcome::Deleted]);
}

#[tokio::test]
async fn api_specifications() {
    let site = Site::plain().await;
    for (name, media_type, content, status) in [
        ("a.yaml", "application/octet-stream", "openapi: 3.1.0\ninfo: {}", 200),
        ("a.json", "application/json", "{\"swagger\": \"2.0\"}", 200),
        ("a", "application/json", "{\"swagger\": \"2.0\"}", 200),
        ("a.yaml", "text/yaml", "info: {}", 400),
        ("a.yaml", "text/yaml", "a: [", 400),
        ("a.json", "application/json", "[]", 400),
        ("a.xml", "application/json", "{\"swagger\": \"2.0\"}", 422),
        ("a.txt", "text/plain", "openapi: 3.1.0", 422),
    ] {
        assert_eq!(site.send(spec(name, media_type, content)).await.status, status, "{name} {media_type} {content}");
    }
}

#[tokio::test]
async fn attachments_are_disabled_unless_enabled() {
    let site = Site::plain().await;
    for call in [attachment("GET"), attachment("DELETE"), attachment("PUT").file("a.json", "application/json", "{}")] {
        assert_eq!(site.send(call).await.status, 403);
    }
    let site = Site::start(Mock::builder().attachments(true)).await;
    assert_eq!(site.send(attachment("GET")).await.status, 404);
    let stored = site.send(attachment("PUT").file("a.xml", "text/plain", "<a/>")).await.json();
    assert_eq!(stored["name"], "a/b");
    assert_eq!(site.send(attachment("GET")).await.json(), stored);
    let url = stored["url"].as_str().unwrap().strip_prefix(site.mock.origin()).unwrap();
    let content = site.own("GET", url, "").await;
    assert_eq!((content.status, &*content.text), (200, "<a/>"));
    // The feed page has the same origin.
    assert_eq!(content.header("content-type"), Some("application/octet-stream"));
    let empty = site.send(attachment("DELETE")).await;
    assert_eq!((empty.status, &*empty.text), (200, ""));
    assert_eq!(site.send(attachment("DELETE")).await.status, 404);
}

#[tokio::test]
async fn webhooks_need_no_credentials() {
    let site = Site::plain().await;
    for payload in [json!({ "object_kind": "push" }), json!("text"), json!([1])] {
        let call = call("POST", "/compass/v1/webhooks/a%20b").json(&payload).by_nobody();
        assert_eq!(site.send(call).await.status, 202);
    }
    let calls = site.mock.received().webhooks();
    assert_eq!((&*calls[0].webhook_id, &calls[0].payload), ("a b", &json!({ "object_kind": "push" })));
    assert_eq!(calls.len(), 3);
}

#[tokio::test]
async fn entitlements_are_granted_unless_told_otherwise() {
    let site = Site::listed().await;
    let call = call("POST", "/compass/v1/entitlements").json(&json!({ "entitlements": ["asked", "other"] }));
    let results: Value = site.send(call).await.json();
    let expected = json!({ "entitlements": {
        "asked": { "@class": "Told", "value": 7 },
        "other": { "@class": "BooleanEntitlement", "value": true },
    } });
    assert_eq!(results, expected);
}

/// schemathesis found that they were answered with a 500, or with a status that the contract does not have.
#[tokio::test]
async fn a_form_that_is_missing_and_a_component_that_is_no_uuid_are_refused_as_declared() {
    let site = Site::plain().await;
    let path = format!("/compass/v1/component/{COMPONENT_ID}/api_specs");
    assert_eq!(site.send(call("PUT", path)).await.status, 400);
    let path = "/compass/v1/component/no-uuid/api_specs".to_owned();
    assert_eq!(site.send(call("DELETE", path)).await.status, 404);
}
