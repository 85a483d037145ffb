//! Each rule for schemas, as a pair of before and after. Pairs are compared as text: the order of keys counts.
#![allow(clippy::needless_pass_by_value, reason = "json! makes values, and they read best in place")]

use openapi_contract::{Document, Effect, Format, Outcome, lower::lower};
use serde_json::{Value, json};

fn lowered(schemas: Value) -> Outcome {
    let root = json!({"openapi": "3.1.0", "info": {}, "paths": {}, "components": {"schemas": schemas}});
    lower(&Document::from_value(root, Format::Json).unwrap()).unwrap()
}

/// Lowers `before` among the schemas X (a plain object), W (one that is widened) and N (one that accepts null), and
/// compares; `changes` are the rules and effects that are expected, in order.
#[track_caller]
fn becomes(before: Value, after: &Value, changes: &[(&str, Effect)]) {
    let outcome = lowered(json!({
        "S": before,
        "X": {"type": "object"},
        "W": {"type": "object", "propertyNames": {"maxLength": 3}},
        "N": {"type": "string", "nullable": true},
    }));
    let result = &outcome.document.root()["components"]["schemas"]["S"];
    assert_eq!(result.to_string(), after.to_string());
    let own = outcome.changes.iter().filter(|change| change.pointer.as_str().starts_with("/components/schemas/S"));
    assert_eq!(own.map(|change| (change.rule, change.effect)).collect::<Vec<_>>(), changes);
}

use Effect::{Dropped, Equivalent, Widened};

#[test]
fn one_type_in_an_array_is_that_type() {
    becomes(json!({"type": ["string"]}), &json!({"type": "string"}), &[("type-array-single", Equivalent)]);
    becomes(json!({"type": ["string", "string"]}), &json!({"type": "string"}), &[("type-array-single", Equivalent)]);
    becomes(json!({"type": ["integer", "number"]}), &json!({"type": "number"}), &[("type-array-single", Equivalent)]);
    becomes(json!({"type": []}), &json!({}), &[("type-array-empty", Widened)]);
}

#[test]
fn null_beside_one_type_is_nullable() {
    becomes(
        json!({"title": "t", "type": ["string", "null"], "minLength": 1}),
        &json!({"title": "t", "type": "string", "nullable": true, "minLength": 1}),
        &[("type-array-nullable", Equivalent)],
    );
    becomes(
        json!({"type": ["string", "null"], "enum": ["a", null]}),
        &json!({"type": "string", "nullable": true, "enum": ["a", null]}),
        &[("type-array-nullable", Equivalent)],
    );
}

#[test]
fn null_that_another_keyword_rejects_stays_rejected() {
    becomes(
        json!({"type": ["string", "null"], "enum": ["a"]}),
        &json!({"type": "string", "enum": ["a"]}),
        &[("type-array-null-excluded", Equivalent)],
    );
    becomes(
        json!({"type": ["object", "null"], "allOf": [{"$ref": "#/components/schemas/X"}]}),
        &json!({"type": "object", "allOf": [{"$ref": "#/components/schemas/X"}]}),
        &[("type-array-null-excluded", Equivalent)],
    );
}

#[test]
fn several_types_are_a_choice_of_typed_schemas() {
    becomes(
        json!({"description": "d", "type": ["string", "integer", "null"], "minLength": 2, "minimum": 0, "maxItems": 1}),
        &json!({
            "description": "d",
            "anyOf": [{"type": "string", "minLength": 2}, {"type": "integer", "minimum": 0}],
            "nullable": true,
        }),
        &[("type-array-any-of", Equivalent), ("type-array-nullable", Equivalent)],
    );
    becomes(
        json!({"type": ["array", "string"], "enum": ["a", 1, []]}),
        &json!({"anyOf": [{"type": "array", "enum": [[]], "items": {}}, {"type": "string", "enum": ["a"]}]}),
        &[("array-without-items", Equivalent), ("type-array-any-of", Equivalent)],
    );
    becomes(
        json!({"type": ["string", "integer"], "anyOf": [{"minLength": 1}]}),
        &json!({
            "anyOf": [{"minLength": 1}],
            "allOf": [{"anyOf": [{"type": "string"}, {"type": "integer"}]}],
        }),
        &[("type-array-any-of", Equivalent)],
    );
    becomes(
        json!({"type": ["string", "number", "boolean", "object", "array", "null"], "title": "Any"}),
        &json!({"title": "Any"}),
        &[("type-array-any", Equivalent)],
    );
}

