//! A store in memory, as simple as the trait's docs: what the store in a file is held against.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::{BoxFuture, ready};

use crate::envelope::{Envelope, MessageId};
use crate::error::{StoreError, StoreErrorKind};
use crate::store::{
    Account, Bounds, Closed, Kept, LONGEST_LEASE, LONGEST_WAIT, Lease, Leased, Leases, Outcome, Page, PermitRequest,
    Permits, Settled, State, Status, Store, Wanted, Which, Why,
};

#[derive(Debug, Default)]
pub(super) struct Memory {
    bounds: Bounds,
    inner: Mutex<Inner>,
}

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
        self.kept.envelope.sequence?;
        Some((&self.kept.envelope.lane, self.kept.envelope.coalesce.as_deref()?))
    }
}

/// Whether a moment is still to come, and was not stored by a clock that has gone back since.
fn is_ahead(at: DateTime<Utc>, now: DateTime<Utc>, most: std::time::Duration) -> bool {
    at > now && at <= now + TimeDelta::from_std(most).unwrap()
}

/// A moment, or the latest that may be stored now.
fn at_most(at: DateTime<Utc>, now: DateTime<Utc>, most: std::time::Duration) -> DateTime<Utc> {
    at.min(now + TimeDelta::from_std(most).unwrap())
}

impl Memory {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }
}

impl Inner {
    fn queued(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.kept.state == State::Queued)
    }

    fn row(&mut self, id: MessageId) -> Option<&mut Row> {
        self.rows.iter_mut().find(|row| row.kept.envelope.id == id)
    }

    /// Ends the heads of lanes that newer ones take the place of.
    fn supersede(&mut self, now: DateTime<Utc>) {
        let mut lanes = BTreeSet::new();
        for index in 0..self.rows.len() {
            let row = &self.rows[index];
            if row.kept.state != State::Queued || lanes.contains(&row.kept.envelope.lane) {
                continue;
            }
            let number = row.kept.envelope.sequence;
            let is_newer = |other: &Row| other.group() == row.group() && other.kept.envelope.sequence > number;
            if row.group().is_some() && !row.is_leased(now) && self.queued().any(is_newer) {
                self.rows[index].end(State::Superseded, now);
            } else {
                lanes.insert(row.kept.envelope.lane.clone());
            }
        }
    }

    /// What Compass would not keep after what it has got.
    fn supersede_by(&mut self, arrived: &Envelope, now: DateTime<Utc>) {
        let Some(number) = arrived.sequence.filter(|_| arrived.coalesce.is_some()) else { return };
        for row in &mut self.rows {
            let envelope = &row.kept.envelope;
            let is_of_group = (&envelope.lane, &envelope.coalesce) == (&arrived.lane, &arrived.coalesce);
            let is_older = envelope.sequence.is_some_and(|theirs| theirs <= number);
            if row.kept.state == State::Queued && !row.is_leased(now) && is_of_group && is_older {
                row.end(State::Superseded, now);
            }
        }
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
        let mut leased = Vec::new();
        for (_, index) in heads.into_iter().take(*most) {
            let row = &mut self.rows[index];
            row.leases += 1;
            next = [next, Some(at_most(*now + *lease, *now, LONGEST_LEASE))].into_iter().flatten().min();
            row.kept.leased_until = Some(at_most(*now + *lease, *now, LONGEST_LEASE));
            row.kept.next_attempt_at = None;
            let envelope = row.kept.envelope.clone();
            let (lease, attempts) = (Lease { id: envelope.id, number: row.leases }, row.kept.attempts);
            leased.push(Leased { lease, envelope, attempts });
        }
        Leases { leased, next, closed: None }
    }

    fn settle(&mut self, settled: Settled, now: DateTime<Utc>) -> bool {
        let Settled { lease, outcome } = settled;
        let Some(row) = self.row(lease.id) else { return false };
        let held = row.leases == lease.number && row.kept.leased_until.is_some();
        if outcome == Outcome::Delivered {
            row.kept.attempts += 1;
            if row.kept.state != State::Delivered {
                row.end(State::Delivered, now);
                let arrived = row.kept.envelope.clone();
                self.last_success = Some(now);
                self.supersede_by(&arrived, now);
            }
            return held;
        }
        if !held {
            return false;
        }
        row.kept.leased_until = None;
        let answer = match outcome {
            Outcome::Delivered | Outcome::Released(None) => return true,
            Outcome::Released(Some(answer)) => {
                row.kept.answer = Some(answer);
                return true;
            }
            Outcome::Later { at, answer } => {
                row.kept.next_attempt_at = Some(at_most(at, now, LONGEST_WAIT));
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
        // A permit is used within a second, and a request takes up to another to arrive.
        let counts = TimeDelta::from_std(*per).unwrap() + TimeDelta::seconds(2);
        for at in given.iter_mut() {
            *at = (*at).min(*now);
        }
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
        let heavy = |row: &&Row| matches!(row.kept.state, State::Queued | State::Dead);
        Status {
            queued: count(State::Queued),
            leased: self.queued().filter(|row| row.is_leased(now)).count() as u64,
            bytes: self.rows.iter().filter(heavy).map(bytes).sum(),
            oldest: self.queued().map(|row| row.kept.envelope.accepted_at).min(),
            dead: count(State::Dead),
            delivered: count(State::Delivered),
            superseded: count(State::Superseded),
            dropped: count(State::Dropped),
            last_success: self.last_success,
            closed: self.closed.clone(),
        }
    }
}

impl Store for Memory {
    fn accept(&self, messages: Vec<Envelope>) -> BoxFuture<'_, Result<(), StoreError>> {
        let mut inner = self.lock();
        let new: Vec<_> = messages.into_iter().filter(|envelope| inner.row(envelope.id).is_none()).collect();
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
        let by_another_clock = *slow > until + TimeDelta::from_std(LONGEST_WAIT).unwrap();
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
