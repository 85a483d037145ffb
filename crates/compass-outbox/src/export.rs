//! Messages as lines of JSON, for whoever sends them elsewhere.

use serde::Serialize;

use crate::store::Kept;

/// What `schema` is in each line of an export. Within this version fields may be added, and none is renamed, removed or
/// given another meaning.
pub const EXPORT_SCHEMA: &str = "compass-outbox/1";

#[derive(Serialize)]
struct Line<'a> {
    schema: &'static str,
    #[serde(flatten)]
    kept: &'a Kept,
}

/// A message in a line, without its end.
pub(crate) fn line(kept: &Kept) -> String {
    serde_json::to_string(&Line { schema: EXPORT_SCHEMA, kept }).expect("what is kept has only texts for keys")
}
