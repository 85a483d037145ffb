//! The mock, tried by others than its makers.

mod schemathesis;
