//! What has become of the records so far, and what follows from it.

use std::collections::BTreeMap;
use std::time::Duration;

use compass_sdk::{Error, ErrorKind};
use serde_json::{Value, json};

use super::progress::Progress;
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
    /// How many records are left to be sent.
    pub(super) total: u64,
    pub(super) report: Option<Writer>,
    pub(super) progress: Progress,
    counts: BTreeMap<&'static str, u64>,
    told: u64,
    /// The worst failure, by what it means for the exit code.
    worst: Option<Exit>,
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
            total,
            report: None,
            progress,
            counts: BTreeMap::new(),
            told: 0,
            worst: None,
            stop: None,
            failure: None,
            in_hand: BTreeMap::new(),
        }
    }

    /// Records that an earlier run sent, of which nobody knows whether they arrived, and that are not sent again.
    pub(super) fn in_doubt(&mut self, records: u64) {
        self.worst = worse(self.worst, Exit::NotDelivered);
        *self.counts.entry(Outcome::MaybeDelivered.name()).or_default() += records;
        let metrics = count(records, "metric");
        self.aside(&format!("{metrics} of an earlier run may have arrived: not sent again without --allow-repeat"));
    }

    pub(super) fn count(&self, outcome: Outcome) -> u64 {
        self.counts.get(outcome.name()).copied().unwrap_or_default()
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
        *self.counts.entry(entry.outcome.name()).or_default() += 1;
        self.worst = worse(self.worst, Exit::NotDelivered);
        // The reason is the same for all, and told once. If it could not be written, that has stopped the run.
        let _ = self.note_in_report(entry);
    }

    /// A record that the outbox had, with what became of it.
    pub(super) fn no_longer_queued(&mut self, entry: &Entry, exit: Exit) {
        if let Some(queued) = self.counts.get_mut(Outcome::Queued.name()) {
            *queued = queued.saturating_sub(1);
        }
        self.ended(entry, exit);
    }

    /// What is queued waits for somebody to do something.
    pub(super) fn waits(&mut self, exit: Exit, why: &str) {
        self.worst = worse(self.worst, exit);
        self.aside(why);
    }

    fn ended(&mut self, entry: &Entry, exit: Exit) {
        *self.counts.entry(entry.outcome.name()).or_default() += 1;
        if exit != Exit::Delivered {
            self.worst = worse(self.worst, exit);
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
        let accepted = [Outcome::Accepted, Outcome::Queued, Outcome::Superseded].map(|outcome| self.count(outcome));
        let accepted = accepted.into_iter().sum::<u64>();
        let failed = self.counts.values().sum::<u64>() - accepted - self.count(Outcome::Invalid);
        if let Some(line) = self.progress.at(now, accepted + failed, failed) {
            self.stage.note(&line);
        }
    }

    pub(super) fn next_tick(&self) -> Option<Duration> {
        self.progress.next()
    }

    /// How the program ends: by what has to be mended first. Without the right credentials nothing goes; what did not
    /// arrive goes with `--resume`; what was refused has to be changed.
    pub(super) fn exit(&self) -> Exit {
        let has_a_failure_of_its_own = matches!(self.stop, Some(Stop::FailFast | Stop::Authentication));
        let worst = if self.left() > 0 && !has_a_failure_of_its_own {
            worse(self.worst, Exit::NotDelivered)
        } else {
            self.worst
        };
        worst.unwrap_or(Exit::Delivered)
    }

    /// Valid records of which nothing is known but that they were not accepted.
    pub(super) fn left(&self) -> u64 {
        let ended = self.counts.values().sum::<u64>() - self.count(Outcome::Invalid);
        self.total.saturating_sub(ended)
    }

    pub(super) fn take_failure(&mut self) -> Option<Failure> {
        self.failure.take()
    }

    /// The counts for programs.
    pub(super) fn json(&self, before: Skipped) -> Value {
        let exit = self.exit();
        json!({
            "outcome": match exit {
                Exit::Delivered if self.count(Outcome::Queued) > 0 => "queued",
                Exit::Delivered => "accepted",
                _ => "failed",
            },
            "exit": exit.code(),
            "file": self.name,
            "accepted": self.count(Outcome::Accepted),
            "queued": self.count(Outcome::Queued),
            "superseded": self.count(Outcome::Superseded),
            "rejected": self.count(Outcome::Rejected),
            "invalid": self.count(Outcome::Invalid),
            "not_delivered": self.count(Outcome::NotDelivered),
            "maybe_delivered": self.count(Outcome::MaybeDelivered),
            "not_sent": self.left(),
            "skipped": before.all(),
            // Nothing is sent of a file that could not be read as records to its end.
            "complete": true,
        })
    }

    /// The counts for people.
    pub(super) fn sentence(&self, before: Skipped) -> String {
        let outcomes = [Outcome::Rejected, Outcome::Invalid, Outcome::NotDelivered, Outcome::MaybeDelivered];
        let mut parts = Vec::new();
        if self.count(Outcome::Accepted) > 0 || self.count(Outcome::Queued) == 0 {
            parts.push(format!("{} accepted", self.count(Outcome::Accepted)));
        }
        let outbox = [Outcome::Queued, Outcome::Superseded].map(|outcome| (self.count(outcome), outcome.name()));
        parts.extend(outbox.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")));
        let others = outcomes.map(|outcome| (self.count(outcome), outcome.name()));
        let others = others.into_iter().chain([(self.left(), "not sent")]).chain(before.parts());
        parts.extend(others.filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")));
        format!("{}: {}", self.name, parts.join(", "))
    }
}

/// The worse of two ways to end: 4 over 5 over 3, and 1 over all.
fn worse(one: Option<Exit>, other: Exit) -> Option<Exit> {
    let weight = |exit| match exit {
        Exit::Delivered => 0,
        Exit::Refused => 1,
        Exit::NotDelivered => 2,
        Exit::Authentication => 3,
        Exit::Usage => 4,
        Exit::Other => 5,
    };
    one.into_iter().chain([other]).max_by_key(|exit| weight(*exit))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_is_what_has_to_be_mended_first() {
        let order =
            [Exit::Delivered, Exit::Refused, Exit::NotDelivered, Exit::Authentication, Exit::Usage, Exit::Other];
        for (place, worst) in order.into_iter().enumerate() {
            for other in &order[..=place] {
                assert_eq!(worse(Some(*other), worst), Some(worst));
                assert_eq!(worse(Some(worst), *other), Some(worst));
            }
        }
    }
}
