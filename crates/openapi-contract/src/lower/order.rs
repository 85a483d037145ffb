//! Changes in the order of the document that they were made in.

use std::collections::HashMap;

use serde_json::Value;

use crate::Change;
use crate::references::index::address;

/// Sorts by place, and leaves one of what was reported twice: a schema that moves is lowered once where it stood
/// and once where it goes.
pub(super) fn in_document_order(root: &Value, changes: Vec<Change>) -> Vec<Change> {
    let mut positions = Positions(HashMap::new());
    let mut keyed: Vec<_> = changes.into_iter().map(|change| (positions.path(root, &change), change)).collect();
    keyed.sort_by(|(left, one), (right, other)| left.cmp(right).then_with(|| one.rule.cmp(other.rule)));
    keyed.dedup_by(|(left, one), (right, other)| {
        left == right && one.rule == other.rule && one.pointer == other.pointer
    });
    keyed.into_iter().map(|(_, change)| change).collect()
}

/// Where each member stands in its object, counted once for each object.
struct Positions<'d>(HashMap<usize, HashMap<&'d str, usize>>);

impl<'d> Positions<'d> {
    fn path(&mut self, root: &'d Value, change: &Change) -> Vec<usize> {
        let mut here = Some(root);
        let mut path = Vec::new();
        for token in change.pointer.tokens() {
            // A place that is not there, as of a member that was added, comes after those that are.
            let (position, below) = match here {
                Some(value @ Value::Object(members)) => {
                    let count = || members.keys().enumerate().map(|(position, key)| (key.as_str(), position)).collect();
                    let known = self.0.entry(address(value)).or_insert_with(count);
                    (known.get(token.as_str()).copied(), members.get(&token))
                }
                Some(Value::Array(elements)) => {
                    let position = token.parse().ok();
                    (position, position.and_then(|position: usize| elements.get(position)))
                }
                _ => (None, None),
            };
            path.push(position.unwrap_or(usize::MAX));
            here = below;
        }
        path
    }
}
