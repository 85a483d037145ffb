//! How many retries a client affords, so that a server that is down is not hammered by all who wait for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// What a retry costs, in the unit of the budget: a success earns one.
const COST: u32 = 10;

/// A budget of retries. Clones share it.
///
/// It starts full. A retry takes one from it, a success gives a tenth back, up to what it started with; when less than
/// one is left, there are no retries. So while all goes well, each request has its retries, and while nothing does,
/// requests are sent once each: with failures only, no more than the budget is ever added to them, and with a mixture
/// in the long run no more than a tenth of the successes.
#[derive(Clone, Debug)]
pub struct RetryBudget {
    left: Arc<AtomicU32>,
    full: u32,
}

impl RetryBudget {
    /// A budget of so many retries. With zero there are never any.
    #[must_use]
    pub fn new(retries: u16) -> Self {
        let full = u32::from(retries) * COST;
        Self { left: Arc::new(full.into()), full }
    }

    /// Takes a retry, if there is one.
    #[must_use]
    pub fn take(&self) -> bool {
        // The number guards nothing but itself, so no ordering with other memory is needed.
        let taken = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(COST));
        taken.is_ok()
    }

    /// Gives back what a success earns.
    pub fn earn(&self) {
        let more = |left: u32| Some(left.saturating_add(1).min(self.full));
        // The function always gives a value, so this cannot fail.
        let _ = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }

    /// Whole retries that are left.
    #[must_use]
    pub fn left(&self) -> u32 {
        self.left.load(Ordering::Relaxed) / COST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_successes_are_worth_a_retry() {
        let budget = RetryBudget::new(2);
        assert!(budget.take() && budget.clone().take() && !budget.take());
        (0..9).for_each(|_| budget.earn());
        assert!(!budget.take());
        budget.earn();
        assert!(budget.take());
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
        assert!(!budget.take());
    }
}
