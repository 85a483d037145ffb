//! The types, one file for each schema of the contract: a change of one schema is a change of one file.

use std::collections::{BTreeMap, HashSet};

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Map, Value};
use syn::visit::{self, Visit};
use syn::{Item, ItemImpl};

use super::{Writer, check, json_schema, strict};
use crate::adapt::Adapted;
use crate::error::Error;
use crate::names;

/// The file of types that the contract has no name for.
const INLINE: &str = "inline";

/// Writes a file for each schema, and returns the items of `types/mod.rs`.
pub(crate) fn split(mut items: Vec<Item>, adapted: &Adapted, writer: &mut Writer) -> Result<TokenStream, Error> {
    let schemas: Vec<String> = adapted
        .root
        .pointer("/components/schemas")
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Map::keys)
        .map(|name| names::of_type(name))
        .collect();
    let mut files: BTreeMap<String, Vec<Item>> = BTreeMap::new();
    let mut shared = Vec::new();
    check::types(&items, adapted)?;
    json_schema::repair(&mut items)?;
    let defined: HashSet<String> = items.iter().filter_map(defines).collect();
    for item in strict::read_strictly(items)? {
        match owner(&item, &defined) {
            Some(owner) => files.entry(file_of(&owner, &schemas)).or_default().push(item),
            None => shared.push(item),
        }
    }
    let mut taken: HashSet<String> = shared.iter().filter_map(module_name).collect();
    let mut modules = Vec::new();
    for (schema, items) in files {
        let wanted = if schema == INLINE { schema.clone() } else { file_name(&schema) };
        let module = names::free_name(&wanted, |name| taken.contains(name));
        taken.insert(module.clone());
        let about = match schema.as_str() {
            INLINE => "Types that the contract has no name for.".to_owned(),
            schema => format!("`{schema}` and what belongs to it alone."),
        };
        writer.items(&format!("types/{module}.rs"), &about, &quote!(use super::*; #(#items)*));
        modules.push(format_ident!("{module}"));
    }
    Ok(quote! {
        #(mod #modules;)*
        #(pub use self::#modules::*;)*
        #(#shared)*
    })
}

/// The schema whose file a type belongs to: the one with its name, else the one with the longest name that its name
/// begins with.
fn file_of(owner: &str, schemas: &[String]) -> String {
    let mut candidates: Vec<&String> = schemas.iter().filter(|schema| owner.starts_with(schema.as_str())).collect();
    candidates.sort_by_key(|schema| schema.len());
    candidates.last().map_or_else(|| INLINE.to_owned(), |schema| (*schema).clone())
}

/// The module, and file, of a schema's type. Rust finds files by ASCII names only.
fn file_name(schema: &str) -> String {
    let spelt = |c: char| if c.is_ascii() { c.to_string() } else { format!("u{:04x}", u32::from(c)) };
    names::snake(&names::snake(schema).chars().map(spelt).collect::<String>())
}

/// The name of the type that an item defines.
pub(crate) fn defines(item: &Item) -> Option<String> {
    match item {
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        Item::Type(item) => Some(item.ident.to_string()),
        _ => None,
    }
}

/// The name of the type that an item belongs to: the one it defines or is implemented for. A conversion into a foreign
/// type belongs to the type that it is from, whose fields it reads.
fn owner(item: &Item, defined: &HashSet<String>) -> Option<String> {
    let Item::Impl(block) = item else { return defines(item) };
    let mut named = Named { defined, first: None };
    named.visit_type(&block.self_ty);
    if let Some((path, _)) = &block.trait_ {
        named.visit_path(path);
    }
    named.first.or_else(|| foreign(block))
}

fn foreign(block: &ItemImpl) -> Option<String> {
    match block.self_ty.as_ref() {
        syn::Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

/// Finds the first of the defined types in a type or path.
struct Named<'d> {
    defined: &'d HashSet<String>,
    first: Option<String>,
}

impl<'ast> Visit<'ast> for Named<'_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        // Types of the standard library and of other crates are written with their whole path.
        if let (Some(name), None) = (path.get_ident(), &self.first)
            && self.defined.contains(&name.to_string())
        {
            self.first = Some(name.to_string());
        }
        visit::visit_path(self, path);
    }
}

fn module_name(item: &Item) -> Option<String> {
    match item {
        Item::Mod(module) => Some(module.ident.to_string()),
        _ => None,
    }
}
