//! What a worker does while credentials are paused or a destination is held, and how it finds out that they no longer are.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use compass_sdk::clock::Clock as _;
use compass_sdk::limiter::Limits;

use super::driver::{Driver, MINUTE, as_it_is, begun, driver, ids, now};
use super::fake::{Fate, Happened};
use super::memory::Memory;
use super::messages::{destination, incident, of, push};
use crate::store::conformance::answer;
use crate::store::{Account, Closed, State, Which, Why};
use crate::worker::Worker;

#[test]
fn a_refused_credential_is_paused_for_longer_each_time_and_nothing_is_dropped() {
    let mut driver = driver();
    let all = [1, 2, 3].map(|number| driver.enqueue(of(&push(&format!("it-{number}"), 1))).id);
    driver.world.weather(&[Fate::Refused(401)]);
    driver.start(|worker| worker.max_age(MINUTE), false);
    driver.run_for(16 * MINUTE);
    // All that were begun at once; then one after a minute, after two more, four more, eight more.
    let minutes = |driver: &Driver| begun(driver).into_iter().map(|(_, at)| at.as_secs() / 60).collect::<Vec<_>>();
    assert_eq!(minutes(&driver), [0, 0, 0, 1, 3, 7, 15]);
    // And no more often than once an hour in the end, however long it takes.
    driver.run_for(5 * 60 * MINUTE);
    assert_eq!(minutes(&driver)[7..], [31, 63, 123, 183, 243, 303]);
    let status = now(driver.outbox.status()).unwrap();
    assert_eq!((status.queued, status.dead, status.closed.len()), (3, 0, 1));
    assert_eq!(status.closed[0].why, Why::Paused { fingerprint: "first".to_owned() });

    // Other credentials of the same account are not concerned.
    driver.world.weather(&[]);
    driver.start_as("second", as_it_is, true);
    driver.run_to_end();
    assert_eq!(all.map(|id| driver.get(id).state), [State::Delivered; 3]);
}

#[test]
fn a_new_worker_goes_on_with_the_pause_that_it_finds() {
    let mut driver = driver();
    driver.enqueue(of(&push("it", 1)));
    driver.world.weather(&[Fate::Refused(401)]);
    assert_eq!(driver.deliver(as_it_is).closed.len(), 1);
    driver.world.clocks.simulated.advance(MINUTE);
    let closed = driver.deliver(as_it_is).closed;
    assert_eq!((closed[0].until - closed[0].since).num_seconds(), 120);
    // A success opens it, for all.
    driver.world.weather(&[]);
    driver.world.clocks.simulated.advance(2 * MINUTE);
    assert_eq!(driver.deliver(as_it_is).closed, []);
    assert_eq!(now(driver.outbox.status()).unwrap().closed, []);
}

#[test]
fn what_alone_is_forbidden_does_not_stop_the_rest() {
    let mut driver = driver();
    // The most urgent of all, so that it would always be the first.
    let forbidden = driver.enqueue(of(&incident("it", 1))).id;
    let others = [1, 2, 3].map(|number| driver.enqueue(of(&push(&format!("it-{number}"), 1))).id);
    driver.world.fate(forbidden, Fate::Refused(403));
    driver.start(|worker| worker.concurrency(NonZeroUsize::MIN), false);
    driver.run_for(3 * MINUTE);
    assert_eq!(others.map(|id| driver.get(id).state), [State::Delivered; 3]);
    assert_eq!(driver.get(forbidden).state, State::Queued);
}

#[test]
fn some_that_are_forbidden_do_not_stop_the_rest() {
    for (count, fate) in [
        (2, Fate::Refused(403)),
        (20, Fate::Refused(403)),
        (20, Fate::Page(404)),
        (20, Fate::Refused(405)),
        // More than have their turn before the first is due again.
        (100, Fate::Refused(403)),
        (100, Fate::Page(404)),
    ] {
        let mut driver = driver();
        // All are more urgent, and older.
        let bad: Vec<_> =
            (0..count).map(|number| driver.enqueue(of(&incident(&format!("it-{number}"), 1))).id).collect();
        for id in &bad {
            driver.world.fate(*id, fate);
        }
        let good = driver.enqueue(of(&push("it", 1))).id;
        driver.start(|worker| worker.concurrency(NonZeroUsize::MIN), false);
        // Each has a closing, and the first one another.
        driver.run_for((count + 2) * MINUTE);
        assert_eq!(driver.get(good).state, State::Delivered, "{count} {fate:?}");
        // And from then on what has not been tried goes first, every other time.
        for hour in 2..6 {
            driver.run_for(57 * MINUTE);
            let good = driver.enqueue(of(&push("it", hour))).id;
            driver.run_for(3 * MINUTE);
            assert_eq!(driver.get(good).state, State::Delivered, "{count} {fate:?} in hour {hour}");
        }
        assert!(bad.iter().all(|id| driver.get(*id).state == State::Queued));
    }
}

