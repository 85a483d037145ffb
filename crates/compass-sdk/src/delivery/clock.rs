//! Time comes in from outside: what waits can be tested without waiting.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

/// What [`Clock::sleep_until`] returns.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A source of time, and the way to wait for it.
pub trait Clock: Send + Sync + fmt::Debug + 'static {
    /// Time since an origin that is the clock's own and never changes. It never goes back.
    fn now(&self) -> Duration;

    /// The time of day, which may jump in either direction.
    fn utc(&self) -> DateTime<Utc>;

    /// Ends when [`Clock::now`] has reached `deadline`: at once for one that is past, never before it.
    fn sleep_until(&self, deadline: Duration) -> Sleep;

    /// Ends when `duration` has passed from now.
    fn sleep(&self, duration: Duration) -> Sleep {
        self.sleep_until(self.now().saturating_add(duration))
    }
}

/// The system's time, with Tokio's timers: to sleep, it needs a Tokio runtime whose timers are enabled.
///
/// Where the system stops its monotonic clock while it is suspended, as Linux does, that time does not count as passed.
#[derive(Clone, Debug)]
pub struct SystemClock {
    origin: Instant,
}

impl SystemClock {
    /// A clock whose origin is now.
    #[must_use]
    pub fn new() -> Self {
        Self { origin: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.origin.elapsed()
    }

    fn utc(&self) -> DateTime<Utc> {
        Utc::now()
    }

    fn sleep_until(&self, deadline: Duration) -> Sleep {
        // Tokio takes a duration of any length, an instant only if it can be represented.
        Box::pin(tokio::time::sleep(deadline.saturating_sub(self.now())))
    }
}

/// A clock for tests, of the client and of what is built on it: nobody really waits.
///
/// Its clones show the same time, which stands still but for [`SimulatedClock::advance`] and, unless the clock is
/// [manual](SimulatedClock::manual), for sleeps: whoever waits for one moves the time to its end.
#[derive(Clone, Debug)]
pub struct SimulatedClock {
    origin: DateTime<Utc>,
    manual: bool,
    state: Arc<Mutex<Simulated>>,
}

#[derive(Debug, Default)]
struct Simulated {
    now: Duration,
    /// Who waits, by deadline; the number tells sleepers with the same deadline apart.
    sleepers: BTreeMap<(Duration, u64), Waker>,
    created: u64,
}

impl SimulatedClock {
    /// A clock that starts at `utc` and moves on by itself whenever somebody sleeps.
    #[must_use]
    pub fn new(utc: DateTime<Utc>) -> Self {
        Self { origin: utc, manual: false, state: Arc::default() }
    }

    /// A clock that starts at `utc` and moves by [`SimulatedClock::advance`] only, which wakes the sleepers it reaches.
    #[must_use]
    pub fn manual(utc: DateTime<Utc>) -> Self {
        Self { manual: true, ..Self::new(utc) }
    }

    /// Lets `duration` pass.
    pub fn advance(&self, duration: Duration) {
        let now = self.state().now.saturating_add(duration);
        self.advance_to(now);
    }

    /// The earliest moment that somebody waits for, on the scale of [`Clock::now`].
    #[must_use]
    pub fn next_deadline(&self) -> Option<Duration> {
        self.state().sleepers.keys().next().map(|(deadline, _)| *deadline)
    }

    /// Never goes back: of two sleepers, the one with the earlier deadline may be polled later.
    fn advance_to(&self, now: Duration) {
        let reached = {
            let mut state = self.state();
            state.now = state.now.max(now);
            let behind = (state.now.saturating_add(Duration::from_nanos(1)), 0);
            let later = state.sleepers.split_off(&behind);
            std::mem::replace(&mut state.sleepers, later)
        };
        // Not under the lock: a waker may run code that asks this clock for the time.
        reached.into_values().for_each(Waker::wake);
    }

    fn state(&self) -> MutexGuard<'_, Simulated> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> Duration {
        self.state().now
    }

    fn utc(&self) -> DateTime<Utc> {
        let passed = TimeDelta::from_std(self.now()).unwrap_or(TimeDelta::MAX);
        self.origin.checked_add_signed(passed).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    fn sleep_until(&self, deadline: Duration) -> Sleep {
        let mut state = self.state();
        state.created += 1;
        let key = (deadline, state.created);
        drop(state);
        Box::pin(SimulatedSleep { clock: self.clone(), key })
    }
}

struct SimulatedSleep {
    clock: SimulatedClock,
    key: (Duration, u64),
}

impl Future for SimulatedSleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let (deadline, _) = self.key;
        if !self.clock.manual {
            self.clock.advance_to(deadline);
            return Poll::Ready(());
        }
        let mut state = self.clock.state();
        if state.now >= deadline {
            return Poll::Ready(());
        }
        state.sleepers.insert(self.key, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for SimulatedSleep {
    fn drop(&mut self) {
        let sleeper = self.clock.state().sleepers.remove(&self.key);
        drop(sleeper);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test]
    async fn a_simulated_sleep_moves_both_times_to_its_end() {
        let clock = SimulatedClock::new(DateTime::UNIX_EPOCH);
        clock.sleep(90 * SECOND).await;
        clock.sleep_until(30 * SECOND).await;
        assert_eq!(clock.now(), 90 * SECOND);
        assert_eq!(clock.utc().timestamp(), 90);
    }

    #[tokio::test]
    async fn a_manual_clock_wakes_whom_it_reaches() {
        let clock = SimulatedClock::manual(DateTime::UNIX_EPOCH);
        let (mut first, mut second) = (clock.sleep(SECOND), clock.sleep(2 * SECOND));
        assert!((&mut first).now_or_never().is_none());
        assert!((&mut second).now_or_never().is_none());
        assert_eq!(clock.next_deadline(), Some(SECOND));
        clock.advance(SECOND);
        assert!((&mut first).now_or_never().is_some());
        assert!((&mut second).now_or_never().is_none());
        drop(second);
        assert_eq!(clock.next_deadline(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn the_system_clock_never_wakes_early() {
        let clock = SystemClock::new();
        let start = clock.now();
        clock.sleep(Duration::from_micros(1500)).await;
        assert!(clock.now() >= start + Duration::from_micros(1500));
        // In the past: at once.
        clock.sleep_until(Duration::ZERO).await;
        assert!(clock.sleep(Duration::MAX).now_or_never().is_none());
    }
}
