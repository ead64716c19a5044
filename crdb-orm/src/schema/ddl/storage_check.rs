//! What families, TTL and storage parameters must be to be printed.

use super::super::{ColumnType, StorageParameter, StorageValue, TableDef, TtlDef, TtlExpiry};
use super::check::wrong;
use super::names::check_name;
use crate::error::Result;

pub(super) fn check(table: &TableDef, known: &dyn Fn(&str, &str) -> Result<()>) -> Result<()> {
    families(table, known)?;
    if let Some(def) = &table.ttl {
        ttl(table, def)?;
    }
    parameters(table)
}

fn families(table: &TableDef, known: &dyn Fn(&str, &str) -> Result<()>) -> Result<()> {
    let mut placed: Vec<&str> = Vec::new();
    for (i, family) in table.families.iter().enumerate() {
        check_name(&format!("a column family of table `{}`", table.name), family.name)?;
        if table.families[..i].iter().any(|other| other.name == family.name) {
            return Err(wrong(table, format!("has two column families of the name `{}`", family.name)));
        }
        if family.columns.is_empty() {
            return Err(wrong(table, format!("has the column family `{}` without columns", family.name)));
        }
        for column in family.columns {
            known("a column family", column)?;
            if placed.contains(column) {
                return Err(wrong(table, format!("has `{column}` in a column family twice: it is in one")));
            }
            let computed = table.column(column).and_then(|column| column.computed);
            if computed.is_some_and(|computed| !computed.stored) {
                return Err(wrong(
                    table,
                    format!(
                        "has `{column}` in a column family, but a virtual column is not stored: leave it out"
                    ),
                ));
            }
            placed.push(column);
        }
    }
    Ok(())
}

/// Source: `CockroachDB`, "Batch delete expired data with row-level TTL".
fn ttl(table: &TableDef, ttl: &TtlDef) -> Result<()> {
    let (TtlExpiry::After(text) | TtlExpiry::At(text)) = ttl.expiry;
    if text.trim().is_empty() || text.contains('\0') {
        return Err(wrong(table, "has a row-level TTL that says nothing: give an interval or an expression"));
    }
    if let TtlExpiry::At(expression) = ttl.expiry
        && let Some(column) = table.column(expression)
        && column.ty != ColumnType::TimestampTz
    {
        return Err(wrong(
            table,
            format!("expires by `{expression}`, which is no TIMESTAMPTZ: cast it, or choose another column"),
        ));
    }
    for (name, value) in [("select", ttl.select_batch_size), ("delete", ttl.delete_batch_size)] {
        if value == Some(0) {
            return Err(wrong(table, format!("has a TTL {name} batch size of 0: it is at least 1")));
        }
    }
    if [ttl.job_cron, ttl.row_stats_poll_interval].into_iter().flatten().any(|text| text.contains('\0')) {
        return Err(wrong(table, "has a NUL in its row-level TTL, which no server can hold: leave it out"));
    }
    Ok(())
}

fn parameters(table: &TableDef) -> Result<()> {
    names(table, table.storage)?;
    let reserved = |name: &&str| ["exclude_data_from_backup", "schema_locked"].contains(name);
    if let Some(name) = table.storage.iter().map(|parameter| parameter.name).find(reserved) {
        return Err(wrong(table, format!("sets `{name}` as a storage parameter: use `.{name}(..)`")));
    }
    let ttl = |name: &&str| *name == "ttl" || name.starts_with("ttl_");
    if let Some(name) = table.storage.iter().map(|parameter| parameter.name).find(ttl) {
        return Err(wrong(table, format!("sets `{name}` as a storage parameter: use `.ttl(..)`")));
    }
    Ok(())
}

/// Refuses names and values of storage parameters that no server can hold.
pub(super) fn names(table: &TableDef, parameters: &[StorageParameter]) -> Result<()> {
    for (i, parameter) in parameters.iter().enumerate() {
        let name = parameter.name;
        let plain = name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !plain {
            return Err(wrong(
                table,
                format!(
                    "has the storage parameter `{}`: a name is of small letters, digits and `_`",
                    name.escape_debug()
                ),
            ));
        }
        if parameters[..i].iter().any(|other| other.name == name) {
            return Err(wrong(table, format!("sets the storage parameter `{name}` twice")));
        }
        if let StorageValue::Text(text) = parameter.value
            && text.contains('\0')
        {
            return Err(wrong(table, format!("has a NUL in the storage parameter `{name}`: leave it out")));
        }
    }
    Ok(())
}
