//! What holds of any documents: none drifts from itself in other words, and none makes the comparison fall over.

#[path = "../../openapi-contract/tests/common/mod.rs"]
mod common;

use common::choices::Choices;
use common::mutate::mutate;
use common::schemas::{COMPONENTS, Generator, pool};
use jsonschema::Draft;
use openapi_contract::lower::lower;
use openapi_contract::{Document, Effect, Format};
use openapi_drift::{Change, Level, compare};
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use serde_json::{Map, Value, json};

/// A document whose operation exchanges every component in both directions.
fn document(components: &Map<String, Value>) -> Value {
    let content: Map<String, Value> = (0..COMPONENTS)
        .map(|number| {
            let schema = json!({"$ref": format!("#/components/schemas/C{number}")});
            (format!("application/c{number}"), json!({"schema": schema}))
        })
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Any", "version": "1"},
        "paths": {"/any": {"post": {
            "operationId": "any",
            "requestBody": {"content": content},
            "responses": {"200": {"description": "", "content": content}},
        }}},
        "components": {"schemas": components},
    })
}

fn read(root: Value) -> Document {
    Document::from_value(root, Format::Json).unwrap()
}

fn told(changes: &[Change]) -> String {
    changes.iter().map(|change| format!("{} {}: {}\n", change.level, change.rule, change.message)).collect()
}

/// Of what was told about a document and itself in other words, that which should not have been: nothing at all should.
/// Where the document leaves schemas out of one another, what is left may be more than the engine can tell, and then it
/// warns; that anything breaks would be wrong even there.
fn wrongly_told(changes: Vec<Change>, components: &Map<String, Value>) -> Vec<Change> {
    let text = Value::from(components.clone()).to_string();
    let leaves_out = ["\"not\"", "\"oneOf\"", "\"if\"", "\"dependent"].iter().any(|keyword| text.contains(keyword));
    changes.into_iter().filter(|change| change.level == Level::Breaking || !leaves_out).collect()
}

/// Says every schema in other words that mean the same.
fn respelled(schema: &Value) -> Value {
    let Some(members) = schema.as_object() else {
        return match schema {
            Value::Bool(true) => json!({"description": "anything"}),
            Value::Bool(false) => json!({"not": {}}),
            other => other.clone(),
        };
    };
    let mut said = Map::new();
    let mut all = Vec::new();
    for (keyword, value) in members {
        match (keyword.as_str(), value) {
            ("const", value) => all.push(json!({"enum": [value]})),
            ("type", Value::String(name)) => drop(said.insert(keyword.clone(), json!([name]))),
            ("type", Value::Array(names)) => {
                all.push(json!({"anyOf": names.iter().map(|name| json!({"type": name})).collect::<Vec<_>>()}));
            }
            ("$ref", _) => all.push(json!({"$ref": value, "title": "behind a reference"})),
            ("minimum", _) => all.push(json!({"minimum": value})),
            ("properties" | "patternProperties" | "dependentSchemas", Value::Object(schemas)) => {
                let schemas = schemas.iter().map(|(name, schema)| (name.clone(), respelled(schema)));
                said.insert(keyword.clone(), Value::Object(schemas.collect()));
            }
            ("allOf" | "anyOf" | "oneOf" | "prefixItems", Value::Array(schemas)) => {
                said.insert(keyword.clone(), schemas.iter().map(respelled).collect());
            }
            ("not" | "if" | "then" | "else" | "items" | "contains" | "propertyNames" | "additionalProperties", _) => {
                said.insert(keyword.clone(), respelled(value));
            }
            _ => drop(said.insert(keyword.clone(), value.clone())),
        }
    }
    if !all.is_empty() {
        all.push(json!({}));
        let more = said.shift_remove("allOf");
        all.extend(more.as_ref().and_then(Value::as_array).into_iter().flatten().cloned());
        said.insert("allOf".to_owned(), all.into());
    }
    said.insert("description".to_owned(), json!("in other words"));
    said.into()
}

fn lists() -> impl Strategy<Value = Vec<u16>> {
    proptest::collection::vec(any::<u16>(), 0..300)
}

fn config(cases: u32) -> ProptestConfig {
    // The same cases in every run; `SEED=7 cargo test` draws others.
    ProptestConfig {
        failure_persistence: None,
        rng_seed: common::seed(),
        max_shrink_iters: 5_000,
        ..ProptestConfig::with_cases(cases)
    }
}

