//! The events, and which of them is the latest of its key.

use std::collections::HashMap;
use std::sync::Arc;

use super::kept::Kept;
use crate::received::{Outcome, ReceivedEvent};

/// Three lists, so that none of them pushes the entries of another out: whoever sends the same event for ever must not
/// make the mock forget that it has it.
#[derive(Debug)]
pub(crate) struct Events {
    saved: Kept<Arc<ReceivedEvent>>,
    superseded: Kept<Arc<ReceivedEvent>>,
    ignored: Kept<Arc<ReceivedEvent>>,
    /// The saved event of each key.
    latest: HashMap<String, u64>,
}

/// Dropped outside of the lock.
pub(crate) type Forgotten = Vec<Arc<ReceivedEvent>>;

impl Events {
    pub(crate) fn new(keep: usize) -> Self {
        Self { saved: Kept::new(keep), superseded: Kept::new(keep), ignored: Kept::new(keep), latest: HashMap::new() }
    }

    /// Decides what becomes of an event, and keeps it. The ID must be higher than that of any before.
    pub(crate) fn accept(&mut self, mut event: ReceivedEvent, weight: usize) -> (Arc<ReceivedEvent>, Forgotten) {
        let Some(key) = event.key.clone() else {
            event.outcome = Outcome::Saved;
            event.reason = Some("Only Forge apps send pull requests, and the feed does not show them.".to_owned());
            return self.save(event, weight);
        };
        let before = self.latest.get(&key).and_then(|&id| self.saved.get(id));
        match before {
            Some(before) if event.sequence_number <= before.sequence_number => {
                event.outcome = Outcome::Ignored;
                event.reason = Some(ignored_because(&event, before));
                let event = Arc::new(event);
                let forgotten = self.ignored.insert(event.id, weight, Arc::clone(&event));
                (event, forgotten)
            }
            Some(before) => {
                let before = before.id;
                let mut forgotten = self.supersede(before, &event);
                event.outcome = Outcome::Saved;
                let (event, more) = self.save(event, weight);
                forgotten.extend(more);
                (event, forgotten)
            }
            None => {
                event.outcome = Outcome::Saved;
                self.save(event, weight)
            }
        }
    }

    fn save(&mut self, event: ReceivedEvent, weight: usize) -> (Arc<ReceivedEvent>, Forgotten) {
        let event = Arc::new(event);
        if let Some(key) = &event.key {
            self.latest.insert(key.clone(), event.id);
        }
        let forgotten = self.saved.insert(event.id, weight, Arc::clone(&event));
        for event in &forgotten {
            if let Some(key) = &event.key {
                self.latest.remove(key);
            }
        }
        (event, forgotten)
    }

    fn supersede(&mut self, id: u64, by: &ReceivedEvent) -> Forgotten {
        let Some((weight, mut event)) = self.saved.remove(id) else { return Vec::new() };
        // Copied only if somebody reads it at the moment.
        let changed = Arc::make_mut(&mut event);
        changed.outcome = Outcome::Superseded;
        changed.reason =
            by.sequence_number.map(|number| format!("The update with sequence number {number} took its place."));
        self.superseded.insert(id, weight, event)
    }

    /// Newest first.
    pub(crate) fn newest(&self, outcome: Outcome) -> Vec<Arc<ReceivedEvent>> {
        self.list(outcome).iter().rev().cloned().collect()
    }

    /// In the order of arrival.
    pub(crate) fn all(&self) -> Vec<Arc<ReceivedEvent>> {
        let lists = [&self.saved, &self.superseded, &self.ignored];
        let mut all: Vec<_> = lists.into_iter().flat_map(Kept::iter).cloned().collect();
        all.sort_unstable_by_key(|event| event.id);
        all
    }

    fn list(&self, outcome: Outcome) -> &Kept<Arc<ReceivedEvent>> {
        match outcome {
            Outcome::Saved => &self.saved,
            Outcome::Superseded => &self.superseded,
            Outcome::Ignored => &self.ignored,
        }
    }

    /// Takes back an event whose outcome is known: one of a file.
    pub(crate) fn restore(&mut self, event: ReceivedEvent, weight: usize) {
        let id = event.id;
        match event.outcome {
            Outcome::Saved => drop(self.save(event, weight)),
            Outcome::Superseded => drop(self.superseded.insert(id, weight, Arc::new(event))),
            Outcome::Ignored => drop(self.ignored.insert(id, weight, Arc::new(event))),
        }
    }

