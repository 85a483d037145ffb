use std::{cell::RefCell, collections::BTreeMap};

use serde_json::{Value, json};
use workspace_tests::{
    contract, instances,
    mutants::{self, Kind, Mutant},
};

use crate::runner;

const CASES: u32 = 32;

#[test]
fn the_contract_rejects_every_mutant_of_every_schema() {
    let body = "/paths/~1compass~1v1~1metrics/post/requestBody/content/application~1json/schema";
    let tally = RefCell::new((0_u32, BTreeMap::<Kind, u32>::new()));
    for schema in contract::schema_names().into_iter().chain([body]) {
        runner(CASES)
            .run(&instances::of(schema), |instance| {
                let mut tally = tally.borrow_mut();
                let validator = contract::validator(schema);
                for mutant in mutants::candidates(schema, &instance) {
                    if validator.is_valid(&mutant.value) {
                        tally.0 += 1;
                    } else {
                        *tally.1.entry(mutant.kind).or_default() += 1;
                    }
                }
                Ok(())
            })
            .unwrap_or_else(|failure| panic!("{schema}: {failure}"));
    }
    let (accepted, rejected) = tally.into_inner();
    println!("accepted {accepted}, rejected {rejected:?}");
    assert_eq!(rejected.len(), 3, "{rejected:?}");
    assert_eq!(accepted, 0, "the contract accepts some of what is meant to be wrong");
}

fn of(schema: &str, instance: &Value) -> Vec<(Kind, String, Option<Value>)> {
    let flat = |mutant: Mutant| (mutant.kind, mutant.pointer, mutant.replacement);
    mutants::of(schema, instance).into_iter().map(flat).collect()
}

#[test]
fn a_required_field_is_removed_at_any_depth() {
    let instance = json!({"cloudId": "c", "event": {"custom": {
        "displayName": "", "lastUpdated": "2024-02-29T12:00:00Z", "updateSequenceNumber": 1, "description": "",
        "url": "", "externalEventSourceId": "", "customEventProperties": {"id": "1", "icon": "INFO"},
    }}});
    let found = mutants::of("CreateStreamlinedEventRequest", &instance);
    let without_id: Vec<&Mutant> = found
        .iter()
        .filter(|mutant| mutant.kind == Kind::MissingRequired)
        .filter(|mutant| mutant.pointer == "/event/custom/customEventProperties/id")
        .collect();
    let [mutant] = without_id[..] else { panic!("{without_id:?}") };
    assert_eq!(mutant.value.pointer("/event/custom/customEventProperties"), Some(&json!({"icon": "INFO"})));
    assert_eq!(mutant.value.pointer("/event/custom/url"), Some(&json!("")));
}

#[test]
fn null_is_a_mutant_only_where_it_is_not_absent() {
    let instance = json!({"metricSourceId": "m", "value": 1, "title": "t"});
    let found = of("InsertMetricByMetricSourceRequestDto", &instance);
    let null = |pointer: &str| (Kind::WrongType, pointer.to_owned(), Some(Value::Null));
    assert!(found.contains(&null("")) && found.contains(&null("/value")));
    assert!(!found.contains(&null("/title")));
}

#[test]
fn each_other_type_is_tried_and_tempting_ones_too() {
    let at = |schema, instance| of(schema, &instance).into_iter().filter_map(|(_, _, value)| value).collect::<Vec<_>>();
    let string = "/components/schemas/Attachment/properties/name";
    assert_eq!(at(string, json!("7")), [json!(null), json!(true), json!(0), json!([]), json!(["7"]), json!({})]);
    let integer = "/components/schemas/CompassCreateFlagEventInputDto/properties/updateSequenceNumber";
    assert_eq!(
        at(integer, json!(7)),
        [json!(null), json!(0.5), json!(true), json!("7"), json!([]), json!([7]), json!({})]
    );
    let icon = "/components/schemas/CompassCustomEventPropertiesInputDto/properties/icon";
    let icons = at(icon, json!("INFO"));
    for wrong in [json!({"INFO": null}), json!(""), json!("info"), json!("Info"), json!("NOT_IN_THE_CONTRACT")] {
        assert!(icons.contains(&wrong), "{wrong}");
    }
}

#[test]
#[should_panic(expected = "mutants are made of valid instances only")]
fn an_invalid_instance_has_no_mutants() {
    let _ = mutants::of("Attachment", &json!({}));
}
