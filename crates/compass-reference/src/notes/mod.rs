//! What is known of the API beside its contract: `openapi/NOTES.md` of the repository, in sentences with a place on the
//! pages. What they speak of has to be in the contract, so that none outlives it.

mod compass;

use openapi_contract::Document;

use crate::contract::{Body, Operation};
use crate::error::Error;
use crate::schema;

/// All that is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Notes {
    pub(crate) tags: &'static [Tag],
    pub(crate) operations: &'static [OfOperation],
    pub(crate) fields: &'static [OfField],
    /// Types of the API's errors, and what to do about them.
    pub(crate) errors: &'static [(&'static str, &'static str)],
}

/// What a tag of the contract is about, and what to call it: some tags are names of the vendor's classes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tag {
    /// As the contract has it.
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) about: &'static str,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct OfOperation {
    pub(crate) operation: &'static str,
    /// How it behaves, and what it takes at most.
    pub(crate) limits: &'static [&'static str],
    pub(crate) permissions: &'static str,
    /// When the SDK and the program send it again by themselves.
    pub(crate) repeats: &'static str,
    /// What to do about a status, better than what holds for all operations. One that the contract lacks has been seen.
    pub(crate) answers: &'static [(u16, &'static str)],
}

/// What a parameter or a field of the body means beyond the contract's words. The path begins at the body, a `*` in it is
/// any one name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OfField {
    pub(crate) operation: &'static str,
    pub(crate) path: &'static str,
    pub(crate) meaning: &'static str,
}

impl Notes {
    /// What is known of Compass.
    pub(crate) const COMPASS: Self =
        Self { tags: compass::TAGS, operations: compass::OPERATIONS, fields: compass::FIELDS, errors: compass::ERRORS };

    /// Whether the contract has all that is spoken of.
    pub(crate) fn check(&self, document: &Document, operations: &[Operation]) -> Result<(), Error> {
        let gone =
            |what: String| Error::contract("", format!("{what} is not there any more: delete what `notes` says of it"));
        let find = |id: &str| operations.iter().find(|operation| operation.id == id);
        if let Some(tag) = self.tags.iter().find(|tag| operations.iter().all(|operation| operation.tag != tag.id)) {
            return Err(gone(format!("the tag {:?}", tag.id)));
        }
        if let Some(of) = self.operations.iter().find(|of| find(of.operation).is_none()) {
            return Err(gone(format!("the operation {:?}", of.operation)));
        }
        for field in self.fields {
            let Some(operation) = find(field.operation) else {
                return Err(gone(format!("the operation {:?}", field.operation)));
            };
            if !paths(document, operation).iter().any(|path| is_at(field.path, path)) {
                return Err(gone(format!("the field {:?} of {}", field.path, field.operation)));
            }
        }
        Ok(())
    }

    /// What is known of an operation.
    pub(crate) fn of(&self, operation: &str) -> Option<&'static OfOperation> {
        self.operations.iter().find(|of| of.operation == operation)
    }

    /// What a tag is called on its page.
    pub(crate) fn title<'t>(&self, tag: &'t str) -> &'t str {
        self.tags.iter().find(|known| known.id == tag).map_or(tag, |known| known.title)
    }

    /// What is known of a parameter or field, in sentences.
    pub(crate) fn meaning(&self, operation: &str, path: &[String]) -> String {
        let of = self.fields.iter().filter(|field| field.operation == operation && is_at(field.path, path));
        of.map(|field| field.meaning).collect::<Vec<_>>().join(" ")
    }
}

/// All parameters and fields of an operation.
fn paths(document: &Document, operation: &Operation) -> Vec<Vec<String>> {
    let mut paths: Vec<_> = operation.parameters.iter().map(|parameter| vec![parameter.name.clone()]).collect();
    match &operation.body {
        Body::None => {}
        Body::File { field } => paths.push(vec![field.clone()]),
        Body::Json { schema, variants } => {
            let of_body = schema::fields(document, schema, &[]);
            let of_variants =
                variants.iter().flat_map(|variant| schema::fields(document, &variant.schema, &variant.path));
            paths.extend(of_body.into_iter().chain(of_variants).map(|field| field.path));
        }
    }
    paths
}

fn is_at(pattern: &str, path: &[String]) -> bool {
    let names: Vec<_> = pattern.split('.').collect();
    names.len() == path.len() && names.iter().zip(path).all(|(name, part)| *name == "*" || name == part)
}
