//! `cargo xtask vendor`: replaces the vendored contract and its source record.

use std::time::Duration;

use anyhow::{Context as _, bail};
use openapi_contract::{Document, Format, METHODS, Pointer};
use serde_json::{Map, Value};

use crate::source::{Source, sha256};
use crate::{Outcome, workspace};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The new contract: a file, or an https URL
    #[arg(value_name = "FILE|URL")]
    from: String,
}

/// How long upstream may take to answer.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let is_url = args.from.starts_with("https://");
    if args.from.starts_with("http://") {
        bail!("{}: what everything is generated from is not fetched without TLS; use https", args.from);
    }
    let text = if is_url { fetch(&args.from)? } else { workspace::read(args.from.as_ref())? };
    // What does not parse is refused before anything is replaced.
    let new = Document::parse(&text).map_err(|error| error.in_file(&args.from))?;
    if new.format() != Format::Json {
        bail!("{}: is YAML, but the vendored contract is JSON; convert it first", args.from);
    }
    let contract = workspace::contract();
    let mut source = Source::read(&Source::file())?;
    let hash = sha256(text.as_bytes());
    if hash == source.sha256 && source.verify(&contract).is_ok() {
        workspace::print(&format!("{}: is that contract already\n", workspace::shown(&contract)))?;
        return Ok(Outcome::Done);
    }
    // What stands there may be damaged: to replace it is how that is mended.
    let old = Document::read(&contract).ok();
    workspace::write(&contract, &text)?;
    source.sha256 = hash;
    source.as_of = chrono::Utc::now().date_naive().to_string();
    if is_url {
        source.url.clone_from(&args.from);
        "upstream's".clone_into(&mut source.descriptions);
    }
    source.write(&Source::file())?;
    let differences = match old {
        Some(old) => differences(old.root(), new.root()),
        None => "the one before could not be read\n".to_owned(),
    };
    workspace::print(&format!(
        "{}: replaced\n{differences}next: `cargo xtask codegen`, then `cargo xtask test`; review every snapshot that changes\n",
        workspace::shown(&contract),
    ))?;
    Ok(Outcome::Done)
}

fn fetch(url: &str) -> anyhow::Result<String> {
    let client = reqwest::blocking::Client::builder().timeout(PATIENCE).build().context("TLS cannot start")?;
    let response = client.get(url).send().with_context(|| format!("{url}: cannot be reached"))?;
    let status = response.status();
    if !status.is_success() {
        bail!("{url}: answered {status}, not the contract");
    }
    response.text().with_context(|| format!("{url}: its answer broke off"))
}

/// What changed between two contracts, by operation and schema: `+` new, `-` gone, `~` different.
fn differences(old: &Value, new: &Value) -> String {
    let mut lines = String::new();
    let mut tell = |what: &str, old: Map<String, Value>, new: &Map<String, Value>| {
        for (name, value) in &old {
            match new.get(name) {
                None => lines.push_str(&format!("- {what} {name}\n")),
                Some(other) if other != value => lines.push_str(&format!("~ {what} {name}\n")),
                Some(_) => {}
            }
        }
        for name in new.keys().filter(|name| !old.contains_key(*name)) {
            lines.push_str(&format!("+ {what} {name}\n"));
        }
    };
    tell("operation", operations(old), &operations(new));
    tell("schema", schemas(old), &schemas(new));
    tell("part", other_parts(old), &other_parts(new));
    if lines.is_empty() { "they differ in white space alone\n".to_owned() } else { lines }
}

fn operations(root: &Value) -> Map<String, Value> {
    let paths = root.get("paths").and_then(Value::as_object).into_iter().flatten();
    paths
        .flat_map(|(path, item)| {
            item.as_object()
                .into_iter()
                .flatten()
                .filter(|(key, _)| METHODS.contains(&key.as_str()))
                .map(move |(method, operation)| (format!("{} {path}", method.to_uppercase()), operation.clone()))
        })
        .collect()
}

/// What stands beside the operations and schemas, by its pointer.
fn other_parts(root: &Value) -> Map<String, Value> {
    let members = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let top = members(root).into_iter().filter(|(key, _)| key != "paths" && key != "components");
    let top = top.map(|(key, value)| (format!("/{key}"), value));
    let components = root.get("components").map(members).unwrap_or_default();
    let components = components.into_iter().filter(|(key, _)| key != "schemas");
    top.chain(components.map(|(key, value)| (format!("/components/{key}"), value))).collect()
}

fn schemas(root: &Value) -> Map<String, Value> {
    Pointer::from_tokens(["components", "schemas"]).find(root).and_then(Value::as_object).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn differences_are_told_by_operation_and_schema() {
        let old = json!({"info": {}, "paths": {"/a": {"get": {}, "put": {}, "parameters": []}}, "components": {"schemas": {"A": {}, "B": {}}}});
        let new = json!({"info": {"version": "2"}, "paths": {"/a": {"get": {"summary": "x"}}, "/b": {"get": {}}},
                         "components": {"schemas": {"A": {}, "C": {}}}});
        assert_eq!(
            differences(&old, &new),
            "~ operation GET /a\n- operation PUT /a\n+ operation GET /b\n- schema B\n+ schema C\n~ part /info\n",
        );
        assert_eq!(differences(&old, &old), "they differ in white space alone\n");
    }
}
