//! A row into a struct, by column index.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned as _;

use super::{allow, private};
use crate::model::Field;

/// Everything that `#[derive(CrdbRow)]` adds.
pub(crate) fn expand(ident: &Ident, fields: &[Field]) -> TokenStream {
    let (private, allow) = (private(), allow());
    let types = fields.iter().filter(|field| field.column.is_some()).map(|field| {
        let ty = &field.ty;
        quote_spanned!(ty.span()=> <#ty as __crdb::Field>::TYPE)
    });
    let types = quote!(const __TYPES: &'static [__crdb::ColumnType] = &[#(#types),*];);
    let from_row = from_row(ident, fields, &types);
    quote! {
        #allow
        const _: () = {
            use #private as __crdb;

            #from_row
        };
    }
}

/// It stands where `__crdb` is the library's private module. What the columns are read as is said by who calls it: a table
/// has that already.
pub(super) fn from_row(ident: &Ident, fields: &[Field], read_as: &TokenStream) -> TokenStream {
    let names = fields.iter().filter_map(|field| Some(&field.column.as_ref()?.name));
    let mut index = 0_usize;
    let values = fields.iter().map(|field| {
        let (name, ty) = (&field.ident, &field.ty);
        if field.column.is_none() {
            return quote_spanned!(ty.span()=> #name: ::core::default::Default::default());
        }
        let position = index;
        index += 1;
        quote_spanned! {ty.span()=>
            #name: row.read(#position, <#ty as __crdb::Field>::TYPE, <#ty as __crdb::Field>::from_raw)?
        }
    });
    let types = fields.iter().filter(|field| field.column.is_some()).map(|field| &field.ty);
    quote! {
        impl __crdb::ReadsFrom<(#(#types,)*)> for #ident {}

        impl __crdb::FromRow for #ident {
            const NAMES: &'static [&'static str] = &[#(#names),*];
            #read_as

            fn from_row(row: &__crdb::RowReader<'_>) -> __crdb::Result<Self> {
                ::core::result::Result::Ok(Self { #(#values),* })
            }
        }
    }
}