/// Urgent ones that nobody has tried yet, and that are refused, come as often as the way is tried.
#[test]
fn forbidden_ones_that_keep_coming_do_not_stop_the_rest() {
    let mut driver = driver();
    let good = driver.enqueue(of(&push("it", 1))).id;
    let forbidden = |driver: &Driver, number: u32| {
        let id = driver.enqueue(of(&incident(&format!("it-{number}"), 1))).id;
        driver.world.fate(id, Fate::Refused(403));
    };
    forbidden(&driver, 0);
    driver.start(|worker| worker.concurrency(NonZeroUsize::MIN), false);
    for number in 1..7 {
        driver.run_for(MINUTE / 2);
        forbidden(&driver, number);
        driver.run_for(MINUTE / 2);
    }
    assert_eq!(driver.get(good).state, State::Delivered);
}

#[test]
fn a_destination_without_the_operation_is_held() {
    for fate in [Fate::Page(404), Fate::Refused(410), Fate::Refused(405)] {
        let mut driver = driver();
        let [first, second] = [1, 2].map(|number| driver.enqueue(of(&push(&format!("it-{number}"), 1))).id);
        driver.world.weather(&[fate]);
        let report = driver.deliver(|worker| worker.concurrency(NonZeroUsize::MIN));
        assert_eq!(report.closed[0].why, Why::Held, "{fate:?}");
        assert_eq!(ids(&driver), [first]);
        assert_eq!([first, second].map(|id| driver.get(id).state), [State::Queued; 2]);
        // Somebody has mended it, and does not want to wait.
        driver.world.weather(&[]);
        now(driver.outbox.open_ways()).unwrap();
        driver.start(as_it_is, false);
        driver.run_for(Duration::from_secs(5));
        assert_eq!([first, second].map(|id| driver.get(id).state), [State::Delivered; 2]);
    }
}

#[test]
fn a_new_worker_tries_a_way_with_one_message() {
    for (limits, once) in [(Limits::default(), false), (Limits::Unlimited, true)] {
        // The store's answers come in another order with each.
        for seed in 0..6 {
            let mut driver = Driver::new(Arc::new(Memory::default()), seed);
            for number in 0..8 {
                driver.enqueue(of(&push(&format!("it-{number}"), 1)));
            }
            let work = |driver: &mut Driver| {
                let set_up = |worker: Worker| worker.limits(limits);
                if once { driver.deliver_once(set_up) } else { driver.deliver(set_up) }
            };
            driver.world.weather(&[Fate::Refused(401)]);
            driver.deliver(|worker| worker.concurrency(NonZeroUsize::MIN));
            assert_eq!(begun(&driver).len(), 1);
            // So that others could be begun before the first is answered.
            driver.world.latency(Duration::from_secs(10));
            driver.world.store_latency(Duration::ZERO, Duration::from_secs(1));
            driver.world.clocks.simulated.advance(MINUTE);
            let report = work(&mut driver);
            assert_eq!((begun(&driver).len(), report.closed.len(), report.left), (2, 1, true));
            driver.world.weather(&[]);
            driver.world.clocks.simulated.advance(2 * MINUTE);
            let report = work(&mut driver);
            assert_eq!((report.delivered, report.closed, report.left), (8, vec![], false));
            let log = driver.world.log();
            let begun = log.iter().filter(|what| matches!(what, Happened::Begun { .. }));
            let first = log.iter().position(|what| matches!(what, Happened::Answered(_, _, Ok(())))).unwrap();
            let before = log[..first].iter().filter(|what| matches!(what, Happened::Begun { .. })).count();
            assert_eq!((before, begun.count()), (3, 10), "one more than those that were refused");
        }
    }
}

/// Another process holds the destination for so long.
fn close(driver: &Driver, length: TimeDelta) {
    let account = Account { destination: destination(), email: "me@example.com".to_owned() };
    let since = driver.world.clocks.utc();
    let closed = Closed { account, why: Why::Held, since, until: since + length, answer: answer("410") };
    now(driver.outbox.parts().0.close(closed)).unwrap();
}

#[test]
fn what_was_leased_before_others_closed_the_way_is_given_back() {
    let mut driver = driver();
    for number in 0..8 {
        driver.enqueue(of(&push(&format!("it-{number}"), 1)));
    }
    driver.world.latency(Duration::from_secs(4));
    // Asked for the status now and every ten seconds.
    driver.start(|worker| worker.on_progress(|_| ()).concurrency(NonZeroUsize::MIN).limits(Limits::Unlimited), false);
    assert!(driver.settle_down().is_none());
    assert_eq!(now(driver.outbox.status()).unwrap().leased, 8);
    close(&driver, TimeDelta::minutes(30));
    driver.run_for(MINUTE);
    let begun = begun(&driver);
    // What was begun before that says nothing of the way, although it was taken.
    assert!(begun.iter().all(|(_, at)| *at <= Duration::from_secs(10)), "{begun:?}");
    let status = now(driver.outbox.status()).unwrap();
    assert_eq!((status.leased, status.delivered, status.closed.len()), (0, begun.len() as u64, 1));
}

