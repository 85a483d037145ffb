use serde_json::json;
use workspace_tests::contract;

#[test]
fn the_contract_has_38_schemas() {
    assert_eq!(contract::schema_names().len(), 38);
}

#[test]
fn names_and_pointers_mean_the_same_schema() {
    let by_name = contract::schema("Attachment");
    assert_eq!(contract::schema("/components/schemas/Attachment"), by_name);
    assert_eq!(contract::schema("#/components/schemas/Attachment"), by_name);
}

#[test]
fn references_are_resolved_inside_the_document() {
    let complaints = contract::check("ErrorResponseDto", &json!({"errors": [{"type": 1}]})).unwrap_err();
    assert!(complaints.starts_with("\"/errors/0/type\": "), "{complaints}");
}

#[test]
fn any_pointer_of_the_document_has_a_validator() {
    let pointer = "/paths/~1compass~1v1~1component~1{componentId}~1api_specs/put/parameters/0/schema";
    assert_eq!(contract::check(pointer, &json!("01234567-89ab-cdef-0123-456789abcdef")), Ok(()));
    assert!(contract::check(pointer, &json!("componentId")).is_err());
}

#[test]
fn formats_are_rules() {
    let pointer = "/components/schemas/Attachment/properties/lastModifiedAt";
    assert_eq!(contract::check(pointer, &json!("2024-02-29T12:00:00Z")), Ok(()));
    assert!(contract::check(pointer, &json!("yesterday")).is_err());
}

#[test]
#[should_panic(expected = "nothing at \"/components/schemas/Lamp\"")]
fn an_unknown_schema_is_named() {
    let _ = contract::validator("Lamp");
}
