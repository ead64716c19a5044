//! Indexes: inside the table on `CockroachDB`, statements of their own on `PostgreSQL`.

use std::fmt::Write;

use super::super::{
    Direction, HashSharding, IndexDef, IndexMethod, KeyPart, StorageParameter, TableDef, Target, TypeName,
    ident,
};
use super::names::Names;
use super::notices::{Notice, Notices};
use super::{DdlKind, Printer, constraint, extension, partition, storage};

/// Writes an index inside `CREATE TABLE`: on `PostgreSQL` a constraint only.
pub(super) fn push_inline(
    out: &mut String,
    table: &TableDef,
    index: &IndexDef,
    names: &Names,
    name: &str,
    target: Target,
) {
    if index.constraint {
        constraint::push_constraint(out, name);
        out.push_str("UNIQUE (");
        ident::push_list(out, index.parts.iter().map(|part| part.column));
        out.push(')');
        if target.is_postgresql() {
            return push_storing(out, index, " INCLUDE (");
        }
        push_storing(out, index, " STORING (");
        return partition::push(out, table, names, Some(name));
    }
    out.push_str(match index.method {
        IndexMethod::Ordered if index.unique => "UNIQUE INDEX ",
        IndexMethod::Ordered => "INDEX ",
        IndexMethod::Inverted => "INVERTED INDEX ",
        IndexMethod::Vector => "VECTOR INDEX ",
    });
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
    push_parameters(out, index.hash, index.storage, target);
    push_filter(out, index);
    match index.visibility {
        None => {}
        Some(fraction) if fraction <= 0.0 => out.push_str(" NOT VISIBLE"),
        Some(fraction) if fraction >= 1.0 => out.push_str(" VISIBLE"),
        Some(fraction) => {
            // Writing to a `String` cannot fail.
            let _ = write!(out, " VISIBILITY {fraction}");
        }
    }
}

/// The indexes of a table where they cannot be inside it.
pub(super) fn push_statements(out: &mut Printer, table: &TableDef, names: &Names) {
    if !out.target.is_postgresql() {
        return;
    }
    for (index, name) in table.indexes.iter().zip(&names.indexes).filter(|(index, _)| !index.constraint) {
        note(out, table, index, name);
        if index.method == IndexMethod::Vector {
            continue;
        }
        let mut sql = if index.unique { "CREATE UNIQUE INDEX " } else { "CREATE INDEX " }.to_owned();
        ident::push_ident(&mut sql, name);
        sql.push_str(" ON ");
        ident::push_name(&mut sql, &table.name);
        if index.method == IndexMethod::Inverted {
            let shape = |part: &KeyPart| {
                table.column(part.column).is_some_and(|column| column.ty.is_shape() && !part.expression)
            };
            sql.push_str(if index.parts.last().is_some_and(shape) {
                " USING gist ("
            } else {
                " USING gin ("
            });
            // Only its last column is inverted, and theirs take no others.
            index.parts.iter().rev().take(1).for_each(|part| push_term(&mut sql, part));
        } else {
            sql.push_str(" (");
            push_parts(&mut sql, table, index.parts, out.target);
        }
        sql.push(')');
        push_storing(&mut sql, index, " INCLUDE (");
        push_filter(&mut sql, index);
        out.push(DdlKind::Index, sql);
    }
}

/// Notes what `PostgreSQL` leaves out of an index.
fn note(out: &mut Printer, table: &TableDef, index: &IndexDef, name: &str) {
    let mut add = |notice| out.notices.add(notice, format!("{}.{name}", table.name));
    if index.method == IndexMethod::Vector {
        return add(Notice::VectorIndex);
    }
    if index.hash.is_some() {
        add(Notice::HashSharding);
    }
    if index.method == IndexMethod::Inverted && index.parts.len() > 1 {
        add(Notice::InvertedPrefix);
    }
    if index.visibility.is_some_and(|fraction| fraction < 1.0) {
        add(Notice::IndexVisibility);
    }
    note_storage(&mut out.notices, table, name, index.storage);
}

/// Notes the storage parameters of a key or an index, which `PostgreSQL` leaves out.
pub(super) fn note_storage(notices: &mut Notices, table: &TableDef, name: &str, all: &[StorageParameter]) {
    if !all.is_empty() {
        let names: Vec<&str> = all.iter().map(|parameter| parameter.name).collect();
        notices.add(Notice::Storage, format!("{}.{name} ({})", table.name, names.join(", ")));
    }
}

/// The extension of `PostgreSQL` that an index needs.
pub(super) fn extension(index: &IndexDef) -> Option<&'static str> {
    let trigrams = |part: &KeyPart| part.op_class == Some(extension::TRIGRAM_OPS);
    (index.method == IndexMethod::Inverted && index.parts.iter().any(trigrams)).then_some("pg_trgm")
}

/// Writes the columns of a key or index with their order.
///
/// `CockroachDB` sorts NULL before all values, `PostgreSQL` after them: there the order is written out for columns that
/// may be NULL, and for expressions.
pub(super) fn push_parts(out: &mut String, table: &TableDef, parts: &[KeyPart], target: Target) {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        push_term(out, part);
        if part.direction == Direction::Desc {
            out.push_str(" DESC");
        }
        let nullable = || table.column(part.column).is_some_and(|column| column.nullable);
        if target.is_postgresql() && (part.expression || nullable()) {
            out.push_str(match part.direction {
                Direction::Asc => " NULLS FIRST",
                Direction::Desc => " NULLS LAST",
            });
        }
    }
}

/// Writes a column or an expression with its operator class.
fn push_term(out: &mut String, part: &KeyPart) {
    if part.expression {
        out.push('(');
        out.push_str(part.column);
        out.push(')');
    } else {
        ident::push_ident(out, part.column);
    }
    if let Some(class) = part.op_class {
        out.push(' ');
        ident::push_name(out, &TypeName::new(class));
    }
}

/// Writes how a key or an index is sharded and its storage parameters, if there are any.
pub(super) fn push_parameters(
    out: &mut String,
    hash: Option<HashSharding>,
    others: &[StorageParameter],
    target: Target,
) {
    let others = others.iter().filter(|one| storage::applies(one, target));
    let HashSharding { buckets, columns } = hash.unwrap_or_default();
    let buckets = buckets.map(|buckets| format!("bucket_count = {buckets}"));
    let columns = (!columns.is_empty()).then(|| shard_columns(columns));
    let parameters: Vec<String> =
        buckets.into_iter().chain(columns).chain(others.map(storage::parameter)).collect();
    if !parameters.is_empty() {
        // Writing to a `String` cannot fail.
        let _ = write!(out, " WITH ({})", parameters.join(", "));
    }
}

/// One column, or a tuple of them.
fn shard_columns(columns: &[&str]) -> String {
    let mut sql = "shard_columns = ".to_owned();
    if let [one] = columns {
        ident::push_ident(&mut sql, one);
        return sql;
    }
    sql.push('(');
    ident::push_list(&mut sql, columns.iter().copied());
    sql.push(')');
    sql
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
