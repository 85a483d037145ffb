//! What a run came to: how many records ended how, and what the program says of that when it ends.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::bulk::report::Outcome;
use crate::bulk::resume::Skipped;
use crate::exit::Exit;

/// How many records ended how.
#[derive(Debug)]
pub(super) struct Tally {
    /// How many there were to be sent.
    total: u64,
    counts: BTreeMap<&'static str, u64>,
    /// The worst failure, by what it means for the exit code.
    worst: Option<Exit>,
}

impl Tally {
    /// None so far, of so many that are to be sent.
    pub(super) fn of(total: u64) -> Self {
        Self { total, counts: BTreeMap::new(), worst: None }
    }

    /// So many have ended so, which means this for the exit code.
    pub(super) fn add(&mut self, outcome: Outcome, records: u64, exit: Exit) {
        *self.counts.entry(outcome.name()).or_default() += records;
        self.weigh(exit);
    }

    /// One ends in another way than was counted.
    pub(super) fn take_back(&mut self, outcome: Outcome) {
        if let Some(count) = self.counts.get_mut(outcome.name()) {
            *count = count.saturating_sub(1);
        }
    }

    /// Something that is no record's end means this for the exit code.
    pub(super) fn weigh(&mut self, exit: Exit) {
        self.worst = worse(self.worst, exit);
    }

    pub(super) fn count(&self, outcome: Outcome) -> u64 {
        self.counts.get(outcome.name()).copied().unwrap_or_default()
    }

    /// Valid records that have ended.
    pub(super) fn ended(&self) -> u64 {
        self.counts.values().sum::<u64>() - self.count(Outcome::Invalid)
    }

    /// Those of them that failed.
    pub(super) fn failed(&self) -> u64 {
        let accepted = [Outcome::Accepted, Outcome::Queued, Outcome::Superseded].map(|outcome| self.count(outcome));
        self.ended() - accepted.into_iter().sum::<u64>()
    }

    /// Valid records of which nothing is known but that they were not accepted.
    pub(super) fn left(&self) -> u64 {
        self.total.saturating_sub(self.ended())
    }

    /// How the program ends: by what has to be mended first. Without the right credentials nothing goes; what did not
    /// arrive goes with `--resume`; what was refused has to be changed. Records are left over for a reason: if that is no
    /// failure that was counted, they did not arrive.
    pub(super) fn exit(&self, left_for_a_failure: bool) -> Exit {
        let worst =
            if self.left() > 0 && !left_for_a_failure { worse(self.worst, Exit::NotDelivered) } else { self.worst };
        worst.unwrap_or(Exit::Delivered)
    }

    /// The counts for programs.
    pub(super) fn json(&self, file: &str, before: Skipped, exit: Exit) -> Value {
        json!({
            "outcome": match exit {
                Exit::Delivered if self.count(Outcome::Queued) > 0 => "queued",
                Exit::Delivered => "accepted",
                _ => "failed",
            },
            "exit": exit.code(),
            "file": file,
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
    pub(super) fn sentence(&self, file: &str, before: Skipped) -> String {
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
        format!("{file}: {}", parts.join(", "))
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

    #[test]
    fn what_is_left_did_not_arrive_unless_a_failure_says_why() {
        let mut tally = Tally::of(3);
        tally.add(Outcome::Accepted, 1, Exit::Delivered);
        tally.add(Outcome::Invalid, 1, Exit::Refused);
        assert_eq!((tally.ended(), tally.failed(), tally.left()), (1, 0, 2));
        assert_eq!((tally.exit(true), tally.exit(false)), (Exit::Refused, Exit::NotDelivered));
        tally.add(Outcome::Rejected, 2, Exit::Refused);
        assert_eq!((tally.ended(), tally.failed(), tally.left()), (3, 2, 0));
        assert_eq!(tally.exit(false), Exit::Refused);
    }

    #[test]
    fn what_was_queued_and_ends_is_counted_once() {
        let mut tally = Tally::of(1);
        tally.add(Outcome::Queued, 1, Exit::Delivered);
        tally.take_back(Outcome::Queued);
        tally.add(Outcome::Rejected, 1, Exit::Refused);
        assert_eq!((tally.count(Outcome::Queued), tally.failed(), tally.left()), (0, 1, 0));
    }
}
