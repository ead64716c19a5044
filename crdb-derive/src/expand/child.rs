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

/// The required columns that are those of the only foreign key to a table: they are filled in.
fn filled_in(table: &Table) -> impl Iterator<Item = (&Field, &Column)> {
    let parents = parents(table);
    let only: Vec<_> =
        parents.into_iter().filter(|parent| parent.keys == 1).flat_map(|parent| parent.fields).collect();
    let is_one = move |field: &Field| {
        only.iter().any(|at| table.fields.get(*at).is_some_and(|other| other.ident == field.ident))
    };
    table.required().filter(move |(field, _)| is_one(field))
}

/// That a column has not been given: a trait for each, so that the compiler can say which one was.
pub(super) fn markers(table: &Table) -> TokenStream {
    let (ident, private) = (&table.ident, super::private());
    let traits = filled_in(table).map(|(field, column)| {
        let (name, sql) = (&field.ident, insert::in_message(&column.name));
        let message =
            format!("`{ident}::insert()` gives column `{sql}`, which is filled in from the row above");
        let label = format!("`{sql}` has been given");
        let note = format!("leave `{sql}` out: it is the key of the row to which this one belongs");
        quote! {
            #[diagnostic::on_unimplemented(message = #message, label = #label, note = #note)]
            pub trait #name {}
            impl #name for #private::Unset {}
        }
    });
    let traits: Vec<_> = traits.collect();
    if traits.is_empty() {
        return TokenStream::new();
    }
    quote!(pub mod __above { #(#traits)* })
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
            (false, _) => {
                let given = insert::given(module, field);
                quote_spanned!(ty.span()=> #parameter: #given<#ty> + ::core::marker::Send + 'static)
            }
            // With one foreign key it is known which columns are filled in.
            (true, 1) => quote!(#parameter: #module::__above::#marker + ::core::marker::Send + 'static),
            (true, _) => quote!(#parameter: __crdb::MayBeGiven<#ty> + ::core::marker::Send + 'static),
        }
    });
    let fields = table.writable().map(|(field, column)| {
        if above(field) { key(field, column, parent.keys) } else { insert::append(field, column) }
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
