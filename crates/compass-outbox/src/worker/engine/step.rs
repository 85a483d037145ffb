//! What is under way, and what follows when it has ended.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::outcome::PATIENCE_ONCE;
use super::plan::SHORTEST_WAIT;
use super::{Engine, PRUNE, Permitted, Ready, STATUS, Until};
use crate::error::StoreError;
use crate::store::{Account, Closed, LONGEST_WITHIN, Lease, Leased, Leases, Outcome, Permits, Settled, Status};
use crate::worker::failure::Failure;

/// For how long permits are wanted at least: they count for longer, too.
pub(super) const SHORTEST_WITHIN: Duration = Duration::from_secs(1);
/// Whoever has to wait for permits for longer gives back what is leased: others may be more urgent by then.
const LONG: Duration = Duration::from_secs(1);
/// What has to be left of a lease beside the attempt: enough to settle.
const SETTLING: Duration = Duration::from_secs(5);

/// Something that was under way has ended.
pub(super) enum Step {
    /// What this worker knew of the ways then; none if not all of that was told.
    Status {
        knew: Option<u64>,
        result: Result<Status, StoreError>,
    },
    Leased {
        asked: usize,
        at: Duration,
        lease: Duration,
        knew: u64,
        result: Result<Leases, StoreError>,
    },
    Permits {
        at: Duration,
        within: Duration,
        result: Result<Permits, StoreError>,
    },
    Sent {
        leased: Box<Leased>,
        begun: Duration,
        result: Result<(), Failure>,
    },
    Settled(Vec<Settled>, Result<Vec<bool>, StoreError>),
    Told(Telling, Result<(), StoreError>),
    Pruned(Result<u64, StoreError>),
}

/// What all workers have to know.
#[derive(Clone, Debug)]
pub(super) enum Telling {
    Close(Closed),
    Open(Account),
    SlowDown(Account, DateTime<Utc>),
}

impl Engine {
    pub(super) fn ended(&mut self, step: Step) {
        match step {
            Step::Status { knew, result } => self.seen(knew, result),
            Step::Leased { asked, at, lease, knew, result } => {
                self.store_answered(at, self.within);
                self.leased(asked, at + lease, knew, result);
            }
            Step::Permits { at, within, result } => self.permitted(at, within, result),
            Step::Sent { leased, begun, result } => self.sent(&leased, begun, result),
            Step::Settled(settled, result) => self.settled(settled, result),
            Step::Told(telling, result) => self.told(telling, result),
            Step::Pruned(result) => self.pruned(result),
        }
    }

    fn seen(&mut self, knew: Option<u64>, result: Result<Status, StoreError>) {
        self.status_at = match self.settings.on_progress {
            Some(_) => self.clock.now() + STATUS,
            None => Duration::MAX,
        };
        // That it can be looked at does not say that it can be written to.
        if let Some(status) = self.of_store_that(false, result) {
            // What this worker has closed or opened since is newer.
            if knew == Some(self.ways.changes()) {
                let (now, utc) = (self.clock.now(), self.clock.utc());
                self.ways.follow(&status.closed, now, utc);
                if !self.ways.wait(utc).is_zero() {
                    self.release_ready();
                }
            }
            self.status = Some(status);
            self.changed = true;
        }
    }

    fn leased(&mut self, asked: usize, end: Duration, knew: u64, result: Result<Leases, StoreError>) {
        self.leasing = false;
        let Some(Leases { leased, more, next, closed, in_doubt, slow_until }) = self.of_reading(result) else { return };
        let is_news = knew == self.ways.changes();
        let (now, utc) = (self.clock.now(), self.clock.utc());
        match closed.as_ref().or(in_doubt.as_ref()) {
            Some(closed) if is_news => self.ways.learn(closed, now, utc),
            None if is_news => self.ways.follow(&[], now, utc),
            Some(_) | None => {}
        }
        self.trials = self.trials.wrapping_add(u32::from(in_doubt.is_some() && !leased.is_empty()));
        if let Some(until) = slow_until {
            let wait = self.wait_for(until);
            self.gate = self.gate.max(now + wait);
            if wait > PATIENCE_ONCE {
                self.stop_if_once();
            }
        }
        self.report.left = !leased.is_empty() || more || next.is_some();
        let is_all = match self.until {
            Until::Shutdown | Until::Delivered => (next.is_none() && !more) || closed.is_some(),
            // What waits may wait; what ends now may let others go.
            Until::Tried => {
                let is_quiet = self.sending.is_empty() && self.unsettled.is_empty() && self.settling.is_empty();
                let is_later = next.is_none_or(|next| next > slow_until.unwrap_or_else(|| self.due()));
                is_quiet && (closed.is_some() || (is_later && !more))
            }
        };
        self.drained = leased.is_empty() && is_all && !self.again;
        if leased.len() < asked && !self.again {
            let waits = [next, closed.as_ref().map(|closed| closed.until)].into_iter().flatten().min();
            self.lease_at = now
                + match (more, leased.is_empty()) {
                    (true, false) => Duration::ZERO,
                    // Others want to write to the store, too.
                    (true, true) => SHORTEST_WAIT,
                    (false, _) => self.until_then(waits),
                };
        }
        let until = end.saturating_sub(self.settings.attempt_timeout + SETTLING);
        for leased in leased {
            if !self.is_ours(leased.lease, until) {
                self.ready.push_back(Ready { leased, until });
            }
        }
        let closed_since = !is_news && self.ways.in_doubt();
        if closed.is_some() || closed_since || self.is_telling() || now < self.gate {
            // Others have closed the way, or whatever closed it or the gate came while this was asked for.
            self.release_ready();
        }
    }

