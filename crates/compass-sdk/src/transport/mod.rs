//! The way of an operation: a permit, an attempt, and what follows from how it ended.

mod failure;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use compass_api::{Operation, ResponseValue};
use tokio::sync::OnceCell;
use tracing::Instrument;
use url::Url;

use self::failure::FailedAttempt;
use self::wire::Wire;
pub(crate) use self::wire::is_page;
use crate::ari::CloudId;
use crate::client::Credentials;
use crate::delivery::clock::Clock;
use crate::delivery::limiter::{Limiter, NoPermit};
use crate::delivery::retry::{Attempt, Failure, OperationClass, Retries, Retry, decide};
use crate::delivery::retry_after;
use crate::error::{Error, ErrorKind, Failed};

/// What all clones of a client share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) base: Url,
    pub(crate) http: reqwest::Client,
    /// The low-level client, without a hook.
    pub(crate) api: compass_api::Client,
    pub(crate) credentials: Credentials,
    pub(crate) limiter: Limiter,
    pub(crate) retries: Retries,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) attempt_timeout: Duration,
    pub(crate) operation_timeout: Duration,
    /// The longest that an operation waits for permits, those of its retries included.
    pub(crate) permit_timeout: Duration,
    pub(crate) cloud_id: OnceCell<CloudId>,
}

/// An operation about to be called, and what may be done to bring it through.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    operation: Operation,
    /// Whether its body can be sent from the beginning once more.
    replayable: bool,
    /// Whether the caller accepts that it arrives twice.
    repeat_allowed: bool,
}

impl Call {
    pub(crate) fn of(operation: Operation) -> Self {
        Self { operation, replayable: true, repeat_allowed: false }
    }

    pub(crate) fn replayable(self, replayable: bool) -> Self {
        Self { replayable, ..self }
    }

    pub(crate) fn repeat_allowed(self, repeat_allowed: bool) -> Self {
        Self { repeat_allowed, ..self }
    }
}

