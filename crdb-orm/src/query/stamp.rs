//! What every update sets by itself, such as when a row was last written: `#[crdb(updated_at)]`.

use super::node::{Node, cast};
use super::table::Table;
use crate::schema::ColumnType;

/// Whether every update sets a column by itself: the library its version and the time of the change, and the server what is
/// `ON UPDATE`, such as the region of a row that moves. Whole rows hold its old value, which nobody has asked to write.
pub(super) fn sets_itself<T: Table>(name: &str) -> bool {
    let columns = &mut T::TABLE.columns.iter();
    [T::__VERSION, T::__UPDATED_AT, T::TABLE.rehoming_column()].contains(&Some(name))
        || columns.any(|column| column.on_update.is_some() && column.name == name)
}

/// The assignment of the time of a change: that of its transaction, on either server.
pub(super) fn stamp<T: Table>() -> Option<(&'static str, Node)> {
    let column = T::TABLE.column(T::__UPDATED_AT?)?;
    let now = Node::Constant("now()");
    // Of the two types that `now()` has on CockroachDB, it is a TIMESTAMPTZ unless told otherwise.
    Some((column.name, if column.ty == ColumnType::TimestampTz { now } else { cast(now, column.ty) }))
}
