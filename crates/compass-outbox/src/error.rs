//! What may go wrong with a store.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// Why a store did not do what it was asked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StoreError {
    pub(crate) kind: StoreErrorKind,
    pub(crate) path: PathBuf,
    pub(crate) message: String,
    pub(crate) source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// What kind of failure a [`StoreError`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// The outbox has as many messages or bytes as it may: nothing was accepted.
    Full,
    /// The file was written by a newer version.
    Newer,
    /// The file is something else than an outbox: it was not touched.
    Foreign,
    /// The file is damaged.
    Corrupt,
    /// The disk is full, the folder cannot be written, another process keeps the file for too long.
    Unavailable,
}

impl StoreError {
    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }

    /// What happened, with what SQLite or the system says of it.
    pub(crate) fn reason(&self) -> String {
        match &self.source {
            Some(source) => format!("{}: {source}", self.message),
            None => self.message.clone(),
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.message)
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn std::error::Error + 'static))
    }
}
