//! A struct that changes some columns of a table's row.

use syn::{Data, DeriveInput, Fields, Ident, Path, Type};

use super::items::{items, set};
use super::{no_generics, path};
use crate::errors::{Errors, did_you_mean};

/// A patch and what its attributes say.
pub(crate) struct PatchAst {
    pub(crate) ident: Ident,
    /// The struct of the table.
    pub(crate) table: Path,
    pub(crate) fields: Vec<PatchFieldAst>,
}

/// One field of it, which has the name of one of the table's.
pub(crate) struct PatchFieldAst {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
}

impl PatchAst {
    pub(crate) fn parse(input: &DeriveInput, errors: &mut Errors) -> Option<Self> {
        let fields = match &input.data {
            Data::Struct(data) => match &data.fields {
                Fields::Named(fields) => Some(&fields.named),
                _ => None,
            },
            _ => None,
        };
        let Some(fields) = fields else {
            errors.add(
                input.ident.span(),
                format!("`CrdbPatch` needs a struct with named fields, but `{}` is not one", input.ident),
            );
            return None;
        };
        no_generics(input, "CrdbPatch", errors)?;
        let wanted = "the struct whose rows it changes: `#[crdb(table = Order)]`";
        let mut table = None;
        for item in items(&input.attrs, errors) {
            match item.key().as_str() {
                "table" => {
                    let value = errors.take(item.value("table = Order"));
                    let found = value.and_then(|value| errors.take(path(value, wanted)));
                    set(&mut table, &item, found, errors);
                }
                other => {
                    let hint = did_you_mean(other, ["table"]);
                    errors.add(item.span(), format!("`{other}` is not an attribute of a patch: {hint}"));
                }
            }
        }
        let mut all = Vec::new();
        for field in fields {
            let Some(ident) = field.ident.clone() else { continue };
            let mut skip = None;
            for item in items(&field.attrs, errors) {
                match item.key().as_str() {
                    "skip" => set(&mut skip, &item, errors.take(item.flag()), errors),
                    other => {
                        let hint = did_you_mean(other, ["skip"]);
                        errors.add(
                            item.span(),
                            format!("`{other}` is not an attribute of a patch's field: {hint}"),
                        );
                    }
                }
            }
            if skip.is_none() {
                all.push(PatchFieldAst { ident, ty: field.ty.clone() });
            }
        }
        if table.is_none() && errors.is_empty() {
            errors.add(input.ident.span(), format!("`{}` needs {wanted}", input.ident));
        }
        Some(Self { ident: input.ident.clone(), table: table?, fields: all })
    }
}
