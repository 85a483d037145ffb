//! How often and after what wait a request is sent again.

use std::num::NonZeroU16;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Failure, OperationClass, RetryBudget, Taken, costs, decide};

/// How often and after what wait a request is sent again. Every value is a valid one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RetryPolicy {
    /// How often a request is sent at most, the first time included: 4 unless told otherwise. With 1 there are no
    /// retries.
    pub max_attempts: NonZeroU16,
    /// Longest wait before the first retry, in milliseconds: 500 unless told otherwise. It doubles with each further
    /// one. The wait itself is random, from nothing to this.
    #[schemars(range(max = u32::MAX))]
    pub first_delay_ms: u32,
    /// What the longest wait stops doubling at, in milliseconds: 30000 unless told otherwise. A server that asks for
    /// more gets more.
    #[schemars(range(max = u32::MAX))]
    pub max_delay_ms: u32,
    /// How many retries the client affords before it needs successes, ten for each further one: 20 unless told
    /// otherwise. Those after a 429, or a 503 with `Retry-After`, do not count.
    pub budget: u16,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        const { Self { max_attempts: NonZeroU16::new(4).unwrap(), first_delay_ms: 500, max_delay_ms: 30_000, budget: 20 } }
    }
}

impl RetryPolicy {
    /// Sends every request once.
    #[must_use]
    pub fn never() -> Self {
        Self { max_attempts: NonZeroU16::MIN, ..Self::default() }
    }

    /// The longest wait before the retry that follows so many attempts: `first_delay_ms`, doubled for each attempt but
    /// the first, `max_delay_ms` at the most.
    #[must_use]
    pub fn longest_delay(&self, attempts: u16) -> Duration {
        let doublings = u32::from(attempts.saturating_sub(1));
        let factor = 1_u64.checked_shl(doublings).unwrap_or(u64::MAX);
        let delay = u64::from(self.first_delay_ms).saturating_mul(factor);
        Duration::from_millis(delay.min(self.max_delay_ms.into()))
    }
}

/// A request that has failed.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    /// What it asked for.
    pub operation: OperationClass,
    /// How it failed.
    pub failure: Failure,
    /// How often it has been sent so far, counted from one.
    pub number: u16,
    /// Whether its body can be sent from the beginning once more.
    pub replayable: bool,
    /// Whether the caller accepts that it may arrive twice.
    pub repeat_allowed: bool,
    /// What the server asked to wait.
    pub retry_after: Option<Duration>,
}

/// A retry that may be made after a wait. Dropped without, it costs nothing.
#[derive(Debug)]
#[must_use = "what is dropped is not made"]
pub struct Retry {
    wait: Duration,
    /// None where it costs nothing.
    taken: Option<Taken>,
}

impl Retry {
    /// How long to wait before it.
    #[must_use]
    pub fn wait(&self) -> Duration {
        self.wait
    }

    /// The request is sent again now.
    pub fn made(self) {
        if let Some(taken) = self.taken {
            taken.spend();
        }
    }
}

/// Applies a [`RetryPolicy`]. Clones share budget and randomness.
#[derive(Clone, Debug)]
pub struct Retries {
    policy: RetryPolicy,
    budget: RetryBudget,
    random: Arc<Mutex<fastrand::Rng>>,
}

impl Retries {
    /// With waits that differ from process to process.
    #[must_use]
    pub fn new(policy: RetryPolicy) -> Self {
        Self::seeded(policy, fastrand::u64(..))
    }

    /// With the same waits every time, for tests.
    #[must_use]
    pub fn seeded(policy: RetryPolicy, seed: u64) -> Self {
        let random = Arc::new(Mutex::new(fastrand::Rng::with_seed(seed)));
        Self { policy, budget: RetryBudget::new(policy.budget), random }
    }

    /// Whether the request goes again, and after what wait; `None` if it does not.
    ///
    /// It does if [`decide`] permits it, the policy has an attempt left and, unless it [costs] nothing, the budget a
    /// retry. That is taken for as long as the [`Retry`] is kept, and gone only when it is [made](Retry::made). The wait is drawn evenly from zero to [`RetryPolicy::longest_delay`] ("full jitter"), so that those who failed
    /// together do not come back together. Where the server asked for a longer one, it is what the server asked for,
    /// and that random time on top.
    #[must_use]
    pub fn after(&self, attempt: &Attempt) -> Option<Retry> {
        let Attempt { operation, failure, number, replayable, repeat_allowed, retry_after } = *attempt;
        let may = decide(operation, failure).permits(replayable, repeat_allowed);
        if !may || number >= self.policy.max_attempts.get() {
            return None;
        }
        let taken = if costs(failure) { Some(self.budget.take()?) } else { None };
        let jitter = self.jitter(self.policy.longest_delay(number));
        Some(Retry { wait: retry_after.unwrap_or_default().saturating_add(jitter), taken })
    }

    /// Reports a success, which earns a part of a retry.
    pub fn succeeded(&self) {
        self.budget.earn();
    }

    /// The policy.
    #[must_use]
    pub fn policy(&self) -> &RetryPolicy {
        &self.policy
    }

    /// The budget.
    #[must_use]
    pub fn budget(&self) -> &RetryBudget {
        &self.budget
    }

    fn jitter(&self, longest: Duration) -> Duration {
        let longest = u64::try_from(longest.as_micros()).unwrap_or(u64::MAX);
        // A generator of random numbers is good in whatever state a panic left it.
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        Duration::from_micros(random.u64(0..=longest))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json, to_value};

    use super::*;

    const EVENT: Attempt = Attempt {
        operation: OperationClass::Event,
        failure: Failure::BadGateway,
        number: 1,
        replayable: true,
        repeat_allowed: false,
        retry_after: None,
    };

