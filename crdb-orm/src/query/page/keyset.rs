//! The order of pages, and the condition of the rows behind a position in it.

use crate::error::{Error, Result};
use crate::exec::Label;
use crate::query::node::{Node, Operator};
use crate::schema::{ColumnDef, Direction, IndexMethod, TableDef};
use crate::types::Value;

/// A column that pages are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::query) struct KeyColumn {
    /// Its place among the table's columns, and in a row.
    pub(in crate::query) index: usize,
    pub(in crate::query) name: &'static str,
    nullable: bool,
    descending: bool,
    nulls_last: bool,
}

impl KeyColumn {
    fn new(index: usize, column: &ColumnDef, descending: bool, nulls_last: bool) -> Self {
        Self { index, name: column.name, nullable: column.nullable, descending, nulls_last }
    }

    /// The same column for pages that are read from their end.
    fn reversed(self) -> Self {
        Self { descending: !self.descending, nulls_last: !self.nulls_last, ..self }
    }

    /// What stands behind it in ORDER BY.
    pub(in crate::query) fn suffix(self) -> &'static str {
        match (self.nullable, self.descending, self.nulls_last) {
            (false, false, _) => " ASC",
            (false, true, _) => " DESC",
            (true, false, false) => " ASC NULLS FIRST",
            (true, false, true) => " ASC NULLS LAST",
            (true, true, false) => " DESC NULLS FIRST",
            (true, true, true) => " DESC NULLS LAST",
        }
    }

    fn node(self) -> Node {
        Node::Column(self.name)
    }

    fn null(self, is: bool) -> Node {
        Node::Postfix(Box::new(self.node()), if is { " IS NULL" } else { " IS NOT NULL" })
    }

    fn behind(self, value: Value, operator: Operator) -> Node {
        let behind = Node::binary(operator, self.node(), Node::Value(value));
        if self.nullable && self.nulls_last {
            Node::binary(Operator::OR, behind, self.null(true))
        } else {
            behind
        }
    }

    /// What lies behind a value; `None` where nothing does.
    fn after(self, value: &Value) -> Option<Node> {
        if value.is_null() {
            return (!self.nulls_last).then(|| self.null(false));
        }
        let operator = if self.descending { Operator::LT } else { Operator::GT };
        Some(self.behind(value.clone(), operator))
    }

    /// What is a value or lies behind it; `None` where everything does.
    fn from(self, value: &Value) -> Option<Node> {
        if value.is_null() {
            return self.nulls_last.then(|| self.null(true));
        }
        let operator = if self.descending { Operator::LE } else { Operator::GE };
        Some(self.behind(value.clone(), operator))
    }
}

/// The columns that pages are ordered by, the last ones making every row's place its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::query) struct Keyset(Vec<KeyColumn>);

