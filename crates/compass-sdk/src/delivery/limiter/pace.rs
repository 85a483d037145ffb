//! When the next permit is due: the arithmetic, without waiting, queues or locks.

use std::collections::VecDeque;
use std::time::Duration;

use super::limits::{Limits, Rate};

/// Parts of the rate: a server that complains takes half of what is left, time gives them back one by one.
const WHOLE: u8 = 16;

/// `per` divided by this is the margin of the guarded window.
const MARGIN: u32 = 30;
/// `per` divided by this is how long further 429s do not lower the rate again.
const DEAF: u32 = 10;
/// `per` divided by this is how long it takes until a sixteenth of the rate comes back.
const RECOVERY: u32 = 4;

/// What the permits so far leave for the next one. Times are those of the clock.
#[derive(Debug)]
pub(super) struct Pace {
    /// `None` if there is no limit.
    rate: Option<Derived>,
    /// When the latest permits were given, oldest first: never more than the rate's `requests`, and none that has left
    /// the guarded window.
    log: VecDeque<Duration>,
    /// The next permit's turn.
    next: Duration,
    /// Time that nobody wanted: a permit ahead of its turn takes `Derived::even` of it.
    saved: Duration,
    /// How many parts of the rate are in use, 1 to `WHOLE`.
    parts: u8,
    /// When the last part was taken away or given back.
    parts_since: Duration,
    /// When a part was last taken away because of a 429 without a wait.
    halved: Option<Duration>,
    /// When the last pause ends that the server asked for.
    paused_until: Duration,
    /// The latest time seen: a clock that goes back, against its contract, does not loosen the bound.
    now: Duration,
}

#[derive(Debug)]
struct Derived {
    requests: usize,
    per: Duration,
    /// `per` and the margin.
    window: Duration,
    /// The spacing that fills the window evenly, rounded up.
    even: Duration,
    /// Most time that is saved: the permit whose turn it is comes on top of it.
    most_saved: Duration,
}

impl Derived {
    fn new(rate: Rate) -> Self {
        let per = rate.per();
        let window = per.saturating_add(per / MARGIN);
        let even = divide(window, rate.requests.get().into());
        let ahead = rate.burst.min(rate.requests).get() - 1;
        Self { requests: rate.requests.get().into(), per, window, even, most_saved: even * ahead.into() }
    }
}

impl Pace {
    pub(super) fn new(limits: Limits, now: Duration) -> Self {
        let rate = match limits {
            Limits::Rate(rate) => Some(Derived::new(rate)),
            Limits::Unlimited => None,
        };
        let saved = rate.as_ref().map_or(Duration::ZERO, |rate| rate.most_saved);
        Self {
            rate,
            log: VecDeque::new(),
            next: now,
            saved,
            parts: WHOLE,
            parts_since: now,
            halved: None,
            paused_until: now,
            now,
        }
    }

    /// Whether a permit can be given to somebody who wants one; if not, when to ask again. It never comes sooner.
    pub(super) fn due(&mut self, now: Duration) -> Result<(), Duration> {
        let now = self.catch_up(now);
        let Some(rate) = &self.rate else {
            return if self.next <= now { Ok(()) } else { Err(self.next) };
        };
        if let Some(oldest) = self.log.front().filter(|_| self.log.len() >= rate.requests) {
            let free = oldest.saturating_add(rate.window);
            // Somebody waits till then, so none of it is time that nobody wanted.
            self.next = self.next.max(free);
            return Err(free);
        }
        if self.next > now && self.saved < rate.even { Err(self.next) } else { Ok(()) }
    }

    /// Gives a permit, or says when to ask again.
    pub(super) fn take(&mut self, now: Duration) -> Result<(), Duration> {
        self.due(now)?;
        let now = self.catch_up(now);
        let Some(rate) = &self.rate else { return Ok(()) };
        if self.next > now {
            self.saved = self.saved.saturating_sub(rate.even);
            self.log.push_back(now);
        } else {
            self.log.push_back(now);
            self.next = now.saturating_add(self.spacing(rate, now));
        }
        Ok(())
    }

