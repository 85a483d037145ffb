//! A Rust client crate from an OpenAPI 3.0 contract: [progenitor] does most of it, this crate the rest.
//!
//! [`generate`] takes a document through three steps:
//!
//! 1. *Adapt*: what progenitor 0.15 cannot read (forms with files, several kinds of errors, missing or colliding
//!    operation IDs, `*/*`, …) is said in a way that it can. These are general rules; none knows an API.
//! 2. *Generate*: progenitor writes the types and the operations. A panic of its is caught and traced to the operation.
//! 3. *Emit*: the output is repaired (see [`Generated::changes`]), split into files by idea, and formatted.
//!
//! The result is a folder in memory, byte for byte the same from run to run: [`Folder::write`] puts it on disk,
//! [`Folder::check`] compares it with what is there.
//!
//! The generated code expects three things of the crate that it is put in: a module `generated`, a type `Inner` in the
//! crate's root, and `ClientHooks<Inner>` for the client. `compass-api` in this workspace is the example.
//!
//! ```
//! use openapi_contract::Document;
//!
//! let contract = Document::parse(
//!     r#"{"openapi": "3.0.3", "info": {"title": "Lamps", "version": "1"}, "paths": {"/lamps/{id}": {"get": {
//!         "operationId": "getLamp",
//!         "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
//!         "responses": {"204": {"description": "It is there."}}}}}}"#,
//! )?;
//! let generated = openapi_codegen::generate(&contract, "cargo xtask codegen")?;
//!
//! let (_, operations) = generated.folder.files().find(|(path, _)| *path == "operations.rs").expect("always written");
//! assert!(operations.contains("pub async fn get_lamp<'a>("));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [progenitor]: https://docs.rs/progenitor

mod adapt;
mod emit;
mod error;
mod folder;
mod names;
pub mod new_crate;
mod progenitor;
mod surface;

use openapi_contract::{Change, Document};

pub use error::{Error, ErrorKind};
pub use folder::{Folder, Stale, StaleKind};
pub use surface::surface;

/// The source of a client, and how it came about.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The files of the module `generated`.
    pub folder: Folder,
    /// What was changed on the way from the document to the code.
    pub changes: Vec<Change>,
    /// The operations, in the document's order.
    pub operations: Vec<Operation>,
    /// The crates that the code needs beside those that every generated client needs.
    pub extra_crates: Vec<&'static str>,
}

/// An operation of the contract and the method that it became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The `operationId`, as the generated code knows it.
    pub id: String,
    /// The HTTP method, in capitals.
    pub method: String,
    /// The template of the path.
    pub path: String,
    /// The name of the method on the client.
    pub rust_name: String,
    /// Whether it sends a form with files.
    pub is_upload: bool,
}

/// Generates the client of an OpenAPI 3.0 document; each file says that it was made by the command `made_by`.
///
/// # Errors
/// [`Error`] names the operation and the JSON pointer of what the contract contradicts itself in, or of what no client
/// can be generated for. It never panics, whatever progenitor does.
pub fn generate(document: &Document, made_by: &str) -> Result<Generated, Error> {
    try_generate(document, made_by).map_err(|error| error.naming_operation(document.root()))
}

fn try_generate(document: &Document, made_by: &str) -> Result<Generated, Error> {
    let adapted = adapt::adapt(document)?;
    let output = progenitor::generate(&adapted)?;
    let (files, emitted) = emit::emit(output.tokens, &adapted, made_by)?;
    let mut changes = adapted.changes;
    changes.extend(emitted);
    let mut extra_crates = Vec::new();
    for (name, used) in [
        ("chrono", mentions(&files, "::chrono::")),
        ("uuid", mentions(&files, "::uuid::")),
        ("regress", mentions(&files, "::regress::")),
        ("futures", output.uses_futures),
        ("base64", output.uses_websockets),
        ("rand", output.uses_websockets),
    ] {
        if used {
            extra_crates.push(name);
        }
    }
    let operations = adapted
        .operations
        .iter()
        .map(|operation| Operation {
            id: operation.id.clone(),
            method: operation.method.clone(),
            path: operation.path.clone(),
            rust_name: operation.method_name(),
            is_upload: operation.form.is_some(),
        })
        .collect();
    Ok(Generated { folder: Folder::new(files), changes, operations, extra_crates })
}

fn mentions(files: &emit::Files, path: &str) -> bool {
    files.values().any(|text| text.contains(path))
}

/// The example in the README is a documented test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
