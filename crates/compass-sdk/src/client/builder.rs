//! How a client is set up.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OnceCell;
use url::Url;

use super::config::Config;
use super::credentials::Credentials;
use super::{Compass, base, env};
use crate::ari::CloudId;
use crate::delivery::clock::{Clock, SystemClock};
use crate::delivery::limiter::{Limiter, Limits};
use crate::delivery::retry::{Retries, RetryPolicy};
use crate::error::Error;
use crate::transport::Shared;

/// Sets up a [`Compass`]: begin with [`Compass::builder`].
///
/// ```
/// use std::time::Duration;
///
/// let compass = compass_sdk::Compass::builder()
///     .site("example")
///     .credentials("me@example.com", "an API token")
///     .attempt_timeout(Duration::from_secs(10))
///     .build()?;
/// assert_eq!(compass.base_url(), "https://example.atlassian.net/gateway/api");
/// # Ok::<(), compass_sdk::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until it is built"]
pub struct CompassBuilder {
    site: Option<Hidden<String>>,
    base_url: Option<Hidden<String>>,
    allows_plain_http: bool,
    credentials: Option<(String, Hidden<String>)>,
    cloud_id: Option<CloudId>,
    config: Config,
    attempt_timeout: Option<Duration>,
    operation_timeout: Option<Duration>,
    permit_timeout: Option<Duration>,
    limits: Option<Limits>,
    retry: Option<RetryPolicy>,
    http: Option<Hidden<reqwest::Client>>,
    clock: Option<Arc<dyn Clock>>,
}

/// What `Debug` does not show: secrets, and what people put secrets into (URLs, a client's default headers).
#[derive(Clone)]
struct Hidden<T>(T);

impl<T> std::fmt::Debug for Hidden<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl CompassBuilder {
    /// A builder with what the [environment variables](crate::VARIABLES) say, for those who add to it.
    ///
    /// # Errors
    /// The variable that is missing or wrong, and what to set it to.
    pub fn from_env() -> Result<Self, Error> {
        env::builder(|name| std::env::var(name))
    }

    /// The site: its name (`example`), its host (`example.atlassian.net`) or its URL.
    pub fn site(mut self, site: impl Into<String>) -> Self {
        self.site = Some(Hidden(site.into()));
        self
    }

    /// Instead of a site, the URL that stands before the contract's paths: of a gateway of one's own, or of a server for
    /// tests. Plain HTTP only to this machine.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(Hidden(url.into()));
        self
    }

    /// Lets plain HTTP to other machines pass: everyone on the way can read the API token.
    pub fn allow_plain_http(mut self) -> Self {
        self.allows_plain_http = true;
        self
    }

    /// The account's email and API token.
    pub fn credentials(mut self, email: impl Into<String>, token: impl Into<String>) -> Self {
        self.credentials = Some((email.into(), Hidden(token.into())));
        self
    }

    /// The site's cloud ID; found out from the site when it is first asked for, unless it is given here.
    pub fn cloud_id(mut self, cloud_id: CloudId) -> Self {
        self.cloud_id = Some(cloud_id);
        self
    }

    /// The time from sending a request to the end of its response: 30 s unless told otherwise.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// The time for all attempts of an operation and the waits between them: 2 minutes unless told otherwise. Waits for
    /// the limiter do not count: they depend on what else the client does. A wait for a retry that would not end in time
    /// is not begun.
    pub fn operation_timeout(mut self, timeout: Duration) -> Self {
        self.operation_timeout = Some(timeout);
        self
    }

    /// The longest that an operation waits for permits of the limiter, on top of
    /// [`operation_timeout`](Self::operation_timeout): 5 minutes unless told otherwise. A wait that would be in vain is not
    /// begun.
    pub fn permit_timeout(mut self, timeout: Duration) -> Self {
        self.permit_timeout = Some(timeout);
        self
    }

    /// How the client behaves, as a configuration file says. Single settings made before or after it stay.
    pub fn config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// How many requests are sent at most: 100 in any minute unless told otherwise, which is what Compass allows a user
    /// (NOTES: "Access").
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// How often requests are sent again.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// The HTTP client to use, for a proxy or certificates of one's own. It must follow no redirects, as the default one
    /// does not: an answer from elsewhere is no answer of Compass, and with it the [table of retries](crate::retry) does
    /// not hold (a connection that fails after a redirect looks as if nothing had been sent). The default one goes by the
    /// environment's proxies, except over plain HTTP to this machine.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(Hidden(client));
        self
    }

    /// Where the time comes from, for tests. Timeouts of attempts always go by the system's clock.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// What stands before the contract's paths: the [`Compass::base_url`] of the client that would be built. Needs no
    /// credentials, and sets nothing up.
    ///
    /// # Errors
    /// As [`build`](Self::build), of site and base URL alone.
    pub fn resolve_base_url(&self) -> Result<String, Error> {
        self.base().map(String::from)
    }

    fn base(&self) -> Result<Url, Error> {
        match (&self.site, &self.base_url) {
            (Some(Hidden(site)), None) => base::of_site(site),
            (None, Some(Hidden(url))) => base::of_url(url, self.allows_plain_http),
            (None, None) => Err(Error::configuration("no site: give `site` or `base_url`, as in COMPASS_SITE")),
            (Some(_), Some(_)) => Err(Error::configuration("both a site and a base URL: give only one of them")),
        }
    }

    /// The client.
    ///
    /// # Errors
    /// What is missing, wrong or contradictory, with the environment variable that has it by default.
    pub fn build(self) -> Result<Compass, Error> {
        let base = self.base()?;
        let Some((email, Hidden(token))) = &self.credentials else {
            return Err(Error::configuration(
                "no credentials: give an email and an API token, as in COMPASS_EMAIL and COMPASS_API_TOKEN",
            ));
        };
        let credentials = Credentials::new(email, token)?;
        let http = match self.http {
            Some(Hidden(http)) => http,
            None => http_client(&base)?,
        };
        let clock = self.clock.unwrap_or_else(|| Arc::new(SystemClock::new()));
        Ok(Compass(Arc::new(Shared {
            api: compass_api::Client::new(&base, http.clone(), compass_api::NoHook),
            base,
            http,
            credentials,
            limiter: Limiter::new(self.limits.unwrap_or(self.config.limits), Arc::clone(&clock)),
            retries: Retries::new(self.retry.unwrap_or(self.config.retry)),
            clock,
            attempt_timeout: self.attempt_timeout.unwrap_or(self.config.attempt_timeout()),
            operation_timeout: self.operation_timeout.unwrap_or(self.config.operation_timeout()),
            permit_timeout: self.permit_timeout.unwrap_or(self.config.permit_timeout()),
            cloud_id: OnceCell::new_with(self.cloud_id),
        })))
    }
}

/// The default HTTP client.
fn http_client(base: &Url) -> Result<reqwest::Client, Error> {
    let mut http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    if base.scheme() == "http" && base::is_loopback(base) {
        // A proxy would read the token, and its 127.0.0.1 is another machine.
        http = http.no_proxy();
        // Nothing on the way speaks TLS, so that the machine's certificates, which take a moment, are not read.
        #[cfg(any(feature = "rustls", feature = "native-tls"))]
        {
            http = http.tls_certs_only([]);
        }
    }
    http.build().map_err(|error| {
        Error::configuration("the HTTP client cannot be set up: for https it needs the system's CA certificates")
            .with_source(error.without_url())
    })
}
