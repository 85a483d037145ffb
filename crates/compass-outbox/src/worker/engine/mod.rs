//! The loop of a worker: what is under way, what is begun next, and what follows when it ends.
//!
//! Everything happens in one future, without tasks: whoever drops it stops everything at once, as a crash does.

mod outcome;
mod plan;
mod step;

use std::collections::{HashMap, HashSet, VecDeque};
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use chrono::{DateTime, Utc};
use compass_sdk::clock::Clock;
use compass_sdk::limiter::Limits;
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use tokio::sync::watch;

use self::outcome::Streaks;
use self::step::{SHORTEST_WITHIN, Step, Telling};
use super::courier::Courier;
use super::policy;
use super::report::{Progress, Report};
use super::ways::Ways;
use super::{CONCURRENCY, CONCURRENCY_UNLIMITED, Settings, Worker};
use crate::envelope::MessageId;
use crate::error::{StoreError, StoreErrorKind};
use crate::store::{Account, Lease, Leased, Outcome, Settled, Status, Store};

/// How long a worker that has nothing to do waits before it asks again: other processes do not wake it.
const POLL: Duration = Duration::from_secs(2);
/// How often done messages are forgotten.
const PRUNE: Duration = Duration::from_mins(10);
/// How often whoever watches is told what the store has.
const STATUS: Duration = Duration::from_secs(10);
/// How often a store that fails is asked again before a worker that is to stop, or tries only once, gives up.
const MOST_FAILURES_AT_THE_END: u32 = 5;

/// When a worker stops by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    /// Never.
    Shutdown,
    /// When there is nothing more to deliver.
    Delivered,
    /// When everything that may go at the moment has been tried.
    Tried,
}

/// What wakes the loop.
enum Event {
    Stop,
    Ended(Box<Step>),
    News,
    Time,
}

/// A message that is leased and has not been begun.
#[derive(Debug)]
struct Ready {
    leased: Leased,
    /// Not begun after that: the lease might end before the attempt.
    until: Duration,
}

/// Permits that the store gave.
#[derive(Debug, Default)]
struct Permitted {
    left: u32,
    until: Duration,
}

#[expect(clippy::struct_excessive_bools, reason = "each says of one thing alone whether it is under way")]
pub(super) struct Engine {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    courier: Arc<dyn Courier>,
    account: Account,
    fingerprint: String,
    settings: Settings,
    concurrency: usize,
    until: Until,
    news: watch::Receiver<u64>,
    random: fastrand::Rng,

    /// Everything that is under way.
    steps: FuturesUnordered<BoxFuture<'static, Step>>,
    /// In the order in which they are to be begun.
    ready: VecDeque<Ready>,
    /// With the last lease of each.
    sending: HashMap<MessageId, Lease>,
    unsettled: Vec<Settled>,
    /// What the store is being told; empty when nothing is.
    settling: HashSet<MessageId>,
    tellings: VecDeque<Telling>,
    telling: bool,
    leasing: bool,
    permits: Permitted,
    permitting: bool,
    /// For how long permits are wanted next.
    within: Duration,

    /// When this began.
    began: DateTime<Utc>,
    /// How often a way in doubt was tried, from any number on.
    trials: u32,
    /// When to lease next.
    lease_at: Duration,
    /// Something has changed since the last lease was asked for.
    again: bool,
    /// The last lease had nothing, and nothing was to come.
    drained: bool,
    /// Nothing is begun before that: no permits, or a rest.
    gate: Duration,
    /// None for no more.
    prune_at: Option<Duration>,
    pruning: bool,
    status_at: Duration,
    ways: Ways,
    streaks: Streaks,

    /// The store is not asked before that, because it failed.
    store_gate: Duration,
    store_failures: u32,
    store_error: Option<StoreError>,
    /// The store fails for good.
    fatal: bool,
    stopping: bool,
    report: Report,
    status: Option<Status>,
    changed: bool,
}

impl Engine {
    pub(super) fn new(worker: &Worker, until: Until) -> Self {
        let (store, clock, news) = worker.outbox.parts();
        let courier = Arc::clone(&worker.courier);
        let settings = worker.settings.clone();
        let unless_told = match settings.limits {
            Limits::Rate(_) => CONCURRENCY,
            Limits::Unlimited => CONCURRENCY_UNLIMITED,
        };
        let (account, fingerprint) = (courier.account(), courier.fingerprint());
        let now = clock.now();
        let mut random = fastrand::Rng::with_seed(settings.seed);
        Self {
            ways: Ways::new(account.clone(), fingerprint.clone()),
            began: clock.utc(),
            trials: random.u32(..),
            random,
            concurrency: settings.concurrency.map_or(unless_told, std::num::NonZeroUsize::get),
            store,
            clock,
            courier,
            account,
            fingerprint,
            settings,
            until,
            news,
            steps: FuturesUnordered::new(),
            ready: VecDeque::new(),
            sending: HashMap::new(),
            unsettled: Vec::new(),
            settling: HashSet::new(),
            tellings: VecDeque::new(),
            telling: false,
            leasing: false,
            permits: Permitted::default(),
            permitting: false,
            within: SHORTEST_WITHIN,
            lease_at: now,
            again: false,
            drained: false,
            gate: now,
            prune_at: Some(now),
            pruning: false,
            status_at: now,
            streaks: Streaks::default(),
            store_gate: now,
            store_failures: 0,
            store_error: None,
            fatal: false,
            stopping: false,
            report: Report::default(),
            status: None,
            changed: false,
        }
    }

