//! How a table is stored: `FAMILY ..`, `WITH (..)`, and the lock of its schema.

use std::fmt::Write as _;

use super::super::{
    FamilyDef, Feature, StorageParameter, StorageValue, TableDef, Target, TtlDef, TtlExpiry, ident,
};
use super::names::Names;
use super::notices::{Notice, Notices};
use super::{DdlKind, Printer};

/// Writes `FAMILY name (a, b)`.
pub(super) fn push_family(sql: &mut String, family: &FamilyDef) {
    sql.push_str("FAMILY ");
    ident::push_ident(sql, family.name);
    sql.push_str(" (");
    for (i, column) in family.columns.iter().enumerate() {
        if i > 0 {
            sql.push_str(", ");
        }
        ident::push_ident(sql, column);
    }
    sql.push(')');
}

/// Writes ` WITH (..)`, when there is anything in it.
pub(super) fn push_with(sql: &mut String, table: &TableDef, target: Target) {
    let mut parameters = Vec::new();
    if let Some(ttl) = &table.ttl {
        push_ttl(&mut parameters, ttl);
    }
    if table.exclude_data_from_backup {
        parameters.push("exclude_data_from_backup = true".to_owned());
    }
    if table.schema_locked == Some(false) && target.has(Feature::SchemaLocked) {
        // From 26.1 on, a table is locked unless it says otherwise.
        parameters.push("schema_locked = false".to_owned());
    }
    parameters.extend(table.storage.iter().filter(|one| applies(one, target)).map(parameter));
    if !parameters.is_empty() {
        sql.push_str(" WITH (");
        sql.push_str(&parameters.join(", "));
        sql.push(')');
    }
}

/// Parameters of rows that are in regions: the server refuses them where there are none.
///
/// Source: `CockroachDB`, "WITH (storage parameter)".
const REGIONAL: [&str; 2] = ["infer_rbr_region_col_using_constraint", "skip_unique_checks"];

/// Whether a target takes a parameter.
pub(super) fn applies(parameter: &StorageParameter, target: Target) -> bool {
    target.is_multi_region() || !REGIONAL.contains(&parameter.name)
}

/// Notes what is left out since the target has no regions.
pub(super) fn note_regional(table: &TableDef, names: &Names, target: Target, notices: &mut Notices) {
    let key = std::iter::once((Some(&names.primary_key), table.primary_key.storage));
    let indexes = names.indexes.iter().map(Some).zip(table.indexes.iter().map(|index| index.storage));
    for (index, all) in std::iter::once((None, table.storage)).chain(key).chain(indexes) {
        for parameter in all.iter().filter(|one| !applies(one, target)) {
            let place =
                index.map_or_else(|| table.name.to_string(), |index| format!("{}.{index}", table.name));
            notices.add(Notice::Storage, format!("{place} ({})", parameter.name));
        }
    }
}

/// `name = value`.
pub(super) fn parameter(parameter: &StorageParameter) -> String {
    match parameter.value {
        StorageValue::Bool(value) => format!("{} = {value}", parameter.name),
        StorageValue::Integer(value) => format!("{} = {value}", parameter.name),
        StorageValue::Text(value) => text(parameter.name, value),
    }
}

fn push_ttl(out: &mut Vec<String>, ttl: &TtlDef) {
    out.push(match ttl.expiry {
        TtlExpiry::After(interval) => text("ttl_expire_after", interval),
        TtlExpiry::At(expression) => text("ttl_expiration_expression", expression),
    });
    out.extend(ttl.job_cron.map(|cron| text("ttl_job_cron", cron)));
    for (name, value) in [
        ("ttl_select_batch_size", ttl.select_batch_size),
        ("ttl_delete_batch_size", ttl.delete_batch_size),
        ("ttl_select_rate_limit", ttl.select_rate_limit),
        ("ttl_delete_rate_limit", ttl.delete_rate_limit),
    ] {
        out.extend(value.map(|value| format!("{name} = {value}")));
    }
    out.extend(ttl.row_stats_poll_interval.map(|interval| text("ttl_row_stats_poll_interval", interval)));
    for (name, value) in [
        ("ttl_pause", ttl.pause),
        ("ttl_label_metrics", ttl.label_metrics),
        ("ttl_disable_changefeed_replication", ttl.disable_changefeed_replication),
    ] {
        out.extend(value.then(|| format!("{name} = true")));
    }
}

fn text(name: &str, value: &str) -> String {
    let mut sql = format!("{name} = ");
    ident::push_literal(&mut sql, value);
    sql
}

/// Notes what a server without any of it leaves out.
pub(super) fn note(table: &TableDef, notices: &mut Notices) {
    let place = || table.name.to_string();
    if table.ttl.is_some() {
        notices.add(Notice::Ttl, place());
    }
    if !table.families.is_empty() {
        notices.add(Notice::Families, place());
    }
    let mut names: Vec<&str> = table.storage.iter().map(|parameter| parameter.name).collect();
    if table.exclude_data_from_backup {
        names.push("exclude_data_from_backup");
    }
    if table.schema_locked.is_some() {
        names.push("schema_locked");
    }
    if !names.is_empty() {
        notices.add(Notice::Storage, format!("{} ({})", table.name, names.join(", ")));
    }
}

/// Locks the schema of a table that asks for it. It comes after what still changes the table: cyclic foreign keys,
/// comments.
pub(super) fn push_lock(out: &mut Printer, table: &TableDef) {
    if table.schema_locked == Some(true) && !out.target.is_postgresql() {
        push_set(out, table, "", true);
    }
}

/// Opens a locked schema again, so that its table can lose its keys and be dropped.
pub(super) fn push_unlock(out: &mut Printer, table: &TableDef) {
    if table.schema_locked == Some(true) && !out.target.is_postgresql() {
        push_set(out, table, "IF EXISTS ", false);
    }
}

fn push_set(out: &mut Printer, table: &TableDef, prefix: &str, locked: bool) {
    let mut sql = format!("ALTER TABLE {prefix}");
    ident::push_name(&mut sql, &table.name);
    // Writing to a string cannot fail.
    let _ = write!(sql, " SET (schema_locked = {locked})");
    out.push(DdlKind::Table, sql);
}
