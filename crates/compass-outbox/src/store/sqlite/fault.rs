//! What may go wrong in a statement, and what is said of it.

use std::path::Path;
use std::sync::Arc;

use rusqlite::ErrorCode;

use crate::error::{StoreError, StoreErrorKind};

/// Why something was not done, before it is known which file it was.
#[derive(Debug)]
pub(super) enum Fault {
    /// SQLite says so.
    Sql(rusqlite::Error),
    /// The bounds would be passed; says which.
    Full(String),
    /// A row or the file's structure is not what was written; says how that shows.
    Damaged(String),
    /// A newer version wrote it; says how that shows.
    Newer(String),
    /// The file is not an outbox; says how that shows.
    Foreign(String),
    /// The system refused something beside SQLite; says what, with what to do.
    System(String, std::io::Error),
    /// Another process has what is needed for too long; says what.
    Busy(String),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl Fault {
    /// Whether the file is damaged, so that it is worth salvaging.
    pub(super) fn is_damage(&self) -> bool {
        match self {
            Self::Damaged(_) => true,
            Self::Sql(error) => is_damage(error),
            Self::Full(_) | Self::Newer(_) | Self::Foreign(_) | Self::System(..) | Self::Busy(_) => false,
        }
    }

    /// Whether others keep the file: asking again at once would only wait again.
    pub(super) fn is_busy(&self) -> bool {
        match self {
            Self::Busy(_) => true,
            Self::Sql(error) => {
                matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
            }
            Self::Full(_) | Self::Damaged(_) | Self::Newer(_) | Self::Foreign(_) | Self::System(..) => false,
        }
    }

    /// The error that callers get.
    pub(super) fn at(self, path: &Path) -> StoreError {
        let (kind, message, source): (_, _, Option<Arc<dyn std::error::Error + Send + Sync>>) = match self {
            Self::Sql(error) if is_damage(&error) => {
                (StoreErrorKind::Corrupt, "the file is damaged".to_owned(), Some(Arc::new(error)))
            }
            Self::Sql(error) => (StoreErrorKind::Unavailable, advice(&error).to_owned(), Some(Arc::new(error))),
            Self::Full(message) => (StoreErrorKind::Full, message, None),
            Self::Damaged(message) => (StoreErrorKind::Corrupt, format!("the file is damaged: {message}"), None),
            Self::Newer(message) => (StoreErrorKind::Newer, message, None),
            Self::Foreign(message) => (StoreErrorKind::Foreign, message, None),
            Self::System(message, error) => (StoreErrorKind::Unavailable, message, Some(Arc::new(error))),
            Self::Busy(message) => (StoreErrorKind::Unavailable, message, None),
        };
        StoreError { kind, path: path.to_owned(), message, source }
    }
}

/// Whether SQLite's error says that what is in the file cannot be what was written.
///
/// A constraint counts: the statements here keep to them, so that only a damaged index or row can break one.
fn is_damage(error: &rusqlite::Error) -> bool {
    match error {
        rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::IntegralValueOutOfRange(..)
        | rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::QueryReturnedNoRows
        | rusqlite::Error::Utf8Error(..) => true,
        _ => matches!(
            error.sqlite_error_code(),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::ConstraintViolation)
        ),
    }
}

/// What to do about an error of SQLite's that says nothing against the file.
fn advice(error: &rusqlite::Error) -> &'static str {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "the disk or the quota is full: make room on it, then try again",
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            "it cannot be written: this user needs the right to write the file and its folder, on a file system that is not mounted read-only"
        }
        Some(ErrorCode::CannotOpen) => {
            "it cannot be opened: this user needs the right to read and write the file and its folder"
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed) => {
            "another process has kept the file for too long: try again, and look for one that hangs if it goes on"
        }
        Some(ErrorCode::SystemIoFailure) => {
            "the disk refused to read or write it: look for a quota, a disk that fails, or a file system that was unmounted"
        }
        _ => "the file could not be used",
    }
}
