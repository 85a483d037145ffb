//! Names, schemas and references: what concerns the document as a whole.

use serde_json::{Value, json};

use super::{DROPPED, EQUIVALENT, at, document, recorded, refused};

fn schemas(schemas: &Value) -> super::Adapted {
    document(&json!({}), &json!({"schemas": schemas})).unwrap()
}

#[test]
fn operations_get_ids_that_differ_in_rust_and_from_the_clients_own_methods() {
    let adapted = document(
        &json!({
            "/a": {"get": {}, "put": {"operationId": "getLamp"}, "post": {"operationId": "get_lamp"}},
            "/b": {"get": {"operationId": "clone"}, "x-note": {"get": {}}},
            "x-paths": {"get": {}},
        }),
        &json!({}),
    )
    .unwrap();
    let ids: Vec<&str> = adapted.operations.iter().map(|operation| operation.id.as_str()).collect();
    assert_eq!(ids, ["get/a", "getLamp", "get_lamp_2", "clone_2"]);
    recorded(
        &adapted,
        &[
            ("operation-id-made", EQUIVALENT, "/paths/~1a/get"),
            ("operation-id-collides", EQUIVALENT, "/paths/~1a/post/operationId"),
            ("operation-id-collides", EQUIVALENT, "/paths/~1b/get/operationId"),
        ],
    );
}

#[test]
fn schemas_get_names_that_differ_in_rust() {
    let adapted = schemas(&json!({
        "Lamp": {"type": "object", "properties": {"other": {"$ref": "#/components/schemas/lamp"}}},
        "lamp": {"type": "string"},
        "2fa": {"type": "object"},
        "x2fa": {"type": "object"},
        "Ok": {"type": "string"},
    }));
    assert_eq!(
        at(&adapted, "/components/schemas/Lamp/properties/other"),
        json!({"$ref": "#/components/schemas/lamp_2"}),
    );
    recorded(
        &adapted,
        &[
            ("schema-name-collides", EQUIVALENT, "/components/schemas/lamp"),
            ("schema-name-collides", EQUIVALENT, "/components/schemas/x2fa"),
            ("schema-name-collides", EQUIVALENT, "/components/schemas/Ok"),
        ],
    );
}

#[test]
fn other_fields_are_kept_where_the_author_says_so() {
    let adapted = schemas(&json!({
        "Open": {"type": "object", "properties": {}, "additionalProperties": true},
        "Map": {"type": "object", "additionalProperties": true},
        "Closed": {"type": "object", "properties": {}, "additionalProperties": false},
    }));
    assert_eq!(at(&adapted, "/components/schemas/Open/additionalProperties"), json!({}));
    assert_eq!(at(&adapted, "/components/schemas/Map/additionalProperties"), json!(true));
    assert_eq!(at(&adapted, "/components/schemas/Closed/additionalProperties"), json!(false));
    recorded(&adapted, &[("other-fields-kept", EQUIVALENT, "/components/schemas/Open/additionalProperties")]);
}

#[test]
fn constraints_that_types_do_not_check_are_told_but_not_properties_and_examples_of_that_name() {
    let adapted = schemas(&json!({"A": {
        "type": "array",
        "maxItems": 2,
        "uniqueItems": false,
        "items": {"type": "object", "properties": {"minItems": {"type": "string", "readOnly": true}}},
        "example": {"multipleOf": 2},
    }}));
    recorded(
        &adapted,
        &[
            ("constraint-unchecked", DROPPED, "/components/schemas/A/maxItems"),
            ("constraint-unchecked", DROPPED, "/components/schemas/A/items/properties/minItems/readOnly"),
        ],
    );
}

#[test]
fn path_items_by_reference_are_put_in_place() {
    let adapted = document(
        &json!({"/a": {"$ref": "#/components/x-items/A"}}),
        &json!({"x-items": {"A": {"get": {"operationId": "go"}}}}),
    )
    .unwrap();
    assert_eq!(adapted.operations[0].path, "/a");
    recorded(&adapted, &[("path-item-inlined", EQUIVALENT, "/paths/~1a")]);
    let circle = document(&json!({"/a": {"$ref": "#/paths/~1b"}, "/b": {"$ref": "#/paths/~1a"}}), &json!({}));
    assert_eq!(refused(circle), "/paths/~1a/$ref: \"#/paths/~1b\" leads in a circle of references");
}

