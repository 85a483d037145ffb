//! The requests of all examples as a Postman Collection, v2.1: a folder for each tag, and in it one for each operation that
//! has variants.
//!
//! What differs from site to site is a variable, with the example's value as its first one; credentials and the webhook's
//! ID, which are secrets, have none.

use openapi_contract::Document;
use serde_json::{Value, json};

use crate::contract::{self, Operation};
use crate::names;
use crate::notes::Notes;
use crate::samples::{Samples, WEBHOOK, in_url, path, query};

/// What collections of this version name as their schema.
const SCHEMA: &str = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

/// A variable for each value that is another one on each site: name, meaning, and the places of its value.
struct Variable {
    name: &'static str,
    meaning: &'static str,
    /// Operation (any if there is none) and field of the body, or parameter.
    of: &'static [(&'static str, &'static str)],
}

const VARIABLES: [Variable; 10] = [
    Variable { name: "cloudId", meaning: "The site's cloud ID", of: &[("createCompassEvent", "cloudId")] },
    Variable { name: "componentId", meaning: "The component's ARI", of: &[("createCompassEvent", "componentId")] },
    Variable {
        name: "componentUuid",
        meaning: "The component's bare UUID, which is the end of its ARI",
        of: &[("uploadAPISpec", "componentId"), ("uploadLockFile", "componentId")],
    },
    Variable {
        name: "metricSourceId",
        meaning: "The metric source's ARI",
        of: &[("insertMetricValue", "metricSourceId")],
    },
    Variable {
        name: "metricDefinitionId",
        meaning: "The metric definition's ARI",
        of: &[("insertMetricValue", "metricDefinitionId")],
    },
    Variable { name: "sourceId", meaning: "What tells lock files apart", of: &[("uploadLockFile", "sourceId")] },
    Variable { name: "sourceIdBase64", meaning: "The same in Base64, for URLs", of: &[("deleteLockFile", "sourceId")] },
    Variable { name: "forgeAppId", meaning: "The Forge app's ID", of: &[("getAttachment", "forgeAppId")] },
    Variable { name: "attachmentKey", meaning: "The attachment's key", of: &[("getAttachment", "key")] },
    Variable { name: "webhookId", meaning: "The end of the webhook's URL: a secret", of: &[(WEBHOOK, "webhookId")] },
];

/// Grows from one sending to the next: Postman fills it with the seconds since 1970.
const CLOCK: &str = "{{$timestamp}}";

/// A variable and the value that it stands for.
struct Known {
    variable: &'static Variable,
    value: String,
}

/// The collection, as JSON.
pub(crate) fn collection(document: &Document, operations: &[Operation], samples: &[Samples], notes: &Notes) -> String {
    let known = known(samples);
    let mut folders: Vec<(&str, Vec<Value>)> = Vec::new();
    for operation in operations {
        let of_operation: Vec<_> = samples.iter().filter(|samples| samples.example.operation == operation.id).collect();
        let items = of_operation.iter().map(|samples| item(operation, samples, &known));
        let items = if operation.variants().is_empty() {
            items.collect()
        } else {
            vec![
                json!({ "name": operation.summary, "description": operation.description, "item": items.collect::<Vec<_>>() }),
            ]
        };
        match folders.iter_mut().find(|(tag, _)| *tag == operation.tag) {
            Some((_, folder)) => folder.extend(items),
            None => folders.push((&operation.tag, items)),
        }
    }
    let folders: Vec<_> =
        folders.into_iter().map(|(tag, items)| json!({ "name": notes.title(tag), "item": items })).collect();
    let (name, version) = contract::title(document);
    let collection = json!({
        "info": {
            "name": name,
            "description": format!(
                "All operations of the contract (version {version}). Set baseUrl, email and apiToken first, and the IDs for \
                 what is to be sent. Files to upload are chosen in the body."
            ),
            "schema": SCHEMA,
        },
        "auth": { "type": "basic", "basic": [
            { "key": "username", "value": "{{email}}", "type": "string" },
            { "key": "password", "value": "{{apiToken}}", "type": "string" },
        ] },
        "variable": variables(&known),
        "item": folders,
    });
    format!("{collection:#}\n")
}

