//! ORDER BY, where a bare name means what is read before it means a column.
//!
//! A column of a user's type is read as `color::TEXT`, and that is called `color` too: `ORDER BY color` would be the
//! order of the texts, not of the type. Both servers look at the names of what is read first
//! (<https://www.postgresql.org/docs/current/sql-select.html#SQL-ORDERBY>); with its table, a column is a column.

use super::node::{Node, cast};
use super::table::Table;
use super::writer::Writer;
use crate::schema::ColumnType;
use crate::types::text_cast;

/// Writes ` ORDER BY ..` of a SELECT that reads all columns of a table.
pub(crate) fn order_by<T: Table>(writer: &mut Writer, order: Vec<(Node, &'static str)>) {
    for (i, (node, suffix)) in order.into_iter().enumerate() {
        writer.push(if i == 0 { " ORDER BY " } else { ", " });
        let as_text = |name: &str| {
            T::TABLE.columns.iter().any(|column| column.name == name && text_cast(column.ty).is_some())
        };
        match node {
            Node::Column(name) if as_text(name) => with_table(writer, Node::Of(&T::NAME, name)),
            Node::Of(_, name) if as_text(name) => with_table(writer, node),
            node => {
                writer.node(node);
            }
        }
        writer.push(suffix);
    }
}

/// Writes what is ordered by as a column of its table where the bare name might mean one of what is read.
pub(crate) fn ordered(writer: &mut Writer, node: Node, read: &[(Node, ColumnType)]) {
    let itself = read.iter().find(|(other, _)| *other == node);
    let as_text = itself.is_some_and(|(_, ty)| text_cast(*ty).is_some());
    let plain = |(node, _): &(Node, ColumnType)| matches!(node, Node::Column(_) | Node::Of(..));
    match (node, itself) {
        (node @ Node::Of(..), Some(_)) if as_text => with_table(writer, node),
        // Anything else that is read may have its name: `rank::TEXT` and `max(rank) AS rank` have.
        (node @ Node::Of(..), None) if !read.iter().all(plain) => with_table(writer, node),
        // A column without a table: inside an expression it is no name of what is read.
        (node @ Node::Column(_), Some((_, ty))) if as_text => {
            writer.node(cast(node, *ty));
        }
        (node, _) => {
            writer.node(node);
        }
    }
}

fn with_table(writer: &mut Writer, node: Node) {
    let qualified = writer.qualify(true);
    writer.node(node);
    writer.qualify(qualified);
}
