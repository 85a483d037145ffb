//! A last look at what would not compile, so that it is an error about the contract and not one of the compiler's.

use std::collections::HashSet;

use openapi_contract::Pointer;
use quote::quote;
use serde_json::{Map, Value};
use syn::{FnArg, ImplItem, ImplItemFn, Item, Pat};

use super::types::defines;
use crate::adapt::{Adapted, FieldKind, Operation};
use crate::error::Error;
use crate::names;

/// Refuses types that would have one name, and fields of a type that would.
pub(crate) fn types(items: &[Item], adapted: &Adapted) -> Result<(), Error> {
    let mut seen = HashSet::new();
    for item in items {
        let Some(name) = defines(item) else { continue };
        if !seen.insert(name.clone()) {
            return Err(Error::unsupported(
                schema(&name, adapted),
                format!("two schemas would be one type {name} in Rust; rename one with an overlay"),
            ));
        }
        let Item::Struct(item) = item else { continue };
        let mut fields = HashSet::new();
        for field in item.fields.iter().filter_map(|field| field.ident.as_ref()) {
            if !fields.insert(field.to_string()) {
                let message = format!(
                    "two properties would be one field `{field}` of the type {name} in Rust; rename one with an overlay"
                );
                return Err(Error::unsupported(schema(&name, adapted), message));
            }
        }
    }
    Ok(())
}

/// The schema that a type was made of, or the one whose name its own begins with.
fn schema(type_name: &str, adapted: &Adapted) -> Pointer {
    let schemas = adapted.root.pointer("/components/schemas").and_then(Value::as_object);
    let owner = schemas
        .into_iter()
        .flat_map(Map::keys)
        .filter(|name| type_name.starts_with(&names::of_type(name)))
        .max_by_key(|name| name.len());
    match owner {
        Some(name) => Pointer::from_tokens(["components", "schemas", name]),
        None => Pointer::from_tokens(["components", "schemas"]),
    }
}

/// The types that can be printed, which is how values come into paths, headers and forms: by themselves, or because
/// what they wrap can be.
pub(crate) fn printed(items: &[Item]) -> HashSet<String> {
    let mut printed = HashSet::new();
    let mut wrappers = Vec::new();
    for item in items {
        let Item::Impl(block) = item else { continue };
        let Some((of, _)) = &block.trait_ else { continue };
        let ty = &block.self_ty;
        let name = quote!(#ty).to_string();
        match of.segments.last().map(|segment| segment.ident.to_string()).as_deref() {
            Some("Display") => {
                printed.insert(name);
            }
            Some("Deref") => {
                let target = block.items.iter().find_map(|item| match item {
                    ImplItem::Type(target) => Some(&target.ty),
                    _ => None,
                });
                wrappers.push((name, quote!(#target).to_string().replace(' ', "")));
            }
            _ => {}
        }
    }
    // Wrappers may wrap wrappers.
    for _ in 0..wrappers.len() {
        let before = printed.len();
        for (name, target) in &wrappers {
            if printed.contains(target) || target.starts_with("::") && prints(target, &printed) {
                printed.insert(name.clone());
            }
        }
        if printed.len() == before {
            break;
        }
    }
    printed
}

/// Refuses parameters and text fields of a form whose type cannot be printed.
pub(crate) fn arguments(
    method: &ImplItemFn,
    operation: &Operation,
    adapted: &Adapted,
    printed: &HashSet<String>,
) -> Result<(), Error> {
    let value = operation.pointer.find(&adapted.root);
    let parameters = value.and_then(|value| value.get("parameters")).and_then(Value::as_array);
    let sent = parameters.into_iter().flatten().filter_map(|parameter| {
        let place = parameter["in"].as_str().filter(|place| ["path", "header"].contains(place))?;
        let name = parameter["name"].as_str()?;
        Some((format!("the {place} parameter \"{name}\""), names::snake(name)))
    });
    let fields = operation.form.iter().flatten().filter(|field| field.kind == FieldKind::Text);
    let fields = fields.map(|field| (format!("the form's field \"{}\"", field.name), names::snake(&field.name)));
    for (what, name) in sent.chain(fields) {
        let Some(ty) = argument_type(method, &name) else { continue };
        if !prints(&ty, printed) {
            return Err(Error::unsupported(
                operation.pointer.clone(),
                format!(
                    "{what} would be of the type {ty}, which cannot be written as text; simplify its schema with an overlay"
                ),
            ));
        }
    }
    Ok(())
}

/// The type of an argument, without the spaces between its tokens.
fn argument_type(method: &ImplItemFn, name: &str) -> Option<String> {
    method.sig.inputs.iter().find_map(|argument| {
        let FnArg::Typed(typed) = argument else { return None };
        let Pat::Ident(pattern) = typed.pat.as_ref() else { return None };
        let ty = &typed.ty;
        (pattern.ident == name).then(|| quote!(#ty).to_string().replace(' ', "").replace("&'a", ""))
    })
}

fn prints(ty: &str, printed: &HashSet<String>) -> bool {
    // An optional argument; the generated code looks inside.
    let ty = ty.strip_prefix("Option<").and_then(|inner| inner.strip_suffix('>')).unwrap_or(ty);
    match ty.strip_prefix("types::") {
        Some(name) => printed.contains(name),
        None => !ty.contains('<') && !ty.starts_with(['(', '[']) && ty != "::serde_json::Value",
    }
}
