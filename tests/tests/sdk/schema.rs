//! The schema of `Event` beside the contract's.

use std::{cell::Cell, sync::LazyLock};

use compass_sdk::{Event, event::Kind};
use jsonschema::{Draft, Validator};
use proptest::{
    prelude::*,
    test_runner::{Config, RngSeed, TestRunner},
};
use schemars::JsonSchema;
use serde_json::{Map, Value, json};
use workspace_tests::{contract, instances, mutants};

/// How many instances are drawn for each kind.
const CASES: u32 = 48;

/// With the formats that the contract's validators check, too.
static VALIDATOR: LazyLock<Validator> = LazyLock::new(validator_of::<Event>);

pub(crate) fn validator_of<T: JsonSchema>() -> Validator {
    let schema = schemars::schema_for!(T).to_value();
    jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true).build(&schema).unwrap()
}

pub(crate) fn runner() -> TestRunner {
    let seed = RngSeed::Fixed(2026);
    TestRunner::new(Config { cases: CASES, rng_seed: seed, failure_persistence: None, ..Config::default() })
}

/// The schema of a kind in the contract.
fn schema_of(kind: Kind) -> String {
    let property = contract::schema(&format!("/components/schemas/CompassEventInputDto/properties/{kind}"));
    property["oneOf"][0]["$ref"].as_str().unwrap().to_owned()
}

/// What the contract says in its schema, and beside it in words: exactly one kind.
fn contract_accepts(event: &Value) -> bool {
    let kinds = event.as_object().map_or(0, |event| {
        Kind::ALL.iter().filter(|kind| event.get(kind.as_str()).is_some_and(|kind| !kind.is_null())).count()
    });
    kinds == 1 && contract::validator("CompassEventInputDto").is_valid(event)
}

/// Holds the two against each other, and says what they say.
fn agree(event: &Value) -> Result<bool, TestCaseError> {
    let (ours, theirs) = (VALIDATOR.is_valid(event), contract_accepts(event));
    let complaints = || VALIDATOR.iter_errors(event).map(|error| error.to_string()).collect::<Vec<_>>();
    prop_assert_eq!(ours, theirs, "{:#}\nours: {:?}", event, complaints());
    Ok(theirs)
}

/// Runs a check on valid events of each kind.
fn for_each_kind(check: impl Fn(Kind, Value) -> Result<(), TestCaseError>) {
    for kind in Kind::ALL {
        let result = runner().run(&instances::of(&schema_of(kind)), |own| check(kind, own));
        result.unwrap_or_else(|error| panic!("{kind}: {error}"));
    }
}

#[test]
fn the_schema_accepts_what_the_contract_accepts() {
    for_each_kind(|kind, own| {
        let event = json!({ kind.as_str(): own });
        prop_assert!(agree(&event)?);
        // The other kinds as null, and what the contract does not know.
        let mut event: Map<String, Value> = Kind::ALL.iter().map(|other| (other.to_string(), Value::Null)).collect();
        event.insert(kind.to_string(), own);
        event.insert("unknown".to_owned(), json!({ "a": [1] }));
        prop_assert!(agree(&event.into())?);
        Ok(())
    });
}

#[test]
fn the_schema_rejects_what_the_contract_rejects() {
    let rejected = Cell::new(0);
    for_each_kind(|kind, own| {
        for mutant in mutants::candidates(&schema_of(kind), &own) {
            let is_accepted = agree(&json!({ kind.as_str(): mutant.value }))?;
            rejected.set(rejected.get() + usize::from(!is_accepted));
        }
        Ok(())
    });
    // A test that found nothing to reject would pass as well.
    assert!(rejected.get() > 10_000, "only {}", rejected.get());
}

/// Null is where contract and generated types differ most easily, so that it is tried everywhere; and so are absence and
/// words that look like the right ones, at every place, whatever the contract says of it.
#[test]
fn both_judge_null_absence_and_odd_values_alike_at_every_place() {
    let (accepted, rejected) = (Cell::new(0), Cell::new(0));
    for_each_kind(|kind, own| {
        let event = json!({ kind.as_str(): own });
        for pointer in places(&event, "") {
            for value in
                [json!(null), json!(""), json!("P1"), json!("ONE"), json!(0), json!(1.0), json!(-0.5), json!([null])]
            {
                let mut odd = event.clone();
                *odd.pointer_mut(&pointer).unwrap() = value;
                let count = if agree(&odd)? { &accepted } else { &rejected };
                count.set(count.get() + 1);
            }
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            let mut without = event.clone();
            if let Some(Value::Object(parent)) = without.pointer_mut(parent) {
                parent.shift_remove(name);
                agree(&without)?;
            }
        }
        Ok(())
    });
    assert!(accepted.get() > 5_000 && rejected.get() > 5_000, "{} and {}", accepted.get(), rejected.get());
}

