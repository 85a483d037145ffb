//! The pages: one for each tag, and the index.

mod answers;
mod fields;
mod index;

use std::collections::BTreeMap;

use heck::ToKebabCase as _;
use openapi_contract::Document;

use crate::contract::{Body, Operation, Variant};
use crate::markdown::{anchor, block, code, escaped, table};
use crate::names;
use crate::notes::Notes;
use crate::samples::Samples;

/// What pages are made from.
struct Book<'b> {
    document: &'b Document,
    operations: &'b [Operation],
    samples: &'b [Samples],
    notes: &'b Notes,
    /// The first line of each page.
    mark: String,
}

/// All pages, by the names of their files.
pub(crate) fn pages(
    document: &Document,
    operations: &[Operation],
    samples: &[Samples],
    notes: &Notes,
    command: &str,
) -> BTreeMap<String, String> {
    let mark = format!("<!-- @generated from the contract and its examples by `{command}`. Do not edit. -->\n\n");
    let book = Book { document, operations, samples, notes, mark };
    let mut pages: BTreeMap<_, _> = book.tags().into_iter().map(|tag| (book.file(tag), book.page(tag))).collect();
    pages.insert("index.md".to_owned(), book.index());
    pages
}

impl<'b> Book<'b> {
    /// The tags, in the order in which people look for them: those that the notes name first.
    fn tags(&self) -> Vec<&'b str> {
        let mut tags: Vec<&str> = self.notes.tags.iter().map(|tag| tag.id).collect();
        for operation in self.operations {
            if !tags.contains(&&*operation.tag) {
                tags.push(&operation.tag);
            }
        }
        tags
    }

    fn file(&self, tag: &str) -> String {
        format!("{}.md", self.notes.title(tag).to_kebab_case())
    }

    fn of_tag(&self, tag: &str) -> impl Iterator<Item = &'b Operation> {
        self.operations.iter().filter(move |operation| operation.tag == tag)
    }

    fn page(&self, tag: &str) -> String {
        let mut page = format!("{}# {}\n\n", self.mark, escaped(self.notes.title(tag)));
        if let Some(known) = self.notes.tags.iter().find(|known| known.id == tag) {
            page.push_str(&format!("{}\n\n", known.about));
        }
        for operation in self.of_tag(tag) {
            page.push_str(&format!("- [{}](#{})", escaped(&operation.summary), anchor(&operation.summary)));
            if !operation.variants().is_empty() {
                page.push_str(&format!(": {}", links(operation.variants())));
            }
            page.push('\n');
        }
        page.push_str(
            "\nWhat is to be set before the samples run, and what any request can meet: [the index](index.md).\n\n",
        );
        page.push_str(&self.of_tag(tag).map(|operation| self.section(operation)).collect::<String>());
        page.truncate(page.trim_end().len());
        page.push('\n');
        page
    }

    fn section(&self, operation: &Operation) -> String {
        let Operation { id, method, path, summary, description, .. } = operation;
        let mut section = format!("## {}\n\n", escaped(summary));
        section.push_str(&format!(
            "{} · operation {}\n\n{}\n\n",
            code(&format!("{method} {path}")),
            code(id),
            escaped(description)
        ));
        if let Some(known) = self.notes.of(id) {
            section.push_str(&format!("**Permissions.** {}\n\n", known.permissions));
            if !known.limits.is_empty() {
                let list: String = known.limits.iter().map(|limit| format!("- {limit}\n")).collect();
                section.push_str(&format!("**Limits.**\n\n{list}\n"));
            }
            section.push_str(&format!("**Sent again by SDK and program.** {}\n\n", known.repeats));
        }
        if !operation.parameters.is_empty() {
            section.push_str(&format!("### Parameters\n\n{}\n", self.parameters(operation)));
        }
        match &operation.body {
            Body::None => {}
            Body::File { field } => {
                let meaning = self.notes.meaning(id, std::slice::from_ref(field));
                let row = [code(field), "file".to_owned(), "yes".to_owned(), meaning];
                let form = table(["Part", "Type", "Required", "Meaning"], [row]);
                section.push_str(&format!(
                    "### Body\n\nA form ({}) with one part:\n\n{form}\n",
                    code("multipart/form-data")
                ));
            }
            Body::Json { schema, variants } => {
                section.push_str(&format!("### Body\n\nJSON ({}).", code("application/json")));
                section.push_str(&self.body(operation, schema, variants));
            }
        }
        section.push_str(&format!("### Answers\n\n{}\n", self.answers(operation)));
        if operation.variants().is_empty() {
            section.push_str("### Samples\n\n");
        }
        for samples in self.samples.iter().filter(|samples| samples.example.operation == *id) {
            let variant =
                operation.variants().iter().find(|variant| Some(&variant.name) == samples.example.variant.as_ref());
            if let Some(variant) = variant {
                section.push_str(&self.variant(operation, variant));
            }
            section.push_str(&shown(samples));
        }
        section
    }

    fn variant(&self, operation: &Operation, variant: &Variant) -> String {
        let mut text = format!("### {}\n\n", title(variant));
        let about = self.variant_about(variant);
        if !about.is_empty() {
            text.push_str(&format!("{}\n\n", escaped(&about)));
        }
        text + &self.variant_fields(operation, variant) + "\n"
    }
}

/// The heading of a variant: a kind's name, or how the body addresses what it is about.
fn title(variant: &Variant) -> String {
    let name = names::words(&variant.name);
    if variant.path.is_empty() { format!("By {}", name.to_lowercase()) } else { name }
}

/// Links to the variants of a body, on the same page.
fn links(variants: &[Variant]) -> String {
    let link = |title: String| format!("[{title}](#{})", anchor(&title));
    variants.iter().map(|variant| link(title(variant))).collect::<Vec<_>>().join(", ")
}

/// The three samples, each behind a mark that tests find it by.
fn shown(samples: &Samples) -> String {
    let Samples { example, curl, program, rust } = samples;
    let mut text = format!("<!-- samples of {} -->\n\n{}\n\n", example.key(), example.title);
    if let Some(file) = &example.file {
        let language = file.name.rsplit_once('.').map_or("", |(_, extension)| extension);
        text.push_str(&format!("{} is\n\n{}\n", code(&file.name), block(language, &file.text)));
    }
    for (name, language, sample) in
        [("curl", "sh", curl), ("compass", "sh", program), ("Rust", "rust", &rust.program())]
    {
        text.push_str(&format!("**{name}**\n\n{}\n", block(language, sample)));
    }
    text
}
