//! From an OpenAPI contract as its vendor publishes it to one that tools for OpenAPI 3.0 can read.
//!
//! Three stages, each a function from document to document that also returns what it changed:
//!
//! 1. [`Document::read`] takes JSON or YAML, OpenAPI 3.0.x or 3.1.x, and keeps the order of keys.
//! 2. [`overlay::Overlay::apply`] makes corrections written as an OpenAPI Overlay (1.0 or 1.1).
//! 3. [`lower::lower`] says an OpenAPI 3.1 document in the words of OpenAPI 3.0.3. It may widen what a
//!    schema accepts, never narrow it, and it reports each widening.
//!
//! Nothing here knows any particular API, and nothing panics on bad input: an [`Error`] names the file and the
//! JSON pointer, says which rule was broken by which value, and what to do about it.
//!
//! ```
//! use openapi_contract::{Document, Effect, lower::lower};
//!
//! let contract = Document::parse(
//!     r#"{"openapi": "3.1.0", "info": {"title": "Lamps", "version": "1"}, "paths": {},
//!         "components": {"schemas": {"Colour": {"type": ["string", "null"]}}}}"#,
//! )?;
//! let lowered = lower(&contract)?;
//!
//! assert_eq!(
//!     lowered.document.root()["components"]["schemas"]["Colour"],
//!     serde_json::json!({"type": "string", "nullable": true}),
//! );
//! assert!(lowered.changes.iter().all(|change| change.effect == Effect::Equivalent));
//! # Ok::<(), openapi_contract::Error>(())
//! ```

mod change;
mod document;
mod error;
mod pointer;
mod unique;

pub use change::{Change, Effect, Outcome, Stage};
pub use document::{Document, Format, METHODS, SpecVersion};
pub use error::{Error, ErrorKind};
pub use pointer::Pointer;

pub mod instance;
pub mod lower;
pub mod overlay;
pub mod references;

/// The example in the README is a documented test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
