//! Event sources, and the components that they are attached to.

use std::collections::{HashMap, HashSet, VecDeque};

use serde::{Deserialize, Serialize};

use crate::ari::Ari;
use crate::kind::EventKind;

/// Event sources that a component takes. (Seen.)
pub(crate) const MOST_PER_COMPONENT: usize = 20;

/// What an event source is known by.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceKey {
    pub(crate) id: String,
    pub(crate) kind: EventKind,
}

/// The component has as many as it can have.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooMany;

/// The event sources that are attached to a component.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    attached: HashMap<Ari, HashSet<SourceKey>>,
    /// To how many components.
    known: HashMap<SourceKey, usize>,
    /// Those that events made, oldest first. Those of the components file stay.
    made: VecDeque<(Ari, SourceKey)>,
    most: usize,
}

impl Sources {
    /// None so far. Of those that events make, the latest are kept.
    pub(crate) fn new(keep: usize) -> Self {
        Self { most: keep, ..Self::default() }
    }

    /// Whether there is one that an event without a component can belong to.
    pub(crate) fn has(&self, source: &SourceKey) -> bool {
        self.known.contains_key(source)
    }

    /// Attaches one as an event with a component does, if it is not attached to that yet.
    pub(crate) fn attach(&mut self, component: &Ari, source: &SourceKey) -> Result<(), TooMany> {
        if self.attached.get(component).is_some_and(|sources| sources.contains(source)) {
            return Ok(());
        }
        if self.attached.get(component).map_or(0, HashSet::len) >= MOST_PER_COMPONENT {
            return Err(TooMany);
        }
        self.insert(component, source);
        self.made.push_back((component.clone(), source.clone()));
        while self.made.len() > self.most {
            let Some((component, source)) = self.made.pop_front() else { break };
            self.detach(&component, &source);
        }
        Ok(())
    }

    /// Attaches one that stays.
    pub(crate) fn fix(&mut self, component: &Ari, source: &SourceKey) {
        self.insert(component, source);
    }

    fn insert(&mut self, component: &Ari, source: &SourceKey) {
        if self.attached.entry(component.clone()).or_default().insert(source.clone()) {
            *self.known.entry(source.clone()).or_default() += 1;
        }
    }

    fn detach(&mut self, component: &Ari, source: &SourceKey) {
        if let Some(sources) = self.attached.get_mut(component) {
            sources.remove(source);
            if sources.is_empty() {
                self.attached.remove(component);
            }
        }
        if let Some(count) = self.known.get_mut(source) {
            *count -= 1;
            if *count == 0 {
                self.known.remove(source);
            }
        }
    }

    /// Those that events made, oldest first.
    pub(crate) fn made(&self) -> impl Iterator<Item = &(Ari, SourceKey)> {
        self.made.iter()
    }

    /// Forgets those that events made.
    pub(crate) fn reset(&mut self) {
        for (component, source) in std::mem::take(&mut self.made) {
            self.detach(&component, &source);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::samples::component;

    fn source(id: &str, kind: EventKind) -> SourceKey {
        SourceKey { id: id.to_owned(), kind }
    }

    #[test]
    fn twenty_to_a_component() {
        let mut sources = Sources::new(100);
        for number in 0..20 {
            assert_eq!(sources.attach(&component(1), &source(&number.to_string(), EventKind::Build)), Ok(()));
        }
        // One ID with two kinds makes two event sources.
        assert_eq!(sources.attach(&component(1), &source("0", EventKind::Push)), Err(TooMany));
        assert_eq!(sources.attach(&component(1), &source("0", EventKind::Build)), Ok(()));
        assert_eq!(sources.attach(&component(2), &source("0", EventKind::Build)), Ok(()));
        assert!(sources.has(&source("0", EventKind::Build)) && !sources.has(&source("0", EventKind::Push)));
    }

    #[test]
    fn the_oldest_go_and_those_of_the_file_stay() {
        let mut sources = Sources::new(2);
        let fixed = source("fixed", EventKind::Flag);
        sources.fix(&component(1), &fixed);
        for number in 0..5 {
            sources.attach(&component(number), &source("shared", EventKind::Push)).unwrap();
            sources.attach(&component(number), &fixed).unwrap();
            assert!(sources.attached.len() <= 3);
        }
        assert_eq!(sources.made().count(), 2);
        sources.reset();
        assert!(sources.has(&fixed) && !sources.has(&source("shared", EventKind::Push)));
        assert_eq!((sources.attached.len(), sources.known.len()), (1, 1));
    }
}
