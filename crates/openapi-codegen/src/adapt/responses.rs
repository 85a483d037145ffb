//! Responses: progenitor knows one success type and one error type for each operation.
//!
//! A response that is left out is not lost: it reaches the caller as `Error::UnexpectedResponse`, with status, headers
//! and a body that can still be read.

use openapi_contract::Pointer;
use serde_json::{Map, Value, json};

use super::Record;
use super::references::resolve;
use crate::error::Error;
use crate::names;

/// What progenitor makes of a response's body.
#[derive(Clone, Debug, PartialEq)]
enum Body {
    /// JSON of this schema, read into its type.
    Json(Value),
    /// Anything else, handed over as a stream of bytes.
    Bytes,
    /// None.
    Nothing,
}

struct Response {
    status: String,
    value: Value,
    body: Body,
}

/// Leaves the operation with one kind of success and one kind of error.
pub(super) fn adapt(
    operation: &mut Map<String, Value>,
    root: &mut Value,
    pointer: &Pointer,
    record: &mut Record,
) -> Result<(), Error> {
    let place = pointer.join("responses");
    let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default().to_owned();
    let Some(Value::Object(given)) = operation.get("responses") else {
        operation.insert("responses".to_owned(), json!({}));
        return Ok(());
    };
    let mut responses: Vec<Response> = Vec::new();
    for (status, value) in given.iter().filter(|(status, _)| !status.starts_with("x-")) {
        let mut value = resolve(root, value).clone();
        let body = read_body(&mut value, &place.join(status), record)?;
        responses.push(Response { status: status.clone(), value, body });
    }
    split_default(&mut responses, &place, record);
    responses.retain(|response| {
        let is_read = is_success(&response.status) || is_failure(&response.status);
        if !is_read {
            let reason =
                "neither a success nor a failure to progenitor; it arrives as UnexpectedResponse, its body unread";
            record.dropped("status-unread", &place.join(&response.status), reason);
        }
        is_read
    });
    name_inline_schemas(&mut responses, &id, root, &place, record);
    keep_one_kind(&mut responses, is_success, "success-kinds", best_success, &place, record);
    keep_one_kind(&mut responses, is_failure, "error-kinds", most_common, &place, record);
    let kept: Map<String, Value> = responses.into_iter().map(|response| (response.status, response.value)).collect();
    operation.insert("responses".to_owned(), Value::Object(kept));
    Ok(())
}

/// The body as progenitor sees it: JSON if there is JSON, else bytes, else nothing.
fn read_body(response: &mut Value, place: &Pointer, record: &mut Record) -> Result<Body, Error> {
    let Some(content) = response.get_mut("content").and_then(Value::as_object_mut) else { return Ok(Body::Nothing) };
    let is_json = |name: &str| name.split(';').next().is_some_and(|essence| essence.trim() == "application/json");
    let Some(json_type) = content.keys().find(|name| is_json(name)).cloned() else {
        let Some(media_type) = content.keys().next() else { return Ok(Body::Nothing) };
        record.dropped(
            "response-as-bytes",
            &place.join("content").join(media_type),
            format!("a body of \"{media_type}\" is handed over as bytes, with no type"),
        );
        return Ok(Body::Bytes);
    };
    let media_place = place.join("content").join(&json_type);
    let mut media = content.get(&json_type).cloned().unwrap_or_default();
    if !media.is_object() {
        return Err(Error::contract(media_place, "a media type is an object"));
    }
    if media.get("schema").is_none() {
        media["schema"] = json!({});
        record.equivalent("response-without-schema", &media_place, "JSON without a schema is any JSON");
    }
    if let Some(media) = media.as_object_mut() {
        media.shift_remove("encoding");
    }
    let others: Vec<String> =
        content.keys().filter(|name| **name != json_type).map(|name| format!("\"{name}\"")).collect();
    if !others.is_empty() {
        let reason = format!("JSON is asked for and read; never asked for: {}", others.join(", "));
        record.dropped("response-media-types", &place.join("content"), reason);
    }
    let schema = media["schema"].clone();
    // One spelling of the media type: progenitor also looks at the first key of `content`.
    *content = Map::from_iter([("application/json".to_owned(), media)]);
    Ok(Body::Json(schema))
}

/// Beside a 2xx, `default` speaks of failures; progenitor would take it for a success as well.
fn split_default(responses: &mut Vec<Response>, place: &Pointer, record: &mut Record) {
    let Some(index) = responses.iter().position(|response| response.status == "default") else { return };
    let has_success = responses.iter().any(|response| response.status != "default" && is_success(&response.status));
    if !has_success {
        return;
    }
    let default = responses.remove(index);
    record.dropped(
        "default-is-failure",
        &place.join("default"),
        "beside a 2xx, default is read as every 4xx and 5xx; other statuses arrive as UnexpectedResponse",
    );
    for range in ["4XX", "5XX"] {
        if !responses.iter().any(|response| response.status.eq_ignore_ascii_case(range)) {
            let (value, body) = (default.value.clone(), default.body.clone());
            responses.push(Response { status: range.to_owned(), value, body });
        }
    }
}

