//! Tables of parameters and fields.

use openapi_contract::Pointer;

use super::Book;
use crate::contract::{Operation, Place, Variant};
use crate::markdown::{code, escaped, table};
use crate::names;
use crate::samples::EVENT;
use crate::schema::{self, Field};

/// What stands before the name of a nested field, for each level.
const INDENT: &str = "&emsp;";

impl Book<'_> {
    pub(super) fn parameters(&self, operation: &Operation) -> String {
        let rows = operation.parameters.iter().map(|parameter| {
            let field = schema::field(self.document, &parameter.schema, &[&parameter.name], parameter.is_required);
            let place = match parameter.place {
                Place::Path => "path",
                Place::Query => "query",
            };
            let known = self.notes.meaning(&operation.id, std::slice::from_ref(&parameter.name));
            let meaning = joined([escaped(&parameter.description), escaped(&field.description), known]);
            [
                code(&parameter.name),
                place.to_owned(),
                kind(&field),
                required(parameter.is_required),
                values(&field),
                meaning,
            ]
        });
        table(["Name", "In", "Type", "Required", "Allowed values", "Meaning"], rows)
    }

    /// The fields of a body. What belongs to one of its variants alone stands with that variant.
    pub(super) fn body(&self, operation: &Operation, schema: &Pointer, variants: &[Variant]) -> String {
        let fields = schema::fields(self.document, schema, &[]);
        let is_elsewhere = |field: &&Field| {
            !variants.iter().any(|variant| variant.path.len() > 1 && field.path.starts_with(&variant.path))
        };
        let shown: Vec<_> = fields.iter().filter(is_elsewhere).cloned().collect();
        match (&shown[..], variants) {
            ([], []) => " Any document.\n\n".to_owned(),
            ([], _) => format!(" It is one of: {}.\n\n", super::links(variants)),
            (_, []) => format!("\n\n{}\n", self.table(operation, &shown, 0)),
            (_, [first, ..]) => {
                let field = code(first.path.first().map(String::as_str).unwrap_or_default());
                let links = super::links(variants);
                format!("\n\n{}\nThe fields of {field}, by kind: {links}.\n\n", self.table(operation, &shown, 0))
            }
        }
    }

    pub(super) fn variant_about(&self, variant: &Variant) -> String {
        schema::field(self.document, &variant.schema, &[], true).description
    }

    pub(super) fn variant_fields(&self, operation: &Operation, variant: &Variant) -> String {
        let fields = schema::fields(self.document, &variant.schema, &variant.path);
        self.table(operation, &fields, variant.path.len())
    }

    /// A table of fields; `level` is how deep the outermost of them are.
    fn table(&self, operation: &Operation, fields: &[Field], level: usize) -> String {
        let option = |field: &Field| {
            // Only leaves are options.
            let is_parent =
                fields.iter().any(|other| other.path.len() > field.path.len() && other.path.starts_with(&field.path));
            match &field.path[..] {
                _ if is_parent => String::new(),
                [_, kind, path @ ..] if operation.id == EVENT && !path.is_empty() && path != ["cloudId"] => {
                    code(&format!("--{}", names::event_option(kind, path)))
                }
                _ => String::new(),
            }
        };
        let row = |field: &Field| {
            let name = field.path.last().map(String::as_str).unwrap_or_default();
            let indent = INDENT.repeat(field.path.len().saturating_sub(level + 1));
            let known = self.notes.meaning(&operation.id, &field.path);
            let meaning = joined([escaped(&field.description), known]);
            let [name, kind, required, values] =
                [format!("{indent}{}", code(name)), kind(field), required(field.is_required), values(field)];
            (option(field), [name, kind, required, values, meaning])
        };
        let rows: Vec<_> = fields.iter().map(row).collect();
        if rows.iter().all(|(option, _)| option.is_empty()) {
            return table(
                ["Name", "Type", "Required", "Allowed values", "Meaning"],
                rows.into_iter().map(|(_, row)| row),
            );
        }
        let rows = rows
            .into_iter()
            .map(|(option, [name, kind, required, values, meaning])| [name, kind, required, values, meaning, option]);
        table(["Name", "Type", "Required", "Allowed values", "Meaning", "Option of `compass`"], rows)
    }

    /// The fields of an answer.
    pub(super) fn answer_fields(&self, schema: &Pointer) -> String {
        let fields = schema::fields(self.document, schema, &[]);
        let rows = fields.iter().map(|field| {
            let name = field.path.last().map(String::as_str).unwrap_or_default();
            let indent = INDENT.repeat(field.path.len().saturating_sub(1));
            let form =
                [kind(field), values(field)].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(": ");
            [format!("{indent}{}", code(name)), form, required(field.is_required), escaped(&field.description)]
        });
        table(["Name", "Type", "Always there", "Meaning"], rows)
    }
}

fn joined<const N: usize>(sentences: [String; N]) -> String {
    sentences.into_iter().filter(|sentence| !sentence.is_empty()).collect::<Vec<_>>().join(" ")
}

fn kind(field: &Field) -> String {
    escaped(&field.kind)
}

fn required(is_required: bool) -> String {
    if is_required { "yes" } else { "no" }.to_owned()
}

/// The values of a list, or the form that a text or number has.
fn values(field: &Field) -> String {
    if !field.allowed.is_empty() {
        return field.allowed.iter().map(|value| code(value)).collect::<Vec<_>>().join(", ");
    }
    match field.format.as_deref() {
        None => String::new(),
        Some("date-time") => "date and time with zone (RFC 3339)".to_owned(),
        Some("uuid") => "UUID".to_owned(),
        Some("int64") => "whole number of 64 bits".to_owned(),
        Some("double") => "number of double precision".to_owned(),
        Some(other) => code(other),
    }
}
