//! Facts worth reading in review. A change here is a change for everyone who depends on the crate.
//!
//! To review one: `INSTA_UPDATE=new cargo test -p workspace-tests`, then compare each `.snap.new` with its `.snap`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use openapi_codegen::Generated;
use openapi_contract::lower::lower;
use openapi_contract::overlay::Overlay;
use openapi_contract::{Change, Document, Stage};
use serde_json::Value;

/// The way of the vendored contract to code, as `cargo xtask codegen` goes it.
struct Way {
    corrected: Document,
    changes: Vec<Change>,
    generated: Generated,
}

static WAY: LazyLock<Way> = LazyLock::new(|| {
    let mut corrected = Document::read(root().join("openapi/compass-v1.json")).unwrap();
    let mut changes = Vec::new();
    let mut overlays: Vec<PathBuf> =
        root().join("openapi/overlays").read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    overlays.sort();
    for file in overlays {
        let applied = Overlay::read(file).unwrap().apply(&corrected).unwrap();
        assert_eq!(applied.unmatched, []);
        changes.extend(applied.changes);
        corrected = applied.document;
    }
    let lowered = lower(&corrected).unwrap();
    changes.extend(lowered.changes);
    let generated = openapi_codegen::generate(&lowered.document, "cargo xtask codegen").unwrap();
    changes.extend(generated.changes.iter().cloned());
    Way { corrected, changes, generated }
});

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

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
