//! An enum of labels.

use proc_macro2::Span;
use syn::{Data, DeriveInput, Fields, Ident, Visibility};

use super::items::{items, set};
use super::{Text, comment, no_generics};
use crate::errors::{Errors, did_you_mean};

/// An enum and what its attributes say.
pub(crate) struct EnumAst {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) comment: Option<String>,
    pub(crate) name: Option<Text>,
    pub(crate) schema: Option<Text>,
    pub(crate) rename_all: Option<Text>,
    pub(crate) variants: Vec<VariantAst>,
    /// No variant holds fields.
    pub(crate) has_only_names: bool,
}

/// A variant without fields.
pub(crate) struct VariantAst {
    pub(crate) ident: Ident,
    pub(crate) rename: Option<Text>,
}

const NAMES: [&str; 3] = ["name", "rename_all", "schema"];

impl EnumAst {
    pub(crate) fn parse(input: &DeriveInput, errors: &mut Errors) -> Option<Self> {
        let Data::Enum(data) = &input.data else {
            errors.add(
                input.ident.span(),
                format!("`CrdbEnum` needs an enum, but `{}` is not one", input.ident),
            );
            return None;
        };
        no_generics(input, "CrdbEnum", errors)?;
        let mut all = Self {
            ident: input.ident.clone(),
            vis: input.vis.clone(),
            comment: comment(&input.attrs),
            name: None,
            schema: None,
            rename_all: None,
            variants: Vec::new(),
            has_only_names: true,
        };
        for item in items(&input.attrs, errors) {
            match item.key().as_str() {
                "name" => set(&mut all.name, &item, errors.take(item.text()), errors),
                "schema" => set(&mut all.schema, &item, errors.take(item.text()), errors),
                "rename_all" => set(&mut all.rename_all, &item, errors.take(item.text()), errors),
                other => {
                    let hint = did_you_mean(other, NAMES);
                    errors.add(item.span(), format!("`{other}` is not an attribute of an enum: {hint}"));
                }
            }
        }
        for variant in &data.variants {
            if !matches!(variant.fields, Fields::Unit) {
                all.has_only_names = false;
                errors.add(
                    variant.ident.span(),
                    format!("`{}` holds fields, but a label of an SQL enum is only a name", variant.ident),
                );
            }
            let mut rename = None;
            for item in items(&variant.attrs, errors) {
                match item.key().as_str() {
                    "rename" => set(&mut rename, &item, errors.take(item.text()), errors),
                    other => errors.add(
                        item.span(),
                        format!(
                            "`{other}` is not an attribute of a label: {}",
                            did_you_mean(other, ["rename"])
                        ),
                    ),
                }
            }
            all.variants.push(VariantAst { ident: variant.ident.clone(), rename });
        }
        if data.variants.is_empty() {
            errors.add(
                all.span(),
                format!("`{}` needs at least one variant: an SQL enum has labels", all.ident),
            );
        }
        Some(all)
    }

    pub(crate) fn span(&self) -> Span {
        self.ident.span()
    }
}
