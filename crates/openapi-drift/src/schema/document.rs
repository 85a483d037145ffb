//! The two documents that are compared, and what their references lead to.

use openapi_contract::references::References;
use openapi_contract::{Document, Pointer, SpecVersion};
use serde_json::{Map, Value};

/// Which of the two documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Side {
    Base,
    Revision,
}

/// Both documents.
pub(crate) struct Documents<'d> {
    pub(crate) base: Source<'d>,
    pub(crate) revision: Source<'d>,
}

/// One document and what its references lead to.
pub(crate) struct Source<'d> {
    pub(crate) root: &'d Value,
    pub(crate) version: SpecVersion,
    references: References<'d>,
}

/// References in a row that are followed before a circle is assumed.
const HOPS: usize = 64;

/// Schema objects that are asked for one keyword: enough for any document that people write, and an end to circles.
const MOST_SPEAKERS: usize = 32;

/// Keywords that say nothing about instances.
const REMARKS: [&str; 7] = ["title", "description", "example", "examples", "externalDocs", "xml", "$comment"];

impl<'d> Documents<'d> {
    pub(crate) fn new(base: &'d Document, revision: &'d Document) -> Self {
        Self { base: Source::of(base), revision: Source::of(revision) }
    }

    pub(crate) fn of(&self, side: Side) -> &Source<'d> {
        match side {
            Side::Base => &self.base,
            Side::Revision => &self.revision,
        }
    }
}

impl<'d> Source<'d> {
    fn of(document: &'d Document) -> Self {
        Self { root: document.root(), version: document.version(), references: References::of(document) }
    }

    /// What a schema's reference leads to.
    pub(crate) fn schema_behind(&self, reference: &'d Value) -> Option<(Pointer, &'d Value)> {
        self.references.target(reference).map(|(pointer, value)| (pointer.clone(), value))
    }

    /// What any other object's reference leads to, by pointer: parameters, responses, and so on.
    pub(crate) fn resolve(&self, value: &'d Value, pointer: Pointer) -> Resolved<'d> {
        let (mut value, mut pointer) = (value, pointer);
        for _ in 0..HOPS {
            let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
                return Resolved::At(value, pointer);
            };
            let target = Pointer::from_reference(reference);
            let Some(target) = target.and_then(|target| Some((target.find(self.root)?, target))) else { break };
            (value, pointer) = target;
        }
        Resolved::Nowhere(pointer)
    }

    /// The schema that a schema stands for, if it is nothing but a reference.
    pub(crate) fn behind_reference(&self, value: &'d Value, pointer: Pointer) -> (&'d Value, Pointer) {
        let (mut value, mut pointer) = (value, pointer);
        for _ in 0..HOPS {
            let Some(reference) = value.as_object().and_then(|schema| self.bare_reference(schema)) else { break };
            let Some((target, behind)) = self.schema_behind(reference) else { break };
            (value, pointer) = (behind, target);
        }
        (value, pointer)
    }

    /// The schema objects that speak of the same instance: the schema, the members of its `allOf`, and what they refer to.
    pub(crate) fn speakers(&self, schema: &'d Value) -> impl Iterator<Item = &'d Value> {
        let mut open = vec![schema];
        let next = move || {
            let schema = open.pop()?;
            open.extend(schema.get("allOf").and_then(Value::as_array).into_iter().flatten());
            let target = schema.get("$ref").and_then(|reference| self.schema_behind(reference));
            open.extend(target.map(|(_, target)| target));
            Some(schema)
        };
        std::iter::from_fn(next).take(MOST_SPEAKERS)
    }

    /// The reference of a schema that has nothing else to say. Beside a reference, 3.0 ignores everything.
    pub(crate) fn bare_reference(&self, schema: &'d Map<String, Value>) -> Option<&'d Value> {
        let reference = schema.get("$ref")?;
        let alone = self.version == SpecVersion::V3_0 || schema.keys().all(|key| key == "$ref" || is_remark(key));
        alone.then_some(reference)
    }
}

/// Where a reference leads.
pub(crate) enum Resolved<'d> {
    /// To this value, or the value was no reference.
    At(&'d Value, Pointer),
    /// To nothing in this document; with the place of the reference that fails.
    Nowhere(Pointer),
}

/// Whether the keyword says nothing about instances.
pub(crate) fn is_remark(keyword: &str) -> bool {
    REMARKS.contains(&keyword) || keyword.starts_with("x-")
}
