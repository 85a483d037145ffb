//! What becomes of metric values.

use compass_mock::{ManualClock, Mock};
use serde_json::{Value, json};

use crate::support::{COMPONENT_ID, OTHER_ID, Site, ari, component, metric, metrics};

fn by_definition(definition: &str, component: &str) -> Value {
    json!({ "metricDefinitionId": definition, "componentId": component, "value": 1 })
}

#[tokio::test]
async fn values_are_answered_as_they_were_sent() {
    let clock = ManualClock::starting_at("2026-09-01T12:00:00Z".parse().unwrap());
    let site = Site::start(Mock::builder().clock(clock)).await;
    let mut sent = metric();
    for _ in 0..2 {
        let answer = site.send(metrics(&sent)).await;
        assert_eq!(answer.status, 200);
        let now = "2026-09-01T12:00:00.000Z";
        let expected =
            json!({ "metricSourceId": sent["metricSourceId"], "value": 7.5, "timestamp": now, "annotation": null });
        assert_eq!(answer.json(), expected);
    }
    (sent["value"], sent["timestamp"]) = (3.into(), "2026-08-31T23:00:00+02:00".into());
    (sent["annotation"], sent["title"]) = ("{}".into(), "Coverage".into());
    let answer = site.send(metrics(&sent)).await;
    assert!(answer.text.contains("\"value\":3,"), "{answer:?}");
    assert_eq!((&answer.json()["timestamp"], &answer.json()["annotation"]), (&sent["timestamp"], &sent["annotation"]));

    let received = site.mock.received().metrics();
    assert_eq!(received.len(), 3, "a repeat is stored again");
    assert_eq!((received[2].title.as_deref(), &*received[2].user), (Some("Coverage"), "ada"));
}

#[tokio::test]
async fn a_definition_and_a_component_make_a_source() {
    let site = Site::plain().await;
    let sent = by_definition(&ari("metric-definition", OTHER_ID), &component());
    let [first, second] = [site.send(metrics(&sent)).await.json(), site.send(metrics(&sent)).await.json()];
    let source = first["metricSourceId"].as_str().unwrap();
    assert!(source.contains(":metric-source/"), "{source}");
    assert_eq!(second["metricSourceId"], source);
    // And it is one that values can be sent to.
    assert_eq!(site.send(metrics(&json!({ "metricSourceId": source, "value": 2 }))).await.status, 200);
    assert_eq!(site.mock.received().metrics()[0].component_id, Some(component()));
}

#[tokio::test]
async fn wrong_and_unknown_ids() {
    let site = Site::listed().await;
    let definition = ari("metric-definition", COMPONENT_ID);
    assert_eq!(site.send(metrics(&by_definition(&definition, &component()))).await.status, 200);
    let source = |id: &str| json!({ "metricSourceId": id, "value": 1 });
    for (sent, status, error) in [
        (source(&component()), 400, "ARGUMENT_INVALID"),
        (source("coverage"), 400, "ARGUMENT_INVALID"),
        (source(&ari("metric-source", OTHER_ID)), 404, "ARGUMENT_INVALID"),
        (source(&ari("metric-source", COMPONENT_ID).replace("c0ffee00", "decaf000")), 400, "CLOUD_ID_INVALID"),
        (by_definition(&component(), &component()), 400, "ARGUMENT_INVALID"),
        (by_definition(&definition, COMPONENT_ID), 400, "ARGUMENT_INVALID"),
        (by_definition(&definition, &ari("component", OTHER_ID)), 404, "COMPONENT_NOT_FOUND"),
        (by_definition(&ari("metric-definition", OTHER_ID), &component()), 404, "ARGUMENT_INVALID"),
    ] {
        let answer = site.send(metrics(&sent)).await;
        assert_eq!((answer.status, &*answer.error()), (status, error), "{sent}");
    }
    assert_eq!(site.mock.received().metrics().len(), 1);
}
