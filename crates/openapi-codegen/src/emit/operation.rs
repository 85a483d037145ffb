//! The enum of all operations: who matches on it learns of a new one from the compiler.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::adapt::Operation;
use crate::names;

/// The items of `operation.rs`.
pub(crate) fn items(operations: &[Operation]) -> TokenStream {
    let count = operations.len();
    let variants: Vec<_> =
        operations.iter().map(|operation| format_ident!("{}", names::variant(&operation.id))).collect();
    let docs = operations.iter().map(|operation| {
        let request = format!("`{} {}`", operation.method, operation.path);
        match &operation.summary {
            Some(summary) => format!("{}: {request}", summary.trim_end_matches(['.', ','])),
            None => request,
        }
    });
    let ids = operations.iter().map(|operation| &operation.id);
    let method_names = operations.iter().map(Operation::method_name);
    let methods = operations.iter().map(|operation| &operation.method);
    let paths = operations.iter().map(|operation| &operation.path);
    quote! {
        /// An operation of the contract.
        ///
        /// Match on it without a wildcard: then an operation that the contract gains is a compile error where a
        /// decision about it is due.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Operation {
            #(#[doc = #docs] #variants,)*
        }

        impl Operation {
            /// Every operation, in the contract's order.
            pub const ALL: [Self; #count] = [#(Self::#variants),*];

            /// The operation's `operationId`.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { #(Self::#variants => #ids,)* }
            }

            /// The HTTP method, in capitals.
            #[must_use]
            pub const fn method(self) -> &'static str {
                match self { #(Self::#variants => #methods,)* }
            }

            /// The template of the path, behind the base URL.
            #[must_use]
            pub const fn path(self) -> &'static str {
                match self { #(Self::#variants => #paths,)* }
            }

            /// The operation whose method on the client has this name.
            pub(crate) fn of_method(name: &str) -> Option<Self> {
                match name {
                    #(#method_names => Some(Self::#variants),)*
                    _ => None,
                }
            }
        }

        impl ::std::fmt::Display for Operation {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.id())
            }
        }
    }
}
