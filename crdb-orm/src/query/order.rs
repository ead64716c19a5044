//! ORDER BY, where a bare name means what is read before it means a column.
//!
//! A column of a user's type is read as `color::TEXT`, and that is called `color` too: `ORDER BY color` would be the
//! order of the texts, not of the type. So is `ORDER BY id` that of `user_id` in `SELECT user_id AS id`. Both servers look
//! at the names of what is read first
//! (<https://www.postgresql.org/docs/current/sql-select.html#SQL-ORDERBY>); with its table, a column is a column.

use super::node::{Node, Part, cast};
use super::table::Table;
use super::writer::{Writer, push_type};
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

/// Writes what is ordered by, a column with its table where the bare name might mean something else that is read.
///
/// `names` are those that are written behind AS, of the first ones that are read.
pub(crate) fn ordered(writer: &mut Writer, node: Node, read: &[(Node, ColumnType)], names: &[&str]) {
    let itself = read.iter().find(|(other, _)| *other == node).map(|(_, ty)| *ty);
    let is_text = |ty: ColumnType| text_cast(ty).is_some();
    match (&node, itself) {
        (Node::Of(_, name), _) => {
            let is_another = |(place, (other, ty)): (usize, &(Node, ColumnType))| {
                // Read as text, a column is another one of the same name.
                let is_same = *other == node && !is_text(*ty);
                let may_be_called = || match other {
                    Node::Column(own) | Node::Of(_, own) => own == name,
                    other => itself.is_none() || may_be_called(other, name),
                };
                !is_same && names.get(place).map_or_else(may_be_called, |called| called == name)
            };
            if read.iter().enumerate().any(is_another) {
                with_table(writer, node);
            } else {
                writer.node(node);
            }
        }
        // A column without a table: inside an expression it is no name of what is read.
        (Node::Column(_), Some(ty)) if is_text(ty) => {
            writer.node(cast(node, ty));
        }
        _ => {
            writer.node(node);
        }
    }
}

/// Whether a server may call so what is read without a name: a column by its own, a call by that of its function, a cast
/// like what is cast or else by its type.
///
/// Source: PostgreSQL, "SELECT", on output names (<https://www.postgresql.org/docs/current/sql-select.html>). `CockroachDB`
/// does alike.
fn may_be_called(node: &Node, name: &str) -> bool {
    let has_word = |text: &str| {
        text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word.eq_ignore_ascii_case(name))
    };
    match node {
        Node::Column(own) | Node::Of(_, own) | Node::At(_, own) | Node::Excluded(own) => *own == name,
        Node::Binary(..) | Node::Not(_) | Node::Postfix(..) | Node::Any(_) => false,
        Node::Value(value) => has_word(&type_names(value.column_type())),
        Node::Cast(inner, ty) => may_be_called(inner, name) || has_word(&type_names(*ty)),
        Node::Constant(text) | Node::Call(text, _) => has_word(text),
        Node::Row(_) => has_word("row"),
        Node::Query(_) => true,
        Node::Parts(_, parts) => {
            // What stands first gives it its name, but an alternative of CASE.
            let is_sign =
                |part: &Part| matches!(part, Part::Text(text) if !text.contains(char::is_alphanumeric));
            let first = parts.iter().position(|part| !is_sign(part));
            let is_case = matches!(parts.first(), Some(Part::Text(text)) if text.starts_with("CASE"));
            parts.iter().enumerate().any(|(place, part)| match part {
                Part::Text(text) => has_word(text),
                Part::Number(_) => false,
                Part::Node(node, _) | Part::Whole(node) | Part::Order(node, _) => {
                    (is_case || first == Some(place)) && may_be_called(node, name)
                }
            })
        }
    }
}

/// What the servers may call a value of a type.
fn type_names(ty: ColumnType) -> String {
    let mut names = String::new();
    push_type(&mut names, ty);
    if ty == ColumnType::Decimal {
        names.push_str(" numeric");
    }
    names
}

fn with_table(writer: &mut Writer, node: Node) {
    let qualified = writer.qualify(true);
    writer.node(node);
    writer.qualify(qualified);
}
