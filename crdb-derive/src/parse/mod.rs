//! Step one: from tokens to plain data. Every form that is not known is noted; nothing is checked against anything
//! else yet.

mod composite;
mod container;
mod default;
mod enums;
mod feed;
mod field;
mod foreign_key;
mod generated;
mod index_options;
mod items;
mod key;
mod partition;
mod patch;
mod policy;
mod relation;
mod size;
mod storage;
mod ttl;
mod zone;

use proc_macro2::Span;
use syn::{Attribute, Data, DeriveInput, Expr, Fields, Ident, Lit, Member, Meta, Path, Type, Visibility};

use crate::errors::Errors;

pub(crate) use self::composite::CompositeAst;
pub(crate) use self::container::{ContainerAttrs, LocalityKind, RegionAttr};
pub(crate) use self::default::DefaultKind;
pub(crate) use self::enums::EnumAst;
pub(crate) use self::feed::{FeedAttr, FeedOption, FeedSink};
pub(crate) use self::field::FieldAttrs;
pub(crate) use self::foreign_key::ForeignKeyAttr;
pub(crate) use self::generated::{ALLOWED, AllowAttr, SequenceOption};
pub(crate) use self::index_options::{IndexPart, IndexTerm, Method};
pub(crate) use self::key::{HashAttr, IndexAttr, KeyOptions};
pub(crate) use self::partition::{PartitionAttr, PartitionBy, PartitionValue};
pub(crate) use self::patch::PatchAst;
pub(crate) use self::policy::{PolicyAttr, Role};
pub(crate) use self::relation::{ColumnPaths, RelationAttr, RelationKind, text as path_text};
pub(crate) use self::size::{DecimalSize, SizeAttr, SizeKind, TextKind, TextSize};
pub(crate) use self::storage::{StorageAttr, StorageValue};
pub(crate) use self::ttl::{TtlAttr, TtlSetting};
pub(crate) use self::zone::{Constraint, ZoneAttr};

/// A text and where it stands.
#[derive(Clone)]
pub(crate) struct Text {
    pub(crate) value: String,
    pub(crate) span: Span,
}

/// A struct with named fields and what its attributes say.
pub(crate) struct StructAst {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) comment: Option<String>,
    pub(crate) attrs: ContainerAttrs,
    pub(crate) fields: Vec<FieldAst>,
}

/// One field.
pub(crate) struct FieldAst {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) ty: Type,
    pub(crate) comment: Option<String>,
    pub(crate) attrs: FieldAttrs,
}

/// Which derive reads a struct: they do not share all attributes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Derive {
    Table,
    Row,
}

impl Derive {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Table => "CrdbTable",
            Self::Row => "CrdbRow",
        }
    }
}

/// Reads a struct with named fields, or notes why the item is not one.
pub(crate) fn structure(input: &DeriveInput, derive: Derive, errors: &mut Errors) -> Option<StructAst> {
    let name = derive.name();
    let what = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => {
                no_generics(input, name, errors)?;
                let fields = fields.named.iter().filter_map(|field| {
                    Some(FieldAst {
                        ident: field.ident.clone()?,
                        vis: field.vis.clone(),
                        ty: field.ty.clone(),
                        comment: comment(&field.attrs),
                        attrs: FieldAttrs::parse(&field.attrs, derive, errors),
                    })
                });
                let fields = fields.collect();
                return Some(StructAst {
                    ident: input.ident.clone(),
                    vis: input.vis.clone(),
                    comment: comment(&input.attrs),
                    attrs: ContainerAttrs::parse(&input.attrs, derive, errors),
                    fields,
                });
            }
            Fields::Unnamed(_) => "a tuple struct",
            Fields::Unit => "a unit struct",
        },
        Data::Enum(_) => "an enum",
        Data::Union(_) => "a union",
    };
    let hint = match (&input.data, derive) {
        (Data::Enum(_), _) => "; a type of labels is `#[derive(CrdbEnum)]`",
        (Data::Struct(data), Derive::Table) if data.fields.len() == 1 => {
            "; a newtype that is one column is `#[derive(CrdbType)]`"
        }
        _ => "",
    };
    errors.add(
        input.ident.span(),
        format!("`{name}` needs a struct with named fields, but `{}` is {what}{hint}", input.ident),
    );
    None
}

/// Refuses generic parameters: a table, a row or a type is one thing in the database.
pub(crate) fn no_generics(input: &DeriveInput, derive: &str, errors: &mut Errors) -> Option<()> {
    let Some(parameter) = input.generics.params.first() else { return Some(()) };
    let span = syn::spanned::Spanned::span(parameter);
    errors.add(
        span,
        format!(
            "`{derive}` cannot be generic: `{}` is one thing in the database, with one type for each column",
            input.ident
        ),
    );
    None
}

