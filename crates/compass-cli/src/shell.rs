//! `compass completions` and `compass man`: what shells and readers need.

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Report;
use crate::program::Program;

/// The completion script for a shell.
pub(crate) fn completions(shell: Shell) -> Report {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Program::command(), "compass", &mut script);
    Report::raw(String::from_utf8_lossy(&script))
}

/// The manual page of a command, in roff.
pub(crate) fn man(path: &[String]) -> Result<Report, Failure> {
    let mut command = Program::command();
    command.build();
    let mut page: &Command = &command;
    for name in path {
        page = page.find_subcommand(name).ok_or_else(|| {
            Failure::usage(format!("man: {}: no such command", path.join(" "))).hint("compass --help")
        })?;
    }
    // Without the name of its own that clap gives it, the page of a command would be called by its last word.
    let title = std::iter::once("compass").chain(path.iter().map(String::as_str)).collect::<Vec<_>>().join("-");
    let mut roff = Vec::new();
    clap_mangen::Man::new(page.clone())
        .title(title)
        .render(&mut roff)
        .map_err(|error| Failure::new(Exit::Other, format!("man: {error}")))?;
    Ok(Report::raw(String::from_utf8_lossy(&roff)))
}