    /// The wait before a retry, which is made.
    fn wait(retries: &Retries, attempt: &Attempt) -> Option<Duration> {
        let retry = retries.after(attempt)?;
        let wait = retry.wait();
        retry.made();
        Some(wait)
    }

    fn retries() -> Retries {
        Retries::seeded(RetryPolicy::default(), 2026)
    }

    #[test]
    fn the_longest_delay_doubles_up_to_its_end() {
        let delays =
            [1, 2, 3, 6, 7, 8, 60, 64, 65, u16::MAX].map(|number| RetryPolicy::default().longest_delay(number));
        let expected = [500, 1000, 2000, 16_000, 30_000, 30_000, 30_000, 30_000, 30_000, 30_000];
        assert_eq!(delays, expected.map(Duration::from_millis));
        assert_eq!(RetryPolicy { first_delay_ms: 0, ..RetryPolicy::default() }.longest_delay(65), Duration::ZERO);
    }

    #[test]
    fn waits_fill_the_whole_range_evenly() {
        let policy = RetryPolicy { budget: 10_000, ..RetryPolicy::default() };
        let retries = Retries::seeded(policy, 2026);
        let mut tenths = [0; 10];
        for _ in 0..10_000 {
            let wait = wait(&retries, &EVENT).unwrap();
            tenths[usize::try_from(wait.as_millis() / 50).unwrap().min(9)] += 1;
        }
        assert!(tenths.iter().all(|count| (900..=1100).contains(count)), "{tenths:?}");
    }

    #[test]
    fn the_same_seed_gives_the_same_waits() {
        let waits = |seed| {
            let retries = Retries::seeded(RetryPolicy::default(), seed);
            (0..5).map(|_| wait(&retries, &EVENT)).collect::<Vec<_>>()
        };
        assert_eq!(waits(1), waits(1));
        assert_ne!(waits(1), waits(2));
    }

    #[test]
    fn the_last_attempt_is_the_last() {
        assert!(wait(&retries(), &Attempt { number: 3, ..EVENT }).is_some());
        assert!(wait(&retries(), &Attempt { number: 4, ..EVENT }).is_none());
        assert!(wait(&Retries::seeded(RetryPolicy::never(), 1), &EVENT).is_none());
    }

    #[test]
    fn a_dead_server_gets_no_more_retries_than_the_budget() {
        let retries = retries();
        let sent = (0..1000).filter(|_| wait(&retries.clone(), &EVENT).is_some()).count();
        assert_eq!(sent, 20);
        (0..10).for_each(|_| retries.succeeded());
        assert!(wait(&retries, &EVENT).is_some());
        assert!(wait(&retries, &EVENT).is_none());
    }

    #[test]
    fn what_must_not_go_again_costs_nothing() {
        let retries = retries();
        assert!(wait(&retries, &Attempt { operation: OperationClass::Metric, ..EVENT }).is_none());
        assert!(wait(&retries, &Attempt { failure: Failure::Rejected, ..EVENT }).is_none());
        let upload = Attempt { operation: OperationClass::Upload, replayable: false, ..EVENT };
        assert!(wait(&retries, &upload).is_none());
        assert_eq!(retries.budget().left(), 20);
        assert!(
            wait(&retries, &Attempt { operation: OperationClass::Metric, repeat_allowed: true, ..EVENT }).is_some()
        );
    }

    #[test]
    fn a_retry_that_is_not_made_costs_nothing() {
        let policy = RetryPolicy { budget: 1, ..RetryPolicy::default() };
        let retries = Retries::seeded(policy, 2026);
        for _ in 0..100 {
            let retry = retries.after(&EVENT).unwrap();
            assert!(retries.after(&EVENT).is_none(), "the one that there is may yet be made");
            drop(retry);
        }
        assert!(wait(&retries, &EVENT).is_some());
        assert!(wait(&retries, &EVENT).is_none());
    }

    #[test]
    fn whom_the_server_paces_it_costs_nothing() {
        let policy = RetryPolicy { budget: 0, ..RetryPolicy::default() };
        let retries = Retries::seeded(policy, 2026);
        for failure in Failure::ALL {
            let free = matches!(failure, Failure::TooManyRequests | Failure::Unavailable);
            assert_eq!(wait(&retries, &Attempt { failure, ..EVENT }).is_some(), free, "{failure:?}");
        }
        // Not without an end.
        assert!(wait(&retries, &Attempt { failure: Failure::TooManyRequests, number: 4, ..EVENT }).is_none());
    }

    #[test]
    fn the_server_is_waited_for_as_long_as_it_asks() {
        let asked = Duration::from_mins(2);
        let wait = wait(&retries(), &Attempt { retry_after: Some(asked), ..EVENT }).unwrap();
        assert!((asked..=asked + Duration::from_millis(500)).contains(&wait), "{wait:?}");
    }

    #[test]
    fn written_and_read_again() {
        let value = json!({ "max_attempts": 4, "first_delay_ms": 500, "max_delay_ms": 30_000, "budget": 20 });
        assert_eq!(to_value(RetryPolicy::default()).unwrap(), value);
        assert_eq!(from_value::<RetryPolicy>(value).unwrap(), RetryPolicy::default());
        assert_eq!(from_value::<RetryPolicy>(json!({})).unwrap(), RetryPolicy::default());
        let error = from_value::<RetryPolicy>(json!({ "max_attempts": 0 })).unwrap_err();
        assert_eq!(error.to_string(), "invalid value: integer `0`, expected a nonzero u16");
        assert!(from_value::<RetryPolicy>(json!({ "attempts": 1 })).is_err());
        let schema = schemars::schema_for!(RetryPolicy);
        assert_eq!(schema.pointer("/properties/max_attempts/default"), Some(&json!(4)));
    }
}
