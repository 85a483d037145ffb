//! Changes by the operations that they are felt in, and the words on each that all formats share.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use openapi_contract::Pointer;

use super::clean::{short, visible};
use super::{Report, Verdict};
use crate::{Change, Level, Operation};

/// Changes that are felt in the same operations.
pub(super) struct Group<'r> {
    /// Those operations; none for what concerns the document.
    pub(super) operations: Vec<&'r Arc<Operation>>,
    /// Indexes of the changes, the worst first.
    pub(super) changes: Vec<usize>,
}

/// How many operations a heading names before it counts the rest.
const NAMED: usize = 6;

/// How many Rust items are listed with a change before the rest is counted.
const ITEMS: usize = 30;

/// How much of a text a reader wants to see: longer ones are in the JSON.
const LONGEST: usize = 400;

/// The groups, those with the worst changes first, else in the order of the report.
pub(super) fn groups(report: &Report) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut numbers: HashMap<Vec<&Arc<Operation>>, usize> = HashMap::new();
    for (index, change) in report.changes.iter().enumerate() {
        let mut seen = HashSet::new();
        let operations = change.sites.iter().map(|site| &site.operation).filter(|operation| seen.insert(*operation));
        let operations: Vec<_> = operations.collect();
        let number = *numbers.entry(operations).or_insert_with_key(|operations| {
            groups.push(Group { operations: operations.clone(), changes: Vec::new() });
            groups.len() - 1
        });
        groups[number].changes.push(index);
    }
    let level = |index: &usize| report.changes[*index].level;
    for group in &mut groups {
        group.changes.sort_by_key(|index| std::cmp::Reverse(level(index)));
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.changes.iter().map(level).max().unwrap_or(Level::Info)));
    groups
}

impl Group<'_> {
    /// `POST /lamps (createLamp)`, `in 3 operations: …`, `document`.
    pub(super) fn title(&self) -> String {
        let name = |operation: &&Arc<Operation>| short(&operation.to_string(), LONGEST);
        match self.operations.as_slice() {
            [] => "document".to_owned(),
            [operation] => name(operation),
            operations => {
                let count = operations.len();
                let named: Vec<_> = operations.iter().take(NAMED).map(name).collect();
                let rest = count.saturating_sub(NAMED);
                let rest = if rest == 0 { String::new() } else { format!(" and {rest} more") };
                format!("in {count} operations: {}{rest}", named.join(", "))
            }
        }
    }
}

/// Where the change is in both documents, as one or two JSON pointers.
pub(super) fn place(change: &Change) -> String {
    let shown = |pointer: &Pointer| short(&pointer.to_string(), LONGEST);
    match (&change.base, &change.revision) {
        (Some(base), Some(revision)) if base != revision => format!("{} → {}", shown(base), shown(revision)),
        (Some(pointer), _) | (None, Some(pointer)) => shown(pointer),
        (None, None) => "(document)".to_owned(),
    }
}

/// What changed, in a sentence.
pub(super) fn message(change: &Change) -> String {
    short(&change.message, LONGEST)
}

/// The parts of operations in which it is felt, each once: `request body application/json, response 200 …`.
pub(super) fn parts(change: &Change) -> String {
    let mut parts: Vec<String> = Vec::new();
    for site in &change.sites {
        let part = site.to_string();
        if !part.is_empty() && !parts.contains(&part) {
            parts.push(part);
        }
    }
    let rest = parts.len().saturating_sub(NAMED);
    let named: Vec<_> = parts.iter().take(NAMED).map(|part| visible(part).into_owned()).collect();
    if rest == 0 { named.join(", ") } else { format!("{} and {rest} more", named.join(", ")) }
}

/// The rest of what there is to say of a change, one line each: what stands in every format for people.
pub(super) fn details(report: &Report, index: usize) -> Vec<Detail> {
    let change = &report.changes[index];
    let mut details = Vec::new();
    let parts = parts(change);
    if !parts.is_empty() {
        details.push(Detail { label: "in", text: parts });
    }
    if let Some(example) = &change.example {
        details.push(Detail { label: "example", text: short(&example.to_string(), LONGEST) });
    }
    if let Verdict::Accepted(entry) = report.verdict(index) {
        let text = format!("until {}: {}", entry.expires, short(&entry.reason, LONGEST));
        details.push(Detail { label: "accepted", text });
    }
    match report.rust_items(index) {
        Some(items) if items.is_empty() => details.push(Detail { label: "rust", text: "no item changes".to_owned() }),
        items => {
            let mut items = items.into_iter().flatten();
            let lines = items.by_ref().take(ITEMS).map(|item| short(&item.to_string(), LONGEST));
            details.extend(lines.map(|text| Detail { label: "rust", text }));
            let rest = items.count();
            if rest > 0 {
                details.push(Detail { label: "rust", text: format!("and {rest} more items") });
            }
        }
    }
    details
}

/// A line on a change, and what kind of line.
pub(super) struct Detail {
    pub(super) label: &'static str,
    pub(super) text: String,
}

/// What to say of entries that are good for nothing, one sentence each.
pub(super) fn useless_entries(report: &Report) -> Vec<String> {
    let name = |entry: &crate::allow::Entry| format!("{} at \"{}\"", entry.rule, short(&entry.place, LONGEST));
    let expired = report.allowed.expired.iter();
    let expired = expired.map(|entry| format!("{} expired on {}: it accepts nothing", name(entry), entry.expires));
    let unused = report.allowed.unused.iter();
    expired.chain(unused.map(|entry| format!("{} is unused: no change matches it", name(entry)))).collect()
}
