//! What the program prints, and where: results on stdout, everything else on stderr.

use std::borrow::Cow;
use std::io::{self, Write};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use serde_json::Value;

use crate::exit::Exit;
use crate::failure::Failure;

/// The results of `--output json`, for the long help of the program. The one place where they are documented.
pub(crate) const RESULTS: &str = "\
Results with --output json, one object on stdout whatever happens; its outcome is one of:
  accepted  operation, attempts
            of an event: kind, id, sequence, sequence_from, event_source, component, cloud_id
            of a metric: recorded; of an attachment: attachment
            Compass may still ignore an event whose sequence number did not grow.
  queued    with --queue: the fields of accepted, without recorded; of a metric: metric; exit (0, or
            4 or 5 where the outbox is paused or held), message_id, outbox (its file); if they are
            known, attempts, and where it was tried, answer (at, status, message, body,
            may_have_arrived), or closed (reason: paused or held, destination, email, since,
            until, answer)
            One that was delivered within --wait is accepted, has message_id, outbox and exit,
            too, and metric for recorded.
  superseded
            with --queue: the same; a newer one was queued before it was sent
  dry-run   request: operation, method, url, headers, and body or file; or curl: the command
  data      data: what was asked for
  failed    exit, error (the exit code's name), message; where they are known:
            hint, problems (place, message, field, rule), operation, status,
            errors (type, message: Compass's own), attempts, retryable, may_have_arrived
            The same goes to stderr as text.
The data of doctor are its checks: check, verdict (pass, open, fail), message, todo.
The data of outbox:
  status    outbox, exists, queued, sending, oldest, oldest_age_seconds, bytes, dead, delivered,
            superseded, dropped (remembered), last_success, closed (a list, as above)
  list      messages: message_id, state, kind, source, entity, sequence, destination, cloud_id,
            accepted_at, attempts, next_attempt_at, leased_until, ended_at, answer, coalesces,
            origin (repository, commit, run); next: the ID for --after, if there are more
  show      the fields of one of these, and body, the request's
  deliver   delivered, later, dead (of this run), lost_leases, cut_short (ended before all was tried),
            last_success, closed; next_attempt_at and answer of what is sent again next; a failure
            of it has them as data, too
  retry, drop: count; resume: resumed, what was closed; path: path; export is what it is
What fails after it was queued, such as what Compass refuses, has the fields of queued, too.
`compass run` leaves stdout to the command that it runs: its result is the last line on stderr, with
outcome ran, kind, state, exit, started_at, and events. Each of these has state, sequence, and an
outcome: accepted, queued, superseded or failed; what failed has the fields of failed above. With
--queue each that was queued has, whatever became of it, message_id, outbox and exit, and attempts,
answer or closed as above; one that waits for what is paused or held is queued, and says in error,
message and hint what to do. If Compass could be told nothing, events is empty, and untold says why,
as failed above. If the command was not started, that line is failed as above. With --dry-run and
--curl, which run nothing, the result is on stdout, and has requests or curls.
The commands that take a file of many records (event send, metric send, validate) say in their
own help what their results are. Schemas, completion scripts, manual pages and the URL of
mock --print-url are what they are. Fields may be added; none changes its meaning.";

/// The form of results: a text for people, or one JSON object for programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    #[default]
    Text,
    Json,
}

/// What a command has to say when it succeeds.
#[derive(Debug)]
pub(crate) struct Report {
    text: String,
    /// The result for programs; none for texts that are what they are, such as a completion script.
    json: Option<Value>,
    /// Whether it is what was asked for, which is printed in any case, or a receipt.
    is_receipt: bool,
    /// A remark for people.
    note: Option<String>,
    /// How the program ends.
    exit: Exit,
}

impl Report {
    /// That something was done.
    pub(crate) fn receipt(text: impl Into<String>, json: Value) -> Self {
        Self { text: text.into(), json: Some(json), is_receipt: true, note: None, exit: Exit::Delivered }
    }

    /// What was asked for.
    pub(crate) fn data(text: impl Into<String>, json: &Value) -> Self {
        let json = serde_json::json!({ "outcome": "data", "data": json });
        Self { text: text.into(), json: Some(json), is_receipt: false, note: None, exit: Exit::Delivered }
    }

    /// What would be sent.
    pub(crate) fn preview(text: impl Into<String>, json: Value) -> Self {
        let note = Some("dry run: nothing was sent".to_owned());
        Self { text: text.into(), json: Some(json), is_receipt: false, note, exit: Exit::Delivered }
    }

    /// The same with another end of the program.
    pub(crate) fn exit(self, exit: Exit) -> Self {
        Self { exit, ..self }
    }

    /// A text that is the same in each form.
    pub(crate) fn raw(text: impl Into<String>) -> Self {
        Self { text: text.into(), json: None, is_receipt: false, note: None, exit: Exit::Delivered }
    }
}

/// How a command ended that did not fail.
#[derive(Debug)]
pub(crate) enum Done {
    /// It has this to say.
    Report(Report),
    /// It said everything while it ran, and the program ends so.
    Told(Exit),
    /// The command that it ran ended with this code, which is the program's own.
    Ran(i32),
}

impl From<Report> for Done {
    fn from(report: Report) -> Self {
        Self::Report(report)
    }
}

/// Prints.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    pub(crate) format: Format,
    pub(crate) quiet: bool,
}

