//! The one error of this crate.

use std::fmt;

use openapi_contract::{METHODS, Pointer};
use serde_json::Value;

/// Why no client could be generated from a contract.
///
/// `Display` names the operation and the JSON pointer where they are known, what is wrong, and what to do.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    operation: Option<String>,
    pointer: Option<Pointer>,
    message: String,
}

/// What kind of thing went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The contract refers to something that it does not have, or contradicts itself.
    Contract,
    /// The contract asks for something that no client can be generated for here.
    Unsupported,
    /// The code generator wrote something that a repair of ours does not recognise: a repair that no longer
    /// applies has to be looked at by a person.
    Repair,
}

impl Error {
    pub(crate) fn contract(pointer: Pointer, message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Contract, operation: None, pointer: Some(pointer), message: message.into() }
    }

    pub(crate) fn unsupported(pointer: Pointer, message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Unsupported, operation: None, pointer: Some(pointer), message: message.into() }
    }

    pub(crate) fn repair(message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Repair, operation: None, pointer: None, message: message.into() }
    }

    pub(crate) fn in_operation(mut self, operation: &str) -> Self {
        self.operation.get_or_insert_with(|| operation.to_owned());
        self
    }

    pub(crate) fn at(mut self, pointer: &Pointer) -> Self {
        self.pointer.get_or_insert_with(|| pointer.clone());
        self
    }

    /// Names the operation that the error's place lies in: by its ID, or by method and path if it has none.
    pub(crate) fn naming_operation(self, root: &Value) -> Self {
        let tokens: Vec<String> = self.pointer.iter().flat_map(Pointer::tokens).take(3).collect();
        let [paths, path, method] = tokens.as_slice() else { return self };
        if paths != "paths" || !METHODS.contains(&method.as_str()) {
            return self;
        }
        let operation = Pointer::from_tokens(&tokens);
        let id = operation.find(root).and_then(|operation| operation.get("operationId")).and_then(Value::as_str);
        let id = id.filter(|id| !id.trim().is_empty()).map(str::to_owned);
        self.in_operation(&id.unwrap_or_else(|| format!("{} {path}", method.to_uppercase())))
    }

    /// What kind of thing went wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The operation's ID, where the error belongs to one.
    #[must_use]
    pub fn operation(&self) -> Option<&str> {
        self.operation.as_deref()
    }

    /// The place in the contract, where there is one.
    #[must_use]
    pub fn pointer(&self) -> Option<&Pointer> {
        self.pointer.as_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = &self.operation {
            write!(f, "operation {operation}: ")?;
        }
        if let Some(pointer) = &self.pointer {
            write!(f, "{pointer}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
