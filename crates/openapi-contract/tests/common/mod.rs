//! What several test programs of this crate share. Each uses a part of it.
#![allow(dead_code, unreachable_pub, reason = "each test program uses a part")]

pub mod choices;
pub mod mutate;
pub mod oas30;
pub mod schemas;