#[test]
fn null_alone_is_an_enum_of_null() {
    let null = json!({"enum": [null], "nullable": true});
    becomes(json!({"type": "null"}), &null, &[("type-null", Equivalent)]);
    becomes(json!({"type": ["null"]}), &null, &[("type-null", Equivalent)]);
    becomes(json!({"const": null}), &json!({"nullable": true, "enum": [null]}), &[("const-to-enum", Equivalent)]);
    becomes(
        json!({"type": "null", "enum": ["a"]}),
        &json!({"not": {}}),
        &[("type-array-null-excluded", Equivalent), ("enum-unsatisfiable", Equivalent)],
    );
}

#[test]
fn a_choice_between_a_reference_and_null_is_the_form_that_generators_know() {
    for keyword in ["oneOf", "anyOf"] {
        becomes(
            json!({"description": "d", keyword: [{"$ref": "#/components/schemas/X"}, {"type": "null"}]}),
            &json!({"description": "d", "nullable": true, "allOf": [{"$ref": "#/components/schemas/X"}]}),
            &[("null-branch", Equivalent)],
        );
    }
}

#[test]
fn a_choice_between_a_plain_schema_and_null_is_that_schema() {
    becomes(
        json!({"description": "d", "oneOf": [{"type": "null"}, {"type": "string", "enum": ["a"]}]}),
        &json!({"description": "d", "type": "string", "enum": ["a", null], "nullable": true}),
        &[("null-branch", Equivalent)],
    );
    becomes(
        json!({"description": "d", "oneOf": [{"type": "string", "description": "e"}, {"type": "null"}]}),
        &json!({"description": "d", "nullable": true, "allOf": [{"type": "string", "description": "e"}]}),
        &[("null-branch", Equivalent)],
    );
    becomes(
        json!({"oneOf": [{"$ref": "#/components/schemas/X"}, {"type": "string"}, {"type": "null"}]}),
        &json!({"nullable": true, "oneOf": [{"$ref": "#/components/schemas/X"}, {"type": "string"}]}),
        &[("null-branch", Equivalent)],
    );
}

#[test]
fn null_that_two_branches_of_one_of_accept_is_rejected() {
    becomes(
        json!({"oneOf": [{"type": ["string", "null"]}, {"type": "null"}]}),
        &json!({"oneOf": [{"type": "string", "nullable": true}, {"enum": [null], "nullable": true}]}),
        &[("type-array-nullable", Equivalent), ("type-null", Equivalent)],
    );
    // Beside a type that has no null, the branch goes without a trace.
    becomes(
        json!({"type": "object", "oneOf": [{"$ref": "#/components/schemas/X"}, {"type": "null"}]}),
        &json!({"type": "object", "allOf": [{"$ref": "#/components/schemas/X"}]}),
        &[("null-branch", Equivalent)],
    );
}

#[test]
fn null_beside_a_reference_to_another_document_is_not_certain() {
    becomes(
        json!({"oneOf": [{"$ref": "other.json"}, {"type": "null"}]}),
        &json!({"nullable": true, "allOf": [{"$ref": "other.json"}]}),
        &[("null-branch", Widened)],
    );
}

#[test]
fn nullable_means_nothing_in_3_1() {
    becomes(json!({"type": "string", "nullable": true}), &json!({"type": "string"}), &[("nullable-in-3-1", Dropped)]);
}

#[test]
fn a_constant_is_an_enum_of_one_with_its_type() {
    for (constant, name) in [
        (json!(false), "boolean"),
        (json!(0), "integer"),
        (json!(0.5), "number"),
        (json!(""), "string"),
        (json!({"$ref": 1, "const": 2}), "object"),
    ] {
        becomes(
            json!({ "const": constant }),
            &json!({"type": name, "enum": [constant]}),
            &[("const-to-enum", Equivalent)],
        );
    }
    becomes(
        json!({"const": [1]}),
        &json!({"type": "array", "enum": [[1]], "items": {}}),
        &[("array-without-items", Equivalent), ("const-to-enum", Equivalent)],
    );
    becomes(
        json!({"type": "number", "const": 1, "enum": [2, 1.0]}),
        &json!({"type": "number", "enum": [1.0]}),
        &[("const-to-enum", Equivalent)],
    );
    becomes(
        json!({"enum": ["a"], "const": "b"}),
        &json!({"not": {}}),
        &[("enum-unsatisfiable", Equivalent), ("const-to-enum", Equivalent)],
    );
}

