//! The uploaded files, and which of them is in its slot.

use std::collections::HashMap;
use std::sync::Arc;

use super::kept::Kept;
use crate::received::{FileOutcome, ReceivedFile, Slot};

#[derive(Debug)]
pub(crate) struct Files {
    uploaded: Kept<Arc<ReceivedFile>>,
    stored: HashMap<Slot, u64>,
}

impl Files {
    pub(crate) fn new(keep: usize) -> Self {
        Self { uploaded: Kept::new(keep), stored: HashMap::new() }
    }

    /// Stores a file; the one that was in its slot is replaced. The ID must be higher than that of any before.
    #[must_use = "it takes its time to be dropped"]
    pub(crate) fn store(&mut self, file: ReceivedFile) -> Vec<Arc<ReceivedFile>> {
        if file.outcome == FileOutcome::Stored
            && let Some(before) = self.stored.insert(file.slot.clone(), file.id)
        {
            self.mark(before, FileOutcome::Replaced);
        }
        let forgotten = self.uploaded.insert(file.id, file.length, Arc::new(file));
        for file in &forgotten {
            if self.stored.get(&file.slot) == Some(&file.id) {
                self.stored.remove(&file.slot);
            }
        }
        forgotten
    }

    pub(crate) fn stored(&self, slot: &Slot) -> Option<Arc<ReceivedFile>> {
        self.uploaded.get(*self.stored.get(slot)?).cloned()
    }

    /// Whether there was one.
    pub(crate) fn delete(&mut self, slot: &Slot) -> bool {
        let Some(id) = self.stored.remove(slot) else { return false };
        self.mark(id, FileOutcome::Deleted);
        true
    }

    fn mark(&mut self, id: u64, outcome: FileOutcome) {
        if let Some(file) = self.uploaded.get_mut(id) {
            Arc::make_mut(file).outcome = outcome;
        }
    }

    pub(crate) fn get(&self, id: u64) -> Option<Arc<ReceivedFile>> {
        self.uploaded.get(id).cloned()
    }

    /// In the order of arrival.
    pub(crate) fn all(&self) -> Vec<Arc<ReceivedFile>> {
        self.uploaded.iter().cloned().collect()
    }

    #[must_use = "it takes its time to be dropped"]
    pub(crate) fn take(&mut self) -> Self {
        Self { uploaded: self.uploaded.take(), stored: std::mem::take(&mut self.stored) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::samples::file;

    fn outcomes(files: &Files) -> Vec<(u64, FileOutcome)> {
        files.all().iter().map(|file| (file.id, file.outcome)).collect()
    }

    #[test]
    fn a_slot_has_one_file() {
        let mut files = Files::new(10);
        for (id, slot) in [(1, "a"), (2, "b"), (3, "a")] {
            assert!(files.store(file(id, slot)).is_empty());
        }
        let slot = file(0, "a").slot;
        assert_eq!(files.stored(&slot).unwrap().id, 3);
        assert!(files.delete(&slot) && !files.delete(&slot));
        assert_eq!(files.stored(&slot), None);
        let expected = [(1, FileOutcome::Replaced), (2, FileOutcome::Stored), (3, FileOutcome::Deleted)];
        assert_eq!(outcomes(&files), expected);
    }

    #[test]
    fn slots_go_with_their_files() {
        let mut files = Files::new(2);
        for id in 1..=10 {
            drop(files.store(file(id, &id.to_string())));
            assert!(files.stored.len() <= 2);
        }
        assert_eq!(files.stored(&file(0, "1").slot), None);
        assert!(!files.delete(&file(0, "1").slot));
    }
}