proptest! {
    #![proptest_config(config(100))]

    #[test]
    fn a_document_does_not_drift_from_itself_or_from_itself_in_another_order(list in lists()) {
        let components = Generator { choices: &mut Choices::new(list), sayable: false }.components();
        let root = document(&components);
        let (base, turned) = (read(root.clone()), read(reversed_members(&root)));
        prop_assert_eq!(compare(&base, &base), []);
        let changes = compare(&base, &turned);
        prop_assert!(changes.is_empty(), "{}\n{:#}", told(&changes), root);
    }

    /// What a damaged schema refuses and the sound one accepts is found, or at least warned of.
    #[test]
    fn a_change_that_hurts_is_never_passed_over(list in lists()) {
        let mut choices = Choices::new(list);
        let base = stated(Value::Object(Generator { choices: &mut choices, sayable: true }.components()));
        let mut damaged = base.clone();
        mutate(&mut damaged, &mut choices, 1);
        let (Value::Object(base), Value::Object(damaged)) = (base, stated(damaged)) else { return Ok(()) };
        let well_formed = |schema: &Value| jsonschema::meta::is_valid(schema);
        prop_assume!(base.values().chain(damaged.values()).all(well_formed) && damaged.contains_key("C0"));
        let judge = |schemas: &Map<String, Value>| {
            let schema = json!({"$ref": "#/components/schemas/C0", "components": {"schemas": schemas}});
            let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(false);
            options.build(&schema).map_err(|error| TestCaseError::reject(error.to_string()))
        };
        let (sound, other) = (judge(&base)?, judge(&damaged)?);
        let mut generator = Generator { choices: &mut choices, sayable: true };
        let mut instances = pool();
        instances.extend((0..12).map(|_| generator.instance(&base["C0"], &base, 6)));
        let lost = instances.into_iter().find(|instance| sound.is_valid(instance) && !other.is_valid(instance));
        if let Some(lost) = lost {
            let changes = compare(&read(document(&base)), &read(document(&damaged)));
            let is_told = |change: &Change| {
                let in_request = |site: &openapi_drift::Site| site.direction == Some(openapi_drift::Direction::Request);
                change.level >= Level::Warning && change.sites.iter().any(in_request)
            };
            prop_assert!(changes.iter().any(is_told), "{lost} is lost\n{}{base:?}\n{damaged:?}", told(&changes));
        }
    }

    #[test]
    fn a_document_does_not_drift_from_itself_in_other_words(list in lists()) {
        let components = Generator { choices: &mut Choices::new(list), sayable: true }.components();
        let other: Map<String, Value> = components.iter().map(|(name, schema)| (name.clone(), respelled(schema))).collect();
        let (base, revision) = (document(&components), document(&other));
        let changes = wrongly_told(compare(&read(base.clone()), &read(revision.clone())), &components);
        prop_assert!(changes.is_empty(), "{}\n{base}\n{revision}", told(&changes));
    }

    #[test]
    fn a_document_does_not_drift_from_its_lowered_self(list in lists()) {
        let components = Generator { choices: &mut Choices::new(list), sayable: true }.components();
        let base = read(document(&components));
        let lowered = lower(&base).unwrap();
        if lowered.changes.iter().any(|change| change.effect == Effect::Widened) {
            return Err(TestCaseError::reject("widened"));
        }
        let changes = wrongly_told(compare(&base, &lowered.document), &components);
        prop_assert!(changes.is_empty(), "{}\n{}\n{}", told(&changes), base.root(), lowered.document.root());
    }
}

/// Says of every object with properties that it may have others: then contracts and JSON Schema mean the same.
fn stated(mut value: Value) -> Value {
    common::schemas::state_openness(&mut value);
    value
}

/// 10,000 pairs of a document and what damage makes of both: an answer for each, and no panic.
#[test]
fn damaged_documents_are_compared_all_the_same() {
    let everything: Value =
        serde_json::from_str(include_str!("../../openapi-contract/tests/data/everything-3.1.json")).unwrap();
    let answers = std::cell::Cell::new(0);
    let mut runner = TestRunner::new(config(10_000));
    let result = runner.run(&proptest::collection::vec(any::<u16>(), 0..60), |list| {
        let mut choices = Choices::new(list);
        let mut pair = [everything.clone(), everything.clone()];
        for root in &mut pair {
            mutate(root, &mut choices, 6);
            // Without its version it would be no document, and there would be nothing to compare.
            if let Some(members) = root.as_object_mut() {
                members.insert("openapi".to_owned(), json!("3.1.0"));
            }
        }
        let documents = pair.map(|root| Document::from_value(root, Format::Json));
        if let [Ok(base), Ok(revision)] = &documents {
            answers.set(answers.get() + 1);
            let _ = compare(base, revision);
        }
        Ok(())
    });
    assert_eq!(result, Ok(()));
    assert!(answers.get() > 8_000, "{} of 10,000 were documents at all", answers.get());
}

/// The order of members means nothing; that of elements may.
fn reversed_members(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            Value::Object(members.iter().rev().map(|(key, below)| (key.clone(), reversed_members(below))).collect())
        }
        Value::Array(elements) => elements.iter().map(reversed_members).collect(),
        other => other.clone(),
    }
}
