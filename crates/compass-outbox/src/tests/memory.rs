//! A store in memory, as simple as the trait's docs: what the store in a file is held against.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::{BoxFuture, ready};

use crate::envelope::{Envelope, MessageId};
use crate::error::StoreError;
use crate::store::{
    Account, Closed, Kept, LONGEST_LEASE, LONGEST_WAIT, Lease, Leased, Leases, Outcome, Page, PermitRequest, Permits,
    Settled, State, Status, Store, Wanted, Which, Why,
};

#[derive(Debug, Default)]
pub(super) struct Memory(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// In the order of their lanes.
    rows: Vec<Row>,
    permits: BTreeMap<Account, Vec<DateTime<Utc>>>,
    slow: BTreeMap<Account, DateTime<Utc>>,
    closed: Vec<Closed>,
    last_success: Option<DateTime<Utc>>,
}

#[derive(Debug)]
struct Row {
    kept: Kept,
    leases: u64,
}

impl Row {
    fn is_leased(&self, now: DateTime<Utc>) -> bool {
        self.kept.leased_until.is_some_and(|until| is_ahead(until, now, LONGEST_LEASE))
    }

    fn waits(&self, now: DateTime<Utc>) -> bool {
        self.kept.next_attempt_at.is_some_and(|at| is_ahead(at, now, LONGEST_WAIT))
    }

    fn end(&mut self, state: State, now: DateTime<Utc>) {
        self.kept.state = state;
        self.kept.ended_at = Some(now);
        (self.kept.leased_until, self.kept.next_attempt_at) = (None, None);
    }

    /// What it is one of several of.
    fn group(&self) -> Option<(&crate::Lane, &str)> {
        Some((&self.kept.envelope.lane, self.kept.envelope.coalesce.as_deref()?))
    }
}

/// Whether a moment is still to come, and was not stored by a clock that has gone back since.
fn is_ahead(at: DateTime<Utc>, now: DateTime<Utc>, most: std::time::Duration) -> bool {
    at > now && at <= now + TimeDelta::from_std(most).unwrap()
}

impl Memory {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap()
    }
}

