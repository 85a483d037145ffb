//! The way of a contract to code, as `cargo xtask codegen` goes it.

use std::path::{Path, PathBuf};

use openapi_codegen::Generated;
use openapi_contract::lower::lower;
use openapi_contract::overlay::Overlay;
use openapi_contract::{Change, Document};

/// A contract, what became of it, and every change on the way.
pub(crate) struct Way {
    pub(crate) corrected: Document,
    pub(crate) changes: Vec<Change>,
    pub(crate) generated: Generated,
}

impl Way {
    pub(crate) fn of(contract: Document) -> Self {
        let mut corrected = contract;
        let mut changes = Vec::new();
        let mut overlays: Vec<PathBuf> =
            root().join("openapi/overlays").read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
        overlays.sort();
        for file in overlays {
            let applied = Overlay::read(file).unwrap().apply(&corrected).unwrap();
            assert_eq!(applied.unmatched, []);
            changes.extend(applied.changes);
            corrected = applied.document;
        }
        let lowered = lower(&corrected).unwrap();
        changes.extend(lowered.changes);
        let generated = openapi_codegen::generate(&lowered.document, "cargo xtask codegen").unwrap();
        changes.extend(generated.changes.iter().cloned());
        Self { corrected, changes, generated }
    }

    /// The public items of the generated code.
    pub(crate) fn items(&self) -> Vec<String> {
        openapi_codegen::surface(self.generated.folder.files()).unwrap()
    }
}

pub(crate) fn vendored() -> Document {
    Document::read(root().join("openapi/compass-v1.json")).unwrap()
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
