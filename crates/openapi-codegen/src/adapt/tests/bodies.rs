//! Request bodies.

use serde_json::{Value, json};

use super::{DROPPED, EQUIVALENT, at, go, recorded, refused};
use crate::adapt::{Adapted, Field, FieldKind};

fn body(content: &Value) -> Adapted {
    go(&json!({"requestBody": {"required": true, "content": content}}), &json!({})).unwrap()
}

#[test]
fn a_body_that_may_be_absent_is_always_sent() {
    let json = json!({"schema": {"type": "object"}});
    let adapted = go(&json!({"requestBody": {"content": {"application/json": json}}}), &json!({})).unwrap();
    recorded(&adapted, &[("body-made-mandatory", DROPPED, "requestBody")]);
    let adapted = go(&json!({"requestBody": {"required": true, "content": {}}}), &json!({})).unwrap();
    assert_eq!(adapted.root.pointer(&format!("{}/requestBody", super::GO)), None);
    recorded(&adapted, &[("body-without-content", DROPPED, "requestBody")]);
}

#[test]
fn of_several_media_types_the_most_telling_is_sent() {
    let content = json!({
        "text/plain": {"schema": {"type": "string"}},
        "application/json; charset=utf-8": {"schema": {"type": "object"}, "encoding": {"a": {}}},
    });
    let adapted = body(&content);
    assert_eq!(
        at(&adapted, "requestBody/content"),
        json!({"application/json; charset=utf-8": {"schema": {"type": "object"}}}),
    );
    let encoding = "requestBody/content/application~1json; charset=utf-8/encoding";
    recorded(
        &adapted,
        &[("body-media-types", DROPPED, "requestBody/content"), ("body-encoding-ignored", DROPPED, encoding)],
    );
}

#[test]
fn bytes_and_text_have_the_schemas_that_progenitor_knows_them_by() {
    for (media_type, given, wanted) in [
        ("application/octet-stream", json!({}), json!({"type": "string", "format": "binary"})),
        (
            "application/octet-stream",
            json!({"schema": {"type": "string", "maxLength": 5}}),
            json!({"type": "string", "format": "binary"}),
        ),
        ("text/plain", json!({"schema": {"type": "string", "pattern": "a"}}), json!({"type": "string"})),
        ("application/json", json!({}), json!({})),
    ] {
        let adapted = body(&json!({media_type: given}));
        let place = format!("requestBody/content/{}", media_type.replace('/', "~1"));
        assert_eq!(at(&adapted, &format!("{place}/schema")), wanted);
        recorded(&adapted, &[("body-schema", EQUIVALENT, &place)]);
    }
    recorded(&body(&json!({"text/plain": {"schema": {"type": "string"}}})), &[]);
}

#[test]
fn the_fields_of_a_form_travel_as_parameters() {
    let schema = json!({"type": "object", "required": ["photo", "when"], "properties": {
        "photo": {"type": "string", "format": "binary"},
        "scan": {"type": "string", "format": "byte"},
        "others": {"type": "array", "items": {"$ref": "#/components/schemas/File"}},
        "when": {"type": "string", "format": "date-time"},
        "count": {"type": "integer"},
        "colour": {"$ref": "#/components/schemas/Colour"},
        "place": {"type": "object"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "Alt Text": {"type": "string"},
    }});
    let adapted = go(
        &json!({"requestBody": {"$ref": "#/components/requestBodies/Form"}}),
        &json!({
            "requestBodies": {"Form": {"required": true, "content": {"multipart/form-data": {"schema": schema}}}},
            "schemas": {
                "Colour": {"type": "string", "enum": ["red"]},
                "File": {"type": "string", "format": "binary"},
            },
        }),
    )
    .unwrap();
    let field = |name: &str, kind, required| Field { name: name.to_owned(), kind, required };
    assert_eq!(
        adapted.operations[0].form.as_deref().unwrap(),
        [
            field("photo", FieldKind::File, true),
            field("scan", FieldKind::File, false),
            field("others", FieldKind::Files, false),
            field("when", FieldKind::Text, true),
            field("count", FieldKind::Text, false),
            field("colour", FieldKind::Text, false),
            field("place", FieldKind::Json, false),
            field("tags", FieldKind::Json, false),
            field("Alt Text", FieldKind::Text, false),
        ],
    );
    assert_eq!(
        at(&adapted, "parameters/1"),
        json!({"name": "multipart:photo", "in": "query", "required": true, "schema": {"type": "string"}}),
    );
    assert_eq!(
        at(&adapted, "parameters/6"),
        json!({"name": "multipart:colour", "in": "query", "required": false,
            "schema": {"$ref": "#/components/schemas/Colour"}}),
    );
    assert_eq!(adapted.root.pointer(&format!("{}/requestBody", super::GO)), None);
    recorded(&adapted, &[("multipart-form", EQUIVALENT, "requestBody/content/multipart~1form-data")]);
}

#[test]
fn a_form_without_fields_and_a_media_type_that_is_none_are_refused() {
    for (content, why) in [
        (json!({"multipart/form-data": {}}), "lists its fields as `properties`"),
        (json!({"application/json": "text"}), "a media type is an object"),
    ] {
        let message = refused(go(&json!({"requestBody": {"required": true, "content": content}}), &json!({})));
        assert!(message.starts_with("operation go: /paths") && message.contains(why), "{message}");
    }
}
