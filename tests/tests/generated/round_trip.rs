//! Instances of every schema go through its generated type and come back as they were; what the contract rejects
//! for a missing field, a wrong type or an unknown enum value does not get in.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;
use workspace_tests::{contract, equal, instances, mutants};

use crate::types::BY_NAME;

/// How many instances are drawn for each schema.
const CASES: u32 = 256;

/// How many instances of each schema are mutated; each gives some fifty mutants.
const MUTATED: u32 = 16;

fn runner(cases: u32) -> TestRunner {
    TestRunner::new_with_rng(
        Config { cases, failure_persistence: None, ..Config::default() },
        // The same instances on every machine: a failure elsewhere is a failure here.
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    )
}

/// Where the overlays make the contract say more than its vendor's own words: mutants there are judged by hand.
fn overlay_says_more(schema: &str, pointer: &str) -> bool {
    // `30-entitlement-results.yaml` makes it an object; the vendored document lets it be anything.
    schema == "EntitlementResultDto" && pointer.is_empty()
}

#[test]
fn instances_come_back_as_they_were() {
    for (name, trip) in BY_NAME {
        let result = runner(CASES).run(&instances::of(name), |original| {
            let returned = trip(original.clone()).map_err(|error| TestCaseError::fail(format!("{name}: {error}")))?;
            contract::check(name, &returned).map_err(TestCaseError::fail)?;
            equal::same_value(name, &original, &returned).map_err(TestCaseError::fail)
        });
        result.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn what_the_contract_rejects_does_not_get_in() {
    let tried = Cell::new(0);
    for (name, trip) in BY_NAME {
        let result = runner(MUTATED).run(&instances::of(name), |instance| {
            for mutant in mutants::of(name, &instance) {
                tried.set(tried.get() + 1);
                if let Ok(read) = trip(mutant.value.clone())
                    && !overlay_says_more(name, &mutant.pointer)
                {
                    return Err(TestCaseError::fail(format!("{name}: {mutant:#?} was read as {read}")));
                }
            }
            Ok(())
        });
        result.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    // A test that found nothing to try would pass as well.
    assert!(tried.get() > 10_000, "only {} mutants", tried.get());
}

#[test]
fn results_of_entitlements_keep_the_fields_that_the_contract_does_not_list() {
    let result = serde_json::json!({"@class": "com.example.Limit", "limit": 3, "nested": {"a": [1, null]}});
    let (_, trip) = BY_NAME.iter().find(|(name, _)| *name == "EntitlementResultDto").unwrap();
    assert_eq!(trip(result.clone()).unwrap(), result);
    for not_an_object in [Value::Null, 7.into(), "x".into(), serde_json::json!(["com.example.Limit"])] {
        assert!(trip(not_an_object).is_err());
    }
}
