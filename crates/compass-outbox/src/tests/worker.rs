//! What a worker does after which answer.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use compass_sdk::clock::Clock as _;
use compass_sdk::limiter::Limits;

use super::driver::{MINUTE, as_it_is, begun, driver, ids, now};
use super::fake::Fate;
use super::messages::{deployment, destination, flag, incident, metric, of, push};
use crate::envelope::{Envelope, MessageId};
use crate::message::Message;
use crate::store::{Account, State};
use crate::worker::{Came, Report, to_compass};

#[test]
fn everything_is_delivered_once_and_the_urgent_first() {
    let mut driver = driver();
    let push = driver.enqueue(of(&push("it", 1))).id;
    let value = driver.enqueue(Message::metric(&destination(), &metric(1.0))).id;
    let flag = driver.enqueue(of(&flag("it", 1))).id;
    let incident = driver.enqueue(of(&incident("it", 1))).id;
    let report = driver.deliver(|worker| worker.concurrency(NonZeroUsize::MIN));
    assert_eq!(ids(&driver), [incident, flag, push, value]);
    assert_eq!((report.delivered, report.later, report.dead, report.lost_leases), (4, 0, 0, 0));
    assert_eq!(report.last_success, now(driver.outbox.status()).unwrap().last_success);
}

#[test]
fn of_the_states_of_one_thing_only_the_last_is_sent() {
    let mut driver = driver();
    let [first, second, other] =
        [deployment("it", "prod", 1, 1), deployment("it", "prod", 1, 2), deployment("it", "prod", 2, 3)]
            .map(|event| driver.enqueue(of(&event)).id);
    driver.deliver(as_it_is);
    assert_eq!(ids(&driver), [second, other]);
    assert_eq!(driver.get(first).state, State::Superseded);
}

#[test]
fn a_refused_message_is_a_dead_letter_and_its_lane_goes_on() {
    let mut driver = driver();
    let [first, second] = [1, 2].map(|sequence| driver.enqueue(of(&push("it", sequence))).id);
    driver.world.fate(first, Fate::Refused(422));
    let report = driver.deliver(as_it_is);
    assert_eq!((report.delivered, report.dead), (1, 1));
    let dead = driver.get(first);
    assert_eq!((dead.state, dead.answer.unwrap().status), (State::Dead, Some(422)));
    assert_eq!(driver.get(second).state, State::Delivered);
}

#[test]
fn a_lane_waits_for_the_one_that_is_sent_again_and_others_do_not() {
    let mut driver = driver();
    let [first, second] = [1, 2].map(|sequence| driver.enqueue(of(&push("it", sequence))).id);
    let other = driver.enqueue(of(&push("other", 1))).id;
    driver.world.fate(first, Fate::Lost);
    driver.start(as_it_is, false);
    driver.run_for(2 * MINUTE);
    assert_eq!(driver.get(other).state, State::Delivered);
    assert!(driver.get(first).attempts > 3);
    assert!(!ids(&driver).contains(&second));
    driver.world.fate(first, Fate::Taken);
    driver.run_for(16 * MINUTE);
    assert_eq!([first, second].map(|id| driver.get(id).state), [State::Delivered; 2]);
}

#[test]
fn what_never_answers_is_given_up_in_time() {
    let mut driver = driver();
    let id = driver.enqueue(of(&push("it", 1))).id;
    driver.world.fate(id, Fate::Silent);
    driver.start(|worker| worker.attempt_timeout(Duration::from_secs(7)), false);
    driver.run_for(Duration::from_secs(8));
    let kept = driver.get(id);
    let answer = kept.answer.unwrap();
    assert_eq!((kept.attempts, answer.message.as_str(), answer.may_have_arrived), (1, "no answer in time", true));
}

#[test]
fn too_old_is_what_fails_at_that_age() {
    let mut driver = driver();
    let old = driver.enqueue(of(&push("it", 1))).id;
    driver.world.weather(&[Fate::Refused(503)]);
    let report = driver.deliver(|worker| worker.max_age(10 * MINUTE));
    assert_eq!(report.dead, 1);
    let dead = driver.get(old);
    assert!(dead.attempts > 3);
    let answer = dead.answer.unwrap();
    assert!(answer.message.starts_with("too old: accepted "), "{}", answer.message);
    assert!(answer.at - dead.envelope.accepted_at >= chrono::TimeDelta::minutes(10));
    // One that was accepted long ago is tried all the same.
    driver.world.weather(&[]);
    let untried = driver.enqueue(of(&push("it", 2))).id;
    driver.world.clocks.simulated.advance(60 * MINUTE);
    driver.deliver(|worker| worker.max_age(10 * MINUTE));
    assert_eq!(driver.get(untried).state, State::Delivered);
}

