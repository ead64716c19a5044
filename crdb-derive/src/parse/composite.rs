//! A struct that is one value of several fields.

use syn::{Data, DeriveInput, Fields, Ident, Type};

use super::items::{items, set};
use super::{Text, comment, no_generics};
use crate::errors::{Errors, did_you_mean};

/// A composite type and what its attributes say.
pub(crate) struct CompositeAst {
    pub(crate) ident: Ident,
    pub(crate) comment: Option<String>,
    pub(crate) name: Option<Text>,
    pub(crate) schema: Option<Text>,
    pub(crate) fields: Vec<CompositeFieldAst>,
}

/// One field of it.
pub(crate) struct CompositeFieldAst {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) rename: Option<Text>,
}

const NAMES: [&str; 2] = ["name", "schema"];

impl CompositeAst {
    pub(crate) fn parse(input: &DeriveInput, errors: &mut Errors) -> Option<Self> {
        let fields = match &input.data {
            Data::Struct(data) => match &data.fields {
                Fields::Named(fields) if !fields.named.is_empty() => Some(&fields.named),
                _ => None,
            },
            _ => None,
        };
        let Some(fields) = fields else {
            errors.add(
                input.ident.span(),
                format!("`CrdbComposite` needs a struct with named fields, but `{}` is not one", input.ident),
            );
            return None;
        };
        no_generics(input, "CrdbComposite", errors)?;
        let (mut name, mut schema) = (None, None);
        for item in items(&input.attrs, errors) {
            match item.key().as_str() {
                "name" => set(&mut name, &item, errors.take(item.text()), errors),
                "schema" => set(&mut schema, &item, errors.take(item.text()), errors),
                other => {
                    let hint = did_you_mean(other, NAMES);
                    errors.add(
                        item.span(),
                        format!("`{other}` is not an attribute of a composite type: {hint}"),
                    );
                }
            }
        }
        let mut all = Vec::new();
        for field in fields {
            let Some(ident) = field.ident.clone() else { continue };
            let mut rename = None;
            for item in items(&field.attrs, errors) {
                match item.key().as_str() {
                    "rename" => set(&mut rename, &item, errors.take(item.text()), errors),
                    other => errors.add(
                        item.span(),
                        format!(
                            "`{other}` is not an attribute of a composite type's field: {}",
                            did_you_mean(other, ["rename"])
                        ),
                    ),
                }
            }
            all.push(CompositeFieldAst { ident, ty: field.ty.clone(), rename });
        }
        Some(Self { ident: input.ident.clone(), comment: comment(&input.attrs), name, schema, fields: all })
    }
}