#[test]
fn an_enum_with_null_says_so_twice() {
    becomes(
        json!({"enum": ["a", null]}),
        &json!({"type": "string", "nullable": true, "enum": ["a", null]}),
        &[("enum-nullable", Equivalent)],
    );
    becomes(
        json!({"enum": ["a", 1, null]}),
        &json!({"nullable": true, "enum": ["a", 1, null]}),
        &[("enum-nullable", Equivalent)],
    );
    becomes(json!({"type": "string", "enum": ["a", null]}), &json!({"type": "string", "enum": ["a", null]}), &[]);
}

#[test]
fn of_two_bounds_the_tighter_one_stays() {
    let rule: &[(&str, Effect)] = &[("exclusive-bound", Equivalent)];
    becomes(json!({"exclusiveMinimum": 1}), &json!({"minimum": 1, "exclusiveMinimum": true}), rule);
    becomes(json!({"minimum": 2, "exclusiveMinimum": 1}), &json!({"minimum": 2}), rule);
    becomes(json!({"exclusiveMaximum": 1, "maximum": 1.0}), &json!({"maximum": 1, "exclusiveMaximum": true}), rule);
    becomes(json!({"exclusiveMaximum": 2, "maximum": 1.5}), &json!({"maximum": 1.5}), rule);
}

#[test]
fn annotations_find_their_words_or_go() {
    becomes(json!({"examples": [1, 2]}), &json!({"example": 1}), &[("examples-to-example", Dropped)]);
    becomes(json!({"examples": [1]}), &json!({"example": 1}), &[("examples-to-example", Equivalent)]);
    becomes(
        json!({"type": "string", "contentEncoding": "base64", "contentMediaType": "image/png", "contentSchema": true}),
        &json!({"type": "string", "format": "byte"}),
        &[("content-to-format", Equivalent), ("content-dropped", Dropped), ("content-dropped", Dropped)],
    );
    becomes(
        json!({"contentMediaType": "application/octet-stream"}),
        &json!({"format": "binary"}),
        &[("content-to-format", Equivalent)],
    );
    becomes(
        json!({"$comment": "c", "$schema": "s", "x-a": {"const": 1}, "colour": 1, "deprecated": true}),
        &json!({"x-a": {"const": 1}, "deprecated": true}),
        &[("schema-notes", Dropped), ("schema-notes", Dropped), ("unknown-keyword", Dropped)],
    );
}

#[test]
fn data_is_never_rewritten_and_names_are_never_keywords() {
    let data = json!({"const": 1, "type": ["string", "null"], "$ref": "#/nowhere", "nullable": 5});
    let schema = json!({"default": data, "example": data, "enum": [data], "x-data": data});
    becomes(schema.clone(), &schema, &[]);
    becomes(
        json!({"properties": {"const": {"const": 1}, "$ref": {"type": "string"}, "x-y": true, "$defs": {}}}),
        &json!({"properties": {
            "const": {"type": "integer", "enum": [1]}, "$ref": {"type": "string"}, "x-y": {}, "$defs": {},
        }}),
        &[("const-to-enum", Equivalent), ("boolean-schema", Equivalent)],
    );
}

#[test]
fn siblings_of_a_reference_are_read_beside_all_of() {
    becomes(
        json!({"$ref": "#/components/schemas/X", "description": "d", "allOf": [{"minProperties": 1}]}),
        &json!({"allOf": [{"$ref": "#/components/schemas/X"}, {"minProperties": 1}], "description": "d"}),
        &[("ref-siblings", Equivalent)],
    );
    becomes(
        json!({"$comment": "c", "$ref": "#/components/schemas/X"}),
        &json!({"$ref": "#/components/schemas/X"}),
        &[("schema-notes", Dropped)],
    );
}

#[test]
fn booleans_are_schemas_only_as_additional_properties() {
    becomes(json!(true), &json!({}), &[("boolean-schema", Equivalent)]);
    becomes(json!(false), &json!({"not": {}}), &[("boolean-schema", Equivalent)]);
    becomes(json!({"additionalProperties": false}), &json!({"additionalProperties": false}), &[]);
    becomes(
        json!({"type": "array", "items": false}),
        &json!({"type": "array", "items": {"not": {}}}),
        &[("boolean-schema", Equivalent)],
    );
    becomes(json!({"type": "array"}), &json!({"type": "array", "items": {}}), &[("array-without-items", Equivalent)]);
    becomes(json!({"required": []}), &json!({}), &[("required-empty", Equivalent)]);
}

