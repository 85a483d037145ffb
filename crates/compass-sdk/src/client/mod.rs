//! The client.

mod base;
mod builder;
mod config;
mod credentials;
mod env;

use std::fmt;
use std::sync::Arc;

pub use self::builder::CompassBuilder;
pub use self::config::Config;
pub(crate) use self::credentials::Credentials;
pub use self::env::{VARIABLES, Variable};
use crate::delivery::limiter::{Limiter, Limits};
use crate::delivery::retry::{Retries, RetryPolicy};
use crate::error::Error;
use crate::resources::{ApiSpecs, Attachments, ComponentId, Entitlements, Events, LockFiles, Metrics, Site, Webhooks};
use crate::transport::Shared;

/// A client for one Compass site and one user. Clones are cheap and share connections, limiter and retry budget: make
/// one for each user, and clone it.
#[derive(Clone)]
pub struct Compass(pub(crate) Arc<Shared>);

impl Compass {
    /// Sets up a client.
    pub fn builder() -> CompassBuilder {
        CompassBuilder::default()
    }

    /// A client as the [environment variables](VARIABLES) say.
    ///
    /// # Errors
    /// The variable that is missing or wrong, and what to set it to.
    pub fn from_env() -> Result<Self, Error> {
        CompassBuilder::from_env()?.build()
    }

    /// What stands before the contract's paths.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.0.base.as_str()
    }

    /// The account's email.
    #[must_use]
    pub fn email(&self) -> &str {
        self.0.credentials.email()
    }

    /// Tells these credentials from others, and nothing of the API token: 16 hexadecimal digits that stay the same for the same
    /// email and token.
    #[must_use]
    pub fn credential_fingerprint(&self) -> String {
        self.0.credentials.fingerprint()
    }

    /// A client over the same connections that sends each request once, as soon as it is told to: for those who keep
    /// limits and retries themselves, across processes say.
    #[must_use]
    pub fn sending_once(&self) -> Self {
        let shared = &*self.0;
        Self(Arc::new(Shared {
            base: shared.base.clone(),
            http: shared.http.clone(),
            api: shared.api.clone(),
            credentials: shared.credentials.clone(),
            limiter: Limiter::new(Limits::unlimited(), Arc::clone(&shared.clock)),
            retries: Retries::new(RetryPolicy::never()),
            clock: Arc::clone(&shared.clock),
            attempt_timeout: shared.attempt_timeout,
            operation_timeout: shared.operation_timeout,
            permit_timeout: shared.permit_timeout,
            cloud_id: shared.cloud_id.clone(),
        }))
    }

    /// Events of components.
    #[must_use]
    pub fn events(&self) -> Events<'_> {
        Events(self)
    }

    /// Values of metrics.
    #[must_use]
    pub fn metrics(&self) -> Metrics<'_> {
        Metrics::new(self)
    }

    /// The API specification of a component.
    pub fn api_specs(&self, component: impl Into<ComponentId>) -> ApiSpecs<'_> {
        ApiSpecs { compass: self, component: component.into() }
    }

    /// Package dependencies of a component, from lock files.
    pub fn lock_files(&self, component: impl Into<ComponentId>) -> LockFiles<'_> {
        LockFiles { compass: self, component: component.into() }
    }

    /// Files that a Forge app attached to a component. The vendor has to enable them for the app (NOTES: "Files").
    pub fn attachments<'c>(&'c self, component: impl Into<ComponentId>, forge_app: &'c str) -> Attachments<'c> {
        Attachments { compass: self, component: component.into(), forge_app }
    }

    /// Incoming webhooks.
    #[must_use]
    pub fn webhooks(&self) -> Webhooks<'_> {
        Webhooks::new(self)
    }

    /// What the site is entitled to.
    #[must_use]
    pub fn entitlements(&self) -> Entitlements<'_> {
        Entitlements(self)
    }

    /// The site itself.
    #[must_use]
    pub fn site(&self) -> Site<'_> {
        Site(self)
    }
}

impl fmt::Debug for Compass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compass")
            .field("base_url", &self.base_url())
            .field("credentials", &self.0.credentials)
            .finish_non_exhaustive()
    }
}
