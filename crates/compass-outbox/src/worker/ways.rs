//! What a worker knows of ways that are closed: to whom, how long they have been tried, and when to try next.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::policy::FIRST_CLOSING;
use crate::store::{Account, Answer, Closed, LATE, LONGEST_WAIT, Why};

/// The ways of one account, as far as they are closed to one worker.
#[derive(Debug)]
pub(super) struct Ways {
    account: Account,
    fingerprint: String,
    paused: Option<Closed>,
    held: Option<Closed>,
    /// When this worker closed one last, or learned that others had: what was begun before that has nothing new to say.
    closed_at: Option<Duration>,
    /// How often something of this has changed: what the store was asked before the last time is old.
    changes: u64,
}

/// For how long a way is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closing {
    /// As the first time: another message is tried then, which may fare better.
    First,
    /// Twice as long as the last time: every message would fare the same.
    Doubled,
}

impl Ways {
    pub(super) fn new(account: Account, fingerprint: String) -> Self {
        Self { account, fingerprint, paused: None, held: None, closed_at: None, changes: 0 }
    }

    pub(super) fn paused(&self) -> Why {
        Why::Paused { fingerprint: self.fingerprint.clone() }
    }

    /// Whether one was closed and nothing has succeeded since.
    pub(super) fn in_doubt(&self) -> bool {
        self.paused.is_some() || self.held.is_some()
    }

    pub(super) fn closed(&self) -> Vec<Closed> {
        [&self.paused, &self.held].into_iter().flatten().cloned().collect()
    }

    /// How often something has changed: goes with each question to the store, and tells whether the answer is news.
    pub(super) fn changes(&self) -> u64 {
        self.changes
    }

    /// Learns from the store that one is closed, or was and is in doubt.
    pub(super) fn learn(&mut self, closed: &Closed, now: Duration, utc: DateTime<Utc>) {
        if !self.concerns_us(closed) || self.slot(&closed.why).as_ref() == Some(closed) {
            return;
        }
        *self.slot(&closed.why) = Some(closed.clone());
        self.changes += 1;
        // Not if its time is over, or was set by a clock that has gone back since: then it is to be tried.
        if (closed.until - utc).to_std().is_ok_and(|wait| !wait.is_zero() && wait <= LONGEST_WAIT + LATE) {
            self.closed_at = Some(now);
        }
    }

    /// Learns from the store that these are closed, and that the others are open: somebody else has opened them.
    pub(super) fn follow(&mut self, all: &[Closed], now: Duration, utc: DateTime<Utc>) {
        let is_open = |slot: &Option<Closed>| {
            slot.as_ref().is_some_and(|ours| !all.iter().any(|one| self.concerns_us(one) && one.why == ours.why))
        };
        let (resumed, no_longer_held) = (is_open(&self.paused), is_open(&self.held));
        if resumed {
            self.paused = None;
        }
        if no_longer_held {
            self.held = None;
        }
        self.changes += u64::from(resumed || no_longer_held);
        for closed in all {
            self.learn(closed, now, utc);
        }
    }

    fn concerns_us(&self, closed: &Closed) -> bool {
        match &closed.why {
            Why::Paused { fingerprint } => closed.account == self.account && *fingerprint == self.fingerprint,
            Why::Held => closed.account.destination == self.account.destination,
        }
    }

    /// Closes one for an attempt that was begun then. None if it was closed since.
    pub(super) fn close(
        &mut self,
        why: Why,
        answer: Answer,
        begun: Duration,
        now: Duration,
        utc: DateTime<Utc>,
        closing: Closing,
    ) -> Option<Closed> {
        if self.closed_at.is_some_and(|closed_at| begun <= closed_at) {
            return None;
        }
        let before = self.slot(&why).take();
        let wait = match (closing, &before) {
            (Closing::First, _) | (Closing::Doubled, None) => FIRST_CLOSING,
            (Closing::Doubled, Some(before)) => {
                let last = (before.until - before.since).to_std().unwrap_or(FIRST_CLOSING);
                last.saturating_mul(2).clamp(FIRST_CLOSING, LONGEST_WAIT)
            }
        };
        let until = utc + TimeDelta::from_std(wait).unwrap_or(TimeDelta::MAX);
        // Counted anew each time: the store cuts off what is longer than the longest wait from `since` on.
        let closed = Closed { account: self.account.clone(), why, since: utc, until, answer };
        *self.slot(&closed.why) = Some(closed.clone());
        self.closed_at = Some(now);
        self.changes += 1;
        Some(closed)
    }

    /// How long the way that was closed last is still closed.
    pub(super) fn wait(&self, utc: DateTime<Utc>) -> Duration {
        let until = [&self.paused, &self.held].into_iter().flatten().map(|closed| closed.until).max();
        until.and_then(|until| (until - utc).to_std().ok()).unwrap_or_default().min(LONGEST_WAIT)
    }

    /// A request that was begun then was taken. Answers whether that is news.
    pub(super) fn open(&mut self, begun: Duration) -> bool {
        let news = self.in_doubt() && self.closed_at.is_none_or(|closed_at| begun > closed_at);
        if !news {
            return false;
        }
        (self.paused, self.held) = (None, None);
        self.changes += 1;
        true
    }

    fn slot(&mut self, why: &Why) -> &mut Option<Closed> {
        match why {
            Why::Paused { .. } => &mut self.paused,
            Why::Held => &mut self.held,
        }
    }
}