#[test]
fn dependencies_and_conditions_are_choices() {
    becomes(
        json!({"dependentRequired": {"a": ["b"], "c": []}}),
        &json!({"anyOf": [{"not": {"required": ["a"]}}, {"required": ["a", "b"]}]}),
        &[("dependent-required", Equivalent)],
    );
    becomes(
        json!({"dependentSchemas": {"a": {"minProperties": 2}, "b": {"maxProperties": 3}}}),
        &json!({
            "anyOf": [{"not": {"type": "object", "required": ["a"]}}, {"minProperties": 2}],
            "allOf": [{"anyOf": [{"not": {"type": "object", "required": ["b"]}}, {"maxProperties": 3}]}],
        }),
        &[("dependent-schemas", Equivalent)],
    );
    becomes(
        json!({"if": {"type": "string"}, "then": {"minLength": 1}, "else": {"minimum": 1}}),
        &json!({"anyOf": [
            {"allOf": [{"type": "string"}, {"minLength": 1}]},
            {"allOf": [{"not": {"type": "string"}}, {"minimum": 1}]},
        ]}),
        &[("if-to-any-of", Equivalent)],
    );
    becomes(
        json!({"if": {"type": "string"}, "then": {"minLength": 1}}),
        &json!({"anyOf": [{"not": {"type": "string"}}, {"minLength": 1}]}),
        &[("if-to-any-of", Equivalent)],
    );
    becomes(
        json!({"if": {"type": "string"}, "else": {"minimum": 1}}),
        &json!({"anyOf": [{"type": "string"}, {"minimum": 1}]}),
        &[("if-to-any-of", Equivalent)],
    );
    becomes(
        json!({"if": false, "$comment": ""}),
        &json!({}),
        &[("if-without-effect", Equivalent), ("schema-notes", Dropped)],
    );
}

#[test]
fn what_was_widened_is_not_negated() {
    let reference = json!({"$ref": "#/components/schemas/W"});
    becomes(json!({"not": reference, "title": "t"}), &json!({"title": "t"}), &[("not-dropped", Widened)]);
    becomes(json!({"not": {"not": reference}}), &json!({}), &[("not-dropped", Widened)]);
    becomes(json!({"if": reference, "then": false}), &json!({}), &[("if-dropped", Widened)]);
    becomes(
        json!({"oneOf": [reference, {"minProperties": 2}]}),
        &json!({"anyOf": [reference, {"minProperties": 2}]}),
        &[("one-of-to-any-of", Widened)],
    );
    // No instance is both an object and a string, however wide the object has become.
    let tagged = json!({"oneOf": [reference, {"type": "string"}]});
    becomes(tagged.clone(), &tagged, &[]);
    becomes(
        json!({"allOf": [reference], "not": {"type": "null"}}),
        &json!({
            "allOf": [reference], "not": {"enum": [null], "nullable": true}
        }),
        &[("type-null", Equivalent)],
    );
}

#[test]
fn widening_is_seen_through_circles_of_references() {
    let outcome = lowered(json!({
        "A": {"properties": {"b": {"$ref": "#/components/schemas/B"}}},
        "B": {"properties": {"a": {"$ref": "#/components/schemas/A"}}, "propertyNames": {"maxLength": 1}},
        "C": {"not": {"$ref": "#/components/schemas/A"}},
        "D": {"not": {"properties": {"d": {"$ref": "#/components/schemas/D"}}}},
    }));
    let schemas = &outcome.document.root()["components"]["schemas"];
    assert_eq!(schemas["C"], json!({}), "A holds B, which was widened");
    assert_eq!(schemas["D"], json!({"not": {"properties": {"d": {"$ref": "#/components/schemas/D"}}}}));
}

