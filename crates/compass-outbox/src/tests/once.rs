//! A worker that tries once ends soon, whatever the world is like.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chrono::TimeDelta;
use compass_sdk::clock::Clock as _;
use compass_sdk::limiter::Limits;

use super::driver::{Driver, MINUTE, as_it_is, begun, driver, now};
use super::fake::Fate;
use super::messages::{destination, flag, of, push};
use crate::store::{Account, SqliteOptions, SqliteStore, State};

#[test]
fn once_tries_what_may_go_and_waits_for_nothing_that_has_to() {
    let mut driver = driver();
    let [first, second] = [1, 2].map(|sequence| driver.enqueue(of(&push("it", sequence))).id);
    let others: Vec<_> = (0..20).map(|entity| driver.enqueue(of(&push(&format!("other {entity}"), 1))).id).collect();
    driver.world.fate(first, Fate::Lost);
    // Not back before the message has to wait for minutes.
    for _ in 0..12 {
        driver.deliver_once(as_it_is);
        driver.run_alone(16 * MINUTE);
    }
    let (attempts, before) = (driver.get(first).attempts, begun(&driver).len());
    assert!(attempts >= 12, "{attempts}");
    let report = driver.deliver_once(as_it_is);
    assert_eq!((begun(&driver).len() - before, report.later, report.left), (1, 1, true), "once, and not waited for");
    let report = driver.deliver_once(as_it_is);
    assert_eq!(
        (begun(&driver).len() - before, report.later, report.left),
        (1, 0, true),
        "not even that before its time"
    );
    assert!(others.iter().all(|id| driver.get(*id).state == State::Delivered));
    driver.world.fate(first, Fate::Taken);
    driver.run_alone(16 * MINUTE);
    let report = driver.deliver_once(as_it_is);
    assert_eq!((report.delivered, report.left), (2, false));
    assert_eq!(driver.get(second).state, State::Delivered);
}

/// More than one call of the store looks at: that a call has looked in vain is no reason to end.
#[test]
fn once_gets_to_what_is_behind_much_that_is_superseded() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("outbox.db"), SqliteOptions::default()).unwrap().store;
    let mut driver = Driver::new(Arc::new(store), 2026);
    let updates = (0..2_500).map(|sequence| of(&flag("it", sequence)));
    let receipts = now(driver.outbox.enqueue_all(updates)).unwrap();
    let report = driver.deliver_once(as_it_is);
    assert_eq!((report.delivered, report.left), (1, false));
    // Twice others could write to the store before it was asked again.
    assert_eq!(driver.world.clocks.now(), Duration::from_millis(20));
    assert_eq!(begun(&driver).iter().map(|(id, _)| *id).collect::<Vec<_>>(), [receipts[2_499].id]);
    assert_eq!(now(driver.outbox.status()).unwrap().superseded, 2_499);
}

#[test]
fn once_does_not_wait_for_a_store_that_fails() {
    // All of it, or what is written alone, which whoever watches does not see in the status.
    for is_full in [false, true] {
        let mut driver = driver();
        let id = driver.enqueue(of(&push("it", 1))).id;
        let fails = |driver: &Driver, fails: bool| {
            let world = &driver.world;
            let which = if is_full { &world.store_is_full } else { &world.store_fails };
            which.store(fails, Ordering::SeqCst);
        };
        fails(&driver, true);
        driver.start_once(|worker| worker.on_progress(|_| ()));
        let error = driver.run_to_result().unwrap_err();
        assert!(error.to_string().contains("the disk is full"), "{error}");
        assert!(driver.world.clocks.now() < MINUTE, "{:?}", driver.world.clocks.now());
        fails(&driver, false);
        assert_eq!(driver.deliver_once(as_it_is).delivered, 1);
        assert_eq!(driver.get(id).state, State::Delivered);
    }
}

/// More lanes than are tried before it is clear that there is no use in it.
fn many() -> Driver {
    let driver = driver();
    for number in 0..1_000 {
        driver.enqueue(of(&push(&format!("it-{number}"), 1)));
    }
    driver
}