    /// Everything, for the caller to drop when it is not in the way.
    #[must_use = "it takes its time to be dropped"]
    pub(crate) fn take(&mut self) -> Self {
        Self {
            saved: self.saved.take(),
            superseded: self.superseded.take(),
            ignored: self.ignored.take(),
            latest: std::mem::take(&mut self.latest),
        }
    }
}

fn ignored_because(event: &ReceivedEvent, before: &ReceivedEvent) -> String {
    let number = |event: &ReceivedEvent| event.sequence_number.map_or_else(|| "none".to_owned(), |n| n.to_string());
    format!("The sequence number {} did not grow: event {} has {}.", number(event), before.id, number(before))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::samples::event;

    fn accept(events: &mut Events, id: u64, key: &str, number: i64) -> Outcome {
        events.accept(event(id, Some(key), Some(number)), 1).0.outcome
    }

    fn ids(events: &Events, outcome: Outcome) -> Vec<u64> {
        events.newest(outcome).iter().map(|event| event.id).collect()
    }

    #[test]
    fn only_a_grown_sequence_number_saves() {
        let mut events = Events::new(10);
        assert_eq!(accept(&mut events, 1, "a", 5), Outcome::Saved);
        assert_eq!(accept(&mut events, 2, "a", 5), Outcome::Ignored);
        assert_eq!(accept(&mut events, 3, "a", -5), Outcome::Ignored);
        assert_eq!(accept(&mut events, 4, "b", -5), Outcome::Saved);
        assert_eq!(accept(&mut events, 5, "a", 6), Outcome::Saved);
        assert_eq!(accept(&mut events, 6, "a", 5), Outcome::Ignored);
        assert_eq!(ids(&events, Outcome::Saved), [5, 4]);
        assert_eq!(ids(&events, Outcome::Superseded), [1]);
        assert_eq!(ids(&events, Outcome::Ignored), [6, 3, 2]);
        let all = events.all();
        assert_eq!(all.iter().map(|event| event.id).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
        assert_eq!(all[0].reason.as_deref(), Some("The update with sequence number 6 took its place."));
        assert_eq!(all[1].reason.as_deref(), Some("The sequence number 5 did not grow: event 1 has 5."));
        assert_eq!(all[4].reason, None);
    }

    #[test]
    fn pull_requests_are_all_saved() {
        let mut events = Events::new(10);
        for id in 1..=2 {
            let (event, _) = events.accept(event(id, None, None), 1);
            assert_eq!(event.outcome, Outcome::Saved);
            assert!(event.reason.is_some());
        }
    }

    #[test]
    fn a_snapshot_does_not_change() {
        let mut events = Events::new(10);
        accept(&mut events, 1, "a", 1);
        let before = events.all();
        accept(&mut events, 2, "a", 2);
        assert_eq!(before[0].outcome, Outcome::Saved);
        assert_eq!(events.all()[0].outcome, Outcome::Superseded);
    }

    #[test]
    fn repeats_do_not_make_it_forget() {
        let mut events = Events::new(3);
        accept(&mut events, 1, "a", 1);
        for id in 2..100 {
            assert_eq!(accept(&mut events, id, "a", 1), Outcome::Ignored);
        }
        assert_eq!(ids(&events, Outcome::Ignored), [99, 98, 97]);
        assert_eq!(ids(&events, Outcome::Saved), [1]);
    }

    #[test]
    fn keys_go_with_their_events() {
        let mut events = Events::new(3);
        for id in 1..100 {
            accept(&mut events, id, &format!("key {id}"), 1);
            assert!(events.latest.len() <= 3);
        }
        assert_eq!(accept(&mut events, 100, "key 99", 1), Outcome::Ignored);
        assert_eq!(accept(&mut events, 101, "key 1", 1), Outcome::Saved);
        for id in 102..200 {
            assert_eq!(accept(&mut events, id, "one", id.try_into().unwrap()), Outcome::Saved);
        }
        assert_eq!(ids(&events, Outcome::Superseded), [198, 197, 196]);
    }
}
