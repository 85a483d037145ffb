//! Random interleavings of everything that can happen, and what has to hold all the same.

use std::collections::{BTreeMap, BTreeSet};
use std::num::{NonZeroU16, NonZeroUsize};
use std::sync::Arc;
use std::time::Duration;

use compass_sdk::limiter::{Limits, Rate};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

use super::driver::Driver;
use super::fake::{Fate, Happened};
use super::memory::Memory;
use super::messages::{custom, deployment, destination, flag, incident, metric, of, push};
use crate::envelope::MessageId;
use crate::message::{Coalesce, Message};
use crate::store::{Kept, SqliteOptions, SqliteStore, State, Store, Which};
use crate::worker::Worker;

#[derive(Clone, Debug)]
enum Command {
    Enqueue {
        kind: u8,
        entity: u8,
        sequence: i64,
    },
    Start,
    Crash(prop::sample::Index),
    /// Polls so often, and lets no time pass.
    Poll(u8),
    /// Polls until nothing moves, and lets time pass up to what comes next; so often.
    Advance(u8),
    /// Lets so many seconds pass at once.
    Pass(u16),
    /// Sets the time of day.
    Jump(i64),
    Weather(Vec<Fate>),
    Latency(u16),
    /// From now on the store takes up to so many milliseconds.
    StoreLatency(u16),
    Retry,
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        8 => Just(Fate::Taken),
        2 => Just(Fate::AnswerLost),
        2 => Just(Fate::Lost),
        1 => Just(Fate::Silent),
        2 => prop::sample::select(vec![400, 404, 409, 422, 429, 500, 503, 401, 403]).prop_map(Fate::Refused),
        1 => prop::sample::select(vec![200, 302, 404, 502]).prop_map(Fate::Page),
    ]
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        12 => (0..6_u8, 0..2_u8, 0..6_i64)
            .prop_map(|(kind, entity, sequence)| Command::Enqueue { kind, entity, sequence }),
        3 => Just(Command::Start),
        3 => any::<prop::sample::Index>().prop_map(Command::Crash),
        6 => (1..6_u8).prop_map(Command::Poll),
        6 => (1..6_u8).prop_map(Command::Advance),
        1 => (1..400_u16).prop_map(Command::Pass),
        1 => (-8000..8000_i64).prop_map(Command::Jump),
        2 => prop::collection::vec(fate(), 0..4).prop_map(Command::Weather),
        1 => (0..3000_u16).prop_map(Command::Latency),
        1 => (0..3000_u16).prop_map(Command::StoreLatency),
        1 => Just(Command::Retry),
    ]
}

fn message(kind: u8, entity: u8, sequence: i64) -> Message {
    let id = format!("it-{entity}");
    match kind {
        0 => of(&flag(&id, sequence)),
        1 => of(&incident(&id, sequence)),
        // Deployments 0 and 1 by one pipeline.
        2 => of(&deployment(&id, "stage", sequence % 2, sequence)),
        3 => of(&push(&id, sequence)),
        4 => of(&custom(&id, sequence)).coalesce(Coalesce::Always),
        _ => Message::metric(&destination(), &metric(f64::from(i32::try_from(sequence).unwrap()))),
    }
}

struct Case {
    driver: Driver,
    accepted: Vec<MessageId>,
    limits: Limits,
    jumped: bool,
}

