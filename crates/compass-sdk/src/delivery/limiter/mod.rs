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
//! A future that nobody polls cannot take a permit, and must not keep others from theirs. Of the eight that are next in
//! line the `n`th looks after the first when the permit is due for `n` times [`GRACE`], and has it and those behind it
//! woken. Who is not polled within another [`GRACE`] is passed over until it is; its place it keeps. Those further behind
//! look when half of their wait should be over, so that a long queue is not busy with looking.
//!
//! # After a 429
//! [`Limiter::slow_down`] states the rule.

mod limits;
mod pace;
mod queue;
#[cfg(test)]
mod tests;

use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::Duration;

pub use limits::{Limits, Rate};
pub use queue::GRACE;

use super::clock::{Clock, Sleep};
use pace::Pace;
use queue::{Before, Left, NEAR, Queue, Ticket};

/// The longest wait that begins without a line in the log.
const LONG: Duration = Duration::from_secs(5);
/// How long after such a line there is no other: a long queue is many long waits.
const QUIET: Duration = Duration::from_mins(1);

/// Gives permits to send a request. Clones share their permits.
#[derive(Clone, Debug)]
pub struct Limiter {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    pace: Pace,
    queue: Queue,
    /// Until when long waits are not logged.
    quiet_until: Duration,
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

/// No permit came in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NoPermit {
    /// How long it was waited for.
    pub waited: Duration,
    /// How long until the next permit at the earliest, of whoever comes first.
    pub due_in: Duration,
    /// What is left of the pause that the server asked for with a 429, if it did.
    pub pause: Option<Duration>,
}

impl fmt::Display for NoPermit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { waited, due_in, pause } = *self;
        write!(f, "no permit to send, after {:.1} s: ", waited.as_secs_f64())?;
        match pause {
            Some(pause) => write!(f, "the server asked to wait for another {:.1} s", pause.as_secs_f64()),
            None if due_in.is_zero() => f.write_str("others come first"),
            None => write!(f, "the next one is due in {:.1} s", due_in.as_secs_f64()),
        }
    }
}

impl std::error::Error for NoPermit {}

impl Limiter {
    /// A limiter whose permits so far are none.
    #[must_use]
    pub fn new(limits: Limits, clock: Arc<dyn Clock>) -> Self {
        let now = clock.now();
        let state = State { pace: Pace::new(limits, now), queue: Queue::default(), quiet_until: now };
        Self { shared: Arc::new(Shared { clock, state: Mutex::new(state) }) }
    }

    /// Waits for a permit, as long as it takes, and says how long it did.
    ///
    /// Dropping the future gives up its place and nothing else: until it is ready it has no permit.
    pub async fn acquire(&self) -> Duration {
        match self.acquire_within(Duration::MAX).await {
            Ok(waited) => waited,
            // The clock has reached its end.
            Err(_) => std::future::pending().await,
        }
    }

    /// Waits for a permit, but no longer than `most`, and says how long it did. With zero, it waits for none.
    ///
    /// A wait that is certain to be in vain is not begun, or ends at once: after a 429 with a longer `Retry-After`, say.
    /// When a wait of more than 5 s begins, a warning says so, though not more often than once a minute.
    ///
    /// Dropping the future gives up its place and nothing else: until it is ready it has no permit.
    ///
    /// # Errors
    /// When there is none in time.
    pub async fn acquire_within(&self, most: Duration) -> Result<Duration, NoPermit> {
        let clock = &self.shared.clock;
        let start = clock.now();
        let deadline = start.saturating_add(most);
        let mut place = Place { limiter: self, ticket: None };
        let mut sleep: Option<(Duration, Sleep)> = None;
        poll_fn(|context| {
            loop {
                let now = clock.now();
                let waited = now.saturating_sub(start);
                let until = match place.ask(now, deadline, context.waker()) {
                    Answer::Permit => return Poll::Ready(Ok(waited)),
                    Answer::TooLate { due_in, pause } => {
                        return Poll::Ready(Err(NoPermit { waited, due_in, pause }));
                    }
                    Answer::AskAgain(until) => until,
                };
                let (_, asleep) = match &mut sleep {
                    Some(asleep) if asleep.0 == until => asleep,
                    other => other.insert((until, clock.sleep_until(until))),
                };
                // What was due then may have been put off in the meantime: ask again.
                std::task::ready!(asleep.as_mut().poll(context));
                sleep = None;
            }
        })
        .await
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
        self.lock().pace.slow_down(retry_after, now);
    }

