//! Any callers and any luck: what no order of arrivals, waits and refusals may break.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use chrono::DateTime;
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestCaseError};

use super::super::{Limiter, Rate};
use crate::delivery::clock::{Clock, SimulatedClock};

/// A step of somebody's day.
#[derive(Clone, Debug)]
enum Step {
    /// So many callers come.
    Arrive(u8),
    /// So many milliseconds pass, and everybody is polled as soon as he is woken.
    Pass(u32),
    /// So many milliseconds pass while the executor is busy.
    Stall(u32),
    /// One of those who wait gives up.
    Cancel(usize),
    /// From now on nobody polls one of those who wait.
    Ignore(usize),
    /// All who wait are polled again.
    Heed,
    /// A 429 comes, with or without a wait in milliseconds.
    SlowDown(Option<u32>),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1..=40_u8).prop_map(Step::Arrive),
        4 => (0..=20_000_u32).prop_map(Step::Pass),
        2 => (0..=700_u32).prop_map(Step::Pass),
        1 => (0..=90_000_u32).prop_map(Step::Stall),
        3 => any::<usize>().prop_map(Step::Cancel),
        1 => proptest::option::of(0..=30_000_u32).prop_map(Step::SlowDown),
    ]
}

/// The same, with callers whom nobody polls.
fn step_with_ignorance() -> impl Strategy<Value = Step> {
    prop_oneof![
        16 => step(),
        6 => any::<usize>().prop_map(Step::Ignore),
        1 => Just(Step::Heed),
    ]
}

fn rate() -> impl Strategy<Value = Rate> {
    let requests = prop_oneof![1..=12_u16, Just(100)];
    (requests, 1..=60_u32, prop_oneof![1..=5_u16, Just(10), 1..=120_u16]).prop_map(|(requests, per_seconds, burst)| {
        Rate {
            requests: requests.try_into().unwrap(),
            per_seconds: per_seconds.try_into().unwrap(),
            burst: burst.try_into().unwrap(),
        }
    })
}

/// The numbers of those who were woken and not polled since.
type Woken = Arc<Mutex<BTreeSet<usize>>>;

/// Wakes the caller of this number.
struct Bell(usize, Woken);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.1.lock().unwrap().insert(self.0);
    }
}

struct Caller {
    arrived: Duration,
    waker: Waker,
    future: Pin<Box<dyn Future<Output = Duration>>>,
    is_ignored: bool,
}

/// Runs callers against a limiter, polling only those that were woken: a lost wake-up is a caller that never comes.
struct World {
    rate: Rate,
    clock: SimulatedClock,
    limiter: Limiter,
    /// By number, in order of arrival.
    callers: BTreeMap<usize, Caller>,
    woken: Woken,
    /// Whoever was ignored once: what is said of order is not said of them.
    ignored: BTreeSet<usize>,
    arrived: usize,
    cancelled: usize,
    /// Number of the caller and time of each permit.
    permits: Vec<(usize, Duration)>,
    /// Permits before this time break a pause.
    paused_until: Duration,
    /// Whether the executor polls the latest of those who were woken first.
    from_back: bool,
}

impl World {
    fn new(rate: Rate, from_back: bool) -> Self {
        let clock = SimulatedClock::manual(DateTime::UNIX_EPOCH);
        let limiter = Limiter::new(rate.into(), Arc::new(clock.clone()));
        Self {
            rate,
            clock,
            limiter,
            callers: BTreeMap::new(),
            woken: Woken::default(),
            ignored: BTreeSet::new(),
            arrived: 0,
            cancelled: 0,
            permits: Vec::new(),
            paused_until: Duration::ZERO,
            from_back,
        }
    }

