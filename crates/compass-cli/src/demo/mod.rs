//! `compass demo`: one event of each kind and a metric, sent to a Compass inside.

mod commands;

use std::io::{self, Write as _};
use std::process::Stdio;

use clap::Args;
use compass_mock::{Mock, Received};
use futures_util::StreamExt as _;
use serde_json::{Value, json};

use self::commands::commands;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupts::interrupts;
use crate::mock::failed;
use crate::output::{Format, say};
use crate::program::Globals;
use crate::send::runtime;

/// Options of `demo`.
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Stay until Ctrl-C, so that the page can be looked at
    #[arg(long)]
    keep: bool,
}

pub(crate) fn run(args: &DemoArgs, globals: &Globals) -> Result<Exit, Failure> {
    runtime()?.block_on(show(args, globals))
}

async fn show(args: &DemoArgs, globals: &Globals) -> Result<Exit, Failure> {
    let mut interrupts = interrupts()?;
    let mock = Mock::start().await.map_err(|error| failed(&error))?;
    let is_text = globals.output == Format::Text;
    for command in commands() {
        if is_text && !globals.quiet {
            tell(&format!("$ compass {}", command.shown))?;
        }
        send(&command.args, &mock).await?;
    }
    let received = mock.received();
    let page = args.keep.then(|| format!("{}/", mock.origin()));
    if is_text {
        tell(&format!("\nCompass would show:\n{}", table(&received)))?;
        if !globals.quiet {
            say(
                "note",
                "left out above: --component, --url and --event-source, or what the kind has instead; in a job they come from the \
                 environment and the CI system (`compass detect`)",
            );
        }
        if let Some(page) = &page {
            tell(&format!("\nThe page: {page} (Ctrl-C ends it)"))?;
        }
    } else {
        let rows: Vec<Value> = rows(&received)
            .into_iter()
            .map(|[what, name, detail]| json!({ "what": what, "name": name, "detail": detail }))
            .collect();
        tell(&json!({ "outcome": "data", "data": { "received": rows, "page": page } }).to_string())?;
    }
    if args.keep {
        interrupts.next().await;
    }
    mock.stop().await.map_err(|error| failed(&error))?;
    Ok(Exit::Delivered)
}

/// Sends with this program as whoever types the command does, but for their environment and configuration.
async fn send(args: &[String], mock: &Mock) -> Result<(), Failure> {
    let lost = |error: &io::Error| Failure::new(Exit::Other, format!("this program cannot be run again: {error}"));
    let program = std::env::current_exe().map_err(|error| lost(&error))?;
    let mut command = tokio::process::Command::new(program);
    command.args(args).args(["--no-config", "--quiet"]).env_clear().stdin(Stdio::null()).kill_on_drop(true);
    command.env("COMPASS_BASE_URL", mock.base_url()).env("COMPASS_EMAIL", "ada@example.com");
    // Windows has no network without it.
    command.envs(std::env::var_os("SystemRoot").map(|folder| ("SystemRoot", folder)));
    // The mock takes any.
    command.env("COMPASS_API_TOKEN", "demo");
    let output = command.output().await.map_err(|error| lost(&error))?;
    if output.status.success() {
        return Ok(());
    }
    let why = String::from_utf8_lossy(&output.stderr);
    let why = why.lines().map(str::trim).collect::<Vec<_>>().join("; ");
    Err(Failure::new(Exit::Other, format!("{}: {why}", args.join(" "))))
}

/// What arrived, a row for each.
fn rows(received: &Received) -> Vec<[String; 3]> {
    let events = received.saved().into_iter().map(|event| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        // Pull requests have no name, and the feed does not show them.
        let name = event.event.get("displayName").map_or_else(|| "stored, but not shown in the feed".to_owned(), text);
        let own = event
            .event
            .as_object()
            .into_iter()
            .flatten()
            .find_map(|(key, own)| key.ends_with("Properties").then_some(own));
        let states = ["state", "status", "lifecycle", "stage"];
        let state = own.and_then(|own| states.iter().find_map(|state| own.get(state)));
        let state = state.map_or_else(String::new, |state| state.get("name").map_or_else(|| text(state), text));
        [event.kind.as_str().to_owned(), name, state]
    });
    let metrics = received
        .metrics()
        .into_iter()
        .map(|metric| ["metric".to_owned(), metric.title.clone().unwrap_or_default(), metric.value.to_string()]);
    events.chain(metrics).collect()
}

fn table(received: &Received) -> String {
    let rows = rows(received);
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let (kinds, names) = (width(0), width(1));
    let lines = rows
        .iter()
        .map(|[kind, name, detail]| format!("  {kind:kinds$}  {name:names$}  {detail}").trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

/// A line on stdout. Whoever stops reading has read enough.
fn tell(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(Exit::Other, format!("standard output cannot be written: {error}")))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}
