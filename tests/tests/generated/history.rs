//! What the drift report would have told of the contract's own history.
//!
//! The contract of 2024 had no vulnerability events, no package dependencies, and no `componentId` beside an event. It
//! is made here from the vendored one, so that nothing else differs.

use openapi_contract::{Document, Format};
use openapi_drift::report::{Colour, Report};
use serde_json::Value;

use crate::way::{self, Way};

/// The contract as it was in 2024.
fn of_2024() -> Document {
    fn remove(root: &mut Value, parent: &str, name: &str) {
        let parent = root.pointer_mut(parent).and_then(Value::as_object_mut).unwrap();
        assert!(parent.shift_remove(name).is_some(), "{name}: the contract has moved on; so has its history");
    }
    let mut root = way::vendored().into_root();
    let paths = root["paths"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for path in paths.iter().filter(|path| path.contains("/package_dependencies/")) {
        remove(&mut root, "/paths", path);
    }
    root["tags"].as_array_mut().unwrap().retain(|tag| tag["name"] != "Package Dependencies");
    remove(&mut root, "/components/schemas/CompassEventInputDto/properties", "vulnerability");
    remove(&mut root, "/components/schemas/CreateStreamlinedEventRequest/properties", "componentId");
    for schema in [
        "CompassCreateVulnerabilityEventInputDto",
        "CompassCreateVulnerabilityEventPropertiesInputDto",
        "CompassVulnerabilityEventSeverityInputDto",
    ] {
        remove(&mut root, "/components/schemas", schema);
    }
    Document::from_value(root, Format::Json).unwrap()
}

/// The report of the way there, or back.
fn report(back: bool) -> Report {
    let (then, now) = (of_2024(), way::vendored());
    let (base, revision) = if back { (now, then) } else { (then, now) };
    let names = if back { ["2026", "2024"] } else { ["2024", "2026"] };
    let changes = openapi_drift::compare(&base, &revision);
    let items = [base, revision].map(|document| Way::of(document).items());
    Report::new(names[0], names[1], changes).with_rust_items(&items[0], &items[1])
}

#[test]
fn what_has_come_since_2024() {
    let report = report(false);
    assert_eq!(report.summary().failing, 0, "nobody who wrote for the contract of 2024 was hurt");
    insta::assert_snapshot!("since_2024_text", report.to_text(Colour::None));
    insta::assert_snapshot!("since_2024_json", report.to_json());
    insta::assert_snapshot!("since_2024_markdown", report.to_markdown());
    insta::assert_snapshot!("since_2024_github", report.to_github());
    insta::assert_snapshot!("since_2024_junit", report.to_junit());
}

#[test]
fn what_going_back_to_2024_would_break() {
    insta::assert_snapshot!("back_to_2024_text", report(true).to_text(Colour::None));
}

#[test]
fn the_vendored_contract_does_not_drift_from_itself() {
    assert_eq!(openapi_drift::compare(&way::vendored(), &way::vendored()), []);
}

/// What lowering says in other words, it says without changing anything for those who use the API.
#[test]
fn the_vendored_contract_does_not_drift_from_its_lowered_self() {
    let lowered = openapi_contract::lower::lower(&way::vendored()).unwrap();
    assert_eq!(openapi_drift::compare(&way::vendored(), &lowered.document), []);
    assert_eq!(openapi_drift::compare(&lowered.document, &way::vendored()), []);
}
