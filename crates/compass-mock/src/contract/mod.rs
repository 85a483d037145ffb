//! The contract as the mock reads it: which operation a request means, whether the request keeps the contract, and
//! in what shape the contract wants the answer.
//!
//! It is read from the document itself, never from the generated types: only so can the mock catch their mistakes.
//! What the document says in a way that has no meaning here yet (a parameter in a cookie, a body in XML) is refused
//! when the document is read, and not passed over when a request comes.
//!
//! - `place`, `schemas`: walking the document, and validators for its schemas.
//! - `route`, `parameters`, `body`, `form`: the parts of a request.
//! - `one_kind`: the rule of the contract that stands in a description alone.
//! - `violation`, `wording`, `complaint`: what is said about a request that breaks the contract.
//! - `answer`: responses in the shapes that the contract declares.

mod answer;
mod body;
mod complaint;
mod form;
mod one_kind;
mod operation;
mod operation_id;
mod parameters;
mod place;
mod route;
mod schemas;
mod violation;
mod wording;

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use http::Method;
use serde_json::Value;

pub(crate) use body::Body;
pub use complaint::{Complaint, ErrorType};
pub(crate) use form::Part;
pub(crate) use operation::{Checked, Operation};
pub use operation_id::OperationId;

use place::Place;
use route::Template;
use schemas::Schemas;

/// OpenAPI 3.1 after its overlays; `cargo xtask codegen` writes it here.
const DOCUMENT: &str = include_str!("../generated/compass-v1.json");

/// The contract: its paths with their operations.
pub(crate) struct Contract {
    /// The more concrete ones first, as OpenAPI has them matched.
    paths: Vec<Path>,
}

struct Path {
    template: Template,
    operations: Vec<(Method, Operation)>,
}

/// What a method and a path mean. The path is what follows `/gateway/api`, as it was sent, before any decoding.
pub(crate) enum Found<'c> {
    Operation {
        operation: &'c Operation,
        /// By name, and still as they were sent: [`Operation::check`] decodes them, because it can say what is wrong
        /// with them.
        path_parameters: Vec<(&'c str, String)>,
    },
    /// The path is one of the contract's, the method is not.
    WrongMethod {
        allowed: Vec<Method>,
    },
    Nothing,
}

impl Contract {
    /// The contract that stands in this crate. Reading it takes a moment, once.
    pub(crate) fn vendored() -> &'static Self {
        static VENDORED: LazyLock<Contract> = LazyLock::new(|| {
            let document = serde_json::from_str(DOCUMENT).expect("compass-v1.json is JSON: a test reads it");
            Contract::read(&document).expect("compass-v1.json is a contract: a test reads it")
        });
        &VENDORED
    }

    /// Reads a document. The error says where it has what has no meaning here.
    fn read(document: &Value) -> Result<Self, String> {
        let root = Place::root(document);
        let schemas = Schemas::of(document)?;
        let mut paths = Vec::new();
        for (path, item) in root.required("paths")?.members()? {
            let template = Template::parse(path).map_err(|error| item.error(&error))?;
            let mut operations = Vec::new();
            for name in openapi_contract::METHODS {
                let Some(operation) = item.get(name) else { continue };
                let method = name.to_ascii_uppercase().parse().map_err(|_| operation.error("is no method"))?;
                operations.push((method, Operation::read(&operation, &item, &template, &schemas)?));
            }
            paths.push(Path { template, operations });
        }
        paths.sort_by_key(|path| path.template.parameters().count());
        Ok(Self { paths })
    }

    /// What a method and a path mean.
    pub(crate) fn find(&self, method: &Method, path: &str) -> Found<'_> {
        let matching = self.paths.iter().find_map(|known| Some((known, known.template.matches(path)?)));
        let Some((known, path_parameters)) = matching else { return Found::Nothing };
        match known.operations.iter().find(|(known, _)| known == method) {
            Some((_, operation)) => Found::Operation { operation, path_parameters },
            None => Found::WrongMethod { allowed: known.operations.iter().map(|(method, _)| method.clone()).collect() },
        }
    }

    /// All operations, in no order that means anything.
    #[cfg(test)]
    fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.paths.iter().flat_map(|path| &path.operations).map(|(_, operation)| operation)
    }
}
