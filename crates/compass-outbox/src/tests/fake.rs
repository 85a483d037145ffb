//! A Compass and its clock for tests: what happens is written down in the order in which it does.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, TimeDelta, Utc};
use compass_sdk::clock::{Clock, SimulatedClock, Sleep};
use futures_util::future::BoxFuture;

use super::messages::destination;
use crate::envelope::{Envelope, Lane, MessageId};
use crate::store::Account;
use crate::worker::{Body, Courier, Failure};

/// A clock that is moved by hand, and whose time of day can be set.
#[derive(Clone, Debug)]
pub(super) struct Clocks {
    pub(super) simulated: SimulatedClock,
    offset: Arc<AtomicI64>,
}

impl Clocks {
    pub(super) fn new() -> Self {
        let start = "2026-09-01T12:00:00Z".parse().unwrap();
        Self { simulated: SimulatedClock::manual(start), offset: Arc::default() }
    }

    pub(super) fn jump(&self, seconds: i64) {
        self.offset.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for Clocks {
    fn now(&self) -> Duration {
        self.simulated.now()
    }

    fn utc(&self) -> DateTime<Utc> {
        self.simulated.utc() + TimeDelta::seconds(self.offset.load(Ordering::Relaxed))
    }

    fn sleep_until(&self, deadline: Duration) -> Sleep {
        self.simulated.sleep_until(deadline)
    }
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is taken.
    Taken,
    /// It is taken, and the answer is lost.
    AnswerLost,
    /// It does not arrive.
    Lost,
    /// It arrives, and nothing comes back, ever.
    Silent,
    /// It is refused with this status and the API's errors.
    Refused(u16),
    /// It is answered with this status and a page.
    Page(u16),
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Happened {
    Accepted(MessageId),
    /// A worker leased it for the n-th time.
    Leased(usize, MessageId, u64),
    /// A worker began to send it, at this time; whether that was with the last lease there was.
    Begun {
        worker: usize,
        id: MessageId,
        at: Duration,
        held: bool,
    },
    /// Compass got it.
    Arrived(MessageId),
    /// The worker got this answer.
    Answered(usize, MessageId, Result<(), Fate>),
    /// The store has recorded that it was delivered, by the last lease there was.
    SettledDelivered(MessageId),
    Crashed(usize),
    Retried(MessageId),
}

/// What all have in common.
#[derive(Debug)]
pub(super) struct World {
    pub(super) clocks: Clocks,
    /// Calls of the store that have not ended.
    pub(super) outstanding: AtomicUsize,
    /// Whether the store fails for the time being.
    pub(super) store_fails: AtomicBool,
    /// Whether only what it has to write fails.
    pub(super) store_is_full: AtomicBool,
    /// Whether what happens is told on stdout, for another process.
    echoes: bool,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    random: fastrand::Rng,
    /// Drawn from for each request; none is `Taken`.
    weather: Vec<Fate>,
    /// What a request meets whatever the weather is.
    fates: BTreeMap<MessageId, Fate>,
    longest_latency: Duration,
    /// How long the store's answers take, from the shortest to the longest.
    store_latency: Option<(Duration, Duration)>,
    log: Vec<Happened>,
    /// The last number of each key that Compass has, as it compares them.
    compass: BTreeMap<Lane, i64>,
    leases: BTreeMap<MessageId, u64>,
}

impl World {
    pub(super) fn new(seed: u64) -> Arc<Self> {
        Arc::new(Self::quiet(seed))
    }

    /// One that tells on stdout what happens.
    pub(super) fn echoing() -> Arc<Self> {
        Arc::new(Self { echoes: true, ..Self::quiet(0) })
    }

    fn quiet(seed: u64) -> Self {
        Self {
            clocks: Clocks::new(),
            outstanding: AtomicUsize::new(0),
            store_fails: AtomicBool::new(false),
            store_is_full: AtomicBool::new(false),
            echoes: false,
            inner: Mutex::new(Inner {
                random: fastrand::Rng::with_seed(seed),
                weather: Vec::new(),
                fates: BTreeMap::new(),
                longest_latency: Duration::ZERO,
                store_latency: None,
                log: Vec::new(),
                compass: BTreeMap::new(),
                leases: BTreeMap::new(),
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    pub(super) fn write(&self, happened: Happened) {
        if self.echoes {
            let told = match &happened {
                Happened::Accepted(id) => Some(("accepted", id)),
                Happened::Begun { id, .. } => Some(("begun", id)),
                Happened::SettledDelivered(id) => Some(("settled", id)),
                Happened::Leased(..)
                | Happened::Arrived(_)
                | Happened::Answered(..)
                | Happened::Crashed(_)
                | Happened::Retried(_) => None,
            };
            if let Some((what, id)) = told {
                // In one write, with a time that all processes share.
                let at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
                let line = format!("told {at} {what} {id}\n");
                std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
            }
            return;
        }
        self.lock().log.push(happened);
    }

    pub(super) fn log(&self) -> Vec<Happened> {
        self.lock().log.clone()
    }

    pub(super) fn weather(&self, fates: &[Fate]) {
        self.lock().weather = fates.to_vec();
    }

    pub(super) fn fate(&self, id: MessageId, fate: Fate) {
        self.lock().fates.insert(id, fate);
    }

    pub(super) fn latency(&self, longest: Duration) {
        self.lock().longest_latency = longest;
    }

    /// From now on the store's answers to workers take so long, at random: from the shortest to the longest.
    pub(super) fn store_latency(&self, shortest: Duration, longest: Duration) {
        self.lock().store_latency = Some((shortest, longest));
    }

    /// How long the store takes for its next call, and then for its answer.
    pub(super) fn draw_store_latency(&self) -> Option<(Duration, Duration)> {
        let mut inner = self.lock();
        let (shortest, longest) = inner.store_latency?;
        let whole = shortest + longest.saturating_sub(shortest).mul_f64(inner.random.f64());
        let before = whole.mul_f64(inner.random.f64());
        Some((before, whole.saturating_sub(before)))
    }

    /// A worker got the n-th lease of a message.
    pub(super) fn leased(&self, worker: usize, id: MessageId, number: u64) {
        let mut inner = self.lock();
        let last = inner.leases.entry(id).or_default();
        *last = number.max(*last);
        inner.log.push(Happened::Leased(worker, id, number));
    }

    /// The last number that Compass has of what is in a lane.
    pub(super) fn compass_has(&self, lane: &Lane) -> Option<i64> {
        self.lock().compass.get(lane).copied()
    }
}

/// A worker's way to the Compass of a world.
#[derive(Debug)]
pub(super) struct Fake {
    pub(super) world: Arc<World>,
    pub(super) worker: usize,
    pub(super) fingerprint: &'static str,
    /// The lease that this worker has of a message.
    pub(super) leases: Arc<Mutex<BTreeMap<MessageId, u64>>>,
}

impl Courier for Fake {
    fn account(&self) -> Account {
        Account { destination: destination(), email: "me@example.com".to_owned() }
    }

    fn fingerprint(&self) -> String {
        self.fingerprint.to_owned()
    }

    fn deliver<'a>(&'a self, envelope: &'a Envelope) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            let (world, worker, id) = (&self.world, self.worker, envelope.id);
            let clock = &world.clocks;
            let (fate, there, back) = {
                let mut inner = world.lock();
                let held = inner.leases.get(&id) == self.leases.lock().unwrap().get(&id);
                inner.log.push(Happened::Begun { worker, id, at: clock.now(), held });
                let Inner { random, weather, longest_latency, fates, .. } = &mut *inner;
                let drawn = if weather.is_empty() { Fate::Taken } else { weather[random.usize(..weather.len())] };
                let mut latency = || longest_latency.mul_f64(random.f64());
                (fates.get(&id).copied().unwrap_or(drawn), latency(), latency())
            };
            if there > Duration::ZERO {
                clock.sleep(there).await;
            }
            if matches!(fate, Fate::Taken | Fate::AnswerLost | Fate::Silent) {
                let mut inner = world.lock();
                inner.log.push(Happened::Arrived(id));
                if let Some(number) = envelope.sequence {
                    let last = inner.compass.entry(envelope.lane.clone()).or_insert(number);
                    *last = number.max(*last);
                }
            }
            if fate == Fate::Silent {
                return std::future::pending().await;
            }
            if back > Duration::ZERO {
                clock.sleep(back).await;
            }
            let result = if fate == Fate::Taken { Ok(()) } else { Err(fate) };
            world.write(Happened::Answered(worker, id, result));
            match fate {
                Fate::Taken => Ok(()),
                Fate::AnswerLost | Fate::Silent => Err(Failure::nothing("the connection ended", true)),
                Fate::Lost => Err(Failure::nothing("no connection", false)),
                Fate::Refused(status) => Err(Failure::response(status, Body::Api, "refused")),
                Fate::Page(status) => Err(Failure::response(status, Body::Page, "a page")),
            }
        })
    }
}
