//! The one statement of a level.

use std::borrow::Cow;

use super::link::{Link, Through};
use crate::exec::{Class, Statement};
use crate::query::guard::Deleted;
use crate::query::node::{Node, Operator, Part, Precedence, cast, parts, text, whole};
use crate::query::order::order_by;
use crate::query::read::write_list;
use crate::query::table::Table;
use crate::query::writer::{Renamed, Writer};
use crate::schema::{ColumnType, TypeName};
use crate::types::{Value, text_cast};

/// What is asked of the rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Narrowed {
    pub(super) filter: Option<Node>,
    pub(super) order: Vec<(Node, &'static str)>,
    /// For each of the rows that they belong to.
    pub(super) limit: Option<u64>,
    pub(super) deleted: Deleted,
}

/// The keys, in a FROM clause.
const GIVEN: &str = "given.";

impl<P, C: Table, S> Link<P, C, S> {
    /// The statement that reads the rows of all keys; the columns of the key stand at [`key_at`](Self::key_at).
    pub(super) fn statement(&self, narrowed: Narrowed, arrays: Vec<Value>) -> Statement {
        let writer = match (narrowed.limit, self.through) {
            (None, None) => self.plain(narrowed, arrays),
            (None, Some(through)) => self.joined(through, narrowed, arrays),
            (Some(limit), _) => self.lateral(limit, narrowed, arrays),
        };
        writer.finish(Class::Read, C::SELECT)
    }

    /// Where the columns of the key are among those that are read.
    pub(super) fn key_at(&self, narrowed: &Narrowed) -> Vec<usize> {
        let columns = C::TABLE.columns;
        if self.through.is_some() || narrowed.limit.is_some() {
            return (columns.len()..).take(self.columns.len()).collect();
        }
        let position = |name: &&str| columns.iter().position(|column| column.name == *name);
        self.columns.iter().filter_map(position).collect()
    }

    /// `SELECT .. FROM orders WHERE user_id = ANY ($1)`.
    fn plain(&self, narrowed: Narrowed, arrays: Vec<Value>) -> Writer {
        let mut writer = Writer::new(&C::__texts().select);
        let keys = self.among(&C::NAME, arrays);
        writer.condition(self.narrow(with(keys, narrowed.filter), narrowed.deleted));
        order_by::<C>(&mut writer, narrowed.order);
        writer
    }

    /// `SELECT .., t.a_id FROM t JOIN b ON b.id = t.b_id WHERE t.a_id = ANY ($1)`.
    fn joined(&self, through: Through, narrowed: Narrowed, arrays: Vec<Value>) -> Writer {
        let mut writer = Writer::new("SELECT ");
        writer.qualify(true);
        writer.renaming(self.renamed());
        let mut list = columns::<C>();
        let keys = self.columns.iter().zip(self.key.types);
        list.extend(keys.map(|(column, ty)| (Node::Of(through.table, column), ty.ty)));
        write_list(&mut writer, list, &[], true);
        self.from(&mut writer);
        let keys = self.among(through.table, arrays);
        writer.condition(self.narrow(with(keys, narrowed.filter), narrowed.deleted));
        order(&mut writer, narrowed.order);
        writer
    }

    /// `SELECT .. FROM unnest($1) AS given (user_id) CROSS JOIN LATERAL (SELECT .. LIMIT $2) AS orders`: each key has
    /// rows of its own, of which the index finds the first ones.
    fn lateral(&self, limit: u64, narrowed: Narrowed, arrays: Vec<Value>) -> Writer {
        let mut writer = Writer::new("SELECT ");
        writer.qualify(true);
        // A table in a schema is known by its last name alone here.
        let alias = C::NAME.name;
        writer.rename(Some((&C::NAME, alias)));
        let mut list = columns::<C>();
        list.extend(self.columns.iter().zip(self.key.types).map(|(column, ty)| (given(column), ty.ty)));
        write_list(&mut writer, list, &[], true);
        writer.renaming(self.renamed());
        writer.push(" FROM ").node(self.unnest(arrays)).push(" CROSS JOIN LATERAL (SELECT ");
        write_list(&mut writer, columns::<C>(), &[], false);
        self.from(&mut writer);
        let table = self.through.map_or(&C::NAME, |through| through.table);
        let equal =
            |column: &&'static str| Node::binary(Operator::EQ, Node::Of(table, column), given(column));
        let keys = self.columns.iter().map(equal).reduce(|all, next| Node::and(Some(all), next));
        let outer = narrowed.order.clone();
        let filter = match (keys, narrowed.filter) {
            (Some(keys), filter) => Some(with(keys, filter)),
            (None, filter) => filter,
        };
        let filter = filter.unwrap_or(Node::Constant("true"));
        writer.condition(self.narrow(filter, narrowed.deleted));
        order(&mut writer, narrowed.order);
        writer.push(" LIMIT ").value(Value::encode(&i64::try_from(limit).unwrap_or(i64::MAX)));
        writer.push(") AS ").ident(alias);
        // What is ordered inside a FROM clause may come out in any order.
        writer.rename(Some((&C::NAME, alias)));
        order(&mut writer, outer);
        writer
    }

