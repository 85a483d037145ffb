//! Schemas whose merging never ends, found before typify overflows its stack over them.
//!
//! Typify makes one type of an `allOf` by merging its branches, and with them the schemas of the properties that
//! several branches have, at once and however deep. Where these lead back to the same branches, it does not end:
//! `C: {allOf: [A, {properties: {next: C}}]}` with `A: {properties: {next: A}}` is enough.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use openapi_contract::Pointer;
use serde_json::Value;

use super::references::{BRANCHES, Keys, reference};
use crate::error::Error;

/// The places of the schemas that are merged into one.
type Merged = BTreeSet<Pointer>;

/// How many ways there may be to choose one branch of each `oneOf`, and how many merges in all. Typify takes time for
/// each as well, so a contract beyond this is refused.
const MOST_CHOICES: usize = 256;
const MOST_MERGES: usize = 10_000;

/// Refuses schemas that typify would merge for ever.
pub(super) fn check(root: &Value) -> Result<(), Error> {
    let mut merges = Merges { root, known: RefCell::default(), done: HashSet::new(), active: Vec::new() };
    walk(root, Keys::Keywords, &mut Pointer::root(), &mut |pointer| {
        let choices = merges.choices(pointer);
        if choices.len() > MOST_CHOICES {
            return Err(Error::unsupported(
                pointer.clone(),
                format!(
                    "there are more than {MOST_CHOICES} ways to choose one branch of each oneOf and anyOf in this schema; name fewer with an overlay"
                ),
            ));
        }
        for merged in choices {
            if !merges.ends(merged) {
                return Err(Error::unsupported(
                    pointer.clone(),
                    "the branches of this schema share properties that refer back to it, so that merging them never \
                     ends, or takes too many steps; with an overlay, define a recursive property in one branch only",
                ));
            }
        }
        Ok(())
    })
}

/// Visits each schema that is made of others.
fn walk(
    value: &Value,
    keys: Keys,
    pointer: &mut Pointer,
    visit: &mut impl FnMut(&Pointer) -> Result<(), Error>,
) -> Result<(), Error> {
    if keys == Keys::Keywords && BRANCHES.iter().any(|keyword| value.get(*keyword).is_some()) {
        visit(pointer)?;
    }
    match value {
        Value::Object(object) => {
            for (key, child) in object.iter().filter(|(key, _)| !keys.holds_instance(key)) {
                pointer.push(key);
                walk(child, keys.below(key), pointer, visit)?;
                pointer.pop();
            }
        }
        Value::Array(array) => {
            for (index, child) in array.iter().enumerate() {
                pointer.push(&index.to_string());
                walk(child, Keys::Keywords, pointer, visit)?;
                pointer.pop();
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    Ok(())
}

struct Merges<'v> {
    root: &'v Value,
    /// What `choices` has worked out already: schemas may stand in many others.
    known: RefCell<HashMap<Pointer, Vec<Merged>>>,
    done: HashSet<Merged>,
    active: Vec<Merged>,
}

impl Merges<'_> {
    /// The sets of schemas that the schema at `place` may stand for: all branches of an `allOf`, and one branch of
    /// each `oneOf` and `anyOf`.
    fn choices(&self, place: &Pointer) -> Vec<Merged> {
        if let Some(known) = self.known.borrow().get(place) {
            return known.clone();
        }
        let choices = self.work_out(place);
        self.known.borrow_mut().insert(place.clone(), choices.clone());
        choices
    }

    fn work_out(&self, place: &Pointer) -> Vec<Merged> {
        let (place, schema) = self.resolve(place);
        let Some(schema) = schema else { return Vec::new() };
        let has_parts = ["properties", "additionalProperties", "items"].iter().any(|key| schema.get(key).is_some());
        let mut choices = vec![if has_parts { Merged::from([place.clone()]) } else { Merged::new() }];
        for keyword in BRANCHES {
            let count = schema.get(keyword).and_then(Value::as_array).map_or(0, Vec::len);
            let branches = (0..count).map(|index| self.choices(&place.join(keyword).join(&index.to_string())));
            if keyword == "allOf" {
                choices = branches.fold(choices, |choices, branch| each_with_each(&choices, &branch));
            } else if count > 0 {
                choices = each_with_each(&choices, &branches.flatten().take(MOST_CHOICES + 1).collect::<Vec<_>>());
            }
        }
        choices
    }

    /// Whether merging these schemas comes to an end.
    fn ends(&mut self, merged: Merged) -> bool {
        if merged.len() < 2 || self.done.contains(&merged) {
            return true;
        }
        if self.active.contains(&merged) || self.done.len() + self.active.len() > MOST_MERGES {
            return false;
        }
        self.active.push(merged.clone());
        for shared in self.shared(&merged) {
            let choices = shared
                .iter()
                .fold(vec![Merged::new()], |choices, place| each_with_each(&choices, &self.choices(place)));
            if choices.len() > MOST_CHOICES || choices.into_iter().any(|merged| !self.ends(merged)) {
                return false;
            }
        }
        self.active.pop();
        self.done.insert(merged)
    }

    /// The places of the schemas that are merged in turn: for each property, those that the schemas have for it.
    fn shared(&self, merged: &Merged) -> Vec<Vec<Pointer>> {
        let properties =
            |place: &Pointer| place.find(self.root).and_then(|schema| schema.get("properties")?.as_object());
        let names: BTreeSet<&String> = merged.iter().filter_map(properties).flat_map(|object| object.keys()).collect();
        let mut shared: BTreeMap<&str, Vec<Pointer>> = BTreeMap::new();
        for place in merged {
            let Some(schema) = place.find(self.root) else { continue };
            let has = |keyword: &str| schema.get(keyword).is_some_and(Value::is_object);
            for name in &names {
                let own = place.join("properties").join(name);
                if own.find(self.root).is_some() {
                    shared.entry(name).or_default().push(own);
                } else if has("additionalProperties") {
                    shared.entry(name).or_default().push(place.join("additionalProperties"));
                }
            }
            // No names of properties, as they begin with a slash: keys of this map only.
            for (key, keyword) in [("/items", "items"), ("/others", "additionalProperties")] {
                if has(keyword) {
                    shared.entry(key).or_default().push(place.join(keyword));
                }
            }
        }
        shared.into_values().filter(|places| places.len() > 1).collect()
    }

    fn resolve(&self, place: &Pointer) -> (Pointer, Option<&Value>) {
        let mut place = place.clone();
        // The circles have been refused; see `references::check`.
        while let Some(target) = place.find(self.root).and_then(reference).and_then(Pointer::from_reference) {
            place = target;
        }
        let value = place.find(self.root);
        (place, value)
    }
}

/// Every choice of the left with every one of the right; one more than is allowed shows that there are too many.
fn each_with_each(left: &[Merged], right: &[Merged]) -> Vec<Merged> {
    let joined = left.iter().flat_map(|left| right.iter().map(move |right| left | right));
    joined.take(MOST_CHOICES + 1).collect()
}
