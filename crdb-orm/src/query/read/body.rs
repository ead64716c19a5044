//! A SELECT of any form, without its types.

use std::borrow::Cow;

use super::lock::{Lock, Strength, Wait};
use super::scope::RelationSource;
use super::source::Source;
use crate::query::guard::Deleted;
use crate::query::node::{Node, cast};
use crate::query::order::ordered;
use crate::query::writer::{Renamed, Writer};
use crate::schema::{ColumnType, TypeName};
use crate::types::{Value, text_cast};

/// A SELECT, or several that are put together.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    pub(crate) with: Vec<Part>,
    pub(crate) distinct: Distinct,
    pub(crate) list: Vec<(Node, ColumnType)>,
    /// The names of what is read, where they matter.
    pub(crate) names: &'static [&'static str],
    pub(crate) from: Source,
    pub(crate) hint: Option<Hint>,
    pub(crate) joins: Vec<Join>,
    pub(crate) filter: Option<Node>,
    pub(crate) group: Vec<Node>,
    pub(crate) having: Option<Node>,
    pub(crate) order: Vec<(Node, &'static str)>,
    pub(crate) limit: Option<u64>,
    pub(crate) offset: Option<u64>,
    pub(crate) lock: Option<Lock>,
    /// The queries that it is made of, each with how it is put to those before; none where it is one SELECT.
    pub(crate) combined: Vec<(SetOperation, Self)>,
}

/// A part of a statement that has a name.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) name: RelationSource,
    pub(crate) columns: &'static [&'static str],
    pub(crate) query: Query,
    pub(crate) recursive: bool,
    /// Whether it is kept as rows, where that is said.
    pub(crate) materialized: Option<bool>,
}

/// A table that is joined.
#[derive(Debug, Clone)]
pub(crate) struct Join {
    pub(crate) kind: &'static str,
    pub(crate) source: Source,
    /// A table between, with the condition under which its rows belong to those of `source`.
    pub(crate) via: Option<(RelationSource, Node)>,
    /// The condition; none of a CROSS JOIN.
    pub(crate) on: Option<Node>,
}

impl Join {
    pub(crate) const fn new(kind: &'static str, source: RelationSource, on: Option<Node>) -> Self {
        Self { kind, source: Source::Named(source), via: None, on }
    }

    fn write(self, writer: &mut Writer, inside: bool) {
        writer.push(self.kind);
        let narrowed = match self.via {
            Some((between, on)) => {
                writer.push("(");
                let narrowed = Source::Named(between).write(writer, inside, |_| ());
                writer.push(" JOIN ");
                let also = self.source.write(writer, inside, |_| ());
                let on = narrowed.into_iter().chain(also).fold(on, |on, next| Node::and(Some(on), next));
                writer.push(" ON ").node(on).push(")");
                None
            }
            None => self.source.write(writer, inside, |_| ()),
        };
        let on = match (self.on, narrowed) {
            (on, Some(condition)) => Some(Node::and(on, condition)),
            (on, None) => on,
        };
        if let Some(on) = on {
            writer.push(" ON ").node(on);
        }
    }
}

/// How the rows of two queries are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SetOperation {
    Union,
    UnionAll,
    Intersect,
    Except,
}

impl SetOperation {
    const fn text(self) -> &'static str {
        match self {
            Self::Union => " UNION ",
            Self::UnionAll => " UNION ALL ",
            Self::Intersect => " INTERSECT ",
            Self::Except => " EXCEPT ",
        }
    }
}

