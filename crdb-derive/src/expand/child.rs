//! The builder of an insert as a row below another, whose key is filled in by a relation.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::Path;
use syn::spanned::Spanned as _;

use super::insert;
use crate::model::{Column, Field, InsertAs, Table};

/// A table that this one refers to.
struct Parent<'t> {
    path: &'t Path,
    /// The positions of the fields of all foreign keys to it.
    fields: Vec<usize>,
    /// How many foreign keys there are.
    keys: usize,
}

/// The tables that this one refers to, told apart by their last names: two paths may name one.
fn parents(table: &Table) -> Vec<Parent<'_>> {
    let single = table
        .fields
        .iter()
        .enumerate()
        .filter_map(|(at, field)| Some((&field.column.as_ref()?.references.as_ref()?.table, vec![at])));
    let several = table
        .foreign_keys
        .iter()
        .map(|key| (&key.key.table, key.columns.iter().map(|(at, _)| *at).collect::<Vec<_>>()));
    let mut parents: Vec<Parent<'_>> = Vec::new();
    for (path, fields) in single.chain(several) {
        let last = |path: &Path| path.segments.last().map(|segment| segment.ident.clone());
        match parents.iter_mut().find(|parent| last(parent.path) == last(path)) {
            Some(parent) => {
                parent.keys += 1;
                parent.fields.extend(fields);
            }
            None => parents.push(Parent { path, fields, keys: 1 }),
        }
    }
    parents
}

/// An impl for each table that this one refers to. It stands where `__crdb` is the library's private module.
pub(super) fn implementations(table: &Table, module: &Ident, parameters: &[Ident]) -> TokenStream {
    parents(table).iter().map(|parent| implementation(table, module, parameters, parent)).collect()
}

fn implementation(table: &Table, module: &Ident, parameters: &[Ident], parent: &Parent<'_>) -> TokenStream {
    let (ident, name, path) = (&table.ident, insert::name(table), parent.path);
    let above = |field: &Field| {
        parent.fields.iter().any(|at| table.fields.get(*at).is_some_and(|other| other.ident == field.ident))
    };
    let generics = insert::angled(parameters);
    let bounds = parameters.iter().zip(table.required()).map(|(parameter, (field, _))| {
        let (marker, ty) = (&field.ident, &field.ty);
        match (above(field), parent.keys) {
            (false, _) => quote_spanned!(ty.span()=> #parameter: __crdb::Has<#ident, #module::#marker, #ty> + ::core::marker::Send + 'static),
            // With one foreign key it is known which columns are filled in.
            (true, 1) => quote!(#parameter: __crdb::FromParent<#ident, #module::#marker> + ::core::marker::Send + 'static),
            (true, _) => quote!(#parameter: __crdb::MayBeGiven<#ty> + ::core::marker::Send + 'static),
        }
    });
    let fields = table.writable().map(|(field, column)| {
        if above(field) {
            key(field, column, parent.keys)
        } else {
            insert::append(table, module, field, column)
        }
    });
    quote! {
        impl #generics __crdb::ChildOf<#path, #ident> for #name #generics
        where #(#bounds),*
        {
            type Below = ();

            fn __child(self, parent: &__crdb::ParentKey<'_>, row: &mut __crdb::RowWriter<'_>) {
                #(#fields)*
            }
        }
    }
}

/// A column of a foreign key to the row above.
fn key(field: &Field, column: &Column, keys: usize) -> TokenStream {
    let (name, ty, sql) = (&field.ident, &field.ty, &column.name);
    let given = match column.insert {
        InsertAs::Required if keys == 1 => quote!(::core::option::Option::None),
        InsertAs::Required => quote!(__crdb::MayBeGiven::<#ty>::given(self.#name)),
        InsertAs::ClientKey => quote! {
            self.#name.or_else(|| parent.value(#sql).is_none().then(__crdb::new_key))
        },
        InsertAs::Optional | InsertAs::Computed => quote!(self.#name),
    };
    let in_scale = insert::in_scale(field, column);
    let may_be_left_out = matches!(column.insert, InsertAs::Optional | InsertAs::Computed);
    quote_spanned! {ty.span()=>
        row.from_parent(
            parent,
            #sql,
            #given,
            <#ty as __crdb::Field>::NULLABLE || #may_be_left_out,
            (<#ty as __crdb::Field>::from_raw, <#ty as __crdb::Field>::__give),
        );
        #in_scale
    }
}
