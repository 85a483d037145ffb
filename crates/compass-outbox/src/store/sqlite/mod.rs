//! A store in a file: SQLite, shared by the processes of one host.
//!
//! # What is in the file
//! Messages with their bodies, the URLs that they go to, and the email addresses of accounts: as confidential as those
//! are. On Unix only its owner can read the file, and the folders that are made for it. No secrets are in it: no API
//! token, and of credentials only the fingerprint that callers make.
//!
//! The file does not get smaller: what is forgotten leaves room for what comes.
//!
//! # Where it may be
//! On a local disk. SQLite's log needs memory that the processes share, which no network file system has.

mod check;
mod engine;
mod fault;
mod file;
mod header;
mod lane;
mod lease;
mod open;
mod queue;
mod restore;
mod row;
mod salvage;
mod schema;
#[cfg(test)]
mod tests;
mod upkeep;
mod ways;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use rusqlite::Connection;
use tokio::sync::oneshot;

use self::engine::{Call, Engine, Job};
use self::fault::Fault;
use self::file::Site;
pub use self::salvage::Salvage;
use super::{Account, Closed, Kept, Leases, Page, PermitRequest, Permits, Settled, Status, Store, Wanted, Which};
use crate::envelope::{Destination, Envelope, MessageId};
use crate::error::StoreError;

/// How much a store accepts: of messages that are queued or dead, what is done does not count.
///
/// By default 1,000,000 messages and 1 GiB of bodies. At the 100 requests that Compass takes from a user in a minute that
/// is a week of sending, so that more would hardly be delivered before it is of no interest; and a disk of CI has it to
/// spare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// How many messages.
    pub messages: u64,
    /// How many bytes their bodies have together.
    pub bytes: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { messages: 1_000_000, bytes: 1 << 30 }
    }
}

/// How a store is opened.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SqliteOptions {
    /// How much it accepts.
    pub bounds: Bounds,
    /// How long a call waits for other processes that keep the file. 10 s by default.
    pub patience: Duration,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { bounds: Bounds::default(), patience: Duration::from_secs(10) }
    }
}

impl SqliteOptions {
    /// With these bounds.
    #[must_use]
    pub fn bounds(self, bounds: Bounds) -> Self {
        Self { bounds, ..self }
    }

    /// With this patience.
    #[must_use]
    pub fn patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }
}

/// A store in a file.
pub struct SqliteStore {
    path: PathBuf,
    bounds: Bounds,
    salvages: Arc<Mutex<Vec<Salvage>>>,
    thread: Mutex<Thread>,
}

/// The thread that does the work; there is none before the first call.
enum Thread {
    Unstarted(Box<Engine>),
    Running(Sender<Box<dyn Job>>, JoinHandle<()>),
    /// It could not be started.
    None,
}

/// A store that was opened, and what it took.
#[derive(Debug)]
#[non_exhaustive]
pub struct Opened {
    /// The store.
    pub store: SqliteStore,
    /// Whether the file was made.
    pub created: bool,
    /// The version of which an older file was.
    pub migrated_from: Option<u32>,
    /// What became of a file that was damaged.
    pub salvage: Option<Salvage>,
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, bounds, salvages: _, thread: _ } = self;
        f.debug_struct("SqliteStore").field("path", path).field("bounds", bounds).finish_non_exhaustive()
    }
}

