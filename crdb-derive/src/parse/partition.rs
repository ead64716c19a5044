//! `partition(..)`.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use syn::Ident;

use super::default::value;
use super::items::{Arg, Item, item, pieces, set};
use super::key::{Name, fields};
use super::{DefaultKind, Text};
use crate::errors::Errors;

/// `partition(index = i, list(a), one("x"), rest(default))`.
pub(crate) struct PartitionAttr {
    pub(crate) index: Option<Text>,
    /// `all`: of all indexes.
    pub(crate) all: Option<Span>,
    pub(crate) by: PartitionBy,
}

/// `list(a, b), ..` or `range(a), ..`.
pub(crate) struct PartitionBy {
    pub(crate) span: Span,
    pub(crate) range: bool,
    pub(crate) fields: Vec<Ident>,
    pub(crate) partitions: Vec<Partition>,
}

/// A partition: its name and what is in it.
pub(crate) struct Partition {
    pub(crate) name: Text,
    /// One list a row; of a range there are two, where it begins and where it ends.
    pub(crate) rows: Vec<Vec<PartitionValue>>,
    pub(crate) by: Option<PartitionBy>,
}

pub(crate) enum PartitionValue {
    Text(String),
    Sql(String),
    /// `Default`, `Min` or `Max`.
    Special(&'static str),
}

const FORM: &str = "partition(list(a), one(\"x\", \"y\"), rest(default))";
const RANGE_FORM: &str = "name(from(minvalue), to(10))";

impl PartitionAttr {
    pub(super) fn parse(item_: &Item, errors: &mut Errors) -> Option<Self> {
        let (mut index, mut all) = (None, None);
        let mut rest = Vec::new();
        for piece in pieces(errors.take(item_.list(FORM))?) {
            let item = errors.take(item(piece))?;
            match (item.key().as_str(), &item.arg) {
                ("index", Arg::Value(name)) => {
                    let name = errors.take(syn::parse2::<Name>(name.clone())).map(|name| name.0);
                    set(&mut index, &item, name, errors);
                }
                ("all", Arg::None) if rest.is_empty() => set(&mut all, &item, Some(item.span()), errors),
                _ => rest.push(item),
            }
        }
        Some(Self { index, all, by: by(item_.span(), rest, errors)? })
    }
}

fn by(span: Span, items: Vec<Item>, errors: &mut Errors) -> Option<PartitionBy> {
    let mut items = items.into_iter();
    let first = items.next().filter(|first| ["list", "range"].contains(&first.key().as_str()));
    let Some(first) = first else {
        errors.add(
            span,
            format!(
                "a table is partitioned by a list or a range of its first key columns: write it as `{FORM}`"
            ),
        );
        return None;
    };
    let range = first.key() == "range";
    let fields = fields(errors.take(first.list(&format!("{}(a, b)", first.key())))?, errors);
    let partitions: Vec<Option<Partition>> = items.map(|item| partition(&item, range, errors)).collect();
    if partitions.is_empty() || fields.is_empty() {
        errors.add(span, format!("partitions need columns and values: write it as `{FORM}`"));
        return None;
    }
    let partitions = partitions.into_iter().collect::<Option<Vec<_>>>()?;
    Some(PartitionBy { span, range, fields, partitions })
}

fn partition(item: &Item, range: bool, errors: &mut Errors) -> Option<Partition> {
    let name = Text { value: item.key(), span: item.span() };
    let form = if range { RANGE_FORM } else { "name(\"x\", \"y\")" };
    let mut again = None;
    let mut values = Vec::new();
    for piece in pieces(errors.take(item.list(form))?) {
        match super::items::item(piece.clone()) {
            Ok(inner) if inner.key() == "partition" && matches!(inner.arg, Arg::List(_)) => {
                let by = PartitionAttr::parse(&inner, errors).map(|inner| inner.by);
                set(&mut again, &inner, Some(by), errors);
            }
            _ => values.push(piece),
        }
    }
    let rows = if range {
        range_values(item, values, errors)?
    } else {
        let rows: Vec<Option<Vec<PartitionValue>>> =
            values.into_iter().map(|piece| errors.take(row(piece))).collect();
        rows.into_iter().collect::<Option<Vec<_>>>()?
    };
    if rows.is_empty() {
        errors
            .add(item.span(), format!("the partition `{}` has no values: write it as `{form}`", item.key()));
        return None;
    }
    let by = match again {
        Some(by) => Some(by?),
        None => None,
    };
    Some(Partition { name, rows, by })
}

fn range_values(
    partition: &Item,
    pieces_: Vec<TokenStream>,
    errors: &mut Errors,
) -> Option<Vec<Vec<PartitionValue>>> {
    let (mut from, mut to) = (None, None);
    for piece in pieces_ {
        let Ok(end) = item(piece) else {
            errors.add(partition.span(), format!("a range has two ends: write it as `{RANGE_FORM}`"));
            return None;
        };
        let slot = match end.key().as_str() {
            "from" => &mut from,
            "to" => &mut to,
            _ => {
                errors.add(end.span(), format!("a range has two ends: write it as `{RANGE_FORM}`"));
                return None;
            }
        };
        let list = errors.take(end.list(RANGE_FORM))?;
        let values: Option<Vec<_>> = pieces(list).into_iter().map(|piece| errors.take(one(piece))).collect();
        set(slot, &end, Some(values), errors);
    }
    let (Some(from), Some(to)) = (from, to) else {
        errors.add(partition.span(), format!("a range has two ends: write it as `{RANGE_FORM}`"));
        return None;
    };
    Some(vec![from?, to?])
}

/// A value, or several in parentheses.
fn row(piece: TokenStream) -> syn::Result<Vec<PartitionValue>> {
    let mut trees = piece.clone().into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::Parenthesis => {
            pieces(group.stream()).into_iter().map(one).collect()
        }
        _ => Ok(vec![one(piece)?]),
    }
}

fn one(piece: TokenStream) -> syn::Result<PartitionValue> {
    let (kind, span) = value(piece)?;
    Ok(match kind {
        DefaultKind::Sql(sql) => PartitionValue::Sql(sql),
        DefaultKind::Text(text) => PartitionValue::Text(text),
        DefaultKind::Integer(number) => PartitionValue::Sql(number.to_string()),
        DefaultKind::Float(number) => PartitionValue::Sql(number),
        DefaultKind::Bool(value) => PartitionValue::Sql(value.to_string()),
        DefaultKind::Label(path) if path.is_ident("default") => PartitionValue::Special("Default"),
        DefaultKind::Label(path) if path.is_ident("minvalue") => PartitionValue::Special("Min"),
        DefaultKind::Label(path) if path.is_ident("maxvalue") => PartitionValue::Special("Max"),
        DefaultKind::Label(_) => {
            return Err(syn::Error::new(
                span,
                "a value is a literal, `sql(\"..\")`, `default` in a list, `minvalue` or `maxvalue` in a range",
            ));
        }
    })
}
