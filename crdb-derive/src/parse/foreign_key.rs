//! `foreign_key(city, rider_id, references = User)`: a foreign key of several columns.

use proc_macro2::Span;
use syn::{Ident, Path};

use super::field::action;
use super::items::{Arg, Item, parse_items, set};
use super::path;
use crate::errors::Errors;

/// A foreign key of the struct.
pub(crate) struct ForeignKeyAttr {
    pub(crate) span: Span,
    pub(crate) fields: Vec<Ident>,
    pub(crate) table: Path,
    pub(crate) on_delete: Option<(&'static str, Span)>,
    pub(crate) on_update: Option<(&'static str, Span)>,
}

const FORM: &str = "foreign_key(city, rider_id, references = User)";

impl ForeignKeyAttr {
    pub(super) fn parse(item: &Item, errors: &mut Errors) -> Option<Self> {
        let list = errors.take(item.list(FORM))?;
        let (mut fields, mut table, mut on_delete, mut on_update) = (Vec::new(), None, None, None);
        for option in parse_items(list, errors) {
            match (option.key().as_str(), &option.arg) {
                ("references", Arg::Value(value)) => {
                    let found = path(value.clone(), "the struct that is referred to");
                    set(&mut table, &option, errors.take(found), errors);
                }
                ("on_delete", _) => set(&mut on_delete, &option, errors.take(action(&option)), errors),
                ("on_update", _) => set(&mut on_update, &option, errors.take(action(&option)), errors),
                (_, Arg::None) => fields.push(option.name),
                (other, _) => errors.add(
                    option.span(),
                    format!("`{other}` is not known in `foreign_key(..)`: write `{FORM}`"),
                ),
            }
        }
        let Some(table) = table else {
            errors.add(item.span(), format!("the foreign key refers to nothing: write `{FORM}`"));
            return None;
        };
        Some(Self { span: item.span(), fields, table, on_delete, on_update })
    }
}
