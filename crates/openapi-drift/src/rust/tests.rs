use std::sync::Arc;

use openapi_contract::Pointer;

use super::*;
use crate::{Level, Operation, Rule, Site};

fn site(id: &str) -> Site {
    Site::of(&Arc::new(Operation { id: Some(id.to_owned()), method: "POST".to_owned(), path: "/lamps".to_owned() }))
}

fn change(rule: &str, pointer: &str, message: &str, operations: &[&str]) -> Change {
    let pointer = Pointer::from_reference(&format!("#{pointer}"));
    Change {
        level: Level::Breaking,
        rule: Rule::all().find(|known| known.id() == rule).unwrap(),
        message: message.to_owned(),
        base: pointer.clone(),
        revision: pointer,
        sites: operations.iter().map(|id| site(id)).collect(),
        example: None,
    }
}

/// The comparison as lines: each item with the numbers of its changes.
fn told(base: &[&str], revision: &[&str], changes: &[Change]) -> Vec<String> {
    let comparison = compare(base, revision, changes);
    let tell = |(index, item): (usize, &ItemChange)| {
        let owners = comparison.touched.iter().enumerate().filter(|(_, items)| items.contains(&index));
        let owners: Vec<_> = owners.map(|(change, _)| change).collect();
        assert_eq!(owners.is_empty(), comparison.alone.contains(&index), "{item}");
        format!("{item} {owners:?}")
    };
    comparison.items.iter().enumerate().map(tell).collect()
}

#[test]
fn equal_lists_have_no_difference() {
    let lines = ["types::Lamp: struct", "types::Lamp.name: String", "types::Lamp: Clone"];
    assert_eq!(compare(&lines, &lines, &[]), Comparison::default());
}

#[test]
fn a_new_type_is_one_entry_and_what_a_type_gains_or_loses_is_listed() {
    let base = [
        "types::Lamp: struct",
        "types::Lamp.name: String",
        "types::Lamp.old: i64",
        "types::Lamp: Copy",
        "types::Shape: struct",
        "types::Shape.0: String",
        "types::Gone: enum",
        "types::Gone::A",
    ];
    let revision = [
        "types::Colour: enum",
        "types::Colour: Clone",
        "types::Colour::Red",
        "types::Colour::Other(String)",
        "types::Lamp: struct",
        "types::Lamp.name: Option<String>",
        "types::Lamp: Default",
        "types::Shape: enum",
        "types::Shape::Round",
        "types::Names = Vec<String>",
    ];
    assert_eq!(
        told(&base, &revision, &[]),
        [
            "+ types::Colour: enum with 2 variants []",
            "- types::Gone: enum with 1 variant []",
            "- types::Lamp: Copy []",
            "+ types::Lamp: Default []",
            "~ types::Lamp.name: Option<String> (was String) []",
            "- types::Lamp.old: i64 []",
            "+ types::Names: = Vec<String> []",
            "~ types::Shape: enum with 1 variant (was struct with 1 field) []",
        ],
    );
}

#[test]
fn names_are_compared_by_letters_and_digits() {
    let base = ["types::AlertDto: struct", "types::AlertDto.acknowledged_at: String", "types::AlertDto.type_: String"];
    let revision = ["types::AlertDto: struct"];
    let changes = [
        change("request-property-removed", "/components/schemas/AlertDTO/properties/acknowledgedAt", "", &[]),
        change("request-property-removed", "/components/schemas/AlertDTO/properties/type", "", &[]),
    ];
    assert_eq!(
        told(&base, &revision, &changes),
        ["- types::AlertDto.acknowledged_at: String [0]", "- types::AlertDto.type_: String [1]"],
    );
}

#[test]
fn new_neighbours_are_told_apart_though_they_have_one_place_before() {
    let lamp = Pointer::from_reference("#/components/schemas/Lamp");
    let added = |name: &str| {
        let change = change("request-property-added", &format!("/components/schemas/Lamp/properties/{name}"), "", &[]);
        Change { base: lamp.clone(), ..change }
    };
    assert_eq!(
        told(
            &["types::Lamp: struct"],
            &["types::Lamp: struct", "types::Lamp.a: String", "types::Lamp.b: String"],
            &[added("a"), added("b")],
        ),
        ["+ types::Lamp.a: String [0]", "+ types::Lamp.b: String [1]"],
    );
}

#[test]
fn the_longest_matching_type_wins() {
    let base = ["types::X: struct", "types::X.state: XState", "types::XState: enum", "types::XState::On"];
    let revision = ["types::X: struct", "types::X.state: Option<XState>", "types::XState: enum", "types::XState::Off"];
    // A component XState beside a component X.
    let changes = [
        change("request-undecided", "/components/schemas/X", "", &[]),
        change("request-undecided", "/components/schemas/XState", "", &[]),
    ];
    assert_eq!(
        told(&base, &revision, &changes),
        ["~ types::X.state: Option<XState> (was XState) [0]", "+ types::XState::Off [1]", "- types::XState::On [1]",],
    );
}

