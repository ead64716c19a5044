//! A constant for each column, and the checks that only the compiler can make.
//!
//! A check is written with the span of the field's type, the path of its function included: that is where the compiler
//! shows its message.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::private;
use crate::model::{Column, Field, ForeignKey, Locality, Size, Table};
use crate::names;
use crate::parse::DefaultKind;

/// `impl Order { pub const ID: Column<Self, Uuid> = ..; }`.
pub(super) fn constants(table: &Table) -> TokenStream {
    let p = private();
    let ident = &table.ident;
    let allow = super::allow();
    let constants = table.columns().map(|(field, column)| {
        let Column { name, constant, comment, .. } = column;
        let (vis, ty) = (&field.vis, &field.ty);
        let doc = format!("Column `{name}`.");
        let comment = comment.as_ref().map(|comment| {
            let text = format!("\n\n{comment}");
            quote!(#[doc = #text])
        });
        quote_spanned! {ty.span()=>
            #[doc = #doc]
            #comment
            #vis const #constant: #p::Column<Self, #ty> = #p::Column::new(#name);
        }
    });
    quote! {
        #allow
        impl #ident {
            #(#constants)*
        }
    }
}

/// Free const items, which `cargo check` and editors evaluate.
pub(super) fn checks(table: &Table) -> TokenStream {
    let checks = table.columns().map(|(field, column)| check(field, column));
    let locality = match &table.locality {
        Some(Locality::Row(Some((position, _)))) => table.fields.get(*position).map(region),
        _ => None,
    };
    quote! { #(#checks)* #locality }
}

fn region(field: &Field) -> TokenStream {
    let (ty, name) = (&field.ty, names::plain(&field.ident));
    quote_spanned! {ty.span()=>
        const _: () = ::crdb_orm::__private::const_check::region_column(#name, <#ty as ::crdb_orm::__private::Field>::TYPE, <#ty as ::crdb_orm::__private::Field>::NULLABLE);
    }
}

fn check(field: &Field, column: &Column) -> TokenStream {
    let ty = &field.ty;
    let name = names::plain(&field.ident);
    let span = ty.span();
    let key = column.in_key.then(|| {
        quote_spanned! {span=> const _: () = ::crdb_orm::__private::const_check::key_column(#name, <#ty as ::crdb_orm::__private::Field>::NULLABLE); }
    });
    let size = match column.size {
        Size::Unlimited => None,
        Size::Decimal(..) => Some(quote_spanned! {span=>
            const _: () = ::crdb_orm::__private::const_check::decimal_column(#name, <#ty as ::crdb_orm::__private::Field>::TYPE);
        }),
        Size::Length(_) => Some(quote_spanned! {span=>
            const _: () = ::crdb_orm::__private::const_check::string_column(#name, <#ty as ::crdb_orm::__private::Field>::TYPE);
        }),
    };
    let default = column.default.as_ref().and_then(|(kind, span)| {
        let check = match kind {
            DefaultKind::Text(text) => {
                quote_spanned!(*span=> text_default(#name, <#ty as ::crdb_orm::__private::Field>::TYPE, #text))
            }
            DefaultKind::Integer(number) => {
                quote_spanned!(*span=> integer_default(#name, <#ty as ::crdb_orm::__private::Field>::TYPE, #number))
            }
            DefaultKind::Float(_) => {
                quote_spanned!(*span=> number_default(#name, <#ty as ::crdb_orm::__private::Field>::TYPE))
            }
            DefaultKind::Bool(_) => quote_spanned!(*span=> bool_default(#name, <#ty as ::crdb_orm::__private::Field>::TYPE)),
            DefaultKind::Label(_) => {
                quote_spanned!(*span=> label_default(#name, <#ty as ::crdb_orm::__private::Field>::TYPE))
            }
            DefaultKind::Sql(_) => return None,
        };
        Some(quote_spanned! {*span=> const _: () = ::crdb_orm::__private::const_check::#check; })
    });
    let reference = column.references.as_ref().map(|reference| foreign_key(field, column, reference));
    quote! { #key #size #default #reference }
}

fn foreign_key(field: &Field, column: &Column, reference: &ForeignKey) -> TokenStream {
    let (ty, name, other) = (&field.ty, &column.name, &reference.table);
    let field = names::plain(&field.ident);
    let set_null = [reference.on_delete, reference.on_update].contains(&Some("SetNull")).then(|| {
        quote_spanned! {ty.span()=> const _: () = ::crdb_orm::__private::const_check::set_null(#field, <#ty as ::crdb_orm::__private::Field>::NULLABLE); }
    });
    quote_spanned! {ty.span()=>
        const _: () = ::crdb_orm::__private::const_check::foreign_key(
            &[#name],
            &[<#ty as ::crdb_orm::__private::Field>::TYPE],
            &<#other as ::crdb_orm::__private::Table>::NAME,
            <#other as ::crdb_orm::__private::Table>::KEY_COLUMNS,
            <#other as ::crdb_orm::__private::Table>::KEY_TYPES,
        );
        #set_null
    }
}
