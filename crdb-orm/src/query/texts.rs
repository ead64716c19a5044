//! The texts of a table whose shape never changes: written once, then shared.

use super::guard::{Deleted, Guard};
use super::writer::{push_placeholder, push_read_column, push_type};
use crate::schema::{ColumnDef, TableDef, ident};

/// The fixed texts of a table.
#[derive(Debug)]
#[doc(hidden)]
pub struct Texts {
    /// `SELECT <columns> FROM <table>`.
    pub(crate) select: String,
    /// ` WHERE <key> = $1`, and what narrows every statement of the table: the tenant is the value behind the key.
    pub(crate) by_key: String,
    /// `SELECT <columns> FROM <table> WHERE <key> = $1`.
    pub(crate) find: String,
    /// The same with `FOR UPDATE`.
    pub(crate) find_for_update: String,
    /// `DELETE FROM <table> WHERE <key> = $1`; with soft deletes the UPDATE that sets the time.
    pub(crate) delete: String,
    /// ` WHERE <key> = $1` alone.
    pub(crate) key: String,
    /// What a delete begins with.
    pub(crate) delete_from: String,
    /// `INSERT INTO <table> (..) VALUES (..)` of every column that the server does not generate.
    pub(crate) insert: String,
    /// ` RETURNING <columns>`.
    pub(crate) returning: String,
}

impl Texts {
    /// Writes the texts of a table.
    pub fn new(table: &TableDef, guard: &Guard, version: Option<&str>) -> Self {
        let mut name = String::new();
        ident::push_name(&mut name, &table.name);
        let columns = list(table.columns, push_read_column);

        let mut key = String::from(" WHERE ");
        for (i, part) in table.primary_key.parts.iter().enumerate() {
            if i > 0 {
                key.push_str(" AND ");
            }
            ident::push_ident(&mut key, part.column);
            key.push_str(" = ");
            // The derive makes keys of the table's own columns.
            if let Some(column) = table.column(part.column) {
                push_placeholder(&mut key, i + 1, column.ty);
            }
        }

        let by_key = format!("{key}{}", guard.text(table.primary_key.parts.len(), Deleted::Hidden));
        let delete_from = delete_from(&name, table, guard, version);

        let select = format!("SELECT {columns} FROM {name}");
        let find = format!("{select}{by_key}");
        Self {
            find_for_update: format!("{find} FOR UPDATE"),
            find,
            delete: format!("{delete_from}{by_key}"),
            delete_from,
            key,
            insert: insert(&name, table.columns.iter().filter(|column| !column.is_generated())),
            returning: format!(" RETURNING {columns}"),
            select,
            by_key,
        }
    }
}

/// `DELETE FROM orders`, or `UPDATE orders SET deleted_at = now(), version = (version + 1)::INT8`.
fn delete_from(name: &str, table: &TableDef, guard: &Guard, version: Option<&str>) -> String {
    let Some(deleted) = guard.deleted else { return format!("DELETE FROM {name}") };
    let mut out = format!("UPDATE {name} SET ");
    ident::push_ident(&mut out, deleted);
    // The time of the transaction, on both servers.
    out.push_str(" = now()");
    if let Some(version) = version.and_then(|version| table.column(version)) {
        out.push_str(", ");
        ident::push_ident(&mut out, version.name);
        out.push_str(" = (");
        ident::push_ident(&mut out, version.name);
        out.push_str(" + 1)::");
        push_type(&mut out, version.ty);
    }
    out
}

fn list(columns: &[ColumnDef], push: fn(&mut String, &ColumnDef)) -> String {
    let mut out = String::new();
    for (i, column) in columns.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        push(&mut out, column);
    }
    out
}

fn insert<'a>(table: &str, columns: impl Iterator<Item = &'a ColumnDef>) -> String {
    let mut names = String::new();
    let mut values = String::new();
    for (i, column) in columns.enumerate() {
        if i > 0 {
            names.push_str(", ");
            values.push_str(", ");
        }
        ident::push_ident(&mut names, column.name);
        push_placeholder(&mut values, i + 1, column.ty);
    }
    format!("INSERT INTO {table} ({names}) VALUES ({values})")
}
