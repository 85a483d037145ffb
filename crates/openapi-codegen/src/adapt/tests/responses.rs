//! Responses.

use openapi_contract::Effect;
use serde_json::{Value, json};

use super::{DROPPED, EQUIVALENT, at, go, recorded, refused};
use crate::adapt::Adapted;

fn json_of(schema: &str) -> Value {
    json!({"description": "", "content": {"application/json": {"schema":
        {"$ref": format!("#/components/schemas/{schema}")}}}})
}

/// What is tried, the responses given, the statuses kept, and what is recorded.
type Row = (&'static str, Value, &'static [&'static str], &'static [(&'static str, Effect, &'static str)]);

fn components() -> Value {
    json!({"schemas": {"A": {"type": "object"}, "B": {"type": "object"}},
        "responses": {"B": json_of("B")}})
}

fn responses(responses: &Value) -> Adapted {
    go(&json!({"responses": responses}), &components()).unwrap()
}

fn kept(adapted: &Adapted) -> Vec<String> {
    at(adapted, "responses").as_object().unwrap().keys().cloned().collect()
}

#[test]
fn one_kind_of_error_and_one_of_success_are_kept() {
    let (a, b, empty) = (json_of("A"), json!({"$ref": "#/components/responses/B"}), json!({"description": ""}));
    let bytes = json!({"description": "", "content": {"image/png": {}}});
    let table: [Row; 8] = [
        (
            "the majority",
            json!({"400": a, "404": b, "409": b}),
            &["404", "409"],
            &[("error-kinds", DROPPED, "responses/400")],
        ),
        (
            "a tie goes to the first",
            json!({"400": a, "404": b}),
            &["400"],
            &[("error-kinds", DROPPED, "responses/404")],
        ),
        (
            "a tie goes to the typed",
            json!({"404": empty, "429": a}),
            &["429"],
            &[("error-kinds", DROPPED, "responses/404")],
        ),
        ("a 429 without body", json!({"400": a, "429": empty}), &["400"], &[("error-kinds", DROPPED, "responses/429")]),
        (
            "ranges count as well",
            json!({"400": a, "4XX": b, "5XX": b}),
            &["4XX", "5XX"],
            &[("error-kinds", DROPPED, "responses/400")],
        ),
        (
            "success is typed first",
            json!({"202": empty, "200": a}),
            &["200"],
            &[("success-kinds", DROPPED, "responses/202")],
        ),
        (
            "neither success nor failure",
            json!({"200": a, "304": empty}),
            &["200"],
            &[("status-unread", DROPPED, "responses/304")],
        ),
        (
            "success and error differ",
            json!({"200": bytes, "400": a}),
            &["200", "400"],
            &[("response-as-bytes", DROPPED, "responses/200/content/image~1png")],
        ),
    ];
    for (name, given, wanted, changes) in table {
        let adapted = responses(&given);
        let mut found = kept(&adapted);
        found.sort();
        assert_eq!(found, wanted, "{name}");
        recorded(&adapted, changes);
    }
}

#[test]
fn the_reason_names_the_kinds() {
    let adapted = responses(&json!({"400": json_of("A"), "429": {"description": ""}}));
    assert_eq!(
        adapted.changes[0].reason,
        "progenitor reads one kind of body, here A; a 429 with no body arrives as UnexpectedResponse, its body unread",
    );
    let adapted = responses(&json!({"400": json_of("A"), "4XX": json_of("B"), "5XX": json_of("B")}));
    assert_eq!(
        adapted.changes[0].reason,
        "progenitor reads one kind of body, here B; a 400 with A is read as 4XX, which fails",
    );
}

#[test]
fn default_beside_a_success_is_every_failure_that_has_none_of_its_own() {
    let adapted = responses(&json!({"200": json_of("A"), "5xx": json_of("B"), "default": json_of("B")}));
    assert_eq!(kept(&adapted), ["200", "5xx", "4XX"]);
    recorded(&adapted, &[("default-is-failure", DROPPED, "responses/default")]);
    let alone = responses(&json!({"default": json_of("A")}));
    assert_eq!(kept(&alone), ["default"]);
    recorded(&alone, &[]);
}

#[test]
fn media_types_are_reduced_to_json_or_bytes() {
    let adapted = responses(&json!({"200": {"description": "", "content": {"*/*": {"schema": {"type": "string"}}}}}));
    recorded(&adapted, &[("response-as-bytes", DROPPED, "responses/200/content/*~1*")]);
    let content = json!({"text/plain": {}, "application/json;charset=utf-8": {"encoding": {}}});
    let adapted = responses(&json!({"200": {"description": "", "content": content}}));
    assert_eq!(at(&adapted, "responses/200/content"), json!({"application/json": {"schema": {}}}));
    recorded(
        &adapted,
        &[
            ("response-without-schema", EQUIVALENT, "responses/200/content/application~1json;charset=utf-8"),
            ("response-media-types", DROPPED, "responses/200/content"),
        ],
    );
}

#[test]
fn inline_schemas_get_a_name_and_equal_ones_share_it() {
    let inline = |name: &str| {
        json!({"description": "", "content": {"application/json": {"schema":
            {"type": "object", "properties": {name: {"type": "string"}}}}}})
    };
    let adapted = responses(&json!({"200": inline("ok"), "400": inline("why"), "404": inline("why")}));
    let reference = |status: u16| at(&adapted, &format!("responses/{status}/content/application~1json/schema/$ref"));
    assert_eq!(reference(200), json!("#/components/schemas/GoResponse"));
    assert_eq!((reference(400), reference(404)), (json!("#/components/schemas/GoError"), reference(400)));
    assert_eq!(at(&adapted, "/components/schemas/GoError/properties/why"), json!({"type": "string"}));
    recorded(
        &adapted,
        &[
            ("response-schema-named", EQUIVALENT, "responses/200"),
            ("response-schema-named", EQUIVALENT, "responses/400"),
        ],
    );
    let taken =
        go(&json!({"responses": {"200": inline("ok")}}), &json!({"schemas": {"goResponse": {"type": "object"}}}))
            .unwrap();
    assert_eq!(
        at(&taken, "responses/200/content/application~1json/schema/$ref"),
        json!("#/components/schemas/GoResponse_2"),
    );
}

#[test]
fn an_operation_needs_no_responses_but_real_media_types() {
    assert_eq!(at(&go(&json!({}), &json!({})).unwrap(), "responses"), json!({}));
    let odd = json!({"responses": {"200": {"content": {"application/json": 1}}}});
    assert!(refused(go(&odd, &json!({}))).contains("a media type is an object"));
}
