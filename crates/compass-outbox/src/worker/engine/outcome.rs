//! What comes of an attempt, for its message and for all others.

use std::time::Duration;

use chrono::TimeDelta;

use super::step::Telling;
use super::{Engine, Until};
use crate::store::{Answer, LONGEST_WAIT, Leased, Outcome, Settled, Why};
use crate::worker::failure::{Came, Failure};
use crate::worker::policy::{self, Verdict};
use crate::worker::ways::Closing;

/// Failures one after another without any answer of Compass, after which a worker rests: at least so many.
const TROUBLE: u32 = 8;

/// The longest pause after a 429 that whoever tries only once waits for.
pub(super) const PATIENCE_ONCE: Duration = Duration::from_mins(1);

/// How many pauses after 429s, one after another without a success, they wait for.
const MOST_PAUSES_ONCE: u32 = 3;
/// How many rests, one after another without a success, they take: what fails for its own fault has others behind it.
const MOST_RESTS_ONCE: u32 = 5;

/// What failed one after another.
#[derive(Debug, Default)]
pub(super) struct Streaks {
    /// 429s.
    slow: u32,
    slowed_at: Option<Duration>,
    /// Attempts without any answer of Compass since the last rest, and such rests.
    failing: u32,
    rests: u32,
    rested_at: Option<Duration>,
}

impl Engine {
    pub(super) fn sent(&mut self, leased: &Leased, begun: Duration, result: Result<(), Failure>) {
        let lease = self.sending.remove(&leased.lease.id).unwrap_or(leased.lease);
        let outcome = match result {
            Ok(()) => self.succeeded(leased, begun),
            Err(failure) => self.failed(leased, begun, failure),
        };
        self.unsettled.push(Settled { lease, outcome });
    }

    fn succeeded(&mut self, leased: &Leased, begun: Duration) -> Outcome {
        let (id, kind) = (leased.envelope.id, leased.envelope.lane.kind);
        tracing::debug!(%id, %kind, attempts = leased.attempts.saturating_add(1), "delivered");
        self.report.last_success = Some(self.clock.utc());
        self.streaks = Streaks::default();
        if self.ways.open(begun) {
            tracing::warn!(destination = %self.account.destination, "Compass takes requests again");
            self.tellings.push_back(Telling::Open(self.account.clone()));
            self.changed = true;
        }
        Outcome::Delivered
    }

    fn failed(&mut self, leased: &Leased, begun: Duration, failure: Failure) -> Outcome {
        let verdict = policy::decide(&failure);
        let Failure { came, retry_after, message, body, may_have_arrived } = failure;
        let status = match came {
            Came::Refused | Came::Nothing => None,
            Came::Response(status, _) => Some(status),
        };
        let answer = Answer { at: self.clock.utc(), status, message, body, may_have_arrived };
        let asked = retry_after.unwrap_or_default();
        match verdict {
            Verdict::Delivered => self.succeeded(leased, begun),
            Verdict::Later => {
                self.report.last_failure = Some(answer.clone());
                self.troubled(begun);
                self.later_unless_too_old(leased, asked, answer)
            }
            Verdict::SlowDown => {
                self.report.last_failure = Some(answer.clone());
                self.slow_down(begun, retry_after);
                let wait = self.gate.saturating_sub(self.clock.now());
                self.later_unless_too_old(leased, wait, answer)
            }
            Verdict::Dead => {
                self.report.last_failure = Some(answer.clone());
                self.streaks.failing = 0;
                dead(leased, answer)
            }
            Verdict::Paused => {
                self.close(self.ways.paused(), &answer, begun, Closing::Doubled);
                Outcome::Released(Some(answer))
            }
            Verdict::Forbidden => {
                let is_trial = self.ways.in_doubt();
                self.close(self.ways.paused(), &answer, begun, Closing::First);
                self.after_the_closing(leased, answer, is_trial)
            }
            Verdict::Held => {
                let is_trial = self.ways.in_doubt();
                self.close(Why::Held, &answer, begun, Closing::First);
                self.after_the_closing(leased, answer, is_trial)
            }
        }
    }

    fn later_unless_too_old(&mut self, leased: &Leased, wait: Duration, answer: Answer) -> Outcome {
        let age = (answer.at - leased.envelope.accepted_at).to_std().unwrap_or_default();
        match self.settings.max_age {
            Some(most) if age >= most => {
                let message = format!("too old: accepted {} s ago, {}", age.as_secs(), answer.message);
                dead(leased, Answer { message, ..answer })
            }
            Some(_) | None => self.later(leased, wait, answer),
        }
    }

