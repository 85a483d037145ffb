// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! The client that the contract describes.

#![allow(
    dead_code,
    missing_docs,
    non_camel_case_types,
    unused_imports,
    unreachable_patterns,
    clippy::all,
    clippy::pedantic
)]
#![allow(
    rustdoc::bare_urls,
    rustdoc::broken_intra_doc_links,
    rustdoc::invalid_html_tags
)]
mod client;
mod operation;
mod operations;
mod support;
mod uploads;
pub mod types;
pub use self::client::Client;
pub use self::operation::Operation;
