//! The record of where the vendored contract came from, and the proof that the file is still that one.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::workspace;

/// `openapi/compass-v1.source.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Source {
    /// Where upstream publishes the contract.
    pub(crate) url: String,
    /// The state of upstream that the file follows, as `YYYY-MM` or `YYYY-MM-DD`.
    pub(crate) as_of: String,
    /// SHA-256 of the vendored file, in hexadecimal.
    pub(crate) sha256: String,
    /// Whose words the structure is.
    pub(crate) structure: String,
    /// Whose words the descriptions are.
    pub(crate) descriptions: String,
}

const HEAD: &str = "\
# Where compass-v1.json came from. `cargo xtask vendor` writes this file; `cargo xtask codegen` refuses to run when
# the contract is no longer the one that is recorded here.

";

impl Source {
    pub(crate) fn file() -> PathBuf {
        workspace::root().join("openapi/compass-v1.source.toml")
    }

    pub(crate) fn read(file: &Path) -> anyhow::Result<Self> {
        toml::from_str(&workspace::read(file)?).with_context(|| format!("{}: is no source record", file.display()))
    }

    pub(crate) fn write(&self, file: &Path) -> anyhow::Result<()> {
        let text = toml::to_string(self).context("a source record cannot be written as TOML")?;
        workspace::write(file, &format!("{HEAD}{text}"))
    }

    /// Checks that `contract` holds the bytes that are recorded.
    pub(crate) fn verify(&self, contract: &Path) -> anyhow::Result<()> {
        let found = sha256(workspace::read(contract)?.as_bytes());
        if found != self.sha256 {
            bail!(
                "{}: its SHA-256 is {found}, but {} records {}; the vendored contract is never edited: correct it with \
                 an overlay, or replace it with `cargo xtask vendor FILE`",
                contract.display(),
                workspace::shown(&Self::file()),
                self.sha256,
            );
        }
        Ok(())
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_standard() {
        // FIPS 180-4, example "abc".
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_changed_contract_is_refused_with_both_hashes() {
        let folder = tempfile::tempdir().unwrap();
        let contract = folder.path().join("contract.json");
        workspace::write(&contract, "{}").unwrap();
        let source = Source {
            url: "https://example.com/contract.json".into(),
            as_of: "2026-09".into(),
            sha256: sha256(b"{ }"),
            structure: "upstream".into(),
            descriptions: "ours".into(),
        };
        let message = source.verify(&contract).unwrap_err().to_string();
        assert!(message.contains(&sha256(b"{}")) && message.contains(&source.sha256), "{message}");
        assert!(message.contains("cargo xtask vendor"), "{message}");

        let record = folder.path().join("source.toml");
        source.write(&record).unwrap();
        assert_eq!(Source::read(&record).unwrap(), source);
    }
}
