//! An independent reading of OpenAPI 3.0 schemas: as JSON Schema draft 4, which they are close to.
//!
//! Also checks the form: whatever 3.0 does not have is a failure.

use serde_json::{Map, Value, json};

const KEYWORDS: [&str; 36] = [
    "$ref",
    "title",
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxProperties",
    "minProperties",
    "required",
    "enum",
    "type",
    "not",
    "allOf",
    "oneOf",
    "anyOf",
    "items",
    "properties",
    "additionalProperties",
    "description",
    "format",
    "default",
    "nullable",
    "discriminator",
    "readOnly",
    "writeOnly",
    "example",
    "externalDocs",
    "deprecated",
    "xml",
];

/// The schema as draft 4 says it.
pub fn to_draft_4(schema: &Value) -> Value {
    let object = schema.as_object().unwrap_or_else(|| panic!("3.0 has no such schema: {schema}"));
    if let Some(reference) = object.get("$ref") {
        return json!({"$ref": reference}); // 3.0 ignores what stands beside it.
    }
    let mut out = Map::new();
    let mut all = Vec::new();
    for (keyword, value) in object {
        assert!(KEYWORDS.contains(&keyword.as_str()) || keyword.starts_with("x-"), "not in 3.0: {keyword} in {schema}");
        let translated = match keyword.as_str() {
            "not" | "items" => to_draft_4(value),
            "additionalProperties" if !value.is_boolean() => to_draft_4(value),
            "allOf" | "anyOf" | "oneOf" => value.as_array().unwrap().iter().map(to_draft_4).collect(),
            "properties" => {
                let properties = value.as_object().unwrap().iter();
                Value::Object(properties.map(|(name, schema)| (name.clone(), to_draft_4(schema))).collect())
            }
            // 1.0 is an integer in 3.0's data model as it is in 2020-12's; draft 4 alone thinks otherwise.
            "type" if value == "integer" => {
                all.push(json!({"type": "number", "multipleOf": 1}));
                continue;
            }
            "type" => {
                let known = ["boolean", "object", "array", "number", "string"];
                assert!(known.iter().any(|known| value == known), "no type of 3.0: {value}");
                assert!(value != "array" || object.contains_key("items"), "an array without items: {schema}");
                value.clone()
            }
            "exclusiveMinimum" => {
                assert!(value.is_boolean() && object.contains_key("minimum"), "{schema}");
                value.clone()
            }
            "exclusiveMaximum" => {
                assert!(value.is_boolean() && object.contains_key("maximum"), "{schema}");
                value.clone()
            }
            "nullable" | "default" | "example" | "discriminator" => continue,
            _ => value.clone(),
        };
        out.insert(keyword.clone(), translated);
    }
    if !all.is_empty() {
        all.push(out.into());
        out = Map::from_iter([("allOf".to_owned(), all.into())]);
    }
    let listed = object.get("enum").and_then(Value::as_array);
    let nullable = object.get("nullable") == Some(&json!(true)) && listed.is_none_or(|all| all.contains(&Value::Null));
    // The reading of `nullable` that the module `lower` promises to write for.
    if nullable { json!({"anyOf": [{"enum": [null]}, out]}) } else { out.into() }
}
