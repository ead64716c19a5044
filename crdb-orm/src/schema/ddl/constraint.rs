//! Keys, UNIQUE, foreign keys and checks.

use super::super::{Action, ForeignKeyDef, IndexDef, TableDef, Target, ident};
use super::index::{note_storage, push_parameters, push_parts};
use super::names::Names;
use super::notices::{Notice, Notices};
use super::{DdlKind, Planned, Printer};
use crate::schema::Direction;

pub(super) fn push_primary_key(
    out: &mut String,
    table: &TableDef,
    name: &str,
    target: Target,
    notices: &mut Notices,
) {
    let key = &table.primary_key;
    push_constraint(out, name);
    out.push_str("PRIMARY KEY (");
    if target.is_postgresql() {
        ident::push_list(out, key.parts.iter().map(|part| part.column));
        if key.parts.iter().any(|part| part.direction == Direction::Desc) {
            notices.add(Notice::KeyOrder, table.name.to_string());
        }
    } else {
        push_parts(out, table, key.parts, target);
    }
    out.push(')');
    if target.is_postgresql() {
        if key.hash.is_some() {
            notices.add(Notice::HashSharding, format!("{}.{name}", table.name));
        }
        return note_storage(notices, table, name, key.storage);
    }
    if key.hash.is_some() {
        out.push_str(" USING HASH");
    }
    push_parameters(out, key.hash, key.storage, target);
}

pub(super) fn push_unique(out: &mut String, name: &str, column: &str) {
    push_constraint(out, name);
    out.push_str("UNIQUE (");
    ident::push_ident(out, column);
    out.push(')');
}

/// Source: `CockroachDB`, "UNIQUE WITHOUT INDEX".
const WITHOUT_INDEX_SETTING: &str = "experimental_enable_unique_without_index_constraints";

/// Adds a UNIQUE constraint without an index; on a server that has none, it is inside the table, with an index.
pub(super) fn push_without_index(out: &mut Printer, table: &TableDef, index: &IndexDef, name: &str) {
    if out.target.is_postgresql() {
        out.notices.add(Notice::UniqueWithoutIndex, format!("{}.{name}", table.name));
        return;
    }
    let mut sql = "ALTER TABLE ".to_owned();
    ident::push_name(&mut sql, &table.name);
    sql.push_str(" ADD ");
    push_constraint(&mut sql, name);
    sql.push_str("UNIQUE WITHOUT INDEX (");
    ident::push_list(&mut sql, index.parts.iter().map(|part| part.column));
    sql.push(')');
    out.push_set(DdlKind::Constraint, sql, Some(WITHOUT_INDEX_SETTING));
}

pub(super) fn push_foreign_key(out: &mut String, name: &str, key: &ForeignKeyDef) {
    push_constraint(out, name);
    out.push_str("FOREIGN KEY (");
    ident::push_list(out, key.columns.iter().copied());
    out.push_str(") REFERENCES ");
    ident::push_name(out, &key.references);
    out.push_str(" (");
    ident::push_list(out, key.referenced.iter().copied());
    out.push(')');
    if key.match_full {
        out.push_str(" MATCH FULL");
    }
    for (event, action) in [(" ON DELETE ", key.on_delete), (" ON UPDATE ", key.on_update)] {
        let action = match action {
            Action::NoAction => continue,
            Action::Restrict => "RESTRICT",
            Action::Cascade => "CASCADE",
            Action::SetNull => "SET NULL",
            Action::SetDefault => "SET DEFAULT",
        };
        out.push_str(event);
        out.push_str(action);
    }
}

pub(super) fn push_check(out: &mut String, name: &str, expression: &str) {
    push_constraint(out, name);
    out.push_str("CHECK (");
    out.push_str(expression);
    out.push(')');
}

/// Writes `CONSTRAINT name `.
pub(super) fn push_constraint(out: &mut String, name: &str) {
    out.push_str("CONSTRAINT ");
    ident::push_ident(out, name);
    out.push(' ');
}

/// The foreign keys that wait until all tables and indexes are there.
pub(super) fn push_deferred(out: &mut Printer, table: &TableDef, names: &Names, deferred: &[usize]) {
    for &i in deferred {
        let mut sql = "ALTER TABLE ".to_owned();
        ident::push_name(&mut sql, &table.name);
        sql.push_str(" ADD ");
        push_foreign_key(&mut sql, &names.foreign_keys[i], &table.foreign_keys[i]);
        out.push(DdlKind::Constraint, sql);
    }
}

/// Drops the foreign keys of a cycle, in which no table can go first.
pub(super) fn push_drop_deferred(out: &mut Printer, plan: &Planned) {
    for &i in &plan.deferred {
        let mut sql = "ALTER TABLE IF EXISTS ".to_owned();
        ident::push_name(&mut sql, &plan.table.name);
        sql.push_str(" DROP CONSTRAINT IF EXISTS ");
        ident::push_ident(&mut sql, &plan.names.foreign_keys[i]);
        out.push(DdlKind::Constraint, sql);
    }
}