/// What a common table expression is.
#[derive(Debug, Clone)]
pub(crate) enum Query {
    Read(Box<Body>),
    /// A write: its text before RETURNING, with its values, and what it returns.
    Write {
        statement: Box<crate::exec::Statement>,
        list: Vec<(Node, ColumnType)>,
        /// Whether it is of several tables.
        joined: bool,
    },
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
        Self::of(Source::Named(from))
    }

    pub(crate) const fn of(from: Source) -> Self {
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
            combined: Vec::new(),
        }
    }

    /// Puts the rows of another query to these.
    pub(crate) fn combine(mut self, operation: SetOperation, other: Self) -> Self {
        let plain = self.order.is_empty() && self.limit.is_none() && self.offset.is_none();
        if plain && self.combined.last().is_some_and(|(last, _)| *last == operation) {
            self.combined.push((operation, other));
            return self;
        }
        let mut whole = Self::of(self.from.clone());
        // What a part has named can be read by the others, too, and a write must stand outermost.
        whole.with = std::mem::take(&mut self.with);
        whole.list.clone_from(&self.list);
        whole.combined = vec![(operation, self), (operation, other)];
        whole
    }

    /// Whether it is ordered by something that is not read, although only what is read can be looked at.
    pub(crate) fn orders_by_what_is_not_read(&self) -> bool {
        let unread = |(node, _): &(Node, &str)| self.list.iter().all(|(read, _)| read != node);
        !self.combined.is_empty() && self.order.iter().any(unread)
    }

    pub(crate) fn is_combined(&self) -> bool {
        !self.combined.is_empty()
    }

    pub(crate) fn is_distinct(&self) -> bool {
        !matches!(self.distinct, Distinct::No)
    }

    /// Whether a join may find no row of a table.
    pub(crate) fn has_outer_joins(&self) -> bool {
        self.joins.iter().any(|join| !matches!(join.kind, " JOIN " | " CROSS JOIN "))
    }

    /// What it reads from.
    pub(crate) fn relations(&self) -> impl Iterator<Item = RelationSource> {
        let joined = self.joins.iter().flat_map(|join| {
            let between = join.via.as_ref().map(|(between, _)| *between);
            between.into_iter().chain([*join.source.relation()])
        });
        [*self.from.relation()].into_iter().chain(joined)
    }

    /// Reads one more value with each row.
    pub(crate) fn read_too(&mut self, node: &Node, ty: ColumnType) {
        self.list.push((node.clone(), ty));
        for (_, other) in &mut self.combined {
            other.read_too(node, ty);
        }
    }

    /// Refuses a value of the caller's that is read for a column which keeps less digits behind the point.
    pub(crate) fn refuse_rounded(&mut self, place: usize, column: &'static str, scale: u16) {
        if let Some((Node::Value(value), _)) = self.list.get_mut(place) {
            *value = value.clone().in_scale(column, scale);
        }
        for (_, other) in &mut self.combined {
            other.refuse_rounded(place, column, scale);
        }
    }

    /// Reads deleted rows, too.
    pub(crate) fn show_deleted(&mut self) {
        self.from.show_deleted();
        for join in &mut self.joins {
            join.source.show_deleted();
            if let Some((between, _)) = &mut join.via {
                between.deleted = Deleted::Shown;
            }
        }
        for (_, other) in &mut self.combined {
            other.show_deleted();
        }
    }

    /// Narrows the rows.
    pub(crate) fn and(&mut self, condition: Node) {
        self.filter = Some(Node::and(self.filter.take(), condition));
    }

    /// Writes it; `read` is whether its rows come to us and not to another part of the statement.
    pub(crate) fn write(self, writer: &mut Writer, read: bool) {
        let mut this = self;
        write_parts(writer, std::mem::take(&mut this.with));
        if read && this.orders_distinct_labels() {
            this = this.enclosed();
        }
        if this.combined.is_empty() {
            this.write_select(writer, read);
        } else {
            this.write_combined(writer, read);
        }
    }

    /// Whether rows that are told apart are ordered by an enum: read as text, it would have the order of texts, and
    /// nothing but what is read can be ordered by.
    fn orders_distinct_labels(&self) -> bool {
        let is_read =
            |(node, _): &(Node, &str)| self.list.iter().find(|(read, _)| read == node).map(|(_, ty)| *ty);
        let types: Option<Vec<ColumnType>> = self.order.iter().map(is_read).collect();
        matches!(self.distinct, Distinct::Rows)
            && self.combined.is_empty()
            && types.is_some_and(|types| types.into_iter().any(|ty| text_cast(ty).is_some()))
    }

    /// The same with what comes last outside of it.
    fn enclosed(mut self) -> Self {
        let mut whole = Self::of(self.from.clone());
        whole.list.clone_from(&self.list);
        whole.names = std::mem::take(&mut self.names);
        whole.order = std::mem::take(&mut self.order);
        whole.limit = self.limit.take();
        whole.offset = self.offset.take();
        whole.combined = vec![(SetOperation::Union, self)];
        whole
    }

    fn write_select(self, writer: &mut Writer, read: bool) {
        // A statement with one table needs no names of tables, unless it stands inside another.
        let qualified = writer.qualify(!read || !self.joins.is_empty());
        // What narrows a table stands in WHERE, or in the condition of its join. A join that keeps rows of either side
        // would keep those that are narrowed out, so there it stands inside of the table.
        let inside = self.joins.iter().any(|join| ![JOIN, LEFT_JOIN].contains(&join.kind));
        // A table in a schema would hide one of its last name around this query.
        let nested = !read && self.relations().any(|own| own.alias.is_none() && own.name.schema.is_some());
        let renamed = (inside || nested || self.has_namesakes() || !writer.renamed().is_empty()).then(|| {
            let renamed = self.renamed(writer.renamed(), inside, nested);
            writer.renaming(renamed)
        });
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
        let hint = self.hint.filter(|_| writer.has_hints());
        let filter = match self.from.write(writer, inside, |writer| write_hint(writer, hint)) {
            Some(condition) => Some(Node::and(self.filter, condition)),
            None => self.filter,
        };
        for join in self.joins {
            join.write(writer, inside);
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
        write_limit(writer, self.limit, self.offset);
        if let Some(lock) = self.lock {
            write_lock(writer, lock);
        }
        if let Some(renamed) = renamed {
            writer.renaming(renamed);
        }
        writer.qualify(qualified);
    }

    /// What tables are known by in it. One that is narrowed inside is a query with a name, and a name has no schema.
    fn renamed(&self, outside: &[(TypeName, Cow<'static, str>)], inside: bool, nested: bool) -> Renamed {
        let own: Vec<RelationSource> = self.relations().collect();
        let known = |relation: &RelationSource| relation.alias.unwrap_or(relation.name);
        // Its own tables hide those outside.
        let mut renamed: Renamed =
            outside.iter().filter(|(name, _)| own.iter().all(|own| known(own) != *name)).cloned().collect();
        for relation in own.iter().filter(|own| own.alias.is_none()) {
            let (table, narrowed) = (relation.name, inside && relation.condition().is_some());
            let has_namesake = own.iter().any(|other| known(other).is_namesake(&table));
            // With its schema: the last name alone may be that of another table, here or in a query inside.
            let is_renamed = if narrowed {
                table.schema.is_some() || has_namesake
            } else {
                table.schema.is_some() && (has_namesake || nested)
            };
            if is_renamed {
                let schema = table.schema.unwrap_or("public");
                renamed.push((table, Cow::Owned(format!("{schema}.{}", table.name))));
            }
        }
        renamed
    }

    /// Whether two of its tables have one name, in two schemas: by that name alone nobody knows which is meant.
    fn has_namesakes(&self) -> bool {
        let known = || self.relations().map(|own| own.alias.unwrap_or(own.name));
        !self.joins.is_empty() && known().any(|one| known().any(|other| one.is_namesake(&other)))
    }

    /// `(SELECT ..) UNION (SELECT ..) ORDER BY 1`: what is read has a place and no name.
    fn write_combined(mut self, writer: &mut Writer, read: bool) {
        let place = |node: &Node| self.list.iter().position(|(read, _)| read == node);
        let order: Vec<_> =
            self.order.iter().map(|(node, suffix)| (place(node), node.clone(), *suffix)).collect();
        // An enum is read as text, and has the order of its labels only before.
        let as_text = |place: Option<usize>| {
            place.and_then(|place| self.list.get(place)).is_some_and(|(_, ty)| text_cast(*ty).is_some())
        };
        let outer = read && order.iter().any(|(place, ..)| as_text(*place));
        if outer {
            writer.push("SELECT ");
            for (i, (_, ty)) in self.list.iter().enumerate() {
                writer.push(if i == 0 { "" } else { ", " }).push(&format!("c{}", i + 1));
                match text_cast(*ty) {
                    Some(true) => writer.push("::TEXT[]"),
                    Some(false) => writer.push("::TEXT"),
                    None => writer,
                };
                if let Some(name) = self.names.get(i) {
                    writer.push(" AS ").ident(name);
                }
            }
            writer.push(" FROM (");
        } else if let Some((_, first)) = self.combined.first_mut() {
            first.names = self.names;
        }
        let alone = self.combined.len() == 1;
        for (i, (operation, body)) in std::mem::take(&mut self.combined).into_iter().enumerate() {
            writer.push(if i == 0 { "" } else { operation.text() }).push(if alone { "" } else { "(" });
            body.write(writer, read && !outer);
            writer.push(if alone { "" } else { ")" });
        }
        if outer {
            writer.push(") AS whole (");
            for i in 0..self.list.len() {
                writer.push(if i == 0 { "" } else { ", " }).push(&format!("c{}", i + 1));
            }
            writer.push(")");
        }
        for (i, (place, node, suffix)) in order.into_iter().enumerate() {
            writer.push(if i == 0 { " ORDER BY " } else { ", " });
            match place {
                Some(place) if outer => writer.push(&format!("whole.c{}", place + 1)),
                Some(place) => writer.push(&(place + 1).to_string()),
                None => writer.node(node),
            };
            writer.push(suffix);
        }
        write_limit(writer, self.limit, self.offset);
    }
}

/// `WITH a (..) AS (..), b (..) AS (..) `.
fn write_parts(writer: &mut Writer, with: Vec<Part>) {
    let named = !with.is_empty();
    let recursive = with.iter().any(|part| part.recursive);
    for (i, part) in with.into_iter().enumerate() {
        let start = if recursive { "WITH RECURSIVE " } else { "WITH " };
        writer.push(if i == 0 { start } else { ", " }).name(&part.name.name).push(" (");
        for (i, column) in part.columns.iter().enumerate() {
            writer.push(if i == 0 { "" } else { ", " }).ident(column);
        }
        writer.push(match part.materialized {
            None => ") AS (",
            Some(true) => ") AS MATERIALIZED (",
            Some(false) => ") AS NOT MATERIALIZED (",
        });
        match part.query {
            Query::Read(body) => body.write(writer, false),
            Query::Write { statement, list, joined } => {
                writer.resume(*statement).push(" RETURNING ");
                let before = writer.qualify(true);
                writer.qualify(before || joined);
                write_list(writer, list, &[], false);
                writer.qualify(before);
            }
        }
        writer.push(")");
    }
    writer.push(if named { " " } else { "" });
}

fn write_limit(writer: &mut Writer, limit: Option<u64>, offset: Option<u64>) {
    for (text, rows) in [(" LIMIT ", limit), (" OFFSET ", offset)] {
        if let Some(rows) = rows {
            // More rows than an i64 counts are no limit.
            writer.push(text).value(Value::encode(&i64::try_from(rows).unwrap_or(i64::MAX)));
        }
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
        writer.push(" OF ");
        // A name of a table in a schema, without it: the server takes no other.
        let renamed = writer.renamed().iter().find(|(table, _)| *table == of).map(|(_, name)| name.clone());
        writer.ident(&renamed.unwrap_or(Cow::Borrowed(of.name)));
    }
    writer.push(match lock.wait {
        Wait::Block => "",
        Wait::Fail => " NOWAIT",
        Wait::Skip => " SKIP LOCKED",
    });
}

fn write_hint(writer: &mut Writer, hint: Option<Hint>) {
    match hint {
        Some(Hint::Index(index)) => {
            writer.push("@").ident(index);
        }
        Some(Hint::NoFullScan) => {
            writer.push("@{NO_FULL_SCAN}");
        }
        None => {}
    }
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

    #[derive(crate::CrdbTable)]
    #[crdb(table = "orders")]
    #[allow(dead_code, reason = "its columns are looked at")]
    struct Order {
        #[crdb(primary_key)]
        id: i64,
        number: i64,
    }

    const ORDERS: RelationSource = RelationSource {
        guard: Guard::NONE.tenant::<i64>("tenant_id").soft_delete("deleted_at"),
        ..RelationSource::table::<Order>()
    };
    const COUNTRIES: RelationSource = RelationSource::cte(TypeName::new("countries"));

    fn text(kind: &'static str) -> String {
        let mut body = Body::new(COUNTRIES);
        body.list = vec![(Node::Constant("1"), ColumnType::Int8)];
        let column = |source: &RelationSource| Node::At(source.name, "country_id");
        let on = Node::binary(Operator::EQ, column(&COUNTRIES), column(&ORDERS));
        body.joins.push(Join::new(kind, ORDERS, Some(on)));
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
            "SELECT 1 FROM countries FULL JOIN (SELECT id, number FROM orders WHERE tenant_id = $1 \
             AND deleted_at IS NULL) AS orders ON countries.country_id = orders.country_id"
        );
    }

    /// A query has a name without a schema, and two have not the same one.
    #[test]
    fn a_table_in_a_schema_that_is_narrowed_inside_is_known_by_a_name_of_its_own() {
        const SALES: TypeName = TypeName::new("orders").in_schema("sales");
        let text = |others: RelationSource, others_name: &'static TypeName| {
            let mut body = Body::new(RelationSource { name: SALES, ..ORDERS });
            let number = |name| Node::Of(name, "number");
            body.list = vec![(number(&SALES), ColumnType::Int8)];
            let mut below = Body::new(RelationSource { name: SALES, ..ORDERS });
            below.list = body.list.clone();
            body.filter = Some(Node::binary(Operator::EQ, number(&SALES), Node::Query(Box::new(below))));
            let on = Node::binary(Operator::EQ, number(&SALES), number(others_name));
            body.joins.push(Join::new(" FULL JOIN ", others, Some(on)));
            let mut writer = Writer::new("");
            body.write(&mut writer, true);
            writer.finish(Class::Read, Label { verb: "select", table: None }).sql.into_owned()
        };
        const PLAIN: TypeName = TypeName::new("orders");
        let of_sales = "(SELECT id, number FROM sales.orders WHERE tenant_id = $1 AND deleted_at IS NULL)";
        let below = "(SELECT \"sales.orders\".number FROM sales.orders AS \"sales.orders\" \
                     WHERE \"sales.orders\".tenant_id = $3 AND \"sales.orders\".deleted_at IS NULL)";
        assert_eq!(
            text(ORDERS, &PLAIN),
            format!(
                "SELECT \"sales.orders\".number FROM {of_sales} AS \"sales.orders\" FULL JOIN (SELECT id, number FROM orders \
                 WHERE tenant_id = $2 AND deleted_at IS NULL) AS \"public.orders\" \
                 ON \"sales.orders\".number = \"public.orders\".number WHERE \"sales.orders\".number = {below}"
            )
        );
        const OTHER: TypeName = TypeName::new("countries");
        assert_eq!(
            text(COUNTRIES, &OTHER),
            format!(
                "SELECT \"sales.orders\".number FROM {of_sales} AS \"sales.orders\" FULL JOIN countries \
                 ON \"sales.orders\".number = countries.number WHERE \"sales.orders\".number = {}",
                below.replace("$3", "$2")
            )
        );
    }
}
