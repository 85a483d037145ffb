//! The way from a contract to generated code, which `codegen` goes to write the code and `drift` to compare it.

use std::path::PathBuf;

use anyhow::Context as _;
use openapi_codegen::Generated;
use openapi_contract::lower::lower;
use openapi_contract::overlay::Overlay;
use openapi_contract::{Change, Document};

/// The command that every generated file names.
pub(crate) const COMMAND: &str = "cargo xtask codegen";

/// A contract after its overlays.
pub(crate) struct Corrected {
    pub(crate) document: Document,
    pub(crate) changes: Vec<Change>,
    /// Actions that selected nothing, each in a sentence. The standard allows it; what it means here the caller knows.
    pub(crate) unmatched: Vec<String>,
}

/// Applies the overlays to the contract, which errors call `name`.
pub(crate) fn correct(document: Document, name: &str, overlays: &[PathBuf]) -> anyhow::Result<Corrected> {
    let mut corrected = Corrected { document, changes: Vec::new(), unmatched: Vec::new() };
    for file in overlays {
        let applied = Overlay::read(file)?.apply(&corrected.document)?;
        corrected.unmatched.extend(applied.unmatched.iter().map(|action| {
            format!(
                "{}: /actions/{}: \"{}\" selects nothing in {name}: if upstream has mended its mistake, delete the action",
                file.display(),
                action.index,
                action.target,
            )
        }));
        corrected.changes.extend(applied.changes);
        corrected.document = applied.document;
    }
    Ok(corrected)
}

/// Generates the client of the contract, which errors call `name`; also returns every change on the way to it.
pub(crate) fn generate(document: &Document, name: &str) -> anyhow::Result<(Generated, Vec<Change>)> {
    let lowered = lower(document).map_err(|error| error.in_file(name))?;
    let generated = openapi_codegen::generate(&lowered.document, COMMAND)
        .with_context(|| format!("{name}: no client can be generated"))?;
    let mut changes = lowered.changes;
    changes.extend(generated.changes.iter().cloned());
    Ok((generated, changes))
}