/// Reads a struct of one field, or notes why the item is not one.
pub(crate) fn newtype(input: &DeriveInput, errors: &mut Errors) -> Option<(Member, Type)> {
    no_generics(input, "CrdbType", errors)?;
    for item in items::items(&input.attrs, errors) {
        let message = format!("`CrdbType` has no attributes, so `{}` means nothing here", item.key());
        errors.add(item.span(), message);
    }
    let field = match &input.data {
        Data::Struct(data) if data.fields.len() == 1 => data.fields.iter().next(),
        _ => None,
    };
    let Some(field) = field else {
        let hint = if matches!(input.data, Data::Enum(_)) {
            "; an enum of labels is `#[derive(CrdbEnum)]`"
        } else {
            ""
        };
        let message = format!(
            "`CrdbType` needs a struct of one field, such as `struct {}(String);`{hint}",
            input.ident
        );
        errors.add(input.ident.span(), message);
        return None;
    };
    if inside_option(&field.ty).is_some() {
        let span = syn::spanned::Spanned::span(&field.ty);
        errors.add(
            span,
            "a newtype is never NULL: wrap the inner type, and make the column an `Option` of the newtype",
        );
    }
    let member = field.ident.clone().map_or_else(|| Member::from(0), Member::from);
    errors.is_empty().then(|| (member, field.ty.clone()))
}

/// The doc comment, one line a line, as it is read.
pub(crate) fn comment(attributes: &[Attribute]) -> Option<String> {
    let lines =
        attributes.iter().filter(|attribute| attribute.path().is_ident("doc")).filter_map(|attribute| {
            match &attribute.meta {
                Meta::NameValue(pair) => match &pair.value {
                    Expr::Lit(literal) => match &literal.lit {
                        Lit::Str(text) => Some(text.value()),
                        _ => None,
                    },
                    _ => None,
                },
                _ => None,
            }
        });
    let mut text = String::new();
    for line in lines {
        for line in line.lines() {
            text.push_str(line.strip_prefix(' ').unwrap_or(line).trim_end());
            text.push('\n');
        }
    }
    let text = text.trim().replace('\0', "");
    (!text.is_empty()).then_some(text)
}

/// The type inside `Option<..>`, as far as tokens show it.
pub(crate) fn inside_option(ty: &Type) -> Option<&Type> {
    inside(ty, "Option")
}

fn inside<'t>(ty: &'t Type, wrapper: &str) -> Option<&'t Type> {
    let segment = last_segment(ty)?;
    match &segment.arguments {
        syn::PathArguments::AngleBracketed(arguments) if segment.ident == wrapper => {
            match arguments.args.first() {
                Some(syn::GenericArgument::Type(ty)) => Some(ty),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether the type is written as `Uuid`.
pub(crate) fn is_uuid(ty: &Type) -> bool {
    last_segment(ty).is_some_and(|segment| segment.ident == "Uuid")
}

/// Whether the type is written as `Vec<..>` or `Option<Vec<..>>`.
pub(crate) fn is_list(ty: &Type) -> bool {
    let ty = inside_option(ty).unwrap_or(ty);
    last_segment(ty).is_some_and(|segment| segment.ident == "Vec")
}

/// Types of Rust that no SQL type is, and what to use instead.
const WITHOUT_SQL_TYPE: [(&str, &str); 10] = [
    ("char", "`String`"),
    ("i128", "`Decimal`"),
    ("i8", "`i16`"),
    ("isize", "`i64`"),
    ("u128", "`Decimal`"),
    ("u16", "`i32`"),
    ("u32", "`i64`"),
    ("u64", "`i64`, or `Decimal` for what is larger"),
    ("u8", "`i16`"),
    ("usize", "`i64`, or `Decimal` for what is larger"),
];

/// The primitive type without an SQL type that a field is, or is an `Option` or a `Vec` of, and what to use instead.
pub(crate) fn without_sql_type(ty: &Type) -> Option<(&'static str, &'static str)> {
    if let Some(inner) = inside(ty, "Option") {
        return without_sql_type(inner);
    }
    if let Some(inner) = inside(ty, "Vec") {
        return without_sql_type(inner).filter(|(name, _)| *name != "u8");
    }
    let Type::Path(path) = ty else { return None };
    let name = path.path.get_ident()?;
    WITHOUT_SQL_TYPE.into_iter().find(|(primitive, _)| name == primitive)
}

fn last_segment(ty: &Type) -> Option<&syn::PathSegment> {
    match ty {
        Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
        Type::Group(group) => last_segment(&group.elem),
        Type::Paren(paren) => last_segment(&paren.elem),
        _ => None,
    }
}

/// A path to a type or variant.
pub(crate) fn path(tokens: proc_macro2::TokenStream, wanted: &str) -> syn::Result<Path> {
    syn::parse2(tokens).map_err(|error| syn::Error::new(error.span(), format!("expected {wanted}")))
}
