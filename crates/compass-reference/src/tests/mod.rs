//! The reference of a small contract, and what is said of examples that are wrong.

mod small;

use openapi_contract::Document;
use serde_json::{Value, json};

use self::small::{ARI, document, examples, replaced};
use crate::error::Error;
use crate::notes::{Notes, OfField, OfOperation};
use crate::{Reference, with_notes};

const NONE: Notes = Notes { tags: &[], operations: &[], fields: &[], errors: &[] };

fn made(document: &Document, examples: &[(String, String)]) -> Result<Reference, Error> {
    with_notes(document, examples, &NONE, "make reference")
}

fn refused(name: &str, pointer: &str, value: Value) -> String {
    made(&document(), &replaced(name, pointer, value)).unwrap_err().to_string()
}

#[test]
fn a_page_has_sections_tables_and_samples() {
    let reference = made(&document(), &examples()).unwrap();
    assert_eq!(reference.pages.keys().collect::<Vec<_>>(), ["events.md", "files.md", "index.md"]);
    insta::assert_snapshot!("page", reference.pages["events.md"]);
    insta::assert_snapshot!("file_page", reference.pages["files.md"]);
}

#[test]
fn the_collection_has_variables_for_what_differs_and_none_for_secrets() {
    insta::assert_snapshot!("collection", made(&document(), &examples()).unwrap().collection);
}

#[test]
fn the_same_inputs_make_the_same_files() {
    assert_eq!(made(&document(), &examples()).unwrap(), made(&document(), &examples()).unwrap());
}

#[test]
fn every_operation_and_variant_needs_an_example_and_none_is_left_over() {
    let mut missing = examples();
    missing.retain(|(name, _)| name != "createCompassEvent.lifecycle.json");
    let error = made(&document(), &missing).unwrap_err();
    assert_eq!(error.file(), "createCompassEvent.lifecycle.json");
    assert!(
        error.to_string().ends_with("there is no such example, and createCompassEvent.lifecycle needs one"),
        "{error}"
    );

    let mut more = examples();
    more.push(("createCompassEvent.party.json".to_owned(), "{}".to_owned()));
    let error = made(&document(), &more).unwrap_err().to_string();
    assert!(error.starts_with("createCompassEvent.party.json: no operation of the contract"), "{error}");
}

#[test]
fn a_wrong_example_is_told_by_file_path_rule_and_value() {
    let name = "createCompassEvent.flag.json";
    let at = |pointer: &str, value| refused(name, pointer, value);
    for (pointer, value, told) in [
        (
            "/body/event/flag/displayName",
            Value::Null,
            "/body/event/flag/displayName: null is not of type \"string\" [type]",
        ),
        (
            "/body/event/flag/lastUpdated",
            json!("yesterday"),
            "/body/event/flag/lastUpdated: \"yesterday\" is not a \"date-time\" [format]",
        ),
        (
            "/body/event/flag/flagProperties",
            json!({}),
            "/body/event/flag/flagProperties/id: is missing; the contract requires it [required]",
        ),
        (
            "/body/event/flag/flagProperties",
            json!({ "id": "a", "satus": "on" }),
            "/body/event/flag/flagProperties/satus: must be a field of the contract; is \"on\" [unknown field]",
        ),
        ("/body/event", json!({}), "/body/event: must have the field flag alone; is [] [one-kind]"),
        (
            "/body/cloudId",
            json!("another"),
            "/body/cloudId: must be 6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30, as in the other examples; is \"another\" [one site]",
        ),
    ] {
        assert_eq!(at(pointer, value), format!("{name}: {told}"));
    }
    let misspelt = at("/titel", json!("x"));
    assert!(misspelt.starts_with(&format!("{name}: it cannot be read: unknown field `titel`")), "{misspelt}");
}

#[test]
fn parameters_and_files_are_checked_too() {
    let name = "uploadAPISpec.json";
    let at = |pointer: &str, value| refused(name, pointer, value);
    for (pointer, value, told) in [
        ("/parameters", json!({}), "/parameters/componentId: is missing; the contract requires it [required]"),
        (
            "/parameters/componentId",
            json!(7),
            "/parameters/componentId: must be a text, as it stands in the URL; is 7 [type]",
        ),
        ("/parameters/componentId", json!("shop"), "/parameters/componentId: \"shop\" is not a \"uuid\" [format]"),
        (
            "/parameters/colour",
            json!("red"),
            "/parameters/colour: must be a field of the contract; is \"red\" [unknown field]",
        ),
        (
            "/file/name",
            json!("api.txt"),
            "/file/name: must end in .json, .yaml, .yml or .xml; is \"api.txt\" [media type]",
        ),
        ("/body", json!({}), "/body: is too much: the operation has none"),
    ] {
        assert_eq!(at(pointer, value), format!("{name}: {told}"));
    }
}

#[test]
fn an_operation_that_nothing_knows_is_told() {
    let text = document().to_text().replace("uploadAPISpec", "uploadPicture");
    let mut examples = examples();
    for (name, _) in &mut examples {
        *name = name.replace("uploadAPISpec", "uploadPicture");
    }
    let error = made(&Document::parse(&text).unwrap(), &examples).unwrap_err().to_string();
    assert!(error.starts_with("uploadPicture.json: nothing here knows how"), "{error}");
}

#[test]
fn what_notes_speak_of_has_to_be_in_the_contract() {
    let error = with_notes(&document(), &examples(), &Notes::COMPASS, "make").unwrap_err().to_string();
    assert_eq!(error, "the contract: the tag \"Metrics\" is not there any more: delete what `notes` says of it");
}

#[test]
fn notes_on_operations_and_fields_that_are_gone_are_told() {
    const OF_OPERATION: OfOperation =
        OfOperation { operation: "sendPicture", limits: &[], permissions: "", repeats: "", answers: &[] };
    const OF_FIELD: OfField =
        OfField { operation: "createCompassEvent", path: "event.*.flagProperties.colour", meaning: "A colour." };
    const KNOWN: OfField = OfField { path: "event.*.flagProperties.status", ..OF_FIELD };
    let told = |notes: Notes| with_notes(&document(), &examples(), &notes, "make").map_err(|error| error.to_string());
    let gone = told(Notes { operations: &[OF_OPERATION], ..NONE }).unwrap_err();
    assert!(gone.contains("the operation \"sendPicture\" is not there any more"), "{gone}");
    let gone = told(Notes { fields: &[OF_FIELD], ..NONE }).unwrap_err();
    assert!(gone.contains("the field \"event.*.flagProperties.colour\" of createCompassEvent"), "{gone}");
    let page = &told(Notes { fields: &[KNOWN], ..NONE }).unwrap().pages["events.md"];
    assert!(page.contains("on \\| off A colour. |"), "{page}");
}

#[test]
fn an_event_without_a_component_goes_to_its_event_source() {
    let examples = replaced("createCompassEvent.flag.json", "/body/componentId", Value::Null);
    let page = &made(&document(), &examples).unwrap().pages["events.md"];
    assert!(page.contains("compass event flag \\\n  --cloud-id 6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30 \\\n"), "{page}");
    assert!(page.contains("&Target::EventSource(site)"), "{page}");
}

#[test]
fn quotes_and_leading_hyphens_survive_the_shell() {
    let examples = replaced("createCompassEvent.flag.json", "/body/event/flag/displayName", json!("-it's on"));
    let page = &made(&document(), &examples).unwrap().pages["events.md"];
    assert!(page.contains(r"--name='-it'\''s on'"), "{page}");
    assert!(page.contains(ARI));
}
