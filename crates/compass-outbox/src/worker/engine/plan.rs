//! What is begun next.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use compass_sdk::limiter::{Limits, Rate};
use futures_util::future::{Either, select};

use super::step::{Step, Telling};
use super::{Engine, POLL, Ready, Until};
use crate::store::{LONGEST_LEASE, LONGEST_WAIT, Outcome, PermitRequest, Settled, Trial, Wanted};
use crate::worker::failure::Failure;

/// The shortest time to wait for a moment that the store named: it may be past already, and asking again at once would be in vain. And
/// how long others have to write to the store, while it has much to do before it leases anything.
pub(super) const SHORTEST_WAIT: Duration = Duration::from_millis(10);
/// Messages that are leased ahead for each that may be being sent, where requests are not limited: a lease costs a commit.
const AHEAD: usize = 8;

impl Engine {
    /// Begins whatever can be. Answers when there will be something to begin again without anything ending before.
    pub(super) fn plan(&mut self) -> Option<Duration> {
        let now = self.clock.now();
        let mut wake = Wake { now, at: None };
        if self.stopping {
            self.release_ready();
        } else {
            self.drop_lapsed(now);
            self.hold_back();
            self.begin_ready(&mut wake);
            self.lease_more(&mut wake);
            self.look_after(&mut wake);
        }
        self.tell_store(&mut wake);
        self.settle(&mut wake);
        wake.at
    }

    fn drop_lapsed(&mut self, now: Duration) {
        let unsettled = &mut self.unsettled;
        self.ready.retain(|ready| {
            let lapsed = now > ready.until;
            if lapsed {
                unsettled.push(Settled { lease: ready.leased.lease, outcome: Outcome::Released(None) });
            }
            !lapsed
        });
    }

    /// One message alone tries a way that is in doubt.
    fn hold_back(&mut self) {
        if self.ways.in_doubt() {
            let tries = if self.sending.is_empty() { self.ready.pop_front() } else { None };
            self.release_ready();
            self.ready.extend(tries);
        }
    }

    fn begin_ready(&mut self, wake: &mut Wake) {
        while !self.ready.is_empty() && self.sending.len() < self.concurrency && !self.is_telling() {
            if !wake.reached(self.gate) {
                return;
            }
            match self.settings.limits {
                Limits::Unlimited => {}
                Limits::Rate(rate) => {
                    if self.permits.left == 0 || wake.now > self.permits.until {
                        self.permits.left = 0;
                        self.ask_for_permits(rate, wake);
                        return;
                    }
                    self.permits.left -= 1;
                }
            }
            if let Some(ready) = self.ready.pop_front() {
                self.send(ready, wake.now);
            }
        }
    }

    fn send(&mut self, ready: Ready, begun: Duration) {
        let Ready { leased, .. } = ready;
        self.sending.insert(leased.lease.id, leased.lease);
        let courier = Arc::clone(&self.courier);
        let time_is_up = self.clock.sleep(self.settings.attempt_timeout);
        self.steps.push(Box::pin(async move {
            let leased = Box::new(leased);
            let result = match select(courier.deliver(&leased.envelope), time_is_up).await {
                Either::Left((result, _)) => result,
                Either::Right(((), _)) => Err(Failure::nothing("no answer in time", true)),
            };
            Step::Sent { leased, begun, result }
        }));
    }

    fn ask_for_permits(&mut self, rate: Rate, wake: &mut Wake) {
        if self.permitting || !wake.reached(self.store_gate) {
            return;
        }
        self.permitting = true;
        let most = self.ready.len().min(self.concurrency.saturating_sub(self.sending.len()));
        let within = self.within;
        let request = PermitRequest {
            account: self.account.clone(),
            most: u32::try_from(most).unwrap_or(u32::MAX).max(1),
            requests: rate.requests.get().into(),
            per: rate.per(),
            within,
            now: self.clock.utc(),
        };
        let (store, at) = (Arc::clone(&self.store), wake.now);
        self.steps.push(Box::pin(async move { Step::Permits { at, within, result: store.permits(request).await } }));
    }

    fn lease_more(&mut self, wake: &mut Wake) {
        let most = self.room();
        if most == 0 || self.leasing || self.is_telling() {
            return;
        }
        if !wake.reached(self.lease_at.max(self.gate).max(self.store_gate)) {
            return;
        }
        self.leasing = true;
        self.again = false;
        let wanted = Wanted {
            account: self.account.clone(),
            fingerprint: self.fingerprint.clone(),
            most,
            lease: self.lease(),
            trial: if self.trials.is_multiple_of(2) { Trial::LeastTried } else { Trial::LongestWaiting },
            due: self.due(),
            now: self.clock.utc(),
        };
        let (store, at, knew, lease) = (Arc::clone(&self.store), wake.now, self.ways.changes(), self.lease());
        self.steps.push(Box::pin(async move {
            Step::Leased { asked: most, at, lease, knew, result: store.lease(wanted).await }
        }));
    }

