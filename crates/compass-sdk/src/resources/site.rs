//! The site.

use std::time::Duration;

use http::header::RETRY_AFTER;
use serde::Deserialize;

use crate::ari::{CloudId, CloudIdError};
use crate::client::Compass;
use crate::delivery::retry::{Attempt, Failure, OperationClass, decide};
use crate::delivery::retry_after;
use crate::error::{Error, ErrorKind, Failed, status_line};

/// Where a site tells its cloud ID (NOTES: "Access").
const TENANT_INFO: &str = "/_edge/tenant_info";

#[derive(Deserialize)]
struct TenantInfo {
    #[serde(rename = "cloudId")]
    cloud_id: String,
}

/// The site itself: [`Compass::site`].
#[derive(Clone, Copy, Debug)]
pub struct Site<'c>(pub(crate) &'c Compass);

impl Site<'_> {
    /// The site's cloud ID, which the IDs of its components contain: the one that the client was given, or else what the
    /// site says when it is first asked. That needs no credentials, and gets none.
    ///
    /// ```no_run
    /// # async fn example(compass: compass_sdk::Compass) -> Result<(), compass_sdk::Error> {
    /// println!("COMPASS_CLOUD_ID={}", compass.site().cloud_id().await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Why it could not be found out: then give it to the client, as in `COMPASS_CLOUD_ID`.
    pub async fn cloud_id(&self) -> Result<CloudId, Error> {
        self.0.0.cloud_id.get_or_try_init(|| self.ask()).await.cloned()
    }

    /// Asks as often as may help: whoever only reads does no harm. The limiter has no part in it, because this is no
    /// request of the API.
    async fn ask(&self) -> Result<CloudId, Error> {
        let shared = &self.0.0;
        let start = shared.clock.now();
        let mut left = shared.operation_timeout;
        let mut number = 0_u16;
        loop {
            number = number.saturating_add(1);
            let began = shared.clock.now();
            let (failure, failed) = match self.ask_once(shared.attempt_timeout.min(left)).await {
                Ok(cloud_id) => {
                    shared.retries.succeeded();
                    return Ok(cloud_id);
                }
                Err(failed) => failed,
            };
            left = left.saturating_sub(shared.clock.now().saturating_sub(began));
            let retry = shared.retries.after(&Attempt {
                operation: OperationClass::Read,
                failure,
                number,
                replayable: true,
                repeat_allowed: true,
                retry_after: failed.retry_after,
            });
            let Some(retry) = retry.filter(|retry| retry.wait() < left) else {
                let is_retryable = decide(OperationClass::Read, failure).permits(true, true);
                let elapsed = shared.clock.now().saturating_sub(start);
                return Err(Failed { attempts: number.into(), elapsed, is_retryable, ..failed }.into());
            };
            left = left.saturating_sub(retry.wait());
            shared.clock.sleep(retry.wait()).await;
            retry.made();
        }
    }

    async fn ask_once(&self, timeout: Duration) -> Result<CloudId, (Failure, Failed)> {
        let shared = &self.0.0;
        let mut url = shared.base.clone();
        url.set_path(TENANT_INFO);
        let failed = |kind, message: &str| {
            let message = format!("the site did not tell its cloud ID: {message}; give it, as in COMPASS_CLOUD_ID");
            Failed::before_sending(kind, message)
        };
        let transport = |error: reqwest::Error, message: &str| {
            let kind = if error.is_timeout() { ErrorKind::Timeout } else { ErrorKind::Transport };
            Failed { source: Some(Box::new(error.without_url())), ..failed(kind, message) }
        };
        let response = match shared.http.get(url).timeout(timeout).send().await {
            Ok(response) => response,
            Err(error) => {
                let failure = if error.is_connect() { Failure::NotConnected } else { Failure::NoResponse };
                return Err((failure, transport(error, "no answer")));
            }
        };
        let status = response.status();
        let asked = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let asked = asked.and_then(|text| retry_after::parse(text, shared.clock.utc()));
        let body = response.bytes().await.map_err(|error| {
            let cut_off = transport(error, &format!("{}, but its body is cut off", status_line(status)));
            (Failure::UnreadableResponse, Failed { status: Some(status), ..cut_off })
        })?;
        let answered = |failure, kind, message: &str| {
            let failed = Failed { retry_after: asked, ..failed(kind, message) };
            (failure, failed.answered(Some(status), &body))
        };
        if !status.is_success() {
            let failure = Failure::of_status(status, asked.is_some());
            return Err(answered(failure, ErrorKind::of_answer(status, &body), &status_line(status)));
        }
        let unexpected = |message: &str| answered(Failure::Rejected, ErrorKind::UnexpectedResponse, message);
        let info: TenantInfo =
            serde_json::from_slice(&body).map_err(|error| unexpected(&format!("not as documented: {error}")))?;
        info.cloud_id.parse().map_err(|error: CloudIdError| unexpected(&error.to_string()))
    }
}
