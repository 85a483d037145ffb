use std::{cell::RefCell, collections::BTreeSet};

use chrono::{DateTime, Utc};
use proptest::{prelude::*, test_runner::TestCaseError};
use serde_json::Value;
use workspace_tests::{contract, instances};

use crate::runner;

const CASES: u32 = 256;

fn accepted_by_the_contract(schema: &str) {
    runner(CASES)
        .run(&instances::of(schema), |instance| {
            contract::check(schema, &instance).map_err(TestCaseError::fail)?;
            let text = instance.to_string();
            let read: Value = serde_json::from_str(&text).map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(read, instance);
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{schema}: {failure}"));
}

#[test]
fn the_contract_accepts_every_instance_of_every_component_schema() {
    for schema in contract::schema_names() {
        accepted_by_the_contract(schema);
    }
}

/// Parameters and bodies, as far as they are JSON: a file inside a multipart body is not.
#[test]
fn the_contract_accepts_every_instance_of_every_schema_of_an_operation() {
    let (mut json, mut files) = (0, 0);
    for pointer in operation_schemas(contract::schema("/paths"), "/paths") {
        if contract::schema(&pointer).pointer("/properties/file/format").is_some_and(|format| format == "binary") {
            files += 1;
        } else {
            accepted_by_the_contract(&pointer);
            json += 1;
        }
    }
    assert_eq!((json, files), (64, 3));
}

fn operation_schemas(value: &Value, pointer: &str) -> Vec<String> {
    let step = |token: &str| format!("{pointer}/{}", token.replace('~', "~0").replace('/', "~1"));
    match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(
                |(name, value)| {
                    if name == "schema" { vec![step(name)] } else { operation_schemas(value, &step(name)) }
                },
            )
            .collect(),
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.flat_map(|(at, value)| operation_schemas(value, &step(&at.to_string()))).collect()
        }
        _ => Vec::new(),
    }
}

/// Lower case `t` and `z` included: chrono reads them, so that they may be drawn.
#[test]
fn chrono_reads_every_date_time_and_writes_the_same_instant() {
    let schema = "/components/schemas/Attachment/properties/lastModifiedAt";
    runner(4096)
        .run(&instances::of(schema), |drawn| {
            let read: DateTime<Utc> =
                serde_json::from_value(drawn.clone()).map_err(|error| TestCaseError::fail(error.to_string()))?;
            let written = serde_json::to_value(read).map_err(|error| TestCaseError::fail(error.to_string()))?;
            contract::check(schema, &written).map_err(TestCaseError::fail)?;
            workspace_tests::equal::same_value(schema, &drawn, &written).map_err(TestCaseError::fail)
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
}

/// What a schema gives in many draws, by a name for what matters about each value.
fn drawn(schema: &str, name: fn(&Value) -> &'static str) -> BTreeSet<&'static str> {
    let seen = RefCell::new(BTreeSet::new());
    runner(2048)
        .run(&instances::of(schema), |instance| {
            seen.borrow_mut().insert(name(&instance));
            Ok(())
        })
        .expect("no case fails");
    seen.into_inner()
}

#[test]
fn optional_properties_are_present_absent_and_null() {
    let seen = drawn("ErrorDto", |error| match error.get("type") {
        None => "absent",
        Some(Value::Null) => "null",
        Some(_) => "present",
    });
    assert_eq!(seen, BTreeSet::from(["absent", "null", "present"]));
}

#[test]
fn an_enum_that_does_not_list_null_is_never_null() {
    let pointer = "/components/schemas/CompassAlertEventPropertiesInputDto/properties/status";
    assert!(contract::schema(pointer)["type"].as_array().is_some_and(|types| types.contains(&"null".into())));
    assert_eq!(drawn(pointer, |value| if value.is_null() { "null" } else { "listed" }), BTreeSet::from(["listed"]));
}

#[test]
fn all_branches_of_all_of_bind() {
    let seen = drawn("InsertMetricByMetricSourceRequestDto", |metric| match metric.get("timestamp") {
        Some(Value::Null) => "null, which only one branch allows",
        None | Some(_) => "absent or a string",
    });
    assert_eq!(seen, BTreeSet::from(["absent or a string"]));
}

#[test]
fn texts_are_empty_long_quoted_and_controlled() {
    let seen =
        drawn("/components/schemas/Attachment/properties/name", |text| match text.as_str().unwrap_or_default() {
            "" => "empty",
            long if long.chars().count() >= 1000 => "long",
            quoted if quoted.contains('"') => "quoted",
            controlled if controlled.contains(|one: char| one < ' ') => "controlled",
            wide if !wide.is_ascii() => "wide",
            _ => "plain",
        });
    assert_eq!(seen.len(), 6, "{seen:?}");
}

#[test]
fn doubles_are_tiny_huge_whole_and_negative_zero() {
    let seen = drawn("/components/schemas/InsertMetricRequestDto/properties/value", |number| {
        match number.as_f64().unwrap_or_default() {
            _ if !number.is_f64() => "integer",
            zero if zero.to_bits() == (-0.0_f64).to_bits() => "negative zero",
            tiny if tiny.abs() < 1e-300 => "tiny",
            huge if huge.abs() > 1e300 => "huge",
            _ => "other",
        }
    });
    assert_eq!(seen.len(), 5, "{seen:?}");
}

#[test]
#[should_panic(expected = "/info: the keyword \"version\" has no meaning here yet")]
fn an_unknown_keyword_is_named_with_its_place() {
    let _ = instances::of("/info");
}
