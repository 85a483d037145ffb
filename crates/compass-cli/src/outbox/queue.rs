//! `--queue`: accepts what a command would send, and tries to deliver it for a while if that is wanted.
//!
//! To accept a message, nothing but the disk is needed: no API token, no network, and no configuration beside where it goes.
//! A runtime is set up, with neither threads nor timers.

use std::time::Duration;

use clap::Args;
use compass_api::Operation;
use compass_outbox::{Coalesce, Destination, Message, Outbox, Receipt};
use serde_json::Value;

use super::attempt::{Sender, attempt};
use super::fate::{Accepted, Fate};
use super::place::{OpenOutbox, Place, failure};
use crate::exit::Exit;
use crate::failure::{Failure, Problem};
use crate::interrupts::interrupts;
use crate::output::{Report, say};
use crate::program::Globals;
use crate::send::builder;
use crate::settings::{Given, Key, Settings};

/// Options of every command whose messages can be queued.
#[derive(Debug, Args)]
#[command(next_help_heading = "Queue")]
pub(crate) struct QueueArgs {
    /// Accept it into the outbox instead of sending it, for which no API token is needed: once the command has ended, it
    /// is on the disk, and `compass outbox deliver` sends it
    #[arg(long)]
    queue: bool,
    #[arg(long, help = Key::Outbox.help(), value_name = "FILE", requires = "queue")]
    outbox: Option<String>,
}

/// How long a command tries to deliver what it has queued.
#[derive(Debug, Args)]
#[command(next_help_heading = "Queue")]
pub(crate) struct WaitArgs {
    /// With --queue, try to deliver it for so many seconds; what is being sent then is waited for
    #[arg(long, value_name = "SECONDS", default_value_t = 0, requires = "queue", value_parser = seconds())]
    wait: u64,
}

/// Seconds that a command may wait.
pub(super) fn seconds() -> clap::builder::RangedU64ValueParser {
    clap::value_parser!(u64).range(0..=86_400)
}

/// Of what kind of message, whether newer ones replace it.
pub(crate) trait Coalescing: Args {
    fn coalesce(&self) -> Coalesce;
}

/// Of a kind that shows the last state alone.
#[derive(Debug, Args)]
#[command(next_help_heading = "Queue")]
pub(crate) struct OfStates {
    /// With --queue, send it even if a newer state of the same thing is queued before it was sent
    #[arg(long, requires = "queue")]
    no_coalesce: bool,
}

/// Of a kind of which only the sender knows.
#[derive(Debug, Args)]
#[command(next_help_heading = "Queue")]
pub(crate) struct OfUpdates {
    /// With --queue, leave it out if a newer one with the same ID is queued before it was sent
    #[arg(long, requires = "queue")]
    coalesce: bool,
}

/// Of a kind that is always sent.
#[derive(Debug, Args)]
pub(crate) struct OfEach {}

/// Of several kinds.
#[derive(Debug, Args)]
#[command(next_help_heading = "Queue")]
pub(crate) struct OfMixed {
    /// With --queue, leave custom events out, too, if a newer one with the same ID is queued before they were sent
    #[arg(long, requires = "queue", conflicts_with = "no_coalesce")]
    coalesce: bool,
    /// With --queue, send each, even if a newer state of the same thing is queued before it was sent
    #[arg(long, requires = "queue")]
    no_coalesce: bool,
}

impl Coalescing for OfMixed {
    fn coalesce(&self) -> Coalesce {
        match self {
            Self { no_coalesce: true, .. } => Coalesce::Never,
            Self { coalesce: true, .. } => Coalesce::Always,
            Self { coalesce: false, no_coalesce: false } => Coalesce::Default,
        }
    }
}

impl Coalescing for OfStates {
    fn coalesce(&self) -> Coalesce {
        if self.no_coalesce { Coalesce::Never } else { Coalesce::Default }
    }
}

impl Coalescing for OfUpdates {
    fn coalesce(&self) -> Coalesce {
        if self.coalesce { Coalesce::Always } else { Coalesce::Default }
    }
}

impl Coalescing for OfEach {
    fn coalesce(&self) -> Coalesce {
        Coalesce::Default
    }
}

impl QueueArgs {
    pub(crate) fn is_wanted(&self) -> bool {
        self.queue
    }

    /// What else the command line gives, and this.
    pub(crate) fn on(&self, given: Given) -> Given {
        given.flag(Key::Outbox, self.outbox.as_ref())
    }

