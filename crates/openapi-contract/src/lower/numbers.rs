//! `exclusiveMinimum` and `exclusiveMaximum`: bounds of their own in 3.1, flags on the other bounds in 3.0.

use std::cmp::Ordering;

use serde_json::{Number, Value};

use super::context::Lowering;
use super::scope::Scope;
use crate::Effect;

impl<'d> Lowering<'d, '_> {
    /// Lowers a bound, `minimum` or `maximum`, and its exclusive twin together. Called for each; either may come
    /// first, and both say the same.
    pub(super) fn bound(&mut self, scope: &mut Scope<'d>, keyword: &str) {
        let (inclusive, exclusive, tighter) = if keyword.ends_with("inimum") {
            ("minimum", "exclusiveMinimum", Ordering::Less)
        } else {
            ("maximum", "exclusiveMaximum", Ordering::Greater)
        };
        let Some(Value::Number(open)) = scope.schema.get(exclusive) else {
            // No bound, or 3.0's flag already.
            scope.say(keyword, scope.schema[keyword].clone());
            return;
        };
        let closed = scope.schema.get(inclusive);
        if let Some(Value::Number(closed)) = closed
            && compare(open, closed) == tighter
        {
            // The inclusive bound is the tighter one, so that the exclusive bound has nothing to add.
            scope.say(inclusive, closed.clone().into());
        } else {
            scope.say(inclusive, open.clone().into());
            scope.say(exclusive, true.into());
        }
        if keyword == exclusive {
            let reason = format!("3.0 has {exclusive} as a flag of {inclusive}");
            self.report("exclusive-bound", keyword, Effect::Equivalent, reason);
        }
    }
}

/// Compares numbers for what they are, not for what is left of them as a float.
pub(super) fn compare(left: &Number, right: &Number) -> Ordering {
    match (whole(left), whole(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        (Some(left), None) => compare_float(float(right), left).reverse(),
        (None, Some(right)) => compare_float(float(left), right),
        (None, None) => float(left).partial_cmp(&float(right)).unwrap_or(Ordering::Equal),
    }
}

fn whole(number: &Number) -> Option<i128> {
    number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
}

fn float(number: &Number) -> f64 {
    number.as_f64().unwrap_or_default()
}

#[allow(clippy::cast_possible_truncation, reason = "a float beyond i128 stays beyond every i64 and u64")]
fn compare_float(left: f64, right: i128) -> Ordering {
    let whole = left.floor() as i128;
    whole.cmp(&right).then(if left.fract() == 0.0 { Ordering::Equal } else { Ordering::Greater })
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use serde_json::Number;

    use super::compare;

    #[test]
    fn numbers_compare_beyond_the_precision_of_floats() {
        let float = |value| Number::from_f64(value).unwrap();
        let large = Number::from(9_007_199_254_740_993_u64);
        assert_eq!(compare(&large, &float(9_007_199_254_740_992.0)), Ordering::Greater);
        assert_eq!(compare(&float(9_007_199_254_740_992.0), &large), Ordering::Less);
        assert_eq!(compare(&Number::from(1), &float(1.0)), Ordering::Equal);
        assert_eq!(compare(&float(-0.5), &Number::from(0)), Ordering::Less);
        assert_eq!(compare(&float(-0.5), &Number::from(-1)), Ordering::Greater);
        assert_eq!(compare(&float(1e300), &Number::from(u64::MAX)), Ordering::Greater);
    }
}
