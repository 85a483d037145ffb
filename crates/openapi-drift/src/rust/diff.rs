//! The difference of two lists of items, folded for readers.

use std::collections::{BTreeMap, BTreeSet};

use super::item::{Item, Kind};
use super::{ItemChange, What};

/// A change of an item, and what its place is found by.
#[derive(Debug)]
pub(super) struct Difference<'l> {
    pub(super) change: ItemChange,
    pub(super) kind: Kind,
    pub(super) owner: &'l str,
    pub(super) name: &'l str,
    /// Everything that the item says on each side, a folded type's members included: the types that it mentions.
    pub(super) before: String,
    pub(super) after: String,
}

type Key<'l> = (&'l str, Kind, &'l str);

/// One side's items, by the type that they belong to.
struct Side<'l>(BTreeMap<Key<'l>, Item<'l>>);

impl<'l> Side<'l> {
    fn of(lines: impl Iterator<Item = &'l str>) -> Self {
        Self(lines.map(Item::parse).map(|item| ((item.owner, item.kind, item.name), item)).collect())
    }

    fn ty(&self, owner: &'l str) -> Option<&Item<'l>> {
        self.0.get(&(owner, Kind::Type, ""))
    }

    fn members(&self, owner: &'l str) -> impl Iterator<Item = &Item<'l>> {
        self.0.range((owner, Kind::Type, "")..).map(|(_, item)| item).take_while(move |item| item.owner == owner)
    }

    /// A type in words: `struct with 3 fields`.
    fn words(&self, ty: &Item<'l>) -> String {
        let count = |kind| self.members(ty.owner).filter(|item| item.kind == kind).count();
        let (fields, variants) = (count(Kind::Field), count(Kind::Variant));
        match (fields, variants) {
            (0, 0) => ty.text.to_owned(),
            (1, 0) => format!("{} with 1 field", ty.text),
            (_, 0) => format!("{} with {fields} fields", ty.text),
            (_, 1) => format!("{} with 1 variant", ty.text),
            (_, _) => format!("{} with {variants} variants", ty.text),
        }
    }

    /// All that a type says.
    fn everything(&self, owner: &'l str) -> String {
        self.members(owner).map(|item| format!("{} {}\n", item.title, item.text)).collect()
    }
}

/// What differs between two lists of lines, sorted by the type that it belongs to.
pub(super) fn differences<'l>(
    base: impl Iterator<Item = &'l str>,
    revision: impl Iterator<Item = &'l str>,
) -> Vec<Difference<'l>> {
    let (base, revision) = (Side::of(base), Side::of(revision));
    let mut differences = Vec::new();
    let owners: BTreeSet<&str> = base.0.keys().chain(revision.0.keys()).map(|(owner, ..)| *owner).collect();
    for owner in owners {
        let (before, after) = (base.ty(owner), revision.ty(owner));
        // Without a type around them, items stand alone on both sides.
        if before.map(|ty| ty.text) == after.map(|ty| ty.text) {
            members(&base, &revision, owner, &mut differences);
        } else {
            differences.push(whole(&base, &revision, owner, before, after));
        }
    }
    differences
}

/// A type that is new, gone, or something else altogether: one entry for all that it consists of.
fn whole<'l>(
    base: &Side<'l>,
    revision: &Side<'l>,
    owner: &'l str,
    before: Option<&Item<'l>>,
    after: Option<&Item<'l>>,
) -> Difference<'l> {
    let what = what(before.map(|ty| base.words(ty)), after.map(|ty| revision.words(ty)));
    Difference {
        change: ItemChange { item: owner.to_owned(), what },
        kind: Kind::Type,
        owner,
        name: "",
        before: base.everything(owner),
        after: revision.everything(owner),
    }
}

/// The members of a type that stays, one by one.
fn members<'l>(base: &Side<'l>, revision: &Side<'l>, owner: &'l str, differences: &mut Vec<Difference<'l>>) {
    let keys: BTreeSet<_> =
        base.members(owner).chain(revision.members(owner)).map(|item| (item.owner, item.kind, item.name)).collect();
    for key in keys {
        let (before, after) = (base.0.get(&key), revision.0.get(&key));
        // The title counts, too: a function that is no longer `async` has another.
        if before.map(|item| (item.title, item.text)) == after.map(|item| (item.title, item.text)) {
            continue;
        }
        let Some(title) = after.or(before).map(|item| item.title) else { continue };
        let text = |item: Option<&Item<'_>>| item.map(|item| item.text.to_owned());
        let all =
            |item: Option<&Item<'_>>| item.map_or_else(String::new, |item| format!("{} {}", item.title, item.text));
        differences.push(Difference {
            change: ItemChange { item: title.to_owned(), what: what(text(before), text(after)) },
            kind: key.1,
            owner,
            name: key.2,
            before: all(before),
            after: all(after),
        });
    }
}

fn what(before: Option<String>, after: Option<String>) -> What {
    match (before, after) {
        (None, after) => What::Added { after: after.unwrap_or_default() },
        (Some(before), None) => What::Removed { before },
        (Some(before), Some(after)) => What::Changed { before, after },
    }
}
