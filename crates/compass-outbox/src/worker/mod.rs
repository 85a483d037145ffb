//! Delivery: leases messages, gets permits, sends, and settles what came of it.
//!
//! Any number of workers, in any number of processes, may work on one outbox. What has to hold across them is in the
//! [store](crate::store); what a worker has in memory may be lost at any moment: a message that was being sent then is sent
//! again when its lease ends.
//!
//! # At least once
//! A message is delivered again only if the answer was lost: the connection ended, the worker died before it had settled, or its
//! lease ended because the machine stood still. For events their sequence number makes Compass ignore what it has already; a pull
//! request has none, but its state is the same. **A metric's value may be recorded twice**, with the same time, and cannot be deleted.
//!
//! # Order
//! Of a [lane](crate::Lane) one message at a time is sent, the oldest, and the next one when that has ended: is delivered, is a dead letter
//! or was given up. One that is sent again later keeps its lane waiting. Lanes do not wait for each other; of those that may go,
//! urgent kinds go first.
//!
//! # What follows from which answer
//! | what came | what follows |
//! |---|---|
//! | the promised success; another 2xx without a page or errors in its body | delivered |
//! | no connection, no answer in time, 3xx, 407, 408, 421, 425, 460, 499, 5xx, a 2xx with a page or errors, a page with any 4xx that is not named below | sent again after the backoff |
//! | 429 | sent again, and nothing else of the account for `Retry-After`, or for a pause that doubles from 5 s to 5 min with each further 429 |
//! | 401 | the credentials are paused; the message may go at once with others |
//! | 403 | the credentials are paused, and when they are tried again, other messages go first: it may be that only what this one asks for is forbidden |
//! | 404 without the API's errors, 405, 410 | the destination is held: there is no such operation any more; other messages go first when it is tried again |
//! | 404 with the API's errors, and the other 4xx without a page (400, 409, 413, 422, ...) | a dead letter, with the answer |
//! | what this version cannot read back, or the client refuses | a dead letter, with the reason |
//!
//! The **backoff** is random, from nothing to a longest wait that doubles with each attempt from 1 s to 15 min. A longer
//! `Retry-After` is kept, up to [an hour](crate::store::LONGEST_WAIT). This goes on for ever, unless there is a
//! [`max_age`](Worker::max_age). What is **paused** or **held** is tried again with one message after a minute; after a 401, which
//! every message would get, then twice as long each time, an hour at the most. A success opens it, and so does
//! [somebody who says so](Outbox::open_ways), of whatever process: a worker asks every 2 s, unless it rests or waits for permits. A message that is
//! refused in such a trial, or again, by what may be its own fault (403, 405, 410, 404 without the API's errors) waits for an hour, and the next trials are
//! made by turns with the message that was tried the fewest times and with the one that has waited for its turn longest: however many such messages
//! there are, and come, the others have their turn. Several workers try with one each. Nothing of it gets too old meanwhile. Both are said loudly: as a warning of `tracing`, in the
//! [`Report`], and in the store's [`Status`](crate::store::Status).
//!
//! When many attempts fail one after another without any answer of Compass, whatever the messages are, the worker rests between them, up to 30 s.
//!
//! # Limits
//! Each request needs a permit of the store, which counts for all processes of the host: 100 in any minute unless
//! [told otherwise](Worker::limits). A permit is good for a second, and where the store is slow for twice the time that its last answer
//! took, up to [`LONGEST_WITHIN`](crate::store::LONGEST_WITHIN); it counts for as much longer. One that is not used in time is dropped. Workers without
//! limits need none; a pause after a 429 is for them, too.

mod courier;
mod engine;
mod failure;
mod policy;
mod report;
mod ways;

use std::fmt;
use std::future::Future;
use std::num::NonZeroUsize;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use compass_sdk::limiter::Limits;

pub use self::courier::Courier;
pub(crate) use self::courier::to_compass;
use self::engine::{Engine, Until};
pub use self::failure::{Body, Came, Failure};
pub use self::report::{Progress, Report};
use crate::error::StoreError;
use crate::outbox::Outbox;

/// Messages that are being sent at the same time, unless told otherwise, where requests are limited: more would not go faster.
pub const CONCURRENCY: usize = 8;
/// And where they are not.
pub const CONCURRENCY_UNLIMITED: usize = 32;
/// How long a message that is delivered, replaced or given up is remembered, unless told otherwise: long enough to look into what
/// happened last week.
pub const KEEP_DONE: Duration = Duration::from_hours(7 * 24);
/// The longest that an attempt takes, unless told otherwise: somewhat more than the SDK's own, which tells more of what happened.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(35);
/// More would not fit into the longest lease twice.
const MOST_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(290);