impl Case {
    fn run(&mut self, command: Command) {
        match command {
            Command::Enqueue { kind, entity, sequence } => {
                let message = message(kind, entity, sequence);
                self.accepted.push(self.driver.enqueue(message).id);
            }
            Command::Start => {
                if self.driver.running().len() < 3 {
                    let set_up = self.set_up();
                    self.driver.start(set_up, false);
                }
            }
            Command::Crash(which) => {
                let running = self.driver.running();
                if !running.is_empty() {
                    self.driver.crash(running[which.index(running.len())]);
                }
            }
            Command::Poll(times) => (0..times).for_each(|_| assert!(self.driver.poll().is_none())),
            Command::Advance(times) => {
                for _ in 0..times {
                    assert!(self.driver.settle_down().is_none());
                    self.driver.advance();
                }
            }
            Command::Pass(seconds) => {
                self.driver.world.clocks.simulated.advance(Duration::from_secs(seconds.into()));
            }
            Command::Jump(seconds) => {
                self.jumped = true;
                self.driver.world.clocks.jump(seconds);
            }
            Command::Weather(fates) => self.driver.world.weather(&fates),
            Command::Latency(milliseconds) => {
                self.driver.world.latency(Duration::from_millis(milliseconds.into()));
            }
            Command::StoreLatency(milliseconds) => {
                self.driver.world.store_latency(Duration::ZERO, Duration::from_millis(milliseconds.into()));
            }
            Command::Retry => {
                let dead: Vec<_> = self.in_state(State::Dead).iter().map(|kept| kept.envelope.id).collect();
                super::driver::now(self.driver.outbox.retry(Which::These(dead.clone()))).unwrap();
                for id in dead {
                    self.driver.world.write(Happened::Retried(id));
                }
            }
        }
    }

    fn set_up(&self) -> impl Fn(Worker) -> Worker + use<> {
        let limits = self.limits;
        move |worker| worker.limits(limits).concurrency(NonZeroUsize::new(3).unwrap())
    }

    fn kept(&self) -> Vec<Kept> {
        self.accepted.iter().map(|id| self.driver.get(*id)).collect()
    }

    fn in_state(&self, state: State) -> Vec<Kept> {
        self.kept().into_iter().filter(|kept| kept.state == state).collect()
    }

    /// Nothing is missing, and what is said of each is true.
    fn check_store(&self) {
        let log = self.driver.world.log();
        let arrived: BTreeSet<_> =
            log.iter().filter_map(|what| if let Happened::Arrived(id) = what { Some(*id) } else { None }).collect();
        let all = self.kept();
        for kept in &all {
            let envelope = &kept.envelope;
            match kept.state {
                State::Queued => {}
                State::Delivered => assert!(arrived.contains(&envelope.id), "delivered, and never arrived: {kept:?}"),
                State::Dead => assert!(kept.answer.is_some(), "dead without an answer: {kept:?}"),
                State::Superseded => {
                    let replaces = |other: &&Kept| {
                        let theirs = &other.envelope;
                        let is_newer = theirs.sequence > envelope.sequence
                            || (theirs.sequence == envelope.sequence && theirs.id < envelope.id);
                        other.state != State::Superseded
                            && (&theirs.lane, &theirs.coalesce) == (&envelope.lane, &envelope.coalesce)
                            && is_newer
                    };
                    assert!(envelope.coalesce.is_some(), "replaced, and of no group: {kept:?}");
                    assert!(all.iter().any(|other| replaces(&other)), "replaced by nothing newer: {kept:?}");
                }
                State::Dropped => panic!("nobody dropped it: {kept:?}"),
            }
        }
    }

    /// No more than was lost was repeated, and nothing overtook.
    fn check_log(&self) {
        let log = self.driver.world.log();
        let lanes: BTreeMap<_, _> =
            self.kept().into_iter().map(|kept| (kept.envelope.id, kept.envelope.lane)).collect();
        let retried: BTreeSet<_> =
            log.iter().filter_map(|what| if let Happened::Retried(id) = what { Some(*id) } else { None }).collect();
        let mut settled = BTreeSet::new();
        let mut begun: Vec<(usize, MessageId, bool)> = Vec::new();
        for what in &log {
            match what {
                Happened::Begun { worker, id, held, .. } => {
                    assert!(*held || self.jumped, "{id} was sent without its lease");
                    assert!(!settled.contains(id) || !held, "{id} was sent after it was settled as delivered");
                    begun.push((*worker, *id, *held));
                }
                Happened::SettledDelivered(id) => _ = settled.insert(*id),
                Happened::Accepted(_)
                | Happened::Leased(..)
                | Happened::Arrived(_)
                | Happened::Answered(..)
                | Happened::Crashed(_)
                | Happened::Retried(_) => {}
            }
        }
        // With a lease, no message is begun after a later one of its lane. A dead letter that is retried is behind the others.
        let place = |id: &MessageId| self.accepted.iter().position(|other| other == id);
        let mut furthest: BTreeMap<_, usize> = BTreeMap::new();
        for (_, id, held) in begun.iter().filter(|(_, id, _)| !retried.contains(id)) {
            let place = place(id).unwrap();
            let furthest = furthest.entry(&lanes[id]).or_insert(place);
            assert!(place >= *furthest || !held, "{id} was begun after a later one of its lane");
            *furthest = place.max(*furthest);
        }
    }

