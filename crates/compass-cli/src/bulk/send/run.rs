//! What becomes of the records while they are sent, and what follows from it for the rest.

use std::collections::BTreeMap;
use std::time::Duration;

use compass_sdk::{Error, ErrorKind};
use serde_json::Value;

use super::progress::Progress;
use super::summary::Tally;
use crate::bulk::problem::Problem;
use crate::bulk::report::{Entry, Outcome, Place, Writer};
use crate::bulk::resume::Skipped;
use crate::bulk::{Stage, count};
use crate::exit::Exit;
use crate::failure::Failure;

/// How many failures are told one by one; the report has all of them.
pub(super) const TOLD: u64 = 20;

/// Why no more records are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stop {
    /// `--fail-fast`, after a failure.
    FailFast,
    /// Nobody who asks like this is answered: 401.
    Authentication,
    /// By a signal: what is under way still ends.
    Interrupted,
    /// By a second one.
    Abandoned,
    /// The report cannot be written, or the file not be read: going on would lose what became of the records.
    Broken,
}

/// A run of `send`.
pub(super) struct Run<'r, 's> {
    pub(super) stage: &'r mut Stage<'s>,
    pub(super) name: String,
    pub(super) fail_fast: bool,
    pub(super) report: Option<Writer>,
    pub(super) progress: Progress,
    pub(super) tally: Tally,
    told: u64,
    stop: Option<Stop>,
    failure: Option<Failure>,
    /// What was taken from the file and has neither ended nor come back: once no more are begun, what is being sent.
    in_hand: BTreeMap<u64, Entry>,
}

impl<'r, 's> Run<'r, 's> {
    pub(super) fn new(stage: &'r mut Stage<'s>, name: String, fail_fast: bool, total: u64) -> Self {
        let progress = Progress::new(stage.quiet, stage.terminal, total, stage.clock.now());
        Self {
            stage,
            name,
            fail_fast,
            report: None,
            progress,
            tally: Tally::of(total),
            told: 0,
            stop: None,
            failure: None,
            in_hand: BTreeMap::new(),
        }
    }

    /// Records that an earlier run sent, of which nobody knows whether they arrived, and that are not sent again.
    pub(super) fn in_doubt(&mut self, records: u64) {
        self.tally.add(Outcome::MaybeDelivered, records, Exit::NotDelivered);
        let metrics = count(records, "metric");
        self.aside(&format!("{metrics} of an earlier run may have arrived: not sent again without --allow-repeat"));
    }

    pub(super) fn stop(&self) -> Option<Stop> {
        self.stop
    }

    /// Takes no more records; what weighs more stays.
    pub(super) fn stop_for(&mut self, reason: Stop) {
        self.stop = self.stop.max(Some(reason));
    }

    /// Stops for something that is no record's fault.
    pub(super) fn break_off(&mut self, failure: Failure) {
        self.stop_for(Stop::Broken);
        self.failure.get_or_insert(failure);
    }

    /// A line of the report, if there is one; says whether all went well.
    fn note_in_report(&mut self, entry: &Entry) -> bool {
        match self.report.as_mut().map(|report| report.write(entry)) {
            Some(Err(failure)) => {
                self.break_off(failure);
                false
            }
            Some(Ok(())) | None => true,
        }
    }

    /// Notes that a record was taken from the file and is now somebody's to send.
    pub(super) fn take_up(&mut self, entry: &Entry) {
        self.in_hand.insert(entry.record, entry.clone());
    }

    /// Notes that a record that was taken up will not be sent.
    pub(super) fn put_back(&mut self, entry: &Entry) {
        self.in_hand.remove(&entry.record);
    }

    /// Whether a record may be sent that must not arrive twice: if none is to be begun any more it may not, nor if the
    /// report does not say that it is under way.
    pub(super) fn begin(&mut self, entry: &Entry) -> bool {
        let message = Some("under way".to_owned());
        let note = Entry { outcome: Outcome::MaybeDelivered, message, ..entry.clone() };
        let may_go = self.stop.is_none() && self.note_in_report(&note);
        if may_go {
            self.take_up(entry);
        }
        may_go
    }

    /// Nobody waits any longer for what is being sent.
    pub(super) fn abandon(&mut self) {
        for (_, entry) in std::mem::take(&mut self.in_hand) {
            let message = Some("it was being sent, and nobody waited for the answer".to_owned());
            self.ended(&Entry { outcome: Outcome::MaybeDelivered, message, ..entry }, Exit::NotDelivered);
        }
    }

    /// A record that cannot be sent.
    pub(super) fn invalid(&mut self, place: Place, problems: &[Problem]) {
        let message = problems.iter().map(Problem::what).collect::<Vec<_>>().join("; ");
        self.ended(&Entry { message: Some(message), ..Entry::new(place, Outcome::Invalid) }, Exit::Refused);
    }

