//! The texts of a table whose shape never changes: written once, then shared.

use super::writer::{push_placeholder, push_read_column};
use crate::schema::{ColumnDef, TableDef, ident};

/// The fixed texts of a table.
#[derive(Debug)]
#[doc(hidden)]
pub struct Texts {
    /// `SELECT <columns> FROM <table>`.
    pub(crate) select: String,
    /// ` WHERE <key> = $1`.
    pub(crate) by_key: String,
    /// `SELECT <columns> FROM <table> WHERE <key> = $1`.
    pub(crate) find: String,
    /// The same with `FOR UPDATE`.
    pub(crate) find_for_update: String,
    /// `DELETE FROM <table> WHERE <key> = $1`.
    pub(crate) delete: String,
    /// `INSERT INTO <table> (..) VALUES (..)` of every column that the server does not generate.
    pub(crate) insert: String,
    /// ` RETURNING <columns>`.
    pub(crate) returning: String,
}

impl Texts {
    /// Writes the texts of a table.
    pub fn new(table: &TableDef) -> Self {
        let mut name = String::new();
        ident::push_name(&mut name, &table.name);
        let columns = list(table.columns, push_read_column);

        let mut by_key = String::from(" WHERE ");
        for (i, part) in table.primary_key.parts.iter().enumerate() {
            if i > 0 {
                by_key.push_str(" AND ");
            }
            ident::push_ident(&mut by_key, part.column);
            by_key.push_str(" = ");
            // The derive makes keys of the table's own columns.
            if let Some(column) = table.column(part.column) {
                push_placeholder(&mut by_key, i + 1, column.ty);
            }
        }

        let select = format!("SELECT {columns} FROM {name}");
        let find = format!("{select}{by_key}");
        Self {
            find_for_update: format!("{find} FOR UPDATE"),
            find,
            delete: format!("DELETE FROM {name}{by_key}"),
            insert: insert(&name, table.columns.iter().filter(|column| !column.is_generated())),
            returning: format!(" RETURNING {columns}"),
            select,
            by_key,
        }
    }
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
