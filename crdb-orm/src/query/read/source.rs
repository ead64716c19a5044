//! What a SELECT reads from: a table, a query, or a function that returns rows.

use super::body::Body;
use super::scope::RelationSource;
use crate::query::guard::Deleted;
use crate::query::hint::Hint;
use crate::query::node::Node;
use crate::query::writer::Writer;

/// What stands behind FROM or JOIN.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// A table, an alias of one, or a part of the statement that has a name.
    Named(RelationSource),
    /// `(SELECT ..) AS name`, or `function(..) AS name (columns)`.
    Derived(Box<Derived>),
}

#[derive(Debug, Clone)]
pub(crate) struct Derived {
    pub(crate) rows: DerivedRows,
    /// Whether it is read anew for each row of what stands before it.
    pub(crate) lateral: bool,
    pub(crate) name: RelationSource,
    /// The names of its columns; none where they have them already.
    pub(crate) columns: &'static [&'static str],
}

#[derive(Debug, Clone)]
pub(crate) enum DerivedRows {
    Query(Box<Body>),
    Function {
        call: Node,
        /// `WITH ORDINALITY`: the number of the row is one more column.
        numbered: bool,
    },
}

impl Source {
    /// The table, or the name.
    pub(crate) const fn relation(&self) -> &RelationSource {
        match self {
            Self::Named(relation) => relation,
            Self::Derived(derived) => &derived.name,
        }
    }

    /// A table or a name, which other statements than SELECT can read from, too.
    pub(crate) fn named(self) -> Option<RelationSource> {
        match self {
            Self::Named(relation) => Some(relation),
            Self::Derived(_) => None,
        }
    }

    /// Reads deleted rows, too; what is inside of a query is asked for itself.
    pub(crate) fn show_deleted(&mut self) {
        if let Self::Named(relation) = self {
            relation.deleted = Deleted::Shown;
        }
    }

    /// Reads no deleted rows.
    pub(crate) fn hide_deleted(&mut self) {
        if let Self::Named(relation) = self {
            relation.deleted = Deleted::Hidden;
        }
    }

    /// Writes it; `hint` stands behind the name of a table. Returns the condition that narrows it, unless it is to stand
    /// `inside` of it.
    #[must_use = "a table that is not narrowed shows rows of other tenants, and deleted ones"]
    pub(crate) fn write(self, writer: &mut Writer, inside: bool, hint: Option<Hint>) -> Option<Node> {
        let relation = match self {
            Self::Named(relation) => relation,
            // The tables in it are narrowed there.
            Self::Derived(derived) => {
                derived.write(writer);
                return None;
            }
        };
        let condition = relation.condition();
        if let (true, Some(condition)) = (inside, &condition) {
            writer.push("(SELECT ");
            // Each by its name: the star leaves out columns that are not visible.
            for (i, column) in relation.table.iter().flat_map(|(table, _)| table.columns).enumerate() {
                writer.push(if i == 0 { "" } else { ", " }).ident(column.name);
            }
            writer.push(" FROM ").name(&relation.name);
            Hint::write(hint, writer);
            let qualified = writer.qualify(false);
            writer.condition(Some(condition.clone()));
            writer.qualify(qualified);
            writer.push(") AS ").known_as(&relation.alias.unwrap_or(relation.name));
            return None;
        }
        if relation.table.is_none() {
            writer.reads_part(relation.name);
        }
        writer.name(&relation.name);
        Hint::write(hint, writer);
        if let Some(alias) = &relation.alias {
            writer.push(" AS ").name(alias);
        } else if writer.is_renamed(&relation.name) {
            writer.push(" AS ").known_as(&relation.name);
        }
        condition
    }
}

impl Derived {
    fn write(self, writer: &mut Writer) {
        writer.push(if self.lateral { "LATERAL " } else { "" });
        match self.rows {
            DerivedRows::Query(body) => {
                writer.push("(");
                body.write(writer, false);
                writer.push(")");
            }
            DerivedRows::Function { call, numbered } => {
                let qualified = writer.qualify(true);
                writer.node(call);
                writer.qualify(qualified);
                writer.push(if numbered { " WITH ORDINALITY" } else { "" });
            }
        }
        writer.push(" AS ").name(&self.name.alias.unwrap_or(self.name.name));
        for (i, column) in self.columns.iter().enumerate() {
            writer.push(if i == 0 { " (" } else { ", " }).ident(column);
        }
        writer.push(if self.columns.is_empty() { "" } else { ")" });
    }
}