#[test]
fn once_ends_soon_where_nothing_answers() {
    for limits in [Limits::default(), Limits::Unlimited] {
        let mut driver = many();
        driver.world.weather(&[Fate::Lost]);
        let report = driver.deliver_once(|worker| worker.limits(limits));
        assert!(report.left && report.cut_short && report.later < 400, "{report:?}");
        assert!(driver.world.clocks.now() < 2 * MINUTE, "{:?}", driver.world.clocks.now());
        let status = now(driver.outbox.status()).unwrap();
        assert_eq!((status.queued, status.leased), (1_000, 0));
    }
}

/// What always fails, and goes first each time because it is older, keeps nothing else from its turn.
#[test]
fn once_gets_past_what_fails_for_its_own_fault() {
    let mut driver = driver();
    let bad: Vec<_> = (0..16).map(|entity| driver.enqueue(of(&push(&format!("bad {entity}"), 1))).id).collect();
    for id in &bad {
        driver.world.fate(*id, Fate::Refused(500));
    }
    for run in 0..3 {
        let good = driver.enqueue(of(&push(&format!("good {run}"), 1))).id;
        let report = driver.deliver_once(as_it_is);
        assert_eq!((report.delivered, report.cut_short), (1, false), "{report:?}");
        assert_eq!(driver.get(good).state, State::Delivered);
        driver.run_alone(16 * MINUTE);
    }
}

#[test]
fn once_waits_for_a_short_pause_only() {
    let mut driver = many();
    driver.world.weather(&[Fate::Refused(429)]);
    let report = driver.deliver_once(as_it_is);
    // 5 s at the most, 10, 20, and then one too many.
    assert!(report.left && report.cut_short && report.later < 100, "{report:?}");
    let took = driver.world.clocks.now();
    assert!(took > Duration::from_secs(15) && took < MINUTE, "{took:?}");

    let mut driver = self::driver();
    let [first, second] = [1, 2].map(|number| driver.enqueue(of(&push(&format!("it-{number}"), 1))).id);
    driver.world.fate(first, Fate::Refused(429));
    let report = driver.deliver_once(|worker| worker.concurrency(NonZeroUsize::MIN));
    assert_eq!((report.delivered, report.later, report.left), (1, 1, true));
    assert_eq!(driver.get(second).state, State::Delivered);
}

#[test]
fn once_waits_for_a_short_pause_of_others_only() {
    let slow_down = |driver: &Driver, seconds| {
        let account = Account { destination: destination(), email: "me@example.com".to_owned() };
        let until = driver.world.clocks.utc() + TimeDelta::seconds(seconds);
        now(driver.outbox.parts().0.slow_down(account, until)).unwrap();
    };
    let mut driver = driver();
    slow_down(&driver, 3_000);
    let report = driver.deliver_once(as_it_is);
    assert_eq!((report.left, driver.world.clocks.now()), (false, Duration::ZERO), "there is nothing to be sent");
    driver.enqueue(of(&push("it", 1)));
    let report = driver.deliver_once(as_it_is);
    assert_eq!((report.delivered, report.left, begun(&driver).len()), (0, true, 0));
    assert!(driver.world.clocks.now() < MINUTE);

    let mut driver = self::driver();
    driver.enqueue(of(&push("it", 1)));
    slow_down(&driver, 50);
    let report = driver.deliver_once(as_it_is);
    assert_eq!((report.delivered, report.left), (1, false));
    assert!(begun(&driver)[0].1 >= Duration::from_secs(50));

    // One that begins between the lease and the permits.
    let mut driver = self::driver();
    driver.enqueue(of(&push("it", 1)));
    driver.world.store_latency(Duration::from_secs(10), Duration::from_secs(10));
    driver.start_once(|worker| worker.concurrency(NonZeroUsize::MIN));
    driver.run_for(Duration::from_secs(10));
    slow_down(&driver, 3_000);
    let report = driver.run_to_end();
    assert_eq!((report.delivered, report.left, begun(&driver).len()), (0, true, 0));
    assert!(driver.world.clocks.now() < 3 * MINUTE, "{:?}", driver.world.clocks.now());
}
