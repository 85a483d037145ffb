//! The reference is true: its samples are run as they stand on its pages, against the mock, and all of them send the same
//! request; its tables say what the SDK and the program do; its collection keeps the rules of its format, and is accepted.

mod answers;
mod collection;
#[rustfmt::skip]
mod generated;
mod pages;
mod requests;
mod samples;
mod world;
