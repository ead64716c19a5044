//! Where rows live.

use super::Columns;
use crate::errors::Errors;
use crate::model::{Field, Locality};
use crate::parse::{LocalityKind, RegionAttr, StructAst};

/// Checks the locality, and whether rows can move by themselves.
pub(super) fn check(
    ast: &mut StructAst,
    fields: &[Field],
    columns: &Columns,
    errors: &mut Errors,
) -> Option<Locality> {
    let locality = ast.attrs.locality.take();
    if let Some(span) = ast.attrs.auto_rehoming
        && !matches!(&locality, Some(attr) if matches!(attr.kind, LocalityKind::Row(_)))
    {
        errors.add(
            span,
            "rows move by themselves only in a table that is regional by row: add `locality = regional_by_row(region)`",
        );
    }
    Some(match locality?.kind {
        LocalityKind::Global => Locality::Global,
        LocalityKind::Table(region) => {
            if let Some(RegionAttr::Name(name)) = &region
                && (name.value.is_empty() || name.value.contains('\0'))
            {
                errors.add(name.span, "a region needs a name, such as `us-east1`");
            }
            Locality::Table(region)
        }
        LocalityKind::Row(None) => Locality::Row(None),
        LocalityKind::Row(Some(field)) => {
            let (index, name) = columns.find(&field, errors)?;
            let column = fields.get(index).and_then(|field| field.column.as_ref());
            if let Some(span) = ast.attrs.auto_rehoming
                && column.is_some_and(|column| column.computed.is_some())
            {
                errors.add(
                    span,
                    format!("`{field}` is computed, so no update moves a row: leave `auto_rehoming` out"),
                );
            }
            if let Some(span) = ast.attrs.auto_rehoming
                && column.is_some_and(|column| column.on_update.is_some())
            {
                errors.add(
                    span,
                    format!("`{field}` has an `on_update` of its own: only one of the two can move a row"),
                );
            }
            Locality::Row(Some((index, name)))
        }
    })
}
