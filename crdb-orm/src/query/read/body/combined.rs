//! Several queries that are put together, and one whose order stands outside of it.

use super::clauses::write_limit;
use super::join::padded;
use super::{Body, Distinct, SetOperation};
use crate::query::node::Node;
use crate::query::writer::{Writer, with_nulls};
use crate::schema::ColumnType;
use crate::types::text_cast;

impl Body {
    /// Whether rows that are told apart are ordered by an enum: read as text, it would have the order of texts, and
    /// nothing but what is read can be ordered by.
    pub(super) fn orders_distinct_labels(&self) -> bool {
        let is_read =
            |(node, _): &(Node, &str)| self.list.iter().find(|(read, _)| read == node).map(|(_, ty)| *ty);
        let types: Option<Vec<ColumnType>> = self.order.iter().map(is_read).collect();
        matches!(self.distinct, Distinct::Rows)
            && self.combined.is_empty()
            && types.is_some_and(|types| types.into_iter().any(|ty| text_cast(ty).is_some()))
    }

    /// The same with what comes last outside of it.
    pub(super) fn enclosed(mut self) -> Self {
        let mut whole = Self::of(self.from.clone());
        whole.list.clone_from(&self.list);
        whole.names = std::mem::take(&mut self.names);
        whole.order = std::mem::take(&mut self.order);
        whole.limit = self.limit.take();
        whole.offset = self.offset.take();
        whole.combined = vec![(SetOperation::Union, self)];
        whole
    }

    /// Whether what is read at a place is of a row that an outer join may not find, in any of its parts.
    fn may_miss(&self, place: usize) -> bool {
        if self.combined.is_empty() {
            let missing = padded(&self.from, &self.joins);
            return self.list.get(place).is_some_and(|(node, _)| node.reads_any(&missing));
        }
        self.combined.iter().any(|(_, part)| part.may_miss(place))
    }

    /// `(SELECT ..) UNION (SELECT ..) ORDER BY 1`: what is read has a place and no name.
    pub(super) fn write_combined(mut self, writer: &mut Writer, read: bool) {
        let place = |node: &Node| self.list.iter().position(|(read, _)| read == node);
        let order = self.order.iter().map(|(node, direction)| {
            let place = place(node);
            let missing = place.is_some_and(|place| self.may_miss(place));
            (place, node.clone(), if missing { with_nulls(direction) } else { direction })
        });
        let order: Vec<_> = order.collect();
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
        for (i, (place, node, direction)) in order.into_iter().enumerate() {
            writer.push(if i == 0 { " ORDER BY " } else { ", " });
            match place {
                Some(place) if outer => writer.push(&format!("whole.c{}", place + 1)),
                Some(place) => writer.push(&(place + 1).to_string()),
                None => writer.node(node),
            };
            writer.push(direction);
        }
        write_limit(writer, self.limit, self.offset);
    }
}
