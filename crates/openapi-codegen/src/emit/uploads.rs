//! Forms with files: what progenitor took for query parameters becomes a `multipart/form-data` body.

use quote::{format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, FnArg, Ident, ImplItemFn, Lit, Pat, Stmt, parse_quote};

use super::requests::remove_calls;
use crate::adapt::{Field, FieldKind, MULTIPART};
use crate::error::Error;
use crate::names::{free_name, snake};

/// Turns the parameters that stand for `fields` into the fields of a form, at the end of the argument list.
pub(crate) fn repair(method: &mut ImplItemFn, fields: &[Field]) -> Result<(), Error> {
    let mut found: Vec<(String, Ident)> = Vec::new();
    remove_calls(method, |call| {
        let parameter = (call.method == "query").then(|| call.args.first().and_then(query_parameter)).flatten();
        match parameter {
            Some((name, argument)) if Field::is_marker(&name) => {
                found.push((name, argument));
                true
            }
            _ => false,
        }
    });
    let form = form_name(method, fields);
    let mut statements: Vec<Stmt> = vec![parse_quote!(let #form = Form::new();)];
    let mut docs = Vec::new();
    for field in fields {
        let argument = found.iter().find(|(name, _)| *name == field.marker()).map(|(_, argument)| argument.clone());
        let Some(old) = argument else {
            return Err(Error::repair(format!(
                "the parameter that stands for the field \"{}\" was not found",
                field.name
            )));
        };
        let new = format_ident!("{}", snake(&field.name));
        move_argument(method, &old, &new, field)?;
        statements.push(take_in(field, &new, &form));
        docs.push(format!("- `{new}`: the form's field `{}`{}", field.name, describe(field)));
    }
    let place = method.block.stmts.iter().position(is_request).ok_or_else(|| Error::repair("no request is built"))?;
    let mut attach = AttachForm { form, attached: false };
    attach.visit_stmt_mut(&mut method.block.stmts[place]);
    if !attach.attached {
        return Err(Error::repair("no place was found to attach the form"));
    }
    // First of all: progenitor's own `url`, `request` and so on would hide fields of that name.
    method.block.stmts.splice(0..0, statements);
    let doc = format!("Sends a `{MULTIPART}` body (RFC 7578):\n\n{}", docs.join("\n"));
    method.attrs.push(parse_quote!(#[doc = ""]));
    method.attrs.push(parse_quote!(#[doc = #doc]));
    Ok(())
}

/// A name for the form that no argument has.
fn form_name(method: &ImplItemFn, fields: &[Field]) -> Ident {
    let is_taken = |name: &str| {
        let name = format_ident!("{name}");
        fields.iter().any(|field| name == snake(&field.name))
            || method.sig.inputs.iter().any(|argument| is_named(argument, &name))
    };
    format_ident!("{}", free_name("form", is_taken))
}

/// The name and the argument in `&progenitor_client::QueryParam::new("name", &argument)`.
fn query_parameter(expression: &Expr) -> Option<(String, Ident)> {
    let Expr::Reference(reference) = expression else { return None };
    let Expr::Call(call) = reference.expr.as_ref() else { return None };
    let mut arguments = call.args.iter();
    let name = match arguments.next()? {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(name) => name.value(),
            _ => return None,
        },
        _ => return None,
    };
    let Expr::Reference(argument) = arguments.next()? else { return None };
    let Expr::Path(path) = argument.expr.as_ref() else { return None };
    Some((name, path.path.get_ident()?.clone()))
}

/// Moves an argument to the end, under its field's name and, for files, with the type of a part.
fn move_argument(method: &mut ImplItemFn, old: &Ident, new: &Ident, field: &Field) -> Result<(), Error> {
    let inputs = &mut method.sig.inputs;
    let mut arguments: Vec<FnArg> = std::mem::take(inputs).into_iter().collect();
    let index = arguments.iter().position(|argument| is_named(argument, old));
    let Some(index) = index else {
        return Err(Error::repair(format!("there is no argument {old}")));
    };
    let FnArg::Typed(typed) = arguments.remove(index) else {
        return Err(Error::repair(format!("the argument {old} is self")));
    };
    let kept = &typed.ty;
    let of_file = match field.kind {
        FieldKind::File => quote!(Part),
        FieldKind::Files => quote!(Vec<Part>),
        FieldKind::Text | FieldKind::Json => quote!(#kept),
    };
    let is_file = matches!(field.kind, FieldKind::File | FieldKind::Files);
    let ty = if is_file && !field.required { quote!(Option<#of_file>) } else { of_file };
    arguments.push(parse_quote!(#new: #ty));
    inputs.extend(arguments);
    Ok(())
}

fn is_named(argument: &FnArg, name: &Ident) -> bool {
    matches!(argument, FnArg::Typed(typed) if matches!(typed.pat.as_ref(), Pat::Ident(pattern) if pattern.ident == *name))
}

/// The statement by which the form takes in a field.
fn take_in(field: &Field, argument: &Ident, form: &Ident) -> Stmt {
    let name = &field.name;
    let one = match field.kind {
        FieldKind::File | FieldKind::Files => quote!(#form.part(#name, #argument)),
        FieldKind::Text => quote!(#form.text(#name, #argument.to_string())),
        FieldKind::Json => quote! {
            #form.part(#name, {
                let json = ::serde_json::to_string(&#argument).map_err(|error| Error::InvalidRequest(error.to_string()))?;
                Part::text(json).mime_str("application/json")?
            })
        },
    };
    match (field.kind, field.required) {
        (FieldKind::Files, true) => {
            parse_quote!(let #form = #argument.into_iter().fold(#form, |#form, #argument| #one);)
        }
        (FieldKind::Files, false) => {
            parse_quote!(let #form = #argument.into_iter().flatten().fold(#form, |#form, #argument| #one);)
        }
        (FieldKind::File | FieldKind::Text | FieldKind::Json, true) => parse_quote!(let #form = #one;),
        (FieldKind::File | FieldKind::Text | FieldKind::Json, false) => parse_quote! {
            let #form = match #argument {
                Some(#argument) => #one,
                None => #form,
            };
        },
    }
}

fn describe(field: &Field) -> &'static str {
    match (field.kind, field.required) {
        (FieldKind::File, true) => ", a file with its name and media type, streamed",
        (FieldKind::File, false) => ", a file with its name and media type, streamed; may be left out",
        (FieldKind::Files, _) => ", any number of files, streamed one after the other",
        (FieldKind::Text | FieldKind::Json, true) => "",
        (FieldKind::Text | FieldKind::Json, false) => "; may be left out",
    }
}

fn is_request(statement: &Stmt) -> bool {
    quote!(#statement).to_string().contains(". build ()")
}

/// Puts the call of `multipart` before the `.build()` of the request.
struct AttachForm {
    form: Ident,
    attached: bool,
}

impl VisitMut for AttachForm {
    fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
        if call.method == "build" && !self.attached {
            let request = call.receiver.clone();
            let form = &self.form;
            *call.receiver = parse_quote!(#request.multipart(#form));
            self.attached = true;
        }
        visit_mut::visit_expr_method_call_mut(self, call);
    }
}
