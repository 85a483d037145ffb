//! Sends no more requests than the server allows.
//!
//! # What holds
//! With [`Rate`] `requests` and `per`, a [`Limiter`] and its clones together give no more than `requests` permits in
//! *any* window of length `per`, wherever it begins, and whatever the order of arrival, concurrency or cancellation.
//!
//! The proof is short. The limiter keeps the times of its last `requests` permits, and gives another only if the oldest
//! of them is at least the *guarded window* ago, which is `per` and a thirtieth of it (62 s for a minute). So of any
//! `requests + 1` permits in a row the first and the last are further apart than `per`, and no window of length `per`
//! has both. Checking and recording are one step under a lock, and a permit is recorded only when its receiver gets it:
//! there is none that is recorded and not given, or given and not recorded. Bursts and spacing only ever add delay.
//!
//! The moment that counts is that of the permit. The server counts requests as they arrive, and one may be under way
//! longer than another. The thirtieth is the margin for that: the server, too, sees no more than `requests` per `per` as
//! long as delays between permit and arrival differ by less than the margin (2 s for a minute). Beyond it, and where
//! other processes send in the name of the same user, it may answer 429, which [`Limiter::slow_down`] is for.
//!
//! # When a permit comes
//! In order of arrival, which is the order in which the futures of [`Limiter::acquire`] are first polled. Permits have
//! their turns at an even spacing: the smallest with which steady demand never runs into the bound, at least the
//! guarded window divided by `requests` (0.62 s). Time that nobody wants is saved, for as many permits as go ahead of
//! their turn when several requests come at once: `burst`, with the one whose turn it is. A new limiter has saved all of
//! that.
//!
//! # After a 429
//! [`Limiter::slow_down`] states the rule.

mod limits;
mod pace;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use limits::{Limits, Rate};

use super::clock::Clock;
use pace::Pace;

/// Gives permits to send a request. Clones share their permits.
#[derive(Clone, Debug)]
pub struct Limiter {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    clock: Arc<dyn Clock>,
    /// Whoever holds it is the next to get a permit. Tokio's mutex is fair, and forgets who stops waiting for it.
    head: tokio::sync::Mutex<()>,
    pace: Mutex<Pace>,
}

/// What a [`Limiter`] is at, for logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LimiterState {
    /// Permits given within the guarded window; zero without a limit, where nothing counts them.
    pub recent: usize,
    /// How long until a permit can be given: zero if one can be now. Whoever waits already comes first.
    pub due_in: Duration,
    /// How much of its rate the limiter uses, in sixteenths: 16 unless a 429 has lowered it.
    pub sixteenths: u8,
}

impl Limiter {
    /// A limiter whose permits so far are none.
    #[must_use]
    pub fn new(limits: Limits, clock: Arc<dyn Clock>) -> Self {
        let pace = Mutex::new(Pace::new(limits, clock.now()));
        Self { shared: Arc::new(Shared { clock, head: tokio::sync::Mutex::new(()), pace }) }
    }

    /// Waits for a permit, and says how long it did.
    ///
    /// Dropping the future gives up its place and nothing else: until it is ready it has no permit. As long as it is
    /// kept without being polled, those behind it wait as well.
    pub async fn acquire(&self) -> Duration {
        let clock = &self.shared.clock;
        let start = clock.now();
        let _head = self.shared.head.lock().await;
        loop {
            let now = clock.now();
            // In a statement of its own, so that the lock is not held while sleeping.
            let taken = self.pace().take(now);
            match taken {
                Ok(()) => return now.saturating_sub(start),
                // What was due then may have been put off in the meantime: ask again.
                Err(due) => clock.sleep_until(due).await,
            }
        }
    }

    /// Reports that the server answered 429: nobody gets a permit ahead of its turn until time has been saved again, and
    ///
    /// - with a `retry_after` of more than zero, nobody gets a permit at all before it has passed. Of several pauses the
    ///   one that ends last counts; none is ever shortened.
    /// - without one, the rate is halved, down to a sixteenth at the least, and the next permit comes no sooner than the
    ///   new spacing from now. For the tenth of `per` (6 s for a minute) that follows, further such reports do not halve
    ///   it again: they are answers to requests that were sent before.
    ///
    /// A sixteenth of the full rate comes back with each quarter of `per` (15 s) after the next permit's turn, counted
    /// anew from each report; until the rate is whole again, no time is saved. A limiter without a limit has no rate to
    /// lower: it only pauses.
    pub fn slow_down(&self, retry_after: Option<Duration>) {
        let now = self.shared.clock.now();
        self.pace().slow_down(retry_after, now);
    }

    /// What the limiter is at.
    #[must_use]
    pub fn state(&self) -> LimiterState {
        let now = self.shared.clock.now();
        let mut pace = self.pace();
        LimiterState { recent: pace.recent(now), due_in: pace.due_in(now), sixteenths: pace.parts(now) }
    }

    /// Every step leaves the pace consistent, so a panic elsewhere under the lock is no reason to stop.
    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.shared.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
