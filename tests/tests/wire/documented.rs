//! The operations as the vendored contract has them, before any overlay.

use compass_api::Operation;
use serde_json::Value;
use workspace_tests::contract;

/// An operation of the contract.
#[derive(Debug)]
pub(crate) struct Documented {
    pub(crate) operation: Operation,
    /// The method, in capitals.
    pub(crate) method: String,
    pub(crate) path: &'static str,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) responses: Vec<Response>,
    /// JSON pointer of the operation.
    pub(crate) pointer: String,
}

#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) in_path: bool,
    pub(crate) is_uuid: bool,
}

#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    /// Media type, its schema and the schema's JSON pointer.
    pub(crate) body: Option<(&'static str, &'static Value, String)>,
}

/// All of them, in the contract's order.
pub(crate) fn operations() -> Vec<Documented> {
    let paths = contract::document()["paths"].as_object().unwrap();
    let methods = paths.iter().flat_map(|(path, item)| {
        let item = item.as_object().unwrap();
        item.iter().map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    });
    methods.map(|(path, method, operation)| read(path, method, operation)).collect()
}

/// The contract's words on an operation of the client.
pub(crate) fn of(operation: Operation) -> Documented {
    operations().into_iter().find(|documented| documented.operation == operation).unwrap()
}

fn read(path: &'static str, method: &str, operation: &'static Value) -> Documented {
    let pointer = format!("/paths/{}/{method}", escape(path));
    let id = operation["operationId"].as_str().unwrap();
    let known = Operation::ALL.into_iter().find(|known| known.id() == id);
    let responses = operation["responses"].as_object().unwrap().iter().map(|(status, response)| {
        let media_type = response.get("content").and_then(|content| content.as_object()?.iter().next());
        let body = media_type.map(|(name, value)| {
            let pointer = format!("{pointer}/responses/{status}/content/{}/schema", escape(name));
            (name.as_str(), &value["schema"], pointer)
        });
        Response { status: status.parse().unwrap(), body }
    });
    Documented {
        operation: known.unwrap_or_else(|| panic!("{id}: the client does not know it")),
        method: method.to_uppercase(),
        path,
        parameters: operation
            .get("parameters")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .map(parameter)
            .collect(),
        responses: responses.collect(),
        pointer,
    }
}

fn parameter(parameter: &'static Value) -> Parameter {
    let place = parameter["in"].as_str().unwrap();
    assert!(matches!(place, "path" | "query"), "parameters in {place} need tests of their own");
    Parameter {
        name: parameter["name"].as_str().unwrap(),
        in_path: place == "path",
        is_uuid: parameter["schema"]["format"] == "uuid",
    }
}

/// A token of a JSON pointer.
fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}