    /// The server had enough of our requests.
    pub(super) fn slow_down(&mut self, wait: Option<Duration>, now: Duration) {
        let now = self.catch_up(now);
        self.saved = Duration::ZERO;
        if let Some(wait) = wait.filter(|wait| !wait.is_zero()) {
            self.next = self.next.max(now.saturating_add(wait));
            self.paused_until = self.paused_until.max(now.saturating_add(wait));
        } else if let Some(rate) = &self.rate {
            let again = self.halved.is_none_or(|halved| halved.saturating_add(rate.per / DEAF) <= now);
            if again {
                self.parts = (self.parts / 2).max(1);
                self.halved = Some(now);
            }
            self.next = self.next.max(now.saturating_add(self.spacing(rate, now)));
        }
        self.parts_since = self.parts_since.max(self.next.max(now));
    }

    /// Permits within the guarded window.
    pub(super) fn recent(&mut self, now: Duration) -> usize {
        self.catch_up(now);
        self.log.len()
    }

    /// How long until a permit can be given.
    pub(super) fn due_in(&mut self, now: Duration) -> Duration {
        let now = self.catch_up(now);
        let Some(rate) = &self.rate else { return self.next.saturating_sub(now) };
        let free = self.log.front().filter(|_| self.log.len() >= rate.requests);
        let free = free.map_or(now, |oldest| oldest.saturating_add(rate.window));
        let turn = if self.saved < rate.even { self.next } else { now };
        free.max(turn).saturating_sub(now)
    }

    /// About how long it takes until somebody has a permit whom so many others come before.
    pub(super) fn expected(&mut self, ahead: usize, now: Duration) -> Duration {
        let due_in = self.due_in(now);
        let spacing = self.rate.as_ref().map_or(Duration::ZERO, |rate| rate.even * WHOLE.into() / self.parts.into());
        due_in.saturating_add(spacing.saturating_mul(u32::try_from(ahead).unwrap_or(u32::MAX)))
    }

    /// What is left of the pause that the server asked for.
    pub(super) fn pause(&self, now: Duration) -> Option<Duration> {
        Some(self.paused_until.saturating_sub(now)).filter(|left| !left.is_zero())
    }

    /// How many parts of the rate are in use.
    pub(super) fn parts(&mut self, now: Duration) -> u8 {
        self.catch_up(now);
        self.parts
    }

    /// Lets the time up to `now` have its effects, and returns the time to go by.
    fn catch_up(&mut self, now: Duration) -> Duration {
        self.now = self.now.max(now);
        let now = self.now;
        let Some(rate) = &self.rate else { return now };
        while self.log.front().is_some_and(|oldest| oldest.saturating_add(rate.window) <= now) {
            self.log.pop_front();
        }
        let step = rate.per / RECOVERY;
        while self.parts < WHOLE && self.parts_since.saturating_add(step) <= now {
            self.parts += 1;
            self.parts_since = self.parts_since.saturating_add(step);
        }
        if self.next < now {
            if self.parts == WHOLE {
                // Not what passed before the rate was whole.
                let unwanted = now.saturating_sub(self.next.max(self.parts_since));
                self.saved = self.saved.saturating_add(unwanted).min(rate.most_saved);
            }
            self.next = now;
        }
        now
    }

    /// The smallest even spacing with which permits, from `now` on, never run into the bound: the one after all that
    /// the window still has room for must not come before the oldest leaves it, the one after that not before the
    /// second oldest, and so on.
    fn spacing(&self, rate: &Derived, now: Duration) -> Duration {
        let room = rate.requests.saturating_sub(self.log.len());
        let leaves = self.log.iter().map(|given| given.saturating_add(rate.window).saturating_sub(now));
        let even = (room + 1..).zip(leaves).map(|(permits, leaves)| divide(leaves, permits as u128));
        even.fold(rate.even, Duration::max).saturating_mul(WHOLE.into()) / self.parts.into()
    }
}

/// Rounded up: rounding down would add up to a permit too many, for the bound to stop.
fn divide(time: Duration, parts: u128) -> Duration {
    let nanos = time.as_nanos().div_ceil(parts.max(1));
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}
