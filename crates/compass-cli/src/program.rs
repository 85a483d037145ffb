//! The command line: commands, and the options of all of them.

use std::ffi::OsString;
use std::process::ExitCode;

use chrono::Utc;
use clap::{ArgAction, CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;

use crate::batch;
use crate::bulk::ValidateArgs;
use crate::demo::{self, DemoArgs};
use crate::detect;
use crate::doctor::{self, DoctorArgs};
use crate::event::{self, EventCommand};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::{self, AttachmentCommand, LockfileCommand, SpecCommand};
use crate::metric::{self, MetricCommand};
use crate::mock;
use crate::outbox::{self, OutboxCommand};
use crate::output::{Done, Format, Output, RESULTS};
use crate::run::{self, RunCommand};
use crate::schema::{self, Subject};
use crate::settings::{self, ConfigArgs, ShowArgs};
use crate::shell;
use crate::site::{self, EntitlementsArgs, SiteArgs};
use crate::webhook::{self, WebhookCommand};

/// Tells Atlassian Compass what happens to software components
#[derive(Debug, Parser)]
#[command(name = "compass", version, after_long_help = long_help(), max_term_width = 120, disable_help_subcommand = true)]
pub(crate) struct Program {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    globals: Globals,
}

/// Options of every command.
#[derive(Debug, clap::Args)]
pub(crate) struct Globals {
    /// The form of results: a text for people, or one JSON object for programs
    #[arg(long, global = true, value_enum, default_value_t, help_heading = "Output")]
    pub(crate) output: Format,
    /// Print no receipts and no notes, only what was asked for and errors
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = "Output")]
    pub(crate) quiet: bool,
    /// Tell on stderr what is sent and how it ends
    #[arg(short, long, global = true, action = ArgAction::SetTrue, help_heading = "Output")]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Send an event, or all events of a file
    #[command(subcommand, arg_required_else_help = true)]
    Event(Box<EventCommand>),
    /// Run a command and tell Compass how it goes
    ///
    /// Compass is told that it is in progress while it already runs, and how it ended: SUCCESSFUL if its exit code is 0,
    /// CANCELLED if SIGHUP, SIGINT, SIGQUIT or SIGTERM ended it, FAILED otherwise. Its input, output and exit code are
    /// those of the program; the four signals are handed on, and end the wait for Compass once the command has ended. Not
    /// reaching Compass is told on stderr and changes nothing else, unless --strict is given.
    #[command(subcommand, arg_required_else_help = true)]
    Run(Box<RunCommand>),
    /// Send values of metrics
    #[command(subcommand, arg_required_else_help = true)]
    Metric(Box<MetricCommand>),
    /// Show and deliver what --queue accepted
    ///
    /// What was accepted is on the disk, and is sent at least once: after an outage, a rate limit or a crash as well.
    #[command(subcommand, arg_required_else_help = true)]
    Outbox(OutboxCommand),
    /// Check a file of events or metrics, offline
    Validate(ValidateArgs),
    /// Show what the CI system and git tell, and where each value comes from
    ///
    /// `compass event` takes from it what no option, variable or file says. No variable that holds a token is read, and
    /// URLs are shown without user name and password.
    Detect(detect::Arguments),
    /// Upload or delete a component's API specification
    #[command(subcommand, arg_required_else_help = true)]
    Spec(SpecCommand),
    /// Record or delete a component's package dependencies
    #[command(subcommand, arg_required_else_help = true)]
    Lockfile(LockfileCommand),
    /// Show, upload or delete a Forge app's attachment
    #[command(subcommand, arg_required_else_help = true)]
    Attachment(AttachmentCommand),
    /// Post to incoming webhooks
    #[command(subcommand, arg_required_else_help = true)]
    Webhook(WebhookCommand),
    /// Show what the site is entitled to
    Entitlements(EntitlementsArgs),
    /// Ask the site for its cloud ID
    Site(SiteArgs),
    Mock(mock::Args),
    /// Check settings, site, clock and credentials, and say what to do
    ///
    /// Exits with 0 if every check passes, otherwise with the highest of the exit codes that the failed ones stand for.
    /// Nothing is sent that changes anything.
    Doctor(DoctorArgs),
    /// Send one event of each kind and a metric to a Compass inside, and show what it got
    ///
    /// Needs no account and no configuration. The Compass is that of `compass mock`, on this machine.
    Demo(DemoArgs),
    /// Show the configuration
    #[command(subcommand, arg_required_else_help = true)]
    Config(ConfigCommand),
    /// Print a JSON Schema
    Schema {
        /// What it is of
        subject: Subject,
    },
    /// Print a completion script
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print a manual page, in roff
    Man {
        /// The command that it is of; the program unless told otherwise
        #[arg(value_name = "COMMAND")]
        command: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Show each setting, its value and where it comes from; secrets are never shown
    Show(Box<ShowArgs>),
}

/// Runs the program.
pub(crate) fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    match Program::try_parse_from(&args) {
        Ok(program) => {
            let Globals { output, quiet, .. } = program.globals;
            Output { format: output, quiet }.finish(program.carry_out())
        }
        Err(error) => refuse(&error, &args).into(),
    }
}

