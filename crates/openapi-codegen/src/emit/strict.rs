//! Objects are read from objects only, and enums from strings only.
//!
//! Serde's derived code is more generous than any contract: it reads a struct from an array of its fields, in order,
//! so that `[]` passes for every struct whose fields are optional, and it reads a variant from an object with one key,
//! `{"OPEN": null}`. So each of these types reads itself through a twin that serde derives for (its `remote`
//! mechanism), behind a deserializer that passes on nothing but what the contract means.

use std::collections::HashSet;

use quote::{format_ident, quote};
use syn::punctuated::Punctuated;
use syn::{Attribute, Fields, Ident, Item, ItemEnum, ItemImpl, Path, Token, Visibility, parse_quote};

use crate::error::Error;
use crate::names;

/// Replaces the derived `Deserialize` of structs with named fields and of enums without payloads.
pub(crate) fn read_strictly(items: Vec<Item>) -> Result<Vec<Item>, Error> {
    let taken: HashSet<String> = items.iter().filter_map(super::types::defines).collect();
    // In camel case, like the names of types.
    let free = |name: &str| {
        let free = names::free_name(name, |name| taken.contains(&name.replace('_', "")));
        format_ident!("{}", free.replace('_', ""))
    };
    let names = Names { twin: free("Twin"), deserializer: free("D") };
    let mut result = Vec::with_capacity(items.len());
    for mut item in items {
        let reader = reader(&mut item, &names)?;
        result.push(item);
        result.extend(reader.map(Item::Impl));
    }
    Ok(result)
}

/// Names that no type of the contract has, lest one be hidden where the reader speaks of it.
struct Names {
    twin: Ident,
    deserializer: Ident,
}

/// The impl that reads the item by way of its twin, if it is one of those that need it.
fn reader(item: &mut Item, names: &Names) -> Result<Option<ItemImpl>, Error> {
    let (name, adapter) = match &*item {
        Item::Struct(item) if matches!(item.fields, Fields::Named(_)) => (item.ident.clone(), quote!(ObjectOnly)),
        Item::Enum(item) if is_plain(item) => (item.ident.clone(), quote!(StringOnly)),
        _ => return Ok(None),
    };
    let derives = match item {
        Item::Struct(item) => take_derive(&mut item.attrs),
        Item::Enum(item) => take_derive(&mut item.attrs),
        _ => false,
    };
    if !derives {
        return Err(Error::repair(format!(
            "{name} does not derive Deserialize, so it cannot be made to read strictly"
        )));
    }
    let Names { twin: twin_name, deserializer: d } = names;
    let twin = twin(item, twin_name);
    let remote = name.to_string();
    Ok(Some(parse_quote! {
        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<#d: ::serde::Deserializer<'de>>(
                deserializer: #d,
            ) -> ::std::result::Result<Self, #d::Error> {
                #[derive(::serde::Deserialize)]
                #[serde(remote = #remote)]
                #twin
                #twin_name::deserialize(super::super::support::#adapter(deserializer))
            }
        }
    }))
}

/// The same item, private, with nothing on it but what serde needs.
fn twin(item: &Item, name: &Ident) -> Item {
    let mut twin = item.clone();
    match &mut twin {
        Item::Struct(item) => {
            item.ident = name.clone();
            item.vis = Visibility::Inherited;
            item.attrs.retain(is_serde);
            for field in &mut item.fields {
                field.vis = Visibility::Inherited;
                field.attrs.retain(is_serde);
            }
        }
        Item::Enum(item) => {
            item.ident = name.clone();
            item.vis = Visibility::Inherited;
            item.attrs.retain(is_serde);
            for variant in &mut item.variants {
                variant.attrs.retain(is_serde);
            }
        }
        _ => {}
    }
    twin
}

/// Whether every variant is a mere name, and the enum is read by that name.
fn is_plain(item: &ItemEnum) -> bool {
    let by_other_means = |attribute: &Attribute| {
        let text = quote!(#attribute).to_string();
        is_serde(attribute) && ["untagged", "try_from", "tag"].iter().any(|word| text.contains(word))
    };
    item.variants.iter().all(|variant| matches!(variant.fields, Fields::Unit)) && !item.attrs.iter().any(by_other_means)
}

/// Takes `::serde::Deserialize` out of the derives; says whether it was there.
fn take_derive(attributes: &mut [Attribute]) -> bool {
    let mut found = false;
    for attribute in attributes.iter_mut().filter(|attribute| attribute.path().is_ident("derive")) {
        let Ok(derives) = attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated) else { continue };
        let is_deserialize = |path: &Path| path.segments.last().is_some_and(|segment| segment.ident == "Deserialize");
        found |= derives.iter().any(is_deserialize);
        let kept = derives.into_iter().filter(|path| !is_deserialize(path));
        *attribute = parse_quote!(#[derive(#(#kept),*)]);
    }
    found
}

fn is_serde(attribute: &Attribute) -> bool {
    attribute.path().is_ident("serde")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(items: &[Item]) -> String {
        quote!(#(#items)*).to_string()
    }

    #[test]
    fn a_struct_that_does_not_derive_deserialize_is_told() {
        let items = vec![parse_quote!(
            #[derive(Clone)]
            struct Lamp {
                on: bool,
            }
        )];
        let error = read_strictly(items).err().unwrap();
        assert!(error.to_string().contains("Lamp does not derive Deserialize"));
    }

    #[test]
    fn the_derive_of_a_struct_is_replaced_and_nothing_else() {
        let items = read_strictly(vec![parse_quote!(
            /// A lamp.
            #[derive(::serde::Deserialize, Clone)]
            #[serde(deny_unknown_fields)]
            pub struct Lamp {
                /// Whether it is on.
                #[serde(rename = "isOn")]
                pub on: bool,
            }
        )])
        .ok()
        .unwrap();
        let text = text(&items);
        assert!(text.starts_with("# [doc = r\" A lamp.\"] # [derive (Clone)]"), "{text}");
        assert!(text.contains("# [serde (remote = \"Lamp\")] # [serde (deny_unknown_fields)] struct Twin"), "{text}");
        assert_eq!(text.matches("isOn").count(), 2, "{text}");
        assert!(text.contains("ObjectOnly (deserializer)"), "{text}");
    }

    #[test]
    fn enums_of_names_are_strict_and_others_stay_as_they_are() {
        let plain = read_strictly(vec![parse_quote!(
            #[derive(::serde::Deserialize, Clone)]
            pub enum Colour {
                #[serde(rename = "RED")]
                Red,
            }
        )])
        .ok()
        .unwrap();
        assert!(text(&plain).contains("StringOnly (deserializer)"));
        for other in [
            parse_quote!(
                #[derive(::serde::Deserialize)]
                #[serde(untagged)]
                pub enum Either {
                    A(String),
                    B(u8),
                }
            ),
            parse_quote!(
                #[derive(::serde::Deserialize)]
                pub struct Name(String);
            ),
        ] {
            assert_eq!(read_strictly(vec![other]).ok().unwrap().len(), 1);
        }
    }
}
