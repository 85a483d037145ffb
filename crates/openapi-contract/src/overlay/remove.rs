//! Taking nodes out of their objects and arrays.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use crate::Pointer;

/// Removes the nodes at `places` from `root`; the root itself is passed over.
///
/// Each parent is swept once, so removing thousands of siblings takes no longer than removing one of them.
pub(super) fn remove(root: &mut Value, places: &[Pointer]) {
    let mut doomed: BTreeMap<&str, HashSet<String>> = BTreeMap::new();
    for place in places {
        if let Some((parent, token)) = place.as_str().rsplit_once('/') {
            doomed.entry(parent).or_default().insert(token.replace("~1", "/").replace("~0", "~"));
        }
    }
    // Deepest parents first: to remove an element moves its later siblings, and with them the places of all that
    // they contain, but nothing that lies higher up.
    let mut parents: Vec<_> = doomed.into_iter().collect();
    parents.sort_by_key(|(parent, _)| Reverse(parent.matches('/').count()));
    for (parent, tokens) in parents {
        match root.pointer_mut(parent) {
            Some(Value::Object(object)) => object.retain(|key, _| !tokens.contains(key)),
            Some(Value::Array(array)) => {
                let indexes: HashSet<usize> = tokens.iter().filter_map(|token| token.parse().ok()).collect();
                let mut index = 0..;
                array.retain(|_| index.next().is_some_and(|index| !indexes.contains(&index)));
            }
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) | None => {}
        }
    }
}
