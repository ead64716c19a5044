//! What the attributes of a column must be to be printed.

use super::super::{Action, ColumnDef, ColumnType, SequenceType, Size, TableDef};
use super::names::check_name;
use crate::error::{Error, Result};

/// Refuses what does not go together. `element` is the column's type, or that of an array's elements.
pub(super) fn check(table: &TableDef, column: &ColumnDef, element: ColumnType) -> Result<()> {
    let wrong =
        |why: &str| Err(Error::schema(format!("column `{}` of table `{}` {why}", column.name, table.name)));
    match (column.size, element) {
        (Size::Unlimited, _)
        | (Size::Decimal { .. }, ColumnType::Decimal)
        | (Size::Length(_), ColumnType::String | ColumnType::VarBit | ColumnType::Vector)
        | (Size::VarChar(_), ColumnType::String)
        | (Size::Bits(_), ColumnType::VarBit)
        | (Size::Shape { .. }, ColumnType::Geometry | ColumnType::Geography) => {}
        (Size::Precision(digits), ty) if ty.has_seconds() => {
            if digits > 6 {
                return wrong("has more than 6 digits of a second after the point: no server keeps them");
            }
        }
        (Size::Interval(fields), ColumnType::Interval) => {
            if fields.digits().is_some_and(|digits| digits > 6) {
                return wrong("has more than 6 digits of a second after the point: no server keeps them");
            }
        }
        (Size::Interval(_), _) => return wrong("is limited to parts of an interval, but is none"),
        (Size::Decimal { .. }, _) => return wrong("has a precision, but is no DECIMAL"),
        (Size::Char(_), ColumnType::String) => {
            if matches!(column.ty, ColumnType::Array(_)) {
                return wrong("is an array of CHAR(n), whose values come back filled up: use VARCHAR(n)");
            }
        }
        (Size::Length(_) | Size::VarChar(_) | Size::Char(_), _) => {
            return wrong("has a length, but is no STRING");
        }
        (Size::Shape { .. }, _) => return wrong("is limited to a kind of shape, but is none"),
        (Size::Bits(_), _) => return wrong("has a number of bits, but is no VARBIT"),
        (Size::Precision(_), _) => return wrong("has digits of a second, but is no time"),
    }
    if let Size::Length(0) | Size::VarChar(0) | Size::Char(0) | Size::Bits(0) = column.size {
        return wrong("has a length of 0: a length is 1 at least");
    }
    if let Some(collation) = column.collation {
        check_name(
            &format!("the collation of column `{}` of table `{}`", column.name, table.name),
            collation,
        )?;
        if !matches!(element, ColumnType::String) {
            return wrong("has a collation, but is no STRING");
        }
    }
    if column.on_update.is_some() {
        if column.computed.is_some() {
            return wrong("is computed, so it cannot have an ON UPDATE expression: leave one out");
        }
        let acts = |action| matches!(action, Action::Cascade | Action::SetNull | Action::SetDefault);
        if table.foreign_keys.iter().any(|key| key.columns.contains(&column.name) && acts(key.on_update)) {
            return wrong("has an ON UPDATE expression, and a foreign key that sets it: leave one out");
        }
    }
    if column.identity.is_some() {
        if !matches!(column.ty, ColumnType::Int2 | ColumnType::Int4 | ColumnType::Int8) {
            return wrong("is an identity, but no whole number: make it INT8");
        }
        if column.nullable {
            return wrong("is an identity, so it cannot be NULL");
        }
        if column.default.is_some() || column.computed.is_some() || column.on_update.is_some() {
            return wrong("is an identity, so it can have no default, no expression and no ON UPDATE");
        }
        if let Some(why) = column.identity_options.wrong(SequenceType::of_column(&column.ty)) {
            return wrong(&format!("is an identity whose sequence {why}"));
        }
    } else if column.identity_options.is_set() {
        return wrong(
            "says how its sequence counts, but is no identity: use `.identity(..)`, or leave it out",
        );
    }
    Ok(())
}
