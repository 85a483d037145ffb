//! How large a value is.

use serde_json::Value;

/// Whether a value is made of more than `limit` values. Stops counting there.
pub(super) fn exceeds(value: &Value, limit: usize) -> bool {
    count(value, limit + 1) > limit
}

fn count(value: &Value, enough: usize) -> usize {
    let below: &mut dyn Iterator<Item = &Value> = match value {
        Value::Array(elements) => &mut elements.iter(),
        Value::Object(members) => &mut members.values(),
        _ => return 1,
    };
    let mut total = 1;
    while total < enough
        && let Some(value) = below.next()
    {
        total += count(value, enough - total);
    }
    total
}
