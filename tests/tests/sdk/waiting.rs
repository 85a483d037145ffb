//! How long callers wait, by a clock that nobody waits for.

use std::{
    num::NonZeroU16,
    pin::pin,
    time::{Duration, Instant},
};

use compass_mock::Fault;
use compass_sdk::{
    ErrorKind, RetryPolicy,
    bulk::Sending,
    clock::{Clock, SimulatedClock},
    event::Kind,
    limiter::{Limits, Rate},
};
use futures_util::{StreamExt, future::join_all, stream};

use crate::{builder, clock, component, events, mock};

const SECOND: Duration = Duration::from_secs(1);

/// Does the work, and moves a manual clock to whatever somebody waits for.
pub(crate) async fn driven<T>(clock: &SimulatedClock, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let began = Instant::now();
    loop {
        tokio::select! {
            biased;
            result = &mut work => return result,
            () = tokio::task::yield_now() => {}
        }
        assert!(began.elapsed() < Duration::from_mins(1), "nothing goes on");
        if let Some(deadline) = clock.next_deadline() {
            clock.advance(deadline.saturating_sub(clock.now()));
        }
    }
}

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

/// While the stream of results is not polled, nor are the sends that wait for permits in it.
#[tokio::test]
async fn other_calls_between_the_results_of_send_all_do_not_wait_for_ever() {
    const EVENTS: usize = 25;
    let server = mock().await;
    server.faults().script([Fault::none()]);
    let clock = SimulatedClock::manual("2026-09-01T12:00:00Z".parse().unwrap());
    let client = builder(server.origin(), &clock).limits(Limits::default()).build().unwrap();
    let work = async {
        let input = stream::iter(Kind::ALL.into_iter().cycle().take(EVENTS));
        let input = input.map(|kind| Sending::new(component(), events::full(kind)));
        let mut results = client.events().send_all(input);
        let mut count = 0;
        while let Some(sent) = results.next().await {
            sent.result.unwrap();
            client.events().send(&component().into(), &events::flag()).await.unwrap();
            count += 1;
        }
        count
    };
    assert_eq!(driven(&clock, work).await, EVENTS);
    assert_eq!(server.take_requests().len(), 2 * EVENTS);
}

#[tokio::test]
async fn what_the_server_asks_to_be_sent_later_costs_no_retries() {
    let (server, clock) = (mock().await, clock());
    let policy = RetryPolicy { first_delay_ms: 0, budget: 0, ..RetryPolicy::default() };
    let client = builder(server.origin(), &clock).retry(policy).build().unwrap();
    for _ in 0..10 {
        let later = Fault::status(503).with_header("retry-after", "2");
        server.faults().script([Fault::status(429), asked_to_wait(1), later, Fault::none()]);
        client.events().send(&component().into(), &events::flag()).await.unwrap();
        assert_eq!(server.take_requests().len(), 4);
    }
    // A server that is merely down has no such privilege.
    server.faults().script([Fault::status(503)]);
    client.events().send(&component().into(), &events::flag()).await.unwrap_err();
    assert_eq!(server.take_requests().len(), 1);
}

#[tokio::test]
async fn a_pause_of_ten_minutes_fails_other_calls_at_once() {
    let (server, clock) = (mock().await, clock());
    server.faults().script([asked_to_wait(600), Fault::none()]);
    let client = builder(server.origin(), &clock).build().unwrap();
    client.events().send(&component().into(), &events::flag()).await.unwrap_err();
    clock.advance(60 * SECOND);
    let error = client.events().send(&component().into(), &events::flag()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), error.status()), (ErrorKind::RateLimited, 0, None), "{error}");
    assert_eq!(error.retry_after(), Some(540 * SECOND));
    assert!(error.is_retryable() && !error.may_have_been_sent(), "{error}");
    let text =
        "createCompassEvent: no permit to send, after 0.0 s: the server asked to wait for another 540.0 s; hint:";
    assert!(error.to_string().starts_with(text), "{error}");
    assert_eq!((server.take_requests().len(), clock.now()), (1, 60 * SECOND));

    clock.advance(240 * SECOND);
    client.events().send(&component().into(), &events::flag()).await.unwrap();
    assert_eq!(clock.now(), 600 * SECOND, "five minutes are waited for");
}

#[tokio::test]
async fn a_permit_that_does_not_come_for_a_retry_tells_of_the_attempt_before() {
    let server = mock().await;
    server.faults().script([Fault::status(500), Fault::none()]);
    let clock = SimulatedClock::manual("2026-09-01T12:00:00Z".parse().unwrap());
    // The next one in six minutes.
    let one = Rate { requests: NonZeroU16::MIN, per_seconds: 360.try_into().unwrap(), ..Rate::default() };
    let client = builder(server.origin(), &clock).limits(one.into()).build().unwrap();
    let error = driven(&clock, client.events().send(&component().into(), &events::flag())).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), error.retry_after()), (ErrorKind::RateLimited, 1, None), "{error}");
    assert_eq!(error.status().unwrap().as_u16(), 500);
    assert!(error.is_retryable() && error.may_have_been_sent(), "{error}");
    assert!(error.to_string().contains("before another attempt; the last one: 500 Internal"), "{error}");
    assert_eq!(server.take_requests().len(), 1);
}

/// A queue that is too long for five minutes ends, and whoever waits in vain takes no permit along.
#[tokio::test]
async fn a_queue_that_is_too_long_ends_after_five_minutes() {
    let server = mock().await;
    server.faults().script([Fault::none()]);
    let clock = SimulatedClock::manual("2026-09-01T12:00:00Z".parse().unwrap());
    let client = builder(server.origin(), &clock).limits(two_a_minute()).build().unwrap();
    let (target, event) = (component().into(), events::flag());
    let results =
        driven(&clock, join_all((0..20).map(|_| async { client.events().send(&target, &event).await }))).await;
    let errors: Vec<_> = results.into_iter().filter_map(Result::err).collect();
    assert_eq!(server.take_requests().len(), 20 - errors.len());
    // Two at once; from 62 s, when the window has room again, to 279 s one each 31 s.
    assert_eq!(errors.len(), 20 - 10);
    for error in errors {
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::RateLimited, 0), "{error}");
        assert!(error.elapsed() <= 300 * SECOND, "{error}");
    }
}
