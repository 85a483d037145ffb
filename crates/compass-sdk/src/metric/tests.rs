use serde_json::json;

use compass_api::types::InsertMetricValueBody;

use super::*;

const SITE: &str = "6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30";

fn ari(resource: &str) -> String {
    let (first, second) = ("0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11", "b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69");
    format!("ari:cloud:compass:{SITE}:{resource}/{first}/{second}")
}

fn source() -> MetricSourceAri {
    ari("metric-source").parse().unwrap()
}

fn document() -> Value {
    json!({ "version": 1, "type": "doc", "content": [] })
}

fn body(metric: &Metric) -> Value {
    serde_json::to_value(InsertMetricValueBody::from(metric)).unwrap()
}

#[test]
fn a_value_to_a_metric_source_has_every_field() {
    let metric = Metric::builder()
        .target(source())
        .value(-0.5)
        .timestamp("2026-09-01T12:00:00Z".parse().unwrap())
        .title("Coverage")
        .url("https://ci.example.com/".parse().unwrap())
        .annotation(document())
        .build()
        .unwrap();
    let expected = json!({
        "annotation": document().to_string(), "metricSourceId": ari("metric-source"),
        "timestamp": "2026-09-01T12:00:00Z", "title": "Coverage", "url": "https://ci.example.com/", "value": -0.5,
    });
    assert_eq!(body(&metric), expected);
    assert_eq!(metric.target().cloud_id().as_str(), SITE);
}

#[test]
fn a_value_to_a_definition_names_the_component() {
    let target = (ari("metric-definition").parse().unwrap(), ari("component").parse().unwrap());
    let metric = Metric::builder().target(target).value(1.0).build().unwrap();
    let expected = json!({
        "componentId": ari("component"), "metricDefinitionId": ari("metric-definition"), "value": 1.0,
    });
    assert_eq!(body(&metric), expected);
    assert_eq!(metric.target().cloud_id().as_str(), SITE);
}

#[test]
fn values_that_json_cannot_say_are_refused() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let violations = Metric::builder().target(source()).value(value).build().unwrap_err();
        assert!(violations.to_string().ends_with(&format!("is {value} [finite-number]")), "{violations}");
    }
    for value in [f64::MAX, f64::MIN_POSITIVE, -0.0] {
        assert!(Metric::builder().target(source()).value(value).build().is_ok(), "{value}");
    }
}

#[test]
fn an_annotation_is_a_document() {
    let others = [
        json!("a note"),
        json!({}),
        json!([document()]),
        json!({ "version": 1, "type": "paragraph", "content": [] }),
        json!({ "type": "doc", "content": [] }),
        json!({ "version": 1, "type": "doc" }),
    ];
    for annotation in others {
        let metric = Metric::builder().target(source()).value(1.0).annotation(annotation.clone()).build();
        let violations = metric.expect_err(&annotation.to_string());
        let found: Vec<_> = violations.iter().map(|one| (one.path(), one.rule())).collect();
        assert_eq!(found, [("annotation", Rule::AtlassianDocument)]);
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let violations = Metric::builder()
        .target(source())
        .value(f64::NAN)
        .timestamp(DateTime::<Utc>::MAX_UTC)
        .annotation(json!("a note"))
        .build()
        .unwrap_err();
    let found: Vec<_> = violations.iter().map(|one| (one.path(), one.rule())).collect();
    let expected =
        [("value", Rule::FiniteNumber), ("timestamp", Rule::FourDigitYear), ("annotation", Rule::AtlassianDocument)];
    assert_eq!(found, expected);
}

#[test]
fn written_and_read_again() {
    let target = (ari("metric-definition").parse().unwrap(), ari("component").parse().unwrap());
    let whole = Metric::builder().target(source()).value(0.1).title("Coverage").annotation(document()).build().unwrap();
    for metric in [whole, Metric::builder().target(target).value(1.0).build().unwrap()] {
        let text = serde_json::to_string(&metric).unwrap();
        assert_eq!(serde_json::from_str::<Metric>(&text).unwrap(), metric);
    }
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let json = json!({
        "metricSourceId": ari("component"), "value": 1, "url": "/relative", "annotation": "no document",
    });
    let error = serde_json::from_value::<Metric>(json).unwrap_err().to_string();
    for expected in ["3 rules are broken", "metricSourceId: ", "[ari]", "url: ", "[web-url]", "[atlassian-document]"] {
        assert!(error.contains(expected), "{expected}: {error}");
    }
}

#[test]
fn a_body_says_in_one_way_where_the_value_goes() {
    let read = |fields: Value| serde_json::from_value::<Metric>(fields).unwrap_err().to_string();
    let (source, definition, component) = (ari("metric-source"), ari("metric-definition"), ari("component"));
    let both = json!({
        "metricSourceId": source, "metricDefinitionId": definition, "componentId": component, "value": 1
    });
    for (body, value) in [(both, "with all three"), (json!({ "value": 1 }), "without them"), (json!([1]), "no object")]
    {
        let expected = format!(
            "1 rule is broken:\n  metric: must have a metricSourceId, or a metricDefinitionId and a componentId; is {value} \
             [one-target]"
        );
        assert_eq!(read(body), expected);
    }
    assert_eq!(read(json!({ "metricSourceId": source })), "missing field `value`");
    assert_eq!(read(json!({ "metricDefinitionId": definition, "value": 1 })), "missing field `componentId`");
}
