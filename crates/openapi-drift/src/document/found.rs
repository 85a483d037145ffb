//! The changes found so far: each told once, with all the places that it is felt in.

use std::collections::HashMap;

use openapi_contract::Pointer;

use crate::change::{Change, Level, Site};
use crate::rule::Rule;

#[derive(Default)]
pub(super) struct Found {
    pub(super) changes: Vec<Change>,
    numbers: HashMap<Key, usize>,
}

type Key = (Rule, Level, Option<Pointer>, Option<Pointer>, String);

impl Found {
    /// Adds a change, or another site of one that is known already.
    pub(super) fn add(&mut self, change: Change, site: Option<&Site>) {
        let key = (change.rule, change.level, change.base.clone(), change.revision.clone(), change.message.clone());
        let number = *self.numbers.entry(key).or_insert(self.changes.len());
        if number == self.changes.len() {
            self.changes.push(change);
        }
        let sites = &mut self.changes[number].sites;
        // The walk is in document order, so that a site that is known is the last one.
        if let Some(site) = site.filter(|site| sites.last() != Some(site)) {
            sites.push(site.clone());
        }
    }
}
