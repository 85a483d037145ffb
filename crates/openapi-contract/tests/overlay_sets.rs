//! Whole overlays: `tests/overlay/<name>/{document,overlay,output}.{yaml,json}`.
//!
//! The first eleven do what the Overlay project's own "compliant sets" do, in words of our own.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use openapi_contract::overlay::Overlay;
use openapi_contract::{Document, Format, Stage};
use serde_json::Value;

/// Every set, so that a folder that vanishes or is never run does not go unnoticed.
const SETS: [&str; 27] = [
    "license",
    "texts-of-an-operation",
    "remove-one-example",
    "remove-properties-by-type",
    "root",
    "many-operations",
    "remove-responses-by-status",
    "remove-servers-by-filter",
    "replace-servers",
    "arazzo",
    "asyncapi",
    "actions-build-on-each-other",
    "remove-primitives",
    "remove-nodes-within-nodes",
    "remove-everything-below",
    "indexes-from-one-query-stay-right",
    "update-primitives",
    "arrays-in-1.0",
    "arrays-in-1.1",
    "remove-wins-over-update-in-1.0",
    "copy-into-an-object",
    "copy-moves-a-path",
    "copy-arrays-and-primitives",
    "copy-of-what-contains-the-target",
    "nothing-selected",
    "names-that-pointers-escape",
    "nodes-of-several-kinds-in-1.0",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/overlay")
}

fn file(set: &str, stem: &str) -> PathBuf {
    let file = folder().join(set).join(stem);
    ["yaml", "json"].map(|extension| file.with_extension(extension)).into_iter().find(|file| file.exists()).unwrap()
}

fn value(set: &str, stem: &str) -> Value {
    let text = fs::read_to_string(file(set, stem)).unwrap();
    Format::of(&text).parse(&text).unwrap()
}

#[test]
fn every_folder_is_a_set() {
    let found: BTreeSet<String> =
        fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(found, SETS.map(str::to_owned).into());
}

#[test]
fn every_set_gives_its_output_with_keys_in_order() {
    for set in SETS {
        let overlay = Overlay::read(file(set, "overlay")).unwrap();
        let mut root = value(set, "document");
        let edits = overlay.apply_to(&mut root).unwrap();

        let expected = value(set, "output");
        assert_eq!(Format::Json.print(&root), Format::Json.print(&expected), "{set}");
        assert!(
            edits.changes.iter().all(|change| change.stage == Stage::Overlay && !change.reason.is_empty()),
            "{set}"
        );

        if root.get("openapi").is_some() {
            let applied = overlay.apply(&Document::read(file(set, "document")).unwrap()).unwrap();
            assert_eq!(applied.document.root(), &expected, "{set}");
            assert_eq!((applied.changes, applied.unmatched), (edits.changes, edits.unmatched), "{set}");
        }
    }
}

/// What an overlay did, one line for each change.
fn changes(set: &str) -> Vec<String> {
    let edits = Overlay::read(file(set, "overlay")).unwrap().apply_to(&mut value(set, "document")).unwrap();
    edits.changes.iter().map(|change| format!("{} {} {}", change.rule, change.effect, change.pointer)).collect()
}

#[test]
fn each_selected_node_is_one_change() {
    assert_eq!(
        changes("copy-moves-a-path"),
        [
            "overlay-update corrected /paths",
            "overlay-copy corrected /paths/~1new",
            "overlay-remove corrected /paths/~1old"
        ],
    );
    assert_eq!(
        changes("indexes-from-one-query-stay-right"),
        ["0", "11", "10", "2"].map(|index| format!("overlay-remove corrected /x-row/{index}")),
    );
    assert_eq!(
        changes("remove-wins-over-update-in-1.0"),
        ["overlay-remove corrected /x-a", "overlay-update corrected /info"],
        "an action that does nothing is no change",
    );
}

#[test]
fn reasons_are_descriptions_or_say_that_there_is_none() {
    let overlay = Overlay::parse(
        r#"{"overlay": "1.0.0", "info": {"title": "T", "version": "1"}, "actions": [
            {"target": "$.a", "update": {}, "description": "It burns."}, {"target": "$.a", "remove": true}]}"#,
    )
    .unwrap();
    let edits = overlay.apply_to(&mut serde_json::json!({"a": {}})).unwrap();
    let reasons: Vec<&str> = edits.changes.iter().map(|change| change.reason.as_str()).collect();
    assert_eq!(reasons, ["It burns.", "action 1 of the overlay \"T\", on $.a, which gives no description"]);
}

#[test]
fn actions_that_select_nothing_are_reported() {
    let set = "actions-build-on-each-other";
    let edits = Overlay::read(file(set, "overlay")).unwrap().apply_to(&mut value(set, "document")).unwrap();
    let [unmatched] = edits.unmatched.as_slice() else { panic!("{:?}", edits.unmatched) };
    assert_eq!((unmatched.index, unmatched.target.as_str()), (3, "$.paths['/old']"));
    assert_eq!(unmatched.description.as_deref(), Some("Removed above, so that this one finds nothing."));

    let set = "nothing-selected";
    let edits = Overlay::read(file(set, "overlay")).unwrap().apply_to(&mut value(set, "document")).unwrap();
    assert_eq!(edits.unmatched.len(), 3);
    assert_eq!(edits.changes, []);
}

#[test]
fn an_overlay_says_what_it_is() {
    let overlay = Overlay::read(file("replace-servers", "overlay")).unwrap();
    assert_eq!((overlay.title(), overlay.version()), ("Ring at home", "1"));
    assert_eq!(overlay.spec_version().to_string(), "1.1");
    assert!(overlay.description().is_some());
    assert_eq!(overlay.extends(), None);
    assert_eq!(overlay.actions()[0].target().as_str(), "$.servers");
    let overlay = Overlay::read(file("remove-servers-by-filter", "overlay")).unwrap();
    assert_eq!(overlay.extends(), Some("servers.json"));
}