    /// The condition, with what narrows every read of the tables.
    fn narrow(&self, filter: Node, deleted: Deleted) -> Option<Node> {
        let filter = C::__GUARD.narrow(Some(filter), C::NAME, deleted);
        match self.through.and_then(|through| through.source.condition()) {
            Some(condition) => Some(Node::and(filter, condition)),
            None => filter,
        }
    }

    /// What the table is known by beside a table between of the same last name.
    fn renamed(&self) -> Renamed {
        let namesake = self.through.filter(|through| through.table.is_namesake(&C::NAME));
        let name = namesake.map(|_| Cow::Owned(format!("{}.{}", C::NAME.schema_name(), C::NAME.name)));
        name.map(|name| (C::NAME, name)).into_iter().collect()
    }

    /// ` FROM orders`, or both tables.
    fn from(&self, writer: &mut Writer) {
        let Some(through) = self.through else {
            writer.push(" FROM ").name(&C::NAME);
            return;
        };
        writer.push(" FROM ").name(through.table).push(" JOIN ").name(&C::NAME);
        if writer.is_renamed(&C::NAME) {
            writer.push(" AS ").known_as(&C::NAME);
        }
        writer.push(" ON ");
        for (i, (own, to)) in C::KEY_COLUMNS.iter().zip(through.to).enumerate() {
            let equal = Node::binary(Operator::EQ, Node::Of(&C::NAME, own), Node::Of(through.table, to));
            writer.push(if i == 0 { "" } else { " AND " }).node(equal);
        }
    }

    /// `user_id = ANY ($1)`, or `(a, b) IN (SELECT given.a, given.b FROM unnest($1, $2) AS given (a, b))`.
    fn among(&self, table: &'static TypeName, arrays: Vec<Value>) -> Node {
        if let [column] = self.columns
            && arrays.len() == 1
        {
            let array = arrays.into_iter().next().map_or(Node::Constant("NULL"), Node::Value);
            return Node::Any(Box::new((Node::Of(table, column), array)));
        }
        let own = Node::Row(self.columns.iter().map(|column| Node::Of(table, column)).collect());
        let mut list = vec![whole(own), text(" IN (SELECT ")];
        comma(&mut list, self.columns.iter().map(|column| given(column)));
        list.extend([text(" FROM "), whole(self.unnest(arrays)), text(")")]);
        parts(Precedence::Compare, list)
    }

    /// `unnest($1::UUID[]) AS given (user_id)`.
    fn unnest(&self, arrays: Vec<Value>) -> Node {
        let mut list = vec![text("unnest(")];
        comma(
            &mut list,
            arrays.into_iter().map(|array| match array.column_type() {
                // It has its cast already.
                ty if text_cast(ty).is_some() => Node::Value(array),
                ty => cast(Node::Value(array), ty),
            }),
        );
        list.push(text(") AS given ("));
        comma(&mut list, self.columns.iter().map(|column| Node::Column(column)));
        list.push(text(")"));
        parts(Precedence::Atom, list)
    }
}

/// `given.user_id`.
fn given(column: &'static str) -> Node {
    parts(Precedence::Atom, [text(GIVEN), whole(Node::Column(column))])
}

/// All columns of a table.
fn columns<C: Table>() -> Vec<(Node, ColumnType)> {
    C::TABLE.columns.iter().map(|column| (Node::Of(&C::NAME, column.name), column.ty)).collect()
}

fn comma(list: &mut Vec<Part>, nodes: impl Iterator<Item = Node>) {
    for (i, node) in nodes.enumerate() {
        if i > 0 {
            list.push(text(", "));
        }
        list.push(whole(node));
    }
}

fn with(keys: Node, filter: Option<Node>) -> Node {
    match filter {
        Some(filter) => Node::and(Some(keys), filter),
        None => keys,
    }
}

/// Every column is written with its table here.
fn order(writer: &mut Writer, order: Vec<(Node, &'static str)>) {
    for (i, (node, suffix)) in order.into_iter().enumerate() {
        writer.push(if i == 0 { " ORDER BY " } else { ", " }).node(node).push(suffix);
    }
}