/// Gives inline schemas a name, so that equal ones become one type and different ones have telling names.
fn name_inline_schemas(responses: &mut [Response], id: &str, root: &mut Value, place: &Pointer, record: &mut Record) {
    let mut named: Vec<(Value, Value)> = Vec::new();
    for response in responses {
        let Body::Json(schema) = &mut response.body else { continue };
        let is_plain = schema.get("$ref").is_some() || !has_structure(schema);
        if is_plain {
            continue;
        }
        let known = named.iter().find(|(known, _)| known == schema).map(|(_, reference)| reference.clone());
        let reference = known.unwrap_or_else(|| {
            let suffix = if is_success(&response.status) { "Response" } else { "Error" };
            let schemas = super::schemas_mut(root);
            let wanted = format!("{}{suffix}", names::of_type(id));
            let name = names::free_name(&wanted, |name| {
                schemas
                    .as_deref()
                    .into_iter()
                    .flat_map(Map::keys)
                    .any(|taken| names::of_type(taken) == names::of_type(name))
            });
            if let Some(schemas) = schemas {
                schemas.insert(name.clone(), schema.clone());
            }
            record.equivalent(
                "response-schema-named",
                &place.join(&response.status),
                format!("the inline schema of the body is called {name}"),
            );
            let reference = json!({"$ref": Pointer::from_tokens(["components", "schemas", &name]).to_reference()});
            named.push((schema.clone(), reference.clone()));
            reference
        });
        response.value["content"]["application/json"]["schema"] = reference.clone();
        *schema = reference;
    }
}

/// Whether a schema becomes a type of its own.
fn has_structure(schema: &Value) -> bool {
    ["properties", "allOf", "oneOf", "anyOf", "enum", "additionalProperties", "pattern"]
        .iter()
        .any(|keyword| schema.get(keyword).is_some())
}

/// Of the responses that `group` selects, keeps those whose body is of the kind that `choose` prefers.
fn keep_one_kind(
    responses: &mut Vec<Response>,
    group: fn(&str) -> bool,
    rule: &'static str,
    choose: fn(&[&Response]) -> Option<Body>,
    place: &Pointer,
    record: &mut Record,
) {
    let members: Vec<&Response> = responses.iter().filter(|response| group(&response.status)).collect();
    let Some(kept) = choose(&members) else { return };
    let wide = members.iter().filter(|response| response.body == kept).map(|response| response.status.clone());
    let wide: Vec<String> = wide.filter(|status| status.parse::<u16>().is_err()).collect();
    responses.retain(|response| {
        let keep = !group(&response.status) || response.body == kept;
        if !keep {
            let reader = wide.iter().find(|range| range.as_str() == "default" || range[..1] == response.status[..1]);
            let outcome = match reader {
                Some(range) => format!("is read as {range}, which fails"),
                None => "arrives as UnexpectedResponse, its body unread".to_owned(),
            };
            let reason = format!(
                "progenitor reads one kind of body, here {}; a {} with {} {outcome}",
                kept.describe(),
                response.status,
                response.body.describe(),
            );
            record.dropped(rule, &place.join(&response.status), reason);
        }
        keep
    });
}

/// For successes: typed before bytes before nothing, then the first.
fn best_success(responses: &[&Response]) -> Option<Body> {
    responses.iter().map(|response| &response.body).min_by_key(|body| body.rank()).cloned()
}

/// For failures: the kind of most statuses, typed before bytes before nothing.
fn most_common(responses: &[&Response]) -> Option<Body> {
    let count = |body: &Body| responses.iter().filter(|response| response.body == *body).count();
    let bodies = responses.iter().map(|response| &response.body);
    bodies.min_by_key(|body| (usize::MAX - count(body), body.rank())).cloned()
}

impl Body {
    fn rank(&self) -> u8 {
        match self {
            Self::Json(_) => 0,
            Self::Bytes => 1,
            Self::Nothing => 2,
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Json(schema) => match schema.get("$ref").and_then(Value::as_str) {
                Some(reference) => reference.rsplit('/').next().unwrap_or(reference).to_owned(),
                None => "other JSON".to_owned(),
            },
            Self::Bytes => "bytes".to_owned(),
            Self::Nothing => "no body".to_owned(),
        }
    }
}

fn is_success(status: &str) -> bool {
    status.starts_with('2') || status == "default" || status == "101"
}

fn is_failure(status: &str) -> bool {
    status.starts_with(['4', '5']) || status == "default"
}