    /// A record that was sent, with what came of that; `status` is that of a success.
    pub(super) fn sent(&mut self, entry: Entry, status: u16, result: &Result<(), Error>) {
        self.put_back(&entry);
        match result {
            Ok(()) => {
                let attempts = self.stage.attempts.map(|attempts| attempts());
                self.ended(&Entry { status: Some(status), attempts, ..entry }, Exit::Delivered);
            }
            Err(error) => {
                let outcome = outcome(error);
                let exit = if outcome == Outcome::MaybeDelivered { Exit::NotDelivered } else { Exit::of(error.kind()) };
                let entry = Entry {
                    outcome,
                    status: error.status().map(|status| status.as_u16()),
                    errors: error.api_errors().iter().map(|error| error.kind.clone()).collect(),
                    message: Some(error.to_string()),
                    attempts: Some(u64::from(error.attempts())),
                    ..entry
                };
                self.ended(&entry, exit);
                if error.kind() == ErrorKind::Authentication && self.stop.is_none() {
                    self.stop_for(Stop::Authentication);
                    self.aside("no more are sent: none would be accepted with these credentials");
                }
            }
        }
        self.tick();
    }

    /// A record that the outbox has.
    pub(super) fn queued(&mut self, entry: &Entry) {
        self.put_back(entry);
        self.ended(entry, Exit::Delivered);
    }

    /// A record that the outbox did not take.
    pub(super) fn refused(&mut self, entry: &Entry) {
        self.put_back(entry);
        self.tally.add(entry.outcome, 1, Exit::NotDelivered);
        // The reason is the same for all, and told once. If it could not be written, that has stopped the run.
        let _ = self.note_in_report(entry);
    }

    /// A record that the outbox had, with what became of it.
    pub(super) fn no_longer_queued(&mut self, entry: &Entry, exit: Exit) {
        self.tally.take_back(Outcome::Queued);
        self.ended(entry, exit);
    }

    /// What is queued waits for somebody to do something.
    pub(super) fn waits(&mut self, exit: Exit, why: &str) {
        self.tally.weigh(exit);
        self.aside(why);
    }

    fn ended(&mut self, entry: &Entry, exit: Exit) {
        self.tally.add(entry.outcome, 1, exit);
        if exit != Exit::Delivered {
            if self.fail_fast {
                self.stop_for(Stop::FailFast);
            }
            self.tell(entry);
        }
        // If it could not be written, that has stopped the run.
        let _ = self.note_in_report(entry);
    }

    /// Tells of a failure. What is invalid was told before anything was sent.
    fn tell(&mut self, entry: &Entry) {
        if entry.outcome == Outcome::Invalid {
            return;
        }
        self.told += 1;
        let line = match (self.told, &entry.message) {
            (..=TOLD, Some(message)) => format!("{}:{}: {}: {message}", self.name, entry.line, entry.outcome.name()),
            (told, _) if told == TOLD + 1 => "further failures are counted, and in the report".to_owned(),
            _ => return,
        };
        self.aside(&line);
    }

    /// A line on stderr, where there may be a bar.
    pub(super) fn aside(&mut self, line: &str) {
        let stage = &mut *self.stage;
        self.progress.aside(|| stage.say(line));
    }

    /// Shows how far it is.
    pub(super) fn tick(&mut self) {
        let now = self.stage.clock.now();
        if let Some(line) = self.progress.at(now, self.tally.ended(), self.tally.failed()) {
            self.stage.note(&line);
        }
    }

    pub(super) fn next_tick(&self) -> Option<Duration> {
        self.progress.next()
    }

    /// How the program ends.
    pub(super) fn exit(&self) -> Exit {
        let has_a_failure_of_its_own = matches!(self.stop, Some(Stop::FailFast | Stop::Authentication));
        self.tally.exit(has_a_failure_of_its_own)
    }

    pub(super) fn take_failure(&mut self) -> Option<Failure> {
        self.failure.take()
    }

    /// The counts for programs.
    pub(super) fn json(&self, before: Skipped) -> Value {
        self.tally.json(&self.name, before, self.exit())
    }

    /// The counts for people.
    pub(super) fn sentence(&self, before: Skipped) -> String {
        self.tally.sentence(&self.name, before)
    }
}

/// What a failure says of the record: first whether it may have arrived, whatever else.
fn outcome(error: &Error) -> Outcome {
    if error.may_have_been_sent() {
        return Outcome::MaybeDelivered;
    }
    match error.kind() {
        ErrorKind::Invalid
        | ErrorKind::Validation
        | ErrorKind::NotFound
        | ErrorKind::Conflict
        | ErrorKind::Authentication
        | ErrorKind::Permission => Outcome::Rejected,
        // Configuration, RateLimited, Server, Timeout, Transport, UnexpectedResponse; and whatever else the SDK's open list
        // gains, which was not accepted either.
        _ => Outcome::NotDelivered,
    }
}
