//! Whether an example is what the contract wants: JSON Schema, and what JSON Schema does not say.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, Registry, ValidationError, Validator};
use openapi_contract::{Document, Pointer};
use serde_json::{Value, json};

use super::Example;
use crate::contract::{Body, Operation, Variant};
use crate::error::Error;
use crate::schema::{self, Field};

/// The URI under which schemas find the document; nothing is ever fetched.
const URI: &str = "urn:compass:contract";

/// Holds examples against the contract.
pub(super) struct Judge<'d> {
    document: &'d Document,
    registry: Registry<'d>,
    /// By the places of their schemas: making one takes longer than all that it judges.
    validators: RefCell<HashMap<Pointer, Rc<Validator>>>,
}

impl<'d> Judge<'d> {
    pub(super) fn of(document: &'d Document) -> Result<Self, Error> {
        let registry = Registry::new().draft(Draft::Draft202012).add(URI, document.root());
        let registry = registry.and_then(jsonschema::RegistryBuilder::prepare);
        let registry = registry.map_err(|error| Error::contract(Pointer::root(), error.to_string()))?;
        Ok(Self { document, registry, validators: RefCell::default() })
    }

    pub(super) fn check(&self, example: &Example, operation: &Operation) -> Result<(), Error> {
        for parameter in &operation.parameters {
            let path = format!("/parameters/{}", parameter.name);
            match example.parameters.get(&parameter.name) {
                Some(value) if value.is_string() => self.valid(example, &parameter.schema, value, &path)?,
                Some(value) => {
                    return Err(broken(example, path, "must be a text, as it stands in the URL", value, "type"));
                }
                None if parameter.is_required => return Err(missing(example, path)),
                None => {}
            }
        }
        let is_known = |name: &str| operation.parameters.iter().any(|parameter| parameter.name == name);
        if let Some((name, value)) = example.parameters.iter().find(|(name, _)| !is_known(name)) {
            return Err(unknown(example, format!("/parameters/{name}"), value));
        }
        let (Body::Json { schema, variants }, Some(body)) = (&operation.body, &example.body) else { return Ok(()) };
        self.valid(example, schema, body, "/body")?;
        let variant = variants.iter().find(|variant| Some(&variant.name) == example.variant.as_ref());
        self.is_variant(example, body, variant)?;
        self.knows_all(example, schema, variant, body)
    }

    fn valid(&self, example: &Example, schema: &Pointer, value: &Value, path: &str) -> Result<(), Error> {
        self.validator(schema)?.validate(value).map_err(|error| told(example, &error, path))
    }

    fn validator(&self, schema: &Pointer) -> Result<Rc<Validator>, Error> {
        if let Some(known) = self.validators.borrow().get(schema) {
            return Ok(Rc::clone(known));
        }
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .with_registry(&self.registry)
            .should_validate_formats(true)
            .build(&json!({ "$ref": format!("{URI}{}", schema.to_reference()) }))
            .map_err(|error| Error::contract(schema, error.to_string()))?;
        let validator = Rc::new(validator);
        self.validators.borrow_mut().insert(schema.clone(), Rc::clone(&validator));
        Ok(validator)
    }

    /// Whether the body is of the variant that the file is named after. Where a field's kinds are the variants, the contract
    /// says in a description alone that there has to be exactly one.
    fn is_variant(&self, example: &Example, body: &Value, variant: Option<&Variant>) -> Result<(), Error> {
        let Some(Variant { name, schema, path }) = variant else { return Ok(()) };
        let [field, _] = &path[..] else { return self.valid(example, schema, body, "/body") };
        let kinds: Vec<_> =
            body[field].as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()).collect();
        match kinds[..] {
            [(kind, _)] if kind == name => Ok(()),
            _ => {
                let kinds: Vec<_> = kinds.into_iter().map(|(kind, _)| kind).collect();
                let requirement = format!("must have the field {name} alone");
                Err(broken(example, format!("/body/{field}"), &requirement, &json!(kinds), "one-kind"))
            }
        }
    }

    /// Whether the contract names all fields of the body. Where it leaves them open, a misspelt one would be sent by one
    /// sample and not by the others.
    fn knows_all(
        &self,
        example: &Example,
        schema: &Pointer,
        variant: Option<&Variant>,
        body: &Value,
    ) -> Result<(), Error> {
        let mut known = schema::fields(self.document, schema, &[]);
        if let Some(variant) = variant {
            known.extend(schema::fields(self.document, &variant.schema, &variant.path));
        }
        // A body without fields is any JSON.
        if known.is_empty() { Ok(()) } else { names(example, &known, body, &mut Vec::new()) }
    }
}

