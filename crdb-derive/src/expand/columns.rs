//! A constant for each column, and the checks that only the compiler can make.
//!
//! A check is written with the span of the field's type, the path of its function included: that is where the compiler
//! shows its message.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Path, Type};

use super::{feed, private, red_lines, relation};
use crate::model::{Column, Field, ForeignKey, Index, Locality, Size, Table, TableKey};
use crate::names;
use crate::parse::{ColumnPaths, DefaultKind, Method, SizeKind, is_list, path_text};

/// `impl Order { pub const ID: Column<Self, Uuid> = ..; }`.
pub(super) fn constants(table: &Table) -> TokenStream {
    let p = private();
    let (ident, of) = (&table.ident, &table.name);
    let allow = super::allow();
    let doc = format!("The columns of `{of}`, for filters, orders, projections and updates.");
    let constants = table.columns().map(|(field, column)| {
        let Column { name, constant, comment, .. } = column;
        let (vis, ty) = (&field.vis, &field.ty);
        // What the field's own comment says comes first: rustdoc lists constants by their first sentence.
        let doc = match comment {
            Some(comment) => format!("{comment}\n\nColumn `{name}` of `{of}`."),
            None => format!("Column `{name}` of `{of}`."),
        };
        let collation = column.collation.as_ref().map(|(collation, _)| quote!(.collated(#collation)));
        let scale = column.scale().map(|scale| quote!(.scaled(#scale)));
        quote_spanned! {ty.span()=>
            #[doc = #doc]
            #vis const #constant: #p::Column<Self, #ty> = #p::Column::of(#name)#collation #scale;
        }
    });
    quote! {
        #[doc = #doc]
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
    let ttl = table.ttl.as_ref().and_then(|ttl| {
        let field = table.fields.get(ttl.field?)?;
        let (name, ty) = (names::plain(&field.ident), type_of(&field.ty));
        Some(evaluate(ttl.span, "ttl_column", &quote!(#name, #ty)))
    });
    let indexes = table.indexes.iter().filter_map(|index| inverted(table, index));
    let deleted = table.columns().find_map(|(field, column)| {
        let (span, name, ty) = (column.soft_delete?, names::plain(&field.ident), type_of(&field.ty));
        Some(evaluate(span, "soft_delete_column", &quote!(#name, #ty)))
    });
    let feeds = feed::checks(table);
    let lines = red_lines::checks(table);
    let relations = relation::checks(table);
    let keys = table.foreign_keys.iter().map(|key| several(table, key));
    let places = super::place::checks(table);
    let expressions = table.expressions.iter().map(|expression| {
        let sql = &expression.sql;
        evaluate(expression.span, "one_expression", &quote!(#sql))
    });
    quote! {
        #(#expressions)* #(#checks)* #locality #ttl #deleted #(#indexes)* #(#feeds)* #places #(#lines)* #(#keys)* #relations
    }
}

/// `const _: () = check(..);`, all of it at a span: the compiler shows its message there.
pub(super) fn evaluate(span: Span, check: &str, arguments: &TokenStream) -> TokenStream {
    let check = Ident::new(check, span);
    quote_spanned!(span=> const _: () = ::crdb_orm::__private::const_check::#check(#arguments);)
}

/// What an inverted or vector index is over.
fn inverted(table: &Table, index: &Index) -> Option<TokenStream> {
    let (method, span) = index.method?;
    let last = index.parts.last()?;
    let field = table.fields.get(last.field?)?;
    let (name, ty) = (names::plain(&field.ident), type_of(&field.ty));
    Some(match method {
        Method::Vector => evaluate(span, "vector_index", &quote!(#name, #ty)),
        Method::Inverted => {
            let trigrams = last.op_class.as_deref() == Some("gin_trgm_ops");
            evaluate(span, "inverted_index", &quote!(#name, #ty, #trigrams))
        }
    })
}

/// A foreign key of several columns has the types of the key that it refers to.
fn several(table: &Table, key: &TableKey) -> TokenStream {
    let names = key.columns.iter().map(|(_, column)| column);
    let types = key.columns.iter().filter_map(|(at, _)| Some(type_of(&table.fields.get(*at)?.ty)));
    let types =
        referred(key.span, &key.key.table, &quote!(&[#(#names),*], &[#(#types),*]), key.key.key.as_ref());
    let set_null = [key.key.on_delete, key.key.on_update].contains(&Some("SetNull"));
    let set_null = key.columns.iter().filter(|_| set_null).filter_map(|(at, _)| {
        let field = table.fields.get(*at)?;
        let (name, nullable) = (names::plain(&field.ident), nullable(&field.ty));
        Some(evaluate(key.span, "set_null", &quote!(#name, #nullable)))
    });
    quote! { #types #(#set_null)* }
}

/// A foreign key has the types of what it refers to, and that is a key.
fn referred(span: Span, path: &Path, own: &TokenStream, key: Option<&ColumnPaths>) -> TokenStream {
    let table = quote_spanned!(path.span()=> <#path as ::crdb_orm::__private::Table>);
    let path = path_text(path);
    let Some(key) = key else {
        let arguments = quote!(#path, #own, #table::TABLE, #table::KEY_COLUMNS, #table::KEY_TYPES);
        return evaluate(span, "foreign_key", &arguments);
    };
    let (names, paths) = (relation::names(key), &key.columns);
    let types = quote!(&[#(::crdb_orm::__private::type_of(#paths)),*]);
    let types = evaluate(span, "foreign_key", &quote!(#path, #own, #table::TABLE, #names, #types));
    let unique = evaluate(key.table.span(), "referenced_key", &quote!(#table::TABLE, #names));
    quote!(#types #unique)
}

/// The SQL type of a field.
pub(super) fn type_of(ty: &Type) -> TokenStream {
    quote_spanned!(ty.span()=> <#ty as ::crdb_orm::__private::Field>::TYPE)
}

/// Whether a field may be NULL.
fn nullable(ty: &Type) -> TokenStream {
    quote_spanned!(ty.span()=> <#ty as ::crdb_orm::__private::Field>::NULLABLE)
}

fn region(field: &Field) -> TokenStream {
    let (name, ty, nullable) = (names::plain(&field.ident), type_of(&field.ty), nullable(&field.ty));
    evaluate(field.ty.span(), "region_column", &quote!(#name, #ty, #nullable))
}

fn check(field: &Field, column: &Column) -> TokenStream {
    let (name, ty, span) = (names::plain(&field.ident), type_of(&field.ty), field.ty.span());
    let nullable = nullable(&field.ty);
    let key = column.in_key.then(|| evaluate(span, "key_column", &quote!(#name, #nullable)));
    let size = match column.size {
        Size::Unlimited => None,
        Size::Decimal(..) => Some(evaluate(span, "decimal_column", &quote!(#name, #ty))),
        Size::Other(size) => {
            let check = match size.kind {
                SizeKind::Bit | SizeKind::VarBit => "bits_column",
                SizeKind::Vector => "vector_column",
                SizeKind::Shape(_) => "shape_column",
                SizeKind::Interval(..) => "interval_column",
                SizeKind::Precision => "precision_column",
            };
            Some(evaluate(size.span, check, &quote!(#name, #ty)))
        }
        Size::Text(size) => {
            let attribute = size.kind.name();
            Some(evaluate(span, "string_column", &quote!(#attribute, #name, #ty)))
        }
    };
    let defaults = [&column.default, &column.on_update].into_iter().flatten().filter_map(|(kind, span)| {
        let (check, arguments) = match kind {
            DefaultKind::Text(text) => ("text_default", quote!(#name, #ty, #text)),
            DefaultKind::Integer(number) => ("integer_default", quote!(#name, #ty, #number)),
            DefaultKind::Float(_) => ("number_default", quote!(#name, #ty)),
            DefaultKind::Bool(_) => ("bool_default", quote!(#name, #ty)),
            DefaultKind::Label(path) => {
                let of = quote_spanned!(*span=> ::crdb_orm::__private::const_check::type_of(|| #path));
                ("label_default", quote!(#name, #ty, #of))
            }
            DefaultKind::Sql(_) => return None,
        };
        Some(evaluate(*span, check, &arguments))
    });
    let reference = column.references.as_ref().map(|reference| foreign_key(field, column, reference));
    let array = is_list(&field.ty).then(|| evaluate(span, "array_column", &quote!(#name, #ty)));
    let identity = column.identity.as_ref().map(|identity| {
        let column = evaluate(identity.span, "identity_column", &quote!(#name, #ty, #nullable));
        let options = identity.options.first().map(|first| {
            let options =
                super::definition::sequence_options(&identity.options, &quote!(::crdb_orm::__private));
            evaluate(first.span, "sequence_options", &quote!(#options, #ty))
        });
        quote!(#column #options)
    });
    let collation =
        column.collation.as_ref().map(|(_, span)| evaluate(*span, "collated_column", &quote!(#name, #ty)));
    let updated_at = column.updated_at.map(|span| evaluate(span, "updated_at_column", &quote!(#name, #ty)));
    let no_default = column.no_default.map(|span| evaluate(span, "no_default", &quote!(#name, #ty)));
    quote! { #updated_at #no_default #key #size #array #(#defaults)* #identity #collation #reference }
}

fn foreign_key(field: &Field, column: &Column, reference: &ForeignKey) -> TokenStream {
    let (name, span) = (&column.name, field.ty.span());
    let ty = type_of(&field.ty);
    let key = referred(span, &reference.table, &quote!(&[#name], &[#ty]), reference.key.as_ref());
    let set_null = [reference.on_delete, reference.on_update].contains(&Some("SetNull")).then(|| {
        let (field, nullable) = (names::plain(&field.ident), nullable(&field.ty));
        evaluate(span, "set_null", &quote!(#field, #nullable))
    });
    quote! { #key #set_null }
}
