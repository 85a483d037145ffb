//! Repairs of how a request is put together.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ImplItemFn, Pat, Stmt, parse_quote};

use crate::error::Error;

/// Takes the `api-version` header away and guards the parameters in the path.
pub(crate) fn repair(method: &mut ImplItemFn, verb: &str) -> Result<(), Error> {
    drop_api_version(method)?;
    if ["OPTIONS", "TRACE"].contains(&verb) {
        call_by_verb(method, verb)?;
    }
    guard_path(method)
}

/// Progenitor sends the contract's version as a header with each request. That is a custom of its authors' own
/// servers; other servers do not know it.
fn drop_api_version(method: &mut ImplItemFn) -> Result<(), Error> {
    let statements = &mut method.block.stmts;
    let Some(append) =
        statements.iter().position(|statement| quote!(#statement).to_string().contains("\"api-version\""))
    else {
        return Err(Error::repair("the api-version header was not found where it is taken out"));
    };
    statements.remove(append);
    let others = statements.iter().any(|statement| quote!(#statement).to_string().contains("header_map . append"));
    if !others {
        statements.retain(|statement| !declares(statement, "header_map"));
        let removed = remove_calls(method, |call| call.method == "headers");
        if removed != 1 {
            return Err(Error::repair(format!("{removed} uses of the empty header map, not one, were taken out")));
        }
    }
    Ok(())
}

/// Progenitor calls a method of reqwest's client for each verb, but reqwest has none for these.
fn call_by_verb(method: &mut ImplItemFn, verb: &str) -> Result<(), Error> {
    let mut caller = CallByVerb { name: verb.to_ascii_lowercase(), verb: format_ident!("{verb}"), calls: 0 };
    caller.visit_block_mut(&mut method.block);
    if caller.calls == 1 {
        Ok(())
    } else {
        Err(Error::repair(format!("{} requests, not one, were found to send as {verb}", caller.calls)))
    }
}

struct CallByVerb {
    name: String,
    verb: syn::Ident,
    calls: usize,
}

impl VisitMut for CallByVerb {
    fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
        let receiver = &call.receiver;
        if call.method == self.name && quote!(#receiver).to_string() == "self . client" {
            let verb = &self.verb;
            call.method = format_ident!("request");
            call.args.insert(0, parse_quote!(::reqwest::Method::#verb));
            self.calls += 1;
        }
        visit_mut::visit_expr_method_call_mut(self, call);
    }
}

/// A parameter in the path goes through `path_segment`, which refuses what would lead to another path.
fn guard_path(method: &mut ImplItemFn) -> Result<(), Error> {
    let statements = &mut method.block.stmts;
    // The URL is the first thing that progenitor computes, whatever it calls it.
    let Some(Stmt::Local(url)) = statements.first_mut() else {
        return Err(Error::repair("the URL is not computed first"));
    };
    let Some(Expr::Macro(format)) = url.init.as_mut().map(|init| init.expr.as_mut()) else {
        return Err(Error::repair("the URL is not made with format!"));
    };
    let mut parameters = Vec::new();
    format.mac.tokens = without_encoding(std::mem::take(&mut format.mac.tokens), &mut parameters);
    let guards = parameters.iter().map(|parameter| {
        let parameter = format_ident!("{parameter}");
        let name = parameter.to_string();
        parse_quote!(let #parameter = path_segment(#name, &#parameter.to_string()).map_err(Error::InvalidRequest)?;)
    });
    let guards: Vec<Stmt> = guards.collect();
    statements.splice(0..0, guards);
    Ok(())
}

/// Replaces each `encode_path(&name.to_string())` by `name`, and collects the names.
fn without_encoding(tokens: TokenStream, names: &mut Vec<String>) -> TokenStream {
    let mut result = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_call = matches!(&token, TokenTree::Ident(ident) if ident == "encode_path");
        match tokens.peek() {
            Some(TokenTree::Group(arguments)) if is_call && arguments.delimiter() == Delimiter::Parenthesis => {
                let name = arguments.stream().into_iter().find_map(|token| match token {
                    TokenTree::Ident(ident) => Some(ident),
                    _ => None,
                });
                if let Some(name) = name {
                    // A template may have a parameter twice; it is encoded once.
                    if !names.contains(&name.to_string()) {
                        names.push(name.to_string());
                    }
                    result.push(TokenTree::Ident(name));
                }
                tokens.next();
            }
            _ => result.push(token),
        }
    }
    result.into_iter().collect()
}

/// Takes the calls that `is_unwanted` selects out of all method chains of the body; says how many there were.
pub(super) fn remove_calls(method: &mut ImplItemFn, is_unwanted: impl FnMut(&syn::ExprMethodCall) -> bool) -> usize {
    let mut remover = RemoveCalls { is_unwanted, removed: 0 };
    remover.visit_block_mut(&mut method.block);
    remover.removed
}

struct RemoveCalls<F> {
    is_unwanted: F,
    removed: usize,
}

impl<F: FnMut(&syn::ExprMethodCall) -> bool> VisitMut for RemoveCalls<F> {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        while let Expr::MethodCall(call) = expression {
            if !(self.is_unwanted)(call) {
                break;
            }
            let receiver = std::mem::replace(call.receiver.as_mut(), Expr::PLACEHOLDER);
            *expression = receiver;
            self.removed += 1;
        }
        visit_mut::visit_expr_mut(self, expression);
    }
}

fn declares(statement: &Stmt, name: &str) -> bool {
    matches!(statement, Stmt::Local(local) if matches!(&local.pat, Pat::Ident(pattern) if pattern.ident == name))
}
