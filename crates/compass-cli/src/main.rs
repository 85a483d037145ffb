//! The `compass` program.

// They panic where nobody reads any more, and a job would fail for that.
#![deny(clippy::print_stderr, clippy::print_stdout)]

mod batch;
mod bulk;
mod demo;
mod detect;
mod doctor;
mod event;
mod exit;
mod failure;
mod files;
mod interrupts;
mod metric;
mod mock;
mod outbox;
mod output;
mod program;
mod request;
mod run;
mod schema;
mod send;
mod settings;
mod shell;
mod site;
mod trace;
mod webhook;

fn main() -> std::process::ExitCode {
    program::run(std::env::args_os())
}
