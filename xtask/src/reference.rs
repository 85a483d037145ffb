//! The reference: its examples come from `openapi/examples`, and it goes into `docs` and to the tests that run its samples.

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;
use openapi_codegen::Folder;
use openapi_contract::Document;

use crate::pipeline::COMMAND;
use crate::workspace;

/// The folders that it consists of.
pub(crate) fn folders(corrected: &Document) -> anyhow::Result<[(PathBuf, Folder); 3]> {
    let reference = compass_reference::reference(corrected, &examples()?, COMMAND).with_context(|| {
        format!("no reference can be made; the examples are in {}", workspace::shown(&workspace::examples()))
    })?;
    let collection = Folder::of("compass.postman_collection.json", reference.collection).among_others();
    Ok([
        (workspace::docs().join("reference"), reference.pages.into()),
        (workspace::docs(), collection),
        (workspace::samples(), reference.samples.into()),
    ])
}

/// Names and texts of the examples, in the order of their names.
fn examples() -> anyhow::Result<Vec<(String, String)>> {
    let folder = workspace::examples();
    let unreadable = || format!("{}: cannot be read", folder.display());
    let mut examples = Vec::new();
    for entry in fs::read_dir(&folder).with_context(unreadable)? {
        let entry = entry.with_context(unreadable)?;
        examples.push((entry.file_name().to_string_lossy().into_owned(), workspace::read(&entry.path())?));
    }
    examples.sort();
    Ok(examples)
}
