//! Facts worth reading in review. A change here is a change for everyone who depends on the crate.
//!
//! To review one: `INSTA_UPDATE=new cargo test -p workspace-tests`, then compare each `.snap.new` with its `.snap`.

use std::fmt::Write as _;
use std::sync::LazyLock;

use openapi_contract::Stage;
use serde_json::Value;

use crate::way::{self, Way, root};

static WAY: LazyLock<Way> = LazyLock::new(|| Way::of(way::vendored()));

fn changes_of(stages: &[Stage]) -> String {
    WAY.changes
        .iter()
        .filter(|change| stages.contains(&change.stage))
        .map(|change| format!("{} {} {}\n    {}\n", change.effect, change.rule, change.pointer, change.reason))
        .collect()
}

#[test]
fn changes_by_overlays() {
    insta::assert_snapshot!(changes_of(&[Stage::Overlay]));
}

#[test]
fn changes_by_lowering() {
    insta::assert_snapshot!(changes_of(&[Stage::Lower]));
}

#[test]
fn changes_for_the_generator() {
    insta::assert_snapshot!(changes_of(&[Stage::Adapt, Stage::Emit]));
}

/// The operations of the corrected contract, each with what a caller passes and what comes back.
#[test]
fn operations() {
    let mut table = String::new();
    for operation in &WAY.generated.operations {
        let value = &WAY.corrected.root()["paths"][&operation.path][operation.method.to_lowercase()];
        writeln!(table, "{}: {} {}", operation.id, operation.method, operation.path).unwrap();
        for parameter in value["parameters"].as_array().into_iter().flatten() {
            let (place, name) = (&parameter["in"], &parameter["name"]);
            writeln!(table, "    {} {}: {}", text(place), text(name), schema(&parameter["schema"])).unwrap();
        }
        for (media_type, media) in value["requestBody"]["content"].as_object().into_iter().flatten() {
            writeln!(table, "    body {media_type}: {}", schema(&media["schema"])).unwrap();
        }
        for (status, response) in value["responses"].as_object().into_iter().flatten() {
            let content = response["content"].as_object().into_iter().flatten();
            let bodies: Vec<_> = content.map(|(name, media)| format!("{name}: {}", schema(&media["schema"]))).collect();
            writeln!(table, "    {status} {}", if bodies.is_empty() { "-".to_owned() } else { bodies.join(", ") })
                .unwrap();
        }
        writeln!(table, "    fn {}{}", operation.rust_name, if operation.is_upload { " (form)" } else { "" }).unwrap();
    }
    insta::assert_snapshot!(table);
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("?")
}

fn schema(schema: &Value) -> String {
    match schema["$ref"].as_str() {
        Some(reference) => reference.rsplit('/').next().unwrap().to_owned(),
        None => schema.to_string(),
    }
}

/// What a caller of `compass-api` can name: the generated part and the hand-written one.
#[test]
fn public_api() {
    let library = std::fs::read_to_string(root().join("crates/compass-api/src/lib.rs")).unwrap();
    let generated: Vec<(String, &str)> =
        WAY.generated.folder.files().map(|(path, text)| (format!("generated/{path}"), text)).collect();
    let files = generated.iter().map(|(path, text)| (path.as_str(), *text)).chain([("lib.rs", library.as_str())]);
    insta::assert_snapshot!(openapi_codegen::surface(files).unwrap().join("\n"));
}