    /// A message that was taken, with the answer received and the worker alive until it was recorded, never goes again.
    fn check_repeats(&self) {
        let log = self.driver.world.log();
        for (index, what) in log.iter().enumerate() {
            let Happened::Answered(worker, id, Ok(())) = what else { continue };
            let next = log[index + 1..]
                .iter()
                .position(|what| matches!(what, Happened::Begun { id: theirs, held: true, .. } if theirs == id));
            let Some(next) = next else { continue };
            let between = &log[index + 1..index + 1 + next];
            let crashed = between.contains(&Happened::Crashed(*worker));
            let other_lease = between
                .iter()
                .any(|what| matches!(what, Happened::Leased(another, theirs, _) if theirs == id && another != worker));
            assert!(crashed || (self.jumped && other_lease), "{id} was repeated without need");
        }
    }

    fn check_window(&self, rate: Rate) {
        let log = self.driver.world.log();
        let times: Vec<_> = log
            .iter()
            .filter_map(|what| if let Happened::Begun { at, .. } = what { Some(*at) } else { None })
            .collect();
        let most = usize::from(rate.requests.get());
        for window in times.windows(most + 1) {
            assert!(window[most] >= window[0] + rate.per(), "more than {most} requests in a window: {window:?}");
        }
    }

    /// Heals the world, delivers the rest, and looks at the end.
    fn finish(&mut self) {
        self.driver.running().into_iter().for_each(|worker| self.driver.crash(worker));
        self.driver.world.weather(&[]);
        self.driver.deliver(self.set_up());
        // A way that was closed ends a delivery.
        for _ in 0..5 {
            if self.in_state(State::Queued).is_empty() {
                break;
            }
            self.driver.world.clocks.simulated.advance(Duration::from_hours(1));
            self.driver.deliver(self.set_up());
        }
        self.check_store();
        assert!(self.in_state(State::Queued).is_empty(), "not delivered: {:?}", self.in_state(State::Queued));
        for kept in self.in_state(State::Delivered) {
            let has = self.driver.world.compass_has(&kept.envelope.lane);
            assert!(has >= kept.envelope.sequence, "{kept:?}");
        }
    }
}

fn holds(store: Arc<dyn Store>, commands: Vec<Command>, limited: bool) {
    let rate = Rate {
        requests: NonZeroU16::new(4).unwrap(),
        per_seconds: 10.try_into().unwrap(),
        burst: NonZeroU16::new(4).unwrap(),
    };
    let limits = if limited { Limits::Rate(rate) } else { Limits::Unlimited };
    let mut case = Case { driver: Driver::new(store, 2026), accepted: Vec::new(), limits, jumped: false };
    for command in commands {
        case.run(command);
        case.check_store();
    }
    case.finish();
    case.check_log();
    case.check_repeats();
    if limited && !case.jumped {
        case.check_window(rate);
    }
}

fn config(cases: u32) -> Config {
    Config {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(2026),
        max_shrink_iters: 2000,
        ..Config::default()
    }
}

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn nothing_is_lost_or_overtaken_with_a_store_in_memory(
        commands in prop::collection::vec(command(), 1..60),
        limited in any::<bool>(),
    ) {
        holds(Arc::new(Memory::default()), commands, limited);
    }
}

proptest! {
    // Fewer: each has a file of its own, and threads.
    #![proptest_config(config(60))]

    #[test]
    fn nothing_is_lost_or_overtaken_with_a_store_in_a_file(
        commands in prop::collection::vec(command(), 1..60),
        limited in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let opened = SqliteStore::open(folder.path().join("outbox.db"), SqliteOptions::default()).unwrap();
        holds(Arc::new(opened.store), commands, limited);
    }
}
