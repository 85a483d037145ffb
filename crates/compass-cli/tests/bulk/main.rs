//! `event send`, `metric send` and `validate`, as processes.

mod honest;
mod send;
#[path = "../support/mod.rs"]
mod support;
#[cfg(unix)]
mod unix;
mod validate;
mod world;
