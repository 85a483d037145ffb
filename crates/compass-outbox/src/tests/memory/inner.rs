//! What the store in memory does with what it has.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use crate::envelope::{Envelope, MessageId};
use crate::store::{
    Account, Closed, Kept, LATE, LONGEST_LEASE, LONGEST_WAIT, LONGEST_WITHIN, Lease, Leased, Leases, Outcome,
    PermitRequest, Permits, Settled, State, Status, Trial, Wanted, Which, Why,
};

#[derive(Debug, Default)]
pub(super) struct Inner {
    /// In the order of their lanes.
    pub(super) rows: Vec<Row>,
    pub(super) permits: BTreeMap<Account, Vec<DateTime<Utc>>>,
    pub(super) slow: BTreeMap<Account, DateTime<Utc>>,
    pub(super) closed: Vec<Closed>,
    pub(super) last_success: Option<DateTime<Utc>>,
}

#[derive(Debug)]
pub(super) struct Row {
    pub(super) kept: Kept,
    pub(super) leases: u64,
}

impl Row {
    fn is_leased(&self, now: DateTime<Utc>) -> bool {
        self.kept.leased_until.is_some_and(|until| is_ahead(until, now, LONGEST_LEASE))
    }

    fn waits(&self, now: DateTime<Utc>, due: DateTime<Utc>) -> bool {
        let at = self.kept.next_attempt_at;
        at.is_some_and(|at| is_ahead(at, now, LONGEST_WAIT) || (at > due && at <= now))
    }

    pub(super) fn end(&mut self, state: State, now: DateTime<Utc>) {
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
    at > now && at <= now + TimeDelta::from_std(most + LATE).unwrap()
}

/// A moment, or the latest that may be stored now.
pub(super) fn at_most(at: DateTime<Utc>, now: DateTime<Utc>, most: std::time::Duration) -> DateTime<Utc> {
    at.min(now + TimeDelta::from_std(most).unwrap())
}

impl Inner {
    fn queued(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.kept.state == State::Queued)
    }

    pub(super) fn row(&mut self, id: MessageId) -> Option<&mut Row> {
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

    pub(super) fn lease(&mut self, wanted: &Wanted) -> Leases {
        let Wanted { account, fingerprint, most, lease, trial, due, now } = wanted;
        let concerns = |closed: &&Closed| match &closed.why {
            Why::Paused { fingerprint: theirs } => closed.account == *account && theirs == fingerprint,
            Why::Held => closed.account.destination == account.destination,
        };
        let mut ways = self.closed.iter().filter(concerns);
        if let Some(closed) = ways.clone().find(|closed| is_ahead(closed.until, *now, LONGEST_WAIT)) {
            return Leases { next: Some(closed.until), closed: Some(closed.clone()), ..Leases::default() };
        }
        let in_doubt = ways.next().cloned();
        if let Some(until) = self.slow_until(account, *now) {
            let mut lanes = BTreeSet::new();
            let heads = self.queued().map(|row| &row.kept).filter(|kept| {
                let lane = &kept.envelope.lane;
                lane.destination == account.destination && lanes.insert(lane)
            });
            let waits = heads.map(|kept| kept.leased_until.or(kept.next_attempt_at).map_or(until, |at| at.max(until)));
            let next = waits.min();
            return Leases { next, in_doubt, slow_until: Some(until), ..Leases::default() };
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
            let until = match (row.is_leased(*now), row.waits(*now, *due)) {
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
        if in_doubt.is_some() {
            heads.sort_by_key(|&(_, index)| {
                let Kept { envelope, attempts, answer, .. } = &self.rows[index].kept;
                match trial {
                    Trial::LeastTried => (*attempts, None),
                    Trial::LongestWaiting => {
                        (0, Some(envelope.accepted_at).max(answer.as_ref().map(|answer| answer.at)))
                    }
                }
            });
        }
        let most = if in_doubt.is_some() { (*most).min(1) } else { *most };
        let more = heads.len() > most;
        let mut leased = Vec::new();
        for (_, index) in heads.into_iter().take(most) {
            let row = &mut self.rows[index];
            row.leases += 1;
            next = [next, Some(at_most(*now + *lease, *now, LONGEST_LEASE))].into_iter().flatten().min();
            row.kept.leased_until = Some(at_most(*now + *lease, *now, LONGEST_LEASE));
            row.kept.next_attempt_at = None;
            let envelope = row.kept.envelope.clone();
            let (lease, attempts) = (Lease { id: envelope.id, number: row.leases }, row.kept.attempts);
            leased.push(Leased { lease, envelope, attempts });
        }
        Leases { leased, more, next, in_doubt, ..Leases::default() }
    }

    pub(super) fn settle(&mut self, settled: Settled, now: DateTime<Utc>) -> bool {
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

    fn slow_until(&mut self, account: &Account, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.slow.retain(|theirs, until| theirs != account || is_ahead(*until, now, LONGEST_WAIT));
        self.slow.get(account).copied()
    }

    pub(super) fn permits(&mut self, request: &PermitRequest) -> Permits {
        let PermitRequest { account, most, requests, per, within, now } = request;
        if let Some(until) = self.slow_until(account, *now) {
            return Permits::NotBefore(until);
        }
        let given = self.permits.entry(account.clone()).or_default();
        // What is kept is the last moment at which a request may be begun, and it takes up to a second to arrive.
        let counts = TimeDelta::from_std(*per).unwrap() + TimeDelta::seconds(1);
        for at in given.iter_mut() {
            *at = at_most(*at, *now, LONGEST_WITHIN + LATE);
        }
        given.retain(|at| *at + counts > *now);
        let left = requests.saturating_sub(u32::try_from(given.len()).unwrap()).min(*most);
        if left == 0 {
            return Permits::NotBefore(*given.iter().min().unwrap() + counts);
        }
        let last = *now + TimeDelta::from_std((*within).min(LONGEST_WITHIN)).unwrap();
        given.extend((0..left).map(|_| last));
        Permits::Given(left)
    }

    pub(super) fn dead_or(&self, which: &Which, also_queued: bool, now: DateTime<Utc>) -> Vec<usize> {
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

    pub(super) fn status(&self, now: DateTime<Utc>) -> Status {
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
