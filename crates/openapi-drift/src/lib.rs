//! What changed between two OpenAPI contracts, whom it breaks, and an instance that proves it.
//!
//! [`compare`] takes any two documents, 3.0 or 3.1, JSON or YAML, and returns every [`Change`] with its [`Level`].

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

/// Compares two documents: every change, in the order of the newer one.
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
