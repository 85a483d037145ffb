//! What orders the updates of one event.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::Utc;
use serde::{Deserialize, Serialize};

use crate::validation::{Rule, Violation, Violations};

/// An update's number, `updateSequenceNumber` on the wire: Compass saves an update only if its number is greater than
/// the last one, and drops it silently otherwise.
///
/// A constant number loses every update but the first. [`Sequence::now`] is right wherever one machine, or several
/// with clocks in step, report on an event in the order in which things happen.
///
/// ```
/// use compass_sdk::event::Sequence;
///
/// assert!(Sequence::now() < Sequence::now());
/// assert_eq!(Sequence::new(7)?.get(), 7);
/// assert!(Sequence::new(-1).is_err());
/// # Ok::<(), compass_sdk::validation::Violations>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Sequence(i64);

impl Sequence {
    /// The number as it is.
    ///
    /// # Errors
    /// When it is negative. `i64` is the contract's type; no greatest number is published but this type's.
    pub fn new(number: i64) -> Result<Self, Violations> {
        if number < 0 {
            let violation = Violation::new("updateSequenceNumber", Rule::SequenceNotNegative, &number.to_string());
            return Err(Violations::of(violation));
        }
        Ok(Self(number))
    }

    /// The clock's milliseconds since 1970, or one more than the last number if the clock has not moved on (or went
    /// back) since: within a process, each number is greater than those before.
    #[must_use]
    pub fn now() -> Self {
        static LAST: Last = Last::new();
        LAST.next(Utc::now().timestamp_millis())
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The number of an event that was checked.
    pub(super) const fn of_checked(number: i64) -> Self {
        Self(number)
    }
}

impl TryFrom<i64> for Sequence {
    type Error = Violations;

    fn try_from(number: i64) -> Result<Self, Violations> {
        Self::new(number)
    }
}

impl From<Sequence> for i64 {
    fn from(sequence: Sequence) -> Self {
        sequence.0
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The last number given out.
#[derive(Debug)]
struct Last(AtomicI64);

impl Last {
    const fn new() -> Self {
        Self(AtomicI64::new(-1))
    }

    /// A number greater than all before, and not below `millis`.
    fn next(&self, millis: i64) -> Sequence {
        let following = |last: i64| last.saturating_add(1).max(millis);
        // Nothing but the number itself is shared between the threads, so that no ordering with other memory matters.
        let mut last = self.0.load(Ordering::Relaxed);
        loop {
            let next = following(last);
            match self.0.compare_exchange_weak(last, next, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return Sequence(next),
                Err(newer) => last = newer,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_grow_while_the_clock_stands_or_goes_back() {
        let last = Last::new();
        let numbers: Vec<_> = [1000, 1000, 999, 1001, 5000].map(|millis| last.next(millis).get()).into();
        assert_eq!(numbers, [1000, 1001, 1002, 1003, 5000]);
    }

    #[test]
    fn a_clock_before_1970_gives_no_negative_number() {
        assert_eq!(Last::new().next(-5).get(), 0);
    }

    #[test]
    fn threads_never_get_the_same_number() {
        let last = Last::new();
        let mut numbers: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..4).map(|_| scope.spawn(|| (0..500).map(|_| last.next(7)).collect::<Vec<_>>())).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 2000);
    }
}
