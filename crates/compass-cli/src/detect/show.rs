//! What was found, for people and for programs.
//!
//! The JSON is one object with the fields of the table, under the same names and in the same order. A field is `null` if
//! nothing was found, and otherwise an object of `value` and `from`, a text that says where the value comes from. Values
//! are texts, but for `number`, `attempt` and `sequence`, which are numbers, and `repository`, which is an object of
//! `host`, `path` and `url`, the first and last of which may be `null`. Times are RFC 3339 in UTC. `also` is an array of
//! the names of other systems. Fields may be added; none is renamed or removed.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

use super::{Detected, Found, Repository};

/// A field's name, and its value and where it comes from.
type Field = (&'static str, Option<(Value, String)>);

fn field<T>(name: &'static str, found: Option<&Found<T>>, value: impl FnOnce(&T) -> Value) -> Field {
    (name, found.map(|found| (value(&found.value), found.from.to_string())))
}

fn fields(detected: &Detected, now: DateTime<Utc>) -> Vec<Field> {
    let text = |text: &String| Value::from(text.as_str());
    let time = |time: &DateTime<Utc>| Value::from(time.to_rfc3339_opts(SecondsFormat::AutoSi, true));
    let sequence = detected.sequence(now);
    vec![
        field("system", detected.system.as_ref(), |system| system.slug().into()),
        field("build_id", detected.build_id.as_ref(), text),
        field("pipeline_id", detected.pipeline_id.as_ref(), text),
        field("url", detected.url.as_ref(), text),
        field("name", detected.name.as_ref(), text),
        field("number", detected.number.as_ref(), |number| (*number).into()),
        field("attempt", detected.attempt.as_ref(), |attempt| (*attempt).into()),
        field("branch", detected.branch.as_ref(), text),
        field("tag", detected.tag.as_ref(), text),
        field("commit", detected.commit.as_ref(), text),
        field(
            "repository",
            detected.repository.as_ref(),
            |Repository { host, path, url }| json!({ "host": host, "path": path, "url": url }),
        ),
        field("event_source", detected.event_source().as_ref(), |source| source.as_str().into()),
        field("started", detected.started.as_ref(), time),
        field("committed", detected.committed.as_ref(), time),
        field("environment", detected.environment.as_ref(), text),
        field("category", detected.category.as_ref(), |category| category.to_string().into()),
        field("actor", detected.actor.as_ref(), text),
        ("sequence", Some((sequence.number.into(), sequence.reason()))),
    ]
}

/// As JSON.
pub(super) fn json(detected: &Detected, now: DateTime<Utc>) -> Value {
    let mut object: Map<String, Value> = fields(detected, now)
        .into_iter()
        .map(|(name, found)| {
            (name.to_owned(), found.map_or(Value::Null, |(value, from)| json!({ "value": value, "from": from })))
        })
        .collect();
    object.insert("also".to_owned(), detected.also.iter().map(|system| system.slug()).collect());
    object.into()
}

/// As a table; a dash stands for what was not found.
pub(super) fn text(detected: &Detected, now: DateTime<Utc>) -> String {
    let mut lines = vec![["FIELD".to_owned(), "VALUE".to_owned(), "FROM".to_owned()]];
    for (name, found) in fields(detected, now) {
        let (value, from) = found.map_or(("-".to_owned(), String::new()), |(value, from)| (cell(&value), from));
        lines.push([name.to_owned(), value, from]);
    }
    for system in &detected.also {
        lines.push(["also".to_owned(), system.to_string(), "its marker is there, too; see --system".to_owned()]);
    }
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default();
    let (names, values) = (width(0), width(1));
    lines
        .iter()
        .map(|[name, value, from]| format!("{name:names$}  {value:values$}  {from}").trim_end().to_owned() + "\n")
        .collect()
}

/// A value in one line. Control characters, which a branch of somebody else's may have, must not reach the terminal.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        // The repository.
        Value::Object(object) => {
            ["url", "path"].iter().find_map(|key| object.get(*key)?.as_str()).unwrap_or_default().to_owned()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => value.to_string(),
    };
    text.chars().map(|c| if c.is_control() { c.escape_default().to_string() } else { c.to_string() }).collect()
}
