//! The limiter's rules, each with a case of its own.

mod world;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chrono::DateTime;
use futures_util::FutureExt;

use super::super::clock::{Clock, SimulatedClock};
use super::{GRACE, Limiter, Limits, NoPermit, Rate};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);

fn limiter(limits: Limits) -> (Limiter, SimulatedClock) {
    let clock = SimulatedClock::new(DateTime::UNIX_EPOCH);
    (Limiter::new(limits, Arc::new(clock.clone())), clock)
}

/// When each of so many permits comes if there is always somebody who waits.
async fn steady(limiter: &Limiter, clock: &SimulatedClock, permits: usize) -> Vec<Duration> {
    let mut times = Vec::new();
    while times.len() < permits {
        let due_in = limiter.state().due_in;
        assert_eq!(limiter.acquire().await, due_in);
        times.push(clock.now());
    }
    times
}

#[tokio::test]
async fn steady_demand_is_spread_evenly_after_one_burst() {
    let (limiter, clock) = limiter(Limits::default());
    let times = steady(&limiter, &clock, 2000).await;
    let in_minute =
        |minute: u32| times.iter().filter(move |time| (MINUTE * minute..MINUTE * (minute + 1)).contains(time));
    let counts: Vec<_> = (0..20).map(|minute| in_minute(minute).count()).collect();
    // 60 of the 62 seconds of a guarded window, which has 100 permits, make 96.8.
    assert_eq!(counts[..6], [98, 96, 97, 97, 96, 97]);
    assert!(counts[1..].iter().all(|count| (96..=97).contains(count)), "{counts:?}");
    assert_eq!(times[..11], [vec![Duration::ZERO; 10], vec![Duration::from_millis(620)]].concat());
    let gaps = times[10..].windows(2).map(|pair| pair[1].saturating_sub(pair[0]));
    let (least, most) = gaps.fold((MINUTE, Duration::ZERO), |(least, most), gap| (least.min(gap), most.max(gap)));
    assert_eq!(least, Duration::from_millis(620));
    assert!(most < Duration::from_millis(690), "{most:?}");
}

#[tokio::test]
async fn a_burst_comes_back_after_a_quiet_time() {
    let (limiter, clock) = limiter(Limits::default());
    steady(&limiter, &clock, 50).await;
    clock.advance(10 * SECOND);
    let start = clock.now();
    let times = steady(&limiter, &clock, 11).await;
    assert_eq!(times.iter().filter(|time| **time == start).count(), 10);
}

#[tokio::test]
async fn a_short_quiet_time_saves_a_part_of_the_burst() {
    let (limiter, clock) = limiter(Limits::default());
    steady(&limiter, &clock, 50).await;
    // The next turn is less than 0.7 s away; what is left is enough for five, not for six.
    clock.advance(4 * SECOND);
    let start = clock.now();
    let times = steady(&limiter, &clock, 11).await;
    assert_eq!(times.iter().filter(|time| **time == start).count(), 6);
}

#[tokio::test]
async fn a_burst_of_the_whole_rate_then_waits_for_the_window() {
    let whole = Rate { burst: 100.try_into().unwrap(), ..Rate::default() };
    let (limiter, clock) = limiter(whole.into());
    let times = steady(&limiter, &clock, 101).await;
    assert_eq!(times[..100], [Duration::ZERO; 100]);
    assert_eq!(times[100], 62 * SECOND);
}

#[tokio::test]
async fn a_rate_of_one_request_is_a_rate() {
    let one = Rate { requests: 1.try_into().unwrap(), ..Rate::default() };
    let (limiter, clock) = limiter(one.into());
    assert_eq!(steady(&limiter, &clock, 3).await, [Duration::ZERO, 62 * SECOND, 124 * SECOND]);
}

#[tokio::test]
async fn acquire_says_how_long_it_waited() {
    let (limiter, clock) = limiter(Limits::default());
    assert_eq!(limiter.acquire().await, Duration::ZERO);
    limiter.slow_down(Some(7 * SECOND));
    assert_eq!(limiter.acquire().await, 7 * SECOND);
    assert_eq!(clock.now(), 7 * SECOND);
}

#[tokio::test]
async fn a_later_429_never_shortens_a_pause() {
    let (limiter, clock) = limiter(Limits::default());
    limiter.slow_down(Some(30 * SECOND));
    limiter.slow_down(Some(SECOND));
    limiter.slow_down(None);
    assert_eq!(limiter.state().due_in, 30 * SECOND);
    limiter.acquire().await;
    assert_eq!(clock.now(), 30 * SECOND);
    // And behind it comes no burst.
    assert!(limiter.acquire().await >= Duration::from_millis(620));
}

