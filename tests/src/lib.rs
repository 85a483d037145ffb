//! Instruments for tests that hold the generated types against the vendored contract.
//!
//! None of them knows the generated types: each reads the contract itself, so that a mistake of the generator
//! cannot hide in what judges it.
//!
//! - [`contract`]: the document, its schemas and a validator for each.
//! - [`instances`]: values that the contract accepts, drawn at random from a schema.
//! - [`mutants`]: what a valid value becomes by one wrong step, each rejected by the contract.
//! - [`equal`]: whether a value that went through a type came back as the same value.
//!
//! A schema is named everywhere in the same way: by its name (`"Attachment"`), or by a JSON pointer into the
//! document (`"/components/schemas/Attachment/properties/url"`).
//!
//! This is test code: whatever it cannot do, it says by panicking with the JSON pointer and the keyword. So a
//! contract that starts to use a keyword stops the tests until someone has taught them what it means.

pub mod contract;
pub mod equal;
pub mod instances;
pub mod mutants;

mod instant;
mod shape;
