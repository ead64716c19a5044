//! Step three: from the model to Rust.

mod child;
mod columns;
mod composite;
mod definition;
mod enums;
mod feed;
mod insert;
mod newtype;
mod patch;
mod place;
mod red_lines;
mod relation;
mod row;
mod table;
mod unique;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

pub(crate) use self::composite::expand as composite;
pub(crate) use self::enums::expand as enumeration;
pub(crate) use self::newtype::expand as newtype;
pub(crate) use self::patch::expand as patch;
pub(crate) use self::row::expand as row;
pub(crate) use self::table::expand as table;
pub(crate) use self::unique::TAKEN;

/// Where the library keeps what an expansion names.
pub(crate) fn private() -> TokenStream {
    quote!(::crdb_orm::__private)
}

/// An expression of `Option<&str>` or of anything else that `quote` knows.
fn option(value: Option<TokenStream>) -> TokenStream {
    value.map_or_else(
        || quote!(::core::option::Option::None),
        |value| quote!(::core::option::Option::Some(#value)),
    )
}

fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// What generated items are allowed to do in crates with strict lints.
fn allow() -> TokenStream {
    quote! {
        #[automatically_derived]
        #[allow(
            dead_code,
            unreachable_pub,
            unused_qualifications,
            non_camel_case_types,
            non_upper_case_globals,
            clippy::all,
            clippy::pedantic,
            clippy::nursery
        )]
    }
}
