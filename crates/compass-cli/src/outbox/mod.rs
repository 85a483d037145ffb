//! The outbox: `--queue` of the commands that send, and `compass outbox`, which shows and delivers what it has.

mod attempt;
mod deliver;
mod fate;
mod health;
mod place;
mod queue;
mod show;
mod stop;

use std::io::{self, Write as _};
use std::num::NonZeroUsize;

use chrono::Utc;
use clap::{Args, Subcommand, ValueEnum};
use compass_outbox::store::{Kept, Page, State, Which};
use compass_outbox::{MessageId, Outbox, StoreError};
use futures_util::{StreamExt as _, pin_mut};
use serde_json::{Value, json};

pub(crate) use self::attempt::{Tried, attempt};
use self::deliver::{DeliverArgs, deliver};
pub(crate) use self::fate::{Fate, exit_of};
pub(crate) use self::place::OpenOutbox;
use self::place::{Place, failure};
pub(crate) use self::queue::{
    Coalescing, OfEach, OfMixed, OfStates, OfUpdates, Queue, QueueArgs, Subject, WaitArgs, not_accepted, untried,
};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Done, Report, say};
use crate::program::Globals;
use crate::send::runtime;
use crate::settings::{Given, OutboxArgs, Settings};

/// What to do with what is queued
#[derive(Debug, Subcommand)]
pub(crate) enum OutboxCommand {
    /// Show how much is queued and dead, since when, what is paused, and the last success
    Status(OutboxArgs),
    /// List messages, the oldest first
    List(ListArgs),
    /// Show a message: its body, its attempts, and what the last one came to
    Show {
        /// The message's ID
        id: MessageId,
        #[command(flatten)]
        outbox: OutboxArgs,
    },
    /// Send what is queued
    ///
    /// Sends with the account of the settings; what goes to another site stays. Without --wait and --watch everything is
    /// tried once that may go at the moment, as long as something gets through. Exits with 0 only if nothing is left that it could deliver; with 3 if some
    /// became dead letters, 5 if some wait to be sent again, 4 if the credentials are refused, which pauses them. With
    /// --watch it ends with 0 when it is told to, unless it is paused (4) or held (5) then.
    Deliver(Box<DeliverArgs>),
    /// Queue dead letters again, behind what is queued
    #[command(override_usage = "compass outbox retry [OPTIONS] <ID>...\n       compass outbox retry [OPTIONS] --all")]
    Retry(RetryArgs),
    /// Give up dead letters, or queued messages that nobody is sending
    #[command(
        override_usage = "compass outbox drop [OPTIONS] <ID>...\n       compass outbox drop [OPTIONS] --all-dead"
    )]
    Drop(DropArgs),
    /// Try again at once what is paused or held, or waits to be sent again
    Resume(OutboxArgs),
    /// Print messages, one JSON object in each line
    ///
    /// `schema` says what the line has: within compass-outbox/1 fields may be added, and none changes its meaning. The
    /// body is the request as it was accepted.
    Export(ExportArgs),
    /// Print where the outbox is
    Path(OutboxArgs),
}

/// Where messages stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StateName {
    Queued,
    Delivered,
    Dead,
    Superseded,
    Dropped,
}

impl From<StateName> for State {
    fn from(name: StateName) -> Self {
        match name {
            StateName::Queued => Self::Queued,
            StateName::Delivered => Self::Delivered,
            StateName::Dead => Self::Dead,
            StateName::Superseded => Self::Superseded,
            StateName::Dropped => Self::Dropped,
        }
    }
}

/// Options of `outbox list`.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Only those in this state
    #[arg(long, value_enum)]
    state: Option<StateName>,
    /// At most so many
    #[arg(long, value_name = "NUMBER", default_value = "50")]
    limit: NonZeroUsize,
    /// Only those after this one: what the page before ended with
    #[arg(long, value_name = "ID")]
    after: Option<MessageId>,
    #[command(flatten)]
    outbox: OutboxArgs,
}

