//! The reference of the Compass REST API, made from its contract: what each operation wants and answers, and samples that
//! send it with curl, with the program `compass` and with `compass-sdk`.
//!
//! [`reference()`] takes the contract and the examples, and gives back files as paths and texts. It writes nothing, and it
//! knows neither the program nor the SDK as code: the reference must be made also when the generated client does not
//! compile. That its samples are true is proved by tests that run them (`compass-cli`, `tests/reference`).
//!
//! - `contract`: the operations, as pages tell of them. `schema`: the fields of a schema, one a row.
//! - `example`: the examples, held against the contract. All samples are filled from them.
//! - `notes`: what is known beside the contract, from the repository's `openapi/NOTES.md`.
//! - `names`: how the program and the SDK call the fields of the contract: a rule, and its exceptions.
//! - `page`: the pages. `samples`: the three samples. `postman`: the collection.

mod contract;
mod error;
mod example;
mod markdown;
mod names;
mod notes;
mod page;
mod postman;
mod samples;
mod schema;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use openapi_contract::Document;

pub use self::error::Error;
use self::notes::Notes;

/// What the reference consists of. Paths are relative, with `/` between their parts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reference {
    /// The pages, in Markdown: one for each tag of the contract, and `index.md`.
    pub pages: BTreeMap<String, String>,
    /// A Postman Collection, v2.1, with one request for each example.
    pub collection: String,
    /// The Rust samples of the pages as a module: a function for each, which takes the client, and `run`, which calls them.
    pub samples: BTreeMap<String, String>,
}

/// Makes the reference.
///
/// `examples` are names and texts of the example files. There has to be one for each operation, or for each variant of its
/// body if it has some (the kinds of events): `<operationId>.json` or `<operationId>.<variant>.json`. `command` is what
/// makes the files anew; each of them says so.
///
/// # Errors
/// The first thing in contract or examples that has no place in a reference. The error says where it is, which rule it
/// breaks, and by which value.
pub fn reference(document: &Document, examples: &[(String, String)], command: &str) -> Result<Reference, Error> {
    with_notes(document, examples, &Notes::COMPASS, command)
}

fn with_notes(
    document: &Document,
    examples: &[(String, String)],
    notes: &Notes,
    command: &str,
) -> Result<Reference, Error> {
    let operations = contract::operations(document)?;
    notes.check(document, &operations)?;
    let examples = example::read(document, &operations, examples)?;
    let samples = samples::of(document, &operations, &examples)?;
    Ok(Reference {
        pages: page::pages(document, &operations, &samples, notes, command),
        collection: postman::collection(document, &operations, &samples, notes),
        samples: samples::rust::module(&samples, command),
    })
}
