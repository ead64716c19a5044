//! Tables that are joined.

use super::super::scope::RelationSource;
use super::super::source::Source;
use crate::query::hint::Hint;
use crate::query::node::Node;
use crate::query::writer::Writer;
use crate::schema::TypeName;

/// The kinds of joins that keep no row of the table that is joined which its condition refuses.
pub(crate) const JOIN: &str = " JOIN ";
pub(crate) const LEFT_JOIN: &str = " LEFT JOIN ";
const CROSS_JOIN: &str = " CROSS JOIN ";

/// The names of the tables that may have no row beside those of others: their columns are NULL then, whatever their types say.
pub(super) fn padded(from: &Source, joins: &[Join]) -> Vec<TypeName> {
    if joins.iter().all(|join| [JOIN, CROSS_JOIN].contains(&join.kind)) {
        return Vec::new();
    }
    let known = |relation: &RelationSource| relation.alias.unwrap_or(relation.name);
    let name = |source: &Source| match source {
        Source::Named(relation) => known(relation),
        Source::Derived(derived) => known(&derived.name),
    };
    let mut all = vec![name(from)];
    let mut padded = Vec::new();
    for Join { kind, source, via, .. } in joins {
        let own = via.iter().map(|(between, _)| known(between)).chain([name(source)]);
        match *kind {
            JOIN | CROSS_JOIN => all.extend(own),
            LEFT_JOIN => {
                all.extend(own.clone());
                padded.extend(own);
            }
            // RIGHT and FULL: a row of this one may have none of those before it.
            _ => {
                padded.extend(all.iter().copied());
                all.extend(own.clone());
                padded.extend(own);
            }
        }
    }
    padded
}

/// A table that is joined.
#[derive(Debug, Clone)]
pub(crate) struct Join {
    pub(crate) kind: &'static str,
    pub(crate) source: Source,
    /// How it is read.
    pub(crate) hint: Option<Hint>,
    /// A table between, with the condition under which its rows belong to those of `source`.
    pub(crate) via: Option<(RelationSource, Node)>,
    /// The condition; none of a CROSS JOIN.
    pub(crate) on: Option<Node>,
}

impl Join {
    pub(crate) const fn new(kind: &'static str, source: RelationSource, on: Option<Node>) -> Self {
        Self { kind, source: Source::Named(source), hint: None, via: None, on }
    }

    pub(super) fn write(self, writer: &mut Writer, inside: bool) {
        writer.push(self.kind);
        let narrowed = match self.via {
            Some((between, on)) => {
                writer.push("(");
                let narrowed = Source::Named(between).write(writer, inside, None);
                writer.push(" JOIN ");
                let also = self.source.write(writer, inside, self.hint);
                let on = narrowed.into_iter().chain(also).fold(on, |on, next| Node::and(Some(on), next));
                writer.push(" ON ").node(on).push(")");
                None
            }
            None => self.source.write(writer, inside, self.hint),
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