/// Options of `outbox retry`.
#[derive(Debug, Args)]
pub(crate) struct RetryArgs {
    /// The dead letters' IDs
    #[arg(value_name = "ID", conflicts_with = "all")]
    ids: Vec<MessageId>,
    /// All dead letters
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    outbox: OutboxArgs,
}

/// Options of `outbox drop`.
#[derive(Debug, Args)]
pub(crate) struct DropArgs {
    /// The messages' IDs
    #[arg(value_name = "ID", conflicts_with = "all_dead")]
    ids: Vec<MessageId>,
    /// All dead letters
    #[arg(long)]
    all_dead: bool,
    #[command(flatten)]
    outbox: OutboxArgs,
}

/// Options of `outbox export`.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// Only those in this state
    #[arg(long, value_enum)]
    state: Option<StateName>,
    #[command(flatten)]
    outbox: OutboxArgs,
}

pub(crate) fn run(command: &OutboxCommand, globals: &Globals) -> Result<Done, Failure> {
    let report = match command {
        OutboxCommand::Status(args) => status(&place(args, globals)?),
        OutboxCommand::List(args) => list(args, &place(&args.outbox, globals)?),
        OutboxCommand::Show { id, outbox } => show(*id, &place(outbox, globals)?),
        OutboxCommand::Deliver(args) => deliver(args, globals),
        OutboxCommand::Retry(args) => {
            if args.ids.is_empty() && !args.all {
                let hint = "`compass outbox list --state dead` has their IDs; --all means all of them";
                return Err(Failure::usage("outbox retry: missing: the IDs of dead letters, or --all").hint(hint));
            }
            let place = place(&args.outbox, globals)?;
            change(&place, &args.ids, "queued again", "is no dead letter", async |outbox, which| {
                outbox.retry(which).await
            })
        }
        OutboxCommand::Drop(args) => {
            if args.ids.is_empty() && !args.all_dead {
                let hint =
                    "`compass outbox list` has them; --all-dead means all dead letters, and nothing that is queued";
                return Err(Failure::usage("outbox drop: missing: the IDs of messages, or --all-dead").hint(hint));
            }
            let place = place(&args.outbox, globals)?;
            let other = "is neither dead nor queued, or is being sent";
            change(&place, &args.ids, "dropped", other, async |outbox, which| outbox.drop_messages(which).await)
        }
        OutboxCommand::Resume(args) => resume(&place(args, globals)?),
        OutboxCommand::Export(args) => return export(args, &place(&args.outbox, globals)?).map(Done::Told),
        OutboxCommand::Path(args) => {
            let path = place(args, globals)?.path().display().to_string();
            Ok(Report::data(path.clone(), &json!({ "path": path })))
        }
    };
    report.map(Done::Report)
}

fn place(args: &OutboxArgs, globals: &Globals) -> Result<Place, Failure> {
    let settings = Settings::load(&globals.config, &Given::default().outbox(args))?;
    let mut problems = Vec::new();
    let place = Place::of(&settings, &mut problems);
    match (place, Failure::of("outbox", problems)) {
        (Some(place), None) => Ok(place),
        (_, failure) => Err(failure.unwrap_or_else(|| Failure::usage("outbox"))),
    }
}

/// Asks an outbox something. One that is not there is not made: it has nothing.
fn ask<T>(place: &Place, ask: impl AsyncFnOnce(&Outbox) -> Result<T, StoreError>) -> Result<Option<T>, Failure> {
    if !place.exists() {
        return Ok(None);
    }
    let outbox = place.open().map_err(|error| unusable(&error))?;
    let answer = runtime()?.block_on(ask(&outbox));
    answer.map(Some).map_err(|error| unusable(&error))
}

fn unusable(error: &StoreError) -> Failure {
    failure(error, "nothing was done")
}

fn status(place: &Place) -> Result<Report, Failure> {
    let status = ask(place, async |outbox| outbox.status().await)?;
    let now = Utc::now();
    let text = show::status_text(place.path(), status.as_ref(), now);
    Ok(Report::data(text, &show::status_json(place.path(), status.as_ref(), now)))
}

