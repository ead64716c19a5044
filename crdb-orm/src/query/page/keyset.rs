//! The order of pages, and the condition of the rows behind a position in it.

use crate::error::{Error, Result};
use crate::exec::Label;
use crate::query::node::{Node, Operator};
use crate::query::read::Body;
use crate::schema::{ColumnDef, ColumnType, Direction, IndexMethod, TableDef};
use crate::types::Value;

/// What pages are ordered by: a column, or an expression that is read.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::query) struct Key {
    /// Its place in a row.
    pub(in crate::query) index: usize,
    pub(in crate::query) node: Node,
    pub(in crate::query) ty: ColumnType,
    /// What a value that it is compared with is collated by.
    collation: Option<&'static str>,
    nullable: bool,
    descending: bool,
    nulls_last: bool,
}

impl Key {
    /// A column of a table that is read alone.
    fn column(index: usize, column: &ColumnDef, descending: bool, nulls_last: bool) -> Self {
        Self {
            index,
            node: Node::Column(column.name),
            ty: column.ty,
            collation: column.collation,
            nullable: column.nullable,
            descending,
            nulls_last,
        }
    }

    /// The same for pages that are read from their end.
    fn reversed(&self) -> Self {
        Self { descending: !self.descending, nulls_last: !self.nulls_last, ..self.clone() }
    }

    fn is_column(&self, name: &str) -> bool {
        matches!(self.node, Node::Column(own) if own == name)
    }

    /// What stands behind it in ORDER BY.
    pub(in crate::query) fn suffix(&self) -> &'static str {
        match (self.nullable, self.descending, self.nulls_last) {
            (false, false, _) => " ASC",
            (false, true, _) => " DESC",
            (true, false, false) => " ASC NULLS FIRST",
            (true, false, true) => " ASC NULLS LAST",
            (true, true, false) => " DESC NULLS FIRST",
            (true, true, true) => " DESC NULLS LAST",
        }
    }

    fn null(&self, is: bool) -> Node {
        Node::Postfix(Box::new(self.node.clone()), if is { " IS NULL" } else { " IS NOT NULL" })
    }

    fn value(&self, value: &Value) -> Node {
        Node::Value(value.clone()).collated(self.collation)
    }

    fn behind(&self, value: &Value, operator: Operator) -> Node {
        let behind = Node::binary(operator, self.node.clone(), self.value(value));
        if self.nullable && self.nulls_last {
            Node::binary(Operator::OR, behind, self.null(true))
        } else {
            behind
        }
    }

    /// What lies behind a value; `None` where nothing does.
    fn after(&self, value: &Value) -> Option<Node> {
        if value.is_null() {
            return (!self.nulls_last).then(|| self.null(false));
        }
        let operator = if self.descending { Operator::LT } else { Operator::GT };
        Some(self.behind(value, operator))
    }

    /// What is a value or lies behind it; `None` where everything does.
    fn from(&self, value: &Value) -> Option<Node> {
        if value.is_null() {
            return self.nulls_last.then(|| self.null(true));
        }
        let operator = if self.descending { Operator::LE } else { Operator::GE };
        Some(self.behind(value, operator))
    }
}

/// The columns that pages are ordered by, the last ones making every row's place its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Keyset(Vec<Key>);

impl Keyset {
    /// The columns of an order, and those of the primary key behind them unless the order is unique as it is.
    ///
    /// # Errors
    /// An order by something else than a column of the table.
    pub(in crate::query) fn new(
        table: &TableDef,
        order: &[(Node, &'static str)],
        label: Label,
    ) -> Result<Self> {
        let mut keys: Vec<Key> = Vec::with_capacity(order.len() + table.primary_key.parts.len());
        for (node, suffix) in order {
            let (Node::Column(name) | Node::Of(_, name)) = node else {
                let why = "pages are ordered by columns, and this order is by an expression: keep it in a computed \
                           column, which an index can hold, too";
                return Err(Error::invalid_statement(label, why));
            };
            let Some((index, column)) = position(table, name) else {
                return Err(Error::invalid_statement(label, format!("there is no column `{name}`")));
            };
            // A column that was there before decides nothing more.
            if keys.iter().all(|key| key.index != index) {
                let descending = suffix.starts_with(" DESC");
                keys.push(Key::column(index, column, descending, suffix.ends_with("LAST")));
            }
        }
        if !is_unique(table, &keys) {
            let descending = tie_is_descending(table, &keys);
            for part in table.primary_key.parts {
                if let Some((index, column)) = position(table, part.column)
                    && keys.iter().all(|key| key.index != index)
                {
                    keys.push(Key::column(index, column, descending, descending));
                }
            }
        }
        Ok(Self(keys))
    }

    /// Those of a selection, of which the last ones tell its rows apart.
    ///
    /// # Errors
    /// A selection whose rows nothing tells apart, or an order that no condition can follow.
    pub(in crate::query) fn of_rows(body: &Body, label: Label) -> Result<(Self, List)> {
        let mut finder =
            Finder { body, label, outer: body.has_outer_joins(), more: Vec::new(), keys: Vec::new() };
        finder.check()?;
        for (node, suffix) in &body.order {
            let descending = suffix.starts_with(" DESC");
            let nulls = suffix.contains("NULLS");
            // Where a row may be missing, its NULLs stand where they do without pages.
            let nulls_last = if nulls { suffix.ends_with("LAST") } else { descending };
            finder.add(node, descending, nulls_last, nulls)?;
        }
        let descending = finder.keys.last().is_some_and(|key| key.descending);
        for node in finder.apart()? {
            // Of an expression nobody knows whether it is ever NULL.
            let nulls = finder.column(&node).is_none();
            finder.add(&node, descending, descending, nulls)?;
        }
        Ok((Self(finder.keys), finder.more))
    }

    /// What stands behind ORDER BY.
    pub(in crate::query) fn order(&self) -> Vec<(Node, &'static str)> {
        self.0.iter().map(|key| (key.node.clone(), key.suffix())).collect()
    }

    pub(in crate::query) fn columns(&self) -> &[Key] {
        &self.0
    }

    pub(in crate::query) fn reversed(&self) -> Self {
        Self(self.0.iter().map(Key::reversed).collect())
    }

    /// The condition of the rows behind a position.
    pub(in crate::query) fn after(&self, values: &[Value]) -> Node {
        after(&self.0, values)
    }
}

/// What a page reads besides what is asked for.
type List = Vec<(Node, ColumnType)>;

/// Finds what the pages of a selection are ordered by.
struct Finder<'b> {
    body: &'b Body,
    label: Label,
    /// Whether rows may be missing, so that any column may be NULL.
    outer: bool,
    more: List,
    keys: Vec<Key>,
}

impl Finder<'_> {
    fn refuse<R>(&self, why: &str) -> Result<R> {
        Err(Error::invalid_statement(self.label, why))
    }