impl Shared {
    /// Calls an operation as often as it takes and is allowed. `attempt` makes one attempt with the client that it is
    /// given.
    ///
    /// Whoever drops the future cancels it: what was sent stays sent, and what was not costs neither a permit nor a retry.
    pub(crate) async fn call<T, E, F>(
        &self,
        call: Call,
        attempt: impl FnMut(compass_api::Client) -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<ResponseValue<T>, compass_api::Error<E>>>,
    {
        self.attempts(call, attempt, || None).await
    }

    /// The same for an operation whose success says nothing beyond its status: whatever text comes with it will do, or
    /// none. Where the contract promises a JSON string, a server that leaves out the quotes has not failed.
    pub(crate) async fn call_for_status<T, E, F>(
        &self,
        call: Call,
        mut attempt: impl FnMut(compass_api::Client) -> F,
    ) -> Result<(), Error>
    where
        F: Future<Output = Result<ResponseValue<T>, compass_api::Error<E>>>,
    {
        let attempt = |client| {
            let answer = attempt(client);
            async { answer.await?.map(drop) }
        };
        self.attempts(call, attempt, || Some(())).await
    }

    /// All attempts, in a span of their own. `without_body` is the result of the promised status with a body that is not
    /// the promised one, if there is one.
    #[tracing::instrument(level = "info", name = "compass", skip_all, fields(operation = call.operation.id()))]
    async fn attempts<T, E, F>(
        &self,
        call: Call,
        mut attempt: impl FnMut(compass_api::Client) -> F,
        without_body: fn() -> Option<T>,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<ResponseValue<T>, compass_api::Error<E>>>,
    {
        let start = self.clock.now();
        let mut left = self.operation_timeout;
        let mut number = 0_u16;
        let mut may_have_been_sent = false;
        let mut permit_left = self.permit_timeout;
        let mut before: Option<(Retry, Failed)> = None;
        loop {
            number = number.saturating_add(1);
            let waited = match self.limiter.acquire_within(permit_left).await {
                Ok(waited) => waited,
                Err(none) => {
                    let last = before.map(|(_, last)| last);
                    let attempts = u32::from(number) - 1;
                    let elapsed = self.clock.now().saturating_sub(start);
                    tracing::warn!(attempts, reason = %none, "failed");
                    let failed = without_permit(none, last);
                    return Err(Failed {
                        operation: Some(call.operation),
                        attempts,
                        elapsed,
                        may_have_been_sent,
                        ..failed
                    }
                    .into());
                }
            };
            permit_left = permit_left.saturating_sub(waited);
            if let Some((retry, _)) = before.take() {
                retry.made();
            }
            let began = self.clock.now();
            let wire = Arc::new(Wire::new(self.credentials.header(), self.attempt_timeout.min(left)));
            let client = self.api.with_hook(Arc::<Wire>::clone(&wire));
            let span = tracing::debug_span!("attempt", number, waited_ms = milliseconds(waited));
            let result = attempt(client).instrument(span).await;
            let now = self.clock.now();
            left = left.saturating_sub(now.saturating_sub(began));
            let done = |value| {
                self.retries.succeeded();
                tracing::debug!(attempts = number, "done");
                Ok(value)
            };
            let cause = match result {
                Ok(response) if !wire.saw_page() => return done(response.into_inner()),
                Ok(_) => None,
                Err(cause) => Some(cause),
            };
            let seen = wire.seen();
            let is_success = seen.status.is_some_and(|status| status.is_success());
            if is_success
                && matches!(cause, Some(compass_api::Error::InvalidResponsePayload(..)))
                && !wire.saw_page()
                && let Some(value) = without_body()
            {
                return done(value);
            }
            let asked = seen.retry_after.as_deref().and_then(|text| retry_after::parse(text, self.clock.utc()));
            let mut failed = match cause {
                Some(cause) => FailedAttempt::new(cause, &seen, asked),
                None => FailedAttempt::page(&seen),
            };
            // What may have happened once may have happened, whatever the attempts after it say.
            may_have_been_sent |= failed.error.may_have_been_sent;
            if failed.failure == Some(Failure::TooManyRequests) {
                self.limiter.slow_down(asked);
            }
            if let Some(retry) = self.retry(call, number, &failed, asked).filter(|retry| retry.wait() < left) {
                let wait = retry.wait();
                left = left.saturating_sub(wait);
                let wait_ms = milliseconds(wait);
                tracing::warn!(attempt = number, wait_ms, failure = %failed.error.message, "failed, will be sent again");
                before = Some((retry, failed.error));
                self.clock.sleep(wait).await;
                continue;
            }
            let error = &mut failed.error;
            error.operation = Some(call.operation);
            error.may_have_been_sent = may_have_been_sent;
            // What was refused was not sent this time.
            error.attempts = u32::from(number) - u32::from(failed.failure.is_none());
            error.elapsed = now.saturating_sub(start);
            error.is_retryable = failed.failure.is_some_and(|failure| {
                decide(OperationClass::of(call.operation), failure).permits(call.replayable, call.repeat_allowed)
            });
            tracing::warn!(attempts = number, status = error.status.map(|status| status.as_u16()), "failed");
            return Err(failed.error.into());
        }
    }

    /// Whether the request may be sent again, and after what wait.
    fn retry(&self, call: Call, number: u16, failed: &FailedAttempt, asked: Option<Duration>) -> Option<Retry> {
        self.retries.after(&Attempt {
            operation: OperationClass::of(call.operation),
            failure: failed.failure?,
            number,
            replayable: call.replayable,
            repeat_allowed: call.repeat_allowed,
            retry_after: asked,
        })
    }
}

/// No permit in time: with what the `last` attempt, if there was one, got for an answer. Whatever was attempted before may
/// be sent again, or there would have been no need of another permit.
fn without_permit(none: NoPermit, last: Option<Failed>) -> Failed {
    let message = match &last {
        Some(last) => format!("{none}, before another attempt; the last one: {}", last.message),
        None => none.to_string(),
    };
    let kind = ErrorKind::RateLimited;
    let failed = last.unwrap_or_else(|| Failed::before_sending(kind, ""));
    Failed { kind, message, retry_after: none.pause, is_retryable: true, ..failed }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