    /// By when what waits has to be due: whoever tries each message once leaves those that failed since the beginning.
    pub(super) fn due(&self) -> DateTime<Utc> {
        let now = self.clock.utc();
        if self.until == Until::Tried { now.min(self.began) } else { now }
    }

    /// How many messages may be leased.
    fn room(&self) -> usize {
        if self.ways.in_doubt() {
            // One to try with.
            return usize::from(self.sending.is_empty() && self.ready.is_empty());
        }
        match self.settings.limits {
            Limits::Rate(_) => self.concurrency.saturating_sub(self.sending.len() + self.ready.len()),
            Limits::Unlimited => {
                let most = self.concurrency.saturating_mul(AHEAD);
                // Not for a few: a lease of many costs hardly more.
                if self.ready.len() <= most / 2 { most - self.ready.len() } else { 0 }
            }
        }
    }

    /// What is done beside delivering: forgetting, and looking at what there is.
    fn look_after(&mut self, wake: &mut Wake) {
        let is_idle = self.drained && self.sending.is_empty() && self.unsettled.is_empty() && self.settling.is_empty();
        let may_prune = !self.pruning && (self.until == Until::Shutdown || is_idle);
        if let Some(at) = self.prune_at.filter(|_| may_prune)
            && wake.reached(at.max(self.store_gate))
        {
            self.pruning = true;
            let age = TimeDelta::from_std(self.settings.keep_done).unwrap_or(TimeDelta::MAX);
            let before = self.clock.utc().checked_sub_signed(age).unwrap_or(DateTime::<Utc>::MIN_UTC);
            let store = Arc::clone(&self.store);
            self.steps.push(Box::pin(async move { Step::Pruned(store.prune(before).await) }));
        }
        if self.status_at != Duration::MAX && wake.reached(self.status_at.max(self.store_gate)) {
            // Until the answer is there.
            self.status_at = Duration::MAX;
            let (store, now) = (Arc::clone(&self.store), self.clock.utc());
            let knew = (!self.is_telling()).then_some(self.ways.changes());
            self.steps.push(Box::pin(async move { Step::Status { knew, result: store.status(now).await } }));
        }
    }

    fn tell_store(&mut self, wake: &mut Wake) {
        if self.telling || self.tellings.is_empty() || !wake.reached(self.store_gate) {
            return;
        }
        let Some(telling) = self.tellings.pop_front() else { return };
        self.telling = true;
        let store = Arc::clone(&self.store);
        self.steps.push(Box::pin(async move {
            let result = match telling.clone() {
                Telling::Close(closed) => store.close(closed).await,
                Telling::Open(account) => store.open(Some(account)).await,
                Telling::SlowDown(account, until) => store.slow_down(account, until).await,
            };
            Step::Told(telling, result)
        }));
    }

    fn settle(&mut self, wake: &mut Wake) {
        if !self.settling.is_empty() || self.unsettled.is_empty() || !wake.reached(self.store_gate) {
            return;
        }
        let settled = std::mem::take(&mut self.unsettled);
        self.settling = settled.iter().map(|settled| settled.lease.id).collect();
        let (store, now) = (Arc::clone(&self.store), self.clock.utc());
        self.steps.push(Box::pin(async move {
            let result = store.settle(settled.clone(), now).await;
            Step::Settled(settled, result)
        }));
    }

    /// Whether something is on its way to the store that all workers have to know before anything is begun.
    pub(super) fn is_telling(&self) -> bool {
        self.telling || !self.tellings.is_empty()
    }

    /// The length of a lease: for an attempt that is begun late, because permits have to be asked for, and what comes after it.
    pub(super) fn lease(&self) -> Duration {
        (self.settings.attempt_timeout * 2 + Duration::from_secs(10) + self.within * 2).min(LONGEST_LEASE)
    }

    /// The time until a moment that the store named, at most so long that the enqueuing of other processes is seen soon.
    pub(super) fn until_then(&self, then: Option<DateTime<Utc>>) -> Duration {
        then.map_or(POLL, |then| self.wait_for(then).min(POLL))
    }

    /// The time until a moment that the store named.
    pub(super) fn wait_for(&self, then: DateTime<Utc>) -> Duration {
        (then - self.clock.utc()).to_std().unwrap_or_default().clamp(SHORTEST_WAIT, LONGEST_WAIT)
    }
}

/// When the loop has to look again.
struct Wake {
    now: Duration,
    at: Option<Duration>,
}

impl Wake {
    /// Whether it is that late; if not, the loop looks again then.
    fn reached(&mut self, at: Duration) -> bool {
        if self.now >= at {
            return true;
        }
        self.at = Some(self.at.map_or(at, |earlier| earlier.min(at)));
        false
    }
}