#[test]
fn a_shutdown_waits_for_what_is_sent_and_gives_the_rest_back() {
    let mut driver = driver();
    let all: Vec<_> = (0..4).map(|number| driver.enqueue(of(&push(&format!("it-{number}"), 1))).id).collect();
    driver.world.latency(Duration::from_secs(20));
    let (shut, shutdown) = tokio::sync::oneshot::channel::<()>();
    driver.start_until(|worker| worker.concurrency(NonZeroUsize::new(2).unwrap()).limits(Limits::Unlimited), async {
        _ = shutdown.await;
    });
    assert!(driver.settle_down().is_none());
    assert_eq!(now(driver.outbox.status()).unwrap().leased, 4);
    shut.send(()).unwrap();
    let report: Report = driver.run_to_end();
    assert_eq!(report.delivered, 2);
    let status = now(driver.outbox.status()).unwrap();
    assert_eq!((status.queued, status.leased), (2, 0));
    assert_eq!(all.iter().filter(|id| driver.get(**id).attempts == 0).count(), 2);
}

#[test]
fn what_was_delivered_is_settled_when_the_store_recovers() {
    let mut driver = driver();
    let id = driver.enqueue(of(&push("it", 1))).id;
    driver.world.latency(Duration::from_secs(3));
    driver.start(as_it_is, false);
    assert!(driver.settle_down().is_none());
    driver.world.store_fails.store(true, Ordering::SeqCst);
    driver.run_for(MINUTE);
    driver.world.store_fails.store(false, Ordering::SeqCst);
    driver.run_for(MINUTE);
    assert_eq!((driver.get(id).state, begun(&driver).len()), (State::Delivered, 1));
}

#[test]
fn a_store_that_does_not_recover_is_an_error_where_something_is_lost_by_it() {
    let mut driver = driver();
    let id = driver.enqueue(of(&push("it", 1))).id;
    driver.world.store_fails.store(true, Ordering::SeqCst);
    // It has nothing to tell the store.
    driver.start_until(as_it_is, std::future::ready(()));
    assert_eq!(driver.run_to_end(), Report::default());

    driver.world.store_fails.store(false, Ordering::SeqCst);
    driver.world.latency(Duration::from_secs(3));
    let (shut, shutdown) = tokio::sync::oneshot::channel::<()>();
    driver.start_until(as_it_is, async { _ = shutdown.await });
    assert!(driver.settle_down().is_none());
    driver.world.store_fails.store(true, Ordering::SeqCst);
    shut.send(()).unwrap();
    let ended = loop {
        if let Some(ended) = driver.settle_down() {
            break ended;
        }
        driver.advance();
    };
    assert!(ended.unwrap_err().to_string().contains("the disk is full"));
    // It goes again when its lease has ended.
    driver.world.store_fails.store(false, Ordering::SeqCst);
    driver.deliver(as_it_is);
    assert_eq!((driver.get(id).state, begun(&driver).len()), (State::Delivered, 2));
}

#[test]
fn a_lease_that_another_clock_ended_is_not_taken_twice_by_its_own_worker() {
    let mut driver = driver();
    let all: Vec<_> = (0..6).map(|number| driver.enqueue(of(&push(&format!("it-{number}"), 1))).id).collect();
    driver.world.latency(Duration::from_secs(20));
    driver.start(|worker| worker.concurrency(NonZeroUsize::new(2).unwrap()).limits(Limits::Unlimited), false);
    assert!(driver.settle_down().is_none());
    driver.world.clocks.jump(3600);
    driver.run_for(10 * MINUTE);
    assert_eq!(begun(&driver).len(), 6);
    assert!(all.iter().all(|id| driver.get(*id).state == State::Delivered));
}

#[test]
fn a_store_whose_answers_take_long_is_no_reason_not_to_deliver() {
    for seconds in [1, 3, 9] {
        let mut driver = driver();
        for number in 0..16 {
            driver.enqueue(of(&push(&format!("it-{number}"), 1)));
        }
        let latency = Duration::from_secs(seconds) + Duration::from_millis(500);
        driver.world.store_latency(latency, latency);
        driver.start(as_it_is, false);
        driver.run_for(3 * MINUTE);
        assert_eq!(now(driver.outbox.status()).unwrap().delivered, 16, "{latency:?}");
    }
}