    /// The settings of a command that may queue. If it does, what is wrong with them is told, and keeps it from nothing
    /// that it can do without.
    pub(crate) fn settings(&self, queues: bool, given: Given, globals: &Globals) -> Result<Settings, Failure> {
        let given = self.on(given);
        if !queues {
            return Settings::load(&globals.config, &given);
        }
        let (settings, failures) = Settings::salvage(&globals.config, &given);
        for failure in failures {
            say("warning", &format!("{}: it is left out, and so is what is weaker", failure.message));
            for (label, line) in failure.lines().into_iter().skip(1) {
                say(label, &line);
            }
        }
        Ok(settings)
    }
}

impl WaitArgs {
    pub(crate) fn wait(&self) -> Duration {
        Duration::from_secs(self.wait)
    }
}

/// What is sent, for whoever reads what became of it.
pub(crate) struct Subject {
    /// In a line.
    pub(crate) text: String,
    pub(crate) operation: Operation,
    /// Fields of its own.
    pub(crate) fields: Value,
}

/// Accepts messages. It has all that is needed for that.
#[derive(Debug)]
pub(crate) struct Queue<'a> {
    /// Where messages go to.
    pub(crate) destination: Destination,
    place: Place,
    /// The command, for what it says.
    what: String,
    settings: &'a Settings,
    globals: &'a Globals,
}

impl<'a> Queue<'a> {
    /// What is missing is added to the problems.
    pub(crate) fn ready(
        what: &str,
        settings: &'a Settings,
        globals: &'a Globals,
        problems: &mut Vec<Problem>,
    ) -> Option<Self> {
        let address = settings.address(problems);
        let destination = address.and_then(|address| {
            let found = Destination::of_builder(&builder(&address));
            let wrong = |error: compass_sdk::Error| Problem::unusable(settings.address_place(), error.to_string());
            found.map_err(|error| problems.push(wrong(error))).ok()
        });
        let place = Place::of(settings, problems);
        Some(Self { destination: destination?, place: place?, what: what.to_owned(), settings, globals })
    }

    /// Where the outbox is.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    pub(crate) fn open(&self) -> Result<OpenOutbox, Failure> {
        self.place.open().map_err(|error| not_accepted(&error))
    }

    /// Who sends, if there is all that is needed for it.
    pub(crate) fn sender(&self) -> Result<Sender, Failure> {
        Sender::new(&self.what, self.settings, self.globals)
    }

    /// Accepts a message, and tries to deliver it for a while.
    pub(crate) fn accept(&self, message: Message, wait: Duration, subject: Subject) -> Result<Report, Failure> {
        let outbox = self.open()?;
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = if wait.is_zero() { builder.build() } else { builder.enable_all().build() };
        let runtime = runtime.map_err(|error| no_runtime(&error))?;
        let receipt = runtime.block_on(outbox.enqueue(message)).map_err(|error| not_accepted(&error))?;
        let fate =
            if wait.is_zero() { Fate::untried() } else { runtime.block_on(self.attempt(&outbox, receipt, wait)) };
        // A name server that does not answer would hold up whoever has interrupted twice.
        runtime.shutdown_background();
        Accepted { receipt, fate, path: self.place.path() }.report(subject)
    }

    /// From here on the message is accepted, whatever happens.
    async fn attempt(&self, outbox: &Outbox, receipt: Receipt, wait: Duration) -> Fate {
        let ready = || Ok::<_, Failure>((self.sender()?, interrupts()?));
        match ready() {
            Ok((sender, interrupts)) => {
                let tell = |line: &str| say("note", line);
                let tried = attempt(outbox, &sender, &[receipt.id], wait, interrupts, tell).await;
                tried.fate(outbox, receipt.id).await
            }
            Err(failure) => {
                untried(&failure);
                Fate::untried()
            }
        }
    }
}

/// Says why nothing was tried.
pub(crate) fn untried(failure: &Failure) {
    say("note", &format!("it is queued, and was not sent: {}", failure.message));
    for (label, line) in failure.lines().into_iter().skip(1) {
        say(label, &line);
    }
}

/// What is said of a message that the outbox did not take.
pub(crate) fn not_accepted(error: &compass_outbox::StoreError) -> Failure {
    failure(error, "it was not accepted, and not sent")
}

fn no_runtime(error: &std::io::Error) -> Failure {
    Failure::new(Exit::Other, format!("the runtime cannot be set up: {error}"))
}