#[tokio::test]
async fn a_429_during_the_wait_counts() {
    let clock = SimulatedClock::manual(DateTime::UNIX_EPOCH);
    let limiter = Limiter::new(Limits::default(), Arc::new(clock.clone()));
    limiter.slow_down(Some(SECOND));
    let mut waiting = std::pin::pin!(limiter.acquire());
    assert!((&mut waiting).now_or_never().is_none());
    limiter.slow_down(Some(5 * SECOND));
    clock.advance(SECOND);
    assert!((&mut waiting).now_or_never().is_none());
    clock.advance(4 * SECOND);
    assert!((&mut waiting).now_or_never().is_some());
}

#[tokio::test]
async fn without_a_wait_the_rate_is_halved_and_comes_back() {
    let (limiter, clock) = limiter(Limits::default());
    limiter.slow_down(None);
    // Of the same burst: no second halving.
    limiter.slow_down(None);
    limiter.slow_down(Some(Duration::ZERO));
    assert_eq!(limiter.state().sixteenths, 8);
    assert_eq!(limiter.acquire().await, Duration::from_millis(1240));
    assert_eq!(limiter.acquire().await, Duration::from_millis(1240));
    clock.advance(15 * SECOND);
    assert_eq!(limiter.state().sixteenths, 9);
    clock.advance(105 * SECOND);
    assert_eq!(limiter.state().sixteenths, 16);
    for expected in [8, 4, 2, 1, 1] {
        clock.advance(6 * SECOND);
        limiter.slow_down(None);
        assert_eq!(limiter.state().sixteenths, expected);
    }
    assert_eq!(limiter.state().due_in, Duration::from_millis(9920));
    clock.advance(10 * MINUTE);
    let times = steady(&limiter, &clock, 11).await;
    assert_eq!(times[9], times[0], "the burst is back");
}

