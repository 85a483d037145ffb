//! `--queue` and `compass outbox`, as processes.

mod accept;
mod bulk;
mod deliver;
mod look;
#[cfg(unix)]
mod signals;
#[path = "../support/mod.rs"]
mod support;
#[cfg(unix)]
mod unix;
mod world;
