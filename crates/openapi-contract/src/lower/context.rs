//! What the lowering knows and notes on its way through a document.

use serde_json::{Map, Value};

use super::null::{Nulls, Truth};
use crate::references::index::{Index, Meaning};
use crate::{Change, Effect, Pointer, Stage};

/// A schema after lowering.
pub(super) struct Lowered {
    pub(super) value: Value,
    /// Whether it accepts exactly what it did. If not, it accepts more, and where negation would turn that into
    /// less (`not`, `if`, the branches of `oneOf`) it cannot be used.
    pub(super) exact: bool,
}

/// What has to be known of all targets of references before the first schema is lowered for good.
pub(super) struct Plan {
    /// For each target, whether it is lowered without accepting more.
    pub(super) exact: Vec<bool>,
    /// For each target that does not stay where it is, the component that it becomes.
    pub(super) names: Vec<Option<String>>,
}

/// What the rehearsal finds out, for the plan.
pub(super) struct Study {
    /// For each target, whether it is lowered exactly if all that it refers to is.
    pub(super) exact: Vec<bool>,
    /// For each target, the targets that are part of it or that it refers to.
    pub(super) uses: Vec<Vec<usize>>,
    /// The innermost target that is being lowered.
    pub(super) owner: Option<usize>,
}

pub(super) struct Lowering<'d, 'i> {
    pub(super) index: &'i Index<'d>,
    pub(super) plan: Plan,
    /// Present in the rehearsal only.
    pub(super) study: Option<Study>,
    pub(super) nulls: Nulls,
    pub(super) at: Pointer,
    pub(super) changes: Vec<Change>,
    /// The objects that are being written out in place of references to them.
    pub(super) inlining: Vec<usize>,
    /// How many have been.
    pub(super) inlined: usize,
}

impl<'d, 'i> Lowering<'d, 'i> {
    pub(super) fn rehearsal(index: &'i Index<'d>) -> Self {
        let count = index.targets.len();
        let study = Study { exact: vec![true; count], uses: vec![Vec::new(); count], owner: None };
        let plan = Plan { exact: vec![true; count], names: vec![None; count] };
        Self { study: Some(study), ..Self::performance(index, plan) }
    }

    pub(super) fn performance(index: &'i Index<'d>, plan: Plan) -> Self {
        Self {
            index,
            plan,
            study: None,
            nulls: Nulls::default(),
            at: Pointer::root(),
            changes: Vec::new(),
            inlining: Vec::new(),
            inlined: 0,
        }
    }

    /// Puts a change on record, at the member `below` of the place where we are.
    pub(super) fn report(&mut self, rule: &'static str, below: &str, effect: Effect, reason: impl Into<String>) {
        let pointer = if below.is_empty() { self.at.clone() } else { self.at.join(below) };
        self.changes.push(Change { stage: Stage::Lower, rule, pointer, effect, reason: reason.into() });
    }

    /// Does something one or more levels down.
    pub(super) fn below<T>(&mut self, path: &[&str], work: impl FnOnce(&mut Self) -> T) -> T {
        for token in path {
            self.at.push(token);
        }
        let result = work(self);
        for _ in path {
            self.at.pop();
        }
        result
    }

    /// Lowers the schema that stands at `path` below the place where we are.
    pub(super) fn schema_at(&mut self, path: &[&str], schema: &'d Value) -> Lowered {
        self.below(path, |lowering| lowering.schema(schema))
    }

    /// Lowers the schemas in a list.
    pub(super) fn schemas_at(&mut self, keyword: &str, schemas: &'d [Value]) -> Vec<Lowered> {
        let numbered = schemas.iter().enumerate();
        numbered.map(|(number, schema)| self.schema_at(&[keyword, &number.to_string()], schema)).collect()
    }

    /// Lowers the schemas in a map, and says whether all stay exact.
    pub(super) fn schema_map(&mut self, keyword: &str, schemas: &'d Map<String, Value>) -> (Map<String, Value>, bool) {
        let mut exact = true;
        let lower = |(name, schema): (&String, &'d Value)| {
            let lowered = self.schema_at(&[keyword, name], schema);
            exact &= lowered.exact;
            (name.clone(), lowered.value)
        };
        let lowered = schemas.iter().map(lower).collect();
        (lowered, exact)
    }

    pub(super) fn accepts_null(&mut self, schema: &Value) -> Truth {
        self.nulls.accepted_by(self.index, schema)
    }

    /// The reference in `text` as it is to be written, and whether its target stays exact.
    pub(super) fn reference(&mut self, text: &'d Value) -> (Value, bool) {
        let number = match self.index.meaning_of(text) {
            Some(Meaning::Target(number)) => *number,
            Some(Meaning::Elsewhere(written)) => return (Value::from(written.as_str()), true),
            Some(Meaning::Dynamic) | None => return (text.clone(), true),
        };
        if let Some(study) = &mut self.study
            && let Some(owner) = study.owner
        {
            study.uses[owner].push(number);
        }
        let pointer = &self.index.targets[number].pointer;
        let written = match &self.plan.names[number] {
            Some(name) => Value::from(Pointer::from_tokens(["components", "schemas", name]).to_reference()),
            None if text.as_str().and_then(Pointer::from_reference).as_ref() == Some(pointer) => text.clone(),
            None => Value::from(pointer.to_reference()),
        };
        (written, self.plan.exact[number])
    }
}
