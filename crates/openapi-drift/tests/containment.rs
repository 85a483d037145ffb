//! The engine against a judge that knows nothing of it: the crate `jsonschema`, on random schemas and instances.

#[path = "../../openapi-contract/tests/common/mod.rs"]
mod common;

use std::panic::AssertUnwindSafe;

use common::choices::Choices;
use common::mutate::mutate;
use common::schemas::{COMPONENTS, Generator, pool, state_openness};
use jsonschema::{Draft, Validator};
use openapi_contract::{Document, Format, Pointer};
use openapi_drift::{Containment, Direction, containment};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use serde_json::{Map, Value, json};

/// Instances made to fit each schema, besides the fixed ones.
const GUIDED: usize = 12;

fn validator(components: &Map<String, Value>, name: &str) -> Result<Validator, TestCaseError> {
    let schema = json!({
        "$ref": format!("#/components/schemas/{name}"),
        "components": {"schemas": components},
    });
    let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(false);
    options.build(&schema).map_err(|error| TestCaseError::reject(error.to_string()))
}

/// The judge's verdict. Once in some hundred thousand schemas with circles of references, jsonschema 0.61.2 panics
/// itself; such a case says nothing.
fn accepts(validator: &Validator, instance: &Value) -> Result<bool, TestCaseError> {
    let verdict = std::panic::catch_unwind(AssertUnwindSafe(|| validator.is_valid(instance)));
    verdict.map_err(|_| TestCaseError::reject("the validator panics"))
}

fn document(components: &Map<String, Value>) -> Document {
    let root = json!({"openapi": "3.1.0", "info": {}, "paths": {}, "components": {"schemas": components}});
    Document::from_value(root, Format::Json).unwrap()
}

struct Asked {
    within: usize,
    beyond: usize,
    unknown: usize,
}

/// Asks whether each component accepts what its damaged self does, both ways, and checks the answers.
fn check(list: Vec<u16>, sayable: bool, asked: &mut Asked) -> Result<(), TestCaseError> {
    let mut choices = Choices::new(list);
    let base = Generator { choices: &mut choices, sayable }.components();
    let mut damaged = Value::Object(base.clone());
    mutate(&mut damaged, &mut choices, 2);
    let mut base = Value::Object(base);
    state_openness(&mut base);
    state_openness(&mut damaged);
    let (Value::Object(base), Value::Object(damaged)) = (base, damaged) else { return Ok(()) };
    let (old, new) = (document(&base), document(&damaged));
    for number in 0..COMPONENTS {
        let name = format!("C{number}");
        if !damaged.contains_key(&name) || !base.contains_key(&name) {
            continue;
        }
        // The judge counts on schemas that are well-formed: it takes `required: [a, a]` for two names.
        if !(jsonschema::meta::is_valid(&base[&name]) && damaged.values().all(jsonschema::meta::is_valid)) {
            continue;
        }
        let sides = [(&old, &base, validator(&base, &name)?), (&new, &damaged, validator(&damaged, &name)?)];
        let mut instances = pool();
        let mut generator = Generator { choices: &mut choices, sayable };
        let guided: Vec<Value> = (0..GUIDED).map(|_| generator.instance(&base[&name], &base, 6)).collect();
        for instance in guided {
            // And one that is nearly right.
            let mut spoilt = json!([instance]);
            mutate(&mut spoilt, &mut choices, 1);
            instances.extend(spoilt.as_array().cloned().unwrap_or_default());
            instances.push(instance);
        }
        let pointer = Pointer::from_tokens(["components", "schemas", &name]);
        for ((sender, sender_schemas, sends), (reader, reader_schemas, receives)) in
            [(&sides[0], &sides[1]), (&sides[1], &sides[0])]
        {
            let told = || {
                format!(
                    "{name}\nsender: {}\nreader: {}",
                    Value::from((*sender_schemas).clone()),
                    Value::from((*reader_schemas).clone())
                )
            };
            match containment((sender, &pointer), (reader, &pointer), Direction::Request) {
                Some(Containment::Within) => {
                    asked.within += 1;
                    for instance in &instances {
                        let is_lost = accepts(sends, instance)? && !accepts(receives, instance)?;
                        prop_assert!(!is_lost, "said to be within, but {instance} is not: {}", told());
                    }
                }
                Some(Containment::Beyond(proof)) => {
                    asked.beyond += 1;
                    let proven = accepts(sends, &proof)? && !accepts(receives, &proof)?;
                    prop_assert!(proven, "no proof: {proof} for {}", told());
                }
                Some(Containment::Unknown) => asked.unknown += 1,
                None => return Err(TestCaseError::fail("both sides have the component")),
            }
        }
    }
    Ok(())
}

fn run(sayable: bool) -> Asked {
    let mut asked = Asked { within: 0, beyond: 0, unknown: 0 };
    let config = ProptestConfig {
        failure_persistence: None,
        rng_seed: common::seed(),
        max_shrink_iters: 20_000,
        ..ProptestConfig::with_cases(300)
    };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let lists = proptest::collection::vec(any::<u16>(), 0..300);
    let counts = std::cell::RefCell::new(&mut asked);
    let result = runner.run(&lists, |list| check(list, sayable, &mut counts.borrow_mut()));
    if let Err(error) = result {
        panic!("{error}");
    }
    println!("within {}, beyond {}, unknown {}", asked.within, asked.beyond, asked.unknown);
    asked
}

#[test]
fn answers_about_any_schema_hold() {
    run(false);
}

#[test]
fn answers_about_common_keywords_hold_and_are_seldom_open() {
    let asked = run(true);
    assert!(asked.unknown * 10 < asked.within + asked.beyond, "more than one in ten stays open");
}

/// An instance that cannot be held against an opaque keyword is no proof, and no sign of there being none either.
#[test]
fn null_beside_an_opaque_keyword_is_not_passed_over() {
    let schema = |types: Value| {
        let opaque = json!({"unevaluatedProperties": false, "anyOf": [{"prefixItems": [true]}], "type": types});
        document(&Map::from_iter([("C0".to_owned(), opaque)]))
    };
    let pointer = Pointer::from_tokens(["components", "schemas", "C0"]);
    let (sender, reader) = (schema(json!("null")), schema(json!("object")));
    let answer = containment((&sender, &pointer), (&reader, &pointer), Direction::Request);
    assert_ne!(answer, Some(Containment::Within));
}
