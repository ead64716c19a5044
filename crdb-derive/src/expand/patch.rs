//! A struct that changes some columns of a row.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned as _;

use super::columns::evaluate;
use super::{allow, private};
use crate::names;
use crate::parse::{PatchAst, inside_option};

/// Everything that `#[derive(CrdbPatch)]` adds.
pub(crate) fn expand(ast: &PatchAst) -> TokenStream {
    let (private, allow) = (private(), allow());
    let (ident, table) = (&ast.ident, &ast.table);
    let writes = ast.fields.iter().map(|field| {
        let (name, ty) = (&field.ident, &field.ty);
        let constant = names::constant(name);
        let of = quote_spanned!(name.span()=> <#table as ::crdb_orm::__private::Table>);
        let arguments = quote_spanned!(name.span()=>
            #table::#constant.name(), #of::KEY_COLUMNS, #of::__VERSION, #of::__UPDATED_AT
        );
        let check = evaluate(name.span(), "patched_column", &arguments);
        // What is not there is reported at the field, and a value of another type at its type.
        let column = quote_spanned!(name.span()=> #table::#constant);
        let (method, given) = if inside_option(ty).is_some() {
            ("maybe", quote_spanned!(ty.span()=> self.#name.as_ref()))
        } else {
            ("always", quote_spanned!(ty.span()=> ::core::option::Option::Some(&self.#name)))
        };
        let method = Ident::new(method, ty.span());
        (check, quote_spanned!(ty.span()=> out.#method(#column, #given);))
    });
    let (checks, writes): (Vec<_>, Vec<_>) = writes.unzip();
    quote! {
        #(#checks)*
        #allow
        const _: () = {
            use #private as __crdb;

            impl __crdb::Patch<#table> for #ident {
                fn __write(&self, out: &mut __crdb::PatchWriter<'_, #table>) {
                    #(#writes)*
                }
            }
        };
    }
}
