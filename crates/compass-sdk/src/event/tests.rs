mod rules;
mod strategies;
mod valid;

use compass_api::types::CompassEventInputDto;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use schemars::{JsonSchema, schema_for};
use serde_json::{Value, json};

use super::*;
use crate::validation::{Rule, Violations};
use valid::{field, valid};

fn read(json: Value) -> Result<Event, Violations> {
    serde_json::from_value::<CompassEventInputDto>(json).expect("types are right").try_into()
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(2026),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn json_and_back_is_the_same_event(event in strategies::event()) {
        let text = serde_json::to_string(&event).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Event>(&text).unwrap(), &event);
    }

    #[test]
    fn every_event_that_was_built_is_one_of_the_contract(event in strategies::event()) {
        let json = serde_json::to_value(&event).unwrap();
        let wire: CompassEventInputDto = serde_json::from_value(json.clone()).unwrap();
        prop_assert_eq!(&wire, &CompassEventInputDto::from(&event));
        let kinds: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
        prop_assert_eq!(kinds, [event.kind().as_str()]);
    }

    #[test]
    fn updates_of_an_event_have_its_key(event in strategies::event()) {
        let mut json = serde_json::to_value(&event).unwrap();
        let own = &mut json[event.kind().as_str()];
        own["lastUpdated"] = json!("2000-01-01T00:00:00Z");
        if event.kind() != Kind::PullRequest {
            own["updateSequenceNumber"] = json!(i64::MAX);
            own["description"] = json!("another");
        }
        let update = read(json).unwrap();
        prop_assert_eq!(update.key(), event.key());
    }
}

#[test]
fn every_kind_is_read_with_the_others_absent_or_null() {
    for kind in Kind::ALL {
        let event = read(valid(kind)).unwrap();
        assert_eq!(event.kind(), kind);
        let mut with_nulls = valid(kind);
        for other in Kind::ALL.into_iter().filter(|other| *other != kind) {
            with_nulls[other.as_str()] = Value::Null;
        }
        assert_eq!(read(with_nulls).unwrap(), event);
    }
}

#[test]
fn every_field_of_the_contract_survives() {
    for kind in Kind::ALL {
        assert_eq!(serde_json::to_value(read(valid(kind)).unwrap()).unwrap(), valid(kind));
    }
}

#[test]
fn a_field_that_the_contract_does_not_know_is_let_pass() {
    let mut json = valid(Kind::Flag);
    json["flag"]["colour"] = json!("green");
    assert!(read(json).is_ok());
}

#[test]
fn of_two_kinds_neither_is_taken_and_both_are_checked() {
    let mut json = valid(Kind::Flag);
    json["build"] = valid(Kind::Build)["build"].take();
    json["build"]["url"] = json!("nowhere");
    json["flag"]["flagProperties"]["id"] = json!(" ");
    let violations = read(json).unwrap_err();
    let found: Vec<_> = violations.iter().map(|one| (one.path(), one.rule(), one.value())).collect();
    let expected = [
        ("event", Rule::OneKind, "of build and flag"),
        ("build.url", Rule::WebUrl, "\"nowhere\""),
        ("flag.flagProperties.id", Rule::NotBlank, "\" \""),
    ];
    assert_eq!(found, expected);
}

#[test]
fn keys_tell_events_apart_by_source_kind_and_entity() {
    let flag = read(valid(Kind::Flag)).unwrap().key();
    assert_eq!((flag.source(), flag.kind(), flag.entity()), ("tool:acme/shop", Kind::Flag, "flag-1"));
    for (pointer, value) in [("/flag/externalEventSourceId", "tool:acme/site"), ("/flag/flagProperties/id", "flag-2")] {
        let mut json = valid(Kind::Flag);
        *field(&mut json, pointer) = json!(value);
        assert_ne!(read(json).unwrap().key(), flag, "{pointer}");
    }
    let pull_request = read(valid(Kind::PullRequest)).unwrap();
    assert_eq!(pull_request.key().source(), "git@git.example.com:acme/shop");
    assert_eq!((pull_request.sequence(), pull_request.event_source()), (None, None));
    let entities = [Kind::Build, Kind::Deployment].map(|kind| read(valid(kind)).unwrap().key().entity().to_owned());
    assert_eq!(entities, ["pipeline-1", "pipeline-2"]);
}

/// The schema is the contract's, but for the choice: see `json.rs` for why no rule is in it.
#[test]
fn the_schema_takes_one_kind_and_each_as_the_contract_has_it() {
    let schema = schema_for!(Event).to_value();
    assert_eq!(schema["$defs"], schema_for!(CompassEventInputDto).to_value()["$defs"]);
    let branches = schema["oneOf"].as_array().unwrap();
    assert_eq!(branches.len(), Kind::ALL.len());
    for (branch, kind) in branches.iter().zip(Kind::ALL) {
        assert_eq!(branch["required"], json!([kind.as_str()]));
        let properties = branch["properties"].as_object().unwrap();
        assert_eq!(properties.len(), Kind::ALL.len());
        for (name, property) in properties {
            let is_null = *property == json!({ "type": "null" });
            assert_eq!(is_null, name != kind.as_str(), "{kind}: {name}");
        }
        let reference = properties[kind.as_str()]["$ref"].as_str().unwrap().to_owned();
        let mut whole = schema_for!(CompassEventInputDto).to_value();
        let choices = whole["properties"][kind.as_str()]["anyOf"].take();
        assert_eq!(choices, json!([{ "$ref": reference }, { "type": "null" }]));
    }
    assert_eq!(Event::schema_name(), "Event");
}

#[test]
fn a_request_has_the_component_or_only_the_site() {
    let text = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:component/\
                0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";
    let component: crate::ari::ComponentAri = text.parse().unwrap();
    let event = read(valid(Kind::Push)).unwrap();
    let to_component = serde_json::to_value(event.to_request(&component.clone().into())).unwrap();
    let site = component.cloud_id();
    assert_eq!(to_component, json!({ "cloudId": site, "componentId": text, "event": valid(Kind::Push) }));
    let to_source = serde_json::to_value(event.to_request(&Target::EventSource(site.clone()))).unwrap();
    assert_eq!(to_source, json!({ "cloudId": site, "event": valid(Kind::Push) }));
}
