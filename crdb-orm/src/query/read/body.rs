//! A SELECT of any form, without its types.

use super::lock::{Lock, Strength, Wait};
use super::scope::RelationSource;
use crate::query::guard::Deleted;
use crate::query::node::{Node, cast};
use crate::query::order::ordered;
use crate::query::writer::Writer;
use crate::schema::ColumnType;
use crate::types::{Value, text_cast};

/// A SELECT.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    pub(crate) with: Vec<(RelationSource, &'static [&'static str], Query)>,
    pub(crate) distinct: Distinct,
    pub(crate) list: Vec<(Node, ColumnType)>,
    /// The names of what is read, where they matter.
    pub(crate) names: &'static [&'static str],
    pub(crate) from: RelationSource,
    pub(crate) hint: Option<Hint>,
    pub(crate) joins: Vec<(&'static str, RelationSource, Node)>,
    pub(crate) filter: Option<Node>,
    pub(crate) group: Vec<Node>,
    pub(crate) having: Option<Node>,
    pub(crate) order: Vec<(Node, &'static str)>,
    pub(crate) limit: Option<u64>,
    pub(crate) offset: Option<u64>,
    pub(crate) lock: Option<Lock>,
}

/// What a common table expression is.
#[derive(Debug, Clone)]
pub(crate) enum Query {
    Read(Box<Body>),
    /// A write: its text before RETURNING, with its values, and what it returns.
    Write(Box<crate::exec::Statement>, Vec<(Node, ColumnType)>),
}

#[derive(Debug, Clone, Default)]
pub(crate) enum Distinct {
    #[default]
    No,
    Rows,
    On(Vec<Node>),
}

/// No query is taken for another: it is only asked whether expressions are the same.
impl PartialEq for Body {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// How the first table is read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Hint {
    Index(&'static str),
    NoFullScan,
}

/// The kinds of joins that keep no row of the table that is joined which its condition refuses.
pub(crate) const JOIN: &str = " JOIN ";
pub(crate) const LEFT_JOIN: &str = " LEFT JOIN ";

impl Body {
    pub(crate) const fn new(from: RelationSource) -> Self {
        Self {
            with: Vec::new(),
            distinct: Distinct::No,
            list: Vec::new(),
            names: &[],
            from,
            hint: None,
            joins: Vec::new(),
            filter: None,
            group: Vec::new(),
            having: None,
            order: Vec::new(),
            limit: None,
            offset: None,
            lock: None,
        }
    }

    /// Reads deleted rows, too.
    pub(crate) fn show_deleted(&mut self) {
        self.from.deleted = Deleted::Shown;
        for (_, source, _) in &mut self.joins {
            source.deleted = Deleted::Shown;
        }
    }

    /// Narrows the rows.
    pub(crate) fn and(&mut self, condition: Node) {
        self.filter = Some(Node::and(self.filter.take(), condition));
    }

    /// Writes it; `read` is whether its rows come to us and not to another part of the statement.
    pub(crate) fn write(self, writer: &mut Writer, read: bool) {
        let named = !self.with.is_empty();
        for (i, (name, columns, query)) in self.with.into_iter().enumerate() {
            writer.push(if i == 0 { "WITH " } else { ", " }).name(&name.name).push(" (");
            for (i, column) in columns.iter().enumerate() {
                writer.push(if i == 0 { "" } else { ", " }).ident(column);
            }
            writer.push(") AS (");
            match query {
                Query::Read(body) => body.write(writer, false),
                Query::Write(statement, list) => {
                    writer.resume(*statement).push(" RETURNING ");
                    write_list(writer, list, &[], false);
                }
            }
            writer.push(")");
        }
        writer.push(if named { " " } else { "" });
        // A statement with one table needs no names of tables, unless it stands inside another.
        let qualified = writer.qualify(!read || !self.joins.is_empty());
        writer.push("SELECT ");
        let written_again =
            !self.order.is_empty() || !self.group.is_empty() || matches!(self.distinct, Distinct::On(_));
        let list = if written_again { self.list.clone() } else { Vec::new() };
        let distinct_rows = matches!(self.distinct, Distinct::Rows);
        match self.distinct {
            Distinct::No => {}
            Distinct::Rows => {
                writer.push("DISTINCT ");
            }
            Distinct::On(nodes) => {
                writer.push("DISTINCT ON (");
                for (i, node) in nodes.into_iter().enumerate() {
                    again(writer.push(if i == 0 { "" } else { ", " }), node, &list, read);
                }
                writer.push(") ");
            }
        }
        write_list(writer, self.list, self.names, read);
        writer.push(" FROM ");
        // What narrows a table stands in WHERE, or in the condition of its join. A join that keeps rows of either side
        // would keep those that are narrowed out, so there it stands inside of the table.
        let inside = self.joins.iter().any(|(kind, ..)| ![JOIN, LEFT_JOIN].contains(kind));
        let filter = match write_source(writer, &self.from, self.hint, inside) {
            Some(condition) => Some(Node::and(self.filter, condition)),
            None => self.filter,
        };
        for (kind, source, on) in self.joins {
            writer.push(kind);
            let narrowed = write_source(writer, &source, None, inside);
            writer.push(" ON ").node(match narrowed {
                Some(condition) => Node::and(Some(on), condition),
                None => on,
            });
        }
        writer.condition(filter);
        for (i, node) in self.group.into_iter().enumerate() {
            again(writer.push(if i == 0 { " GROUP BY " } else { ", " }), node, &list, false);
        }
        if let Some(having) = self.having {
            writer.push(" HAVING ").node(having);
        }
        for (i, (node, suffix)) in self.order.into_iter().enumerate() {
            // Rows that are told apart can only be ordered by what is read.
            again(writer.push(if i == 0 { " ORDER BY " } else { ", " }), node, &list, read && !distinct_rows);
            writer.push(suffix);
        }
        for (text, rows) in [(" LIMIT ", self.limit), (" OFFSET ", self.offset)] {
            if let Some(rows) = rows {
                // More rows than an i64 counts are no limit.
                writer.push(text).value(Value::encode(&i64::try_from(rows).unwrap_or(i64::MAX)));
            }
        }
        if let Some(lock) = self.lock {
            write_lock(writer, lock);
        }
        writer.qualify(qualified);
    }
}

/// Writes what is grouped or ordered by. What is read too, and has values, is written as its place in the list: with other
/// placeholders the server would take it for another expression. In an order, names of what is read come before columns.
fn again(writer: &mut Writer, node: Node, list: &[(Node, ColumnType)], ordering: bool) {
    match list.iter().position(|(read, _)| *read == node) {
        Some(place) if node.has_value() => {
            writer.push(&(place + 1).to_string());
        }
        _ if ordering => ordered(writer, node, list),
        _ => {
            writer.node(node);
        }
    }
}

/// `FOR UPDATE` and its like.
pub(crate) fn write_lock(writer: &mut Writer, lock: Lock) {
    writer.push(match lock.strength {
        Strength::Update => " FOR UPDATE",
        Strength::Share => " FOR SHARE",
    });
    if let Some(of) = lock.of {
        writer.push(" OF ").ident(of);
    }
    writer.push(match lock.wait {
        Wait::Block => "",
        Wait::Fail => " NOWAIT",
        Wait::Skip => " SKIP LOCKED",
    });
}

/// Writes a table, and returns the condition that narrows it, unless it is to stand `inside` of it.
#[must_use = "a table that is not narrowed shows rows of other tenants, and deleted ones"]
fn write_source(
    writer: &mut Writer,
    source: &RelationSource,
    hint: Option<Hint>,
    inside: bool,
) -> Option<Node> {
    let condition = source.condition();
    let (inside, outside) = if inside { (condition, None) } else { (None, condition) };
    if inside.is_some() {
        writer.push("(SELECT * FROM ");
    }
    writer.name(&source.name);
    match hint.filter(|_| writer.has_hints()) {
        Some(Hint::Index(index)) => {
            writer.push("@").ident(index);
        }
        Some(Hint::NoFullScan) => {
            writer.push("@{NO_FULL_SCAN}");
        }
        None => {}
    }
    if let Some(alias) = &source.alias {
        writer.push(" AS ").name(alias);
    }
    if let Some(condition) = inside {
        writer.condition(Some(condition)).push(") AS ").ident(source.alias.unwrap_or(source.name).name);
    }
    outside
}

pub(crate) fn write_list(
    writer: &mut Writer,
    list: Vec<(Node, ColumnType)>,
    names: &'static [&'static str],
    read: bool,
) {
    const TEXTS: ColumnType = ColumnType::Array(&ColumnType::String);
    for (i, (node, ty)) in list.into_iter().enumerate() {
        let node = match text_cast(ty) {
            // Read as text, so that no driver looks up the OID of a user's type.
            Some(array) if read => cast(node, if array { TEXTS } else { ColumnType::String }),
            _ => node,
        };
        writer.push(if i == 0 { "" } else { ", " }).node(node);
        if let Some(name) = names.get(i) {
            writer.push(" AS ").ident(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exec::{Class, Label};
    use crate::query::guard::Guard;
    use crate::query::node::Operator;
    use crate::schema::TypeName;

    const ORDERS: RelationSource = RelationSource {
        guard: Guard::NONE.tenant::<i64>("tenant_id").soft_delete("deleted_at"),
        ..RelationSource::cte(TypeName::new("orders"))
    };
    const COUNTRIES: RelationSource = RelationSource::cte(TypeName::new("countries"));

    fn text(kind: &'static str) -> String {
        let mut body = Body::new(COUNTRIES);
        body.list = vec![(Node::Constant("1"), ColumnType::Int8)];
        let column = |source: &RelationSource| Node::At(source.name, "country_id");
        let on = Node::binary(Operator::EQ, column(&COUNTRIES), column(&ORDERS));
        body.joins.push((kind, ORDERS, on));
        let mut writer = Writer::new("");
        body.write(&mut writer, true);
        writer.finish(Class::Read, Label { verb: "select", table: None }).sql.into_owned()
    }

    /// Whatever kinds of joins there will be: one that is not known to keep no row of the table which its condition
    /// refuses reads a table that is narrowed already.
    #[test]
    fn a_join_that_keeps_rows_of_both_sides_narrows_inside_of_the_table() {
        assert_eq!(
            text(LEFT_JOIN),
            "SELECT 1 FROM countries LEFT JOIN orders ON countries.country_id = orders.country_id \
             AND orders.tenant_id = $1 AND orders.deleted_at IS NULL"
        );
        assert_eq!(
            text(" FULL JOIN "),
            "SELECT 1 FROM countries FULL JOIN (SELECT * FROM orders WHERE orders.tenant_id = $1 \
             AND orders.deleted_at IS NULL) AS orders ON countries.country_id = orders.country_id"
        );
    }
}
