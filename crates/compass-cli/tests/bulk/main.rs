//! `event send`, `metric send` and `validate`, as processes.

mod honest;
mod loopback;
mod send;
#[cfg(unix)]
mod unix;
mod validate;
mod world;