impl Inner {
    fn queued(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.kept.state == State::Queued)
    }

    fn row(&mut self, id: MessageId) -> Option<&mut Row> {
        self.rows.iter_mut().find(|row| row.kept.envelope.id == id)
    }

    fn supersede(&mut self, now: DateTime<Utc>) {
        let unsent: Vec<usize> = (0..self.rows.len())
            .filter(|&index| self.rows[index].kept.state == State::Queued && !self.rows[index].is_leased(now))
            .collect();
        let superseded: Vec<usize> = unsent
            .iter()
            .copied()
            .filter(|&old| {
                unsent.iter().any(|&new| {
                    let (old_row, new_row) = (&self.rows[old], &self.rows[new]);
                    let (old_number, new_number) = (old_row.kept.envelope.sequence, new_row.kept.envelope.sequence);
                    old_row.group().is_some()
                        && old_row.group() == new_row.group()
                        // Of the same number Compass keeps the first.
                        && (new_number > old_number || (new_number == old_number && new < old))
                })
            })
            .collect();
        superseded.into_iter().for_each(|index| self.rows[index].end(State::Superseded, now));
    }

    fn lease(&mut self, wanted: &Wanted) -> Leases {
        let Wanted { account, fingerprint, most, lease, now } = wanted;
        let way = self.closed.iter().find(|closed| {
            let concerns = match &closed.why {
                Why::Paused { fingerprint: theirs } => closed.account == *account && theirs == fingerprint,
                Why::Held => closed.account.destination == account.destination,
            };
            concerns && is_ahead(closed.until, *now, LONGEST_WAIT)
        });
        if let Some(closed) = way {
            return Leases { leased: Vec::new(), next: Some(closed.until), closed: Some(closed.clone()) };
        }
        self.supersede(*now);
        let mut lanes = BTreeSet::new();
        let mut heads = Vec::new();
        let mut next: Option<DateTime<Utc>> = None;
        for (index, row) in self.rows.iter().enumerate() {
            let lane = &row.kept.envelope.lane;
            if row.kept.state != State::Queued || lane.destination != account.destination || !lanes.insert(lane) {
                continue;
            }
            let until = match (row.is_leased(*now), row.waits(*now)) {
                (true, _) => row.kept.leased_until,
                (false, true) => row.kept.next_attempt_at,
                (false, false) => {
                    heads.push((lane.kind.urgency(), index));
                    continue;
                }
            };
            next = [next, until].into_iter().flatten().min();
        }
        heads.sort_unstable();
        if heads.len() > *most {
            next = Some(*now);
        }
        let leased = heads.into_iter().take(*most).map(|(_, index)| {
            let row = &mut self.rows[index];
            row.leases += 1;
            row.kept.leased_until = Some(*now + *lease);
            row.kept.next_attempt_at = None;
            let envelope = row.kept.envelope.clone();
            Leased { lease: Lease { id: envelope.id, number: row.leases }, envelope, attempts: row.kept.attempts }
        });
        Leases { leased: leased.collect(), next, closed: None }
    }

    fn settle(&mut self, settled: Settled, now: DateTime<Utc>) -> bool {
        let Settled { lease, outcome } = settled;
        let Some(row) = self.row(lease.id) else { return false };
        let held = row.leases == lease.number && row.kept.leased_until.is_some();
        if outcome == Outcome::Delivered {
            row.kept.attempts += 1;
            row.end(State::Delivered, now);
            self.last_success = Some(now);
            return held;
        }
        if !held {
            return false;
        }
        row.kept.leased_until = None;
        let answer = match outcome {
            Outcome::Delivered | Outcome::Released(None) => return true,
            Outcome::Released(Some(answer)) => answer,
            Outcome::Later { at, answer } => {
                row.kept.next_attempt_at = Some(at);
                answer
            }
            Outcome::Dead(answer) => {
                row.end(State::Dead, now);
                answer
            }
        };
        row.kept.attempts += 1;
        row.kept.answer = Some(answer);
        true
    }

    fn permits(&mut self, request: &PermitRequest) -> Permits {
        let PermitRequest { account, most, requests, per, now } = request;
        if let Some(until) = self.slow.get(account).filter(|until| is_ahead(**until, *now, LONGEST_WAIT)) {
            return Permits::NotBefore(*until);
        }
        let given = self.permits.entry(account.clone()).or_default();
        // A permit is used within a second.
        let counts = TimeDelta::from_std(*per).unwrap() + TimeDelta::seconds(1);
        given.iter_mut().for_each(|at| *at = (*at).min(*now));
        given.retain(|at| *at + counts > *now);
        let left = requests.saturating_sub(u32::try_from(given.len()).unwrap()).min(*most);
        if left == 0 {
            return Permits::NotBefore(*given.iter().min().unwrap() + counts);
        }
        given.extend((0..left).map(|_| *now));
        Permits::Given(left)
    }

    fn dead_or(&self, which: &Which, also_queued: bool, now: DateTime<Utc>) -> Vec<usize> {
        let is_meant = |row: &Row| match which {
            Which::These(ids) => ids.contains(&row.kept.envelope.id),
            Which::AllDead => row.kept.state == State::Dead,
        };
        let may = |row: &Row| match row.kept.state {
            State::Dead => true,
            State::Queued => also_queued && !row.is_leased(now),
            State::Delivered | State::Superseded | State::Dropped => false,
        };
        (0..self.rows.len()).filter(|&index| is_meant(&self.rows[index]) && may(&self.rows[index])).collect()
    }

    fn status(&self, now: DateTime<Utc>) -> Status {
        let count = |state| self.rows.iter().filter(|row| row.kept.state == state).count() as u64;
        let bytes = |row: &Row| row.kept.envelope.body.get().len() as u64;
        let mut status = Status::default();
        status.queued = count(State::Queued);
        status.leased = self.queued().filter(|row| row.is_leased(now)).count() as u64;
        let heavy = |row: &&Row| matches!(row.kept.state, State::Queued | State::Dead);
        status.bytes = self.rows.iter().filter(heavy).map(bytes).sum();
        status.oldest = self.queued().map(|row| row.kept.envelope.accepted_at).min();
        status.dead = count(State::Dead);
        status.delivered = count(State::Delivered);
        status.superseded = count(State::Superseded);
        status.dropped = count(State::Dropped);
        status.last_success = self.last_success;
        status.closed.clone_from(&self.closed);
        status
    }
}

impl Store for Memory {
    fn accept(&self, messages: Vec<Envelope>) -> BoxFuture<'_, Result<(), StoreError>> {
        self.lock().rows.extend(messages.into_iter().map(|envelope| Row {
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
        *slow = until.max(*slow);
        done(())
    }

    fn close(&self, closed: Closed) -> BoxFuture<'_, Result<(), StoreError>> {
        let mut inner = self.lock();
        inner.closed.retain(|other| (&other.account, &other.why) != (&closed.account, &closed.why));
        inner.closed.push(closed);
        done(())
    }

    fn open(&self, whose: Option<Account>) -> BoxFuture<'_, Result<(), StoreError>> {
        self.lock().closed.retain(|closed| {
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
        indices.iter().for_each(|&index| inner.rows[index].end(State::Dropped, now));
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