#[test]
fn a_tagged_union_keeps_its_one_of() {
    let branch = |tag: &str| json!({"type": "object", "required": ["t"], "properties": {"t": {"enum": [tag]}}, "propertyNames": false});
    let after = |tag: &str| json!({"type": "object", "required": ["t"], "properties": {"t": {"enum": [tag]}}});
    let names = [("property-names", Widened), ("property-names", Widened)];
    becomes(json!({"oneOf": [branch("a"), branch("b")]}), &json!({"oneOf": [after("a"), after("b")]}), &names);
    let clash = [names[0], names[1], ("one-of-to-any-of", Widened)];
    let clash: Vec<_> = clash[2..].iter().chain(&clash[..2]).copied().collect();
    becomes(json!({"oneOf": [branch("a"), branch("a")]}), &json!({"anyOf": [after("a"), after("a")]}), &clash);
}

#[test]
fn what_matched_a_pattern_is_no_longer_kept_out() {
    becomes(
        json!({"patternProperties": {"^x": {"type": "string"}}, "additionalProperties": false}),
        &json!({"additionalProperties": {"type": "string"}}),
        &[("pattern-properties", Widened)],
    );
    becomes(
        json!({"additionalProperties": {"type": "integer"}, "patternProperties": {"^x": {"type": "string"}, "y": true}}),
        &json!({"additionalProperties": {}}),
        &[("pattern-properties", Widened), ("boolean-schema", Equivalent)],
    );
    becomes(
        json!({"patternProperties": {"": {"type": "string"}}}),
        &json!({"additionalProperties": {"type": "string"}}),
        &[("pattern-properties", Equivalent)],
    );
    becomes(json!({"patternProperties": {"^x": false}}), &json!({}), &[("pattern-properties", Widened)]);
}

#[test]
fn elements_by_position_are_any_of_them() {
    becomes(
        json!({"prefixItems": [{"type": "string"}, {"type": "integer"}], "items": {"type": "boolean"}}),
        &json!({"items": {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "boolean"}]}}),
        &[("prefix-items", Widened)],
    );
    becomes(
        json!({"prefixItems": [{"type": "string"}, {"type": "string"}], "items": false}),
        &json!({"items": {"type": "string"}, "maxItems": 2}),
        &[("prefix-items", Equivalent)],
    );
    becomes(json!({"prefixItems": [{"type": "string"}]}), &json!({"items": {}}), &[("prefix-items", Widened)]);
}

#[test]
fn what_3_0_cannot_say_goes_with_a_word() {
    for (keyword, value, rule) in [
        ("propertyNames", json!({"pattern": "a"}), "property-names"),
        ("contains", json!({"type": "string"}), "contains"),
    ] {
        becomes(json!({ keyword: value }), &json!({}), &[(rule, Widened)]);
    }
    becomes(
        json!({"contains": {}, "minContains": 0}),
        &json!({}),
        &[("contains", Equivalent), ("contains", Equivalent)],
    );
    becomes(
        json!({"properties": {"a": {}}, "unevaluatedProperties": false}),
        &json!({"properties": {"a": {}}, "additionalProperties": false}),
        &[("unevaluated-to-additional", Equivalent)],
    );
    becomes(
        json!({"allOf": [{"$ref": "#/components/schemas/X"}], "unevaluatedProperties": false}),
        &json!({"allOf": [{"$ref": "#/components/schemas/X"}]}),
        &[("unevaluated-dropped", Widened)],
    );
    // Of a string, nothing that is said about objects or arrays is ever asked.
    becomes(
        json!({"type": "string", "contains": {}, "propertyNames": false}),
        &json!({"type": "string"}),
        &[("contains", Equivalent), ("property-names", Equivalent)],
    );
}

#[test]
fn malformed_keywords_are_left_alone() {
    for schema in [
        json!({"type": 5}),
        json!({"type": ["string", 5]}),
        json!({"enum": {}}),
        json!({"required": "x"}),
        json!({"properties": []}),
        json!({"allOf": {}}),
        json!({"oneOf": []}),
        json!({"$ref": 5}),
        json!({"exclusiveMinimum": true}),
        json!({"minimum": "x"}),
        json!({"items": [5]}),
        json!({"not": 5}),
        json!(5),
        json!(null),
    ] {
        becomes(schema.clone(), &schema, &[]);
    }
}

#[test]
fn conditions_inside_of_conditions_do_not_double_forever() {
    let mut schema = json!({"type": "string"});
    for _ in 0..100 {
        schema = json!({"if": schema, "then": {"minLength": 1}, "else": {"minimum": 1}});
    }
    let outcome = lowered(json!({ "S": schema }));
    assert!(outcome.document.to_text().len() < 100_000);
    assert!(outcome.changes.iter().any(|change| change.rule == "if-dropped"));
}
