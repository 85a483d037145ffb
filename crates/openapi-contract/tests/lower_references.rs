//! Where references lead after lowering: to what they led to before.
#![allow(clippy::needless_pass_by_value, reason = "json! makes values, and they read best in place")]

use openapi_contract::{Document, Effect, Format, Outcome, lower::lower};
use serde_json::{Value, json};

fn lowered(root: Value) -> Outcome {
    lower(&Document::from_value(root, Format::Json).unwrap()).unwrap()
}

fn with_schemas(schemas: Value) -> Value {
    lowered(json!({"openapi": "3.1.0", "info": {}, "paths": {}, "components": {"schemas": schemas}}))
        .document
        .into_root()["components"]["schemas"]
        .take()
}

#[test]
fn definitions_become_components_under_names_that_are_free() {
    let schemas = with_schemas(json!({
        "A": {
            "$defs": {"b": {"const": 1}, "unused": {}},
            "properties": {"b": {"$ref": "#/components/schemas/A/$defs/b"}},
        },
        "A_b": {},
    }));
    assert_eq!(
        schemas,
        json!({
            "A": {"properties": {"b": {"$ref": "#/components/schemas/A_b_2"}}},
            "A_b": {},
            "A_b_2": {"type": "integer", "enum": [1]},
        }),
    );
}

#[test]
fn anchors_and_ids_become_components() {
    let schemas = with_schemas(json!({
        "A": {
            "$id": "https://example.com/schemas/a.json",
            "$defs": {
                "b": {"$anchor": "bee", "type": "string"},
                "c": {"$id": "c.json", "type": "object", "properties": {"again": {"$ref": "#"}}},
            },
            "properties": {
                "anchor": {"$ref": "#bee"},
                "own": {"$ref": "#/$defs/b"},
                "id": {"$ref": "c.json"},
                "component": {"$ref": "#/components/schemas/D"},
                "elsewhere": {"$ref": "../other.json#/x"},
            },
        },
        "D": {"$ref": "https://example.com/schemas/a.json#bee"},
    }));
    let properties = &schemas["A"]["properties"];
    for (name, reference) in [
        ("anchor", "#/components/schemas/A_b"),
        ("own", "#/components/schemas/A_b"),
        ("id", "#/components/schemas/A_c"),
        ("component", "#/components/schemas/D"),
        ("elsewhere", "https://example.com/other.json#/x"),
    ] {
        assert_eq!(properties[name], json!({"$ref": reference}), "{name}");
    }
    assert_eq!(schemas["D"], json!({"$ref": "#/components/schemas/A_b"}));
    assert_eq!(schemas["A_c"]["properties"]["again"], json!({"$ref": "#/components/schemas/A_c"}));
    assert_eq!(schemas["A"].get("$defs").or(schemas["A"].get("$id")), None);
}

#[test]
fn a_dynamic_reference_with_one_anchor_is_a_plain_one() {
    let schemas = with_schemas(json!({
        "Tree": {"$dynamicAnchor": "node", "properties": {"child": {"$dynamicRef": "#node"}}},
    }));
    assert_eq!(schemas["Tree"]["properties"]["child"], json!({"$ref": "#/components/schemas/Tree"}));
}

#[test]
fn a_dynamic_reference_with_several_anchors_goes_with_a_word() {
    let outcome = lowered(json!({"openapi": "3.1.0", "components": {"schemas": {
        "Tree": {"$dynamicAnchor": "node", "properties": {"child": {"$dynamicRef": "#node"}}},
        "Strict": {"$id": "strict", "$dynamicAnchor": "node", "$ref": "#/components/schemas/Tree"},
    }}}));
    let change = outcome.changes.iter().find(|change| change.rule == "dynamic-ref").unwrap();
    assert_eq!(change.effect, Effect::Widened);
    assert_eq!(change.pointer.as_str(), "/components/schemas/Tree/properties/child/$dynamicRef");
}

#[test]
fn references_into_schemas_stay_where_their_targets_do() {
    let stays = "#/components/schemas/A/properties/b%20c";
    let schemas = with_schemas(json!({
        "A": {"properties": {"b c": {"type": ["string", "null"]}}},
        "B": {"$ref": stays},
    }));
    assert_eq!(schemas["B"], json!({"$ref": stays}));

    let schemas = with_schemas(json!({
        "A": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]},
        "B": {"$ref": "#/components/schemas/A/prefixItems/1"},
        "C": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/A"}, {"type": "boolean"}]},
        "D": {"$ref": "#/components/schemas/C/oneOf/2"},
        "E": {"$ref": "#/components/schemas/A/x-hidden"},
        "F": {"additionalProperties": true, "properties": {"f": {"$ref": "#/components/schemas/F/additionalProperties"}}},
    }));
    assert_eq!(schemas["B"], json!({"$ref": "#/components/schemas/A_1"}));
    assert_eq!(schemas["A_1"], json!({"type": "integer"}));
    assert_eq!(schemas["D"], json!({"$ref": "#/components/schemas/C_2"}), "its number is another now");
    assert_eq!(schemas["C_2"], json!({"type": "boolean"}));
    assert_eq!(schemas["E"], json!({"$ref": "#/components/schemas/A/x-hidden"}), "leads nowhere, as before");
    assert_eq!(schemas["F"]["properties"]["f"], json!({"$ref": "#/components/schemas/F_additionalProperties"}));
}

#[test]
fn mappings_of_discriminators_follow() {
    let schemas = with_schemas(json!({
        "Pet": {
            "oneOf": [{"$ref": "#/components/schemas/Pet/$defs/Cat"}, {"$ref": "#/components/schemas/Dog"}],
            "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Pet/$defs/Cat", "dog": "Dog"}},
            "$defs": {"Cat": {"type": "object"}},
        },
        "Dog": {"type": "object"},
    }));
    assert_eq!(
        schemas["Pet"]["discriminator"]["mapping"],
        json!({"cat": "#/components/schemas/Pet_Cat", "dog": "Dog"})
    );
}

#[test]
fn schemas_in_places_that_go_become_components() {
    let outcome = lowered(json!({
        "openapi": "3.1.0",
        "webhooks": {"lit": {"post": {"requestBody": {"content": {"application/json": {"schema": {"type": "string"}}}}}}},
        "components": {"schemas": {
            "A": {"$ref": "#/webhooks/lit/post/requestBody/content/application~1json/schema"},
        }},
    }));
    let name = "lit_post_requestBody_application_json";
    let schemas = &outcome.document.root()["components"]["schemas"];
    assert_eq!(schemas["A"], json!({"$ref": format!("#/components/schemas/{name}")}));
    assert_eq!(schemas[name], json!({"type": "string"}));
}

#[test]
fn a_long_chain_of_references_overflows_nothing() {
    let mut schemas = serde_json::Map::new();
    for number in 0..20_000 {
        schemas.insert(format!("S{number}"), json!({"$ref": format!("#/components/schemas/S{}", number + 1)}));
    }
    schemas.insert("S20000".to_owned(), json!({"propertyNames": false}));
    schemas.insert("Not".to_owned(), json!({"not": {"$ref": "#/components/schemas/S0"}}));
    schemas.insert("Null".to_owned(), json!({"anyOf": [{"$ref": "#/components/schemas/S0"}, {"type": "null"}]}));
    let schemas = with_schemas(schemas.into());
    assert_eq!(schemas["Not"], json!({}), "what was widened is 20,000 references away");
}
