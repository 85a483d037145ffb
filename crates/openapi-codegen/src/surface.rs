//! The public items of generated code, as a list: what a caller can name, and therefore what a change can break.

use std::collections::HashSet;

use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::{Attribute, Fields, File, FnArg, ImplItem, Item, Path, Signature, Token, TraitItem, Visibility};

use crate::error::Error;

/// Lists the public items of a crate's source: `types::Attachment.name: String`, one line each, sorted.
///
/// `files` are paths below `src/` and texts. The modules `generated` and those of single schemas are private, and
/// their items are re-exported, so they do not show in the names; standard types are shown by their short names.
///
/// # Errors
/// When a file is not Rust.
pub fn surface<'f>(files: impl IntoIterator<Item = (&'f str, &'f str)>) -> Result<Vec<String>, Error> {
    let mut lines = Vec::new();
    let mut impls = Vec::new();
    for (path, text) in files {
        let file: File = syn::parse_str(text).map_err(|error| Error::repair(format!("{path} is not Rust: {error}")))?;
        let module = if path.trim_start_matches("generated/").starts_with("types/") { "types::" } else { "" };
        list(&file.items, module, &mut lines, &mut impls);
    }
    // What is implemented for a private type concerns nobody outside.
    let public: HashSet<String> = lines.iter().filter_map(|line| line.split(": ").next().map(str::to_owned)).collect();
    lines.extend(impls.into_iter().filter(|(of, _)| public.contains(of)).map(|(of, what)| format!("{of}: {what}")));
    lines.sort();
    lines.dedup();
    Ok(lines)
}

fn list(items: &[Item], module: &str, lines: &mut Vec<String>, impls: &mut Vec<(String, String)>) {
    for item in items {
        match item {
            Item::Struct(item) if is_public(&item.vis) => {
                let name = format!("{module}{}", item.ident);
                lines.push(format!("{name}: struct"));
                derives(&item.attrs, &name, lines);
                fields(&item.fields, &name, lines);
            }
            Item::Enum(item) if is_public(&item.vis) => {
                let name = format!("{module}{}", item.ident);
                lines.push(format!("{name}: enum"));
                derives(&item.attrs, &name, lines);
                for variant in &item.variants {
                    lines.push(format!("{name}::{}{}", variant.ident, plain(&variant.fields)));
                }
            }
            Item::Trait(item) if is_public(&item.vis) => {
                let bounds = &item.supertraits;
                lines.push(format!("{module}{}: trait {}", item.ident, plain(bounds)).trim_end().to_owned());
                for member in &item.items {
                    if let TraitItem::Fn(method) = member {
                        lines.push(format!("{module}{}::{}", item.ident, signature(&method.sig)));
                    }
                }
            }
            Item::Type(item) if is_public(&item.vis) => {
                let (generics, ty) = (&item.generics, &item.ty);
                lines.push(format!("{module}{}{} = {}", item.ident, plain(generics), plain(ty)));
            }
            Item::Fn(item) if is_public(&item.vis) => lines.push(format!("{module}{}", signature(&item.sig))),
            Item::Const(item) if is_public(&item.vis) => {
                lines.push(format!("{module}{}: const {}", item.ident, plain(&item.ty)));
            }
            Item::Use(item) if is_public(&item.vis) && !plain(&item.tree).starts_with("self::") => {
                lines.push(format!("{module}use {}", plain(&item.tree)));
            }
            Item::Mod(item) if is_public(&item.vis) => {
                if let Some((_, items)) = &item.content {
                    list(items, &format!("{module}{}::", item.ident), lines, impls);
                }
            }
            Item::Impl(item) => {
                let name = format!("{module}{}", plain(&item.self_ty));
                match &item.trait_ {
                    Some((of, _)) => impls.push((name, plain(of))),
                    None => members(&item.items, &name, lines),
                }
            }
            _ => {}
        }
    }
}

fn members(items: &[ImplItem], name: &str, lines: &mut Vec<String>) {
    for item in items {
        match item {
            ImplItem::Fn(method) if is_public(&method.vis) => lines.push(format!("{name}::{}", signature(&method.sig))),
            ImplItem::Const(item) if is_public(&item.vis) => {
                lines.push(format!("{name}::{}: const {}", item.ident, plain(&item.ty)));
            }
            _ => {}
        }
    }
}

