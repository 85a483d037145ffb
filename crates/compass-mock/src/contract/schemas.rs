//! Validators for the schemas of the document.

use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value, json};

use super::place::Place;

/// The URI under which schemas find the document; nothing is ever fetched.
const URI: &str = "urn:compass:contract";

pub(super) struct Schemas<'d> {
    registry: Registry<'d>,
}

impl<'d> Schemas<'d> {
    pub(super) fn of(document: &'d Value) -> Result<Self, String> {
        let registry = Registry::new().draft(Draft::Draft202012).add(URI, document);
        let registry = registry.and_then(jsonschema::RegistryBuilder::prepare);
        Ok(Self { registry: registry.map_err(|error| error.to_string())? })
    }

    /// The validator of the schema at a place: JSON Schema 2020-12, references resolved inside the document.
    ///
    /// It also holds strings to formats that it knows, such as `date-time` and `uuid`. `int64` and `double` stay
    /// remarks: to the contract, `1.0` is an integer and `1e30` an int64.
    pub(super) fn validator(&self, place: &Place<'_>) -> Result<Validator, String> {
        jsonschema::options()
            .with_draft(Draft::Draft202012)
            .with_registry(&self.registry)
            .should_validate_formats(true)
            .build(&json!({ "$ref": format!("{URI}{}", place.pointer().to_reference()) }))
            .map_err(|error| place.error(&error.to_string()))
    }
}
