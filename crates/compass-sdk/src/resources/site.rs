//! The site.

use http::StatusCode;
use serde::Deserialize;

use crate::ari::CloudId;
use crate::client::Compass;
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

    async fn ask(&self) -> Result<CloudId, Error> {
        let shared = &self.0.0;
        let mut url = shared.base.clone();
        url.set_path(TENANT_INFO);
        let start = shared.clock.now();
        let failed = |kind, message: &str| Failed {
            attempts: 1,
            elapsed: shared.clock.now().saturating_sub(start),
            ..Failed::before_sending(
                kind,
                format!("the site did not tell its cloud ID: {message}; give it, as in COMPASS_CLOUD_ID"),
            )
        };
        let transport = |error: reqwest::Error, message: &str| {
            let kind = if error.is_timeout() { ErrorKind::Timeout } else { ErrorKind::Transport };
            Failed { is_retryable: true, source: Some(Box::new(error.without_url())), ..failed(kind, message) }
        };
        let sent = shared.http.get(url).timeout(shared.attempt_timeout).send().await;
        let response = sent.map_err(|error| transport(error, "no answer"))?;
        let status = response.status();
        let body = response.bytes().await.map_err(|error| Failed {
            status: Some(status),
            ..transport(error, &format!("{}, but its body is cut off", status_line(status)))
        })?;
        let answered = |kind, message: &str| {
            let is_retryable = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
            let failed = Failed { is_retryable, ..failed(kind, message) };
            failed.answered(Some(status), &body)
        };
        if !status.is_success() {
            return Err(answered(ErrorKind::of_answer(status, &body), &status_line(status)).into());
        }
        let info: TenantInfo = serde_json::from_slice(&body)
            .map_err(|error| answered(ErrorKind::UnexpectedResponse, &format!("not as documented: {error}")))?;
        let cloud_id = info.cloud_id.parse::<CloudId>();
        Ok(cloud_id.map_err(|error| answered(ErrorKind::UnexpectedResponse, &error.to_string()))?)
    }
}
