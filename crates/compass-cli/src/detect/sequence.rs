//! A sequence number that grows without anybody remembering the last one.
//!
//! # The rule
//! The number is the clock's milliseconds since 1970, on every CI system. It has to grow from the `IN_PROGRESS` of a run to
//! its end, from run to run of a pipeline, and from attempt to attempt. Compass drops an update that does not grow, and
//! answers 202 all the same.
//!
//! # Why the clock, and not the build number
//! A number made of build number, attempt and state needs no clock that is right, but does not grow where it matters:
//!
//! - Deployments of a pipeline share its ID. Running an older run again is how people roll back, and its build number is
//!   the smaller one: the roll-back, of all things, would be lost.
//! - Some systems do not count attempts (GitLab, Travis CI), so that a retried job would repeat its numbers.
//! - Build numbers begin anew when a job or a workflow is renamed, moved or made again, and differ between the systems
//!   that report on one entity. Once a number of the clock was sent, no build number is ever greater.
//!
//! # Why milliseconds
//! They are the unit of the SDK's `Sequence::now`, which gives the same number, and besides never one twice in a process:
//! whoever mixes both has to have one unit. Two updates of one entity by
//! two processes are further apart, because starting a process takes longer. Microseconds would gain nothing, and
//! nanoseconds are beyond 2^53, from where on a number may be rounded by whoever reads JSON as floating point.
//!
//! # What is left
//! Clocks of two machines that are further apart than two updates of one entity can turn them round. Where the system
//! tells the start of the run, a clock that is behind it shows here, and the suggestion says so, as does what sends an
//! event whose number comes from that clock. Raising the number to that start would not help: all updates would then have
//! the same until the clock has caught up.

use chrono::{DateTime, TimeDelta, Utc};

use super::found::Found;

/// A number, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Suggestion {
    /// The number, never negative.
    pub(crate) number: i64,
    /// By how much the clock is behind the run's start, which has the same or an earlier time if all is well.
    pub(crate) behind: Option<TimeDelta>,
}

impl Suggestion {
    /// The number for an update that is sent now.
    pub(crate) fn new(now: DateTime<Utc>, started: Option<&Found<DateTime<Utc>>>) -> Self {
        let behind = started.map(|started| started.value - now).filter(|behind| *behind > TimeDelta::zero());
        Self { number: now.timestamp_millis().max(0), behind }
    }

    /// What the number is, for people.
    pub(crate) fn reason(&self) -> String {
        let reason = "clock, in milliseconds: grows also when an older run is run again".to_owned();
        match self.behind {
            None => reason,
            Some(behind) => {
                format!("{reason}; but it is {}", behind_words(behind))
            }
        }
    }
}

/// What a clock is that is so much behind the run's start.
pub(crate) fn behind_words(behind: TimeDelta) -> String {
    format!("{} ms behind the start: updates may be lost", behind.num_milliseconds())
}

#[cfg(test)]
mod tests {
    use super::super::found::Source;
    use super::*;

    #[test]
    fn a_rollback_by_running_an_older_run_again_comes_last() {
        let time = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let first = Suggestion::new(time("2026-09-01T12:00:00Z"), None); // run 41
        let second = Suggestion::new(time("2026-09-01T13:00:00Z"), None); // run 42
        let again = Suggestion::new(time("2026-09-01T13:05:00Z"), None); // run 41, attempt 2
        assert!(first.number < second.number && second.number < again.number);
    }

    #[test]
    fn a_clock_that_is_behind_shows() {
        let now: DateTime<Utc> = "2026-09-01T12:00:00Z".parse().unwrap();
        let started = Found { value: now + TimeDelta::seconds(95), from: Source::Variables(vec!["STARTED"]) };
        let suggestion = Suggestion::new(now, Some(&started));
        assert!(suggestion.reason().ends_with("95000 ms behind the start: updates may be lost"));
    }

    #[test]
    fn a_clock_before_1970_gives_no_negative_number() {
        assert_eq!(Suggestion::new("1969-12-31T00:00:00Z".parse().unwrap(), None).number, 0);
    }
}