/// The pointers of all values within a value; the names of the contract need no escapes.
pub(crate) fn places(value: &Value, pointer: &str) -> Vec<String> {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (format!("{pointer}/{name}"), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(at, item)| (format!("{pointer}/{at}"), item)).collect(),
        _ => Vec::new(),
    };
    let mut all = Vec::new();
    for (pointer, value) in children {
        all.extend(places(value, &pointer));
        all.push(pointer);
    }
    all
}

#[test]
fn none_and_two_kinds_are_rejected() {
    let flag = instance(Kind::Flag);
    let build = instance(Kind::Build);
    for event in [
        json!({}),
        json!({ "flag": null }),
        json!({ "flag": flag.clone(), "build": build.clone() }),
        json!({ "unknown": flag.clone() }),
        json!([flag.clone()]),
        json!(null),
        json!("flag"),
        json!({ "flag": build, "build": flag }),
    ] {
        assert!(!agree(&event).unwrap(), "{event}");
        assert!(serde_json::from_value::<Event>(event.clone()).is_err(), "{event}");
    }
}

/// One of each kind, by chance.
fn instance(kind: Kind) -> Value {
    instances::of(&schema_of(kind)).new_tree(&mut runner()).unwrap().current()
}

/// These fields may be absent and, in the contract, not null: it names null as their type, but not among their values. The
/// generated types read null there as absent; the schema says what the contract says.
#[test]
fn null_is_rejected_where_the_contract_does_not_list_it_among_the_values() {
    for (kind, pointer) in [
        (Kind::Alert, "/alert/alertProperties/priority"),
        (Kind::Alert, "/alert/alertProperties/status"),
        (Kind::Incident, "/incident/incidentProperties/severity/level"),
    ] {
        let mut event = serde_json::to_value(crate::events::full(kind)).unwrap();
        assert!(agree(&event).unwrap(), "{pointer}");
        *event.pointer_mut(pointer).unwrap() = Value::Null;
        assert!(!agree(&event).unwrap(), "{pointer}");
    }
}

/// The rules of `Event` are more than the schema says, so that it need not read everything; but what it reads, it writes
/// as the contract has it.
#[test]
fn what_an_event_reads_it_writes_as_the_contract_has_it() {
    let (read, refused) = (Cell::new(0), Cell::new(0));
    for_each_kind(|kind, own| {
        for own in [tamed(kind, own.clone()), own] {
            let json = json!({ kind.as_str(): own });
            let Ok(event) = serde_json::from_value::<Event>(json.clone()) else {
                refused.set(refused.get() + 1);
                continue;
            };
            read.set(read.get() + 1);
            let written = serde_json::to_value(&event).unwrap();
            prop_assert!(agree(&written)?, "{json:#}\nbecame {written:#}");
            prop_assert_eq!(event.kind(), kind);
            workspace_tests::equal::same_value("CompassEventInputDto", &json, &written).map_err(TestCaseError::fail)?;
        }
        Ok(())
    });
    assert!(read.get() > 200 && refused.get() > 200, "{} and {}", read.get(), refused.get());
}

/// An instance that keeps the rules that instances drawn at random almost never keep.
fn tamed(kind: Kind, mut own: Value) -> Value {
    let pointers = places(&own, "");
    for pointer in pointers {
        let name = pointer.rsplit('/').next().unwrap();
        let value = own.pointer_mut(&pointer).unwrap();
        let is_text = value.is_string();
        match name {
            "url" | "pullRequestUrl" | "repoUrl" if is_text => *value = json!("https://example.com/1"),
            "id" | "pipelineId" | "environmentId" | "externalEventSourceId" => *value = json!("an-id"),
            "updateSequenceNumber" => *value = json!(i64::MAX),
            "score" if value.is_number() => *value = json!(7.5),
            "state" if kind == Kind::Build => *value = json!("FAILED"),
            "state" if kind == Kind::Deployment => *value = json!("SUCCESSFUL"),
            "state" if kind == Kind::Incident || kind == Kind::Vulnerability => *value = json!("OPEN"),
            "status" if kind == Kind::Alert && is_text => *value = json!("OPENED"),
            name if is_text && (name.ends_with("At") || name.ends_with("Time") || name == "lastUpdated") => {
                *value = json!("2026-09-01T12:00:00.25+02:00");
            }
            _ => {}
        }
    }
    own
}