    /// What the limiter is at.
    #[must_use]
    pub fn state(&self) -> LimiterState {
        let now = self.shared.clock.now();
        let pace = &mut self.lock().pace;
        LimiterState { recent: pace.recent(now), due_in: pace.due_in(now), sixteenths: pace.parts(now) }
    }

    /// Every step leaves the state consistent, so a panic elsewhere under the lock is no reason to stop.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What somebody is told who asks for a permit.
enum Answer {
    Permit,
    /// Not now: ask again then, which is later than now.
    AskAgain(Duration),
    TooLate {
        due_in: Duration,
        pause: Option<Duration>,
    },
}

/// Somebody who wants a permit. Dropped without one, it gives up its place.
struct Place<'l> {
    limiter: &'l Limiter,
    /// None as long as it has not had to wait.
    ticket: Option<Ticket>,
}

impl Place<'_> {
    fn ask(&mut self, now: Duration, deadline: Duration, waker: &Waker) -> Answer {
        let mut state = self.limiter.lock();
        let State { pace, queue, quiet_until } = &mut *state;
        // With a permit for whoever comes, and nobody else who has come, there is no need for a queue.
        if self.ticket.is_none() && queue.is_empty() && pace.take(now).is_ok() {
            return Answer::Permit;
        }
        let (ticket, outdated) = match self.ticket {
            Some(ticket) => (ticket, queue.come(ticket, waker)),
            None => (*self.ticket.insert(queue.join(waker)), None),
        };
        let due = pace.due(now);
        let (mut called, mut left) = (Vec::new(), None);
        let until = match due {
            Ok(()) => queue.call_those_before(ticket, now, &mut called),
            // Later than those before it, who ask first as long as they are polled, and wake it when they have theirs.
            Err(due) => Some(match queue.before(ticket, now) {
                Before::Few(few) => due.saturating_add(GRACE * few),
                Before::Many(about) => {
                    let half_way = now.saturating_add(pace.expected(about / 2, now));
                    half_way.max(due.saturating_add(GRACE * NEAR))
                }
            }),
        };
        let mut warning = None;
        let answer = match until {
            None if pace.take(now).is_ok() => {
                self.ticket = None;
                left = queue.leave(ticket);
                Answer::Permit
            }
            Some(until) if now < deadline && due.err().is_none_or(|due| due <= deadline) => {
                if *quiet_until <= now {
                    let expected = pace.expected(queue.len() - 1, now);
                    warning = (expected > LONG).then_some((expected, queue.len()));
                    *quiet_until = warning.map_or(*quiet_until, |_| now.saturating_add(QUIET));
                }
                Answer::AskAgain(until.min(deadline))
            }
            _ => {
                self.ticket = None;
                left = queue.leave(ticket);
                Answer::TooLate { due_in: pace.due_in(now), pause: pace.pause(now) }
            }
        };
        // Not under the lock: wakers and loggers may run code that asks for a permit.
        drop(state);
        drop(outdated);
        left.into_iter().for_each(Left::wake_next);
        called.into_iter().for_each(Waker::wake);
        if let Some((expected, waiting)) = warning {
            let expected_ms = u64::try_from(expected.as_millis()).unwrap_or(u64::MAX);
            tracing::warn!(expected_ms, waiting, "waits for the limiter");
        }
        answer
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let left = self.ticket.and_then(|ticket| self.limiter.lock().queue.leave(ticket));
        left.into_iter().for_each(Left::wake_next);
    }
}
