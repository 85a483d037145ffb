//! What callers get for each failure, and how often the server sees the request before.

mod list;

use std::{fmt::Write as _, num::NonZeroU16, time::Duration};

use compass_api::Operation;
use compass_mock::Fault;
use compass_sdk::{
    Compass, Error,
    clock::Clock,
    retry::{Failure, OperationClass, decide, may_have_been_processed},
};
use futures_util::future::join_all;

use self::list::Way;
pub(crate) use self::list::{Case, FAULTS};
use crate::{
    builder,
    calls::{self, Outcome, WEBHOOK, call},
    clock, component, mock,
    unlucky::{NOBODY, Silent},
};

/// How long clients wait for an answer that does not come. Enough for the request to arrive on a machine that is busy.
const SHORT: Duration = Duration::from_millis(250);

/// A request as callers make it, where it matters for what may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    Event,
    Metric,
    MetricWithRepeats,
    UploadFromBytes,
    UploadFromStream,
    Delete,
    Read,
    Webhook,
    WebhookWithRepeats,
}

impl Caller {
    pub(crate) const ALL: [Self; 9] = [
        Self::Event,
        Self::Metric,
        Self::MetricWithRepeats,
        Self::UploadFromBytes,
        Self::UploadFromStream,
        Self::Delete,
        Self::Read,
        Self::Webhook,
        Self::WebhookWithRepeats,
    ];

    fn operation(self) -> Operation {
        match self {
            Self::Event => Operation::CreateCompassEvent,
            Self::Metric | Self::MetricWithRepeats => Operation::InsertMetricValue,
            Self::UploadFromBytes | Self::UploadFromStream => Operation::UploadApiSpec,
            Self::Delete => Operation::DeleteLockFile,
            Self::Read => Operation::GetAttachment,
            Self::Webhook | Self::WebhookWithRepeats => Operation::HandleWebhookInvocation,
        }
    }

    /// The status that the contract has for its success.
    fn success(self) -> u16 {
        match self.operation() {
            Operation::CreateCompassEvent | Operation::HandleWebhookInvocation => 202,
            _ => 200,
        }
    }

    fn may_go_again(self, failure: Failure) -> bool {
        let replayable = self != Self::UploadFromStream;
        let repeat_allowed = matches!(self, Self::MetricWithRepeats | Self::WebhookWithRepeats);
        decide(OperationClass::of(self.operation()), failure).permits(replayable, repeat_allowed)
    }

    async fn call(self, client: &Compass) -> Outcome {
        match self {
            Self::Event | Self::Metric | Self::UploadFromBytes | Self::Delete | Self::Read | Self::Webhook => {
                call(client, self.operation()).await
            }
            Self::MetricWithRepeats => {
                let metrics = client.metrics().allow_repeats();
                metrics.insert(&calls::metric()).await.map(|recorded| format!("{recorded:?}"))
            }
            Self::UploadFromStream => {
                let file = calls::streamed("openapi.yaml", &["openapi: ", "3.1.0\n"]);
                client.api_specs(&component()).upload(file).await.map(|()| "()".to_owned())
            }
            Self::WebhookWithRepeats => {
                let webhooks = client.webhooks().allow_repeats();
                webhooks.invoke(WEBHOOK, &calls::payload()).await.map(|()| "()".to_owned())
            }
        }
    }
}

/// What came of a call.
pub(crate) struct Suffered {
    pub(crate) outcome: Outcome,
    /// The requests that the server saw; none where there is no server.
    seen: Option<usize>,
    /// What the clock shows at the end.
    waited: Duration,
}

/// Lets all callers suffer at the same time, since some failures take theirs.
pub(crate) async fn suffer_all(fault: &Case) -> Vec<(Caller, Suffered)> {
    join_all(Caller::ALL.map(|caller| async move { (caller, suffer(fault, caller).await) })).await
}

/// Calls a client of its own, against a server of its own.
async fn suffer(fault: &Case, caller: Caller) -> Suffered {
    let clock = clock();
    let (outcome, seen) = match fault.way {
        Way::Answers(answers) => {
            let server = mock().await;
            server.faults().script(answers(caller.success()));
            let client = builder(server.origin(), &clock).build().unwrap();
            (caller.call(&client).await, Some(server.take_requests().len()))
        }
        Way::Silence => {
            let server = mock().await;
            server.faults().script([Fault::silent()]);
            let client = builder(server.origin(), &clock).attempt_timeout(SHORT).build().unwrap();
            (caller.call(&client).await, Some(server.take_requests().len()))
        }
        Way::Stall(beginning) => {
            let server = Silent::stalling(usize::MAX, beginning(caller.success())).await;
            let client = builder(server.origin(), &clock).attempt_timeout(SHORT).build().unwrap();
            (caller.call(&client).await, Some(server.requests()))
        }
        Way::Nobody => (caller.call(&builder(NOBODY, &clock).build().unwrap()).await, None),
    };
    Suffered { outcome, seen, waited: clock.now() }
}

