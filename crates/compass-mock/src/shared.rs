//! What all connections of a mock share: its settings, and its state behind locks that are held for moments.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::request::Parts;

use crate::access::Access;
use crate::clock::Clock;
use crate::components::Components;
use crate::error::Error;
use crate::fault::Plan;
use crate::limit::Limit;
use crate::received::Received;
use crate::request::Recorded;
use crate::state::{self, Kept, State};

pub(crate) struct Shared {
    /// `http://127.0.0.1:PORT`
    pub(crate) origin: String,
    pub(crate) cloud_id: String,
    /// The cloud ID that requests must have; if there is none, any.
    pub(crate) fixed_cloud_id: Option<String>,
    pub(crate) access: Access,
    pub(crate) components: Components,
    /// Whether every Forge app may have attachments.
    pub(crate) attachments: bool,
    /// Whether a 429 says when to come back.
    pub(crate) retry_after: bool,
    pub(crate) state_file: Option<PathBuf>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) limit: Option<Mutex<Limit>>,
    pub(crate) plan: Arc<Mutex<Plan>>,
    pub(crate) requests: Mutex<Requests>,
    pub(crate) state: Mutex<State>,
    /// One at a time writes the file.
    pub(crate) saving: tokio::sync::Mutex<()>,
}

/// The requests as they were sent.
pub(crate) struct Requests {
    last_id: u64,
    kept: Kept<Arc<Recorded>>,
}

impl Requests {
    pub(crate) fn new(keep: usize) -> Self {
        Self { last_id: 0, kept: Kept::new(keep) }
    }
}

/// Every change leaves what is locked consistent, so a panic elsewhere under the lock is no reason to stop.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    pub(crate) fn plan(&self) -> MutexGuard<'_, Plan> {
        lock(&self.plan)
    }

    /// Puts a request on record.
    pub(crate) fn record(&self, head: &Parts, body: &[u8]) {
        let mut recorded = Recorded::new(head, body, self.clock.utc());
        let weight = recorded.weight();
        let forgotten = {
            let mut requests = lock(&self.requests);
            requests.last_id += 1;
            recorded.id = requests.last_id;
            let id = recorded.id;
            requests.kept.insert(id, weight, Arc::new(recorded))
        };
        // Outside of the lock.
        drop(forgotten);
    }

    /// Takes a request of the user's budget, or says after what time there is one again.
    pub(crate) fn take_of_limit(&self, user: &str) -> Result<(), Duration> {
        self.limit.as_ref().map_or(Ok(()), |limit| lock(limit).take(user, self.clock.now()))
    }

    /// In the order of arrival.
    pub(crate) fn requests(&self) -> Vec<Arc<Recorded>> {
        lock(&self.requests).kept.iter().cloned().collect()
    }

    /// In the order of arrival; none of them is kept any longer.
    pub(crate) fn take_requests(&self) -> Vec<Arc<Recorded>> {
        let taken = lock(&self.requests).kept.take();
        taken.iter().cloned().collect()
    }

    pub(crate) fn received(&self) -> Received {
        let requests = self.requests();
        let state = self.state();
        let (events, metrics) = (state.events(), state.metrics());
        Received { events, metrics, files: state.files(), webhooks: state.webhooks(), requests }
    }

    /// Forgets all that arrived and what followed from it, and the faults that are to come.
    pub(crate) fn reset(&self) {
        self.plan().clear(None);
        if let Some(limit) = &self.limit {
            lock(limit).reset();
        }
        drop(self.take_requests());
        let forgotten = {
            let mut state = self.state();
            [state.reset_metrics(), state.reset_files(), state.reset_webhooks(), state.reset_events()]
        };
        // Outside of the lock.
        drop(forgotten);
    }

    /// Writes the state to its file. `false` if there is none.
    pub(crate) async fn save(&self) -> Result<bool, Error> {
        let Some(path) = self.state_file.clone() else { return Ok(false) };
        let _saving = self.saving.lock().await;
        let snapshot = self.state().snapshot();
        let written = tokio::task::spawn_blocking(move || {
            let text = snapshot().map_err(|error| Error::content(&path, format!("cannot be made: {error}")))?;
            state::write(&path, &text)
        });
        written.await.map_err(|_| Error::ended())??;
        Ok(true)
    }
}