#[tokio::test]
async fn unlimited_never_waits_but_for_a_pause() {
    let (limiter, clock) = limiter(Limits::unlimited());
    steady(&limiter, &clock, 1000).await;
    limiter.slow_down(None);
    limiter.acquire().await;
    assert_eq!(clock.now(), Duration::ZERO);
    limiter.slow_down(Some(SECOND));
    assert_eq!(steady(&limiter, &clock, 2).await, [SECOND; 2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn clones_on_several_threads_share_their_permits() {
    let (limiter, clock) = limiter(Limits::default());
    let caller = |limiter: Limiter| async move {
        for _ in 0..50 {
            limiter.acquire().await;
        }
    };
    let callers: Vec<_> = (0..8).map(|_| tokio::spawn(caller(limiter.clone()))).collect();
    for caller in callers {
        caller.await.unwrap();
    }
    // 400 permits fill four windows, of which the first three are over.
    assert!(clock.now() >= 186 * SECOND, "{:?}", clock.now());
    assert!(clock.now() < 249 * SECOND, "{:?}", clock.now());
}

/// One request in a minute, and the first has been sent.
fn one_a_minute() -> (Limiter, SimulatedClock) {
    let one = Rate { requests: 1.try_into().unwrap(), ..Rate::default() };
    let clock = SimulatedClock::manual(DateTime::UNIX_EPOCH);
    let limiter = Limiter::new(one.into(), Arc::new(clock.clone()));
    assert_eq!(limiter.acquire().now_or_never(), Some(Duration::ZERO));
    (limiter, clock)
}

#[test]
fn who_is_not_polled_is_passed_over_and_keeps_his_place() {
    let (limiter, clock) = one_a_minute();
    let mut callers: Vec<_> = (0..5).map(|_| Box::pin(limiter.acquire())).collect();
    for caller in &mut callers {
        assert!(caller.now_or_never().is_none());
    }
    let [first, second, third, fourth, fifth] = &mut callers[..] else { unreachable!("five") };
    clock.advance(62 * SECOND);
    // The first three may still come.
    assert!(fourth.now_or_never().is_none());
    clock.advance(GRACE);
    assert!(fourth.now_or_never().is_some());
    // What has been passed over once does not wait for again.
    clock.advance(62 * SECOND);
    assert!(fifth.now_or_never().is_some());
    // But whoever is polled again comes first again.
    clock.advance(61 * SECOND);
    assert!(second.now_or_never().is_none());
    clock.advance(SECOND);
    assert!(third.now_or_never().is_none());
    assert!(second.now_or_never().is_some());
    clock.advance(62 * SECOND);
    assert!(first.now_or_never().is_some());
}

#[test]
fn a_wait_ends_in_time_and_leaves_its_place_to_others() {
    let (limiter, clock) = one_a_minute();
    let mut first = Box::pin(limiter.acquire_within(MINUTE));
    assert_eq!(
        (&mut first).now_or_never(),
        Some(Err(NoPermit { waited: Duration::ZERO, due_in: 62 * SECOND, pause: None })),
        "certain to be in vain"
    );
    let mut first = Box::pin(limiter.acquire_within(70 * SECOND));
    let mut second = Box::pin(limiter.acquire_within(70 * SECOND));
    let mut third = Box::pin(limiter.acquire());
    assert!((&mut first).now_or_never().is_none());
    assert!((&mut second).now_or_never().is_none());
    assert!((&mut third).now_or_never().is_none());
    clock.advance(62 * SECOND);
    assert_eq!(first.now_or_never(), Some(Ok(62 * SECOND)));
    // The next one is due after its time.
    let none = NoPermit { waited: 62 * SECOND, due_in: 62 * SECOND, pause: None };
    assert_eq!(second.now_or_never(), Some(Err(none)));
    assert_eq!(none.to_string(), "no permit to send, after 62.0 s: the next one is due in 62.0 s");
    clock.advance(62 * SECOND);
    assert!(third.now_or_never().is_some());
}

#[test]
fn without_time_there_is_a_permit_or_there_is_none() {
    let (limiter, clock) = one_a_minute();
    let mut waiting = Box::pin(limiter.acquire());
    assert!((&mut waiting).now_or_never().is_none());
    clock.advance(62 * SECOND);
    let none = limiter.acquire_within(Duration::ZERO).now_or_never().unwrap().unwrap_err();
    assert_eq!(none.to_string(), "no permit to send, after 0.0 s: others come first");
    assert!(waiting.now_or_never().is_some());
    clock.advance(62 * SECOND);
    assert!(limiter.acquire_within(Duration::ZERO).now_or_never().unwrap().is_ok());
}

#[test]
fn a_pause_that_is_too_long_ends_waits_at_once() {
    let (limiter, clock) = one_a_minute();
    let mut waiting = Box::pin(limiter.acquire_within(5 * MINUTE));
    assert!((&mut waiting).now_or_never().is_none());
    limiter.slow_down(Some(10 * MINUTE));
    clock.advance(62 * SECOND);
    let none = waiting.now_or_never().unwrap().unwrap_err();
    assert_eq!(none.pause, Some(538 * SECOND));
    assert_eq!(none.to_string(), "no permit to send, after 62.0 s: the server asked to wait for another 538.0 s");
}

/// Counts warnings.
#[derive(Clone, Default)]
struct Warnings(Arc<AtomicUsize>);

impl tracing::Subscriber for Warnings {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        *metadata.level() == tracing::Level::WARN && metadata.target().contains("limiter")
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, _: &tracing::Event<'_>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

#[test]
fn a_long_wait_is_told_once_a_minute() {
    let warnings = Warnings::default();
    // With a single dispatcher, tracing would remember for all what another test's thread has answered.
    let spare = tracing::Dispatch::new(Warnings::default());
    let listening = tracing::subscriber::set_default(warnings.clone());
    let told = || warnings.0.load(Ordering::Relaxed);
    let clock = SimulatedClock::manual(DateTime::UNIX_EPOCH);
    let limiter = Limiter::new(Limits::default(), Arc::new(clock.clone()));
    limiter.slow_down(Some(5 * SECOND));
    let mut first = Box::pin(limiter.acquire());
    assert!((&mut first).now_or_never().is_none());
    assert_eq!(told(), 0, "5 s are not long");
    limiter.slow_down(Some(3 * MINUTE));
    clock.advance(5 * SECOND);
    assert!((&mut first).now_or_never().is_none());
    assert!(limiter.acquire().now_or_never().is_none());
    assert_eq!(told(), 1);
    clock.advance(MINUTE);
    let second = limiter.acquire();
    assert!(second.now_or_never().is_none());
    assert_eq!(told(), 2);
    drop((listening, spare));
}
