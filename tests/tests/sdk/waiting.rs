//! How long callers wait, by a clock that nobody waits for.

use std::{num::NonZeroU16, time::Duration};

use compass_mock::Fault;
use compass_sdk::{
    ErrorKind, RetryPolicy,
    clock::Clock,
    limiter::{Limits, Rate},
};
use futures_util::future::join_all;

use crate::{builder, clock, component, events, mock};

const SECOND: Duration = Duration::from_secs(1);

fn asked_to_wait(seconds: u32) -> Fault {
    Fault::status(429).with_header("retry-after", &seconds.to_string())
}

#[tokio::test]
async fn a_retry_after_is_waited_for() {
    let (server, clock) = (mock().await, clock());
    server.faults().script([asked_to_wait(90), Fault::none()]);
    let client = builder(server.origin(), &clock).build().unwrap();
    client.events().send(&component().into(), &events::flag()).await.unwrap();
    assert_eq!(server.take_requests().len(), 2);
    assert_eq!(clock.now(), 90 * SECOND);
}

#[tokio::test]
async fn a_retry_after_beyond_the_time_of_the_operation_is_not_waited_for() {
    let (server, clock) = (mock().await, clock());
    server.faults().script([asked_to_wait(11), Fault::none()]);
    let client = builder(server.origin(), &clock).operation_timeout(10 * SECOND).build().unwrap();
    let error = client.events().send(&component().into(), &events::flag()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::RateLimited, 1), "{error}");
    assert_eq!(error.retry_after(), Some(11 * SECOND));
    assert!(error.is_retryable() && !error.may_have_been_sent(), "{error}");
    assert_eq!(server.take_requests().len(), 1);
    assert_eq!(clock.now(), Duration::ZERO);

    // The limiter keeps the server's wish all the same: the next request goes when the time has come.
    client.events().send(&component().into(), &events::flag()).await.unwrap();
    assert_eq!(clock.now(), 11 * SECOND);
}

#[tokio::test]
async fn waits_add_up_against_the_time_of_the_operation() {
    let (server, clock) = (mock().await, clock());
    server.faults().script([asked_to_wait(4)]);
    let client = builder(server.origin(), &clock).operation_timeout(10 * SECOND).build().unwrap();
    let error = client.events().send(&component().into(), &events::flag()).await.unwrap_err();
    // At 0, 4 and 8 s; at 12 s it would be too late.
    assert_eq!((error.attempts(), error.elapsed()), (3, 8 * SECOND), "{error}");
    assert_eq!(server.take_requests().len(), 3);
}

#[tokio::test]
async fn a_dead_server_gets_no_more_retries_than_the_budget() {
    let (server, clock) = (mock().await, clock());
    server.faults().script([Fault::status(503)]);
    let policy = RetryPolicy { first_delay_ms: 0, budget: 5, ..RetryPolicy::default() };
    let client = builder(server.origin(), &clock).retry(policy).build().unwrap();
    for _ in 0..10 {
        client.events().send(&component().into(), &events::flag()).await.unwrap_err();
    }
    assert_eq!(server.take_requests().len(), 10 + 5);
}

#[tokio::test]
async fn waits_between_attempts_are_within_the_policy() {
    let (server, clock) = (mock().await, clock());
    server.faults().script([Fault::status(503)]);
    let client = builder(server.origin(), &clock).retry(RetryPolicy::default()).build().unwrap();
    let error = client.events().send(&component().into(), &events::flag()).await.unwrap_err();
    assert_eq!((error.attempts(), error.elapsed()), (4, clock.now()));
    // Half a second, one and two at the longest.
    assert!(clock.now() <= Duration::from_millis(3500), "{:?}", clock.now());
}

/// Two requests a minute, both at once if need be.
fn two_a_minute() -> Limits {
    let two = NonZeroU16::new(2).unwrap();
    Limits::Rate(Rate { requests: two, burst: two, ..Rate::default() })
}

#[tokio::test]
async fn clones_share_the_limiter() {
    let (server, clock) = (mock().await, clock());
    let client = builder(server.origin(), &clock).limits(two_a_minute()).build().unwrap();
    let mut sent_at = Vec::new();
    for client in [client.clone(), client.clone(), client] {
        client.events().send(&component().into(), &events::flag()).await.unwrap();
        sent_at.push(clock.now().as_secs());
    }
    // A minute, and the margin for requests that are under way longer than others.
    assert_eq!(sent_at[..2], [0, 0]);
    assert!((60..=65).contains(&sent_at[2]), "{sent_at:?}");
    assert_eq!(server.take_requests().len(), 3);
}

/// Retries are requests like all others.
#[tokio::test]
async fn retries_need_permits_as_well() {
    let (server, clock) = (mock().await, clock());
    server.faults().script([Fault::status(503), Fault::status(503), Fault::none()]);
    let client = builder(server.origin(), &clock).limits(two_a_minute()).build().unwrap();
    client.events().send(&component().into(), &events::flag()).await.unwrap();
    assert_eq!(server.take_requests().len(), 3);
    assert!((60..=65).contains(&clock.now().as_secs()), "{:?}", clock.now());
}

/// Not one of them is lost, and no two of them are one.
#[tokio::test]
async fn requests_of_many_clones_at_once_all_arrive() {
    let (server, clock) = (mock().await, clock());
    let client = builder(server.origin(), &clock).limits(Limits::default()).build().unwrap();
    let sends = (0..150).map(|_| {
        let client = client.clone();
        async move { client.events().send(&component().into(), &events::flag()).await }
    });
    for result in join_all(sends).await {
        result.unwrap();
    }
    assert_eq!(server.take_requests().len(), 150);
    // 100 in any minute: the rest comes after it.
    assert!(clock.now() >= 60 * SECOND, "{:?}", clock.now());
}
