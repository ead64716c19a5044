//! Relations: their names, and the foreign keys of this table that they follow. Those of other tables are seen by the
//! compiler alone.

use syn::Ident;

use super::Columns;
use crate::errors::Errors;
use crate::model::{Field, Link, Relation, TableKey};
use crate::names;
use crate::parse::{ColumnPaths, RelationAttr, RelationKind};

/// Resolves them.
pub(super) fn check(
    attrs: Vec<RelationAttr>,
    table: &Ident,
    fields: &[Field],
    columns: &Columns,
    foreign_keys: &[TableKey],
    errors: &mut Errors,
) -> Vec<Relation> {
    let mut relations: Vec<Relation> = Vec::new();
    for attr in attrs {
        let constant = names::constant(&attr.name);
        let name = names::plain(&attr.name);
        if let Some(why) = taken(&constant, fields, &relations) {
            errors.add(attr.name.span(), format!("`{name}` makes a constant `{constant}`, but {why}"));
            continue;
        }
        let link = match attr.kind {
            RelationKind::Has { columns, one } => Some(Link::Has { columns: own(columns, table), one }),
            RelationKind::Through { to, from, onward } => {
                Some(Link::Through { to, from: own(from, table), onward: own(onward, table) })
            }
            RelationKind::BelongsTo(own) => belongs_to(&own, fields, columns, foreign_keys, errors),
        };
        relations.extend(link.map(|link| Relation { name, constant, link }));
    }
    relations
}

/// Why a constant of that name cannot be.
fn taken(constant: &Ident, fields: &[Field], relations: &[Relation]) -> Option<&'static str> {
    let columns = fields.iter().filter_map(|field| field.column.as_ref());
    if columns.into_iter().any(|column| column.constant == *constant) {
        Some("a column has that one: give the relation another name")
    } else if relations.iter().any(|relation| relation.constant == *constant) {
        Some("another relation has that one: give one of them another name")
    } else if crate::expand::TAKEN.contains(&constant.to_string().as_str()) {
        Some("every table has that one: give the relation another name")
    } else {
        None
    }
}

/// `Self` means nothing where the compiler checks it.
fn own(mut columns: ColumnPaths, table: &Ident) -> ColumnPaths {
    for path in columns.columns.iter_mut().chain([&mut columns.table]) {
        if let Some(first) = path.segments.first_mut()
            && first.ident == "Self"
        {
            first.ident = Ident::new(&table.to_string(), first.ident.span());
        }
    }
    columns
}

fn belongs_to(
    own: &[Ident],
    fields: &[Field],
    columns: &Columns,
    foreign_keys: &[TableKey],
    errors: &mut Errors,
) -> Option<Link> {
    let found: Option<Vec<(usize, String)>> = own.iter().map(|field| columns.find(field, errors)).collect();
    let found = found?;
    let single = match found.as_slice() {
        [(at, _)] => fields.get(*at).and_then(|field| field.column.as_ref()?.references.as_ref()),
        _ => None,
    };
    let several = || foreign_keys.iter().find(|key| key.columns == found).map(|key| &key.key);
    let Some(key) = single.or_else(several) else {
        let list: Vec<String> = own.iter().map(names::plain).collect();
        let (list, one) = (list.join("`, `"), own.len() == 1);
        let how = if one {
            "write `references = ..` on the field".to_owned()
        } else {
            format!("write `foreign_key({}, references = ..)`", list.replace('`', ""))
        };
        let refers = if one { "is no foreign key" } else { "are no foreign key" };
        errors.add(own.first()?.span(), format!("`{list}` {refers}, so nothing belongs to it: {how}"));
        return None;
    };
    if key.key.is_some() {
        errors.add(
            own.first()?.span(),
            "this foreign key refers to another key than the primary one, by which rows are put together: join the \
             tables instead",
        );
        return None;
    }
    Some(Link::BelongsTo { fields: found.into_iter().map(|(at, _)| at).collect(), table: key.table.clone() })
}