fn names(example: &Example, known: &[Field], value: &Value, path: &mut Vec<String>) -> Result<(), Error> {
    let below: Vec<(&str, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, value)| (name.as_str(), value)).collect(),
        Value::Array(elements) => elements.iter().map(|value| ("[]", value)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    for (name, value) in below {
        path.push(name.to_owned());
        if !known.iter().any(|field| field.path == *path) {
            return Err(unknown(example, format!("/body/{}", path.join("/")), value));
        }
        names(example, known, value, path)?;
        path.pop();
    }
    Ok(())
}

/// One site, one component: a reader should see at once which IDs belong together. Where an example has the component's
/// UUID alone, the ARI comes from the others.
pub(super) fn same_site(examples: &mut [Example]) -> Result<(), Error> {
    let named = |example: &Example| {
        let body = example.body.as_ref().and_then(|body| body["componentId"].as_str());
        body.map(str::to_owned)
    };
    let Some(ari) = examples.iter().find_map(named) else { return Ok(()) };
    let uuid = ari.rsplit('/').next().unwrap_or_default();
    let cloud_id = ari.split(':').nth(3).unwrap_or_default();
    for example in examples.iter_mut() {
        let bare = example.parameters.get("componentId").and_then(Value::as_str).map(str::to_owned);
        let is_of_site = |path: &str, value: &str, wanted: &str| {
            let requirement = format!("must be {wanted}, as in the other examples");
            if value == wanted { Ok(()) } else { Err(broken(example, path, &requirement, &json!(value), "one site")) }
        };
        if let Some(bare) = &bare {
            is_of_site("/parameters/componentId", bare, uuid)?;
        }
        if let Some(other) = named(example) {
            is_of_site("/body/componentId", &other, &ari)?;
        }
        if let Some(other) = example.body.as_ref().and_then(|body| body["cloudId"].as_str()) {
            is_of_site("/body/cloudId", other, cloud_id)?;
        }
        example.component = bare.map(|_| ari.clone());
    }
    Ok(())
}

fn told(example: &Example, error: &ValidationError<'_>, path: &str) -> Error {
    // A value with alternatives is told only that none fits. What is wrong with it stands in the one that it is meant for,
    // which says more than that the value is of another type.
    if let ValidationErrorKind::OneOfNotValid { context } | ValidationErrorKind::AnyOf { context } = error.kind() {
        let depth = |error: &ValidationError<'_>| error.instance_path().as_str().len();
        let says_more = |inner: &&ValidationError<'_>| {
            depth(inner) > depth(error) || !matches!(inner.kind(), ValidationErrorKind::Type { .. })
        };
        if let Some(inner) = context.iter().flatten().filter(says_more).max_by_key(|inner| depth(inner)) {
            return told(example, inner, path);
        }
    }
    let path = format!("{path}{}", error.instance_path().as_str());
    if let ValidationErrorKind::Required { property } = error.kind() {
        return missing(example, format!("{path}/{}", property.as_str().unwrap_or_default()));
    }
    Error::example(&example.name, path, format!("{error} [{}]", error.kind().keyword()))
}

fn missing(example: &Example, path: String) -> Error {
    Error::example(&example.name, path, "is missing; the contract requires it [required]")
}

fn unknown(example: &Example, path: String, value: &Value) -> Error {
    broken(example, path, "must be a field of the contract", value, "unknown field")
}

fn broken(example: &Example, path: impl Into<String>, requirement: &str, value: &Value, rule: &str) -> Error {
    Error::example(&example.name, path, format!("{requirement}; is {value} [{rule}]"))
}
