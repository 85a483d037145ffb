//! The tasks of this workspace, run as `cargo xtask <task>`.
//!
//! Argument parsing and wiring only: what the tasks do is in `openapi-contract`, `openapi-codegen`, `openapi-drift` and
//! `compass-reference`.
//!
//! Exit codes: 0 done, 1 a check failed, 2 the task could not be done (bad contract, bad overlay, missing file, usage).

mod codegen;
mod drift;
mod fetch;
mod new_crate;
mod packages;
mod pipeline;
mod reference;
mod source;
mod stages;
mod test;
mod tools;
mod vendor;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "The tasks of the Compass toolkit", version)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Generates crates/compass-api and docs/reference from the vendored contract, or a new crate from any other contract
    Codegen(codegen::Args),
    /// Compares a newer contract with the vendored one, or any two: what changed, and whom it breaks
    Drift(drift::Args),
    /// Replaces the vendored contract by a newer one and shows what changed
    Vendor(vendor::Args),
    /// Applies an OpenAPI Overlay (1.0 or 1.1) to a document
    Overlay(stages::OverlayArgs),
    /// Says an OpenAPI 3.1 document in the words of 3.0.3
    Lower(stages::LowerArgs),
    /// Runs every check: formatting, codegen --check, drift, clippy, packages, doc tests, tests
    Test(test::Args),
}

/// How a task ended, if it ended.
enum Outcome {
    /// It did what it is for.
    Done,
    /// It is a check, and what it checks does not hold.
    Failed,
}

fn main() -> ExitCode {
    let result = match Cli::parse().task {
        Task::Codegen(args) => codegen::run(&args),
        Task::Drift(args) => drift::run(&args),
        Task::Vendor(args) => vendor::run(&args),
        Task::Overlay(args) => stages::overlay(&args),
        Task::Lower(args) => stages::lower(&args),
        Task::Test(args) => test::run(&args),
    };
    match result {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Failed) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Where a document goes: a file, or standard output.
#[derive(clap::Args)]
struct Output {
    /// Write the document to this file instead of standard output
    #[arg(id = "output", short = 'o', long, value_name = "OUT")]
    file: Option<PathBuf>,
}

impl Output {
    fn write(&self, text: &str) -> anyhow::Result<()> {
        match &self.file {
            Some(file) => workspace::write(file, text),
            None => workspace::print(text),
        }
    }
}
