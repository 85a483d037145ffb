//! OpenAPI 3.1 said in the words of 3.0.3.
//!
//! **The law: lowering may widen what a schema accepts, and never narrows it; each widening is on record**, as a
//! change with [`Effect::Widened`]. Where no widening is reported, the lowered schema accepts the same instances.
//!
//! # How
//! Accepting more is harmless below `properties`, `items`, `allOf` or `anyOf`. Below `not` and `if`, and among the
//! branches of `oneOf`, it makes the whole accept less. So each schema is lowered together with the answer to
//! "does it still accept exactly what it did?", and where that is no, `not` and `if` are dropped and `oneOf` becomes
//! `anyOf` (unless its branches are so different that no instance satisfies two). References make this a question
//! about the whole document: a rehearsal lowers it once, as if all references were exact, and finds out which targets
//! are not (a least fixed point over all references), and which do not stay where they are. If there are any, the
//! document is lowered again, for good.
//! Which member of which object holds what is one table, `references::shape`; instance data (`default`, `enum`, `const`,
//! examples, extensions) is never looked into.
//!
//! # How `nullable` is read
//! By the letter of 3.0.3, `nullable: true` adds null to the `type` beside it. Code generators read it as more, and
//! wide practice follows them: *a schema with `nullable: true` accepts null, whatever else it says, unless its own
//! `enum` lists other values only.* The result relies on the wider reading in one form alone: a choice between null
//! and other schemas becomes `nullable` beside `allOf`, `anyOf` or `oneOf`, without a `type`. (With the referenced
//! schema's `type` added, progenitor would read the pair as an object type that may not be null after all.)
//! Everywhere else both readings agree, because `nullable` is written only where the whole 3.1 schema accepts null,
//! which can be computed. Without `type` and `nullable`, a schema accepts null unless a keyword rejects it, and 1.0
//! is an integer, as it is in 2020-12.
//!
//! # Rules
//! | rule | what | effect |
//! |---|---|---|
//! | `version` | `openapi` is 3.0.3 | equivalent |
//! | `type-array-single` | one type in an array | equivalent |
//! | `type-array-nullable` | one or more types and null: `nullable` | equivalent; widened where another document decides |
//! | `type-array-null-excluded` | null that another keyword rejects goes from `type` | equivalent |
//! | `type-array-any-of` | several types: `anyOf`, keywords beside their type | equivalent |
//! | `type-array-any` | all types: no `type` | equivalent |
//! | `type-array-empty` | a list without types, which is malformed, goes | widened |
//! | `type-null` | `enum: [null]` | equivalent |
//! | `null-branch` | null in `oneOf` or `anyOf`: `nullable` | equivalent; widened where another document decides |
//! | `nullable-in-3-1` | 3.1 ignores it, so it goes | dropped |
//! | `const-to-enum` | `enum` of one, with its `type` | equivalent |
//! | `enum-nullable` | an untyped `enum` with null gets `nullable` and its `type` | equivalent |
//! | `enum-unsatisfiable` | no listed value is of the type: `not: {}` | equivalent |
//! | `exclusive-bound` | number to flag; the tighter bound stays | equivalent |
//! | `boolean-schema` | `{}` or `not: {}` | equivalent |
//! | `array-without-items` | `items: {}` | equivalent |
//! | `required-empty` | goes | equivalent |
//! | `ref-siblings` | the reference goes into `allOf` | equivalent |
//! | `dynamic-ref` | a plain `$ref` where one schema has the anchor | equivalent; else widened |
//! | `schema-hoisted` | what is referred to and does not stay in place becomes a component | equivalent |
//! | `defs-unused` | `$defs` that nothing refers to | dropped |
//! | `if-to-any-of` | a choice of what may follow | equivalent |
//! | `if-without-effect` | `if` without `then` and `else`, or these without `if` | equivalent |
//! | `if-dropped` | the condition is inexact, or too large to be said twice | widened |
//! | `not-dropped` | what is forbidden is inexact | widened |
//! | `one-of-to-any-of` | a branch is inexact, and may overlap with another | widened |
//! | `dependent-required`, `dependent-schemas` | a choice: without the name, or with the rest | equivalent |
//! | `pattern-properties` | go; `additionalProperties` lets through what they did | widened; equivalent for a pattern that matches all |
//! | `property-names`, `contains` | go | widened; equivalent where they demand nothing |
//! | `prefix-items` | `items`: any of those by position | widened; equivalent if all are the same |
//! | `unevaluated-to-additional`, `unevaluated-to-items` | no other schema to look into | equivalent |
//! | `unevaluated-idle` | nothing is left over, or nothing is demanded of it | equivalent |
//! | `unevaluated-dropped` | everything else | widened |
//! | `examples-to-example` | the first one stays | dropped; equivalent if it is the only one |
//! | `content-to-format` | base64: `byte`; octet-stream: `binary` | equivalent |
//! | `content-dropped` | other content keywords | dropped |
//! | `schema-names`, `schema-notes`, `unknown-keyword` | `$id` and anchors; `$comment` and the like; the rest | dropped |
//! | `paths-missing`, `responses-missing` | what 3.0 demands is added | equivalent |
//! | `reference-inlined` | references into `webhooks` and `components/pathItems` are written out | equivalent |
//! | `reference-circle` | such a reference inside of what it leads to | dropped |
//! | `reference-override` | `summary` and `description` beside a reference | dropped |
//! | `path-items` | `components/pathItems` | equivalent |
//! | `webhooks`, `info-summary`, `server-variable-enum` | go | dropped |
//! | `dialect` | `jsonSchemaDialect` | equivalent for the usual ones, else dropped |
//! | `license-identifier` | `url` at SPDX, if there is none and it is no expression | equivalent; else dropped |
//! | `mutual-tls` | the scheme goes, and with it its name in requirements | dropped; widened in requirements |
//! | `security-roles` | roles beside a scheme that 3.0 allows none for | dropped |
//!
//! # Choices
//! `if` and the dependent keywords are said exactly, although generators make little of the result: they can leave
//! out what they do not understand, and validators cannot add what is not there. `contains` is not, although two
//! negations around `items` would do: that form is as good as nothing for generators, and stands in the way of the
//! array's type. `$ref` to other documents stays as it is, resolved against `$id` where there was one.
//!
//! Sources: OpenAPI 3.0.3, sections Schema Object, Reference Object and Security Requirement Object; OpenAPI 3.1.0,
//! the same; OAI proposal 003 (nullable); JSON Schema 2020-12 Core and Validation; RFC 3986 and RFC 6901.