    fn check(&self) -> Result<()> {
        let body = self.body;
        if body.limit.is_some() || body.offset.is_some() {
            return self
                .refuse("`limit` and `offset` have no meaning for pages: their size is that of `page`");
        }
        if body.is_combined() || body.is_distinct() {
            let why = "the rows of a UNION and its like, and those that are told apart by DISTINCT, have no place of \
                       their own: group them, or name the whole by `.named::<..>()` and read all of it";
            return self.refuse(why);
        }
        if body.has_windows() {
            let why = "window functions would be computed anew over what each page is left with: name the whole by \
                       `.named::<..>()`, read it with `.from::<..>()`, and group what is read by all of it";
            return self.refuse(why);
        }
        if !body.group.is_empty() && body.order.iter().any(|(node, _)| !body.group.contains(node)) {
            return self.refuse("pages of groups are ordered by what they are grouped by");
        }
        if body.group.is_empty() && body.having.is_some() {
            return self.refuse("a selection of one row has no pages");
        }
        Ok(())
    }

    /// What tells the rows apart: what they are grouped by, or the keys of all tables.
    fn apart(&self) -> Result<Vec<Node>> {
        if !self.body.group.is_empty() {
            return Ok(self.body.group.clone());
        }
        let mut keys = Vec::new();
        for relation in self.body.relations() {
            let Some((table, name)) = relation.table else {
                let why = format!(
                    "pages cannot tell the rows of `{}` apart, which has no key: group by what is read of it",
                    relation.alias.unwrap_or(relation.name).name
                );
                return self.refuse(&why);
            };
            keys.extend(table.primary_key.parts.iter().map(|part| Node::Of(name, part.column)));
        }
        Ok(keys)
    }

    fn add(&mut self, node: &Node, descending: bool, nulls_last: bool, nulls: bool) -> Result<()> {
        // What was there before decides nothing more.
        if self.keys.iter().any(|key| key.node == *node) {
            return Ok(());
        }
        let column = self.column(node);
        let read = self.body.list.iter().enumerate().find(|(_, (read, _))| read == node);
        let (index, ty) = match (read, column) {
            (Some((place, (_, ty))), _) => (place, *ty),
            (None, Some(column)) => {
                self.more.push((node.clone(), column.ty));
                (self.body.list.len() + self.more.len() - 1, column.ty)
            }
            (None, None) => {
                return self.refuse("pages are ordered by columns and by what is read: read it, too");
            }
        };
        let nullable = self.outer || nulls || column.is_some_and(|column| column.nullable);
        let collation = column.and_then(|column| column.collation);
        self.keys.push(Key { index, node: node.clone(), ty, collation, nullable, descending, nulls_last });
        Ok(())
    }

    fn column(&self, node: &Node) -> Option<&'static ColumnDef> {
        let Node::Of(table, name) = node else { return None };
        let known = self.body.relations().filter_map(|relation| relation.table);
        let (def, _) = known.into_iter().find(|(_, known)| known == table)?;
        def.columns.iter().find(|column| column.name == *name)
    }
}

fn position<'t>(table: &'t TableDef, name: &str) -> Option<(usize, &'t ColumnDef)> {
    table.columns.iter().enumerate().find(|(_, column)| column.name == name)
}

/// Whether no two rows are equal in these columns.
fn is_unique(table: &TableDef, keys: &[Key]) -> bool {
    let has = |name: &str| keys.iter().any(|key| key.is_column(name) && !key.nullable);
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
fn tie_is_descending(table: &TableDef, keys: &[Key]) -> bool {
    let matching = |index: &&crate::schema::IndexDef| {
        index.method == IndexMethod::Ordered
            && !index.without_index
            && index.parts.len() >= keys.len()
            && tail(index.parts, keys.len())
                .iter()
                .zip(keys)
                .all(|(part, key)| !part.expression && key.is_column(part.column))
    };
    let turned =
        |part: &crate::schema::KeyPart, key: &Key| (part.direction == Direction::Desc) != key.descending;
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
fn after(keys: &[Key], values: &[Value]) -> Node {
    let (Some((key, keys_left)), Some((value, values_left))) = (keys.split_first(), values.split_first())
    else {
        return Node::Constant("FALSE");
    };
    if keys.iter().all(|other| !other.nullable && other.descending == key.descending) {
        let operator = if key.descending { Operator::LT } else { Operator::GT };
        if keys_left.is_empty() {
            return Node::binary(operator, key.node.clone(), key.value(value));
        }
        let columns = Node::Row(keys.iter().map(|key| key.node.clone()).collect());
        let values = Node::Row(keys.iter().zip(values).map(|(key, value)| key.value(value)).collect());
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