    fn run(&mut self, step: &Step) -> Result<(), TestCaseError> {
        match *step {
            Step::Arrive(callers) => {
                for _ in 0..callers {
                    let limiter = self.limiter.clone();
                    let waker = Waker::from(Arc::new(Bell(self.arrived, Arc::clone(&self.woken))));
                    waker.wake_by_ref();
                    let future = Box::pin(async move { limiter.acquire().await });
                    let caller = Caller { arrived: self.clock.now(), waker, future, is_ignored: false };
                    self.callers.insert(self.arrived, caller);
                    self.arrived += 1;
                    // One by one: who is polled first has arrived first.
                    self.poll()?;
                }
            }
            Step::Pass(millis) => {
                let end = self.clock.now() + Duration::from_millis(millis.into());
                while let Some(deadline) = self.clock.next_deadline().filter(|deadline| *deadline <= end) {
                    self.clock.advance(deadline.saturating_sub(self.clock.now()));
                    self.poll()?;
                }
                self.clock.advance(end.saturating_sub(self.clock.now()));
            }
            Step::Stall(millis) => {
                self.clock.advance(Duration::from_millis(millis.into()));
                // Nobody is polled yet: whoever comes next may be polled before those who were woken.
                return Ok(());
            }
            Step::Cancel(index) => {
                if let Some(number) = self.number_of(index) {
                    self.callers.remove(&number);
                    self.cancelled += 1;
                }
            }
            Step::Ignore(index) => {
                if let Some(number) = self.number_of(index) {
                    self.ignored.insert(number);
                    self.callers.get_mut(&number).unwrap().is_ignored = true;
                }
            }
            Step::Heed => self.heed(),
            Step::SlowDown(millis) => {
                let wait = millis.map(|millis| Duration::from_millis(millis.into()));
                self.limiter.slow_down(wait);
                self.paused_until = self.paused_until.max(self.clock.now() + wait.unwrap_or_default());
            }
        }
        self.poll()
    }

    fn number_of(&self, index: usize) -> Option<usize> {
        self.callers.keys().nth(index % self.callers.len().max(1)).copied()
    }

    /// Nobody is ignored any longer.
    fn heed(&mut self) {
        for caller in self.callers.values_mut().filter(|caller| caller.is_ignored) {
            caller.is_ignored = false;
            caller.waker.wake_by_ref();
        }
    }

    /// The number of the caller that is polled next.
    fn next_woken(&self) -> Option<usize> {
        let mut woken = self.woken.lock().unwrap();
        if self.from_back { woken.pop_last() } else { woken.pop_first() }
    }

    fn poll(&mut self) -> Result<(), TestCaseError> {
        while let Some(number) = self.next_woken() {
            let Some(caller) = self.callers.get_mut(&number).filter(|caller| !caller.is_ignored) else { continue };
            if let Poll::Ready(waited) = caller.future.as_mut().poll(&mut Context::from_waker(&caller.waker)) {
                let now = self.clock.now();
                prop_assert_eq!(caller.arrived + waited, now);
                prop_assert!(now >= self.paused_until, "a permit at {:?}, in a pause", now);
                self.permits.push((number, now));
                self.callers.remove(&number);
            }
        }
        Ok(())
    }

    /// Takes all steps, lets everybody who is left have a permit, and looks at the permits.
    fn live(mut self, steps: &[Step]) -> Result<(), TestCaseError> {
        for step in steps {
            self.run(step)?;
        }
        self.drain()?;
        self.check()
    }

    /// Lets everybody who is left have a permit, those who are ignored last.
    fn drain(&mut self) -> Result<(), TestCaseError> {
        self.drain_heeded()?;
        prop_assert!(self.callers.values().all(|caller| caller.is_ignored), "somebody waits for one who is ignored");
        self.heed();
        self.drain_heeded()
    }

    fn drain_heeded(&mut self) -> Result<(), TestCaseError> {
        self.poll()?;
        while let Some(deadline) = self.clock.next_deadline() {
            self.clock.advance(deadline.saturating_sub(self.clock.now()));
            self.poll()?;
        }
        Ok(())
    }

    fn check(&self) -> Result<(), TestCaseError> {
        prop_assert_eq!(self.permits.len() + self.cancelled, self.arrived, "a permit was lost");
        let heeded = self.permits.iter().map(|(number, _)| number).filter(|number| !self.ignored.contains(number));
        prop_assert!(heeded.is_sorted(), "not in order of arrival");
        for window in self.permits.windows(usize::from(self.rate.requests.get()) + 1) {
            let (first, last) = (window[0].1, window[window.len() - 1].1);
            // Longer than the documented bound: the margin is kept as well.
            prop_assert!(last >= first + self.rate.per() + self.rate.per() / 30, "{:?} to {:?}", first, last);
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 10_000, rng_seed: RngSeed::Fixed(2026), failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn no_window_holds_more_permits_than_the_rate(
        rate in rate(),
        steps in proptest::collection::vec(step(), 0..25),
        from_back in any::<bool>(),
    ) {
        World::new(rate, from_back).live(&steps)?;
    }

    #[test]
    fn who_is_not_polled_blocks_nobody_and_loosens_nothing(
        rate in rate(),
        steps in proptest::collection::vec(step_with_ignorance(), 0..25),
        from_back in any::<bool>(),
    ) {
        World::new(rate, from_back).live(&steps)?;
    }
}
