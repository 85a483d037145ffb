//! Request bodies: one media type, a schema that progenitor takes; multipart bodies become fields for the emitter.

use openapi_contract::Pointer;
use serde_json::{Map, Value, json};

use super::Record;
use super::references::resolve;
use crate::error::Error;

/// The media type of forms with files (RFC 7578).
pub(crate) const MULTIPART: &str = "multipart/form-data";

/// One field of a multipart form.
///
/// Progenitor knows no forms, but it types, names and documents parameters well. So each field travels through it as
/// a query parameter whose name begins with [`Field::MARKER`]; the emitter finds these and makes a form of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) kind: FieldKind,
    pub(crate) required: bool,
}

/// How a field is written into the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldKind {
    /// A file: any bytes, with file name and media type.
    File,
    /// Several files under one name.
    Files,
    /// A scalar, as text.
    Text,
    /// An array or object, as JSON: what OpenAPI 3.0 says of such a field without an `encoding`.
    Json,
}

impl Field {
    const MARKER: &str = "multipart:";

    /// The name of the parameter as which this field travels through progenitor.
    pub(crate) fn marker(&self) -> String {
        format!("{}{}", Self::MARKER, self.name)
    }

    pub(crate) fn is_marker(parameter: &str) -> bool {
        parameter.starts_with(Self::MARKER)
    }
}

/// Makes the operation's body one that progenitor reads; returns the fields when it is a multipart form.
pub(super) fn adapt(
    operation: &mut Map<String, Value>,
    root: &Value,
    pointer: &Pointer,
    record: &mut Record,
) -> Result<Option<Vec<Field>>, Error> {
    let Some(body) = operation.get("requestBody") else { return Ok(None) };
    let place = pointer.join("requestBody");
    let mut body = resolve(root, body).clone();
    let content = body.get("content").and_then(Value::as_object);
    let Some((media_type, media)) = content.and_then(choose) else {
        record.dropped("body-without-content", &place, "the contract names no media type, so no body is sent");
        operation.shift_remove("requestBody");
        return Ok(None);
    };
    let (media_type, mut media) = (media_type.clone(), media.clone());
    if !media.is_object() {
        return Err(Error::contract(place.join("content").join(&media_type), "a media type is an object"));
    }
    let others: Vec<&String> = content.into_iter().flat_map(Map::keys).filter(|other| **other != media_type).collect();
    if !others.is_empty() {
        let others: Vec<String> = others.iter().map(|other| format!("\"{other}\"")).collect();
        let reason = format!("one method sends one media type, \"{media_type}\"; never sent: {}", others.join(", "));
        record.dropped("body-media-types", &place.join("content"), reason);
    }
    if body.get("required") != Some(&Value::Bool(true)) {
        record.dropped(
            "body-made-mandatory",
            &place,
            "the contract lets the body be absent; the method always sends one",
        );
    }
    let media_place = place.join("content").join(&media_type);
    if let Some(object) = media.as_object_mut()
        && object.shift_remove("encoding").is_some()
    {
        record.dropped(
            "body-encoding-ignored",
            &media_place.join("encoding"),
            "fields are written as OpenAPI does by default",
        );
    }
    if essence(&media_type) == MULTIPART {
        operation.shift_remove("requestBody");
        let fields = fields(root, &media, &media_place)?;
        for field in &fields {
            let schema = resolve(root, &media["schema"])["properties"][&field.name].clone();
            push_parameter(operation, field, schema);
        }
        record.equivalent("multipart-form", &media_place, "progenitor writes no forms; the emitter beside it does");
        return Ok(Some(fields));
    }
    plain_schema(&media_type, &mut media, &media_place, record);
    body["content"] = json!({ media_type: media });
    operation.insert("requestBody".to_owned(), body);
    Ok(None)
}

/// The media type that the method sends: the most telling one that progenitor (or the emitter) can write.
fn choose(content: &Map<String, Value>) -> Option<(&String, &Value)> {
    let preference =
        ["application/json", MULTIPART, "application/x-www-form-urlencoded", "application/octet-stream", "text/plain"];
    let preferred = preference.iter().find_map(|wanted| content.iter().find(|(name, _)| essence(name) == *wanted));
    preferred.or_else(|| content.iter().next())
}

/// A media type without its parameters.
fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

/// Progenitor takes bytes and plain text only under one particular schema each, and JSON only with a schema.
fn plain_schema(media_type: &str, media: &mut Value, place: &Pointer, record: &mut Record) {
    let wanted = match essence(media_type) {
        "application/octet-stream" => json!({"type": "string", "format": "binary"}),
        "text/plain" | "text/x-markdown" => json!({"type": "string"}),
        _ if media.get("schema").is_none() => json!({}),
        _ => return,
    };
    if media.get("schema") != Some(&wanted) {
        record.equivalent("body-schema", place, format!("a body of \"{media_type}\" is taken as it is given"));
        media["schema"] = wanted;
    }
}

fn fields(root: &Value, media: &Value, place: &Pointer) -> Result<Vec<Field>, Error> {
    let schema = resolve(root, media.get("schema").unwrap_or(&Value::Null));
    let properties = schema.get("properties").and_then(Value::as_object).ok_or_else(|| {
        Error::unsupported(
            place.join("schema"),
            "a multipart body needs a schema that lists its fields as `properties`",
        )
    })?;
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    Ok(properties
        .iter()
        .map(|(name, property)| Field {
            name: name.clone(),
            kind: kind(root, property),
            required: required.contains(&name.as_str()),
        })
        .collect())
}

fn kind(root: &Value, schema: &Value) -> FieldKind {
    let schema = resolve(root, schema);
    let is_file = |schema: &Value| matches!(schema.get("format").and_then(Value::as_str), Some("binary" | "byte"));
    match schema.get("type").and_then(Value::as_str) {
        _ if is_file(schema) => FieldKind::File,
        Some("string" | "integer" | "number" | "boolean") => FieldKind::Text,
        Some("array") if schema.get("items").is_some_and(|items| is_file(resolve(root, items))) => FieldKind::Files,
        _ => FieldKind::Json,
    }
}

fn push_parameter(operation: &mut Map<String, Value>, field: &Field, schema: Value) {
    // What a file becomes in Rust is the emitter's business; progenitor need only find a type for it.
    let schema = match field.kind {
        FieldKind::File | FieldKind::Files => json!({"type": "string"}),
        FieldKind::Text | FieldKind::Json => schema,
    };
    let parameter = json!({"name": field.marker(), "in": "query", "required": field.required, "schema": schema});
    if let Value::Array(parameters) = operation.entry("parameters").or_insert_with(|| Value::Array(Vec::new())) {
        parameters.push(parameter);
    }
}
