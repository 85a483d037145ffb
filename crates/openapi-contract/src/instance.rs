//! JSON values as JSON Schema sees them: 1 is 1.0, and numbers are what they say, not what a float keeps of them.

use std::cmp::Ordering;

use serde_json::{Number, Value};

/// Whether two instances are equal in JSON Schema's eyes: 1 is 1.0.
#[must_use]
pub fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => compare(left, right) == Ordering::Equal,
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            let equals = |(key, value): (&String, &Value)| right.get(key).is_some_and(|other| same(value, other));
            left.len() == right.len() && left.iter().all(equals)
        }
        _ => left == right,
    }
}

/// Compares numbers for what they are, not for what is left of them as a float.
#[must_use]
pub fn compare(left: &Number, right: &Number) -> Ordering {
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
