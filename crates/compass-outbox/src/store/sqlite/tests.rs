//! That the store in a file does what every store does.

use tempfile::TempDir;

use super::{SqliteOptions, SqliteStore};
use crate::store::Bounds;

fn make(bounds: Bounds) -> (SqliteStore, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let opened = SqliteStore::open(folder.path().join("outbox.db"), SqliteOptions::default().bounds(bounds));
    (opened.expect("a store").store, folder)
}

crate::store::conformance::conforms!(make);
