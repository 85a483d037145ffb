//! A crate of its own for any contract: its text comes from `openapi_codegen::new_crate`, here it is put on disk.

use std::path::Path;
use std::{fs, io};

use anyhow::{Context as _, bail};
use openapi_codegen::{Generated, new_crate};

use crate::workspace;

/// The hand-written part of `compass-api`. Only its own documentation, which is left out, speaks of Compass: the code
/// serves every other contract as well.
const LIB: &str = include_str!("../../crates/compass-api/src/lib.rs");

/// Writes the crate into `folder`, which has to be empty, absent, or a crate that was written here before.
pub(crate) fn write(folder: &Path, contract: &Path, generated: &Generated) -> anyhow::Result<()> {
    let name = crate_name(folder)?;
    let manifest = folder.join("Cargo.toml");
    let is_ours = manifest.exists() && workspace::read(&manifest)?.starts_with(new_crate::MARK);
    if !is_ours && !is_empty(folder)? {
        bail!("{}: holds something that was not written here; choose an empty folder with --out", folder.display());
    }
    let title =
        contract.file_name().map_or_else(|| contract.display().to_string(), |name| name.to_string_lossy().into());
    workspace::write(&manifest, &new_crate::manifest(&name, &title, generated))?;
    workspace::write(&folder.join("src/lib.rs"), &new_crate::library(&title, LIB))?;
    generated.folder.write(&folder.join("src/generated"))?;
    let operations = generated.operations.len();
    workspace::print(&format!("{}: crate {name}, {operations} operations\n", folder.display()))
}

/// Whether the folder has nothing in it, or is not there at all.
fn is_empty(folder: &Path) -> anyhow::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error).with_context(|| format!("{}: cannot be read", folder.display())),
    }
}

fn crate_name(folder: &Path) -> anyhow::Result<String> {
    let name =
        folder.file_name().context("--out: the folder needs a name, which becomes the crate's")?.to_string_lossy();
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if !is_name {
        bail!("--out: \"{name}\" cannot be the name of a crate; use letters, digits, - and _, a letter first");
    }
    if new_crate::is_taken(&name) {
        bail!("--out: \"{name}\" is a word of Rust's or a crate that the new one depends on; choose another name");
    }
    Ok(name.into_owned())
}
