//! A constant for each relation, and the checks that only the compiler can make.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Path;
use syn::spanned::Spanned as _;

use super::columns::{evaluate, type_of};
use super::private;
use crate::model::{Field, Link, Relation, Table};
use crate::parse::ColumnPaths;

/// `pub const ORDERS: HasMany<Self, Order> = ..;`
pub(super) fn constants(table: &Table) -> TokenStream {
    if table.relations.is_empty() {
        return TokenStream::new();
    }
    let (ident, vis, allow) = (&table.ident, &table.vis, super::allow());
    let constants = table.relations.iter().filter_map(|relation| {
        let Relation { name, constant, link } = relation;
        let p = private();
        // What is wrong with the type of a field is told there.
        let mut span = Span::call_site();
        let (ty, value) = match link {
            Link::Has { columns, one } => {
                let (other, names) = (&columns.table, names(columns));
                let kind = if *one { quote!(HasOne) } else { quote!(HasMany) };
                let key = key(&own_key(table)?, &quote!(<Self as #p::Table>::KEY_COLUMNS));
                (quote_spanned!(other.span()=> #p::#kind<Self, #other>), quote!(new(#key, #names)))
            }
            Link::Through { to, from, onward } => {
                let (between, own, onward) = (&from.table, names(from), names(onward));
                let key = key(&own_key(table)?, &quote!(<Self as #p::Table>::KEY_COLUMNS));
                // Its type says whether rows can be inserted by it, so that the compiler does.
                let ty = quote_spanned! {to.span()=>
                    #p::ManyToMany<Self, #to, { #p::gives_more::<#between>(#own, #onward) }>
                };
                (ty, quote_spanned!(between.span()=> through::<#between>(#key, #own, #onward)))
            }
            Link::BelongsTo { fields, table: to } => {
                let fields: Vec<&Field> =
                    fields.iter().map(|at| table.fields.get(*at)).collect::<Option<_>>()?;
                let columns = fields.iter().map(|field| Some(&field.column.as_ref()?.name));
                let columns = columns.collect::<Option<Vec<_>>>()?;
                let key = key(&fields, &quote!(&[#(#columns),*]));
                // A key of which a part is NULL refers to nothing.
                let nulls = fields.iter().rev().fold(None, |rest: Option<TokenStream>, field| {
                    let ty = &field.ty;
                    let own = quote_spanned!(ty.span()=> <#ty as #p::Field>::Nulls);
                    Some(rest.map_or(own.clone(), |rest| quote!(<#own as #p::Nulls>::Or<#rest>)))
                })?;
                span = fields.first()?.ty.span();
                let ty = quote_spanned!(to.span()=> #p::BelongsTo<Self, #to, #nulls>);
                (ty, quote_spanned!(span=> to_key(#key)))
            }
        };
        let doc = doc(name, &relation.link);
        Some(quote_spanned! {span=>
            #[doc = #doc]
            #vis const #constant: #ty = <#ty>::#value;
        })
    });
    quote! {
        #allow
        // A relation is as visible as its table, and the other table may be less so.
        #[allow(private_interfaces)]
        impl #ident {
            #(#constants)*
        }
    }
}

/// What a relation is, in words.
fn doc(name: &str, link: &Link) -> String {
    let of = |path: &syn::Path| path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    let what = match link {
        Link::Has { columns, one: true } => {
            format!("the `{}` that refers to it, if there is one", of(&columns.table))
        }
        Link::Has { columns, one: false } => format!("each `{}` that refers to it", of(&columns.table)),
        Link::Through { to, from, .. } => {
            format!("each `{}` that a `{}` joins it with", of(to), of(&from.table))
        }
        Link::BelongsTo { table, .. } => format!("the `{}` that it refers to", of(table)),
    };
    format!("The relation `{name}`: {what}.")
}

/// The fields of the primary key.
fn own_key(table: &Table) -> Option<Vec<&Field>> {
    table.key.parts.iter().map(|part| table.fields.get(part.field?)).collect()
}

/// What others are looked for by.
fn key(fields: &[&Field], columns: &TokenStream) -> TokenStream {
    let p = private();
    let types = fields.iter().map(|field| {
        let ty = &field.ty;
        quote_spanned!(ty.span()=> #p::KeyType::new(<#ty as #p::Field>::TYPE, <#ty as #p::Field>::__ARRAY))
    });
    let values = fields.iter().map(|field| {
        let (name, ty) = (&field.ident, &field.ty);
        quote_spanned!(ty.span()=> <#ty as #p::Field>::__give(&row.#name, key, "");)
    });
    quote! {
        #p::LinkKey::new(
            #columns,
            const { &[#(#types),*] },
            |row: &Self, key: &mut #p::KeyWriter<'_>| { #(#values)* },
        )
    }
}

/// The names of columns of another struct.
pub(super) fn names(columns: &ColumnPaths) -> TokenStream {
    let names = columns.columns.iter().map(|column| quote_spanned!(column.span()=> #column.name()));
    quote!(const { &[#(#names),*] })
}

/// Free const items, which `cargo check` and editors evaluate.
pub(super) fn checks(table: &Table) -> TokenStream {
    let ident = &table.ident;
    let checks = table.relations.iter().map(|relation| {
        let name = &relation.name;
        let has = |check: &str, columns: &ColumnPaths, to: &Path, span: Span| {
            let (names, from) = (names(columns), &columns.table);
            let from = quote_spanned!(span=> <#from as ::crdb_orm::__private::Table>::TABLE);
            let to = quote_spanned!(to.span()=> <#to as ::crdb_orm::__private::Table>);
            evaluate(span, check, &quote!(#name, #from, #names, &#to::NAME, #to::KEY_COLUMNS))
        };
        let own = |columns: &[&Field]| {
            let checks = columns.iter().map(|field| {
                let (column, ty) = (crate::names::plain(&field.ident), type_of(&field.ty));
                evaluate(relation.constant.span(), "relation_key", &quote!(#name, #column, #ty))
            });
            quote!(#(#checks)*)
        };
        let this = Path::from(ident.clone());
        match &relation.link {
            Link::Has { columns, one } => {
                let check = if *one { "has_one" } else { "has_many" };
                let reference = has(check, columns, &this, columns.table.span());
                let key = own_key(table).map(|key| own(&key));
                quote!(#reference #key)
            }
            Link::Through { to, from, onward } => {
                let first = has("has_many", from, &this, from.table.span());
                let second = has("has_many", onward, to, onward.table.span());
                let key = own_key(table).map(|key| own(&key));
                quote!(#first #second #key)
            }
            Link::BelongsTo { fields, .. } => {
                let fields: Vec<&Field> = fields.iter().filter_map(|at| table.fields.get(*at)).collect();
                own(&fields)
            }
        }
    });
    quote!(#(#checks)*)
}
