//! Whoever drops a call leaves the client as it was.

use std::{num::NonZeroU16, time::Duration};

use compass_mock::Fault;
use compass_sdk::{
    clock::SimulatedClock,
    limiter::{Limits, Rate},
};
use futures_util::FutureExt;

use crate::{builder, client, clock, component, events, mock, unlucky::Silent};

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

/// What is cancelled was no failure: the budget of retries is as it was.
#[tokio::test]
async fn calls_that_are_dropped_cost_no_retries() {
    let server = Silent::start(30).await;
    let client = builder(server.origin(), &clock()).build().unwrap();
    let (target, event) = (component().into(), events::flag());
    for _ in 0..30 {
        let events = client.events();
        let mut call = Box::pin(events.send(&target, &event));
        tokio::select! {
            result = &mut call => panic!("nobody answered, but {result:?}"),
            () = server.another() => {}
        }
    }
    assert_eq!(server.requests(), 30);
    client.events().send(&target, &event).await.unwrap();
}
