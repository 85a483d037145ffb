//! The client's struct; its constructors are left to the crate's hand-written part.

use openapi_contract::{Change, Pointer};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{File, ImplItem, Item, ItemImpl};

use super::emitted;
use crate::error::Error;

/// Progenitor's output by idea.
pub(crate) struct Parts {
    /// What was inside `mod types`.
    pub(crate) types: Vec<Item>,
    /// The client's struct and what ties it to the hooks.
    pub(crate) client: Vec<Item>,
    /// The methods of the operations.
    pub(crate) operations: Vec<ImplItem>,
}

/// Takes progenitor's one file apart.
pub(crate) fn take_apart(file: File) -> Result<Parts, Error> {
    let mut parts = Parts { types: Vec::new(), client: Vec::new(), operations: Vec::new() };
    let mut constructors = 0;
    for item in file.items {
        match item {
            Item::Use(_) => {}
            Item::Mod(module) if module.ident == "types" => {
                parts.types = module.content.map(|(_, items)| items).unwrap_or_default();
            }
            // It would only hold the client's name once more.
            Item::Mod(module) if module.ident == "prelude" => {}
            Item::Impl(block) if is_client(&block) && block.trait_.is_none() => {
                if block.items.iter().any(is_constructor) {
                    constructors += block.items.len();
                } else {
                    parts.operations.extend(block.items);
                }
            }
            Item::Struct(_) | Item::Impl(_) | Item::Const(_) => parts.client.push(item),
            other => {
                let shown = quote!(#other).to_string();
                return Err(Error::repair(format!("unknown item in progenitor's output: {}", first(&shown))));
            }
        }
    }
    if constructors == 2 { Ok(parts) } else { Err(Error::repair("the client's two constructors were not found")) }
}

/// What this module did, for the list of changes.
pub(crate) fn changes() -> [Change; 2] {
    let client = Pointer::root();
    [
        emitted(
            "constructors-left-out",
            &client,
            "progenitor's own set a fixed timeout and panic where TLS cannot start",
        ),
        emitted("no-api-version-header", &client, "progenitor sends one with every request; no contract asks for it"),
    ]
}

/// The items of `client.rs`.
pub(crate) fn items(client: &[Item]) -> TokenStream {
    quote! {
        use ::progenitor_client::{ClientHooks, ClientInfo};
        #(#client)*
    }
}

fn is_client(block: &ItemImpl) -> bool {
    matches!(block.self_ty.as_ref(), syn::Type::Path(path) if path.path.is_ident("Client"))
}

fn is_constructor(item: &ImplItem) -> bool {
    matches!(item, ImplItem::Fn(method) if method.sig.ident == "new" && method.sig.receiver().is_none())
}

fn first(text: &str) -> String {
    text.chars().take(80).collect()
}
