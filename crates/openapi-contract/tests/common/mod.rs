//! What several test programs of this crate share. Each uses a part of it.
#![allow(dead_code, unreachable_pub, reason = "each test program uses a part")]

pub mod choices;
pub mod mutate;
pub mod oas30;
pub mod schemas;

/// The seed of random cases: the same in every run, unless the environment's `SEED` names another.
pub fn seed() -> proptest::test_runner::RngSeed {
    let seed = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok());
    proptest::test_runner::RngSeed::Fixed(seed.unwrap_or(2026))
}