impl Program {
    fn carry_out(&self) -> Result<Done, Failure> {
        let globals = &self.globals;
        let report = match &self.command {
            Command::Event(command) => return event::run(command, globals),
            Command::Run(command) => return Ok(run::run(command, globals)),
            Command::Doctor(args) => return doctor::run(args, globals).map(Done::Told),
            Command::Demo(args) => return demo::run(args, globals).map(Done::Told),
            Command::Metric(command) => return metric::run(command, globals),
            Command::Outbox(command) => return outbox::run(command, globals),
            Command::Validate(args) => return batch::validate(args, globals).map(Done::Told),
            Command::Detect(args) => Ok(args.run(&detect::environment, &detect::Program::default(), Utc::now())),
            Command::Spec(command) => files::spec(command, globals),
            Command::Lockfile(command) => files::lockfile(command, globals),
            Command::Attachment(command) => files::attachment(command, globals),
            Command::Webhook(command) => webhook::run(command, globals),
            Command::Entitlements(args) => site::entitlements(args, globals),
            Command::Site(args) => site::site(args, globals),
            Command::Mock(args) => return mock::run(args, globals.output).map(Done::Told),
            Command::Config(ConfigCommand::Show(args)) => settings::show(args, &globals.config),
            Command::Schema { subject } => Ok(schema::schema(*subject)),
            Command::Completions { shell } => Ok(shell::completions(*shell)),
            Command::Man { command } => shell::man(command),
        };
        report.map(Done::Report)
    }
}

/// What clap has to say: help and version on stdout, everything else as a failure.
fn refuse(error: &clap::Error, args: &[OsString]) -> Exit {
    // Nobody is left to be told if this cannot be written.
    let _ = error.print();
    if !error.use_stderr() {
        return Exit::Delivered;
    }
    // What comes after `--` is the command that `run` runs.
    let args: Vec<_> = args.iter().skip(1).take_while(|arg| *arg != "--").collect();
    let wants_json = args.windows(2).any(|two| two[0] == "--output" && two[1] == "json")
        || args.iter().any(|arg| *arg == "--output=json");
    if wants_json {
        let failure = in_words(&error.to_string());
        if is_run(&args) {
            run::last_line(&failure.json());
        } else {
            Output { format: Format::Json, quiet: true }.print_failure(&failure);
        }
    }
    Exit::Usage
}

/// Whether the command is `run`, whose stdout is left alone: the first word that is neither an option of all commands nor
/// the value of one.
fn is_run(args: &[&OsString]) -> bool {
    let mut values = 0;
    let command = args.iter().find(|arg| {
        let is_value = std::mem::take(&mut values) > 0;
        values = usize::from(!is_value && ["--output", "--config"].iter().any(|option| *arg == option));
        !is_value && !arg.as_encoded_bytes().starts_with(b"-")
    });
    command.is_some_and(|command| *command == "run")
}

/// What clap says before it shows the usage, in one line; its tips are hints.
fn in_words(text: &str) -> Failure {
    let lines = text.lines().take_while(|line| !line.starts_with("Usage:")).map(str::trim);
    let (tips, lines): (Vec<_>, Vec<_>) =
        lines.filter(|line| !line.is_empty()).partition(|line| line.starts_with("tip: "));
    let message = lines.join(" ");
    let failure = Failure::usage(message.strip_prefix("error: ").unwrap_or(&message));
    let tips: Vec<_> = tips.into_iter().filter_map(|tip| tip.strip_prefix("tip: ")).collect();
    if tips.is_empty() { failure } else { failure.hint(tips.join("; ")) }
}

/// The help of a command's option, in one line.
pub(crate) fn help_of(path: &[&str], flag: &str) -> Option<String> {
    let program = Program::command();
    let command = path.iter().try_fold(&program, |command, name| command.find_subcommand(name))?;
    let arg = command.get_arguments().find(|arg| arg.get_long() == flag.strip_prefix("--"))?;
    let help = arg.get_help()?.to_string();
    // It begins a sentence there, and goes on with one here.
    let mut letters = help.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect())
}

fn long_help() -> String {
    let exits = Exit::ALL.map(|exit| format!("  {}  {}", exit.code(), exit.meaning())).join("\n");
    format!("Exit codes:\n{exits}\n\n{RESULTS}")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::{Program, in_words, is_run};
    use std::ffi::OsString;

    #[test]
    fn what_is_required_is_named() {
        let error = <Program as clap::Parser>::try_parse_from(["compass", "validate"]).unwrap_err();
        let failure = in_words(&error.to_string());
        assert_eq!(failure.message, "the following required arguments were not provided: <FILE>");
        let error = <Program as clap::Parser>::try_parse_from(["compass", "validat"]).unwrap_err();
        let failure = in_words(&error.to_string());
        assert_eq!(failure.message, "unrecognized subcommand 'validat'");
        assert_eq!(failure.hint.as_deref(), Some("a similar subcommand exists: 'validate'"));
    }

    #[test]
    fn run_is_known_by_its_place() {
        for (line, expected) in [
            ("run deployment --name x", true),
            ("--output json run build", true),
            ("--output=json -q --config run run build", true),
            ("event build --name run", false),
            ("--config run event build", false),
            ("--output json", false),
        ] {
            let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            assert_eq!(is_run(&args.iter().collect::<Vec<_>>()), expected, "{line}");
        }
    }

    #[test]
    fn clap_finds_no_mistake_in_the_commands() {
        Program::command().debug_assert();
    }
}
