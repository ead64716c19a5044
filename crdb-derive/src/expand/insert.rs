//! The builder of an insert: a type parameter for each required column, so that a missing one does not compile.

use std::collections::HashSet;

use heck::ToUpperCamelCase;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::{allow, private};
use crate::model::{Column, Field, InsertAs, Table};
use crate::names;

/// `OrderInsert`.
pub(super) fn name(table: &Table) -> Ident {
    format_ident!("{}Insert", table.ident)
}

/// One type parameter for each required column, named after it.
fn parameters(table: &Table) -> Vec<Ident> {
    let mut taken = HashSet::new();
    let parameter = |(field, _): (&Field, &Column)| {
        // The underscore keeps it apart from the user's own types.
        let base = format!("{}_", names::plain(&field.ident).to_upper_camel_case());
        let base = if syn::parse_str::<Ident>(&base).is_ok() { base } else { "Column_".to_owned() };
        let mut name = base.clone();
        let mut number = 2;
        while !taken.insert(name.clone()) {
            name = format!("{base}{number}");
            number += 1;
        }
        Ident::new(&name, Span::call_site())
    };
    table.required().map(parameter).collect()
}

pub(super) fn angled(parameters: &[Ident]) -> TokenStream {
    if parameters.is_empty() { TokenStream::new() } else { quote!(<#(#parameters),*>) }
}

/// The builder itself, at the level of the user's struct, where rustdoc shows it.
pub(super) fn structure(table: &Table) -> TokenStream {
    let (p, allow) = (private(), allow());
    let (vis, name) = (&table.vis, name(table));
    let parameters = parameters(table);
    let generics = (!parameters.is_empty()).then(|| quote!(<#(#parameters = #p::Unset),*>));
    let required: Vec<String> = table.required().map(|(_, column)| format!("`{}`", column.name)).collect();
    let doc = format!(
        "An insert into `{}`, made by `{}::insert()`: one setter for each column, then what \
         [`InsertBuilder`](::crdb_orm::InsertBuilder) has, such as `one` and `exec`.\n\n{}",
        table.name,
        table.ident,
        if required.is_empty() {
            "Every column can be left out.".to_owned()
        } else {
            format!("Required columns: {}.", required.join(", "))
        }
    );
    let mut next = parameters.iter();
    let fields = table.writable().map(|(field, column)| {
        let (name, ty) = (&field.ident, &field.ty);
        if column.insert == InsertAs::Required {
            let parameter = next.next();
            quote!(#name: #parameter)
        } else {
            quote!(#name: ::core::option::Option<#ty>)
        }
    });
    quote! {
        #[doc = #doc]
        #[must_use = "an insert does nothing until one of its terminals is awaited"]
        #allow
        #vis struct #name #generics {
            #(#fields,)*
        }
    }
}

/// A builder to which nothing has been given.
pub(super) fn empty(table: &Table) -> TokenStream {
    let name = name(table);
    let fields = table.writable().map(|(field, column)| {
        let name = &field.ident;
        if column.insert == InsertAs::Required {
            quote!(#name: __crdb::Unset)
        } else {
            quote!(#name: ::core::option::Option::None)
        }
    });
    quote!(#name { #(#fields),* })
}

/// The module of the markers, after the table, unless a field's type uses the name.
fn markers(table: &Table) -> Ident {
    let used = |name: &str| table.fields.iter().any(|field| mentions(field.ty.to_token_stream(), name));
    names::module(&table.name, Span::call_site())
        .filter(|module| !used(&module.to_string()) && module != "__crdb")
        .unwrap_or_else(|| format_ident!("columns_of_{}", names::snake(&table.ident)))
}

/// That a required column has been given: a trait of its own, so that the compiler can say which one was not. The path of a
/// marker would be all that it could say of a generic one, and that of a table of another crate is long.
fn marker(table: &Ident, field: &Field, column: &Column) -> TokenStream {
    let (name, private) = (&field.ident, super::private());
    let sql = in_message(&column.name);
    let message = format!("`{table}::insert()` needs column `{sql}`");
    let label = format!("`{sql}` has not been given");
    quote! {
        #[diagnostic::on_unimplemented(
            message = #message,
            label = #label,
            note = "call the column's setter first; a column may be left out when it is an `Option` or has `#[crdb(default = ...)]`",
            note = "a key that the database makes is a `Uuid`, or an `i64` with `#[crdb(primary_key, default = unordered_unique_rowid())]`",
        )]
        pub trait #name<V>: #private::Has<V> {}
    }
}

/// The path of a marker, where the compiler points at the field.
pub(super) fn given(module: &Ident, field: &Field) -> TokenStream {
    let at = |name: &Ident| {
        let mut name = name.clone();
        name.set_span(field.ty.span());
        name
    };
    let (module, marker) = (at(module), at(&field.ident));
    quote_spanned!(field.ty.span()=> #module::#marker)
}

/// A name as it stands in a message of the compiler's, which is a format.
pub(super) fn in_message(name: &str) -> String {
    name.replace('{', "{{").replace('}', "}}")
}

fn mentions(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}

/// The markers, the setters and the terminals. It stands where `__crdb` is the library's private module.
pub(super) fn implementation(table: &Table) -> TokenStream {
    let (ident, name, module) = (&table.ident, name(table), markers(table));
    let parameters = parameters(table);
    let generics = angled(&parameters);
    let required: Vec<_> = table.required().collect();
    let markers = required.iter().map(|(field, column)| marker(ident, field, column));
    let set = required.iter().map(|(field, _)| {
        let marker = &field.ident;
        quote! {
            #[diagnostic::do_not_recommend]
            impl<V> #module::#marker<V> for __crdb::Set<V> {}
        }
    });
    let bounds = |()| {
        let bounds = parameters.iter().zip(&required).map(|(parameter, (field, _))| {
            let (marker, ty) = (given(&module, field), &field.ty);
            quote_spanned!(ty.span()=> #parameter: #marker<#ty>)
        });
        let bounds = bounds.collect::<Vec<_>>();
        (!bounds.is_empty()).then(|| quote!(where #(#bounds),*))
    };
    let (build_bounds, row_bounds) = (bounds(()), bounds(()));
    let setters = setters(table, &parameters);
    let pushes = table.writable().map(|(field, column)| push(field, column));
    let keyed = keyed(table);
    let fields = table.writable().map(|(field, column)| append(field, column));
    let whole_rows = whole_rows(table);
    let children = super::child::implementations(table, &module, &parameters);
    let above = super::child::markers(table);
    let clone = clone(table, &parameters);
    quote! {
        mod #module {
            #(#markers)*
            #above
        }

        #(#set)*

        impl #generics #name #generics {
            #(#setters)*
        }

        impl #generics __crdb::InsertBuilder for #name #generics {
            type Table = #ident;
        }

        impl #generics __crdb::Complete<#ident> for #name #generics
        #build_bounds
        {
            fn __build(self) -> __crdb::Insert<#ident> {
                let keyed: bool = #keyed;
                let mut insert = __crdb::Insert::new();
                #(#pushes)*
                if keyed { insert.keyed() } else { insert }
            }
        }

        #clone

        impl #generics __crdb::NewRow<#ident> for #name #generics
        #row_bounds
        {
            fn __write(self, row: &mut __crdb::RowWriter<'_>) {
                let keyed: bool = #keyed;
                if keyed {
                    row.keyed();
                }
                #(#fields)*
            }
        }

        #whole_rows
        #children

        impl #generics ::core::fmt::Debug for #name #generics {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(::core::stringify!(#name)).finish_non_exhaustive()
            }
        }
    }
}

/// A clone, where the types of all columns have one: a bound on a type of the user's that does not hold would be an error,
/// were it not said for every lifetime.
fn clone(table: &Table, parameters: &[Ident]) -> TokenStream {
    let (name, generics) = (name(table), angled(parameters));
    let mut seen = HashSet::new();
    let optional = table.writable().filter(|(_, column)| column.insert != InsertAs::Required);
    let types =
        optional.map(|(field, _)| &field.ty).filter(|ty| seen.insert(ty.to_token_stream().to_string()));
    let types: Vec<_> = types.collect();
    let fields = table.writable().map(|(field, _)| {
        let name = &field.ident;
        quote!(#name: __crdb::CloneFor::clone_for(&self.#name))
    });
    quote! {
        impl #generics ::core::clone::Clone for #name #generics
        where
            #(for<'__a> ::core::option::Option<#types>: __crdb::CloneFor<'__a>,)*
            #(#parameters: ::core::clone::Clone),*
        {
            fn clone(&self) -> Self {
                #name { #(#fields),* }
            }
        }
    }
}

fn setters(table: &Table, parameters: &[Ident]) -> Vec<TokenStream> {
    let builder = name(table);
    let generics = angled(parameters);
    let mut position = 0;
    let setter = |(field, column): (&Field, &Column)| {
        let (vis, name, ty, sql) = (&field.vis, &field.ident, &field.ty, &column.name);
        let left_out = match column.insert {
            InsertAs::ClientKey => " Left out, the client makes a random UUID.",
            InsertAs::Optional if column.tenant.is_some() => {
                " Left out, it is the tenant of the handle; given, it can be no other."
            }
            InsertAs::Optional if column.default.is_some() => " Left out, it has its default.",
            InsertAs::Optional => " Left out, it is NULL.",
            _ => "",
        };
        let doc = format!("Sets column `{sql}`.{left_out}");
        if column.insert != InsertAs::Required {
            return quote_spanned! {ty.span()=>
                #[doc = #doc]
                #vis fn #name(mut self, value: impl __crdb::IntoField<#ty>) -> #builder #generics {
                    self.#name = ::core::option::Option::Some(value.into_field());
                    self
                }
            };
        }
        let mut given: Vec<TokenStream> = parameters.iter().map(ToTokens::to_token_stream).collect();
        given[position] = quote!(__crdb::Set<#ty>);
        position += 1;
        let fields = table.writable().map(|(other, _)| {
            let other = &other.ident;
            if other == name {
                quote!(#other: __crdb::Set(value.into_field()))
            } else {
                quote!(#other: self.#other)
            }
        });
        quote_spanned! {ty.span()=>
            #[doc = #doc]
            #vis fn #name(self, value: impl __crdb::IntoField<#ty>) -> #builder<#(#given),*> {
                #builder { #(#fields),* }
            }
        }
    };
    table.writable().map(setter).collect()
}

/// A value of a column, which its table refuses where it has more digits than the column keeps.
pub(super) fn value(field: &Field, column: &Column, given: &TokenStream) -> TokenStream {
    let (ty, sql) = (&field.ty, &column.name);
    let scale = column.scale().map(|scale| quote_spanned!(ty.span()=> .in_scale(#sql, #scale)));
    quote_spanned!(ty.span()=> <#ty as __crdb::Field>::to_value(#given)#scale)
}

/// The same of the value that was given to a row of many.
pub(super) fn in_scale(field: &Field, column: &Column) -> Option<TokenStream> {
    let (sql, scale) = (&column.name, column.scale()?);
    Some(quote_spanned!(field.ty.span()=> row.in_scale(#sql, #scale);))
}

fn push(field: &Field, column: &Column) -> TokenStream {
    let (name, ty, sql) = (&field.ident, &field.ty, &column.name);
    match column.insert {
        InsertAs::Required => {
            let given = quote_spanned!(ty.span()=> &__crdb::Has::<#ty>::take(self.#name));
            let value = value(field, column, &given);
            quote_spanned!(ty.span()=> insert.push(#sql, #value);)
        }
        InsertAs::ClientKey => quote_spanned! {ty.span()=>
            insert.push(#sql, <#ty as __crdb::Field>::to_value(&self.#name.unwrap_or_else(__crdb::new_key)));
        },
        InsertAs::Optional | InsertAs::Computed => {
            let value = value(field, column, &quote_spanned!(ty.span()=> &value));
            quote_spanned! {ty.span()=>
                if let ::core::option::Option::Some(value) = self.#name {
                    insert.push(#sql, #value);
                }
            }
        }
    }
}

/// The same among many rows.
pub(super) fn append(field: &Field, column: &Column) -> TokenStream {
    let (name, ty, sql) = (&field.ident, &field.ty, &column.name);
    let in_scale = in_scale(field, column);
    match column.insert {
        InsertAs::Required => quote_spanned! {ty.span()=>
            <#ty as __crdb::Field>::__give(&__crdb::Has::<#ty>::take(self.#name), row, #sql);
            #in_scale
        },
        InsertAs::ClientKey => quote_spanned! {ty.span()=>
            <#ty as __crdb::Field>::__give(&self.#name.unwrap_or_else(__crdb::new_key), row, #sql);
        },
        InsertAs::Optional | InsertAs::Computed => quote_spanned! {ty.span()=>
            if let ::core::option::Option::Some(value) = self.#name {
                <#ty as __crdb::Field>::__give(&value, row, #sql);
                #in_scale
            }
        },
    }
}

/// A row, and a reference to one, among many.
fn whole_rows(table: &Table) -> TokenStream {
    let ident = &table.ident;
    let fields = table.writable().map(|(field, column)| {
        let (name, ty, sql) = (&field.ident, &field.ty, &column.name);
        let in_scale = in_scale(field, column);
        quote_spanned!(ty.span()=> <#ty as __crdb::Field>::__give(&self.#name, row, #sql); #in_scale)
    });
    quote! {
        impl __crdb::NewRow<#ident> for &#ident {
            fn __write(self, row: &mut __crdb::RowWriter<'_>) {
                #(#fields)*
            }
        }

        impl __crdb::NewRow<#ident> for #ident {
            fn __write(self, row: &mut __crdb::RowWriter<'_>) {
                __crdb::NewRow::__write(&self, row);
            }
        }
    }
}

/// Whether a random part of the key is made here, and the rest given: then nobody else can have inserted the row, and it
/// can be looked for after a lost answer.
fn keyed(table: &Table) -> TokenStream {
    let key = || table.columns().filter(|(_, column)| column.in_key);
    let made = key().filter(|(_, column)| column.insert == InsertAs::ClientKey).map(|(field, _)| {
        let name = &field.ident;
        quote!(self.#name.is_none())
    });
    let given = key().filter_map(|(field, column)| {
        let name = &field.ident;
        match column.insert {
            InsertAs::Required | InsertAs::ClientKey => None,
            // The handle gives it.
            InsertAs::Optional if column.tenant.is_some() => None,
            InsertAs::Optional => Some(quote!(self.#name.is_some())),
            InsertAs::Computed => Some(quote!(false)),
        }
    });
    quote!((false #(|| #made)*) #(&& #given)*)
}
