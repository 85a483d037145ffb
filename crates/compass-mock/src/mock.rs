//! A running mock.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::api::BASE_PATH;
use crate::builder::Builder;
use crate::error::Error;
use crate::fault::Faults;
use crate::received::Received;
use crate::request::Request;
use crate::shared::Shared;

/// What requests under way get to end, when the mock stops.
const GRACE: Duration = Duration::from_secs(1);

/// A running mock. It ends when it is dropped, or stopped, or its runtime ends.
#[must_use = "a mock that is dropped has ended"]
pub struct Mock {
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    accepting: JoinHandle<()>,
}

impl Mock {
    pub(crate) fn new(shared: Arc<Shared>, stop: watch::Sender<bool>, accepting: JoinHandle<()>) -> Self {
        Self { shared, stop, accepting }
    }

    /// Starts a mock on a free port of 127.0.0.1, with the defaults of [`Mock::builder`].
    ///
    /// # Errors
    /// If no port is free.
    pub async fn start() -> Result<Self, Error> {
        Self::builder().start().await
    }

    /// The settings of a mock.
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// Scheme, host and port, without a slash at the end. The feed page is there.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.shared.origin
    }

    /// What the paths of the contract come after: the origin and `/gateway/api`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("{}{BASE_PATH}", self.shared.origin)
    }

    /// The cloud ID that the mock answers.
    #[must_use]
    pub fn cloud_id(&self) -> &str {
        &self.shared.cloud_id
    }

    /// What has arrived so far.
    #[must_use]
    pub fn received(&self) -> Received {
        self.shared.received()
    }

    /// The requests since this was last asked, as [`Received::requests`] has them; none of them is kept any longer.
    #[must_use]
    pub fn take_requests(&self) -> Vec<Request> {
        self.shared.take_requests().iter().map(|recorded| recorded.request()).collect()
    }

    /// The faults that are to come.
    #[must_use]
    pub fn faults(&self) -> Faults {
        Faults::new(Arc::clone(&self.shared.plan))
    }

    /// Forgets all that arrived and what followed from it: event sources, sequence numbers, the rate limit's windows.
    /// There are no faults to come then, either.
    pub fn reset(&self) {
        self.shared.reset();
    }

    /// Ends the mock: requests under way get a second to end. Then the state is saved, if there is a file for it.
    ///
    /// # Errors
    /// If the state cannot be written. The mock has ended all the same.
    pub async fn stop(mut self) -> Result<(), Error> {
        self.shared.state().end_news();
        self.stop.send_replace(true);
        if tokio::time::timeout(GRACE, &mut self.accepting).await.is_err() {
            self.accepting.abort();
        }
        self.shared.save().await.map(drop)
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl fmt::Debug for Mock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mock").field("origin", &self.shared.origin).finish_non_exhaustive()
    }
}
