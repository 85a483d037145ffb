//! Progenitor itself, behind a wall: whatever it makes of a contract, the caller gets code or an error.
//!
//! Progenitor and typify panic on much that they do not know. Here a panic is caught, kept off the terminal, and
//! traced to the operation or schema that causes it.

use std::cell::RefCell;
use std::collections::HashSet;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use openapi_contract::Pointer;
use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor_impl::{GenerationSettings, Generator, HooksMode, InterfaceStyle};
use quote::quote;
use serde_json::{Map, Value, json};

use crate::adapt::Adapted;
use crate::error::Error;

/// What progenitor wrote, and which crates it needs beside the ones that every client needs.
pub(crate) struct Output {
    pub(crate) tokens: TokenStream,
    pub(crate) uses_futures: bool,
    pub(crate) uses_websockets: bool,
}

/// Generates the client.
///
/// # Errors
/// When progenitor cannot read the document; the error names the first operation or schema that it fails on.
pub(crate) fn generate(adapted: &Adapted) -> Result<Output, Error> {
    attempt(&adapted.root).map_err(|message| diagnose(adapted, &message))
}

fn settings() -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(quote!(crate::Inner))
        // Maps in the order of their keys: equal values print alike.
        .with_map_type("::std::collections::BTreeMap")
        .with_derive("PartialEq")
        .with_derive("::schemars::JsonSchema");
    settings
}

fn attempt(root: &Value) -> Result<Output, String> {
    let document: OpenAPI =
        serde_json::from_value(root.clone()).map_err(|error| format!("does not read as OpenAPI 3.0: {error}"))?;
    let mut generator = Generator::new(&settings());
    let tokens = silently(|| generator.generate_tokens(&document))
        .and_then(|result| result.map_err(|error| readable(&error.to_string())))?;
    Ok(Output { tokens, uses_futures: generator.uses_futures(), uses_websockets: generator.uses_websockets() })
}

/// Whether panics are being kept off the terminal, and what the last one said.
#[derive(Default)]
enum Watch {
    #[default]
    Off,
    Calm,
    Panicked(String),
}

thread_local! {
    /// This thread's.
    static CAUGHT: RefCell<Watch> = const { RefCell::new(Watch::Off) };
}

/// Runs `work`; a panic in it becomes an error with the panic's message.
fn silently<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let kept = CAUGHT.with_borrow_mut(|watch| match watch {
                Watch::Off => false,
                Watch::Calm | Watch::Panicked(_) => {
                    *watch = Watch::Panicked(info.payload_as_str().unwrap_or_default().to_owned());
                    true
                }
            });
            if !kept {
                before(info);
            }
        }));
    });
    CAUGHT.set(Watch::Calm);
    // The generator is thrown away after a panic, so no broken state is seen again.
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    let watched = CAUGHT.take();
    result.map_err(|_| {
        let message = if let Watch::Panicked(message) = watched { message } else { String::new() };
        format!("progenitor gave up: {}", readable(&message))
    })
}

/// One line of a message. Progenitor and typify print whole syntax trees, of which the first words tell the most.
fn readable(message: &str) -> String {
    const LONGEST: usize = 200;
    let mut lines = message.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut line = lines.next().unwrap_or("no reason given").to_owned();
    if let Some(before) = line.strip_suffix(['{', '(', '[']) {
        // What follows is a tree; its type's name says nothing without it.
        let before = before.trim_end();
        line = before.rsplit_once(' ').map_or(before, |(words, _)| words).trim_end_matches(':').to_owned();
    }
    if line.chars().count() > LONGEST {
        line = line.chars().take(LONGEST).collect();
        line.push('…');
    }
    line
}

/// Finds the part of the contract that progenitor fails on: first the schemas alone, then each operation alone.
fn diagnose(adapted: &Adapted, message: &str) -> Error {
    let without_paths = with_paths(&adapted.root, Map::new());
    if let Err(message) = attempt(&without_paths) {
        return diagnose_schemas(&without_paths, &message);
    }
    for operation in &adapted.operations {
        let Some(value) = operation.pointer.find(&adapted.root) else { continue };
        let method = operation.method.to_ascii_lowercase();
        let alone = Map::from_iter([(operation.path.clone(), json!({ method: value }))]);
        let mut needed = HashSet::new();
        collect_needed_by(&adapted.root, value, &mut needed);
        if let Err(message) = attempt(&with_schemas(with_paths(&adapted.root, alone), &needed)) {
            return Error::unsupported(operation.pointer.clone(), message).in_operation(&operation.id);
        }
    }
    Error::unsupported(Pointer::from_tokens(["paths"]), format!("no operation fails alone, but together: {message}"))
}

fn diagnose_schemas(root: &Value, message: &str) -> Error {
    let schemas = root.pointer("/components/schemas").and_then(Value::as_object);
    for name in schemas.into_iter().flat_map(Map::keys) {
        let mut needed = HashSet::new();
        collect_needed(root, name, &mut needed);
        if let Err(message) = attempt(&with_schemas(root.clone(), &needed)) {
            return Error::unsupported(Pointer::from_tokens(["components", "schemas", name]), message);
        }
    }
    Error::unsupported(Pointer::from_tokens(["components"]), message.to_owned())
}

/// The schema of this name and all that it refers to, however far.
fn collect_needed(root: &Value, name: &str, needed: &mut HashSet<String>) {
    if !needed.insert(name.to_owned()) {
        return;
    }
    if let Some(schema) = Pointer::from_tokens(["components", "schemas", name]).find(root) {
        collect_needed_by(root, schema, needed);
    }
}

fn collect_needed_by(root: &Value, value: &Value, needed: &mut HashSet<String>) {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(object) => open.extend(object.values()),
            Value::Array(array) => open.extend(array),
            Value::String(text) => {
                if let Some(name) = Pointer::from_reference(text).and_then(|pointer| schema_name(&pointer)) {
                    collect_needed(root, &name, needed);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

fn schema_name(pointer: &Pointer) -> Option<String> {
    match pointer.tokens().collect::<Vec<_>>().as_slice() {
        [components, schemas, name] if components == "components" && schemas == "schemas" => Some(name.clone()),
        _ => None,
    }
}

/// The document with no other schemas than these.
fn with_schemas(mut root: Value, kept: &HashSet<String>) -> Value {
    if let Some(Value::Object(schemas)) = root.pointer_mut("/components/schemas") {
        schemas.retain(|name, _| kept.contains(name));
    }
    root
}

fn with_paths(root: &Value, paths: Map<String, Value>) -> Value {
    let mut root = root.clone();
    root["paths"] = Value::Object(paths);
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_become_one_line_without_the_trees_in_it() {
        assert_eq!(readable("unexpected content MediaType {\n    schema: None,\n}"), "unexpected content");
        assert_eq!(readable("\n  invalid type: \n"), "invalid type:");
        assert_eq!(readable(""), "no reason given");
        assert_eq!(readable(&"a".repeat(300)).chars().count(), 201);
    }

    #[test]
    fn a_panic_is_an_error_and_the_next_work_is_watched_anew() {
        let panicked = silently(|| -> () { panic!("no {}", "way") });
        assert_eq!(panicked.unwrap_err(), "progenitor gave up: no way");
        assert_eq!(silently(|| 1), Ok(1));
    }
}
