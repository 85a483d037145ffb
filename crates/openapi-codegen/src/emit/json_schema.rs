//! Typify writes some `JsonSchema` impls itself, for schemars 0.8; generated crates depend on schemars 1.

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit::{self, Visit};
use syn::{ExprCall, ExprPath, Item, ItemImpl, Lit, Type, parse_quote};

use crate::error::Error;

/// Says these impls in the words of schemars 1.
pub(crate) fn repair(items: &mut [Item]) -> Result<(), Error> {
    for item in items {
        if let Item::Impl(block) = item
            && block.trait_.as_ref().is_some_and(|(path, _)| is_json_schema(path))
        {
            *block = rewritten(block)?;
        }
    }
    Ok(())
}

fn rewritten(block: &ItemImpl) -> Result<ItemImpl, Error> {
    let ty = &block.self_ty;
    let name = quote!(#ty).to_string();
    let mut parts = Parts::default();
    parts.visit_item_impl(block);
    let values: Option<Vec<TokenStream>> = parts.values.iter().map(|json| json.parse().ok()).collect();
    let (Some(inner), Some(values)) = (parts.inner, values) else {
        return Err(Error::repair(format!("the JSON schema of {name} is not written as it was when this was made")));
    };
    // Allowed values, or refused ones.
    let (keyword, value) =
        if parts.is_not { ("not", quote!({ "enum": [#(#values),*] })) } else { ("enum", quote!([#(#values),*])) };
    Ok(parse_quote! {
        impl ::schemars::JsonSchema for #ty {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                #name.into()
            }

            fn json_schema(generator: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                let mut schema = <#inner as ::schemars::JsonSchema>::json_schema(generator);
                schema.insert(#keyword.to_owned(), ::serde_json::json!(#value));
                schema
            }
        }
    })
}

/// What the old impl is made of.
#[derive(Default)]
struct Parts {
    inner: Option<Type>,
    values: Vec<String>,
    is_not: bool,
}

impl<'ast> Visit<'ast> for Parts {
    fn visit_expr_path(&mut self, path: &'ast ExprPath) {
        if let Some(inner) = &path.qself
            && is_json_schema_method(&path.path)
        {
            self.inner.get_or_insert_with(|| (*inner.ty).clone());
        }
        visit::visit_expr_path(self, path);
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        let function = &call.func;
        if quote!(#function).to_string().ends_with("serde_json :: from_str")
            && let Some(syn::Expr::Lit(literal)) = call.args.first()
            && let Lit::Str(json) = &literal.lit
        {
            self.values.push(json.value());
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_member(&mut self, member: &'ast syn::Member) {
        self.is_not |= matches!(member, syn::Member::Named(name) if name == "not");
    }
}

fn is_json_schema(path: &syn::Path) -> bool {
    path.segments.last().is_some_and(|segment| segment.ident == "JsonSchema")
}

fn is_json_schema_method(path: &syn::Path) -> bool {
    path.segments.last().is_some_and(|segment| segment.ident == "json_schema")
}
