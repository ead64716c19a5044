//! What is still written when a struct is wrong, so that its uses elsewhere do not add errors of their own.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Ident, Type, parse_quote};

use crate::expand;
use crate::model::{InsertAs, Table};
use crate::parse::{PatchAst, without_sql_type};

/// The table as far as it is known: of two columns with one name only the first, and without what the compiler would
/// refuse once more.
pub(crate) fn table(mut table: Table) -> TokenStream {
    let mut constants = HashSet::new();
    // Of a number without an SQL type the constant is still there, as that of the number to use instead.
    let mut numbers = Vec::new();
    for field in &mut table.fields {
        let Some(column) = &mut field.column else { continue };
        let name = column.constant.to_string();
        let is_new = constants.insert(name);
        let number = without_sql_type(&field.ty).is_some();
        if is_new && number {
            let (vis, constant, name) = (&field.vis, &column.constant, &column.name);
            let p = expand::private();
            numbers.push(quote!(#vis const #constant: #p::Column<Self, i64> = #p::Column::of(#name);));
        }
        let keep = is_new && !number && !matches!(field.ty, Type::Tuple(_) | Type::Reference(_));
        let setter =
            ["one", "exec", "build", "once", "rerun_if_unknown"].contains(&field.ident.to_string().as_str());
        if setter && column.insert == InsertAs::Required {
            column.insert = InsertAs::Computed;
        }
        if !keep || setter {
            field.column = None;
        } else {
            column.default = None;
            column.on_update = None;
            column.identity = None;
            column.collation = None;
            column.references = None;
        }
    }
    let kept = |position: usize| table.fields.get(position).is_some_and(|field| field.column.is_some());
    table.key.parts.retain(|part| part.field.is_some_and(kept));
    table.key.parts.truncate(6);
    let ident = &table.ident;
    let numbers = (!numbers.is_empty())
        .then(|| quote!(#[automatically_derived] #[allow(dead_code)] impl #ident { #(#numbers)* }));
    let table = expand::table(&table, false);
    quote!(#numbers #table)
}

/// A table of which nothing is known but its name.
pub(crate) fn unknown_table(input: &DeriveInput) -> TokenStream {
    if !input.generics.params.is_empty() {
        return TokenStream::new();
    }
    let ident = &input.ident;
    let p = expand::private();
    let from_row = unknown_row(ident);
    quote! {
        #from_row
        #[automatically_derived]
        impl #p::Table for #ident {
            const NAME: #p::TypeName = #p::TypeName::new("");
            const KEY_COLUMNS: &'static [&'static str] = &[];
            const KEY_TYPES: &'static [#p::ColumnType] = &[];
            const TABLE: &'static #p::TableDef =
                &#p::TableDef::new(#p::TypeName::new(""), &[], #p::PrimaryKeyDef::new(&[])).__incomplete();
            type Key = #p::Uuid;
            type Insert = ();
            type Scope = ();

            fn insert() {}

            fn __texts() -> &'static #p::Texts {
                ::core::unreachable!()
            }

            fn __values(&self) -> ::std::vec::Vec<#p::Value> {
                ::std::vec::Vec::new()
            }
        }
    }
}

/// A row of which nothing is known but its name.
pub(crate) fn unknown_row(ident: &Ident) -> TokenStream {
    let p = expand::private();
    quote! {
        #[automatically_derived]
        impl<O> #p::ReadsFrom<O> for #ident {}

        #[automatically_derived]
        impl #p::FromRow for #ident {
            const NAMES: &'static [&'static str] = &[];

            fn from_row(_: &#p::RowReader<'_>) -> #p::Result<Self> {
                ::core::unreachable!()
            }
        }
    }
}

/// A patch of which nothing is known but its table.
pub(crate) fn patch(ast: &PatchAst) -> TokenStream {
    let p = expand::private();
    let (ident, table) = (&ast.ident, &ast.table);
    quote! {
        #[automatically_derived]
        impl #p::Patch<#table> for #ident {
            fn __write(&self, _: &mut #p::PatchWriter<'_, #table>) {}
        }
    }
}

/// An enum or newtype of which nothing is known but its name.
pub(crate) fn unknown_type(input: &DeriveInput) -> TokenStream {
    if !input.generics.params.is_empty() {
        return TokenStream::new();
    }
    let ident = &input.ident;
    let p = expand::private();
    let error: Type = parse_quote!(#p::BoxError);
    quote! {
        #[automatically_derived]
        impl #p::SqlType for #ident {
            const TYPE: #p::ColumnType = #p::ColumnType::String;

            fn encode(&self, _: &mut #p::BytesMut) -> ::core::result::Result<(), #error> {
                ::core::unreachable!()
            }

            fn decode(_: &[u8]) -> ::core::result::Result<Self, #error> {
                ::core::unreachable!()
            }
        }
    }
}
