//! `has_many(orders = Order::USER_ID)` and its like: the rows that belong together.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::spanned::Spanned as _;
use syn::{Ident, Path};

use super::items::{Arg, Item, parse_items, pieces};
use crate::errors::Errors;

/// A relation.
pub(crate) struct RelationAttr {
    pub(crate) name: Ident,
    pub(crate) kind: RelationKind,
}

/// What it follows. Columns of other structs are named by their constants, own ones by their fields.
pub(crate) enum RelationKind {
    /// Columns of another table refer to this one; whether they are unique.
    Has { columns: ColumnPaths, one: bool },
    /// Columns of this table refer to another one.
    BelongsTo(Vec<Ident>),
    /// Columns of a table between refer to this one, and others of them to another one.
    Through { to: Path, from: ColumnPaths, onward: ColumnPaths },
}

/// Columns of one struct, by their constants.
#[derive(Clone)]
pub(crate) struct ColumnPaths {
    pub(crate) table: Path,
    pub(crate) columns: Vec<Path>,
}

const HAS_MANY: &str = "has_many(orders = Order::USER_ID)";
const HAS_ONE: &str = "has_one(profile = Profile::USER_ID)";
const BELONGS_TO: &str = "belongs_to(customer = user_id)";
const MANY_TO_MANY: &str = "many_to_many(tags = Tag, through(PostTag::POST_ID, PostTag::TAG_ID))";

impl RelationAttr {
    /// The relations of one attribute.
    pub(super) fn parse(item: &Item, errors: &mut Errors) -> Vec<Self> {
        let form = match item.key().as_str() {
            "has_many" => HAS_MANY,
            "has_one" => HAS_ONE,
            "belongs_to" => BELONGS_TO,
            _ => return many_to_many(item, errors).into_iter().collect(),
        };
        let Some(list) = errors.take(item.list(form)) else { return Vec::new() };
        if list.is_empty() {
            errors.add(item.span(), format!("it names no relation: write `{form}`"));
        }
        let relations = parse_items(list, errors).into_iter().filter_map(|relation| {
            let value = errors.take(relation.value(form))?;
            let kind = if form == BELONGS_TO {
                RelationKind::BelongsTo(errors.take(fields(value, form))?)
            } else {
                let columns = errors.take(column_paths(value, form))?;
                RelationKind::Has { columns, one: form == HAS_ONE }
            };
            Some(Self { name: relation.name, kind })
        });
        relations.collect()
    }
}

fn many_to_many(item: &Item, errors: &mut Errors) -> Option<RelationAttr> {
    let list = errors.take(item.list(MANY_TO_MANY))?;
    let (mut target, mut through, mut told) = (None, None, false);
    for part in parse_items(list, errors) {
        match (part.key().as_str(), part.arg) {
            ("through", Arg::List(list)) if through.is_none() => through = Some((part.name.span(), list)),
            (_, Arg::Value(value)) if target.is_none() => {
                let path = errors.take(super::path(value, "the struct of the rows that are read"))?;
                target = Some((part.name, path));
            }
            _ => {
                told = true;
                errors.add(part.name.span(), format!("write it as `{MANY_TO_MANY}`"));
            }
        }
    }
    let (Some((name, to)), Some((span, list))) = (target, through) else {
        if !told {
            errors.add(item.span(), format!("write it as `{MANY_TO_MANY}`"));
        }
        return None;
    };
    let mut sides = pieces(list).into_iter();
    let (Some(from), Some(onward), None) = (sides.next(), sides.next(), sides.next()) else {
        errors.add(
            span,
            format!(
                "`through` names the columns that refer to this table, and then those that refer to the other one: \
                 write `{MANY_TO_MANY}`"
            ),
        );
        return None;
    };
    let from = errors.take(column_paths(from, MANY_TO_MANY))?;
    let onward = errors.take(column_paths(onward, MANY_TO_MANY))?;
    if text(&from.table) != text(&onward.table) {
        errors.add(
            onward.table.span(),
            format!(
                "the columns of `through` are those of one table between: `{}` and `{}` are two",
                text(&from.table),
                text(&onward.table)
            ),
        );
        return None;
    }
    Some(RelationAttr { name, kind: RelationKind::Through { to, from, onward } })
}

/// `Order::USER_ID`, or `(Line::TENANT, Line::NUMBER)`.
pub(super) fn column_paths(value: TokenStream, form: &str) -> syn::Result<ColumnPaths> {
    let span = value.span();
    let wrong = |span| syn::Error::new(span, format!("expected a column by its constant: write `{form}`"));
    let mut columns = Vec::new();
    for piece in listed(value) {
        columns.push(syn::parse2::<Path>(piece).map_err(|error| wrong(error.span()))?);
    }
    let mut tables = Vec::new();
    for column in &columns {
        let mut table = column.clone();
        table.segments.pop();
        table.segments.pop_punct();
        if table.segments.is_empty() {
            return Err(wrong(column.span()));
        }
        tables.push(table);
    }
    let table = tables.first().cloned().ok_or_else(|| wrong(span))?;
    if let Some(other) = tables.iter().find(|other| text(other) != text(&table)) {
        let message = format!("a key is of one table: `{}` and `{}` are two", text(&table), text(other));
        return Err(syn::Error::new(other.span(), message));
    }
    Ok(ColumnPaths { table, columns })
}

/// `user_id`, or `(tenant, number)`.
fn fields(value: TokenStream, form: &str) -> syn::Result<Vec<Ident>> {
    let span = value.span();
    let wrong = |span| syn::Error::new(span, format!("expected a field of this struct: write `{form}`"));
    let field = |piece| syn::parse2::<Ident>(piece).map_err(|error| wrong(error.span()));
    let fields = listed(value).into_iter().map(field).collect::<syn::Result<Vec<_>>>()?;
    if fields.is_empty() { Err(wrong(span)) } else { Ok(fields) }
}

/// The parts of a list in parentheses, or the one thing without any.
fn listed(value: TokenStream) -> Vec<TokenStream> {
    let mut trees = value.clone().into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::Parenthesis => {
            pieces(group.stream())
        }
        _ => vec![value],
    }
}

pub(crate) fn text(path: &Path) -> String {
    let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    segments.join("::")
}