impl Keyset {
    /// The columns of an order, and those of the primary key behind them unless the order is unique as it is.
    ///
    /// # Errors
    /// An order by something else than a column of the table, or by one whose values cannot be compared with a text.
    pub(in crate::query) fn new(
        table: &TableDef,
        order: &[(Node, &'static str)],
        label: Label,
    ) -> Result<Self> {
        let mut keys: Vec<KeyColumn> = Vec::with_capacity(order.len() + table.primary_key.parts.len());
        for (node, suffix) in order {
            let (Node::Column(name) | Node::Of(_, name)) = node else {
                let why = "pages are ordered by columns, and this order is by an expression: keep it in a computed \
                           column, which an index can hold, too";
                return Err(Error::invalid_statement(label, why));
            };
            let Some((index, column)) = position(table, name) else {
                return Err(Error::invalid_statement(label, format!("there is no column `{name}`")));
            };
            if column.collation.is_some() {
                let why = format!("pages cannot be ordered by `{name}`, whose collation no parameter has");
                return Err(Error::invalid_statement(label, why).with_column(name));
            }
            // A column that was there before decides nothing more.
            if keys.iter().all(|key| key.index != index) {
                let descending = suffix.starts_with(" DESC");
                keys.push(KeyColumn::new(index, column, descending, suffix.ends_with("LAST")));
            }
        }
        if !is_unique(table, &keys) {
            let descending = tie_is_descending(table, &keys);
            for part in table.primary_key.parts {
                if let Some((index, column)) = position(table, part.column)
                    && keys.iter().all(|key| key.index != index)
                {
                    keys.push(KeyColumn::new(index, column, descending, descending));
                }
            }
        }
        Ok(Self(keys))
    }

    pub(in crate::query) fn columns(&self) -> &[KeyColumn] {
        &self.0
    }

    pub(in crate::query) fn reversed(&self) -> Self {
        Self(self.0.iter().map(|key| key.reversed()).collect())
    }

    /// The condition of the rows behind a position.
    pub(in crate::query) fn after(&self, values: &[Value]) -> Node {
        after(&self.0, values)
    }
}

fn position<'t>(table: &'t TableDef, name: &str) -> Option<(usize, &'t ColumnDef)> {
    table.columns.iter().enumerate().find(|(_, column)| column.name == name)
}

/// Whether no two rows are equal in these columns.
fn is_unique(table: &TableDef, keys: &[KeyColumn]) -> bool {
    let has = |name: &str| keys.iter().any(|key| key.name == name && !key.nullable);
    let primary = table.primary_key.parts.iter().all(|part| has(part.column));
    let column = table.columns.iter().any(|column| column.unique && has(column.name));
    let index = table.indexes.iter().any(|index| {
        index.unique
            && index.filter.is_none()
            && index.parts.iter().all(|part| !part.expression && has(part.column))
    });
    primary || column || index
}

/// Which way rows that are equal in the order follow each other, so that an index has them in this order.
///
/// CockroachDB keeps the primary key, ascending, behind the columns of each index: an index that is read forwards has
/// ties ascending, and one that is read backwards descending.
fn tie_is_descending(table: &TableDef, keys: &[KeyColumn]) -> bool {
    let matching = |index: &&crate::schema::IndexDef| {
        index.method == IndexMethod::Ordered
            && !index.without_index
            && index.parts.len() >= keys.len()
            && tail(index.parts, keys.len())
                .iter()
                .zip(keys)
                .all(|(part, key)| !part.expression && part.column == key.name)
    };
    let turned = |part: &crate::schema::KeyPart, key: &KeyColumn| {
        (part.direction == Direction::Desc) != key.descending
    };
    for index in table.indexes.iter().filter(matching) {
        let parts = tail(index.parts, keys.len());
        let turns = parts.iter().zip(keys).filter(|(part, key)| turned(part, key)).count();
        if turns == 0 {
            return false;
        }
        if turns == keys.len() {
            return true;
        }
    }
    keys.last().is_some_and(|key| key.descending)
}

fn tail<E>(all: &[E], length: usize) -> &[E] {
    all.get(all.len().saturating_sub(length)..).unwrap_or_default()
}

/// Rows behind a position: `(a, b) > (x, y)` where all directions agree and nothing is NULL, since servers read that
/// from an index as one range; else `a >= x AND (a > x OR ..)`, whose first part is a range of the index, too.
fn after(keys: &[KeyColumn], values: &[Value]) -> Node {
    let (Some((key, keys_left)), Some((value, values_left))) = (keys.split_first(), values.split_first())
    else {
        return Node::Constant("FALSE");
    };
    if keys.iter().all(|other| !other.nullable && other.descending == key.descending) {
        let operator = if key.descending { Operator::LT } else { Operator::GT };
        if keys_left.is_empty() {
            return Node::binary(operator, key.node(), Node::Value(value.clone()));
        }
        let columns = Node::Row(keys.iter().map(|key| key.node()).collect());
        let values = Node::Row(values.iter().cloned().map(Node::Value).collect());
        return Node::binary(operator, columns, values);
    }
    if keys_left.is_empty() {
        return key.after(value).unwrap_or(Node::Constant("FALSE"));
    }
    let rest = after(keys_left, values_left);
    let inner = match key.after(value) {
        Some(after) => Node::binary(Operator::OR, after, rest),
        None => rest,
    };
    match key.from(value) {
        Some(from) => Node::binary(Operator::AND, from, inner),
        None => inner,
    }
}