#[test]
fn schemas_at_odd_places_are_moved_to_where_progenitor_looks() {
    let wrapped = |reference: &str| json!({"type": "object", "properties": {"a": {"$ref": reference}}});
    for target in ["#/components/x-odd/Thing", "#/components/schemas/B/properties/Thing"] {
        let adapted = document(
            &json!({}),
            &json!({
                "x-odd": {"Thing": {"type": "object"}},
                "schemas": {"A": wrapped(target), "B": {"type": "object", "properties": {"Thing": {"type": "object"}}}},
            }),
        )
        .unwrap();
        assert_eq!(at(&adapted, "/components/schemas/A/properties/a/$ref"), json!("#/components/schemas/Thing"));
        assert_eq!(at(&adapted, "/components/schemas/Thing"), json!({"type": "object"}));
        recorded(&adapted, &[("schema-hoisted", EQUIVALENT, "/components/schemas/A/properties/a/$ref")]);
    }
}

#[test]
fn merges_that_never_end_are_refused_and_others_are_not() {
    let r = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let list = |next: Value| json!({"type": "object", "properties": {"next": next}});
    let array = |name: &str| json!({"type": "array", "items": r(name)});
    let map = |name: &str| json!({"type": "object", "additionalProperties": r(name)});
    let both = json!({"allOf": [r("A"), r("B")]});
    for (name, endless) in [
        ("two lists", json!({"A": list(r("A")), "B": list(r("B")), "C": both})),
        ("a property said again", json!({"A": list(r("A")), "C": {"allOf": [r("A"), list(r("C"))]}})),
        ("two arrays", json!({"A": array("A"), "B": array("B"), "C": both})),
        ("two maps", json!({"A": map("A"), "B": map("B"), "C": both})),
        ("a map and a list", json!({"A": map("A"), "B": list(r("B")), "C": both})),
        (
            "by way of a choice",
            json!({"A": list(json!({"oneOf": [r("A"), r("B")]})),
                "B": {"allOf": [r("A"), list(json!({"oneOf": [r("B"), {"type": "string"}]}))]}}),
        ),
    ] {
        let message = refused(document(&json!({}), &json!({"schemas": endless})));
        assert!(message.starts_with("/components/schemas/") && message.contains("never ends"), "{name}: {message}");
    }
    for fine in [
        json!({"A": list(r("A")), "C": {"allOf": [r("A"), {"properties": {"other": r("C")}}]}}),
        json!({"A": list(r("A")), "B": list(r("A")), "C": both}),
        json!({"A": list(r("A")), "B": list(r("B")), "C": {"oneOf": [r("A"), r("B")]}}),
        json!({"A": list(json!({"allOf": [r("A")], "nullable": true})), "C": {"allOf": [r("A"), {"properties": {"x": {}}}]}}),
    ] {
        recorded(&schemas(&fine), &[]);
    }
}

#[test]
fn components_that_are_each_other_are_refused() {
    let kinds =
        json!({"responses": {"A": {"$ref": "#/components/responses/B"}, "B": {"$ref": "#/components/responses/A"}}});
    assert_eq!(
        refused(document(&json!({}), &kinds)),
        "/components/responses/A/$ref: \"#/components/responses/B\" leads in a circle of references",
    );
}

#[test]
fn references_that_end_nowhere_are_refused() {
    let a = "/components/schemas/A";
    for (schema, wanted) in [
        (
            json!({"$ref": "#/components/schemas/None"}),
            format!("{a}/$ref: \"#/components/schemas/None\" leads nowhere"),
        ),
        (json!({"$ref": "other.json#/A"}), format!("{a}/$ref: \"other.json#/A\" leads out of this document")),
        (json!({"$ref": "#/components/schemas/A"}), format!("{a}/$ref: \"#/components/schemas/A\" leads in a circle")),
        (json!({"allOf": [{"$ref": "#/components/schemas/B"}]}), format!("{a}: the schema is defined by itself")),
    ] {
        let message = refused(document(
            &json!({}),
            &json!({"schemas": {"A": schema, "B": {"anyOf": [{"$ref": "#/components/schemas/A"}]}}}),
        ));
        assert!(message.starts_with(&wanted), "{message}");
    }
    // A property may be called `$ref`, and one that refers back is what lists are made of.
    let fine = json!({"A": {"properties": {"$ref": {"type": "string"}, "rest": {"$ref": "#/components/schemas/A"}}}});
    recorded(&schemas(&fine), &[]);
}