impl Output {
    /// Prints how a command ended, and says how the program ends.
    pub(crate) fn finish(self, result: Result<Done, Failure>) -> ExitCode {
        match result {
            Ok(Done::Told(exit)) => exit.into(),
            // Only Windows has codes beyond 255, which `ExitCode` cannot have.
            Ok(Done::Ran(code)) => u8::try_from(code).map_or_else(|_| std::process::exit(code), ExitCode::from),
            Ok(Done::Report(report)) => self.show(&report).into(),
            Err(failure) => {
                explain(&failure);
                self.print_failure(&failure);
                failure.exit.into()
            }
        }
    }

    /// Prints a report, and says how the program ends.
    pub(crate) fn show(self, report: &Report) -> Exit {
        self.print(report).map_or_else(|error| unwritable(&error), |()| report.exit)
    }

    /// The failure as a result for programs, if that is wanted.
    pub(crate) fn print_failure(self, failure: &Failure) {
        if self.format == Format::Json
            && let Err(error) = write_line(&failure.json().to_string())
        {
            unwritable(&error);
        }
    }

    fn print(self, report: &Report) -> io::Result<()> {
        if !self.quiet
            && let Some(note) = &report.note
        {
            say("note", note);
        }
        match (self.format, &report.json) {
            (Format::Json, Some(json)) => write_line(&json.to_string()),
            (Format::Text, _) if self.quiet && report.is_receipt => Ok(()),
            (Format::Json, None) | (Format::Text, _) => write_line(&report.text),
        }
    }
}

fn unwritable(error: &io::Error) -> Exit {
    say("error", &format!("the result cannot be written: {error}"));
    Exit::Other
}

/// A line on stdout. Whoever stops reading has read enough.
fn write_line(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    let end = if text.ends_with('\n') { "" } else { "\n" };
    match write!(stdout, "{text}{end}").and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// A failure for people, on stderr.
pub(crate) fn explain(failure: &Failure) {
    for (label, line) in failure.lines() {
        say(label, &line);
    }
}

/// A line on stderr, its label in colour where the terminal has some and `NO_COLOR` is not set.
pub(crate) fn say(label: &str, line: &str) {
    say_to(&mut anstream::stderr().lock(), label, line);
}

/// A line for people, its label in colour: `to` leaves that out where nobody sees it. What cannot be written there can be
/// told nowhere.
pub(crate) fn say_to(to: &mut dyn Write, label: &str, line: &str) {
    let line = in_one_line(line);
    let colour = match label {
        "error" => AnsiColor::Red,
        "hint" => AnsiColor::Cyan,
        _ => AnsiColor::Yellow,
    };
    let style = Style::new().bold().fg_color(Some(colour.into()));
    let _ = if label.is_empty() { writeln!(to, "  {line}") } else { writeln!(to, "{style}{label}:{style:#} {line}") };
}

/// The text with its control characters spelled out. Whatever a file, a variable or a server says must not reach the
/// terminal as a command, nor begin a line of its own: CI systems obey some lines of a log.
pub(crate) fn in_one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return text.into();
    }
    let spelled = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(spelled).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one_line_whatever_it_is_about() {
        let mut said = anstream::StripStream::new(Vec::new());
        say_to(&mut said, "error", "x\n::error::pwned\r\u{1b}[2J");
        say_to(&mut said, "", "ä\u{85}");
        assert_eq!(said.into_inner(), "error: x\\n::error::pwned\\r\\u{1b}[2J\n  ä\\u{85}\n".as_bytes());
    }
}
