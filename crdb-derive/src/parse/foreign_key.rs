//! `foreign_key(city, rider_id, references = User)`: a foreign key of several columns.

use proc_macro2::Span;
use syn::{Ident, Path};

use super::field::{action, referenced};
use super::items::{Arg, Item, parse_items, set};
use super::relation::ColumnPaths;
use super::{Text, path};
use crate::errors::Errors;

/// A foreign key of the struct.
pub(crate) struct ForeignKeyAttr {
    pub(crate) span: Span,
    pub(crate) fields: Vec<Ident>,
    pub(crate) table: Path,
    pub(crate) key: Option<ColumnPaths>,
    pub(crate) match_full: Option<Span>,
    pub(crate) name: Option<Text>,
    pub(crate) on_delete: Option<(&'static str, Span)>,
    pub(crate) on_update: Option<(&'static str, Span)>,
}

const FORM: &str = "foreign_key(city, rider_id, references = User)";

impl ForeignKeyAttr {
    pub(super) fn parse(item: &Item, errors: &mut Errors) -> Option<Self> {
        let list = errors.take(item.list(FORM))?;
        let (mut fields, mut table, mut on_delete, mut on_update) = (Vec::new(), None, None, None);
        let (mut key, mut match_full, mut name) = (None, None, None);
        for option in parse_items(list, errors) {
            match (option.key().as_str(), &option.arg) {
                ("references", Arg::Value(value)) => {
                    let found = path(value.clone(), "the struct that is referred to");
                    set(&mut table, &option, errors.take(found), errors);
                }
                ("on_delete", _) => set(&mut on_delete, &option, errors.take(action(&option)), errors),
                ("on_update", _) => set(&mut on_update, &option, errors.take(action(&option)), errors),
                ("key", Arg::Value(_)) => set(&mut key, &option, errors.take(referenced(&option)), errors),
                ("name", Arg::Value(_)) => set(&mut name, &option, errors.take(option.text()), errors),
                ("match_full", Arg::None) => set(&mut match_full, &option, Some(option.span()), errors),
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
        Some(Self { span: item.span(), fields, table, key, match_full, name, on_delete, on_update })
    }
}
