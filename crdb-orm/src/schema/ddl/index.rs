//! Indexes: inside the table on `CockroachDB`, statements of their own on `PostgreSQL`.

use std::fmt::Write;

use super::super::{Direction, HashSharding, IndexDef, KeyPart, TableDef, Target, ident};
use super::names::Names;
use super::notices::Notice;
use super::{DdlKind, Printer, partition};

/// Writes an index inside `CREATE TABLE`.
pub(super) fn push_inline(
    out: &mut String,
    table: &TableDef,
    index: &IndexDef,
    names: &Names,
    name: &str,
    target: Target,
) {
    out.push_str(if index.unique { "UNIQUE INDEX " } else { "INDEX " });
    ident::push_ident(out, name);
    out.push_str(" (");
    push_parts(out, table, index.parts, target);
    out.push(')');
    if index.hash.is_some() {
        out.push_str(" USING HASH");
    }
    push_storing(out, index, " STORING (");
    partition::push(out, table, names, Some(name));
    // The grammar has the number of buckets after what is stored.
    push_buckets(out, index.hash);
    push_filter(out, index);
}

/// The indexes of a table where they cannot be inside it.
pub(super) fn push_statements(out: &mut Printer, table: &TableDef, names: &Names) {
    if !out.target.is_postgresql() {
        return;
    }
    for (index, name) in table.indexes.iter().zip(&names.indexes) {
        let mut sql = if index.unique { "CREATE UNIQUE INDEX " } else { "CREATE INDEX " }.to_owned();
        ident::push_ident(&mut sql, name);
        sql.push_str(" ON ");
        ident::push_name(&mut sql, &table.name);
        sql.push_str(" (");
        push_parts(&mut sql, table, index.parts, out.target);
        sql.push(')');
        if index.hash.is_some() {
            out.notices.add(Notice::HashSharding, format!("{}.{name}", table.name));
        }
        push_storing(&mut sql, index, " INCLUDE (");
        push_filter(&mut sql, index);
        out.push(DdlKind::Index, sql);
    }
}

/// Writes the columns of a key or index with their order.
///
/// `CockroachDB` sorts NULL before all values, `PostgreSQL` after them: there the order is written out for columns that
/// may be NULL.
pub(super) fn push_parts(out: &mut String, table: &TableDef, parts: &[KeyPart], target: Target) {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        ident::push_ident(out, part.column);
        if part.direction == Direction::Desc {
            out.push_str(" DESC");
        }
        if target.is_postgresql() && table.column(part.column).is_some_and(|column| column.nullable) {
            out.push_str(match part.direction {
                Direction::Asc => " NULLS FIRST",
                Direction::Desc => " NULLS LAST",
            });
        }
    }
}

/// Writes the number of buckets, if one is given.
pub(super) fn push_buckets(out: &mut String, hash: Option<HashSharding>) {
    if let Some(buckets) = hash.and_then(|hash| hash.buckets) {
        // Writing to a `String` cannot fail.
        let _ = write!(out, " WITH (bucket_count = {buckets})");
    }
}

fn push_storing(out: &mut String, index: &IndexDef, storing: &str) {
    if !index.storing.is_empty() {
        out.push_str(storing);
        ident::push_list(out, index.storing.iter().copied());
        out.push(')');
    }
}

fn push_filter(out: &mut String, index: &IndexDef) {
    if let Some(filter) = index.filter {
        out.push_str(" WHERE ");
        out.push_str(filter);
    }
}
