//! The names that a change goes by in generated code.

use std::collections::{BTreeMap, BTreeSet};

use openapi_contract::Pointer;

use super::diff::Difference;
use super::item::Kind;
use crate::Change;

/// The names that one change goes by, all of them [`plain`].
#[derive(Debug, Default)]
pub(super) struct Anchors {
    /// Types that changed as a whole: a component, or the type that a generator makes of a property's schema.
    types: BTreeSet<String>,
    /// Fields that changed, by the type that has them.
    fields: BTreeMap<String, BTreeSet<String>>,
    /// Fields that changed in a type that is part of an operation and has no name in the document.
    unnamed_fields: BTreeSet<String>,
    /// The IDs of the operations in which it is felt.
    operations: BTreeSet<String>,
    /// Whether it lies in these operations themselves, not in a component that they use.
    is_in_operations: bool,
    /// Whether it is about operations as a whole, so that the list of all of them may change with it.
    is_about_operations: bool,
}

/// How closely an item matches, the larger the closer: the kind of the match, then the letters that match.
pub(super) type Closeness = (u8, usize);

/// A field that has the exact name of what changed, in the type that it changed in.
const FIELD: u8 = 5;
/// A type or an operation that has the exact name of what changed.
const EXACT: u8 = 4;
/// A type that is made for an operation, such as that of its body.
const IN_OPERATION: u8 = 3;
/// The list of all operations.
const OF_OPERATIONS: u8 = 2;
/// A neighbour: a trait of a type of which a field changed, an operation that uses a component that changed.
const NEAR: u8 = 1;

/// Rules that change no code, though they name operations.
const SILENT: [&str; 6] = ["security-", "server-", "tag-", "version-", "links-", "operation-tags-"];

impl Anchors {
    pub(super) fn of(change: &Change) -> Self {
        let mut anchors = Self::default();
        let rule = change.rule.id();
        if SILENT.iter().any(|prefix| rule.starts_with(prefix)) {
            return anchors;
        }
        anchors.is_about_operations = rule.starts_with("operation-");
        for pointer in places(change) {
            anchors.add(pointer);
        }
        for site in &change.sites {
            let operation = &site.operation;
            // Generators name an operation without an ID after its method and path.
            let id = operation.id.clone().unwrap_or_else(|| format!("{}{}", operation.method, operation.path));
            anchors.operations.insert(plain(&id));
        }
        anchors
    }

    fn add(&mut self, pointer: &Pointer) {
        let tokens: Vec<String> = pointer.tokens().collect();
        let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
        match tokens.as_slice() {
            ["components", "schemas", name, inside @ ..] => self.add_schema(plain(name), inside),
            inside => {
                self.is_in_operations = true;
                let fields = inside.windows(2).filter(|pair| pair[0] == "properties");
                self.unnamed_fields.extend(fields.map(|pair| plain(pair[1])));
            }
        }
    }

    /// Goes down from a component. Generators name the type of a property after the type around it and the property,
    /// that of an element, a map's value or a choice with a word of their own in between.
    fn add_schema(&mut self, name: String, inside: &[&str]) {
        let mut names = BTreeSet::from([name]);
        let mut fields = Vec::new();
        let mut tokens = inside.iter();
        while let Some(token) = tokens.next() {
            let own_word = match *token {
                "properties" => {
                    let Some(property) = tokens.next().map(|property| plain(property)) else { break };
                    fields = names.iter().map(|name| (name.clone(), property.clone())).collect();
                    names = names.iter().map(|name| format!("{name}{property}")).collect();
                    continue;
                }
                "items" => "item".to_owned(),
                "additionalProperties" => "value".to_owned(),
                "oneOf" | "anyOf" => tokens.next().map_or_else(String::new, |index| format!("variant{index}")),
                _ => continue,
            };
            // Whether a generator makes a type of its own there depends on what the schema says.
            let longer: Vec<String> = names.iter().map(|name| format!("{name}{own_word}")).collect();
            names.extend(longer);
        }
        for (name, property) in fields {
            self.fields.entry(name).or_default().insert(property);
        }
        self.types.extend(names);
    }

    /// How closely the item matches; `None` if it does not.
    pub(super) fn closeness(&self, names: &Names<'_>) -> Option<Closeness> {
        match &names.ty {
            Some(ty) => self.of_type(ty, &names.name, names.kind),
            None => self.of_operation(names),
        }
    }

    fn of_type(&self, owner: &str, name: &str, kind: Kind) -> Option<Closeness> {
        let mut matches = Vec::new();
        let fields = self.fields.get(owner);
        if fields.is_some_and(|fields| fields.contains(name)) {
            matches.push((FIELD, owner.len()));
        }
        if self.types.contains(owner) {
            matches.push((EXACT, owner.len()));
        }
        if matches!(kind, Kind::Trait | Kind::Type) && fields.is_some() {
            matches.push((NEAR, owner.len()));
        }
        let operations = self.operations.iter().filter(|id| !id.is_empty() && owner.starts_with(id.as_str()));
        if let Some(longest) = operations.map(String::len).max() {
            let is_its_field = kind == Kind::Field && self.unnamed_fields.contains(name);
            let closeness = if self.is_in_operations { IN_OPERATION } else { NEAR };
            matches.push((closeness, longest + if is_its_field { name.len() } else { 0 }));
        }
        matches.into_iter().max()
    }

    fn of_operation(&self, names: &Names<'_>) -> Option<Closeness> {
        let is_operation =
            matches!((names.owner, names.kind), ("Client", Kind::Function) | ("Operation", Kind::Variant));
        if is_operation && self.operations.contains(&names.name) {
            return Some((if self.is_in_operations { EXACT } else { NEAR }, names.name.len()));
        }
        let is_list = names.owner == "Operation" && names.kind == Kind::Const;
        (is_list && self.is_about_operations).then_some((OF_OPERATIONS, 0))
    }
}

/// The names of an item, as they are compared.
#[derive(Debug)]
pub(super) struct Names<'l> {
    kind: Kind,
    /// The type that it belongs to, as it is spelled.
    owner: &'l str,
    /// That type, if it is made for a schema.
    ty: Option<String>,
    /// The item in there.
    name: String,
}

impl<'l> Names<'l> {
    pub(super) fn of(item: &Difference<'l>) -> Self {
        let ty = item.owner.strip_prefix("types::").map(plain);
        Self { kind: item.kind, owner: item.owner, ty, name: plain(item.name) }
    }
}

/// Where the change is. What is new has only a place around it in the document before, and that says nothing of it: a
/// neighbour would have the same.
fn places(change: &Change) -> impl Iterator<Item = &Pointer> {
    let is_around = |outer: &Pointer, inner: &Pointer| {
        inner.as_str().strip_prefix(outer.as_str()).is_some_and(|rest| rest.starts_with('/'))
    };
    let (base, revision) = match (&change.base, &change.revision) {
        (Some(base), Some(revision)) if is_around(base, revision) => (None, Some(revision)),
        (Some(base), Some(revision)) if is_around(revision, base) => (Some(base), None),
        (base, revision) => (base.as_ref(), revision.as_ref()),
    };
    base.into_iter().chain(revision)
}

/// A name by its letters and digits alone, in lower case: what survives however a generator spells it.
pub(super) fn plain(name: &str) -> String {
    let name = name.strip_prefix("r#").unwrap_or(name);
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
