//! From what progenitor wrote to the files of a client: repaired, split by idea, formatted.
//!
//! Every repair checks that it found what it repairs: when a new progenitor writes something else, generation fails
//! with the repair's name instead of letting the repair lapse.

mod check;
mod client;
mod docs;
mod json_schema;
mod operation;
mod requests;
mod strict;
mod types;
mod uploads;

use std::collections::BTreeMap;

use openapi_contract::{Change, Effect, Pointer, Stage};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{File, ImplItem};

use self::client::Parts;
use crate::adapt::Adapted;
use crate::error::Error;

/// A generated folder: relative paths with `/`, and the text of each file.
pub(crate) type Files = BTreeMap<String, String>;

/// The support code that is the same for every client.
const SUPPORT: &str = include_str!("../../templates/support.rs");

/// Emits the files of the client; `made_by` is the command that a reader has to run instead of editing them.
pub(crate) fn emit(tokens: TokenStream, adapted: &Adapted, made_by: &str) -> Result<(Files, Vec<Change>), Error> {
    let file: File =
        syn::parse2(tokens).map_err(|error| Error::repair(format!("progenitor's output is not Rust: {error}")))?;
    let mut parts = client::take_apart(file)?;
    let mut changes = Vec::new();
    let uploads = emit_operations(&mut parts, adapted, &mut changes)?;
    changes.extend(client::changes());
    changes.push(emitted(
        "read-strictly",
        &Pointer::root(),
        "no array is read as an object's fields in order, and no object as the name of an enum's variant",
    ));

    let header =
        format!("// @generated from the contract by `{made_by}`. Do not edit: change the contract or an overlay.\n");
    let mut writer = Writer { header, files: Files::new(), error: None };
    writer.text("support.rs", SUPPORT);
    writer.items("client.rs", "The client: where requests go, and what goes with them.", &client::items(&parts.client));
    writer.items("operation.rs", "The operations of the contract, by name.", &operation::items(&adapted.operations));
    let imports = quote! {
        use ::progenitor_client::{ByteStream, ClientHooks, ClientInfo, Error, OperationInfo, RequestBuilderExt, ResponseValue};
        use super::client::Client;
        use super::support::path_segment;
        use super::types;
    };
    let methods = &parts.operations;
    writer.items("operations.rs", "The operations, one method each.", &quote!(#imports impl Client { #(#methods)* }));
    if !uploads.is_empty() {
        writer.items(
            "uploads.rs",
            "The operations that send a form with files, one method each.",
            &quote!(use ::reqwest::multipart::{Form, Part}; #imports impl Client { #(#uploads)* }),
        );
    }
    let modules = types::split(parts.types, adapted, &mut writer)?;
    writer.items("types/mod.rs", "The types of the contract's schemas.", &modules);
    let uploads_module = (!uploads.is_empty()).then(|| {
        quote!(
            mod uploads;
        )
    });
    writer.items(
        "mod.rs",
        "The client that the contract describes.",
        &quote! {
            #![allow(dead_code, missing_docs, non_camel_case_types, unused_imports, unreachable_patterns, clippy::all, clippy::pedantic)]
            #![allow(rustdoc::bare_urls, rustdoc::broken_intra_doc_links, rustdoc::invalid_html_tags)]
            mod client;
            mod operation;
            mod operations;
            mod support;
            #uploads_module
            pub mod types;
            pub use self::client::Client;
            pub use self::operation::Operation;
        },
    );
    writer.finish().map(|files| (files, changes))
}

/// Repairs every operation's method; takes those with a form out and returns them.
fn emit_operations(parts: &mut Parts, adapted: &Adapted, changes: &mut Vec<Change>) -> Result<Vec<ImplItem>, Error> {
    let mut uploads = Vec::new();
    let mut others = Vec::new();
    let printed = check::printed(&parts.types);
    for method in std::mem::take(&mut parts.operations) {
        let ImplItem::Fn(mut method) = method else {
            return Err(Error::repair("the operations' impl has something else than methods"));
        };
        let name = method.sig.ident.to_string();
        let Some(operation) = adapted.operations.iter().find(|operation| operation.method_name() == name) else {
            // Streams over pages, which progenitor adds to operations with its own extension.
            others.push(ImplItem::Fn(method));
            continue;
        };
        let in_operation = |error: Error| error.at(&operation.pointer).in_operation(&operation.id);
        requests::repair(&mut method, &operation.method).map_err(in_operation)?;
        if let Some(fields) = &operation.form {
            uploads::repair(&mut method, fields).map_err(in_operation)?;
            check::arguments(&method, operation, adapted, &printed).map_err(in_operation)?;
            changes.push(emitted(
                "form-written",
                &operation.pointer,
                "the query parameters that stood for the fields became a form",
            ));
            uploads.push(ImplItem::Fn(method));
        } else {
            check::arguments(&method, operation, adapted, &printed).map_err(in_operation)?;
            others.push(ImplItem::Fn(method));
        }
    }
    let written = |operation: &crate::adapt::Operation| {
        let name = operation.method_name();
        others.iter().chain(&uploads).any(|item| matches!(item, ImplItem::Fn(method) if method.sig.ident == name))
    };
    if let Some(missing) = adapted.operations.iter().find(|operation| !written(operation)) {
        return Err(Error::repair("progenitor wrote no method for it").at(&missing.pointer).in_operation(&missing.id));
    }
    parts.operations = others;
    Ok(uploads)
}

pub(crate) fn emitted(rule: &'static str, pointer: &Pointer, reason: &str) -> Change {
    Change { stage: Stage::Emit, rule, pointer: pointer.clone(), effect: Effect::Equivalent, reason: reason.to_owned() }
}

/// Collects the files, each with the header that marks it as generated.
pub(crate) struct Writer {
    header: String,
    files: Files,
    /// The first file that could not be written, for `finish` to report.
    error: Option<Error>,
}

impl Writer {
    fn text(&mut self, path: &str, text: &str) {
        self.files.insert(path.to_owned(), format!("{}{text}", self.header));
    }

    /// Formats `tokens` with prettyplease, which Cargo.lock pins: the same tokens give the same text everywhere.
    pub(crate) fn items(&mut self, path: &str, about: &str, tokens: &TokenStream) {
        let about = format!(" {about}");
        match syn::parse2::<File>(quote!(#![doc = #about] #tokens)) {
            Ok(mut file) => {
                docs::tidy(&mut file);
                self.text(path, &spaced(&prettyplease::unparse(&file)));
            }
            Err(error) => {
                self.error.get_or_insert_with(|| Error::repair(format!("{path} would not be Rust: {error}")));
            }
        }
    }

    fn finish(self) -> Result<Files, Error> {
        match self.error {
            Some(error) => Err(error),
            None => Ok(self.files),
        }
    }
}

/// Puts an empty line behind each item and method, which prettyplease does not.
fn spaced(text: &str) -> String {
    let mut result = String::with_capacity(text.len() + text.len() / 16);
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        result.push_str(line);
        result.push('\n');
        let Some(next) = lines.peek() else { break };
        let ends_item = ["}", "};", "    }"].contains(&line);
        let ends_prelude = line.starts_with("//!") && !next.starts_with("//!")
            || line.starts_with("use ") && line.ends_with(';') && !next.starts_with("use ");
        if (ends_item && !next.trim_start().starts_with('}') || ends_prelude) && !next.is_empty() {
            result.push('\n');
        }
    }
    result
}
