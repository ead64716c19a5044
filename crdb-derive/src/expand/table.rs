//! The impls of a table.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::{allow, columns, definition, insert, private, relation, unique};
use crate::model::{InsertAs, Table};

/// Everything that `#[derive(CrdbTable)]` adds. `whole` is false when mistakes have been found: the checks that the
/// compiler would make are then left out, since they would only repeat them.
pub(crate) fn expand(table: &Table, whole: bool) -> TokenStream {
    let constants = columns::constants(table);
    let unique = unique::constants(table);
    let relations = relation::constants(table);
    let checks = whole.then(|| columns::checks(table));
    let builder = insert::structure(table);
    let (private, allow) = (private(), allow());
    let read_as = quote! {
        const __COLUMNS: &'static [__crdb::ColumnDef] = <Self as __crdb::Table>::TABLE.columns;
    };
    let from_row = super::row::from_row(&table.ident, &table.fields, &read_as);
    let implementation = implementation(table, whole);
    let setters = insert::implementation(table);
    quote! {
        #constants
        #unique
        #relations
        #checks
        #builder
        #allow
        const _: () = {
            use #private as __crdb;

            #from_row
            #implementation
            #setters
        };
    }
}

fn implementation(table: &Table, whole: bool) -> TokenStream {
    let (ident, name) = (&table.ident, &table.name);
    let schema = table.schema.as_ref().map(|schema| quote!(.in_schema(#schema)));
    let key_columns = table.key.parts.iter().map(|part| &part.column);
    let key_fields = || table.key.parts.iter().filter_map(|part| table.fields.get(part.field?));
    let key_types = key_fields().map(|field| {
        let ty = &field.ty;
        quote_spanned!(ty.span()=> <#ty as __crdb::Field>::TYPE)
    });
    let types: Vec<_> = key_fields().map(|field| &field.ty).collect();
    let key = match types.as_slice() {
        [] => quote!(__crdb::Uuid),
        [one] => quote!(#one),
        several => quote!((#(#several),*)),
    };
    let mut definition = definition::table(table);
    definition.extend(if whole { quote!(.__derived()) } else { quote!(.__incomplete()) });
    let builder = insert::name(table);
    let empty = insert::empty(table);
    let values =
        table.columns().filter(|(_, column)| column.insert != InsertAs::Computed).map(|(field, column)| {
            let name = &field.ident;
            insert::value(field, column, &quote_spanned!(field.ty.span()=> &self.#name))
        });
    let version = table.columns().find(|(_, column)| column.version.is_some());
    let counts = version.map(|(_, column)| {
        let name = &column.name;
        quote!(const __VERSION: ::core::option::Option<&'static str> = ::core::option::Option::Some(#name);)
    });
    let updated_at = table.columns().find(|(_, column)| column.updated_at.is_some()).map(|(_, column)| {
        let name = &column.name;
        quote! {
            const __UPDATED_AT: ::core::option::Option<&'static str> = ::core::option::Option::Some(#name);
        }
    });
    let versioned = version.map(|(field, _)| {
        let ty = &field.ty;
        quote_spanned! {ty.span()=>
            impl __crdb::Versioned for #ident {
                type Version = #ty;
            }
        }
    });
    let tenant = table.columns().find(|(_, column)| column.tenant.is_some());
    let scope = tenant.map(|(field, _)| {
        let ty = &field.ty;
        quote_spanned!(ty.span()=> __crdb::Tenant<#ty>)
    });
    let scope = scope.unwrap_or_else(|| quote!(()));
    let deleted = table.columns().find(|(_, column)| column.soft_delete.is_some());
    let guard = (tenant.is_some() || deleted.is_some()).then(|| {
        let tenant = tenant.map(|(field, column)| {
            let (ty, name) = (&field.ty, &column.name);
            quote_spanned!(ty.span()=> .tenant::<#ty>(#name))
        });
        let deleted = deleted.map(|(_, column)| {
            let name = &column.name;
            quote!(.soft_delete(#name))
        });
        quote!(const __GUARD: __crdb::Guard = __crdb::Guard::NONE #tenant #deleted;)
    });
    let soft_delete = deleted.map(|_| quote!(impl __crdb::SoftDelete for #ident {}));
    quote! {
        #versioned
        #soft_delete

        impl __crdb::Table for #ident {
            const NAME: __crdb::TypeName = __crdb::TypeName::new(#name)#schema;
            const KEY_COLUMNS: &'static [&'static str] = &[#(#key_columns),*];
            const KEY_TYPES: &'static [__crdb::ColumnType] = &[#(#key_types),*];
            const TABLE: &'static __crdb::TableDef = &#definition;
            #counts
            #updated_at
            #guard
            type Key = #key;
            type Scope = #scope;
            type Insert = #builder;

            fn insert() -> #builder {
                #empty
            }

            fn __texts() -> &'static __crdb::Texts {
                static TEXTS: __crdb::OnceLock<__crdb::Texts> = __crdb::OnceLock::new();
                TEXTS.get_or_init(|| {
                    __crdb::Texts::new(
                        <#ident as __crdb::Table>::TABLE,
                        &<#ident as __crdb::Table>::__GUARD,
                        <#ident as __crdb::Table>::__VERSION,
                        <#ident as __crdb::Table>::__UPDATED_AT,
                    )
                })
            }

            fn __values(&self) -> ::std::vec::Vec<__crdb::Value> {
                ::std::vec![#(#values),*]
            }
        }
    }
}
