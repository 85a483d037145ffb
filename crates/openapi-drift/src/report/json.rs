//! JSON for programs.
//!
//! The form is stable: members may be added, none changes its meaning or goes without a new `version`.
//!
//! ```json
//! {
//!   "version": 1,
//!   "base": "the name of the document before",
//!   "revision": "the name of the document after",
//!   "fail_on": "breaking",
//!   "summary": {"breaking": 1, "warning": 0, "info": 0, "accepted": 0, "failing": 1},
//!   "changes": [{
//!     "level": "breaking",
//!     "rule": "request-enum-value-removed",
//!     "message": "one sentence",
//!     "base": "/components/schemas/Lamp/properties/colour",
//!     "revision": null,
//!     "sites": [{
//!       "operation_id": "createLamp", "method": "POST", "path": "/lamps",
//!       "direction": "request", "status": "200", "media_type": "application/json", "parameter": "query limit"
//!     }],
//!     "example": "purple",
//!     "verdict": "failing",
//!     "accepted_by": {"rule": "…", "place": "…", "reason": "…", "expires": "2026-12-31"},
//!     "rust": [0]
//!   }],
//!   "allow": {"expired": [], "unused": []},
//!   "rust": {
//!     "status": "compared",
//!     "items": [{"item": "types::LampColour::Purple", "change": "removed", "before": ""}],
//!     "alone": []
//!   }
//! }
//! ```
//!
//! - `fail_on` and `level`: `breaking`, `warning` or `info`.
//! - `base` and `revision` of a change: JSON pointers, `""` for the document itself; `null` where it has no place.
//! - `sites`: members that do not apply are absent; an empty list means the document as a whole.
//! - `example`: an instance that its sender may send and its reader no longer accepts; absent if there is none.
//! - `verdict`: `failing`, `accepted` (then `accepted_by` has the entry) or `passing`.
//! - `rust` of a change: indexes into `rust.items`; absent unless `rust.status` is `compared`.
//! - `rust.status`: `not-asked`; `unavailable`, with a `reason`; `compared`, with `items`, and under `alone` the indexes
//!   of those that no change accounts for. An item's `change` is `added` (with `after`), `removed` (with `before`) or
//!   `changed` (with both).

use serde::Serialize;

use super::clean::is_hidden;
use super::{Report, RustSide, Summary, Verdict};
use crate::allow::Entry;
use crate::rust::ItemChange;
use crate::{Change, Level};

/// The version of the form.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Root<'r> {
    version: u32,
    base: &'r str,
    revision: &'r str,
    fail_on: Level,
    summary: Summary,
    changes: Vec<OneChange<'r>>,
    allow: Useless<'r>,
    rust: Rust<'r>,
}

#[derive(Serialize)]
struct OneChange<'r> {
    #[serde(flatten)]
    change: &'r Change,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted_by: Option<&'r Entry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rust: Option<&'r [usize]>,
}

#[derive(Serialize)]
struct Useless<'r> {
    expired: &'r [Entry],
    unused: &'r [Entry],
}

#[derive(Serialize)]
#[serde(tag = "status", rename_all = "kebab-case")]
enum Rust<'r> {
    NotAsked,
    Unavailable { reason: &'r str },
    Compared { items: &'r [ItemChange], alone: &'r [usize] },
}

pub(super) fn render(report: &Report) -> String {
    let root = Root {
        version: VERSION,
        base: &report.base,
        revision: &report.revision,
        fail_on: report.fail_on,
        summary: report.summary(),
        changes: report.changes.iter().enumerate().map(|(index, change)| one(report, index, change)).collect(),
        allow: Useless { expired: &report.allowed.expired, unused: &report.allowed.unused },
        rust: match &report.rust {
            RustSide::NotAsked => Rust::NotAsked,
            RustSide::Unavailable(reason) => Rust::Unavailable { reason },
            RustSide::Compared(comparison) => Rust::Compared { items: &comparison.items, alone: &comparison.alone },
        },
    };
    let json = serde_json::to_string_pretty(&root).expect("every key is a string, and no value refuses");
    // Characters that JSON lets through, but a terminal that shows it would obey, occur in strings alone.
    let mut text = String::with_capacity(json.len() + 1);
    for c in json.chars() {
        if is_hidden(c) && c != '\n' {
            text.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            text.push(c);
        }
    }
    text.push('\n');
    text
}

fn one<'r>(report: &'r Report, index: usize, change: &'r Change) -> OneChange<'r> {
    let (verdict, accepted_by) = match report.verdict(index) {
        Verdict::Failing => ("failing", None),
        Verdict::Accepted(entry) => ("accepted", Some(entry)),
        Verdict::Passing => ("passing", None),
    };
    let rust = match &report.rust {
        RustSide::Compared(comparison) => comparison.touched.get(index).map(Vec::as_slice),
        RustSide::NotAsked | RustSide::Unavailable(_) => None,
    };
    OneChange { change, verdict, accepted_by, rust }
}
