//! Tests of the whole: outbox, worker and store together.

mod driver;
mod fake;
mod kill;
mod limits;
mod memory;
mod messages;
mod model;
mod once;
mod watched;
mod ways;
mod wire;
mod worker;
