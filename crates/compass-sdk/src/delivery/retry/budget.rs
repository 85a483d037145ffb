//! How many retries a client affords, so that a server that is down is not hammered by all who wait for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// What a retry costs, in the unit of the budget: a success earns one.
const COST: u32 = 10;

/// A budget of retries. Clones share it.
///
/// It starts full. A retry takes one from it, a success gives a tenth back, up to what it started with; when less than
/// one is left, there are no retries that cost. Those after a 429, or a 503 with `Retry-After`, cost nothing
/// ([`costs`](super::costs)): there the server itself says how to go on, and the limiter and the wait obey. So while all goes well, each request has its retries, and while nothing does,
/// requests are sent once each: with failures only, no more than the budget is ever added to them, and with a mixture
/// in the long run no more than a tenth of the successes.
#[derive(Clone, Debug)]
pub struct RetryBudget {
    left: Arc<AtomicU32>,
    full: u32,
}

impl RetryBudget {
    /// A budget of so many retries. With zero there are never any that cost.
    #[must_use]
    pub fn new(retries: u16) -> Self {
        let full = u32::from(retries) * COST;
        Self { left: Arc::new(full.into()), full }
    }

    /// Takes a retry, if there is one, for as long as it may yet be made: see [`Taken`].
    #[must_use]
    pub fn take(&self) -> Option<Taken> {
        // The number guards nothing but itself, so no ordering with other memory is needed.
        let taken = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(COST));
        taken.is_ok().then(|| Taken { budget: Some(self.clone()) })
    }

    /// Gives back what a success earns.
    pub fn earn(&self) {
        self.give(1);
    }

    fn give(&self, more: u32) {
        let more = |left: u32| Some(left.saturating_add(more).min(self.full));
        // The function always gives a value, so this cannot fail.
        let _ = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }

    /// Whole retries that are left.
    #[must_use]
    pub fn left(&self) -> u32 {
        self.left.load(Ordering::Relaxed) / COST
    }
}

/// A retry that is taken from the budget. It goes back when this is dropped, unless it is spent: what is cancelled
/// before it is sent costs nothing.
#[derive(Debug)]
#[must_use = "it goes back at once"]
pub struct Taken {
    /// None once it is spent.
    budget: Option<RetryBudget>,
}

impl Taken {
    /// The retry is made.
    pub fn spend(mut self) {
        self.budget = None;
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        if let Some(budget) = &self.budget {
            budget.give(COST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spend(budget: &RetryBudget) -> bool {
        budget.take().map(Taken::spend).is_some()
    }

    #[test]
    fn what_is_taken_and_not_spent_goes_back() {
        let budget = RetryBudget::new(1);
        let taken = budget.take().unwrap();
        assert!(budget.take().is_none());
        drop(taken);
        assert_eq!(budget.left(), 1);
        let taken = budget.take();
        budget.earn();
        drop(taken);
        assert_eq!(budget.left(), 1, "never more than in the beginning");
        assert!(spend(&budget) && !spend(&budget));
    }

    #[test]
    fn ten_successes_are_worth_a_retry() {
        let budget = RetryBudget::new(2);
        assert!(spend(&budget) && spend(&budget.clone()) && !spend(&budget));
        (0..9).for_each(|_| budget.earn());
        assert!(!spend(&budget));
        budget.earn();
        assert!(spend(&budget));
    }

    #[test]
    fn it_never_holds_more_than_in_the_beginning() {
        let budget = RetryBudget::new(3);
        (0..100).for_each(|_| budget.earn());
        assert_eq!(budget.left(), 3);
    }

    #[test]
    fn none_is_none() {
        let budget = RetryBudget::new(0);
        (0..100).for_each(|_| budget.earn());
        assert!(!spend(&budget));
    }
}
