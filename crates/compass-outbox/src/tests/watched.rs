//! A store that is watched, fails and is slow as a test wants it to be.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use compass_sdk::clock::Clock as _;
use futures_util::future::BoxFuture;

use super::fake::{Happened, World};
use crate::envelope::{Destination, Envelope, MessageId};
use crate::error::{StoreError, StoreErrorKind};
use crate::store::{
    Account, Closed, Kept, Leases, Outcome, Page, PermitRequest, Permits, Settled, Status, Store, Wanted, Which,
};

/// The number of somebody who is no worker: for them the store is never slow, because nobody lets time pass meanwhile.
pub(super) const NOBODY: usize = usize::MAX;

/// A store as one worker sees it, watched.
pub(super) struct Watched {
    pub(super) store: Arc<dyn Store>,
    pub(super) world: Arc<World>,
    pub(super) worker: usize,
    pub(super) leases: Arc<Mutex<BTreeMap<MessageId, u64>>>,
}

impl fmt::Debug for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watched").field("worker", &self.worker).finish_non_exhaustive()
    }
}

/// A call of the store, until it has ended or is dropped.
struct Outstanding(Arc<World>);

impl Outstanding {
    fn new(world: &Arc<World>) -> Self {
        world.outstanding.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(world))
    }
}

impl Drop for Outstanding {
    fn drop(&mut self) {
        self.0.outstanding.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Watched {
    fn counted<'a, T: Send + 'a>(
        &'a self,
        call: impl FnOnce() -> BoxFuture<'a, Result<T, StoreError>> + Send + 'a,
    ) -> BoxFuture<'a, Result<T, StoreError>> {
        let fails = self.world.store_fails.load(Ordering::SeqCst) || self.world.store_is_full.load(Ordering::SeqCst);
        self.counted_unless(fails, call)
    }

    fn counted_unless<'a, T: Send + 'a>(
        &'a self,
        fails: bool,
        call: impl FnOnce() -> BoxFuture<'a, Result<T, StoreError>> + Send + 'a,
    ) -> BoxFuture<'a, Result<T, StoreError>> {
        let latency = if self.worker == NOBODY { None } else { self.world.draw_store_latency() };
        let Some((before, after)) = latency else { return self.at_once(fails, call) };
        Box::pin(async move {
            self.world.clocks.sleep(before).await;
            let result = self.at_once(fails, call).await;
            self.world.clocks.sleep(after).await;
            result
        })
    }

    fn at_once<'a, T: Send + 'a>(
        &'a self,
        fails: bool,
        call: impl FnOnce() -> BoxFuture<'a, Result<T, StoreError>>,
    ) -> BoxFuture<'a, Result<T, StoreError>> {
        let outstanding = Outstanding::new(&self.world);
        let call = if fails {
            let message = "the disk is full".to_owned();
            let error = StoreError { kind: StoreErrorKind::Unavailable, path: "test".into(), message, source: None };
            Box::pin(std::future::ready(Err(error)))
        } else {
            call()
        };
        Box::pin(async move {
            let result = call.await;
            drop(outstanding);
            result
        })
    }
}

impl Store for Watched {
    fn accept(&self, messages: Vec<Envelope>) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let ids: Vec<_> = messages.iter().map(|envelope| envelope.id).collect();
            self.counted(move || self.store.accept(messages)).await?;
            for id in ids {
                self.world.write(Happened::Accepted(id));
            }
            Ok(())
        })
    }

    fn lease(&self, wanted: Wanted) -> BoxFuture<'_, Result<Leases, StoreError>> {
        Box::pin(async move {
            let leases = self.counted(move || self.store.lease(wanted)).await?;
            for leased in &leases.leased {
                let lease = leased.lease;
                self.leases.lock().unwrap().insert(lease.id, lease.number);
                self.world.leased(self.worker, lease.id, lease.number);
            }
            Ok(leases)
        })
    }

    fn settle(&self, settled: Vec<Settled>, now: DateTime<Utc>) -> BoxFuture<'_, Result<Vec<bool>, StoreError>> {
        Box::pin(async move {
            let outcomes: Vec<_> =
                settled.iter().map(|settled| (settled.lease.id, settled.outcome == Outcome::Delivered)).collect();
            let held = self.counted(move || self.store.settle(settled, now)).await?;
            // Whoever has taken a lost lease over may be sending it.
            let delivered = outcomes.into_iter().zip(&held).filter(|((_, delivered), held)| *delivered && **held);
            for ((id, _), _) in delivered {
                self.world.write(Happened::SettledDelivered(id));
            }
            Ok(held)
        })
    }

    fn permits(&self, request: PermitRequest) -> BoxFuture<'_, Result<Permits, StoreError>> {
        self.counted(move || self.store.permits(request))
    }

    fn slow_down(&self, account: Account, until: DateTime<Utc>) -> BoxFuture<'_, Result<(), StoreError>> {
        self.counted(move || self.store.slow_down(account, until))
    }

    fn close(&self, closed: Closed) -> BoxFuture<'_, Result<(), StoreError>> {
        self.counted(move || self.store.close(closed))
    }

    fn open(&self, whose: Option<Account>) -> BoxFuture<'_, Result<(), StoreError>> {
        self.counted(move || self.store.open(whose))
    }

    fn status(&self, now: DateTime<Utc>) -> BoxFuture<'_, Result<Status, StoreError>> {
        self.counted_unless(self.world.store_fails.load(Ordering::SeqCst), move || self.store.status(now))
    }

    fn list(&self, page: Page) -> BoxFuture<'_, Result<Vec<Kept>, StoreError>> {
        self.counted(move || self.store.list(page))
    }

    fn get(&self, id: MessageId) -> BoxFuture<'_, Result<Option<Kept>, StoreError>> {
        self.counted(move || self.store.get(id))
    }

    fn next_due(&self, destination: Destination) -> BoxFuture<'_, Result<Option<Kept>, StoreError>> {
        self.counted(move || self.store.next_due(destination))
    }

    fn retry(&self, which: Which, now: DateTime<Utc>) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.counted(move || self.store.retry(which, now))
    }

    fn drop_messages(&self, which: Which, now: DateTime<Utc>) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.counted(move || self.store.drop_messages(which, now))
    }

    fn prune(&self, before: DateTime<Utc>) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.counted(move || self.store.prune(before))
    }
}