fn list(args: &ListArgs, place: &Place) -> Result<Report, Failure> {
    let most = args.limit.get();
    // One more tells whether there is another page.
    let page = Page { state: args.state.map(State::from), after: args.after, most: most.saturating_add(1) };
    let mut found = ask(place, async |outbox| outbox.list(page).await)?.unwrap_or_default();
    let is_more = found.len() > most;
    found.truncate(most);
    let next = found.last().filter(|_| is_more).map(|last| last.envelope.id);
    let text = found.iter().map(show::message_line).collect::<Vec<_>>().join("\n");
    if let Some(next) = next {
        say("note", &format!("there are more: --after {next}"));
    }
    let text = if found.is_empty() { "none".to_owned() } else { text };
    let messages: Value = found.iter().map(show::message_json).collect();
    Ok(Report::data(text, &json!({ "messages": messages, "next": next })))
}

fn show(id: MessageId, place: &Place) -> Result<Report, Failure> {
    let kept: Option<Kept> = ask(place, async |outbox| outbox.get(id).await)?.flatten();
    let kept = kept.ok_or_else(|| {
        let failure = Failure::usage(format!("{id}: {} knows no such message", place.path().display()));
        failure.hint("`compass outbox list` has those that it knows; what is done is forgotten after a week")
    })?;
    Ok(Report::data(show::whole_text(&kept), &show::whole_json(&kept)))
}

/// Changes these messages, or all dead letters; says how many there were. All of them, or it is a failure.
fn change(
    place: &Place,
    ids: &[MessageId],
    what: &str,
    other: &str,
    change: impl AsyncFnOnce(&Outbox, Which) -> Result<u64, StoreError>,
) -> Result<Report, Failure> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let wanted = ids.len() as u64;
    let which = if ids.is_empty() { Which::AllDead } else { Which::These(ids) };
    let count = ask(place, async |outbox| change(outbox, which).await)?.unwrap_or_default();
    let data = json!({ "count": count });
    if count < wanted {
        let left = wanted - count;
        let message = format!("{count} {what}; {left} of the {wanted} {other}, or is not known");
        return Err(Failure::new(Exit::Refused, message)
            .hint("`compass outbox list` says where each stands")
            .with("data", data));
    }
    Ok(Report::data(format!("{count} {what}"), &data))
}

fn resume(place: &Place) -> Result<Report, Failure> {
    let closed = ask(place, async |outbox| {
        let closed = outbox.status().await?.closed;
        outbox.open_ways().await?;
        Ok(closed)
    })?
    .unwrap_or_default();
    let mut lines: Vec<_> =
        closed.iter().map(|closed| format!("no longer {}: {}", show::why(closed), show::was_closed(closed))).collect();
    if lines.is_empty() {
        lines.push("nothing was paused or held".to_owned());
    }
    lines.push("what waits to be sent again is due now".to_owned());
    let text = lines.join("\n");
    Ok(Report::data(text, &json!({ "resumed": closed.iter().map(show::closed_json).collect::<Value>() })))
}

/// Prints lines as they come, so that memory is of no concern.
fn export(args: &ExportArgs, place: &Place) -> Result<Exit, Failure> {
    if !place.exists() {
        return Ok(Exit::Delivered);
    }
    let outbox = place.open().map_err(|error| unusable(&error))?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let written = runtime()?.block_on(async {
        let lines = outbox.export(args.state.map(State::from));
        pin_mut!(lines);
        while let Some(line) = lines.next().await {
            writeln!(out, "{}", line.map_err(|error| failure(&error, "the export is not whole"))?)
                .map_err(|error| unwritable(&error))?;
        }
        out.flush().map_err(|error| unwritable(&error))
    });
    match written {
        Err(Failure { exit: Exit::Delivered, .. }) | Ok(()) => Ok(Exit::Delivered),
        Err(failure) => Err(failure),
    }
}

/// Whoever stops reading has read enough.
fn unwritable(error: &io::Error) -> Failure {
    let exit = if error.kind() == io::ErrorKind::BrokenPipe { Exit::Delivered } else { Exit::Other };
    Failure::new(exit, format!("the export cannot be written: {error}"))
}
