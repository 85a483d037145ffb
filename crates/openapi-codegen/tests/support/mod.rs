//! The sample contracts, for the tests that generate from all of them.

#![allow(dead_code, reason = "each test file uses a part of this")]

use std::fs;
use std::path::{Path, PathBuf};

use openapi_contract::Document;
use openapi_contract::lower::lower;

/// A contract of `tests/samples`.
pub(crate) struct Sample {
    /// The name of its file without the ending.
    pub(crate) name: String,
    /// The contract, in the words of OpenAPI 3.0.
    pub(crate) document: Document,
    /// Tests of the generated crate, where there are any: what it writes on the wire.
    pub(crate) wire: PathBuf,
}

/// All samples, in the order of their names.
pub(crate) fn samples() -> Vec<Sample> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let mut files: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "yaml"));
    files.sort();
    files
        .into_iter()
        .map(|file| Sample {
            name: file.file_stem().unwrap().to_string_lossy().into_owned(),
            document: lower(&Document::read(&file).unwrap()).unwrap().document,
            wire: file.with_extension("wire.rs"),
        })
        .collect()
}

/// A file of the workspace that this crate stands in.
pub(crate) fn workspace_file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// The contract that this workspace is about, in the words of OpenAPI 3.0.
pub(crate) fn compass() -> Sample {
    let document = lower(&Document::read(workspace_file("openapi/compass-v1.json")).unwrap()).unwrap().document;
    Sample { name: "compass".to_owned(), document, wire: PathBuf::new() }
}