    /// Whether the message is this worker's own, whose lease has ended because the machine stood still or the time of day was set: then
    /// the new lease takes the place of the old one.
    fn is_ours(&mut self, lease: Lease, until: Duration) -> bool {
        if let Some(before) = self.sending.get_mut(&lease.id) {
            *before = lease;
        } else if let Some(before) = self.unsettled.iter_mut().find(|settled| settled.lease.id == lease.id) {
            before.lease = lease;
        } else if let Some(before) = self.ready.iter_mut().find(|ready| ready.leased.lease.id == lease.id) {
            before.leased.lease = lease;
            before.until = until;
        } else if self.settling.contains(&lease.id) {
            // That it arrived is recorded all the same; anything else has to be tried again.
            self.unsettled.push(Settled { lease, outcome: Outcome::Released(None) });
        } else {
            return false;
        }
        true
    }

    fn permitted(&mut self, at: Duration, within: Duration, result: Result<Permits, StoreError>) {
        self.permitting = false;
        self.store_answered(at, within / 2);
        match self.of_store(result) {
            Some(Permits::Given(left)) => self.permits = Permitted { left, until: at + within },
            Some(Permits::NotBefore(then)) => {
                let wait = match self.until {
                    Until::Shutdown | Until::Delivered => self.wait_for(then),
                    // It may be a pause that is not waited for: the next lease tells.
                    Until::Tried => self.wait_for(then).min(PATIENCE_ONCE),
                };
                self.gate = self.gate.max(self.clock.now() + wait);
                if wait > LONG {
                    // Others may be more urgent by then.
                    self.release_ready();
                }
            }
            None => {}
        }
    }

    /// Permits are wanted for twice what the last answer took, so that the next one may take longer; and for less again step by step, because answers
    /// differ.
    fn store_answered(&mut self, asked: Duration, at_least: Duration) {
        let took = self.clock.now().saturating_sub(asked);
        self.within = took.saturating_mul(2).max(at_least).clamp(SHORTEST_WITHIN, LONGEST_WITHIN);
    }

    fn settled(&mut self, settled: Vec<Settled>, result: Result<Vec<bool>, StoreError>) {
        self.settling.clear();
        let Some(held) = self.of_store(result) else {
            if !self.fatal {
                // Behind nothing: the newer ones are of other messages.
                self.unsettled.extend(settled);
            }
            return;
        };
        for (Settled { lease, outcome }, held) in settled.iter().zip(held) {
            if !held {
                self.report.lost_leases += 1;
                tracing::warn!(id = %lease.id, "the lease had ended: another worker may have sent the message, too");
            }
            match outcome {
                Outcome::Delivered => self.report.delivered += 1,
                Outcome::Later { .. } => self.report.later += u64::from(held),
                Outcome::Dead(_) => self.report.dead += u64::from(held),
                Outcome::Released(_) => {}
            }
        }
        self.changed = true;
        self.look_again();
    }

    fn told(&mut self, telling: Telling, result: Result<(), StoreError>) {
        self.telling = false;
        if self.of_store(result).is_none() && !self.fatal {
            self.tellings.push_front(telling);
        }
    }

    fn pruned(&mut self, result: Result<u64, StoreError>) {
        self.pruning = false;
        let count = self.of_store(result).unwrap_or(0);
        self.report.pruned += count;
        let now = self.clock.now();
        self.prune_at = match self.until {
            // There may be more.
            Until::Shutdown if count > 0 => Some(now),
            Until::Shutdown => Some(now + PRUNE),
            Until::Delivered | Until::Tried => None,
        };
    }
}