    pub(super) async fn run(mut self, mut shutdown: Pin<&mut impl Future<Output = ()>>) -> Result<Report, StoreError> {
        tracing::debug!(destination = %self.account.destination, concurrency = self.concurrency, "worker begins");
        loop {
            let wake = self.plan();
            self.tell();
            if self.is_over() {
                return self.end();
            }
            match self.event(wake, shutdown.as_mut()).await {
                Event::Stop => {
                    self.stopping = true;
                    // Counted from here on.
                    self.store_failures = 0;
                }
                Event::Ended(step) => self.ended(*step),
                Event::News => self.look_again(),
                Event::Time => {}
            }
        }
    }

    async fn event(&mut self, wake: Option<Duration>, mut shutdown: Pin<&mut impl Future<Output = ()>>) -> Event {
        let mut sleep = wake.map(|at| self.clock.sleep_until(at));
        let mut news = pin!(self.news.changed());
        let (steps, stopping) = (&mut self.steps, self.stopping);
        poll_fn(|context| {
            if !stopping && shutdown.as_mut().poll(context).is_ready() {
                return Poll::Ready(Event::Stop);
            }
            if let Poll::Ready(Some(step)) = steps.poll_next_unpin(context) {
                return Poll::Ready(Event::Ended(Box::new(step)));
            }
            if !stopping && matches!(news.as_mut().poll(context), Poll::Ready(Ok(()))) {
                return Poll::Ready(Event::News);
            }
            match &mut sleep {
                Some(sleep) => sleep.as_mut().poll(context).map(|()| Event::Time),
                None => Poll::Pending,
            }
        })
        .await
    }

    fn is_over(&self) -> bool {
        if self.fatal && self.sending.is_empty() && self.settling.is_empty() {
            return true;
        }
        // Whoever tries once does not wait for what does not go, and that is the store as well.
        let may_give_up = self.stopping || self.until == Until::Tried;
        let gives_up = may_give_up && self.store_failures >= MOST_FAILURES_AT_THE_END && self.sending.is_empty();
        let is_quiet =
            self.steps.is_empty() && self.ready.is_empty() && self.unsettled.is_empty() && self.tellings.is_empty();
        let is_done = match self.until {
            Until::Shutdown => self.stopping,
            Until::Delivered | Until::Tried => self.stopping || (self.drained && self.prune_at.is_none()),
        };
        gives_up || (is_quiet && is_done)
    }

    fn end(mut self) -> Result<Report, StoreError> {
        self.report.closed = self.ways.closed();
        tracing::debug!(delivered = self.report.delivered, dead = self.report.dead, "worker ends");
        let is_unrecorded = self.fatal || !self.unsettled.is_empty() || !self.tellings.is_empty();
        match self.store_error {
            // Whoever waits for a delivery wants to know why there was none.
            Some(error) if is_unrecorded || self.until != Until::Shutdown => Err(error),
            Some(_) | None => Ok(self.report),
        }
    }

    /// Something may be there to be leased that was not.
    fn look_again(&mut self) {
        self.again = true;
        self.drained = false;
        self.lease_at = self.clock.now();
    }

    /// Gives back what is leased and not begun.
    fn release_ready(&mut self) {
        let released = self.ready.drain(..).map(|ready| ready.leased.lease);
        self.unsettled.extend(released.map(|lease| Settled { lease, outcome: Outcome::Released(None) }));
    }

    /// Passes a result of the store on. One that failed is asked again after a while, unless there is no use in that.
    fn of_store<T>(&mut self, result: Result<T, StoreError>) -> Option<T> {
        self.of_store_that(true, result)
    }

    /// The same of a call that may have had nothing to write: a full disk, too, answers those, so that the store has not recovered
    /// while something waits to be written.
    fn of_reading<T>(&mut self, result: Result<T, StoreError>) -> Option<T> {
        let is_recorded = self.unsettled.is_empty() && self.settling.is_empty() && self.tellings.is_empty();
        self.of_store_that(is_recorded && !self.telling, result)
    }

    fn of_store_that<T>(&mut self, recovers: bool, result: Result<T, StoreError>) -> Option<T> {
        match result {
            Ok(value) => {
                self.changed |= self.store_error.is_some();
                if !self.fatal && recovers {
                    self.store_failures = 0;
                    self.store_error = None;
                }
                Some(value)
            }
            Err(error) => {
                match error.kind() {
                    StoreErrorKind::Full | StoreErrorKind::Unavailable => {}
                    StoreErrorKind::Newer | StoreErrorKind::Foreign | StoreErrorKind::Corrupt => {
                        self.fatal = true;
                        self.stopping = true;
                    }
                }
                tracing::warn!(%error, "the outbox fails");
                self.store_gate = self.clock.now() + policy::rest(self.store_failures, &mut self.random);
                self.store_failures = self.store_failures.saturating_add(1);
                self.store_error = Some(error);
                self.changed = true;
                None
            }
        }
    }

    fn tell(&mut self) {
        if !std::mem::take(&mut self.changed) {
            return;
        }
        let Some(tell) = self.settings.on_progress.clone() else { return };
        self.report.closed = self.ways.closed();
        tell(&Progress {
            at: self.clock.utc(),
            report: self.report.clone(),
            sending: self.sending.len(),
            status: self.status.clone(),
            store_error: self.store_error.as_ref().map(ToString::to_string),
        });
    }
}