#[test]
fn without_limits_a_pause_that_another_process_was_asked_for_holds_all_the_same() {
    let mut driver = driver();
    for number in 0..1_000 {
        driver.enqueue(of(&push(&format!("it-{number}"), 1)));
    }
    driver.world.latency(Duration::from_secs(1));
    driver.start(|worker| worker.limits(Limits::Unlimited), false);
    driver.run_for(Duration::from_secs(3));
    let before = begun(&driver).len();
    let account = Account { destination: destination(), email: "me@example.com".to_owned() };
    let until = driver.world.clocks.utc() + chrono::TimeDelta::minutes(5);
    now(driver.outbox.parts().0.slow_down(account, until)).unwrap();
    driver.run_for(4 * MINUTE);
    // No more than it began before it leased again.
    let since = begun(&driver).len() - before;
    assert!(before > 0 && since < 100, "{before}, and {since} since");
    assert_eq!(now(driver.outbox.status()).unwrap().leased, 0);
    driver.run_for(3 * MINUTE);
    assert_eq!(now(driver.outbox.status()).unwrap().delivered, 1_000);
}

#[test]
fn done_messages_are_forgotten_by_age() {
    let mut driver = driver();
    let id = driver.enqueue(of(&push("it", 1))).id;
    driver.start(|worker| worker.keep_done(60 * MINUTE), false);
    driver.run_for(55 * MINUTE);
    assert_eq!(driver.get(id).state, State::Delivered);
    driver.run_for(30 * MINUTE);
    assert!(now(driver.outbox.get(id)).unwrap().is_none());
}

#[test]
fn whoever_watches_is_told() {
    let mut driver = driver();
    driver.enqueue(of(&push("it", 1)));
    let told = Arc::new(std::sync::Mutex::new(Vec::new()));
    let tell = Arc::clone(&told);
    driver.start(
        move |worker| {
            let tell = Arc::clone(&tell);
            worker.on_progress(move |progress| tell.lock().unwrap().push(progress.clone()))
        },
        false,
    );
    driver.run_for(MINUTE);
    driver.world.store_fails.store(true, Ordering::SeqCst);
    driver.run_for(MINUTE);
    let told = told.lock().unwrap();
    assert!(told.len() >= 6);
    let healthy = told.iter().rfind(|progress| progress.store_error.is_none()).unwrap();
    assert_eq!((healthy.report.delivered, healthy.status.as_ref().unwrap().delivered, healthy.sending), (1, 1, 0));
    assert!(told.last().unwrap().store_error.as_ref().unwrap().contains("the disk is full"));
}

#[test]
fn what_is_enqueued_in_the_same_process_wakes_the_worker() {
    let driver = driver();
    let outbox = driver.outbox.clone();
    let fake =
        super::fake::Fake { world: Arc::clone(&driver.world), worker: 0, fingerprint: "first", leases: Arc::default() };
    let worker = outbox.worker_with(fake);
    let mut running = std::pin::pin!(worker.run(std::future::pending()));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let mut poll = || (0..50).for_each(|_| assert!(running.as_mut().poll(&mut context).is_pending()));
    poll();
    let id = driver.enqueue(of(&push("it", 1))).id;
    // No time has passed.
    poll();
    assert_eq!((driver.get(id).state, driver.world.clocks.now()), (State::Delivered, Duration::ZERO));
}

/// What a client of the SDK is asked to send, and cannot be read, is told before anything is sent.
#[test]
fn a_body_that_cannot_be_read_is_refused_with_the_reason() {
    let builder = compass_sdk::Compass::builder().base_url("http://127.0.0.1:1/gateway/api");
    let courier = to_compass(&builder.credentials("me@example.com", "a secret").build().unwrap());
    assert_eq!(courier.account().email, "me@example.com");
    let mut envelope: Envelope = of(&flag("it", 1)).into_envelope(MessageId::new(), chrono::Utc::now());
    envelope.body = serde_json::value::RawValue::from_string(r#"{"cloudId": 1}"#.to_owned()).unwrap();
    let failure = now(courier.deliver(&envelope)).unwrap_err();
    assert_eq!((failure.came, failure.may_have_arrived), (Came::Refused, false));
    assert!(
        failure.message.contains("cannot read what was accepted as flag: invalid type: integer `1`"),
        "{failure:?}"
    );
    assert!(!format!("{courier:?} {failure:?}").contains("a secret"));
}