use serde_json::{Map, Value};

use self::context::Lowering;
use crate::references::index::Index;
use crate::{Document, Effect, Error, Outcome, SpecVersion};

mod annotations;
mod arrays;
mod combinators;
mod context;
mod disjoint;
mod document;
mod null;
mod numbers;
mod objects;
mod order;
mod plan;
mod schema;
mod scope;
mod security;
mod size;
mod types;
mod values;

/// Says an OpenAPI 3.1 document in the words of OpenAPI 3.0.3; a 3.0 document comes back as it is.
///
/// # Errors
/// [`ErrorKind::Contract`](crate::ErrorKind::Contract) when a path item refers to itself, or when the schemas that
/// have to become components cannot, because `components` or its `schemas` is no object. Whatever else is malformed
/// is left alone.
pub fn lower(document: &Document) -> Result<Outcome, Error> {
    if document.version() == SpecVersion::V3_0 {
        return Ok(Outcome { document: document.clone(), changes: Vec::new() });
    }
    let index = Index::of(document.root());
    let rehearsed = plan::rehearse(&index)?;
    let (root, changes) = if rehearsed.is_final {
        (rehearsed.root, rehearsed.changes)
    } else {
        let mut lowering = Lowering::performance(&index, rehearsed.plan);
        let mut root = lowering.document()?;
        hoist(&mut lowering, &mut root)?;
        (root, lowering.changes)
    };
    let changes = order::in_document_order(document.root(), changes);
    Ok(Outcome { document: Document::from_value(root, document.format())?, changes })
}

/// Makes components of the schemas that are referred to and do not stay where they were.
fn hoist(lowering: &mut Lowering<'_, '_>, root: &mut Value) -> Result<(), Error> {
    let names = lowering.plan.names.clone();
    for (target, name) in lowering.index.targets.iter().zip(names) {
        let Some(name) = name else { continue };
        lowering.at = target.pointer.clone();
        let lowered = lowering.schema(target.value);
        let reason = format!("3.0 does not have this place, or it holds something else now; see components: {name}");
        lowering.report("schema-hoisted", "", Effect::Equivalent, reason);
        member(member(root, "components", lowering)?, "schemas", lowering)?[&name] = lowered.value;
    }
    Ok(())
}

/// The object below a member, made if there is none.
fn member<'v>(object: &'v mut Value, key: &str, lowering: &Lowering<'_, '_>) -> Result<&'v mut Value, Error> {
    let broken = || {
        Error::new(crate::ErrorKind::Contract, format!("becomes a component, but \"{key}\" holds no objects"))
            .at(lowering.at.clone())
    };
    let members = object.as_object_mut().ok_or_else(broken)?;
    let below = members.entry(key).or_insert_with(|| Map::new().into());
    if below.is_object() { Ok(below) } else { Err(broken()) }
}
