use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};
use workspace_tests::{contract, equal::same_value, instances, mutants};

use crate::runner;

#[test]
fn every_instance_is_itself_and_none_of_its_mutants() {
    for schema in contract::schema_names() {
        runner(32)
            .run(&instances::of(schema), |instance| {
                same_value(schema, &instance, &instance).map_err(TestCaseError::fail)?;
                for mutant in mutants::of(schema, &instance) {
                    if same_value(schema, &instance, &mutant.value).is_ok() {
                        return Err(TestCaseError::fail(format!("the same as {}", mutant.value)));
                    }
                }
                Ok(())
            })
            .unwrap_or_else(|failure| panic!("{schema}: {failure}"));
    }
}

fn metric(value: &Value, timestamp: &str, annotation: &str) -> Value {
    json!({"metricSourceId": "m", "value": value, "timestamp": timestamp, "annotation": annotation})
}

#[test]
fn date_times_are_instants_and_texts_are_texts() {
    let [utc, berlin, later] = ["2024-02-29T12:00:00Z", "2024-02-29T13:00:00.000+01:00", "2024-02-29T13:00:00Z"];
    let one = json!(1);
    let same = |left: &Value, right: &Value| same_value("InsertMetricResponseDto", left, right);
    assert_eq!(same(&metric(&one, utc, utc), &metric(&one, berlin, utc)), Ok(()));
    let message = same(&metric(&one, utc, utc), &metric(&one, later, utc)).unwrap_err();
    assert_eq!(message, r#""/timestamp": "2024-02-29T12:00:00Z" became "2024-02-29T13:00:00Z": another instant"#);
    let message = same(&metric(&one, utc, utc), &metric(&one, utc, berlin)).unwrap_err();
    assert!(message.starts_with(r#""/annotation": "#), "{message}");
    let message = same(&metric(&one, utc, ""), &metric(&one, "2024-02-29 12:00:00Z", "")).unwrap_err();
    assert!(message.ends_with("does not have the form of an RFC 3339 date-time"), "{message}");
}

#[test]
fn numbers_are_the_same_by_value() {
    let value = "/components/schemas/InsertMetricResponseDto/properties/value";
    for (left, right) in [(json!(1), json!(1.0)), (json!(-0.0), json!(0)), (json!(1_u64 << 63), json!(2_f64.powi(63)))]
    {
        assert_eq!(same_value(value, &left, &right), Ok(()));
        assert_eq!(same_value(value, &right, &left), Ok(()));
    }
    for (left, right) in [
        (json!(1), json!(1.5)),
        (json!(9_007_199_254_740_993_i64), json!(9_007_199_254_740_992.0)),
        (json!(0.1), json!(0.100_000_000_000_000_02)),
        (json!(u64::MAX), json!(f64::MAX)),
        (json!(1), json!("1")),
    ] {
        assert!(same_value(value, &left, &right).is_err(), "{left} {right}");
        assert!(same_value(value, &right, &left).is_err(), "{right} {left}");
    }
}

#[test]
fn null_is_absent_unless_the_field_is_required() {
    assert_eq!(same_value("ErrorDto", &json!({"type": null}), &json!({})), Ok(()));
    assert_eq!(same_value("ErrorDto", &json!({}), &json!({"type": null})), Ok(()));
    assert_eq!(
        same_value("ErrorDto", &json!({"type": "T"}), &json!({})),
        Err(r#""/type": "T" became nothing"#.to_owned())
    );
    assert!(same_value("EntitlementRequestDto", &json!({}), &json!({"entitlements": null})).is_err());
}

#[test]
fn lists_have_an_order_and_sets_have_none() {
    let set = |values: &[&str]| json!({"entitlements": values});
    assert_eq!(same_value("EntitlementRequestDto", &set(&["a", "b"]), &set(&["b", "a"])), Ok(()));
    assert!(same_value("EntitlementRequestDto", &set(&["a", "b"]), &set(&["b", "b"])).is_err());
    let list = |first, second| json!({"errors": [{"type": first}, {"type": second}]});
    assert_eq!(
        same_value("ErrorResponseDto", &list("a", "b"), &list("b", "a")),
        Err(r#""/errors/0/type": "a" became "b""#.to_owned())
    );
    assert!(same_value("ErrorResponseDto", &list("a", "b"), &json!({"errors": []})).is_err());
}

#[test]
fn a_field_without_a_name_may_be_lost_but_not_made_up() {
    assert_eq!(same_value("ErrorDto", &json!({"code": 1}), &json!({})), Ok(()));
    assert!(same_value("ErrorDto", &json!({"code": 1}), &json!({"code": 2})).is_err());
    assert!(same_value("ErrorDto", &json!({}), &json!({"code": 1})).is_err());
    let results = |fields: Value| json!({ "entitlements": fields });
    let one = results(json!({"a": {"@class": "A"}}));
    assert!(same_value("EntitlementResponseDto", &one, &results(json!({}))).is_err());
    assert!(same_value("EntitlementResponseDto", &one, &results(json!({"b": {"@class": "A"}}))).is_err());
}
