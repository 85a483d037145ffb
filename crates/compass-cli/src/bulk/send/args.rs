//! Options of `event send` and `metric send`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;

use crate::bulk::RECORDS;
use crate::bulk::records::Format;
use crate::bulk::report::REPORT;

const ENDS: &str = "\
All records are checked first; those that break a rule are told and left out, the others are
sent. Nothing is sent of a file that cannot be told apart into records to its end. A file without
records is an error (exit code 2): what should have written it may have failed. Ctrl-C sends no
more, waits for what is under way and says how to go on; a second one does not wait.
With --queue, records are accepted into the outbox, some hundreds at a time. --resume goes on
behind those that are queued.
With --output json, one object on stdout at the end: outcome (accepted, queued, failed or
dry-run), exit, file, the numbers accepted, queued, superseded (a newer one was queued before it
was sent), rejected, invalid, not_delivered, maybe_delivered, not_sent and skipped (accepted,
queued or superseded in an earlier run), and complete (whether these are all records of the file);
or a failure as of any other command.
The exit code is that of what has to be mended first: 4 (credentials), else 5 (something did not
arrive, or was not sent when it was interrupted), else 3 (something was invalid or rejected). It
is 0 only if all records were accepted, or queued with --queue.";

const AGAIN: &str = "\
An event that is sent again is passed over by Compass, because its updateSequenceNumber does not
grow. Pull requests have none: an older state that is sent again replaces a newer one.";

fn long_help(more: &str) -> String {
    format!("{RECORDS}\n\n{ENDS}\n{more}\n{REPORT}")
}

/// Options of both.
#[derive(Debug, Args)]
pub(super) struct BulkArgs {
    /// The file; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// How the file is written; otherwise its name tells, or else its first character
    #[arg(long, value_enum)]
    pub(super) format: Option<Format>,
    /// Write what became of each record to this new file, one JSON object in each line
    #[arg(long, value_name = "FILE")]
    pub(super) report: Option<PathBuf>,
    /// Go on with this report of an earlier run over the same file: leave out what was accepted or queued, and add to it
    #[arg(long, value_name = "REPORT", conflicts_with = "report")]
    pub(super) resume: Option<PathBuf>,
    /// Send nothing if a record is invalid, and no more after the first failure
    #[arg(long)]
    pub(super) fail_fast: bool,
    /// Check everything, but send nothing; needs no API token
    #[arg(long, conflicts_with_all = ["report", "resume"])]
    pub(super) dry_run: bool,
}

/// Options of `event send`.
#[derive(Debug, Args)]
#[command(after_long_help = long_help(&format!("{AGAIN}\n")))]
pub(crate) struct EventSendArgs {
    #[command(flatten)]
    pub(super) bulk: BulkArgs,
    /// Send at most so many events at the same time; those of one source, kind and entity go one after another
    #[arg(long, value_name = "NUMBER", default_value_t = NonZeroUsize::new(compass_sdk::bulk::CONCURRENCY).unwrap_or(NonZeroUsize::MIN))]
    pub(super) concurrency: NonZeroUsize,
}

/// Options of `metric send`.
#[derive(Debug, Args)]
#[command(after_long_help = long_help(""))]
pub(crate) struct MetricSendArgs {
    #[command(flatten)]
    pub(super) bulk: BulkArgs,
    /// Send at most so many values at the same time; with more than one they may be recorded in another order
    #[arg(long, value_name = "NUMBER", default_value_t = NonZeroUsize::MIN)]
    pub(super) concurrency: NonZeroUsize,
    /// Send values again that may have arrived already; they may then be there twice
    #[arg(long)]
    pub(super) allow_repeat: bool,
}

impl EventSendArgs {
    /// Whether standard input is the file, so that nothing else can be read from there.
    pub(crate) fn reads_stdin(&self) -> bool {
        crate::bulk::input::is_stdin(&self.bulk.file)
    }

    /// Whether nothing is sent.
    pub(crate) fn is_dry_run(&self) -> bool {
        self.bulk.dry_run
    }
}

impl MetricSendArgs {
    /// Whether standard input is the file, so that nothing else can be read from there.
    pub(crate) fn reads_stdin(&self) -> bool {
        crate::bulk::input::is_stdin(&self.bulk.file)
    }

    /// Whether nothing is sent.
    pub(crate) fn is_dry_run(&self) -> bool {
        self.bulk.dry_run
    }
}