fn variables(known: &[Known]) -> Vec<Value> {
    let own = [
        ("baseUrl", "https://example.atlassian.net/gateway/api", "What stands before the paths of the contract"),
        ("email", "", "The account's email"),
        ("apiToken", "", "An API token of the account: a secret"),
    ];
    let of_examples = known.iter().map(|Known { variable: Variable { name, meaning, .. }, value }| {
        (*name, if *name == "webhookId" { "" } else { value }, *meaning)
    });
    let variable =
        |(name, value, meaning)| json!({ "key": name, "value": value, "type": "string", "description": meaning });
    own.into_iter().chain(of_examples).map(variable).collect()
}

fn known(samples: &[Samples]) -> Vec<Known> {
    let value = |(operation, field): &(&str, &str)| {
        let of_operation = samples.iter().filter(|samples| samples.example.operation == *operation);
        let mut values = of_operation.filter_map(|samples| {
            let example = &samples.example;
            let of_body = example.body.as_ref().and_then(|body| body[*field].as_str());
            example.parameters.get(*field).and_then(Value::as_str).or(of_body)
        });
        values.next().map(str::to_owned)
    };
    let known =
        VARIABLES.iter().filter_map(|variable| Some(Known { value: variable.of.iter().find_map(value)?, variable }));
    known.collect()
}

/// The text, with variables for the values that are some.
fn varied(text: &str, known: &[Known]) -> Option<String> {
    known.iter().find(|known| known.value == text).map(|known| format!("{{{{{}}}}}", known.variable.name))
}

fn item(operation: &Operation, samples: &Samples, known: &[Known]) -> Value {
    let example = &samples.example;
    let name = match &example.variant {
        Some(variant) => names::words(variant),
        None => operation.summary.clone(),
    };
    let url_part = |name: &str| {
        let value = example.parameter(name);
        varied(value, known).unwrap_or_else(|| in_url(value))
    };
    let path = path(operation, url_part);
    let pairs: Vec<_> = query(operation, example).into_iter().map(|name| (name, url_part(name))).collect();
    let in_url: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let question = if in_url.is_empty() { "" } else { "?" };
    let mut url = json!({
        "raw": format!("{{{{baseUrl}}}}{path}{question}{}", in_url.join("&")),
        "host": ["{{baseUrl}}"],
        "path": path.trim_start_matches('/').split('/').collect::<Vec<_>>(),
    });
    if !pairs.is_empty() {
        url["query"] = pairs.iter().map(|(name, value)| json!({ "key": name, "value": value })).collect();
    }
    let mut request = json!({
        "method": operation.method,
        "description": format!("{}\n\n{}", example.title, operation.description),
        "header": [],
        "url": url,
    });
    if operation.id == WEBHOOK {
        request["auth"] = json!({ "type": "noauth" });
    }
    if let Some(body) = &example.body {
        request["header"] = json!([{ "key": "Content-Type", "value": "application/json" }]);
        request["body"] = json!({
            "mode": "raw",
            "raw": raw(body, known),
            "options": { "raw": { "language": "json" } },
        });
    }
    if let (Some(file), contract::Body::File { field }) = (&example.file, &operation.body) {
        let part = json!({ "key": field, "type": "file", "src": file.name, "contentType": file.media_type });
        request["body"] = json!({ "mode": "formdata", "formdata": [part] });
    }
    json!({ "name": name, "request": request })
}

/// The body as text, with variables in it. The sequence number is the only one that is not a text in JSON.
fn raw(body: &Value, known: &[Known]) -> String {
    /// No text of an example: it takes the place of a number until the body is a text.
    const PLACE: &str = "\u{0}sequence";
    let text = format!("{:#}", replaced(body, known, PLACE));
    text.replace(&json!(PLACE).to_string(), CLOCK)
}

fn replaced(value: &Value, known: &[Known], place: &str) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| match &**name {
                "updateSequenceNumber" => (name.clone(), json!(place)),
                _ => (name.clone(), replaced(value, known, place)),
            })
            .collect(),
        Value::Array(elements) => elements.iter().map(|value| replaced(value, known, place)).collect(),
        Value::String(text) => varied(text, known).map_or_else(|| value.clone(), Value::String),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}