/// Rows are failures, columns are callers; `ok` is a success.
#[tokio::test]
async fn requests_are_sent_this_often() {
    let mut table = format!("{:58}", "");
    for caller in Caller::ALL {
        let _ = write!(table, " {caller:?}");
    }
    for fault in &FAULTS {
        let _ = write!(table, "\n{:58}", fault.name);
        for (caller, result) in suffer_all(fault).await {
            let case = format!("{}, {caller:?}", fault.name);
            let cell = match &result.outcome {
                Ok(_) => "ok".to_owned(),
                Err(error) => error.attempts().to_string(),
            };
            let _ = write!(table, " {cell:>width$}", width = format!("{caller:?}").len());
            let Err(error) = result.outcome else { continue };
            let seen = result.seen.map_or(error.attempts(), |seen| u32::try_from(seen).unwrap());
            assert_eq!(error.attempts(), seen, "{case}: {error}");
            assert_eq!(error.operation(), Some(caller.operation()), "{case}");
            // What the documented table says of the failure that this is meant to be.
            let Some(failure) = fault.failure else { continue };
            let may_go_again = caller.may_go_again(failure);
            assert_eq!(error.attempts(), if may_go_again { 4 } else { 1 }, "{case}: {error}");
            assert_eq!(error.is_retryable(), may_go_again, "{case}: {error}");
            assert_eq!(error.may_have_been_sent(), may_have_been_processed(failure), "{case}: {error}");
        }
    }
    insta::assert_snapshot!("attempts", table);
}

#[tokio::test]
async fn callers_of_events_and_metrics_get_these_errors() {
    let mut table = String::new();
    for fault in &FAULTS {
        let _ = writeln!(table, "{}", fault.name);
        for caller in [Caller::Event, Caller::Metric] {
            let result = suffer(fault, caller).await;
            let _ = match &result.outcome {
                Ok(value) => writeln!(table, "  ok, {value}"),
                Err(error) => writeln!(table, "{}", block(error, result.waited)),
            };
        }
    }
    insta::assert_snapshot!("errors", table);
}

/// What programs branch on, and the line that people read.
fn block(error: &Error, waited: Duration) -> String {
    let status = error.status().map_or("no status".to_owned(), |status| status.as_u16().to_string());
    let mut text = format!(
        "  {:?}, {status}; {}; {}; {} in {} s",
        error.kind(),
        if error.is_retryable() { "retryable" } else { "not retryable" },
        if error.may_have_been_sent() { "maybe processed" } else { "not processed" },
        if error.attempts() == 1 { "1 attempt".to_owned() } else { format!("{} attempts", error.attempts()) },
        waited.as_secs_f64(),
    );
    if let Some(wait) = error.retry_after() {
        let _ = write!(text, "; retry after {} s", wait.as_secs_f64());
    }
    let body = String::from_utf8_lossy(error.body());
    match body.len() {
        0 => {}
        1..200 => text += &format!("\n    body {body:?}"),
        length => text += &format!("\n    body of {length} bytes"),
    }
    for error in error.api_errors() {
        let _ = write!(text, "\n    API error {:?}, {:?}", error.kind, error.message);
    }
    format!("{text}\n    {error}")
}

#[tokio::test]
async fn the_first_4096_bytes_of_a_body_are_kept_and_all_of_its_errors() {
    let server = mock().await;
    let long: Vec<u8> = (b'a'..=b'z').cycle().take(10_000).collect();
    server.faults().script([Fault::status(400).with_body("text/plain", long.clone())]);
    let client = builder(server.origin(), &clock()).build().unwrap();
    let error = call(&client, Operation::CreateCompassEvent).await.unwrap_err();
    assert_eq!(error.body(), &long[..4096]);

    let errors = (0..100).map(|at| format!(r#"{{"type":"FORMAT_INVALID","message":"Field {at} is invalid."}}"#));
    let body = format!(r#"{{"errors":[{}]}}"#, errors.collect::<Vec<_>>().join(","));
    assert!(body.len() > 4096);
    server.faults().script([Fault::status(400).with_body("application/json", body.clone())]);
    let error = call(&client, Operation::CreateCompassEvent).await.unwrap_err();
    assert_eq!(error.body(), &body.as_bytes()[..4096]);
    assert_eq!(error.api_errors().len(), 100);
    assert!(error.to_string().contains("FORMAT_INVALID: Field 0 is invalid."), "{error}");
}

/// A 429 alone says that nothing was processed; after a 500 it says so of the last attempt only.
#[tokio::test]
async fn what_may_have_been_processed_once_is_told_whatever_comes_after() {
    let server = mock().await;
    server.faults().script([Fault::status(500), Fault::status(429)]);
    let client = builder(server.origin(), &clock()).build().unwrap();
    let error = call(&client, Operation::CreateCompassEvent).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.attempts()), (429, 4), "{error}");
    assert!(error.may_have_been_sent(), "{error}");
}

/// Not followed, although the answer there would be a success.
#[tokio::test]
async fn a_redirect_to_another_host_is_not_followed_and_sends_no_credentials_there() {
    let (server, elsewhere) = (mock().await, mock().await);
    for status in [301, 302, 303, 307, 308] {
        for caller in Caller::ALL {
            elsewhere.faults().script([Fault::status(caller.success())]);
            let location = format!("{}/login", elsewhere.origin());
            server.faults().script([Fault::status(status).with_header("location", &location)]);
            let client = builder(server.origin(), &clock()).build().unwrap();
            let error = caller.call(&client).await.unwrap_err();
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status), "{caller:?}");
            assert_eq!(server.take_requests().len(), 1, "{status}, {caller:?}");
            assert!(elsewhere.take_requests().is_empty(), "{status}, {caller:?}");
        }
    }
}

#[tokio::test]
async fn a_policy_of_one_attempt_sends_once() {
    let server = mock().await;
    server.faults().script([Fault::status(503)]);
    let policy = compass_sdk::RetryPolicy { max_attempts: NonZeroU16::MIN, ..Default::default() };
    let client = builder(server.origin(), &clock()).retry(policy).build().unwrap();
    let error = call(&client, Operation::CreateCompassEvent).await.unwrap_err();
    assert_eq!((error.attempts(), server.take_requests().len()), (1, 1));
    assert!(error.is_retryable(), "{error}");
}