/// Delivers what an outbox has: [`Outbox::worker`] makes it.
#[must_use = "a worker does nothing until it is run"]
pub struct Worker {
    outbox: Outbox,
    courier: Arc<dyn Courier>,
    settings: Settings,
}

type OnProgress = Arc<dyn Fn(&Progress) + Send + Sync>;

#[derive(Clone)]
struct Settings {
    limits: Limits,
    concurrency: Option<NonZeroUsize>,
    max_age: Option<Duration>,
    keep_done: Duration,
    attempt_timeout: Duration,
    on_progress: Option<OnProgress>,
    seed: u64,
}

impl Worker {
    pub(crate) fn new(outbox: Outbox, courier: Arc<dyn Courier>) -> Self {
        let settings = Settings {
            limits: Limits::default(),
            concurrency: None,
            max_age: None,
            keep_done: KEEP_DONE,
            attempt_timeout: ATTEMPT_TIMEOUT,
            on_progress: None,
            seed: fastrand::u64(..),
        };
        Self { outbox, courier, settings }
    }

    /// How many requests go at most, for all workers of the host that send for this account: 100 in any minute unless told
    /// otherwise. The rate's burst does not matter here.
    pub fn limits(mut self, limits: impl Into<Limits>) -> Self {
        self.settings.limits = limits.into();
        self
    }

    /// How many messages are being sent at the same time: 8 unless told otherwise, 32 without limits.
    pub fn concurrency(mut self, most: NonZeroUsize) -> Self {
        self.settings.concurrency = Some(most);
        self
    }

    /// From what age on a message becomes a dead letter when an attempt fails, instead of being sent again: none unless told
    /// otherwise. Each is tried at least once, and none gets too old while credentials are paused or a destination is held.
    pub fn max_age(mut self, age: Duration) -> Self {
        self.settings.max_age = Some(age);
        self
    }

    /// How long messages are remembered that are done: delivered, replaced or given up. A week unless told otherwise.
    pub fn keep_done(mut self, age: Duration) -> Self {
        self.settings.keep_done = age;
        self
    }

    /// The longest that an attempt takes: 35 s unless told otherwise, and 290 s at most. It bounds the client's own, and a lease
    /// is somewhat longer than two of it: that is when a killed worker's messages are taken over.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.settings.attempt_timeout = timeout.min(MOST_ATTEMPT_TIMEOUT);
        self
    }

    /// Called whenever something has changed, and every ten seconds. It must return soon: nothing is sent meanwhile.
    pub fn on_progress(mut self, tell: impl Fn(&Progress) + Send + Sync + 'static) -> Self {
        self.settings.on_progress = Some(Arc::new(tell));
        self
    }

    /// Waits that are the same every time, for tests.
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// Delivers until it is told to shut down. Then it leases nothing more, waits for what is being sent, at most for the time of an
    /// attempt, and gives back what it has leased.
    ///
    /// A store that fails for a time, as one on a full disk, is waited for.
    ///
    /// Whoever drops the future loses nothing: what was leased is sent again when the leases end, perhaps for the second time.
    ///
    /// # Errors
    /// If the store is damaged, or was made newer by another version; and if it fails for so long after the shutdown that what has
    /// become of messages cannot be recorded. They are sent again.
    pub async fn run(&self, shutdown: impl Future<Output = ()>) -> Result<Report, StoreError> {
        Engine::new(self, Until::Shutdown).run(pin!(shutdown)).await
    }

    /// Delivers until there is nothing more to deliver, or `until` has ended; then as [`run`](Self::run) does. A message that
    /// has to wait is waited for. A way that is closed is not: what the worker has not sent for that is still queued.
    ///
    /// # Errors
    /// If the store fails, and does not recover in time.
    pub async fn deliver(&self, until: impl Future<Output = ()>) -> Result<Report, StoreError> {
        Engine::new(self, Until::Delivered).run(pin!(until)).await
    }

    /// The same for what may go at the moment, each message once: one that has to wait, because it failed or others are sending it, is
    /// not waited for. Permits are, and so is a pause after a 429 that is no longer than a minute.
    ///
    /// A longer one ends it, and so does the fourth one in a row without a success, or the fifth of the rests that a worker takes when many attempts
    /// fail one after another. What has not been tried then is still queued, and [`cut_short`](Report::cut_short) says so.
    ///
    /// # Errors
    /// If the store fails several times one after another: that is not waited for either.
    pub async fn deliver_once(&self, until: impl Future<Output = ()>) -> Result<Report, StoreError> {
        Engine::new(self, Until::Tried).run(pin!(until)).await
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("outbox", &self.outbox).field("courier", &self.courier).finish_non_exhaustive()
    }
}
