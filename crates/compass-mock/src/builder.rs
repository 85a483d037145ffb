//! The settings of a mock, and its start.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::access::{Access, Token};
use crate::clock::{Clock, SystemClock};
use crate::components::Components;
use crate::contract::Contract;
use crate::error::Error;
use crate::fault::Plan;
use crate::mock::Mock;
use crate::shared::{Requests, Shared};
use crate::state::{self, State};
use crate::{admin, ari, feed, server};

/// The cloud ID of a mock that was not told another.
const CLOUD_ID: &str = "c0ffee00-5ca1-4ab1-8e0f-0123456789ab";
/// Entries of each kind that are kept unless told otherwise.
pub const KEEP: usize = 10_000;

/// The settings of a mock; [`Mock::builder`] begins them.
#[derive(Clone, Debug)]
#[must_use = "a mock runs once it is started"]
pub struct Builder {
    port: u16,
    keep: usize,
    access: Access,
    components: Components,
    rate_limit: bool,
    retry_after: bool,
    attachments: bool,
    state: Option<PathBuf>,
    cloud_id: Option<String>,
    seed: u64,
    clock: Arc<dyn Clock>,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            port: 0,
            keep: KEEP,
            access: Access::default(),
            components: Components::default(),
            rate_limit: true,
            retry_after: false,
            attachments: false,
            state: None,
            cloud_id: None,
            seed: 0,
            clock: Arc::new(SystemClock::new()),
        }
    }

    /// The port on 127.0.0.1; 0, any that is free, unless told otherwise.
    pub fn port(self, port: u16) -> Self {
        Self { port, ..self }
    }

    /// How many entries of each list are kept, and event sources that events made: 10,000 unless told otherwise. The
    /// oldest go first; so they do where a list has more than 64 MiB.
    pub fn keep(self, entries: usize) -> Self {
        Self { keep: entries, ..self }
    }

    /// A user and their API token; may be said several times. Unless it is said, any Basic credentials are taken.
    pub fn credentials(mut self, user: impl Into<String>, token: impl Into<String>) -> Self {
        self.access.know(user.into(), Token::new(token));
        self
    }

    /// A user who may do nothing: 403. May be said several times.
    pub fn forbid(mut self, user: impl Into<String>) -> Self {
        self.access.forbid(user.into());
        self
    }

    /// What there is on the site. Unless it is said, there is whatever a request names.
    pub fn components(self, components: Components) -> Self {
        Self { components, ..self }
    }

    /// Whether a user may send 100 events and metric values per minute only: yes unless told otherwise.
    pub fn rate_limit(self, rate_limit: bool) -> Self {
        Self { rate_limit, ..self }
    }

    /// Whether a 429 has a `Retry-After`: no unless told otherwise, because the vendor does not publish that one comes.
    pub fn retry_after(self, retry_after: bool) -> Self {
        Self { retry_after, ..self }
    }

    /// Whether every Forge app may have attachments: no unless told otherwise, as the vendor has to enable them.
    pub fn attachments(self, attachments: bool) -> Self {
        Self { attachments, ..self }
    }

    /// A file that the state is read from at the start, if it is there, and written to by [`Mock::stop`]. Requests as
    /// they were sent are not in it, because they have API tokens.
    pub fn state(self, file: impl Into<PathBuf>) -> Self {
        Self { state: Some(file.into()), ..self }
    }

    /// The site's cloud ID, a UUID: other ones are refused then.
    pub fn cloud_id(self, cloud_id: impl Into<String>) -> Self {
        Self { cloud_id: Some(cloud_id.into()), ..self }
    }

    /// What decides which requests meet a [`Faults::rate`](crate::Faults::rate): 0 unless told otherwise.
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// The time; the system's unless told otherwise.
    pub fn clock(self, clock: impl Clock) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    /// Starts the mock on the runtime that this is called on, and ends with that.
    ///
    /// # Errors
    /// If a setting cannot be, the port is taken, or the state file is none.
    pub async fn start(self) -> Result<Mock, Error> {
        let fixed_cloud_id = self.fixed_cloud_id()?;
        let mut access = self.access;
        for user in &self.components.forbidden_users {
            access.forbid(user.clone());
        }
        let mut state = State::new(self.keep);
        for component in self.components.components() {
            for source in &component.event_sources {
                state.fix_source(&component.ari, source);
            }
        }
        let path = self.state.clone();
        let read = move || {
            // Reading the contract takes a moment as well, and the first request shall not wait for it.
            let _ = Contract::vendored();
            path.map_or(Ok(()), |path| state::read(&path, &mut state)).map(|()| state)
        };
        let state = tokio::task::spawn_blocking(read).await.map_err(|_| Error::ended())??;

        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let listener = TcpListener::bind(address).await.map_err(|error| Error::listen(address, error))?;
        let bound = listener.local_addr().map_err(|error| Error::listen(address, error))?;
        let news = state.news();
        let shared = Arc::new(Shared {
            origin: format!("http://{bound}"),
            cloud_id: fixed_cloud_id.clone().unwrap_or_else(|| CLOUD_ID.to_owned()),
            fixed_cloud_id,
            access,
            components: self.components,
            attachments: self.attachments,
            retry_after: self.retry_after,
            state_file: self.state,
            clock: self.clock,
            limit: self.rate_limit.then(Mutex::default),
            plan: Arc::new(Mutex::new(Plan::new(self.seed))),
            requests: Mutex::new(Requests::new(self.keep)),
            state: Mutex::new(state),
            saving: tokio::sync::Mutex::default(),
        });
        let mut router = admin::routes(Arc::clone(&shared));
        if let Some(news) = news {
            router = router.merge(feed::routes(news));
        }
        let (stop, stopping) = watch::channel(false);
        let accepting = tokio::spawn(server::accept(listener, Arc::clone(&shared), router, stopping));
        Ok(Mock::new(shared, stop, accepting))
    }

    fn fixed_cloud_id(&self) -> Result<Option<String>, Error> {
        let of_file = self.components.cloud_id.map(|id| id.to_string());
        let Some(told) = &self.cloud_id else { return Ok(of_file) };
        let Some(told) = ari::uuid(told) else {
            return Err(Error::setting("cloud_id", format!("{told:?} is no cloud ID: that is a UUID")));
        };
        match of_file {
            Some(other) if other != told.to_string() => {
                Err(Error::setting("cloud_id", format!("it is {told}, but the components file has {other}")))
            }
            Some(_) | None => Ok(Some(told.to_string())),
        }
    }
}
