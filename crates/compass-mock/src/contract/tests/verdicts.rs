//! The mock's verdict on random bodies is that of a validator of its own, made from the vendored contract before its
//! overlays, which change nothing in events and metrics.

use std::cell::Cell;

use http::Method;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::Union;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::{Value, json};
use workspace_tests::{contract, instances};

use super::check;

/// Written down here, and not read from where the mock reads them.
const KINDS: [&str; 10] =
    ["deployment", "build", "incident", "flag", "alert", "lifecycle", "custom", "push", "pullRequest", "vulnerability"];

/// One step away from what a body was.
#[derive(Clone, Debug)]
enum Step {
    Drop,
    /// Whatever was there becomes this.
    Put(Value),
    /// A text becomes this one made of it.
    Respell(fn(&str) -> String),
    /// An object gets another field.
    Add(&'static str, Value),
    /// The event gets another kind.
    AddKind(&'static str, Value),
}

/// Goes a step at the place that the index chooses, if it can be gone there.
fn go(body: &mut Value, at: Index, step: Step) {
    let mut pointers = Vec::new();
    collect(body, String::new(), &mut pointers);
    let pointer = at.get(&pointers);
    match step {
        Step::Drop => drop_at(body, pointer),
        Step::Put(value) => *body.pointer_mut(pointer).unwrap() = value,
        Step::Respell(respell) => {
            let place = body.pointer_mut(pointer).unwrap();
            if let Some(text) = place.as_str() {
                *place = respell(text).into();
            }
        }
        Step::Add(name, value) => add(body, pointer, name, value),
        Step::AddKind(name, value) => add(body, "/event", name, value),
    }
}

fn drop_at(body: &mut Value, pointer: &str) {
    let Some((parent, token)) = pointer.rsplit_once('/') else { return };
    match body.pointer_mut(parent).unwrap() {
        Value::Object(members) => drop(members.shift_remove(token)),
        Value::Array(items) => drop(items.remove(token.parse().unwrap())),
        scalar => panic!("{scalar} has nothing in it"),
    }
}

fn add(body: &mut Value, pointer: &str, name: &str, value: Value) {
    if let Some(Value::Object(members)) = body.pointer_mut(pointer) {
        members.insert(name.to_owned(), value);
    }
}

/// The pointers of all values; the names of the contract need no escaping.
fn collect(value: &Value, pointer: String, pointers: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                collect(value, format!("{pointer}/{name}"), pointers);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                collect(value, format!("{pointer}/{index}"), pointers);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    pointers.push(pointer);
}

fn steps() -> impl Strategy<Value = Vec<(Index, Step)>> {
    let put = select(vec![
        json!(null),
        json!(true),
        json!(7),
        json!(-1.0),
        json!(0.5),
        json!(1e30),
        json!("text"),
        json!("7"),
        json!([]),
        json!({}),
        json!([{}]),
        json!("UNKNOWN"),
        json!("OPEN"),
        json!("P1"),
        json!("2026-11-24T10:20:30Z"),
        json!("2026-11-24 10:20:30Z"),
        json!("2026-02-30T10:20:30Z"),
        json!("2026-11-24"),
    ]);
    let respell = select(vec![
        Step::Respell(str::to_lowercase),
        Step::Respell(|text| format!("{text} ")),
        Step::Respell(|text| text.replace('T', " ")),
        Step::Respell(|text| text.trim_end_matches(['Z', 'z']).to_owned()),
        Step::Respell(|_| String::new()),
    ]);
    let name = select(vec!["extra", "metricSourceId", "componentId", "metricDefinitionId", "annotation", "$ref"]);
    let kind = (select(&KINDS[..]), select(vec![json!(null), json!({}), json!("text")]));
    let step = prop_oneof![
        3 => Just(Step::Drop),
        3 => put.clone().prop_map(Step::Put),
        2 => respell,
        2 => (name, put).prop_map(|(name, value)| Step::Add(name, value)),
        1 => kind.prop_map(|(name, value)| Step::AddKind(name, value)),
    ];
    // None and a single one often enough that the verdict is not always "wrong" and seldom for many reasons.
    let count = prop_oneof![1 => Just(0_usize), 3 => Just(1_usize), 1 => 2_usize..4];
    count.prop_flat_map(move |count| vec((any::<Index>(), step.clone()), count))
}

/// Events of one kind each, most of them; some as the schema alone has them, with any number of kinds.
fn events() -> impl Strategy<Value = Value> {
    let kinds = KINDS.map(|kind| {
        let event = instances::of(&format!("/components/schemas/CompassEventInputDto/properties/{kind}/oneOf/0"));
        event.prop_map(move |event| json!({ kind: event })).boxed()
    });
    let envelope = "/components/schemas/CreateStreamlinedEventRequest/properties";
    let component = instances::of(&format!("{envelope}/componentId"));
    let event = (instances::of(&format!("{envelope}/cloudId")), component, Union::new(kinds))
        .prop_map(|(cloud, component, event)| json!({ "cloudId": cloud, "componentId": component, "event": event }));
    prop_oneof![9 => event, 1 => instances::of("CreateStreamlinedEventRequest")]
}

fn schema_of(path: &str) -> String {
    let path = path.replace('/', "~1");
    format!("/paths/{path}/post/requestBody/content/application~1json/schema")
}

/// Checks 10,000 bodies, of which each verdict has to be on at least a fifth.
fn verdicts_are_equal(path: &str, bodies: impl Strategy<Value = Value>, rule: fn(&Value) -> bool) {
    let cases = 10_000;
    let validator = contract::validator(&schema_of(path));
    let config = Config { cases, rng_seed: RngSeed::Fixed(2026), failure_persistence: None, ..Config::default() };
    let (accepted, refused) = (Cell::new(0), Cell::new(0));
    let run = TestRunner::new(config).run(&(bodies, steps()), |(mut body, steps)| {
        for (at, step) in steps {
            go(&mut body, at, step);
        }
        let text = body.to_string();
        // What the mock gets is the text: a number may lose its last bit on the way.
        let body: Value = serde_json::from_str(&text).unwrap();
        let is_valid = validator.is_valid(&body) && rule(&body);
        let checked = check(&Method::POST, path, "application/json", text.into());
        let count = if is_valid { &accepted } else { &refused };
        count.set(count.get() + 1);
        match checked {
            Ok(_) => prop_assert!(is_valid, "accepted: {body}"),
            Err(complaints) => {
                prop_assert!(!is_valid, "{complaints:?}: {body}");
                prop_assert!(!complaints.is_empty(), "refused without a word: {body}");
            }
        }
        Ok(())
    });
    run.unwrap_or_else(|error| panic!("{error}"));
    let (accepted, refused) = (accepted.get(), refused.get());
    assert_eq!(accepted + refused, cases);
    assert!(accepted.min(refused) > cases / 5, "{accepted} accepted, {refused} refused");
}

#[test]
fn events_are_judged_as_the_validator_does() {
    verdicts_are_equal("/compass/v1/events", events(), |body| {
        KINDS.iter().filter(|kind| !body["event"][**kind].is_null()).count() == 1
    });
}

#[test]
fn metrics_are_judged_as_the_validator_does() {
    verdicts_are_equal("/compass/v1/metrics", instances::of(&schema_of("/compass/v1/metrics")), |_| true);
}
