//! The instruments of this package, held against the contract themselves.

mod contract;
mod equal;
mod instances;
mod mutants;

use proptest::test_runner::{Config, RngSeed, TestRunner};

/// A runner of so many cases that draws the same ones each time and leaves no files behind.
fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(0x00C0_FFEE),
        ..Config::default()
    })
}