    /// What has the way closed goes again after it is tried next, so that another message has its turn first. If it is not the only one,
    /// or has been tried before, it waits as long as can be: several that are refused, each due when the others have had their turn,
    /// would leave none to the rest.
    fn after_the_closing(&mut self, leased: &Leased, answer: Answer, is_trial: bool) -> Outcome {
        let wait = if is_trial || leased.attempts > 0 {
            LONGEST_WAIT
        } else {
            self.ways.wait(answer.at) + Duration::from_secs(1)
        };
        self.later(leased, wait, answer)
    }

    fn later(&mut self, leased: &Leased, wait: Duration, answer: Answer) -> Outcome {
        let wait = wait.saturating_add(policy::backoff(leased.attempts, &mut self.random)).min(LONGEST_WAIT);
        let (id, kind) = (leased.envelope.id, leased.envelope.lane.kind);
        let wait_s = wait.as_secs_f32();
        tracing::info!(%id, %kind, attempts = leased.attempts.saturating_add(1), wait_s, reason = %answer.message, "later");
        Outcome::Later { at: answer.at + delta(wait), answer }
    }

    /// After a 429 to a request that was begun since the last one.
    fn slow_down(&mut self, begun: Duration, asked: Option<Duration>) {
        let now = self.clock.now();
        if self.streaks.slowed_at.is_some_and(|slowed_at| begun <= slowed_at) {
            return;
        }
        let wait = asked.unwrap_or_else(|| policy::pause(self.streaks.slow, &mut self.random)).min(LONGEST_WAIT);
        self.streaks.slow = self.streaks.slow.saturating_add(1);
        self.streaks.slowed_at = Some(now);
        self.gate = self.gate.max(now + wait);
        self.permits.left = 0;
        self.release_ready();
        tracing::warn!(wait_s = wait.as_secs_f32(), "too many requests");
        if wait > PATIENCE_ONCE || self.streaks.slow > MOST_PAUSES_ONCE {
            self.stop_if_once();
        }
        self.tellings.push_back(Telling::SlowDown(self.account.clone(), self.clock.utc() + delta(wait)));
    }

    /// After an attempt without any answer of Compass.
    fn troubled(&mut self, begun: Duration) {
        let now = self.clock.now();
        if self.streaks.rested_at.is_some_and(|rested_at| begun <= rested_at) {
            return;
        }
        self.streaks.failing += 1;
        let most = TROUBLE.max(u32::try_from(self.concurrency).unwrap_or(u32::MAX));
        if self.streaks.failing >= most {
            let rest = policy::rest(self.streaks.rests, &mut self.random);
            self.streaks = Streaks {
                failing: 0,
                rests: self.streaks.rests.saturating_add(1),
                rested_at: Some(now),
                ..std::mem::take(&mut self.streaks)
            };
            self.gate = self.gate.max(now + rest);
            tracing::warn!(failures = most, wait_s = rest.as_secs_f32(), "nothing is delivered at the moment");
            if self.streaks.rests >= MOST_RESTS_ONCE {
                self.stop_if_once();
            }
        }
    }

    /// Begins nothing more if each message was to be tried only once: they would all fare the same.
    pub(super) fn stop_if_once(&mut self) {
        if self.until == Until::Tried {
            self.stopping = true;
            self.report.cut_short = true;
        }
    }

    fn close(&mut self, why: Why, answer: &Answer, begun: Duration, closing: Closing) {
        self.report.last_failure = Some(answer.clone());
        let (now, utc) = (self.clock.now(), self.clock.utc());
        let Some(closed) = self.ways.close(why, answer.clone(), begun, now, utc, closing) else { return };
        match &closed.why {
            Why::Paused { .. } => tracing::warn!(
                email = %self.account.email, until = %closed.until, reason = %answer.message,
                "the credentials are refused: nothing is sent with them until then, and nothing is dropped"
            ),
            Why::Held => tracing::warn!(
                destination = %self.account.destination, until = %closed.until, reason = %answer.message,
                "the destination does not have the operation: nothing is sent there until then, and nothing is dropped"
            ),
        }
        self.tellings.push_back(Telling::Close(closed));
        self.release_ready();
        self.changed = true;
    }
}

fn dead(leased: &Leased, answer: Answer) -> Outcome {
    let (id, kind) = (leased.envelope.id, leased.envelope.lane.kind);
    tracing::warn!(%id, %kind, reason = %answer.message, "a dead letter");
    Outcome::Dead(answer)
}

fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}
