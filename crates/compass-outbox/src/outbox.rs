//! The outbox: where messages are handed over, looked at and given up.

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use compass_sdk::Compass;
use compass_sdk::clock::{Clock, SystemClock};
use futures_util::stream::{self, Stream, StreamExt as _, TryStreamExt as _};
use serde::Serialize;
use tokio::sync::watch;

use crate::envelope::{Destination, MessageId};
use crate::error::StoreError;
use crate::export;
use crate::message::Message;
use crate::store::{Kept, Page, SqliteOptions, SqliteStore, State, Status, Store, Which};
use crate::worker::{Courier, Worker, to_compass};

/// Messages that an export reads at a time.
const EXPORTED_AT_ONCE: usize = 500;

/// Accepts messages and keeps them until they are delivered. Clones share the store, and wake each other's workers.
#[derive(Clone, Debug)]
pub struct Outbox {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    /// Counts what may have given workers something to do.
    news: watch::Sender<u64>,
}

/// A message is accepted: it is on the disk, and will be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Receipt {
    /// The message's ID.
    pub id: MessageId,
    /// When it was accepted.
    pub accepted_at: DateTime<Utc>,
}

impl Outbox {
    /// Opens the outbox at a path, and makes it if there is none.
    ///
    /// It waits for the disk, and for a process that makes or repairs the file. A file that is damaged is replaced by what can be
    /// read of it, and kept beside it; that is a warning of `tracing`. Whoever wants to know more opens the
    /// [store](SqliteStore::open), and passes it to [`with_store`](Self::with_store).
    ///
    /// # Errors
    /// If the file cannot be used: its error says why, and what to do.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::open_with(path, SqliteOptions::default())
    }

    /// The same with options: how much it accepts, for one.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with(path: impl AsRef<Path>, options: SqliteOptions) -> Result<Self, StoreError> {
        let opened = SqliteStore::open(path, options)?;
        if let Some(salvage) = &opened.salvage {
            let (path, lost) = (opened.store.path().display(), salvage.lost.len());
            let (salvaged, damaged) = (salvage.salvaged, salvage.damaged.display());
            tracing::warn!(%path, salvaged, lost, %damaged, reason = salvage.reason, "the outbox was damaged");
        }
        Ok(Self::with_store(opened.store))
    }

    /// An outbox on a store of one's own.
    #[must_use]
    pub fn with_store(store: impl Store) -> Self {
        Self { store: Arc::new(store), clock: Arc::new(SystemClock::new()), news: watch::Sender::new(0) }
    }

    /// The same with another source of time, for tests.
    #[must_use]
    pub fn clock(self, clock: impl Clock) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    /// Accepts a message. When this returns it is committed and on the disk.
    ///
    /// Whoever drops the future does not know whether the message was accepted.
    ///
    /// # Errors
    /// If the outbox is full, or the store fails: then the message was not accepted.
    pub async fn enqueue(&self, message: Message) -> Result<Receipt, StoreError> {
        let id = MessageId::new();
        let accepted_at = self.clock.utc();
        self.store.accept(vec![message.into_envelope(id, accepted_at)]).await?;
        self.wake();
        Ok(Receipt { id, accepted_at })
    }

    /// Accepts several messages in their order, with one commit: all of them, or none. The receipts are in the same order.
    ///
    /// # Errors
    /// As [`enqueue`](Self::enqueue).
    pub async fn enqueue_all(
        &self,
        messages: impl IntoIterator<Item = Message> + Send,
    ) -> Result<Vec<Receipt>, StoreError> {
        let accepted_at = self.clock.utc();
        let accept = |message: Message| message.into_envelope(MessageId::new(), accepted_at);
        let envelopes: Vec<_> = messages.into_iter().map(accept).collect();
        if envelopes.is_empty() {
            return Ok(Vec::new());
        }
        let receipts = envelopes.iter().map(|envelope| Receipt { id: envelope.id, accepted_at }).collect();
        self.store.accept(envelopes).await?;
        self.wake();
        Ok(receipts)
    }

    /// A worker that sends to Compass as this client does, except that limits and retries are the outbox's: the client
    /// sends each request once.
    pub fn worker(&self, compass: &Compass) -> Worker {
        Worker::new(self.clone(), to_compass(compass))
    }

    /// A worker with another way to deliver.
    pub fn worker_with(&self, courier: impl Courier) -> Worker {
        Worker::new(self.clone(), Arc::new(courier))
    }

    /// What there is, in numbers.
    ///
    /// # Errors
    /// If the store fails; so with the rest.
    pub async fn status(&self) -> Result<Status, StoreError> {
        self.store.status(self.clock.utc()).await
    }

    /// A page of messages.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn list(&self, page: Page) -> Result<Vec<Kept>, StoreError> {
        self.store.list(page).await
    }

    /// One message, if it is still remembered.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn get(&self, id: MessageId) -> Result<Option<Kept>, StoreError> {
        self.store.get(id).await
    }

    /// Of the messages to a destination that wait to be sent again, the one whose time comes first: it says when, and for what answer.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn next_due(&self, destination: &Destination) -> Result<Option<Kept>, StoreError> {
        self.store.next_due(destination.clone()).await
    }

    /// Messages as lines of JSON, by ID, each without its end: those in a state, or all.
    ///
    /// A line is a message as [`Kept`] has it, and `schema`, which is [`EXPORT_SCHEMA`](crate::EXPORT_SCHEMA). It can be read as
    /// an [`Envelope`](crate::Envelope).
    pub fn export(&self, state: Option<State>) -> impl Stream<Item = Result<String, StoreError>> + Send + use<> {
        let store = Arc::clone(&self.store);
        let pages = stream::try_unfold(Some(None), move |after: Option<Option<MessageId>>| {
            let store = Arc::clone(&store);
            async move {
                let Some(after) = after else { return Ok(None) };
                let page = store.list(Page { state, after, most: EXPORTED_AT_ONCE }).await?;
                let next = page.last().map(|kept| Some(kept.envelope.id));
                let lines: Vec<_> = page.iter().map(export::line).collect();
                Ok::<_, StoreError>(Some((stream::iter(lines).map(Ok), next)))
            }
        });
        pages.try_flatten()
    }

    /// Queues dead letters again, behind what is queued in their lanes: these, or all. Answers how many there were.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn retry(&self, which: Which) -> Result<u64, StoreError> {
        let count = self.store.retry(which, self.clock.utc()).await?;
        self.wake();
        Ok(count)
    }

    /// Gives messages up that are dead or queued and not being sent: these, or all dead letters. Answers how many there
    /// were.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn drop_messages(&self, which: Which) -> Result<u64, StoreError> {
        let count = self.store.drop_messages(which, self.clock.utc()).await?;
        // What waited behind one of them may go.
        self.wake();
        Ok(count)
    }

    /// Opens every way that is closed, because somebody has mended what closed it, without waiting for the next try; and makes due whatever waits
    /// to be sent again. Workers of other processes notice within some seconds, unless they rest or wait for permits.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn open_ways(&self) -> Result<(), StoreError> {
        self.store.open(None).await?;
        self.wake();
        Ok(())
    }

    pub(crate) fn parts(&self) -> (Arc<dyn Store>, Arc<dyn Clock>, watch::Receiver<u64>) {
        (Arc::clone(&self.store), Arc::clone(&self.clock), self.news.subscribe())
    }

    fn wake(&self) {
        self.news.send_modify(|count| *count = count.wrapping_add(1));
    }
}