impl SqliteStore {
    /// Opens the outbox at a path, and makes it if there is none.
    ///
    /// It waits for the disk, and for a process that makes or repairs the file.
    ///
    /// # Errors
    /// If the file cannot be used: its error says why, and what to do.
    pub fn open(path: impl AsRef<Path>, options: SqliteOptions) -> Result<Opened, StoreError> {
        let SqliteOptions { bounds, patience } = options;
        let site = Site::prepare(path.as_ref()).map_err(|fault| fault.at(path.as_ref()))?;
        let ready = open::open(&site, patience, None).map_err(|fault| fault.at(&site.main))?;
        let salvages = Arc::default();
        let path = site.main.clone();
        let engine = Engine { site, patience, file: Some(ready.file), salvages: Arc::clone(&salvages) };
        Ok(Opened {
            store: Self { path, bounds, salvages, thread: Mutex::new(Thread::Unstarted(Box::new(engine))) },
            created: ready.from == Some(0) && ready.salvage.is_none(),
            migrated_from: ready.from.and_then(|version| u32::try_from(version).ok()).filter(|version| *version > 0),
            salvage: ready.salvage,
        })
    }

    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What was salvaged since the store was opened: a file may be found damaged at any call.
    #[must_use]
    pub fn salvages(&self) -> Vec<Salvage> {
        self.salvages.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The same for whoever gives the store away, to an outbox say.
    pub fn watch_salvages(&self) -> impl Fn() -> Vec<Salvage> + Send + Sync + use<> {
        let salvages = Arc::clone(&self.salvages);
        move || salvages.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until all calls are done, and closes the file. A store that is dropped closes it, too, at some later moment.
    pub fn finish(self) {
        let thread = self.thread.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Thread::Running(calls, handle) = thread {
            drop(calls);
            // A panic there was told where it happened.
            let _ = handle.join();
        }
    }

    /// Has the thread do something.
    fn call<T: Send + 'static>(
        &self,
        changes: bool,
        work: impl FnMut(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, StoreError>> {
        let (reply, answer) = oneshot::channel();
        let sent = self.send(Box::new(Call { changes, work, done: None, reply }));
        async move {
            sent.map_err(|fault| fault.at(&self.path))?;
            // The thread lives as long as the store, and answers each call that is wanted.
            let Ok((answer, _)) = answer.await else {
                let ended = std::io::Error::other("the store's thread ended");
                let advice = "the call may not have happened: open the outbox again".to_owned();
                return Err(Fault::System(advice, ended).at(&self.path));
            };
            answer
        }
        .boxed()
    }

    fn send(&self, job: Box<dyn Job>) -> Result<(), Fault> {
        let failed = |error| Fault::System("no thread can be started: end some, or raise the limit".to_owned(), error);
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if let Thread::Unstarted(_) = *thread
            && let Thread::Unstarted(engine) = std::mem::replace(&mut *thread, Thread::None)
        {
            let (calls, receiver) = mpsc::channel();
            let started = std::thread::Builder::new().name("outbox".to_owned()).spawn(move || engine.run(&receiver));
            *thread = Thread::Running(calls, started.map_err(failed)?);
        }
        match &*thread {
            Thread::Running(calls, _) => calls.send(job).map_err(|_| failed(std::io::Error::other("it has ended"))),
            Thread::Unstarted(_) | Thread::None => Err(failed(std::io::Error::other("an earlier call failed to"))),
        }
    }

    /// Does something in steps until there is no more to do.
    async fn in_steps(
        &self,
        step: impl Fn(&Connection) -> Result<u64, Fault> + Clone + Send + 'static,
    ) -> Result<u64, StoreError> {
        let mut count = 0;
        loop {
            let done = self.call(true, step.clone()).await?;
            count += done;
            if done < u64::from(upkeep::AT_ONCE) {
                return Ok(count);
            }
        }
    }
}

impl Store for SqliteStore {
    fn accept(&self, messages: Vec<Envelope>) -> BoxFuture<'_, Result<(), StoreError>> {
        let bounds = self.bounds;
        let messages: Vec<_> = messages.into_iter().map(row::Sealed::new).collect();
        self.call(true, move |db| queue::accept(db, bounds, &messages))
    }

    fn lease(&self, wanted: Wanted) -> BoxFuture<'_, Result<Leases, StoreError>> {
        self.call(true, move |db| lease::lease(db, &wanted))
    }

    fn settle(&self, settled: Vec<Settled>, now: DateTime<Utc>) -> BoxFuture<'_, Result<Vec<bool>, StoreError>> {
        self.call(true, move |db| lease::settle(db, &settled, row::nanos(now)))
    }

    fn permits(&self, request: PermitRequest) -> BoxFuture<'_, Result<Permits, StoreError>> {
        self.call(true, move |db| ways::permits(db, &request))
    }

    fn slow_down(&self, account: Account, until: DateTime<Utc>) -> BoxFuture<'_, Result<(), StoreError>> {
        self.call(true, move |db| ways::slow_down(db, &account, row::nanos(until)))
    }

    fn close(&self, closed: Closed) -> BoxFuture<'_, Result<(), StoreError>> {
        self.call(true, move |db| ways::close(db, &closed))
    }

    fn open(&self, whose: Option<Account>) -> BoxFuture<'_, Result<(), StoreError>> {
        async move {
            if whose.is_none() {
                // First, so that nobody who tries meanwhile is a part of it.
                self.in_steps(lease::make_due).await?;
            }
            self.call(true, move |db| ways::open(db, whose.as_ref())).await
        }
        .boxed()
    }

    fn status(&self, now: DateTime<Utc>) -> BoxFuture<'_, Result<Status, StoreError>> {
        self.call(false, move |db| upkeep::status(db, row::nanos(now)))
    }

    fn list(&self, page: Page) -> BoxFuture<'_, Result<Vec<Kept>, StoreError>> {
        self.call(false, move |db| upkeep::list(db, &page))
    }

    fn get(&self, id: MessageId) -> BoxFuture<'_, Result<Option<Kept>, StoreError>> {
        self.call(false, move |db| upkeep::get(db, id))
    }

    fn next_due(&self, destination: Destination) -> BoxFuture<'_, Result<Option<Kept>, StoreError>> {
        self.call(false, move |db| upkeep::next_due(db, &destination))
    }

    fn retry(&self, which: Which, _now: DateTime<Utc>) -> BoxFuture<'_, Result<u64, StoreError>> {
        match which {
            Which::These(_) => self.call(true, move |db| upkeep::retry(db, &which)),
            Which::AllDead => self.in_steps(move |db| upkeep::retry(db, &Which::AllDead)).boxed(),
        }
    }

    fn drop_messages(&self, which: Which, now: DateTime<Utc>) -> BoxFuture<'_, Result<u64, StoreError>> {
        let now = row::nanos(now);
        match which {
            Which::These(_) => self.call(true, move |db| upkeep::drop_messages(db, &which, now)),
            Which::AllDead => self.in_steps(move |db| upkeep::drop_messages(db, &Which::AllDead, now)).boxed(),
        }
    }

    fn prune(&self, before: DateTime<Utc>) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.in_steps(move |db| upkeep::prune(db, before)).boxed()
    }
}
