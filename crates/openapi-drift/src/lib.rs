//! What changed between two OpenAPI contracts, whom it breaks, and an instance that proves it.
//!
//! [`compare`] takes any two documents, 3.0 or 3.1, JSON or YAML, and returns every [`Change`] with its [`Level`].
//! Levels are decided by [`containment`]: a request that was valid must stay valid, a response that was promised must
//! stay so. Rules only give a change its stable name. What means the same in other words is no change, and what cannot be
//! told is a warning, never silence.
//!
//! Around it: [`report`] renders changes for people and programs, [`allow`] is the list of drift that is accepted for a
//! while, and [`rust`] says what the changes do to a generated client. Nothing here knows any particular API.
//!
//! ```
//! use openapi_contract::Document;
//! use openapi_drift::{Level, compare};
//!
//! let contract = |required: &str| {
//!     Document::parse(&format!(
//!         r#"{{"openapi": "3.1.0", "info": {{"title": "Lamps", "version": "1"}}, "paths": {{"/lamps": {{"post": {{
//!             "requestBody": {{"content": {{"application/json": {{"schema": {{
//!                 "type": "object", "required": {required},
//!                 "properties": {{"name": {{"type": "string"}}}}}}}}}}}},
//!             "responses": {{"204": {{"description": "It is lit."}}}}}}}}}}}}"#
//!     ))
//! };
//! let changes = compare(&contract("[]")?, &contract(r#"["name"]"#)?);
//!
//! assert_eq!(changes[0].rule.id(), "request-property-became-required");
//! assert_eq!(changes[0].level, Level::Breaking);
//! assert_eq!(changes[0].example, Some(serde_json::json!({})), "was accepted, and is refused now");
//! # Ok::<(), openapi_contract::Error>(())
//! ```

pub mod allow;
mod change;
mod containment;
mod document;
mod error;
mod explain;
pub mod report;
mod rule;
pub mod rust;
mod schema;

pub use change::{Change, Direction, Level, Operation, Site};
pub use containment::{Containment, containment};
pub use error::Error;
pub use rule::Rule;

use openapi_contract::Document;

use crate::document::Comparer;
use crate::schema::Documents;

/// Compares two documents: every change, told once, in the order of the newer document's operations; then what is gone,
/// and what concerns the document as a whole.
#[must_use]
pub fn compare(base: &Document, revision: &Document) -> Vec<Change> {
    let documents = Documents::new(base, revision);
    on_a_large_stack(|| Comparer::new(&documents).compare())
}

/// Schemas that refer to one another may form chains as long as a document has room for, and the engine follows them
/// recursively. The stack is only reserved: what is not needed is never touched.
fn on_a_large_stack<T: Send>(work: impl Fn() -> T + Sync) -> T {
    const STACK: usize = 512 << 20;
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, &work);
        match thread.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            // No room for such a thread: what there is will do for nearly every document.
            Err(_) => work(),
        }
    })
}

/// The example in the README is a documented test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
