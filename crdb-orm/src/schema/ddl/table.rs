//! `CREATE TABLE` and `DROP TABLE`.

use super::super::{TableDef, ident};
use super::names::Names;
use super::{DdlKind, Printer, column, constraint, index, partition, region, storage};

/// Writes a table without the foreign keys that are `deferred`.
pub(super) fn push(out: &mut Printer, table: &TableDef, names: &Names, deferred: &[usize]) {
    let target = out.target;
    let notices = &mut out.notices;
    let mut lines: Vec<String> = Vec::new();
    let mut line = |write: &mut dyn FnMut(&mut String)| {
        let mut text = String::new();
        write(&mut text);
        lines.push(text);
    };
    for definition in table.columns {
        line(&mut |out| column::push(out, table, definition, target, notices));
    }
    let mut rehoming = String::new();
    if region::push_rehoming_column(&mut rehoming, table, target) {
        line(&mut |out| out.push_str(&rehoming));
    }
    line(&mut |out| constraint::push_primary_key(out, table, &names.primary_key, target, notices));
    for (definition, name) in table.columns.iter().zip(&names.uniques) {
        if definition.unique {
            line(&mut |out| constraint::push_unique(out, name, definition.name));
        }
    }
    for (i, (key, name)) in table.foreign_keys.iter().zip(&names.foreign_keys).enumerate() {
        if !deferred.contains(&i) {
            line(&mut |out| constraint::push_foreign_key(out, name, key));
        }
    }
    for (check, name) in table.checks.iter().zip(&names.checks) {
        line(&mut |out| constraint::push_check(out, name, check.expression));
    }
    for (definition, name) in table.indexes.iter().zip(&names.indexes) {
        // Without an index, it is a statement of its own, which needs a setting of the session.
        let inline = if target.is_postgresql() { definition.constraint } else { !definition.without_index };
        if inline {
            line(&mut |out| index::push_inline(out, table, definition, names, name, target));
        }
    }
    if !target.is_postgresql() {
        for family in table.families {
            line(&mut |out| storage::push_family(out, family));
        }
    }
    let mut sql = "CREATE TABLE ".to_owned();
    ident::push_name(&mut sql, &table.name);
    sql.push_str(" (\n  ");
    sql.push_str(&lines.join(",\n  "));
    sql.push_str("\n)");
    if target.is_postgresql() {
        storage::note(table, notices);
        partition::note(table, notices);
    } else {
        storage::note_regional(table, names, target, notices);
        partition::push(&mut sql, table, names, None);
        storage::push_with(&mut sql, table, target);
    }
    region::push_locality(&mut sql, table, target, notices);
    let all = !target.is_postgresql() && partition::is_by_all(table);
    out.push_set(DdlKind::Table, sql, all.then_some(partition::ALL_SETTING));
    for (definition, name) in table.indexes.iter().zip(&names.indexes) {
        if definition.without_index {
            constraint::push_without_index(out, table, definition, name);
        }
    }
}

pub(super) fn push_drop(out: &mut Printer, table: &TableDef) {
    let mut sql = "DROP TABLE IF EXISTS ".to_owned();
    ident::push_name(&mut sql, &table.name);
    out.push(DdlKind::Table, sql);
}
