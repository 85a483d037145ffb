//! `compass schema`: what files may have in them, as JSON Schemas (2020-12).

use clap::ValueEnum;
use compass_sdk::{Config, Event, Metric};
use schemars::schema_for;
use serde_json::{Map, Value, json};

use crate::output::Report;
use crate::settings::{Key, Setting};

/// What a schema is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Subject {
    /// An event of any kind
    Event,
    /// A metric's value
    Metric,
    /// A configuration file
    Config,
}

pub(crate) fn schema(subject: Subject) -> Report {
    let schema = match subject {
        Subject::Event => schema_for!(Event).to_value(),
        Subject::Metric => schema_for!(Metric).to_value(),
        Subject::Config => config(),
    };
    // What was just made of values can be written.
    Report::raw(serde_json::to_string_pretty(&schema).unwrap_or_default())
}

/// The settings that files may have; `[client]` is the SDK's.
pub(crate) fn config() -> Value {
    let mut client = schema_for!(Config).to_value();
    let definitions = client.as_object_mut().and_then(|client| client.remove("$defs"));
    if let Some(client) = client.as_object_mut() {
        client.remove("$schema");
    }
    let mut properties: Map<String, Value> = Key::ALL
        .into_iter()
        .filter(|key| !key.is_of_client())
        .map(Key::setting)
        .filter(Setting::is_in_files)
        .map(|setting| (setting.key.to_owned(), property(&setting)))
        .collect();
    properties.insert("client".to_owned(), client);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Configuration of compass",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "$defs": definitions,
    })
}

/// A setting that is none of `[client]`.
fn property(setting: &Setting) -> Value {
    match setting.number {
        None => json!({ "type": "string", "description": setting.meaning }),
        Some(default) => json!({
            "type": ["integer", "string"], "minimum": 0, "pattern": "^[0-9]+$", "default": default(),
            "description": setting.meaning,
        }),
    }
}
