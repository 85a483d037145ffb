use super::*;

const SITE: &str = "6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30";
const FIRST: &str = "0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11";
const SECOND: &str = "B1F4A8D2-93c6-4d5e-a7c0-1e2d3c4b5a69";

fn text(resource: &str) -> String {
    format!("ari:cloud:compass:{SITE}:{resource}/{FIRST}/{SECOND}")
}

fn message(text: &str) -> String {
    text.parse::<MetricSourceAri>().expect_err(text).to_string()
}

#[test]
fn each_resource_takes_its_own_text_and_keeps_it() {
    let component: ComponentAri = text("component").parse().unwrap();
    assert_eq!(component.to_string(), text("component"));
    assert_eq!(component.cloud_id().as_str(), SITE);
    assert_eq!(component.uuid(), SECOND, "as given, capitals and all");
    assert!(text("metric-source").parse::<MetricSourceAri>().is_ok());
    assert!(text("metric-definition").parse::<MetricDefinitionAri>().is_ok());
}

#[test]
fn a_component_is_no_metric_source() {
    let message = message(&text("component"));
    assert!(message.contains("is the ARI of a component, not of a metric-source"), "{message}");
    assert!(message.ends_with("expected is ari:cloud:compass:<cloudId>:metric-source/<uuid>/<uuid>"), "{message}");
}

#[test]
fn every_error_says_what_is_wrong() {
    let cases = [
        (SECOND.to_owned(), "is a bare UUID; write the whole ARI"),
        (String::new(), "does not begin with `ari:cloud:compass:`"),
        (format!(" {}", text("metric-source")), "does not begin with"),
        ("ari:cloud:compass:".to_owned(), "ends before the resource"),
        (text("metric-source").replace(SITE, "example"), "has \"example\" where the site's cloud ID"),
        (text("metric-source").replace(FIRST, ""), "where two UUIDs with a `/` between belong"),
        (text("metric-source").replace(&format!("/{SECOND}"), ""), "where two UUIDs"),
        (format!("{}/{FIRST}", text("metric-source")), "where two UUIDs"),
        (format!("{}\n", text("metric-source")), "where two UUIDs"),
        (text("metric-source").replace('-', ""), "has \""),
        (text("{metric-source}"), "is the ARI of a {metric-source}"),
    ];
    for (text, part) in cases {
        let message = message(&text);
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn a_long_text_is_shortened_in_the_message_only() {
    let long = "x".repeat(10_000);
    let error = long.parse::<ComponentAri>().unwrap_err();
    assert_eq!(error.text(), long);
    assert!(error.to_string().len() < 400);
}

#[test]
fn json_is_the_text() {
    let json = serde_json::Value::from(text("component"));
    let component: ComponentAri = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&component).unwrap(), json);
    let error = serde_json::from_value::<MetricSourceAri>(json).unwrap_err();
    assert!(error.to_string().contains("not of a metric-source"), "{error}");
}
