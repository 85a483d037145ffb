//! One schema object while it is being lowered.

use serde_json::{Map, Value, json};

use super::types::{self, Type};
use super::values;

/// Keywords that are lowered together, when the first of them is met.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    Values,
    AdditionalProperties,
    Items,
}

pub(super) struct Scope<'d> {
    pub(super) value: &'d Value,
    pub(super) schema: &'d Map<String, Value>,
    /// The schema as 3.0 says it, so far.
    pub(super) out: Map<String, Value>,
    pub(super) exact: bool,
    /// The declared types that `enum` and `const` leave; empty also when no type is declared.
    pub(super) types: Vec<Type>,
    /// The instances that `enum` and `const` allow among the declared types.
    pub(super) values: Option<Vec<&'d Value>>,
    /// The groups that have been lowered.
    said: Vec<Group>,
    /// Where several types are allowed: what 3.0 says of each, in a schema of its own.
    branches: Vec<(Type, Map<String, Value>)>,
}

impl<'d> Scope<'d> {
    pub(super) fn new(value: &'d Value, schema: &'d Map<String, Value>) -> Self {
        let declared = types::declared(schema);
        let mut values = values::allowed(schema);
        let mut types = declared.unwrap_or_default();
        if let Some(values) = &mut values
            && !types.is_empty()
        {
            values.retain(|value| types.iter().any(|this| this.admits(value)));
            types.retain(|this| values.iter().any(|value| this.admits(value)));
        }
        let all = types.contains(&Type::Null) && values.is_none() && types::SAYABLE.iter().all(|it| types.contains(it));
        let several = !all && types.iter().filter(|this| **this != Type::Null).count() > 1;
        let branches = types.iter().filter(|this| several && **this != Type::Null);
        let branches = branches.map(|this| {
            let mut branch = Map::from_iter([("type".to_owned(), Value::from(this.name()))]);
            if let Some(values) = &values {
                let own = values.iter().filter(|value| this.admits(value)).map(|value| (*value).clone());
                branch.insert("enum".to_owned(), own.collect());
            }
            (*this, branch)
        });
        Self {
            branches: branches.collect(),
            value,
            schema,
            out: Map::with_capacity(schema.len()),
            exact: true,
            types,
            values,
            said: Vec::new(),
        }
    }

    /// Whether this is the first keyword of its group that is met; the rest has been lowered with it.
    pub(super) fn begins(&mut self, group: Group) -> bool {
        let first = !self.said.contains(&group);
        if first {
            self.said.push(group);
        }
        first
    }

    pub(super) fn has_values(&self) -> bool {
        self.values.is_some()
    }

    pub(super) fn has_branches(&self) -> bool {
        !self.branches.is_empty()
    }

    /// Whether a keyword is about values that the schema's types rule out anyway.
    pub(super) fn is_idle(&self, keyword: &str) -> bool {
        let about = Type::of_keyword(keyword);
        !self.types.is_empty()
            && about.is_some_and(|about| !self.types.iter().any(|this| about.includes(*this) || *this == about))
    }

    /// Writes a keyword where it belongs: beside the type that it is about, if there are several.
    pub(super) fn say(&mut self, keyword: &str, value: Value) {
        let about = match keyword {
            "format" => Type::of_format(&value),
            keyword => Type::of_keyword(keyword),
        };
        let Some(about) = about.filter(|_| self.has_branches()) else {
            self.out.insert(keyword.to_owned(), value);
            return;
        };
        let branch = self.branches.iter_mut().find(|(this, _)| about.includes(*this) || this.includes(about));
        match branch {
            Some((_, branch)) => branch.insert(keyword.to_owned(), value),
            None if keyword == "format" => self.out.insert(keyword.to_owned(), value),
            None => None, // About values that the types rule out anyway.
        };
    }

    /// Demands one more thing, which is said with `keyword` if that is free.
    pub(super) fn demand(&mut self, keyword: &str, value: Value) {
        if self.schema.contains_key(keyword) || self.out.contains_key(keyword) {
            self.demand_all(vec![json!({keyword: value})]);
        } else {
            self.out.insert(keyword.to_owned(), value);
        }
    }

    /// Demands that an instance satisfies these schemas as well.
    pub(super) fn demand_all(&mut self, mut schemas: Vec<Value>) {
        match self.out.get_mut("allOf") {
            Some(Value::Array(all)) => all.append(&mut schemas),
            _ => {
                self.out.insert("allOf".to_owned(), schemas.into());
            }
        }
    }

    /// Keeps a place for the schemas of the several types, where `type` stood.
    pub(super) fn place_branches(&mut self) {
        if !self.schema.contains_key("anyOf") && !self.out.contains_key("anyOf") {
            self.out.insert("anyOf".to_owned(), Value::Null);
        }
    }

    /// The schema with all that was said of its several types. Says `items` where 3.0 demands it; the flag tells
    /// whether it had to.
    pub(super) fn close(mut self) -> (Map<String, Value>, bool, bool) {
        let mut added = false;
        for (_, branch) in &mut self.branches {
            added |= complete_array(branch);
        }
        if self.has_branches() {
            let branches: Vec<Value> = std::mem::take(&mut self.branches).into_iter().map(|it| it.1.into()).collect();
            // A place was kept unless the schema has an `anyOf` of its own.
            if self.out.get("anyOf") == Some(&Value::Null) {
                self.out.insert("anyOf".to_owned(), branches.into());
            } else {
                self.demand_all(vec![json!({"anyOf": branches})]);
            }
        }
        added |= complete_array(&mut self.out);
        let lone = self.out.len() == 1 && !self.schema.contains_key("allOf");
        if lone
            && let Some([Value::Object(only)]) = self.out.get("allOf").and_then(Value::as_array).map(Vec::as_slice)
            && only.len() == 1
            && only.contains_key("$ref")
        {
            self.out = only.clone();
        }
        (self.out, self.exact, added)
    }
}

/// Says that an array's elements may be anything, where nothing is said of them.
fn complete_array(schema: &mut Map<String, Value>) -> bool {
    let incomplete = schema.get("type").is_some_and(|name| name == "array") && !schema.contains_key("items");
    if incomplete {
        schema.insert("items".to_owned(), json!({}));
    }
    incomplete
}
