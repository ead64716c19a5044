//! One SELECT.

use std::borrow::Cow;

use super::super::scope::RelationSource;
use super::clauses::{write_limit, write_list, write_lock};
use super::join::{JOIN, LEFT_JOIN, padded};
use super::{Body, Distinct};
use crate::query::node::Node;
use crate::query::order::ordered;
use crate::query::writer::{Renamed, Writer};
use crate::schema::{ColumnType, TypeName};

impl Body {
    pub(super) fn write_select(self, writer: &mut Writer, read: bool) {
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
        let ordered = !self.order.is_empty() || self.reads().any(Node::has_order);
        let missing = if ordered { padded(&self.from, &self.joins) } else { Vec::new() };
        let padded = writer.padding(missing);
        writer.push("SELECT ");
        let written_again =
            !self.order.is_empty() || !self.group.is_empty() || matches!(self.distinct, Distinct::On(_));
        let list = if written_again { self.list.clone() } else { Vec::new() };
        writer.share(self.told_apart().map(|node| (node.clone(), None)).collect());
        // Inside another part of the statement every column has its table.
        let order_names = read.then_some(self.names);
        match self.distinct {
            Distinct::No => {}
            Distinct::Rows => {
                writer.push("DISTINCT ");
            }
            Distinct::On(nodes) => {
                writer.push("DISTINCT ON (");
                for (i, node) in nodes.into_iter().enumerate() {
                    again(writer.push(if i == 0 { "" } else { ", " }), node, &list, order_names);
                }
                writer.push(") ");
            }
        }
        write_list(writer, self.list, self.names, read);
        // A condition is about the rows before, and may have any values.
        let shared = writer.share(Vec::new());
        writer.push(" FROM ");
        let filter = match self.from.write(writer, inside, self.hint) {
            Some(condition) => Some(Node::and(self.filter, condition)),
            None => self.filter,
        };
        for join in self.joins {
            join.write(writer, inside);
        }
        writer.condition(filter);
        writer.share(shared);
        for (i, node) in self.group.into_iter().enumerate() {
            again(writer.push(if i == 0 { " GROUP BY " } else { ", " }), node, &list, None);
        }
        if let Some(having) = self.having {
            writer.push(" HAVING ").node(having);
        }
        for (i, (node, direction)) in self.order.into_iter().enumerate() {
            let direction = writer.direction(&node, direction);
            again(writer.push(if i == 0 { " ORDER BY " } else { ", " }), node, &list, order_names);
            writer.push(direction);
        }
        write_limit(writer, self.limit, self.offset);
        if let Some(lock) = self.lock {
            write_lock(writer, lock);
        }
        writer.padding(padded);
        if let Some(renamed) = renamed {
            writer.renaming(renamed);
        }
        writer.qualify(qualified);
    }

    /// What its rows are told apart by, where it has values.
    fn told_apart(&self) -> impl Iterator<Item = &Node> {
        let distinct = if let Distinct::On(nodes) = &self.distinct { nodes.as_slice() } else { &[] };
        let all = self.group.iter().chain(distinct);
        all.filter(|node| !matches!(node, Node::Value(_)) && node.has_value())
    }

    /// What is read by it where an order may stand inside of an expression.
    fn reads(&self) -> impl Iterator<Item = &Node> {
        let distinct = if let Distinct::On(nodes) = &self.distinct { nodes.as_slice() } else { &[] };
        self.list.iter().map(|(node, _)| node).chain(&self.having).chain(distinct)
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
}

/// Writes what is grouped or ordered by. What is read too, and has values, is written as its place in the list: with other
/// placeholders the server would take it for another expression. In an order, names of what is read come before columns.
fn again(writer: &mut Writer, node: Node, list: &[(Node, ColumnType)], ordering: Option<&[&str]>) {
    match list.iter().position(|(read, _)| *read == node) {
        Some(place) if node.has_value() => {
            writer.push(&(place + 1).to_string());
        }
        _ => match ordering {
            Some(names) => ordered(writer, node, list, names),
            None => {
                writer.node(node);
            }
        },
    }
}
