//! What has to be known before the first schema is lowered for good: which targets of references stay exact, and
//! which do not stay where they are.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::context::{Lowering, Plan};
use crate::references::index::Index;
use crate::{Change, Error, Pointer};

/// What the rehearsal writes into a schema that something refers to, to find out where it ends up. A NUL keeps it
/// apart from any key that people write.
pub(super) const MARK: &str = "\u{0}target";

/// The document as the rehearsal left it, and what the rehearsal found out.
pub(super) struct Rehearsed {
    pub(super) root: Value,
    pub(super) changes: Vec<Change>,
    pub(super) plan: Plan,
    /// Whether all that the rehearsal took for granted is so: then its result is the final one.
    pub(super) is_final: bool,
}

/// Lowers the document once, taking all references to be exact and their targets to stay where they are, and draws
/// the conclusions.
///
/// A target is inexact if it is so by itself, or if it uses an inexact one; circles included, for what is reached
/// is a least fixed point.
pub(super) fn rehearse(index: &Index<'_>) -> Result<Rehearsed, Error> {
    let mut rehearsal = Lowering::rehearsal(index);
    let root = rehearsal.document()?;
    let mut stay = true;
    for target in &index.targets {
        if component_name(&target.pointer).is_none() {
            stay = false;
            rehearsal.at = target.pointer.clone();
            rehearsal.schema(target.value);
        }
    }
    let mut exact = Vec::new();
    if let Some(study) = rehearsal.study {
        let mut users = vec![Vec::new(); index.targets.len()];
        for (user, used) in study.uses.iter().enumerate() {
            for used in used {
                users[*used].push(user);
            }
        }
        exact = study.exact;
        let mut inexact: Vec<usize> = (0..exact.len()).filter(|number| !exact[*number]).collect();
        while let Some(number) = inexact.pop() {
            inexact.extend(users[number].iter().filter(|user| std::mem::take(&mut exact[**user])));
        }
    }
    let is_final = stay && exact.iter().all(|exact| *exact);
    let plan = Plan { exact, names: names(index, &root) };
    Ok(Rehearsed { root, changes: rehearsal.changes, plan, is_final })
}

/// The name of the component, for a pointer to one.
pub(super) fn component_name(pointer: &Pointer) -> Option<String> {
    let rest = pointer.as_str().strip_prefix("/components/schemas/")?;
    (!rest.contains('/')).then(|| pointer.tokens().last()).flatten()
}

/// New names for the targets that cannot be found any more at their place in the lowered document.
fn names(index: &Index<'_>, lowered: &Value) -> Vec<Option<String>> {
    let moving = |number: &usize| component_name(&index.targets[*number].pointer).is_none();
    let mut names = vec![None; index.targets.len()];
    if !(0..names.len()).any(|number| moving(&number)) {
        return names;
    }
    let mut found = HashMap::new();
    find_marks(lowered, &mut Pointer::root(), &mut found);
    let components = index.root.pointer("/components/schemas").and_then(Value::as_object);
    let mut taken: HashSet<String> = components.into_iter().flat_map(Map::keys).cloned().collect();
    for number in (0..names.len()).filter(moving) {
        let place = &index.targets[number].pointer;
        if !matches!(found.get(&number).map(Vec::as_slice), Some([only]) if only == place) {
            let name = unique_name(place, &taken);
            taken.insert(name.clone());
            names[number] = Some(name);
        }
    }
    names
}

fn find_marks(value: &Value, at: &mut Pointer, found: &mut HashMap<usize, Vec<Pointer>>) {
    match value {
        Value::Object(members) => {
            let mark = members.get(MARK).and_then(Value::as_u64).and_then(|number| usize::try_from(number).ok());
            if let Some(number) = mark {
                found.entry(number).or_default().push(at.clone());
            }
            for (key, below) in members {
                at.push(key);
                find_marks(below, at, found);
                at.pop();
            }
        }
        Value::Array(elements) => {
            for (number, below) in elements.iter().enumerate() {
                at.push(&number.to_string());
                find_marks(below, at, found);
                at.pop();
            }
        }
        _ => {}
    }
}

/// A readable name that OpenAPI allows for a component: the names on the way to the schema, less the keywords, and
/// a number if that is taken.
fn unique_name(place: &Pointer, taken: &HashSet<String>) -> String {
    let telling: Vec<String> = place
        .tokens()
        .filter(|token| {
            !matches!(
                token.as_str(),
                "components"
                    | "schemas"
                    | "$defs"
                    | "definitions"
                    | "properties"
                    | "prefixItems"
                    | "pathItems"
                    | "webhooks"
                    | "paths"
                    | "content"
                    | "schema"
                    | "allOf"
                    | "anyOf"
                    | "oneOf"
            )
        })
        .map(|token| token.replace(|c: char| !(c.is_ascii_alphanumeric() || ".-_".contains(c)), "_"))
        .filter(|token| !token.is_empty())
        .collect();
    let name = telling.join("_");
    let name = name.trim_matches('_');
    let name = if name.is_empty() { "Schema" } else { name };
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    let mut candidates = std::iter::once(name.to_owned()).chain(numbered);
    candidates.find(|name| !taken.contains(name)).expect("the numbers do not run out before the names do")
}
