//! Time comes in from outside: the window of the rate limit can be tested without waiting.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

/// A source of time.
pub trait Clock: Send + Sync + fmt::Debug + 'static {
    /// Time since an origin that is the clock's own and never changes. It never goes back.
    fn now(&self) -> Duration;

    /// The time of day.
    fn utc(&self) -> DateTime<Utc>;
}

/// The system's time.
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
}

/// A clock that stands still until it is moved. Clones move together.
///
/// ```
/// use std::time::Duration;
///
/// use compass_mock::{Clock as _, ManualClock};
///
/// let clock = ManualClock::starting_at("2026-09-01T12:00:00Z".parse()?);
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.utc().to_rfc3339(), "2026-09-01T12:01:00+00:00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ManualClock {
    start: DateTime<Utc>,
    passed: Arc<Mutex<Duration>>,
}

impl ManualClock {
    /// A clock that shows this time of day.
    #[must_use]
    pub fn starting_at(start: DateTime<Utc>) -> Self {
        Self { start, passed: Arc::default() }
    }

    /// Lets time pass.
    pub fn advance(&self, duration: Duration) {
        let mut passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        *passed = passed.saturating_add(duration);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Duration {
        *self.passed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn utc(&self) -> DateTime<Utc> {
        let passed = TimeDelta::from_std(self.now()).unwrap_or(TimeDelta::MAX);
        self.start.checked_add_signed(passed).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}
