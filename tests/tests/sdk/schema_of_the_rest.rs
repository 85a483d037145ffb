//! The schemas of `Metric` and `Config`: the one beside the contract's, the other beside what reading takes.

use std::cell::Cell;

use compass_sdk::{Config, Metric};
use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use workspace_tests::{contract, instances, mutants};

use crate::schema::{places, runner, validator_of};

/// The body of `insertMetricValue`; no overlay changes it.
const METRIC: &str = "/paths/~1compass~1v1~1metrics/post/requestBody/content/application~1json/schema";

/// Whether the schema of `T` accepts a value; it must be what `expected` says.
fn agree(ours: &Validator, value: &Value, expected: bool) -> Result<bool, TestCaseError> {
    let complaints = || ours.iter_errors(value).map(|error| error.to_string()).collect::<Vec<_>>();
    prop_assert_eq!(ours.is_valid(value), expected, "{:#}\nours: {:?}", value, complaints());
    Ok(expected)
}

/// Values that look like right ones, to be put in every place.
fn odd_values() -> [Value; 8] {
    [json!(null), json!(""), json!("1"), json!(0), json!(-1), json!(1.5), json!([null]), json!({})]
}

#[test]
fn the_schema_of_a_metric_accepts_what_the_contract_accepts_and_nothing_else() {
    let ours = validator_of::<Metric>();
    let theirs = contract::validator(METRIC);
    let (accepted, rejected) = (Cell::new(0_u32), Cell::new(0_u32));
    let judge = |metric: &Value| {
        let count = if agree(&ours, metric, theirs.is_valid(metric))? { &accepted } else { &rejected };
        count.set(count.get() + 1);
        Ok::<_, TestCaseError>(())
    };
    let check = |metric: Value| {
        judge(&metric)?;
        for mutant in mutants::candidates(METRIC, &metric) {
            judge(&mutant.value)?;
        }
        for pointer in places(&metric, "") {
            for odd in odd_values() {
                let mut metric = metric.clone();
                *metric.pointer_mut(&pointer).unwrap() = odd;
                judge(&metric)?;
            }
        }
        // Each way to say where the value goes, none, and both at once.
        for ids in [
            &[][..],
            &["metricSourceId"],
            &["metricDefinitionId", "componentId"],
            &["metricDefinitionId"],
            &["metricSourceId", "componentId"],
            &["metricSourceId", "metricDefinitionId", "componentId"],
        ] {
            let mut metric: Map<String, Value> = metric.as_object().unwrap().clone();
            metric.retain(|name, _| !name.ends_with("Id"));
            metric.extend(ids.iter().map(|name| ((*name).to_owned(), json!("an ID"))));
            judge(&metric.into())?;
        }
        Ok(())
    };
    runner().run(&instances::of(METRIC), check).unwrap_or_else(|error| panic!("{error}"));
    assert!(accepted.get() > 300 && rejected.get() > 1_000, "{} and {}", accepted.get(), rejected.get());
}

/// Numbers like `1.0` are left out: to JSON Schema that is an integer, to the reader it is none.
#[test]
fn the_schema_of_the_configuration_accepts_what_is_read_and_nothing_else() {
    let ours = validator_of::<Config>();
    let (mut accepted, mut rejected) = (0, 0);
    let mut judge = |config: &Value| {
        let is_read = serde_json::from_value::<Config>(config.clone()).is_ok();
        agree(&ours, config, is_read).unwrap_or_else(|error| panic!("{error}"));
        *if is_read { &mut accepted } else { &mut rejected } += 1;
    };
    let full = serde_json::to_value(Config::default()).unwrap();
    let large =
        [json!(100), json!(101), json!(u32::MAX), json!(u64::from(u32::MAX) + 1), json!(u64::MAX), json!("off")];
    judge(&json!({}));
    for pointer in places(&full, "") {
        for odd in odd_values().into_iter().chain(large.clone()) {
            let mut config = full.clone();
            *config.pointer_mut(&pointer).unwrap() = odd;
            judge(&config);
        }
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let mut config = full.clone();
        let object = config.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        let value = object.shift_remove(name).unwrap();
        judge(&full);
        let mut misspelled = config.clone();
        misspelled.pointer_mut(parent).unwrap()[format!("{name}s")] = value;
        judge(&config);
        judge(&misspelled);
    }
    assert!(accepted > 30 && rejected > 60, "{accepted} and {rejected}");
}
