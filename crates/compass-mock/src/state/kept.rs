//! A list that keeps its latest entries.

use std::collections::BTreeMap;

use serde_json::Value;

/// Bytes that a list keeps at most, besides its number of entries: bodies may be large.
pub(crate) const MOST_WEIGHT: usize = 64 * 1024 * 1024;

/// What a value takes of the memory, about: much more than its text, if that is made of many small things.
pub(crate) fn weight(value: &Value) -> usize {
    let inner = match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(weight).sum(),
        // A field has a name of its own and a place in the map's index.
        Value::Object(fields) => fields.iter().map(|(name, value)| 48 + name.len() + weight(value)).sum(),
    };
    size_of::<Value>() + inner
}

/// The latest entries by ID. Inserting and forgetting take logarithmic time.
#[derive(Debug)]
pub(crate) struct Kept<T> {
    entries: BTreeMap<u64, (usize, T)>,
    weight: usize,
    most: usize,
    most_weight: usize,
}

impl<T> Kept<T> {
    pub(crate) fn new(most: usize) -> Self {
        Self { entries: BTreeMap::new(), weight: 0, most, most_weight: MOST_WEIGHT }
    }

    #[cfg(test)]
    fn with_most_weight(self, most_weight: usize) -> Self {
        Self { most_weight, ..self }
    }

    /// Keeps an entry and returns those that had to go for it. One that is too heavy for the list goes itself.
    #[must_use = "what is forgotten here may be known elsewhere, and takes its time to be dropped"]
    pub(crate) fn insert(&mut self, id: u64, weight: usize, entry: T) -> Vec<T> {
        self.weight += weight;
        if let Some((weight, _)) = self.entries.insert(id, (weight, entry)) {
            self.weight -= weight;
        }
        let mut forgotten = Vec::new();
        while self.entries.len() > self.most || self.weight > self.most_weight {
            let Some((_, (weight, entry))) = self.entries.pop_first() else { break };
            self.weight -= weight;
            forgotten.push(entry);
        }
        forgotten
    }

    pub(crate) fn get(&self, id: u64) -> Option<&T> {
        self.entries.get(&id).map(|(_, entry)| entry)
    }

    pub(crate) fn get_mut(&mut self, id: u64) -> Option<&mut T> {
        self.entries.get_mut(&id).map(|(_, entry)| entry)
    }

    /// The entry and its weight.
    pub(crate) fn remove(&mut self, id: u64) -> Option<(usize, T)> {
        let (weight, entry) = self.entries.remove(&id)?;
        self.weight -= weight;
        Some((weight, entry))
    }

    /// Oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.entries.values().map(|(_, entry)| entry)
    }

    /// Everything, for the caller to drop when it is not in the way.
    #[must_use = "it takes its time to be dropped"]
    pub(crate) fn take(&mut self) -> Self {
        let empty = Self { entries: BTreeMap::new(), weight: 0, ..*self };
        std::mem::replace(self, empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go_first() {
        let mut kept = Kept::new(2);
        assert!(kept.insert(1, 1, 'a').is_empty());
        assert!(kept.insert(2, 1, 'b').is_empty());
        assert_eq!(kept.insert(3, 1, 'c'), ['a']);
        assert_eq!(kept.remove(2), Some((1, 'b')));
        assert!(kept.insert(4, 1, 'd').is_empty());
        assert_eq!(kept.iter().collect::<String>(), "cd");
        assert_eq!((kept.get(3), kept.get(2)), (Some(&'c'), None));
        assert_eq!(kept.take().iter().collect::<String>(), "cd");
        assert_eq!((kept.iter().count(), kept.weight), (0, 0));
    }

    #[test]
    fn heavy_entries_make_room_too() {
        let mut kept = Kept::new(10).with_most_weight(10);
        assert!(kept.insert(1, 4, 'a').is_empty());
        assert!(kept.insert(2, 6, 'b').is_empty());
        assert_eq!(kept.insert(3, 1, 'c'), ['a']);
        assert_eq!(kept.insert(4, 11, 'd'), ['b', 'c', 'd']);
        assert_eq!(kept.weight, 0);
        assert!(kept.insert(5, 3, 'e').is_empty());
        assert!(kept.insert(5, 10, 'f').is_empty());
        assert_eq!(kept.weight, 10);
    }

    #[test]
    fn small_things_weigh_more_than_their_text() {
        let many = Value::from(vec![0; 1000]);
        assert!(weight(&many) > 10 * many.to_string().len());
        assert!((1_000_000..1_001_000).contains(&weight(&serde_json::json!({ "a": "x".repeat(1_000_000) }))));
    }

    #[test]
    fn nothing_is_kept_where_nothing_may_be() {
        assert_eq!(Kept::new(0).insert(1, 0, 'a'), ['a']);
    }
}
