//! Who is next: those who wait for a permit, in order of arrival, and who of them is not there when called.

use std::collections::BTreeMap;
use std::task::Waker;
use std::time::Duration;

/// How long a future whose turn it is may stay unpolled before those behind it go first: 0.1 s. An executor that is
/// merely busy comes sooner, or loses no more than the order.
pub const GRACE: Duration = Duration::from_millis(100);

/// How many of those next in line look after each other at each turn.
pub(super) const NEAR: u32 = 8;

/// Somebody's place. Of two the lower one has come first.
pub(super) type Ticket = u64;

#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: BTreeMap<Ticket, Waiting>,
    tickets: Ticket,
}

#[derive(Debug)]
struct Waiting {
    waker: Waker,
    /// When it was called, unless it has been polled since.
    called: Option<Duration>,
}

impl Waiting {
    fn is_absent(&self, now: Duration) -> bool {
        self.called.is_some_and(|called| called.saturating_add(GRACE) <= now)
    }
}

impl Queue {
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Takes the last place.
    pub(super) fn join(&mut self, waker: &Waker) -> Ticket {
        self.tickets += 1;
        self.waiting.insert(self.tickets, Waiting { waker: waker.clone(), called: None });
        self.tickets
    }

    /// Somebody is polled; gives back the waker that is no longer his, to be dropped outside of locks.
    pub(super) fn come(&mut self, ticket: Ticket, waker: &Waker) -> Option<Waker> {
        let waiting = self.waiting.get_mut(&ticket)?;
        waiting.called = None;
        (!waiting.waker.will_wake(waker)).then(|| std::mem::replace(&mut waiting.waker, waker.clone()))
    }

    /// How many come before who are there.
    pub(super) fn before(&self, ticket: Ticket, now: Duration) -> Before {
        let mut before = 0;
        for (_, waiting) in self.waiting.range(..ticket).rev() {
            if before == NEAR {
                // Who has given up his place in between is counted, too.
                let first = self.waiting.first_key_value().map_or(ticket, |(first, _)| *first);
                let tickets = usize::try_from(ticket.saturating_sub(first)).unwrap_or(usize::MAX);
                return Before::Many(tickets.min(self.waiting.len()));
            }
            before += u32::from(!waiting.is_absent(now));
        }
        Before::Few(before)
    }

    /// It is the turn of those before `ticket`: has the first of them woken, and says how long they have. `None` if all
    /// have had their time, and it is the turn of `ticket`.
    pub(super) fn call_those_before(
        &mut self,
        ticket: Ticket,
        now: Duration,
        wake: &mut Vec<Waker>,
    ) -> Option<Duration> {
        let mut until = None;
        let there = self.waiting.range_mut(..ticket).filter(|(_, waiting)| !waiting.is_absent(now));
        for (_, (_, waiting)) in (0..NEAR).zip(there) {
            let called = *waiting.called.get_or_insert_with(|| {
                wake.push(waiting.waker.clone());
                now
            });
            until = until.max(Some(called.saturating_add(GRACE)));
        }
        until
    }

    /// Gives up a place.
    pub(super) fn leave(&mut self, ticket: Ticket) -> Option<Left> {
        let left = self.waiting.remove(&ticket)?;
        let next = self.waiting.range(ticket..).find(|(_, waiting)| waiting.called.is_none());
        Some(Left { own: left.waker, next: next.map(|(_, next)| next.waker.clone()) })
    }
}

/// How many come before somebody.
#[derive(Clone, Copy, Debug)]
pub(super) enum Before {
    /// So many, [`NEAR`] at the most.
    Few(u32),
    /// About so many.
    Many(usize),
}

/// What is left to do for one who has given up his place, outside of locks.
#[derive(Debug)]
pub(super) struct Left {
    own: Waker,
    next: Option<Waker>,
}

impl Left {
    /// Wakes the next one, who may be the first now.
    pub(super) fn wake_next(self) {
        drop(self.own);
        if let Some(next) = self.next {
            next.wake();
        }
    }
}
