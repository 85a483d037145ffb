//! Which change an item belongs to, told by names.

use std::collections::{BTreeSet, HashMap};

use super::What;
use super::anchor::{Anchors, Names, plain};
use super::diff::Difference;
use super::item::Kind;
use crate::Change;

/// For each difference the indexes of the changes that it belongs to.
///
/// The closest match wins: an item `XState` belongs to what changed in `XState`, not to what changed in `X`. Changes
/// that match alike share the item: one edit may be a change for requests and one for responses.
pub(super) fn attribute(differences: &[Difference<'_>], changes: &[Change]) -> Vec<BTreeSet<usize>> {
    let anchors: Vec<Anchors> = changes.iter().map(Anchors::of).collect();
    let mut owners: Vec<BTreeSet<usize>> = differences
        .iter()
        .map(|difference| {
            let names = Names::of(difference);
            let matches = anchors.iter().map(|anchors| anchors.closeness(&names));
            let matches: Vec<_> = matches.enumerate().filter_map(|(index, match_)| Some((index, match_?))).collect();
            let closest = matches.iter().map(|(_, closeness)| *closeness).max();
            let owners = matches.into_iter().filter(|(_, closeness)| Some(*closeness) == closest);
            naming(difference, owners.map(|(index, _)| index).collect(), changes)
        })
        .collect();
    follow_mentions(differences, &mut owners);
    owners
}

/// Of several changes that a variant may belong to, those that name its value: each value of an enum is a change of
/// its own at the same place.
fn naming(difference: &Difference<'_>, owners: BTreeSet<usize>, changes: &[Change]) -> BTreeSet<usize> {
    if difference.kind != Kind::Variant || owners.len() < 2 {
        return owners;
    }
    let variant = plain(difference.name);
    let names = |change: &Change| {
        let example = change.example.as_ref().and_then(serde_json::Value::as_str);
        // What stands between quotes is from the document.
        change.message.split(['"', '`']).skip(1).step_by(2).chain(example).any(|word| plain(word) == variant)
    };
    let naming: BTreeSet<usize> = owners.iter().copied().filter(|index| names(&changes[*index])).collect();
    if naming.is_empty() { owners } else { naming }
}

/// Gives what belongs to no change yet to the changes of what mentions it: a new type to the new field that has it, a
/// field with another type to the change that renamed the type.
fn follow_mentions(differences: &[Difference<'_>], owners: &mut [BTreeSet<usize>]) {
    let types: HashMap<&str, usize> = differences
        .iter()
        .enumerate()
        .filter(|(_, difference)| difference.kind == Kind::Type)
        .map(|(index, difference)| (difference.owner.rsplit("::").next().unwrap_or_default(), index))
        .collect();
    let mut links = Vec::new();
    for (index, difference) in differences.iter().enumerate() {
        for (text, is_before) in [(&difference.before, true), (&difference.after, false)] {
            for ty in words(text).filter_map(|word| types.get(word)).filter(|ty| **ty != index) {
                // A type that is on one side only, and something else there that mentions it, come from one change.
                let only_there = match differences[*ty].change.what {
                    What::Added { .. } => !is_before,
                    What::Removed { .. } => is_before,
                    What::Changed { .. } => false,
                };
                if only_there {
                    links.push((index, *ty));
                }
            }
        }
    }
    // Each round settles at least one item, so that it ends.
    loop {
        let mut found: HashMap<usize, BTreeSet<usize>> = HashMap::new();
        for (one, other) in &links {
            for (from, to) in [(one, other), (other, one)] {
                if owners[*to].is_empty() && !owners[*from].is_empty() {
                    found.entry(*to).or_default().extend(&owners[*from]);
                }
            }
        }
        if found.is_empty() {
            return;
        }
        for (item, changes) in found {
            owners[item] = changes;
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}
