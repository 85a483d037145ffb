//! Whether two schemas say the same in the same words, remarks apart: the way past all that did not change.
//!
//! References are followed, circles included, and each pair of their targets is decided once: a pair differs if its
//! own words do, or if any pair that it refers to differs.

use std::collections::HashMap;

use openapi_contract::SpecVersion;
use serde_json::{Map, Value};

use super::document::{Documents, Side, is_remark};

/// Pairs that have been decided.
#[derive(Default)]
pub(crate) struct Sameness {
    decided: HashMap<(usize, usize), bool>,
}

type Pair<'d> = (&'d Value, &'d Value);

impl Sameness {
    /// Whether a schema of the base and one of the revision are the same. `false` says little: the same may be said
    /// in other words.
    pub(crate) fn schemas<'d>(&mut self, documents: &'d Documents<'d>, base: &'d Value, revision: &'d Value) -> bool {
        if documents.base.version != documents.revision.version {
            return false;
        }
        if let Some(decided) = self.decided.get(&key((base, revision))) {
            return *decided;
        }
        let mut pairs: Vec<Pair<'d>> = vec![(base, revision)];
        let mut numbers = HashMap::from([(key(pairs[0]), 0)]);
        let mut differs = vec![false];
        let mut users: Vec<Vec<usize>> = vec![Vec::new()];
        let mut next = 0;
        while next < pairs.len() {
            let mut words = Words { documents, references: Vec::new() };
            differs[next] = !words.schemas(pairs[next].0, pairs[next].1);
            for pair in words.references {
                match self.decided.get(&key(pair)) {
                    Some(true) => {}
                    Some(false) => differs[next] = true,
                    None => {
                        let number = *numbers.entry(key(pair)).or_insert(pairs.len());
                        if number == pairs.len() {
                            pairs.push(pair);
                            differs.push(false);
                            users.push(Vec::new());
                        }
                        users[number].push(next);
                    }
                }
            }
            next += 1;
        }
        let mut open: Vec<usize> = (0..pairs.len()).filter(|number| differs[*number]).collect();
        while let Some(number) = open.pop() {
            for user in std::mem::take(&mut users[number]) {
                if !std::mem::replace(&mut differs[user], true) {
                    open.push(user);
                }
            }
        }
        self.decided.extend(pairs.iter().zip(&differs).map(|(pair, differs)| (key(*pair), !differs)));
        !differs[0]
    }
}

fn key(pair: Pair<'_>) -> (usize, usize) {
    (std::ptr::from_ref(pair.0).addr(), std::ptr::from_ref(pair.1).addr())
}

/// Compares words, and collects the references whose targets have to be the same as well.
struct Words<'d> {
    documents: &'d Documents<'d>,
    references: Vec<Pair<'d>>,
}

impl<'d> Words<'d> {
    fn schemas(&mut self, base: &'d Value, revision: &'d Value) -> bool {
        let (Some(base), Some(revision)) = (base.as_object(), revision.as_object()) else { return base == revision };
        if self.documents.base.version == SpecVersion::V3_0
            && let (Some(base), Some(revision)) = (base.get("$ref"), revision.get("$ref"))
        {
            return self.references(base, revision);
        }
        self.members(base, revision)
    }

    /// Compares what stands under the same keys; only remarks may be missing on one side.
    fn members(&mut self, base: &'d Map<String, Value>, revision: &'d Map<String, Value>) -> bool {
        let speaks = |keyword: &String| !is_remark(keyword) && keyword != "$defs";
        let count = |members: &Map<String, Value>| members.keys().filter(|keyword| speaks(keyword)).count();
        count(base) == count(revision)
            && base
                .iter()
                .filter(|(keyword, _)| speaks(keyword))
                .all(|(keyword, value)| revision.get(keyword).is_some_and(|other| self.keyword(keyword, value, other)))
    }

    fn keyword(&mut self, keyword: &str, base: &'d Value, revision: &'d Value) -> bool {
        match (keyword, base, revision) {
            ("properties" | "patternProperties" | "dependentSchemas", Value::Object(base), Value::Object(revision)) => {
                base.len() == revision.len()
                    && base
                        .iter()
                        .all(|(name, schema)| revision.get(name).is_some_and(|other| self.schemas(schema, other)))
            }
            ("allOf" | "anyOf" | "oneOf" | "prefixItems", Value::Array(base), Value::Array(revision)) => {
                base.len() == revision.len()
                    && base.iter().zip(revision).all(|(base, revision)| self.schemas(base, revision))
            }
            (
                "not"
                | "if"
                | "then"
                | "else"
                | "items"
                | "contains"
                | "propertyNames"
                | "additionalProperties"
                | "unevaluatedItems"
                | "unevaluatedProperties"
                | "contentSchema",
                Value::Object(_),
                Value::Object(_),
            ) => self.schemas(base, revision),
            ("$ref" | "$dynamicRef", ..) => self.references(base, revision),
            _ => base == revision,
        }
    }

    fn references(&mut self, base: &'d Value, revision: &'d Value) -> bool {
        let target = |side, reference| self.documents.of(side).schema_behind(reference).map(|(_, target)| target);
        match (target(Side::Base, base), target(Side::Revision, revision)) {
            (Some(base), Some(revision)) => {
                self.references.push((base, revision));
                true
            }
            (None, None) => base == revision,
            _ => false,
        }
    }
}
