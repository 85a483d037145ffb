//! What a worker knows of ways that are closed: to whom, how long they have been tried, and when to try next.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::policy::FIRST_CLOSING;
use crate::store::{Account, Answer, Closed, LONGEST_WAIT, Why};

/// The ways of one account, as far as they are closed to one worker.
#[derive(Debug)]
pub(super) struct Ways {
    account: Account,
    fingerprint: String,
    paused: Option<Closed>,
    held: Option<Closed>,
    /// When this worker closed one last: what was begun before that has nothing new to say.
    closed_at: Option<Duration>,
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
        Self { account, fingerprint, paused: None, held: None, closed_at: None }
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

    /// Learns from the store that one is closed.
    pub(super) fn learn(&mut self, closed: &Closed) {
        let concerns_us = match &closed.why {
            Why::Paused { fingerprint } => closed.account == self.account && *fingerprint == self.fingerprint,
            Why::Held => closed.account.destination == self.account.destination,
        };
        if concerns_us {
            *self.slot(&closed.why) = Some(closed.clone());
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
        true
    }

    fn slot(&mut self, why: &Why) -> &mut Option<Closed> {
        match why {
            Why::Paused { .. } => &mut self.paused,
            Why::Held => &mut self.held,
        }
    }
}
