//! When a row was last written: `#[crdb(updated_at)]`.

use super::node::{Node, cast};
use super::table::Table;
use crate::schema::ColumnType;

/// The assignment of the time of a change: that of its transaction, on either server.
pub(super) fn stamp<T: Table>() -> Option<(&'static str, Node)> {
    let column = T::TABLE.column(T::__UPDATED_AT?)?;
    let now = Node::Constant("now()");
    // Of the two types that `now()` has on CockroachDB, it is a TIMESTAMPTZ unless told otherwise.
    Some((column.name, if column.ty == ColumnType::TimestampTz { now } else { cast(now, column.ty) }))
}
