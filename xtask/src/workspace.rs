//! Where things are in this workspace, and reading and writing with errors that name the file.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context as _, bail};

/// The folder of the workspace: cargo says where xtask was built from, and sets the variable when it runs it.
pub(crate) fn root() -> PathBuf {
    let manifest = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    manifest.parent().map_or_else(|| manifest.clone(), Path::to_path_buf)
}

/// The vendored contract.
pub(crate) fn contract() -> PathBuf {
    root().join("openapi/compass-v1.json")
}

/// Corrections of the vendor's mistakes, in the order of their names.
pub(crate) fn overlays() -> anyhow::Result<Vec<PathBuf>> {
    let folder = root().join("openapi/overlays");
    let entries = fs::read_dir(&folder).with_context(|| format!("{}: cannot be read", folder.display()))?;
    let mut files = entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    let is_overlay = |file: &&PathBuf| file.extension().is_some_and(|extension| extension == "yaml");
    if let Some(other) = files.iter().find(|file| !is_overlay(file)) {
        bail!("{}: only overlays stand in this folder, as .yaml; this would be left out in silence", other.display());
    }
    files.sort();
    Ok(files)
}

/// The generated module of the low-level client.
pub(crate) fn generated() -> PathBuf {
    root().join("crates/compass-api/src/generated")
}

/// The contract as the mock embeds it.
pub(crate) fn mock_contract() -> PathBuf {
    root().join("crates/compass-mock/src/generated")
}

/// The examples that the reference's samples are filled from.
pub(crate) fn examples() -> PathBuf {
    root().join("openapi/examples")
}

/// The documentation.
pub(crate) fn docs() -> PathBuf {
    root().join("docs")
}

/// The reference's Rust samples, as the tests compile them.
pub(crate) fn samples() -> PathBuf {
    root().join("crates/compass-cli/tests/reference/generated")
}

pub(crate) fn read(file: &Path) -> anyhow::Result<String> {
    fs::read_to_string(file).with_context(|| format!("{}: cannot be read", file.display()))
}

pub(crate) fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(parent) = file.parent() {
        fs::create_dir_all(parent).with_context(|| format!("{}: cannot be made", parent.display()))?;
    }
    fs::write(file, text).with_context(|| format!("{}: cannot be written", file.display()))
}

/// Prints to standard output; a reader that has gone away (`… | head`) is no error.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.context("standard output cannot be written"),
    }
}

/// A path as a person would type it, from the root of the workspace if it is below it.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}
