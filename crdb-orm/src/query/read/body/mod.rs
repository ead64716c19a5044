//! A SELECT of any form, without its types.

mod clauses;
mod combined;
mod join;
mod parts;
mod select;

use super::lock::Lock;
use super::scope::RelationSource;
use super::source::Source;
use crate::error::{Error, Result};
use crate::exec::Label;
use crate::query::guard::Deleted;
use crate::query::hint::Hint;
use crate::query::node::Node;
use crate::query::writer::Writer;
use crate::schema::{ColumnType, TypeName};

pub(crate) use self::clauses::{write_list, write_lock};
pub(crate) use self::join::{JOIN, Join, LEFT_JOIN};

/// A SELECT, or several that are put together.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    pub(crate) with: Vec<Part>,
    pub(crate) distinct: Distinct,
    pub(crate) list: Vec<(Node, ColumnType)>,
    /// The names of what is read, where they matter.
    pub(crate) names: &'static [&'static str],
    pub(crate) from: Source,
    /// How the first table is read.
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

    /// Refuses what no server takes.
    ///
    /// # Errors
    /// The whole of a UNION is ordered by something that it does not read.
    pub(crate) fn check(&self, label: Label) -> Result<()> {
        if !self.orders_by_what_is_not_read() {
            return Ok(());
        }
        let why = "the whole of a UNION, INTERSECT or EXCEPT is ordered by what its first part reads, and this is none \
                   of it: read it, too, or name the whole by `.named::<..>()` and order what is read from that";
        Err(Error::invalid_statement(label, why))
    }

    pub(crate) fn is_combined(&self) -> bool {
        !self.combined.is_empty()
    }

    pub(crate) fn is_distinct(&self) -> bool {
        !matches!(self.distinct, Distinct::No)
    }

    /// Whether something of it is computed over other rows than its own, too.
    pub(crate) fn has_windows(&self) -> bool {
        let read = self.list.iter().map(|(node, _)| node);
        read.chain(self.order.iter().map(|(node, _)| node)).any(Node::has_window)
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

    /// Says how one of its tables is read.
    pub(crate) fn hint_of(&mut self, table: &TypeName, hint: Hint) {
        let is = |source: &Source| {
            let relation = source.relation();
            relation.alias.unwrap_or(relation.name) == *table
        };
        if is(&self.from) {
            self.hint = Some(hint);
        }
        for join in self.joins.iter_mut().filter(|join| is(&join.source)) {
            join.hint = Some(hint);
        }
    }

    /// Whether a part of it writes.
    pub(crate) fn has_writes(&self) -> bool {
        self.with.iter().any(|part| matches!(part.query, Query::Write { .. }))
    }

    /// Whether it is said how one of its own tables is read.
    pub(crate) fn has_hints(&self) -> bool {
        let combined = self.combined.iter().any(|(_, other)| other.has_hints());
        self.hint.is_some() || self.joins.iter().any(|join| join.hint.is_some()) || combined
    }

    /// Narrows the rows.
    pub(crate) fn and(&mut self, condition: Node) {
        self.filter = Some(Node::and(self.filter.take(), condition));
    }

    /// Writes the parts that have names, and no more: where what is read goes into a table, they stand before INSERT, since a
    /// part that writes must be outermost.
    pub(crate) fn write_parts(&mut self, writer: &mut Writer) {
        parts::write(writer, std::mem::take(&mut self.with));
    }

    /// Writes it; `read` is whether its rows come to us and not to another part of the statement.
    pub(crate) fn write(self, writer: &mut Writer, read: bool) {
        let (mut this, known) = (self, writer.parts());
        // What a query around it is grouped by is known by other names there.
        let shared = writer.share(Vec::new());
        this.write_parts(writer);
        if read && this.orders_distinct_labels() {
            this = this.enclosed();
        }
        if this.combined.is_empty() {
            this.write_select(writer, read);
        } else {
            this.write_combined(writer, read);
        }
        writer.share(shared);
        writer.forget_parts(known);
    }
}

#[cfg(test)]
mod tests;
