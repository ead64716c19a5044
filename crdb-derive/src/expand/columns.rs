//! A constant for each column, and the checks that only the compiler can make.

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
    let checks = table.columns().map(|(field, column)| check(table, field, column));
    let locality = match &table.locality {
        Some(Locality::Row(Some((position, _)))) => table.fields.get(*position).map(region),
        _ => None,
    };
    quote! { #(#checks)* #locality }
}

fn region(field: &Field) -> TokenStream {
    let p = private();
    let (ty, name) = (&field.ty, names::plain(&field.ident));
    quote_spanned! {ty.span()=>
        const _: () = #p::const_check::region_column(#name, <#ty as #p::Field>::TYPE, <#ty as #p::Field>::NULLABLE);
    }
}

fn check(table: &Table, field: &Field, column: &Column) -> TokenStream {
    let p = private();
    let ty = &field.ty;
    let name = names::plain(&field.ident);
    let span = ty.span();
    let key = column.in_key.then(|| {
        quote_spanned! {span=> const _: () = #p::const_check::key_column(#name, <#ty as #p::Field>::NULLABLE); }
    });
    let size = match column.size {
        Size::Unlimited => None,
        Size::Decimal(..) => Some(quote_spanned! {span=>
            const _: () = #p::const_check::decimal_column(#name, <#ty as #p::Field>::TYPE);
        }),
        Size::Length(_) => Some(quote_spanned! {span=>
            const _: () = #p::const_check::string_column(#name, <#ty as #p::Field>::TYPE);
        }),
    };
    let default = column.default.as_ref().and_then(|(kind, span)| {
        let check = match kind {
            DefaultKind::Text(text) => quote!(text_default(#name, <#ty as #p::Field>::TYPE, #text)),
            DefaultKind::Integer(number) => quote!(integer_default(#name, <#ty as #p::Field>::TYPE, #number)),
            DefaultKind::Float(_) => quote!(number_default(#name, <#ty as #p::Field>::TYPE)),
            DefaultKind::Bool(_) => quote!(bool_default(#name, <#ty as #p::Field>::TYPE)),
            DefaultKind::Label(_) => quote!(label_default(#name, <#ty as #p::Field>::TYPE)),
            DefaultKind::Sql(_) => return None,
        };
        Some(quote_spanned! {*span=> const _: () = #p::const_check::#check; })
    });
    let reference = column.references.as_ref().map(|reference| foreign_key(table, field, column, reference));
    quote! { #key #size #default #reference }
}

fn foreign_key(_: &Table, field: &Field, column: &Column, reference: &ForeignKey) -> TokenStream {
    let p = private();
    let (ty, name, other) = (&field.ty, &column.name, &reference.table);
    let field = names::plain(&field.ident);
    let set_null = [reference.on_delete, reference.on_update].contains(&Some("SetNull")).then(|| {
        quote_spanned! {ty.span()=> const _: () = #p::const_check::set_null(#field, <#ty as #p::Field>::NULLABLE); }
    });
    quote_spanned! {ty.span()=>
        const _: () = #p::const_check::foreign_key(
            &[#name],
            &[<#ty as #p::Field>::TYPE],
            &<#other as #p::Table>::NAME,
            <#other as #p::Table>::KEY_COLUMNS,
            <#other as #p::Table>::KEY_TYPES,
        );
        #set_null
    }
}
