//! Lowering of whole documents: what surrounds the schemas, real contracts, and damaged ones.
#![allow(clippy::needless_pass_by_value, reason = "json! makes values, and they read best in place")]

mod common;

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU16, Ordering};

use common::choices::Choices;
use common::mutate::mutate;
use common::oas30::to_draft_4;
use openapi_contract::overlay::Overlay;
use openapi_contract::{Document, Effect, ErrorKind, Format, Outcome, SpecVersion, lower::lower};
use serde_json::{Value, json};

const COMPASS: &str = include_str!("../../../openapi/compass-v1.json");
const EVERYTHING: &str = include_str!("data/everything-3.1.json");

/// Documents that are damaged and taken through all stages.
const DAMAGED: u16 = 10_000;

fn lowered(root: Value) -> Outcome {
    lower(&Document::from_value(root, Format::Json).unwrap()).unwrap()
}

fn rules(outcome: &Outcome) -> Vec<(&'static str, &str, Effect)> {
    let changes = outcome.changes.iter().filter(|change| change.rule != "version");
    changes.map(|change| (change.rule, change.pointer.as_str(), change.effect)).collect()
}

use Effect::{Dropped, Equivalent, Widened};

#[test]
fn a_3_0_document_comes_back_as_it_is() {
    let document = Document::parse(r#"{"openapi": "3.0.1", "components": {"schemas": {"A": {"const": 1}}}}"#).unwrap();
    let outcome = lower(&document).unwrap();
    assert_eq!((outcome.document, outcome.changes), (document, vec![]));
}

#[test]
fn a_document_without_paths_gets_none() {
    let outcome = lowered(json!({"openapi": "3.1.0", "info": {}}));
    assert_eq!(outcome.document.root(), &json!({"openapi": "3.0.3", "info": {}, "paths": {}}));
    assert_eq!(rules(&outcome), [("paths-missing", "", Equivalent)]);
}

#[test]
fn what_3_0_does_not_have_goes_with_a_word() {
    let outcome = lowered(json!({
        "openapi": "3.1.1",
        "jsonSchemaDialect": "https://example.com/dialect",
        "info": {"summary": "s", "license": {"name": "Mine", "identifier": "LicenseRef-Mine", "url": "https://example.com"}},
        "paths": {},
        "webhooks": {},
    }));
    let info = json!({"license": {"name": "Mine", "url": "https://example.com"}});
    assert_eq!(outcome.document.root(), &json!({"openapi": "3.0.3", "info": info, "paths": {}}));
    assert_eq!(
        rules(&outcome),
        [
            ("dialect", "/jsonSchemaDialect", Dropped),
            ("info-summary", "/info/summary", Dropped),
            ("license-identifier", "/info/license/identifier", Dropped),
            ("webhooks", "/webhooks", Dropped),
        ]
    );
    let license = lowered(json!({"openapi": "3.1.0", "info": {"license": {"identifier": "MIT"}}})).document.into_root();
    assert_eq!(license["info"]["license"], json!({"url": "https://spdx.org/licenses/MIT.html"}));
}

#[test]
fn mutual_tls_leaves_no_requirement_behind() {
    let outcome = lowered(json!({
        "openapi": "3.1.0",
        "security": [{"tls": []}, {"key": ["reader"], "tls": []}, {"oauth": ["read"]}],
        "paths": {},
        "components": {"securitySchemes": {
            "tls": {"$ref": "#/components/securitySchemes/real"},
            "real": {"type": "mutualTLS"},
            "key": {"type": "apiKey"},
            "oauth": {"type": "oauth2"},
        }},
    }));
    let root = outcome.document.root();
    assert_eq!(root["security"], json!([{}, {"key": []}, {"oauth": ["read"]}]));
    assert_eq!(root["components"]["securitySchemes"], json!({"key": {"type": "apiKey"}, "oauth": {"type": "oauth2"}}));
    assert_eq!(
        rules(&outcome),
        [
            ("mutual-tls", "/security/0/tls", Widened),
            ("security-roles", "/security/1/key", Dropped),
            ("mutual-tls", "/security/1/tls", Widened),
            ("mutual-tls", "/components/securitySchemes/tls", Dropped),
            ("mutual-tls", "/components/securitySchemes/real", Dropped),
        ]
    );
}

#[test]
fn path_items_stand_where_they_were_referred_to() {
    let outcome = lowered(json!({
        "openapi": "3.1.0",
        "paths": {"/a": {"$ref": "#/components/pathItems/A", "summary": "Own."}},
        "components": {"pathItems": {
            "A": {"$ref": "#/components/pathItems/B", "summary": "A."},
            "B": {"get": {"responses": {}, "parameters": [{"schema": {"const": 1}}]}, "summary": "B."},
        }},
    }));
    assert_eq!(
        outcome.document.root()["paths"]["/a"],
        json!({"summary": "Own.", "get": {"responses": {}, "parameters": [{"schema": {"type": "integer", "enum": [1]}}]}}),
    );
    assert_eq!(outcome.document.root()["components"], json!({}));
    assert_eq!(
        rules(&outcome),
        [
            ("reference-inlined", "/paths/~1a/$ref", Equivalent),
            ("path-items", "/components/pathItems", Equivalent),
            ("reference-inlined", "/components/pathItems/A/$ref", Equivalent),
            ("const-to-enum", "/components/pathItems/B/get/parameters/0/schema/const", Equivalent),
        ]
    );
}

#[test]
fn path_items_in_a_circle_end_somewhere() {
    let outcome = lowered(json!({
        "openapi": "3.1.0",
        "paths": {"/a": {"$ref": "#/components/pathItems/A"}},
        "components": {"pathItems": {"A": {"post": {"responses": {}, "callbacks": {"c": {
            "{$url}": {"$ref": "#/components/pathItems/A"},
        }}}}}},
    }));
    assert_eq!(outcome.document.root()["paths"]["/a"]["post"]["callbacks"]["c"]["{$url}"], json!({}));
    assert!(rules(&outcome).iter().any(|(rule, _, effect)| (*rule, *effect) == ("reference-circle", Dropped)));
}

#[test]
fn path_items_that_multiply_are_refused() {
    let mut items = serde_json::Map::new();
    for number in 0..40 {
        let next = json!({"$ref": format!("#/components/pathItems/P{}", number + 1)});
        let callbacks = json!({"one": {"a": next, "b": next}});
        items.insert(format!("P{number}"), json!({"post": {"responses": {}, "callbacks": callbacks}}));
    }
    items.insert("P40".to_owned(), json!({}));
    let root = json!({
        "openapi": "3.1.0",
        "paths": {"/a": {"$ref": "#/components/pathItems/P0"}},
        "components": {"pathItems": items},
    });
    let error = lower(&Document::from_value(root, Format::Json).unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Contract);
    assert!(error.pointer().is_some());
}

#[test]
fn operations_and_references_say_what_3_0_wants() {
    let outcome = lowered(json!({"openapi": "3.1.0", "paths": {"/a": {
        "get": {"parameters": [{"$ref": "#/components/parameters/P", "description": "d", "summary": "s"}]},
    }}}));
    assert_eq!(
        outcome.document.root()["paths"]["/a"]["get"],
        json!({
            "parameters": [{"$ref": "#/components/parameters/P"}],
            "responses": {"default": {"description": "Any response."}},
        })
    );
}

#[test]
fn components_that_hold_no_objects_cannot_take_schemas() {
    let root = json!({"openapi": "3.1.0", "components": 5, "paths": {"/a": {"get": {"parameters": [
        {"schema": {"$defs": {"a": {}}, "$ref": "#/paths/~1a/get/parameters/0/schema/$defs/a"}},
    ]}}}});
    let error = lower(&Document::from_value(root, Format::Json).unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Contract);
}

#[test]
fn the_compass_contract_loses_nothing_and_can_be_read_as_3_0() {
    let outcome = lower(&Document::parse(COMPASS).unwrap()).unwrap();
    assert!(outcome.changes.iter().all(|change| change.effect == Equivalent), "{:#?}", outcome.changes);
    serde_json::from_value::<openapiv3::OpenAPI>(outcome.document.root().clone()).unwrap();
    for (name, schema) in outcome.document.root()["components"]["schemas"].as_object().unwrap() {
        let translated = std::panic::catch_unwind(|| to_draft_4(schema));
        assert!(translated.is_ok(), "{name} holds what 3.0 does not have");
    }
}

#[test]
fn a_document_with_everything_can_be_read_as_3_0() {
    let outcome = lower(&Document::parse(EVERYTHING).unwrap()).unwrap();
    serde_json::from_value::<openapiv3::OpenAPI>(outcome.document.root().clone()).unwrap();
    for schema in outcome.document.root()["components"]["schemas"].as_object().unwrap().values() {
        to_draft_4(schema);
    }
}

#[test]
fn lowering_twice_is_lowering_once() {
    for text in [COMPASS, EVERYTHING] {
        let once = lower(&Document::parse(text).unwrap()).unwrap().document;
        assert_eq!(once.version(), SpecVersion::V3_0);
        let twice = lower(&once).unwrap();
        assert_eq!((twice.document, twice.changes), (once, vec![]));
    }
}

#[test]
fn changes_come_in_document_order() {
    let document = Document::parse(EVERYTHING).unwrap();
    let outcome = lower(&document).unwrap();
    let text = document.root().to_string();
    assert!(text.len() > 1_000);
    let tops: Vec<_> = outcome.changes.iter().filter_map(|change| change.pointer.tokens().next()).collect();
    let mut order = tops.clone();
    let keys: Vec<_> = document.root().as_object().unwrap().keys().cloned().collect();
    order.sort_by_key(|top| keys.iter().position(|key| key == top));
    assert_eq!(tops, order);
}

/// Corrections that meet something in most documents, and now and then something that they do not fit.
const CORRECTIONS: &str = r#"
overlay: 1.1.0
info: {title: Corrections, version: 1.0.0}
actions:
  - {target: "$.paths.*.*", update: {x-seen: true}}
  - {target: "$.components.schemas[?@.properties]", update: {properties: {extra: {type: [string, "null"]}}}}
  - {target: "$..required", update: [extra]}
  - {target: "$.paths.*.*.responses['429']", remove: true}
  - {target: "$.info", copy: "$.components"}
"#;

#[test]
fn damaged_documents_go_through_all_stages_or_are_refused_and_never_panic() {
    let corrections = Overlay::parse(CORRECTIONS).unwrap();
    let whole: Vec<Value> = [EVERYTHING, COMPASS].iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    let refused = AtomicU16::new(0);
    let damage_and_lower = |seed: u16| {
        // The small document has every keyword, the large one is the real thing.
        let mut damaged = whole[usize::from(seed % 20 == 19)].clone();
        let list = (0..200_u16).map(|number| (seed ^ number.wrapping_mul(40_503)).wrapping_mul(27_655).rotate_left(5));
        mutate(&mut damaged, &mut Choices::new(list.collect()), 6);
        // A document without its version is refused at once; those are not what this is about.
        if let Some(root) = damaged.as_object_mut() {
            root.insert("openapi".to_owned(), "3.1.0".into());
        }
        let format = if seed.is_multiple_of(10) { Format::Yaml } else { Format::Json };
        let all_stages = || {
            let document = Document::parse(&format.print(&damaged))?;
            // What does not fit a damaged document is refused; then it goes on as it is.
            let corrected = corrections.apply(&document).map_or(document, |applied| applied.document);
            lower(&corrected)
        };
        let Ok(result) = std::panic::catch_unwind(AssertUnwindSafe(all_stages)) else {
            panic!("damaged document {seed} panics:\n{damaged}")
        };
        match result {
            Ok(outcome) => assert_eq!(outcome.document.version(), SpecVersion::V3_0),
            Err(_) => drop(refused.fetch_add(1, Ordering::Relaxed)),
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| (0..DAMAGED / 2).for_each(damage_and_lower));
        scope.spawn(|| (DAMAGED / 2..DAMAGED).for_each(damage_and_lower));
    });
    let refused = refused.into_inner();
    assert!(refused < DAMAGED / 10, "{refused} were refused");
}

#[test]
fn documents_as_deep_as_they_may_be_fit_the_stack_of_a_thread() {
    for (open, close) in [
        ("{\"not\":", "}"),
        ("{\"if\":", ",\"then\":false}"),
        ("{\"properties\":{\"a\":", "}}"),
        ("{\"oneOf\":[", "]}"),
    ] {
        let levels = 120 / open.matches(['{', '[']).count();
        let schema = format!("{}{{\"type\":\"null\"}}{}", open.repeat(levels), close.repeat(levels));
        let text = format!("{{\"openapi\":\"3.1.0\",\"components\":{{\"schemas\":{{\"A\":{schema}}}}}}}");
        let document = Document::parse(&text).unwrap();
        let thread = std::thread::Builder::new().stack_size(2 << 20);
        thread.spawn(move || lower(&document).map(drop)).unwrap().join().unwrap().unwrap();
    }
}
