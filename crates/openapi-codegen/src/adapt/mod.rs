//! What progenitor 0.15 cannot read, said in a way that it can.
//!
//! General rules, none of which knows a particular API; vendors' mistakes are corrected by overlays, before. Where a
//! rule cannot keep a promise of the contract, its change says so ([`Effect::Dropped`]).

mod merges;
mod operation_ids;
mod parameters;
mod references;
mod request_body;
mod responses;
mod schemas;

#[cfg(test)]
mod tests;

use openapi_contract::{Change, Document, Effect, METHODS, Pointer, Stage};
use serde_json::{Map, Value};

pub(crate) use self::request_body::{Field, FieldKind, MULTIPART};

use crate::error::Error;
use crate::names;

/// A document that progenitor reads, and what the emitter has to know beyond it.
pub(crate) struct Adapted {
    pub(crate) root: Value,
    pub(crate) changes: Vec<Change>,
    pub(crate) operations: Vec<Operation>,
}

/// One operation of the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Operation {
    /// Its `operationId`, made unique.
    pub(crate) id: String,
    /// The HTTP method in capitals.
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) summary: Option<String>,
    /// The fields of its multipart body, where it has one.
    pub(crate) form: Option<Vec<Field>>,
    pub(crate) pointer: Pointer,
}

impl Operation {
    /// The name of its method on the client.
    pub(crate) fn method_name(&self) -> String {
        names::snake(&self.id)
    }
}

/// Where the rules write down what they do.
pub(crate) struct Record {
    changes: Vec<Change>,
}

impl Record {
    fn add(&mut self, rule: &'static str, effect: Effect, pointer: &Pointer, reason: impl Into<String>) {
        self.changes.push(Change {
            stage: Stage::Adapt,
            rule,
            pointer: pointer.clone(),
            effect,
            reason: reason.into(),
        });
    }

    /// The same meaning in other words.
    pub(crate) fn equivalent(&mut self, rule: &'static str, pointer: &Pointer, reason: impl Into<String>) {
        self.add(rule, Effect::Equivalent, pointer, reason);
    }

    /// A promise of the contract that the generated code cannot keep.
    pub(crate) fn dropped(&mut self, rule: &'static str, pointer: &Pointer, reason: impl Into<String>) {
        self.add(rule, Effect::Dropped, pointer, reason);
    }
}

/// Adapts an OpenAPI 3.0 document to progenitor.
pub(crate) fn adapt(document: &Document) -> Result<Adapted, Error> {
    let mut root = document.root().clone();
    let mut record = Record { changes: Vec::new() };
    references::check(&root)?;
    merges::check(&root)?;
    references::inline_path_items(&mut root, &mut record);
    schemas::adapt(&mut root, &mut record);
    operation_ids::adapt(&mut root, &mut record);

    let mut operations = Vec::new();
    for (path, method) in places(&root) {
        let pointer = Pointer::from_tokens(["paths", &path, &method]);
        // Taken out while it is adapted, so that the rest of the document can be looked at.
        let Some(Value::Object(mut operation)) = pointer.find_mut(&mut root).map(Value::take) else {
            return Err(Error::contract(pointer, "an operation is an object"));
        };
        let id = text(&operation, "operationId").unwrap_or_default();
        let form = adapt_operation(&mut operation, &mut root, &path, &pointer, &mut record)
            .map_err(|error| error.in_operation(&id))?;
        operations.push(Operation {
            id,
            method: method.to_uppercase(),
            summary: text(&operation, "summary"),
            path,
            form,
            pointer: pointer.clone(),
        });
        if let Some(place) = pointer.find_mut(&mut root) {
            *place = Value::Object(operation);
        }
    }
    forget_shared_parameters(&mut root);
    schemas::hoist(&mut root, &mut record)?;
    Ok(Adapted { root, changes: record.changes, operations })
}

/// The parameters of path items are the operations' own by now; progenitor would add them once more.
fn forget_shared_parameters(root: &mut Value) {
    for item in root.get_mut("paths").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut) {
        if let Some(item) = item.as_object_mut() {
            item.shift_remove("parameters");
        }
    }
}

fn adapt_operation(
    operation: &mut Map<String, Value>,
    root: &mut Value,
    path: &str,
    pointer: &Pointer,
    record: &mut Record,
) -> Result<Option<Vec<Field>>, Error> {
    parameters::adapt(operation, root, path, pointer, record)?;
    let form = request_body::adapt(operation, root, pointer, record)?;
    responses::adapt(operation, root, pointer, record)?;
    parameters::check_names(operation, form.as_deref().unwrap_or_default(), pointer)?;
    Ok(form)
}

/// Path and method of every operation, in document order.
fn places(root: &Value) -> Vec<(String, String)> {
    let paths = root.get("paths").and_then(Value::as_object).into_iter().flatten();
    paths
        .filter(|(path, _)| !path.starts_with("x-"))
        .filter_map(|(path, item)| item.as_object().map(|item| (path, item)))
        .flat_map(|(path, item)| {
            METHODS
                .iter()
                .filter(|method| item.contains_key(**method))
                .map(|method| (path.clone(), (*method).to_owned()))
        })
        .collect()
}

/// The schemas with names, made if the contract has none.
fn schemas_mut(root: &mut Value) -> Option<&mut Map<String, Value>> {
    let components = root.as_object_mut()?.entry("components").or_insert_with(|| Value::Object(Map::new()));
    components.as_object_mut()?.entry("schemas").or_insert_with(|| Value::Object(Map::new())).as_object_mut()
}

fn text(object: &Map<String, Value>, key: &str) -> Option<String> {
    object.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty()).map(str::to_owned)
}
