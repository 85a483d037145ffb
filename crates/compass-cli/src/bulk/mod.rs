//! Many events and metrics from a file: `compass event send`, `compass metric send`, `compass validate`.
//!
//! The rest of the program hands in where to write, what time it is, whom events are for by default, and a way to get a
//! client, which is asked for only when there is something to send.

mod input;
mod item;
mod problem;
mod records;
mod report;
mod resume;
mod send;
mod survey;
mod validate;

use std::fmt;
use std::io::Write;
use std::sync::Arc;

use compass_sdk::clock::Clock;

use crate::exit::Exit;
use crate::output::{in_one_line, say_to};

pub(crate) use self::send::{EventSendArgs, Filling, MetricSendArgs, Way, send_events, send_metrics};
pub(crate) use self::validate::{ValidateArgs, validate};

/// How files are written, for help texts.
const RECORDS: &str = "\
Files are JSONL (one JSON object in each line), a JSON array of objects, or one object; metrics
also CSV. An event is the body of the request,
  {\"cloudId\": …, \"componentId\": …, \"event\": {\"deployment\": {…}}}
where both IDs may be left out, or the event alone, {\"deployment\": {…}}. A metric is the body of
its request. CSV has a header row with some of metricSourceId, metricDefinitionId, componentId,
value, timestamp, title, url and annotation (a text, or a document in Atlassian Document Format).
Fields beside these are refused: a misspelled one would be passed over.";

/// Where a command writes, and what it may know of the world.
pub(crate) struct Stage<'a> {
    pub(crate) out: &'a mut dyn Write,
    /// It leaves colours out where there are none.
    pub(crate) err: &'a mut dyn Write,
    /// `--output json`.
    pub(crate) json: bool,
    pub(crate) quiet: bool,
    /// Whether stderr is a terminal. Colours are `err`'s own business.
    pub(crate) terminal: bool,
    pub(crate) clock: Arc<dyn Clock>,
    /// How often the operation was sent that ended last, if somebody counts.
    pub(crate) attempts: Option<fn() -> u64>,
}

impl Stage<'_> {
    /// A line for people. What cannot be written there can be told nowhere.
    fn say(&mut self, line: &str) {
        let _ = writeln!(self.err, "{}", in_one_line(line));
    }

    /// A line with a label, such as `hint`.
    fn tell(&mut self, label: &str, line: &str) {
        say_to(self.err, label, line);
    }

    /// The one result of a command that ends with `exit`: an object for programs, or a line for people. Whoever stops
    /// reading has read enough. It is no success if the result cannot be written.
    #[must_use]
    fn result(&mut self, text: &str, json: &serde_json::Value, exit: Exit) -> Exit {
        let written = match (self.json, self.quiet) {
            (true, _) => writeln!(self.out, "{json}"),
            (false, true) => Ok(()),
            (false, false) => writeln!(self.out, "{}", in_one_line(text)),
        };
        match written.and_then(|()| self.out.flush()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                self.tell("error", &format!("the result cannot be written: {error}"));
                if exit == Exit::Delivered { Exit::Other } else { exit }
            }
            Ok(()) | Err(_) => exit,
        }
    }

    /// A line that `--quiet` leaves out.
    fn note(&mut self, line: &str) {
        if !self.quiet {
            self.say(line);
        }
    }
}

impl fmt::Debug for Stage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stage").field("json", &self.json).field("quiet", &self.quiet).finish_non_exhaustive()
    }
}

/// A number of things: `1 record`, `2 records`.
pub(crate) fn count(number: u64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
