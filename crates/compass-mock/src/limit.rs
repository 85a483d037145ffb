//! At most 100 requests per user in any window of a minute, as the vendor documents.
//!
//! Whether events and metrics share that budget is not published. Here they do: whoever keeps within one budget also
//! keeps within two. A request that is refused for the limit takes nothing of the budget.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

/// Requests that a user may send in a window.
pub(crate) const REQUESTS: usize = 100;
/// The length of the window, wherever it begins.
pub(crate) const WINDOW: Duration = Duration::from_mins(1);
/// Users that are kept in mind. With any credentials taken, their number would be the clients' to choose.
const MOST_USERS: usize = 10_000;

/// When the latest requests came, by user.
#[derive(Debug, Default)]
pub(crate) struct Limit {
    /// Oldest first; never more than `REQUESTS`.
    users: HashMap<String, VecDeque<Duration>>,
}

impl Limit {
    /// Takes a request of the user's budget, or says after what time there is one again.
    pub(crate) fn take(&mut self, user: &str, now: Duration) -> Result<(), Duration> {
        if !self.users.contains_key(user) && self.users.len() >= MOST_USERS {
            self.forget(now);
        }
        let taken = self.users.entry(user.to_owned()).or_default();
        while taken.front().is_some_and(|&at| now.saturating_sub(at) >= WINDOW) {
            taken.pop_front();
        }
        match taken.front() {
            Some(&oldest) if taken.len() >= REQUESTS => Err((oldest + WINDOW).saturating_sub(now)),
            Some(_) | None => {
                taken.push_back(now);
                Ok(())
            }
        }
    }

    pub(crate) fn reset(&mut self) {
        self.users.clear();
    }

    /// Forgets the users whose budget is whole; if there are none, those that came last within the window.
    fn forget(&mut self, now: Duration) {
        self.users.retain(|_, taken| taken.back().is_some_and(|&at| now.saturating_sub(at) < WINDOW));
        if self.users.len() >= MOST_USERS {
            self.users.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn the_window_slides() {
        let mut limit = Limit::default();
        for request in 0..100 {
            assert_eq!(limit.take("ada", at(request * 100)), Ok(()));
        }
        assert_eq!(limit.take("ada", at(10_000)), Err(at(50_000)));
        assert_eq!(limit.take("ada", at(59_999)), Err(at(1)));
        assert_eq!(limit.take("ada", at(60_000)), Ok(()));
        // The second request is not a minute old yet.
        assert_eq!(limit.take("ada", at(60_001)), Err(at(99)));
        assert_eq!(limit.take("bob", at(60_001)), Ok(()));
    }

    #[test]
    fn many_users_are_forgotten() {
        let mut limit = Limit::default();
        for user in 0..3 * MOST_USERS {
            assert_eq!(limit.take(&user.to_string(), at(0)), Ok(()));
            assert!(limit.users.len() <= MOST_USERS);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            rng_seed: proptest::test_runner::RngSeed::Fixed(2026),
            failure_persistence: None,
            cases: 64,
            ..ProptestConfig::default()
        })]

        /// As a window that begins at each request would count.
        #[test]
        fn no_window_has_more(gaps in prop::collection::vec(0_u64..1500, 1..600)) {
            let (mut limit, mut now, mut taken) = (Limit::default(), 0, Vec::new());
            for gap in gaps {
                now += gap;
                let recent = taken.iter().filter(|&&earlier| now - earlier < 60_000).count();
                let verdict = limit.take("ada", at(now));
                prop_assert_eq!(verdict.is_ok(), recent < REQUESTS);
                if verdict.is_ok() {
                    taken.push(now);
                }
            }
        }
    }
}
