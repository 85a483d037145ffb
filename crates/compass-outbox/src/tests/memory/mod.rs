//! A store in memory, as simple as the trait's docs: what the store in a file is held against.

mod inner;

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::{BoxFuture, ready};

use self::inner::{Inner, Row, at_most};
use crate::envelope::{Destination, Envelope, MessageId};
use crate::error::{StoreError, StoreErrorKind};
use crate::store::{
    Account, Bounds, Closed, Kept, LATE, LONGEST_WAIT, Leases, Page, PermitRequest, Permits, Settled, State, Status,
    Store, Wanted, Which, Why,
};

#[derive(Debug, Default)]
pub(super) struct Memory {
    bounds: Bounds,
    inner: Mutex<Inner>,
}

impl Memory {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }
}

impl Store for Memory {
    fn accept(&self, messages: Vec<Envelope>) -> BoxFuture<'_, Result<(), StoreError>> {
        let mut inner = self.lock();
        let mut seen = BTreeSet::new();
        let is_new = |envelope: &Envelope| seen.insert(envelope.id) && inner.row(envelope.id).is_none();
        let new: Vec<_> = messages.into_iter().filter(is_new).collect();
        let status = inner.status(DateTime::<Utc>::MIN_UTC);
        let bytes = status.bytes + new.iter().map(|envelope| envelope.body.get().len() as u64).sum::<u64>();
        if status.queued + status.dead + new.len() as u64 > self.bounds.messages || bytes > self.bounds.bytes {
            let message = format!("full: {} messages of {} bytes", self.bounds.messages, self.bounds.bytes);
            let error = StoreError { kind: StoreErrorKind::Full, path: "memory".into(), message, source: None };
            return Box::pin(ready(Err(error)));
        }
        inner.rows.extend(new.into_iter().map(|envelope| Row {
            kept: Kept {
                envelope,
                state: State::Queued,
                attempts: 0,
                next_attempt_at: None,
                leased_until: None,
                ended_at: None,
                answer: None,
            },
            leases: 0,
        }));
        done(())
    }

    fn lease(&self, wanted: Wanted) -> BoxFuture<'_, Result<Leases, StoreError>> {
        done(self.lock().lease(&wanted))
    }

    fn settle(&self, settled: Vec<Settled>, now: DateTime<Utc>) -> BoxFuture<'_, Result<Vec<bool>, StoreError>> {
        let mut inner = self.lock();
        done(settled.into_iter().map(|settled| inner.settle(settled, now)).collect())
    }

    fn permits(&self, request: PermitRequest) -> BoxFuture<'_, Result<Permits, StoreError>> {
        done(self.lock().permits(&request))
    }

    fn slow_down(&self, account: Account, until: DateTime<Utc>) -> BoxFuture<'_, Result<(), StoreError>> {
        let mut inner = self.lock();
        let slow = inner.slow.entry(account).or_insert(until);
        let by_another_clock = *slow > until + TimeDelta::from_std(LONGEST_WAIT + LATE).unwrap();
        *slow = if by_another_clock { until } else { until.max(*slow) };
        done(())
    }

    fn close(&self, closed: Closed) -> BoxFuture<'_, Result<(), StoreError>> {
        let mut inner = self.lock();
        let closed = Closed { until: at_most(closed.until, closed.since, LONGEST_WAIT), ..closed };
        inner.closed.retain(|other| (&other.account, &other.why) != (&closed.account, &closed.why));
        inner.closed.push(closed);
        done(())
    }

    fn open(&self, whose: Option<Account>) -> BoxFuture<'_, Result<(), StoreError>> {
        let mut inner = self.lock();
        if whose.is_none() {
            inner.rows.iter_mut().for_each(|row| row.kept.next_attempt_at = None);
        }
        inner.closed.retain(|closed| {
            whose.as_ref().is_some_and(|account| match closed.why {
                Why::Paused { .. } => closed.account != *account,
                Why::Held => closed.account.destination != account.destination,
            })
        });
        done(())
    }

    fn status(&self, now: DateTime<Utc>) -> BoxFuture<'_, Result<Status, StoreError>> {
        done(self.lock().status(now))
    }

    fn list(&self, page: Page) -> BoxFuture<'_, Result<Vec<Kept>, StoreError>> {
        let inner = self.lock();
        let mut all: Vec<&Kept> = inner.rows.iter().map(|row| &row.kept).collect();
        all.sort_by_key(|kept| kept.envelope.id);
        let after = |kept: &&&Kept| page.after.is_none_or(|after| kept.envelope.id > after);
        let wanted = all.iter().filter(after).filter(|kept| page.state.is_none_or(|state| kept.state == state));
        done(wanted.take(page.most).map(|kept| Kept::clone(kept)).collect())
    }

    fn get(&self, id: MessageId) -> BoxFuture<'_, Result<Option<Kept>, StoreError>> {
        done(self.lock().row(id).map(|row| row.kept.clone()))
    }

    fn next_due(&self, destination: Destination) -> BoxFuture<'_, Result<Option<Kept>, StoreError>> {
        let inner = self.lock();
        let waiting =
            inner.rows.iter().map(|row| &row.kept).filter(|kept| kept.envelope.lane.destination == destination);
        done(waiting.filter(|kept| kept.next_attempt_at.is_some()).min_by_key(|kept| kept.next_attempt_at).cloned())
    }

    fn retry(&self, which: Which, now: DateTime<Utc>) -> BoxFuture<'_, Result<u64, StoreError>> {
        let mut inner = self.lock();
        let indices = inner.dead_or(&which, false, now);
        for &index in indices.iter().rev() {
            let mut row = inner.rows.remove(index);
            row.kept.state = State::Queued;
            row.kept.ended_at = None;
            inner.rows.push(row);
        }
        // Behind the others, and in the order that they had.
        let from = inner.rows.len() - indices.len();
        inner.rows[from..].reverse();
        done(indices.len() as u64)
    }

    fn drop_messages(&self, which: Which, now: DateTime<Utc>) -> BoxFuture<'_, Result<u64, StoreError>> {
        let mut inner = self.lock();
        let indices = inner.dead_or(&which, true, now);
        for &index in &indices {
            inner.rows[index].end(State::Dropped, now);
        }
        done(indices.len() as u64)
    }

    fn prune(&self, before: DateTime<Utc>) -> BoxFuture<'_, Result<u64, StoreError>> {
        let mut inner = self.lock();
        let count = inner.rows.len();
        inner.rows.retain(|row| match row.kept.state {
            State::Queued | State::Dead => true,
            State::Delivered | State::Superseded | State::Dropped => row.kept.ended_at.is_none_or(|at| at >= before),
        });
        done((count - inner.rows.len()) as u64)
    }
}

fn done<'a, T: Send + 'a>(value: T) -> BoxFuture<'a, Result<T, StoreError>> {
    Box::pin(ready(Ok(value)))
}

fn make(bounds: Bounds) -> (Memory, ()) {
    (Memory { bounds, ..Memory::default() }, ())
}

crate::store::conformance::conforms!(make);