fn fields(fields: &Fields, name: &str, lines: &mut Vec<String>) {
    for (index, field) in fields.iter().enumerate().filter(|(_, field)| is_public(&field.vis)) {
        let field_name = field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string);
        lines.push(format!("{name}.{field_name}: {}", plain(&field.ty)));
    }
}

fn derives(attributes: &[Attribute], name: &str, lines: &mut Vec<String>) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("derive")) {
        let derives = attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated);
        for derive in derives.into_iter().flatten() {
            if let Some(last) = derive.segments.last() {
                lines.push(format!("{name}: {}", last.ident));
            }
        }
    }
}

fn signature(signature: &Signature) -> String {
    let asyncness = if signature.asyncness.is_some() { "async " } else { "" };
    let arguments = signature.inputs.iter().map(|argument| match argument {
        FnArg::Receiver(_) => plain(argument),
        FnArg::Typed(argument) => {
            let (name, ty) = (&argument.pat, &argument.ty);
            format!("{}: {}", plain(name), plain(ty))
        }
    });
    let arguments = arguments.collect::<Vec<_>>().join(", ");
    let output = match &signature.output {
        syn::ReturnType::Default => String::new(),
        syn::ReturnType::Type(_, ty) => format!(" -> {}", plain(ty)),
    };
    format!("{asyncness}fn {}({arguments}){output}", signature.ident)
}

/// Tokens as a person would write them: without lifetimes that only tie arguments together, standard types short.
fn plain(tokens: &impl ToTokens) -> String {
    let mut text = quote!(#tokens).to_string();
    for (from, to) in [
        ("'a ", ""),
        (" :: ", "::"),
        (":: ", "::"),
        (" ::", "::"),
        (" < ", "<"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" , ", ", "),
        (" ,", ","),
        ("& ", "&"),
        ("( ", "("),
        (" )", ")"),
        (" (", "("),
        ("[ ", "["),
        (" ]", "]"),
        (" ; ", "; "),
        (",>", ">"),
        ("<'a>", ""),
        ("<::", "<"),
        ("::std::string::", ""),
        ("::std::option::", ""),
        ("::std::vec::", ""),
        ("::std::fmt::", ""),
        ("::std::str::", ""),
        ("::std::convert::", ""),
        ("std::string::", ""),
        ("std::option::", ""),
        ("std::vec::", ""),
        ("std::collections::", ""),
        ("::serde::", ""),
        ("::serde_json::", "serde_json::"),
        ("::uuid::", ""),
        ("::chrono::", ""),
        ("chrono::offset::", ""),
        ("chrono::", ""),
    ] {
        text = text.replace(from, to);
    }
    text.trim_start_matches("::").to_owned()
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_caller_can_name_is_listed_and_nothing_else() {
        let types = "
            #[derive(Clone, ::serde::Serialize)]
            pub struct Lamp { pub name: ::std::option::Option<::std::string::String>, secret: u8 }
            pub enum Colour { Red, Other(::std::string::String) }
            struct Hidden;
            impl ::std::fmt::Display for Hidden { fn fmt(&self) {} }
            impl ::std::fmt::Display for Colour { fn fmt(&self) {} }";
        let client = "
            impl Client {
                pub async fn get_lamp<'a>(&'a self, id: &'a ::uuid::Uuid) -> Result<ResponseValue<types::Lamp>, Error<()>> {}
                fn private(&self) {}
            }";
        assert_eq!(
            surface([("generated/types/lamp.rs", types), ("generated/operations.rs", client)]).unwrap(),
            [
                "Client::async fn get_lamp(&self, id: &Uuid) -> Result<ResponseValue<types::Lamp>, Error<()>>",
                "types::Colour: Display",
                "types::Colour: enum",
                "types::Colour::Other(String)",
                "types::Colour::Red",
                "types::Lamp.name: Option<String>",
                "types::Lamp: Clone",
                "types::Lamp: Serialize",
                "types::Lamp: struct",
            ],
        );
    }
}
