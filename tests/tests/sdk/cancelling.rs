//! Whoever drops a call leaves the client as it was.

use std::{num::NonZeroU16, time::Duration};

use compass_mock::Fault;
use compass_sdk::{
    Compass, RetryPolicy,
    clock::{Clock, SimulatedClock},
    limiter::{Limits, Rate},
};
use futures_util::FutureExt;

use crate::{builder, client, component, events, mock, unlucky::Silent, waiting::driven};

#[tokio::test]
async fn a_call_that_is_dropped_in_flight_leaves_the_client_usable() {
    let server = Silent::start(1).await;
    let client = client(server.origin());
    let (target, event) = (component().into(), events::flag());
    {
        let events = client.events();
        let mut call = Box::pin(events.send(&target, &event));
        tokio::select! {
            result = &mut call => panic!("nobody answered, but {result:?}"),
            () = server.another() => {}
        }
    }
    client.events().send(&target, &event).await.unwrap();
    assert_eq!(server.requests(), 2);
}

/// One request a minute.
fn limits() -> Limits {
    let rate = Rate { requests: NonZeroU16::MIN, burst: NonZeroU16::MIN, ..Rate::default() };
    Limits::Rate(rate)
}

#[tokio::test]
async fn a_call_that_is_dropped_while_it_waits_for_a_permit_takes_none_along() {
    let server = mock().await;
    let clock = SimulatedClock::manual("2026-09-01T12:00:00Z".parse().unwrap());
    let client = builder(server.origin(), &clock).limits(limits()).build().unwrap();
    let (target, event) = (component().into(), events::flag());
    client.events().send(&target, &event).await.unwrap();
    for _ in 0..3 {
        // Polled once: it has its place in the queue, and gives it up.
        assert!(client.events().send(&target, &event).now_or_never().is_none());
    }
    clock.advance(Duration::from_secs(65));
    client.events().send(&target, &event).await.unwrap();
    assert_eq!(server.take_requests().len(), 2);
}

#[tokio::test]
async fn a_call_that_is_dropped_while_it_waits_for_its_retry_is_not_sent_again() {
    let server = mock().await;
    server.faults().script([Fault::status(503).with_header("retry-after", "30"), Fault::none()]);
    let clock = SimulatedClock::manual("2026-09-01T12:00:00Z".parse().unwrap());
    let client = builder(server.origin(), &clock).build().unwrap();
    let (target, event) = (component().into(), events::flag());
    {
        let events = client.events();
        let mut call = Box::pin(events.send(&target, &event));
        // It waits for the clock once the answer is there.
        while clock.next_deadline().is_none() {
            assert!((&mut call).now_or_never().is_none());
            tokio::task::yield_now().await;
        }
    }
    clock.advance(Duration::from_mins(1));
    tokio::task::yield_now().await;
    assert_eq!(server.take_requests().len(), 1);
    client.events().send(&target, &event).await.unwrap();
    assert_eq!(server.take_requests().len(), 1);
}

/// Sends an event, and drops the call as soon as it waits for the clock.
async fn send_until_it_waits(client: &Compass, clock: &SimulatedClock) {
    let (target, event) = (component().into(), events::flag());
    let events = client.events();
    let mut call = Box::pin(events.send(&target, &event));
    while clock.next_deadline().is_none() {
        assert!((&mut call).now_or_never().is_none());
        tokio::task::yield_now().await;
    }
}

/// What is cancelled before it is sent again is no retry: the budget is as it was.
#[tokio::test]
async fn calls_that_are_dropped_cost_no_retries() {
    let server = mock().await;
    server.faults().script([Fault::status(503)]);
    let clock = SimulatedClock::manual("2026-09-01T12:00:00Z".parse().unwrap());
    let policy = RetryPolicy { first_delay_ms: 30_000, budget: 3, ..RetryPolicy::default() };
    let client = builder(server.origin(), &clock).retry(policy).build().unwrap();
    for _ in 0..30 {
        send_until_it_waits(&client, &clock).await;
    }
    assert_eq!(server.take_requests().len(), 30);
    // Three retries are left of three.
    server.faults().script([Fault::status(503), Fault::status(503), Fault::status(503), Fault::none()]);
    let (target, event) = (component().into(), events::flag());
    driven(&clock, client.events().send(&target, &event)).await.unwrap();
    assert_eq!(server.take_requests().len(), 4);
}

#[tokio::test]
async fn calls_that_are_dropped_before_the_permit_of_a_retry_cost_none() {
    let server = mock().await;
    server.faults().script([Fault::status(503)]);
    let clock = SimulatedClock::manual("2026-09-01T12:00:00Z".parse().unwrap());
    let policy = RetryPolicy { first_delay_ms: 0, budget: 1, ..RetryPolicy::default() };
    let client = builder(server.origin(), &clock).limits(limits()).retry(policy).build().unwrap();
    for _ in 0..5 {
        let start = clock.now();
        send_until_it_waits(&client, &clock).await;
        assert_eq!(clock.now(), start, "it is the second permit that is waited for");
        clock.advance(Duration::from_secs(65));
    }
    assert_eq!(server.take_requests().len(), 5);
    server.faults().script([Fault::status(503), Fault::none()]);
    let (target, event) = (component().into(), events::flag());
    driven(&clock, client.events().send(&target, &event)).await.unwrap();
    assert_eq!(server.take_requests().len(), 2);
}
