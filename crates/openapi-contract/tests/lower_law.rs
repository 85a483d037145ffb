//! The law of lowering, on random schemas and instances: what a 3.1 schema accepts, the lowered one accepts; and
//! where no widening was reported, it accepts nothing else.

mod common;

use std::panic::AssertUnwindSafe;

use common::choices::Choices;
use common::oas30::to_draft_4;
use common::schemas::{COMPONENTS, Generator, pool};
use jsonschema::{Draft, Validator};
use openapi_contract::{Document, Effect, Format, lower::lower};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use serde_json::{Map, Value, json};

/// Instances made to fit each schema, besides the fixed ones.
const GUIDED: usize = 8;

fn validator(draft: Draft, components: &Map<String, Value>, name: &str) -> Result<Validator, String> {
    let schema = json!({
        "allOf": [{"$ref": format!("#/components/schemas/{name}")}],
        "components": {"schemas": components},
    });
    let options = jsonschema::options().with_draft(draft).should_validate_formats(false);
    options.build(&schema).map_err(|error| format!("{error}\nin {schema:#}"))
}

/// The validator's verdict. Once in some hundred thousand schemas with circles of references, jsonschema 0.61.2 panics
/// itself ("pending schema target dropped"); such a case says nothing about lowering.
fn verdict(validator: &Validator, instance: &Value) -> Result<bool, TestCaseError> {
    let verdict = std::panic::catch_unwind(AssertUnwindSafe(|| validator.is_valid(instance)));
    verdict.map_err(|_| TestCaseError::reject("the validator panics"))
}

fn check(list: Vec<u16>, sayable: bool) -> Result<(), TestCaseError> {
    let mut choices = Choices::new(list);
    let components = Generator { choices: &mut choices, sayable }.components();
    let document = json!({"openapi": "3.1.0", "info": {}, "paths": {}, "components": {"schemas": components}});
    let document = Document::from_value(document, Format::Json).unwrap();
    let outcome = lower(&document).unwrap();
    let lowered = outcome.document.root()["components"]["schemas"].as_object().unwrap();
    let draft_4: Map<String, Value> = lowered.iter().map(|(name, schema)| (name.clone(), to_draft_4(schema))).collect();
    let widened: Vec<_> = outcome.changes.iter().filter(|change| change.effect == Effect::Widened).collect();
    if sayable {
        prop_assert!(
            widened.iter().all(|change| change.rule == "if-dropped"),
            "3.0 can say this exactly:\n{components:#?}\n{widened:#?}"
        );
    }
    for number in 0..COMPONENTS {
        let name = format!("C{number}");
        let before = validator(Draft::Draft202012, &components, &name).map_err(TestCaseError::reject)?;
        let after = validator(Draft::Draft4, &draft_4, &name).map_err(TestCaseError::fail)?;
        let mut instances = pool();
        let mut generator = Generator { choices: &mut choices, sayable };
        instances.extend((0..GUIDED).map(|_| generator.instance(&components[&name], &components, 6)));
        for instance in instances {
            let (was, is) = (verdict(&before, &instance)?, verdict(&after, &instance)?);
            let told = || {
                format!(
                    "{name}, instance {instance}\nbefore: {:#}\nafter: {:#}\nchanges: {:#?}",
                    Value::from(components.clone()),
                    Value::from(lowered.clone()),
                    outcome.changes,
                )
            };
            prop_assert!(is || !was, "narrowed: {}", told());
            prop_assert!(was == is || !widened.is_empty(), "widened without a word: {}", told());
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, max_shrink_iters: 20_000, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn lowering_never_narrows_a_schema(list in proptest::collection::vec(any::<u16>(), 0..300)) {
        check(list, false)?;
    }

    #[test]
    fn what_3_0_can_say_is_said_exactly(list in proptest::collection::vec(any::<u16>(), 0..300)) {
        check(list, true)?;
    }
}
