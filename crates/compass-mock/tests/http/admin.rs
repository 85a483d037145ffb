//! The mock's own routes.

use serde_json::json;

use crate::support::{CLOUD_ID, Site, call, component, deployment, events, metric, metrics};

#[tokio::test]
async fn events_are_listed_by_their_outcome() {
    let site = Site::listed().await;
    for number in [1, 2, 2] {
        site.send(events(&deployment("ci", "deploy", number))).await;
    }
    site.send(events(&deployment("ci", "other", 9))).await;
    let mut listed = site.own("GET", "/__mock/events", "").await.json();
    let ids = |list: &str| listed[list].as_array().unwrap().iter().map(|event| event["id"].clone()).collect::<Vec<_>>();
    assert_eq!(
        (ids("saved"), ids("superseded"), ids("ignored")),
        (vec![4.into(), 2.into()], vec![1.into()], vec![3.into()])
    );
    let received_at = listed["saved"][0]["receivedAt"].take();
    assert_eq!(received_at.as_str().unwrap().len(), "2026-11-24T10:20:30.123Z".len());
    let expected = json!({
        "id": 4, "receivedAt": null, "outcome": "saved", "reason": null, "kind": "deployment",
        "key": "[\"ci\",\"deployment\",\"other\"]", "componentId": component(), "componentName": "shop",
        "eventSource": "ci", "entity": "other", "sequenceNumber": 9, "cloudId": CLOUD_ID, "user": "ada",
        "event": deployment("ci", "other", 9)["event"]["deployment"],
    });
    assert_eq!(listed["saved"][0], expected);
    let names = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&listed["saved"][0]), names(&expected));
}

#[tokio::test]
async fn what_arrived_is_listed_and_forgotten() {
    let site = Site::plain().await;
    site.send(events(&deployment("ci", "deploy", 1))).await;
    site.send(metrics(&metric())).await;
    site.send(call("POST", "/compass/v1/webhooks/hook").json(&json!(1))).await;
    let spec = call("PUT", "/compass/v1/component/6ba7b810-9dad-41d1-80b4-00c04fd430c8/api_specs");
    site.send(spec.file("a.json", "application/json", "{\"openapi\":1}")).await;
    let length = async |list: &str| {
        let listed = site.own("GET", &format!("/__mock/{list}"), "").await.json();
        listed[if list == "events" { "saved" } else { list }].as_array().unwrap().len()
    };
    for (list, before) in [("events", 1), ("metrics", 1), ("webhooks", 1), ("files", 1), ("requests", 4)] {
        assert_eq!(length(list).await, before, "{list}");
        assert_eq!(site.own("DELETE", &format!("/__mock/{list}"), "").await.status, 204);
        assert_eq!(length(list).await, 0, "{list}");
    }
    // The sequence numbers are forgotten with the events.
    site.send(events(&deployment("ci", "deploy", 1))).await;
    assert_eq!(length("events").await, 1);
    site.own("POST", "/__mock/faults", r#"{"status":503}"#).await;
    assert_eq!(site.own("DELETE", "/__mock", "").await.status, 204);
    assert_eq!((length("events").await, length("requests").await), (0, 0));
    assert_eq!(site.own("GET", "/__mock/faults", "").await.json(), json!({ "faults": [] }));
}

#[tokio::test]
async fn credentials_are_not_shown() {
    let site = Site::plain().await;
    site.send(events(&deployment("ci", "deploy", 1))).await;
    let listed = site.own("GET", "/__mock/requests", "").await;
    assert!(!listed.text.contains("YWRhOnMzY3JldA") && !listed.text.contains("s3cret"), "{listed:?}");
    let request = &listed.json()["requests"][0];
    assert!(request["headers"].as_array().unwrap().contains(&json!(["authorization", "***"])), "{request}");
    assert_eq!((&request["method"], &request["target"]), (&"POST".into(), &"/gateway/api/compass/v1/events".into()));
    assert_eq!(request["body"], deployment("ci", "deploy", 1).to_string());
}

#[tokio::test]
async fn faults_by_route() {
    let site = Site::plain().await;
    let fault = r#"{"next":1,"status":503,"retryAfter":7,"operation":"createCompassEvent"}"#;
    let added = site.own("POST", "/__mock/faults", fault).await;
    let expected = json!({ "faults": [{
        "next": 1, "operation": "createCompassEvent", "status": 503, "headers": [["retry-after", "7"]], "body": "",
    }] });
    assert_eq!((added.status, added.json()), (200, expected));
    assert_eq!(site.send(metrics(&metric())).await.status, 200);
    let met = site.send(events(&deployment("ci", "deploy", 1))).await;
    assert_eq!((met.status, met.header("retry-after")), (503, Some("7")));
    site.own("POST", "/__mock/faults", r#"{"rate":1,"reset":"before"}"#).await;
    assert!(site.try_send(metrics(&metric())).await.is_err());
    assert_eq!(site.own("DELETE", "/__mock/faults", "").await.status, 204);
    assert_eq!(site.send(metrics(&metric())).await.status, 200);
    for wrong in [r#"{"statuss":503}"#, "", "503"] {
        let answer = site.own("POST", "/__mock/faults", wrong).await;
        assert_eq!((answer.status, &*answer.error()), (400, "ARGUMENT_INVALID"), "{wrong}");
    }
}

#[tokio::test]
async fn other_routes() {
    let site = Site::plain().await;
    assert_eq!(site.own("GET", "/__mock/health", "").await.json(), json!({ "status": "ok" }));
    assert_eq!(site.own("POST", "/__mock/save", "").await.status, 409);
    for path in ["/__mock/nothing", "/__mock/files/1", "/__mock/files/x", "/favicon.ico"] {
        assert_eq!(site.own("GET", path, "").await.status, 404, "{path}");
    }
    assert_eq!(site.own("POST", "/__mock/events", "").await.status, 405);
    // None of that is on record.
    assert!(site.mock.received().requests().is_empty());
}

#[tokio::test]
async fn the_live_stream_tells_what_arrives() {
    let site = Site::plain().await;
    let url = format!("{}/__mock/stream", site.mock.origin());
    let mut stream = site.client.get(url).send().await.unwrap();
    site.send(events(&deployment("ci", "deploy", 1))).await;
    site.mock.reset();
    let mut told = String::new();
    while !told.contains("event: reset") {
        told.push_str(std::str::from_utf8(&stream.chunk().await.unwrap().unwrap()).unwrap());
    }
    let event = told.split("event: received\ndata: ").nth(1).unwrap().lines().next().unwrap();
    let event: serde_json::Value = serde_json::from_str(event).unwrap();
    assert_eq!((&event["id"], &event["outcome"]), (&1.into(), &"saved".into()));
    // And does not keep the mock from stopping.
    site.mock.stop().await.unwrap();
    assert_eq!(stream.chunk().await.unwrap(), None);
}