#[test]
fn a_running_worker_notices_that_another_process_opens_the_ways() {
    for fate in [Fate::Refused(401), Fate::Refused(403), Fate::Page(404)] {
        let mut driver = driver();
        let all = [1, 2, 3].map(|number| driver.enqueue(of(&push(&format!("it-{number}"), 1))).id);
        driver.world.weather(&[fate]);
        driver.start(as_it_is, false);
        driver.run_for(10 * 60 * MINUTE);
        driver.world.weather(&[]);
        // What waits says so, and what is behind it.
        assert_eq!(all.map(|id| driver.get(id).state), [State::Queued; 3]);
        now(driver.outbox.open_ways()).unwrap();
        driver.run_for(Duration::from_secs(5));
        assert_eq!(all.map(|id| driver.get(id).state), [State::Delivered; 3], "{fate:?}");
    }
}

#[test]
fn whoever_watches_is_told_that_another_process_opened_the_ways() {
    let mut driver = driver();
    let id = driver.enqueue(of(&push("it", 1))).id;
    driver.world.weather(&[Fate::Refused(401)]);
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = Arc::clone(&told);
    driver.start(
        move |worker| {
            let tell = Arc::clone(&tell);
            worker.on_progress(move |progress| tell.lock().unwrap().push(progress.report.closed.len()))
        },
        false,
    );
    driver.run_for(5 * MINUTE);
    assert_eq!(told.lock().unwrap().last(), Some(&1));
    // There is nothing left whose success would say so.
    now(driver.outbox.drop_messages(Which::These(vec![id]))).unwrap();
    now(driver.outbox.open_ways()).unwrap();
    driver.run_for(Duration::from_secs(15));
    assert_eq!(told.lock().unwrap().last(), Some(&0));
}

#[test]
fn what_is_leased_ahead_does_not_try_a_way_together() {
    let mut driver = driver();
    for number in 0..40 {
        driver.enqueue(of(&push(&format!("it-{number}"), 1)));
    }
    driver.world.weather(&[Fate::Silent]);
    let two = NonZeroUsize::new(2).unwrap();
    // Asks for the status every ten seconds.
    driver.start(move |worker| worker.on_progress(|_| ()).concurrency(two).limits(Limits::Unlimited), false);
    assert!(driver.settle_down().is_none());
    close(&driver, TimeDelta::seconds(5));
    driver.run_for(Duration::from_secs(12));
    assert_eq!((begun(&driver).len(), now(driver.outbox.status()).unwrap().leased), (2, 2));
    // These have had no answer in time, and the way is in doubt.
    driver.run_for(Duration::from_secs(30));
    assert_eq!(begun(&driver).len(), 3);
}

#[test]
fn what_was_asked_for_before_the_way_was_closed_is_given_back() {
    // The store's answers come in another order with each.
    for seed in 0..20 {
        let mut driver = Driver::new(Arc::new(Memory::default()), seed);
        let enqueue = |driver: &Driver, number: u32| driver.enqueue(of(&push(&format!("it-{number}"), 1)));
        (0..2).for_each(|number| _ = enqueue(&driver, number));
        driver.world.weather(&[Fate::Refused(401)]);
        driver.world.latency(Duration::from_secs(5));
        driver.world.store_latency(Duration::ZERO, Duration::from_secs(8));
        driver.start(|worker| worker.limits(Limits::Unlimited), false);
        while begun(&driver).is_empty() {
            driver.run_for(Duration::from_millis(1));
        }
        (2..8).for_each(|number| _ = enqueue(&driver, number));
        driver.run_for(Duration::from_secs(50));
        let log = driver.world.log();
        let closed = log.iter().position(|what| matches!(what, Happened::Answered(..))).unwrap();
        let since = log[closed..].iter().filter(|what| matches!(what, Happened::Begun { .. })).count();
        assert_eq!(since, 0, "{seed}: {log:?}");
    }
}

#[test]
fn a_worker_that_ends_knows_that_another_process_opened_the_ways() {
    let mut driver = driver();
    let id = driver.enqueue(of(&push("it", 1))).id;
    driver.world.weather(&[Fate::Refused(401)]);
    let (shut, shutdown) = tokio::sync::oneshot::channel::<()>();
    driver.start_until(as_it_is, async { _ = shutdown.await });
    driver.run_for(5 * MINUTE);
    now(driver.outbox.drop_messages(Which::These(vec![id]))).unwrap();
    now(driver.outbox.open_ways()).unwrap();
    driver.run_for(Duration::from_secs(5));
    shut.send(()).unwrap();
    assert_eq!(driver.run_to_end().closed, []);
}

#[test]
fn a_way_that_a_clock_closed_that_has_gone_back_since_is_tried_and_opened() {
    let mut driver = driver();
    for number in 0..3 {
        driver.enqueue(of(&push(&format!("it-{number}"), 1)));
    }
    close(&driver, TimeDelta::minutes(30));
    driver.world.clocks.jump(-36_000);
    let report = driver.deliver(as_it_is);
    assert_eq!((report.delivered, report.closed), (3, vec![]));
    assert_eq!(now(driver.outbox.status()).unwrap().closed, []);
}
