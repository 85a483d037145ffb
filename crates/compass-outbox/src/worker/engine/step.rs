//! What is under way, and what follows when it has ended.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::{Engine, PRUNE, Permitted, Ready, STATUS, Until};
use crate::error::StoreError;
use crate::store::{Account, Closed, Lease, Leased, Leases, Outcome, Permits, Settled, Status};
use crate::worker::failure::Failure;

/// A permit that waits for its message to be begun for longer is dropped: the store counts it for this long.
const PERMIT: Duration = Duration::from_secs(1);
/// What has to be left of a lease beside the attempt: enough to settle.
const SETTLING: Duration = Duration::from_secs(5);

/// Something that was under way has ended.
pub(super) enum Step {
    Status(Result<Status, StoreError>),
    Leased { asked: usize, at: Duration, result: Result<Leases, StoreError> },
    Permits { at: Duration, result: Result<Permits, StoreError> },
    Sent { leased: Box<Leased>, begun: Duration, result: Result<(), Failure> },
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
            Step::Status(result) => self.seen(result),
            Step::Leased { asked, at, result } => self.leased(asked, at, result),
            Step::Permits { at, result } => self.permitted(at, result),
            Step::Sent { leased, begun, result } => self.sent(&leased, begun, result),
            Step::Settled(settled, result) => self.settled(settled, result),
            Step::Told(telling, result) => self.told(telling, result),
            Step::Pruned(result) => self.pruned(result),
        }
    }

    fn seen(&mut self, result: Result<Status, StoreError>) {
        self.status_at = match self.settings.on_progress {
            Some(_) => self.clock.now() + STATUS,
            None => Duration::MAX,
        };
        // That it can be looked at does not say that it can be written to.
        if let Some(status) = self.of_store_that(false, result) {
            // What this worker has closed or opened since is newer.
            if self.status.is_none() && !self.ways.in_doubt() && self.report.delivered == 0 {
                status.closed.iter().for_each(|closed| self.ways.learn(closed));
            }
            self.status = Some(status);
            self.changed = true;
        }
    }

    fn leased(&mut self, asked: usize, at: Duration, result: Result<Leases, StoreError>) {
        self.leasing = false;
        let Some(Leases { leased, next, closed }) = self.of_reading(result) else { return };
        if let Some(closed) = &closed {
            self.ways.learn(closed);
        }
        let now = self.clock.now();
        self.report.left = !leased.is_empty() || next.is_some();
        let is_all = match self.until {
            Until::Shutdown | Until::Delivered => next.is_none() || closed.is_some(),
            // What waits may wait; what ends now may let others go.
            Until::Tried => {
                let is_quiet = self.sending.is_empty() && self.unsettled.is_empty() && self.settling.is_empty();
                is_quiet && (closed.is_some() || next.is_none_or(|next| next > self.clock.utc()))
            }
        };
        self.drained = leased.is_empty() && is_all && !self.again;
        if leased.len() < asked && !self.again {
            let waits = [next, closed.map(|closed| closed.until)].into_iter().flatten().min();
            self.lease_at = now + self.until_then(waits);
        }
        let until = (at + self.lease()).saturating_sub(self.settings.attempt_timeout + SETTLING);
        for leased in leased {
            if !self.is_ours(leased.lease, until) {
                self.ready.push_back(Ready { leased, until });
            }
        }
        if !self.tellings.is_empty() || self.telling || now < self.gate {
            // Whatever closed the way or the gate came while this was asked for.
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

    fn permitted(&mut self, at: Duration, result: Result<Permits, StoreError>) {
        self.permitting = false;
        match self.of_store(result) {
            Some(Permits::Given(left)) => self.permits = Permitted { left, until: at + PERMIT },
            Some(Permits::NotBefore(then)) => {
                let wait = self.wait_for(then);
                self.gate = self.gate.max(self.clock.now() + wait);
                if wait > PERMIT {
                    // Others may be more urgent by then.
                    self.release_ready();
                }
            }
            None => {}
        }
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
