//! The `compass` program.

mod mock;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A Compass to try things with
#[derive(Parser)]
#[command(name = "compass", version, max_term_width = 100)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Mock(mock::Args),
}

fn main() -> ExitCode {
    let result = match Program::parse().command {
        Command::Mock(args) => mock::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
