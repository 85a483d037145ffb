//! Bounds and multiples: what a schema demands of numbers.

use std::cmp::Ordering;

use openapi_contract::instance::compare;
use serde_json::Number;

use super::tri::Tri;

/// One end of a range.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bound {
    pub(crate) value: Number,
    /// Whether the value itself is still inside.
    pub(crate) inclusive: bool,
}

/// Which end of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Lower,
    Upper,
}

impl End {
    /// How the tighter of two different bounds compares with the other.
    fn tighter(self) -> Ordering {
        match self {
            Self::Lower => Ordering::Greater,
            Self::Upper => Ordering::Less,
        }
    }

    /// Compares two bounds: [`Ordering::Greater`] when `left` lets less through.
    pub(crate) fn strictness(self, left: &Bound, right: &Bound) -> Ordering {
        match compare(&left.value, &right.value) {
            Ordering::Equal => right.inclusive.cmp(&left.inclusive),
            order if order == self.tighter() => Ordering::Greater,
            _ => Ordering::Less,
        }
    }

    /// Whether the number is on the right side of the bound.
    pub(crate) fn admits(self, bound: &Bound, number: &Number) -> bool {
        match compare(number, &bound.value) {
            Ordering::Equal => bound.inclusive,
            order => order == self.tighter(),
        }
    }

    /// The same bound for integers: more than 1 is at least 2.
    pub(crate) fn for_integers(self, bound: Bound) -> Bound {
        let step = match (whole(&bound.value), self) {
            (Some(_), _) if bound.inclusive => return bound,
            (Some(_) | None, Self::Lower) => 1,
            (Some(_), Self::Upper) => -1,
            // The whole number below.
            (None, Self::Upper) => 0,
        };
        let integer =
            beside(&bound.value, step).and_then(|value| whole(&value)).and_then(|value| i64::try_from(value).ok());
        integer.map_or(bound, |value| Bound { value: value.into(), inclusive: true })
    }

    /// The stricter of two bounds, either of which may be missing.
    pub(crate) fn stricter(self, left: Option<&Bound>, right: Option<&Bound>) -> Option<Bound> {
        match (left, right) {
            (Some(left), Some(right)) if self.strictness(left, right) == Ordering::Less => Some(right.clone()),
            (Some(left), _) => Some(left.clone()),
            (None, right) => right.cloned(),
        }
    }
}

/// The bound in the words of a reviewer: `at least 1`, `less than 10`.
pub(crate) fn words(end: End, bound: &Bound) -> String {
    let words = match (end, bound.inclusive) {
        (End::Lower, true) => "at least",
        (End::Lower, false) => "more than",
        (End::Upper, true) => "at most",
        (End::Upper, false) => "less than",
    };
    format!("{words} {}", bound.value)
}

pub(crate) fn is_whole(number: &Number) -> bool {
    number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|float| float.fract() == 0.0)
}

/// Whether `number` is a multiple of `divisor`, which is above zero. Floats whose quotient is close to a whole number
/// and not exactly one are left open: 0.3 by 0.1 is decided differently by validators.
pub(crate) fn is_multiple(number: &Number, divisor: &Number) -> Tri {
    if let (Some(number), Some(divisor)) = (whole(number), whole(divisor))
        && divisor != 0
    {
        return Tri::from(number % divisor == 0);
    }
    let (Some(number), Some(divisor)) = (number.as_f64(), divisor.as_f64()) else { return Tri::Maybe };
    let quotient = number / divisor;
    if !quotient.is_finite() || quotient.abs() > 9e15 {
        return Tri::Maybe;
    }
    let distance = (quotient - quotient.round()).abs();
    // A divisor of halves, quarters, … divides exactly; every other float is rounded before it is divided.
    let exact = (divisor * 1024.0).fract() == 0.0 && (number * 1024.0).fract() == 0.0;
    match distance {
        d if d == 0.0 && exact => Tri::Yes,
        d if d > 1e-6 => Tri::No,
        _ if exact => Tri::No,
        _ => Tri::Maybe,
    }
}

/// The number as an integer, for floats like 2.0 as well.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "only what a float holds exactly")]
pub(crate) fn whole(number: &Number) -> Option<i128> {
    number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from)).or_else(|| {
        let float = number.as_f64()?;
        (float.fract() == 0.0 && float.abs() < 9e15).then_some(float as i128)
    })
}

/// The number that the bound stands for, a step inside or outside of it.
pub(crate) fn beside(number: &Number, step: i64) -> Option<Number> {
    if let Some(whole) = whole(number) {
        let beside = whole.checked_add(i128::from(step))?;
        return i64::try_from(beside).map(Number::from).or_else(|_| u64::try_from(beside).map(Number::from)).ok();
    }
    #[allow(clippy::cast_precision_loss, reason = "steps are small")]
    Number::from_f64(number.as_f64()?.floor() + step as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(value: f64) -> Number {
        Number::from_f64(value).unwrap()
    }

    #[test]
    fn bounds_are_ordered_by_what_they_let_through() {
        let bound = |value: i64, inclusive| Bound { value: value.into(), inclusive };
        assert_eq!(End::Lower.strictness(&bound(2, true), &bound(1, true)), Ordering::Greater);
        assert_eq!(End::Lower.strictness(&bound(1, false), &bound(1, true)), Ordering::Greater);
        assert_eq!(End::Upper.strictness(&bound(2, true), &bound(1, true)), Ordering::Less);
        assert_eq!(End::Upper.strictness(&bound(1, true), &bound(1, true)), Ordering::Equal);
        assert!(End::Upper.admits(&bound(1, true), &1.into()) && !End::Upper.admits(&bound(1, false), &1.into()));
    }

    #[test]
    fn multiples_are_decided_only_where_floats_are_exact() {
        assert_eq!(is_multiple(&6.into(), &3.into()), Tri::Yes);
        assert_eq!(is_multiple(&7.into(), &3.into()), Tri::No);
        assert_eq!(is_multiple(&number(1.5), &number(0.5)), Tri::Yes);
        assert_eq!(is_multiple(&number(0.3), &number(0.1)), Tri::Maybe);
        assert_eq!(is_multiple(&number(0.35), &number(0.1)), Tri::No);
        assert_eq!(is_multiple(&number(1e300), &number(3.0)), Tri::Maybe);
    }
}
