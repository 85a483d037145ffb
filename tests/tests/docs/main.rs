//! What can be wrong with the documentation as a whole: links that lead nowhere, and pages that say again what the code or
//! another file says.

mod architecture;
mod book;
mod links;

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Whether files are written anew instead of compared.
fn update() -> bool {
    std::env::var_os("DOCS_UPDATE").is_some()
}