#[test]
fn an_inline_type_belongs_to_its_property_and_each_value_to_its_change() {
    let pointer = "/components/schemas/Lamp/properties/colour/enum";
    let changes = [
        change("request-enum-value-removed", pointer, "\"dark-red\" is no longer a value", &[]),
        change("request-enum-value-removed", pointer, "\"blue\" is no longer a value", &[]),
        change("response-enum-value-removed", pointer, "\"blue\" is no longer a value", &[]),
        change("request-enum-value-added", pointer, "`green` is a new value", &[]),
    ];
    let base = ["types::LampColour: enum", "types::LampColour::DarkRed", "types::LampColour::Blue"];
    let revision = ["types::LampColour: enum", "types::LampColour::Green"];
    assert_eq!(
        told(&base, &revision, &changes),
        ["- types::LampColour::Blue [1, 2]", "- types::LampColour::DarkRed [0]", "+ types::LampColour::Green [3]"],
    );
}

#[test]
fn elements_values_and_choices_have_words_of_their_own_in_between() {
    let changes = [
        change("request-property-added", "/components/schemas/Room/properties/lamps/items/properties/id", "", &[]),
        change("request-property-added", "/components/schemas/Map/additionalProperties/properties/id", "", &[]),
        change("request-property-added", "/components/schemas/Any/oneOf/1/properties/id", "", &[]),
        change("request-property-added", "/components/schemas/All/allOf/1/properties/id", "", &[]),
    ];
    let base =
        ["types::RoomLampsItem: struct", "types::MapValue: struct", "types::AnyVariant1: struct", "types::All: struct"];
    let fields: Vec<String> = base.iter().map(|line| line.replace(": struct", ".id: String")).collect();
    let revision: Vec<&str> = base.into_iter().chain(fields.iter().map(String::as_str)).collect();
    assert_eq!(
        told(&base, &revision, &changes),
        [
            "+ types::All.id: String [3]",
            "+ types::AnyVariant1.id: String [2]",
            "+ types::MapValue.id: String [1]",
            "+ types::RoomLampsItem.id: String [0]",
        ],
    );
}

#[test]
fn a_changed_operation_touches_its_method_its_variant_and_its_inline_types() {
    let changes = [
        change("operation-added", "/paths/~1specs/put", "", &["uploadAPISpec"]),
        change(
            "request-property-added",
            "/paths/~1lamps/post/requestBody/content/application~1json/schema/properties/dimmed",
            "",
            &["createLamp"],
        ),
        change("security-tightened", "/paths/~1lamps/post/security", "", &["createLamp"]),
    ];
    let base = [
        "Client: struct",
        "Client::async fn create_lamp(&self, body: &types::CreateLampBody) -> ()",
        "Operation: enum",
        "Operation::ALL: const [Self; 1usize]",
        "Operation::CreateLamp",
        "types::CreateLampBody: struct",
    ];
    let revision = [
        "Client: struct",
        "Client::async fn create_lamp(&self, body: &types::CreateLampBody) -> String",
        "Client::async fn upload_api_spec(&self) -> ()",
        "Operation: enum",
        "Operation::ALL: const [Self; 2usize]",
        "Operation::CreateLamp",
        "Operation::UploadApiSpec",
        "types::CreateLampBody: struct",
        "types::CreateLampBody.dimmed: Option<bool>",
    ];
    assert_eq!(
        told(&base, &revision, &changes),
        [
            "~ Client::async fn create_lamp(&self, body: &types::CreateLampBody) -> String \
             (was (&self, body: &types::CreateLampBody) -> ()) [1]",
            "+ Client::async fn upload_api_spec(&self) -> () [0]",
            "+ Operation::UploadApiSpec [0]",
            "~ Operation::ALL: [Self; 2usize] (was [Self; 1usize]) [0]",
            "+ types::CreateLampBody.dimmed: Option<bool> [1]",
        ],
    );
}

#[test]
fn what_a_change_brings_along_belongs_to_it() {
    // A property of a new type, which has a property of another new type.
    let changes = [change("request-property-added", "/components/schemas/Lamp/properties/maker", "", &["createLamp"])];
    let base = ["types::Lamp: struct"];
    let revision = [
        "types::Lamp: struct",
        "types::Lamp.maker: Option<Maker>",
        "types::Maker: struct",
        "types::Maker.seat: Address",
        "types::Address: struct",
        "types::Stranger: struct",
    ];
    assert_eq!(
        told(&base, &revision, &changes),
        [
            "+ types::Address: struct [0]",
            "+ types::Lamp.maker: Option<Maker> [0]",
            "+ types::Maker: struct with 1 field [0]",
            "+ types::Stranger: struct []",
        ],
    );
}

#[test]
fn a_renamed_type_takes_along_what_refers_to_it() {
    let mut renamed = change("schema-renamed", "/components/schemas/Attachment", "", &["getFile"]);
    renamed.revision = Pointer::from_reference("#/components/schemas/StoredFile");
    let base = [
        "Client: struct",
        "Client::async fn get_file(&self) -> types::Attachment",
        "types::Attachment: struct",
        "types::List: struct",
        "types::List.files: Vec<Attachment>",
    ];
    let revision = base.map(|line| line.replace("Attachment", "StoredFile"));
    let revision: Vec<&str> = revision.iter().map(String::as_str).collect();
    assert_eq!(
        told(&base, &revision, &[renamed]),
        [
            "~ Client::async fn get_file(&self) -> types::StoredFile (was (&self) -> types::Attachment) [0]",
            "- types::Attachment: struct [0]",
            "~ types::List.files: Vec<StoredFile> (was Vec<Attachment>) [0]",
            "+ types::StoredFile: struct [0]",
        ],
    );
}
