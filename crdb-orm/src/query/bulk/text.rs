//! The texts of writes of many rows: one for every size of a batch, with an array for each column.

use super::columns::{Column, Columns, Role};
use super::tenant::OfTenant;
use crate::query::writer::{Writer, push_number, push_placeholder, push_type};
use crate::schema::{ColumnType, TypeName, ident};
use crate::types::{Value, text_cast};

/// The rows of a batch, in the FROM clause.
pub(super) const GIVEN: &str = "given";

/// `given.a, given.b::status`: the columns of the batch in their types.
fn given_columns(out: &mut String, columns: &[Column]) {
    for (i, column) in columns.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        given(out, column, GIVEN);
    }
}

/// `given.b::status`: what travels as text is cast row by row, since no server has a cast of arrays for it.
pub(super) fn given(out: &mut String, column: &Column, rows: &str) {
    out.push_str(rows);
    out.push('.');
    name(out, column);
    if text_cast(column.ty).is_some() {
        out.push_str("::");
        push_type(out, column.ty);
    }
}

/// `unnest($1::UUID[], $2::TEXT[]) AS given (a, b)`.
pub(super) fn unnest(out: &mut String, columns: &[Column], rows: &str) {
    out.push_str("unnest(");
    for (i, column) in columns.iter().enumerate() {
        out.push_str(if i == 0 { "$" } else { ", $" });
        push_number(out, i + 1);
        out.push_str("::");
        let wire = if text_cast(column.ty).is_some() { ColumnType::String } else { column.ty };
        push_type(out, wire);
        out.push_str("[]");
    }
    out.push(')');
    alias(out, columns, rows);
}

fn alias(out: &mut String, columns: &[Column], rows: &str) {
    out.push_str(" AS ");
    out.push_str(rows);
    out.push_str(" (");
    for (i, column) in columns.iter().enumerate() {
        out.push_str(if i == 0 { "" } else { ", " });
        name(out, column);
    }
    out.push(')');
}

/// What a column is called in the batch.
fn name(out: &mut String, column: &Column) {
    match column.role {
        Role::Value | Role::Maybe => ident::push_ident(out, column.name),
        // A name that no column of a table has.
        Role::Given => ident::push_ident(out, &format!("set {}", column.name)),
        Role::Number => ident::push_ident(out, "row number"),
    }
}

/// `INSERT INTO orders (a, b) SELECT given.a, .. FROM unnest(..) AS given (..)`.
pub(in crate::query) fn insert(table: &TypeName, columns: &Columns, tenant: &OfTenant) -> String {
    let mut sql = String::from("INSERT INTO ");
    ident::push_name(&mut sql, table);
    sql.push_str(" (");
    names(&mut sql, columns.list().iter().map(|column| column.name).chain(tenant.left_out()));
    sql.push_str(") ");
    rows(&mut sql, columns, tenant);
    sql
}

pub(super) fn names<'n>(out: &mut String, names: impl IntoIterator<Item = &'n str>) {
    for (i, name) in names.into_iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        ident::push_ident(out, name);
    }
}

/// `SELECT given.a, .. FROM unnest(..) AS given (..)`, or `VALUES (..), ..` where a column holds arrays.
fn rows(out: &mut String, columns: &Columns, tenant: &OfTenant) {
    if columns.nested() {
        return lists(out, columns, tenant);
    }
    out.push_str("SELECT ");
    given_columns(out, columns.list());
    tenant.push(out, columns.list().len(), if columns.list().is_empty() { "" } else { ", " });
    out.push_str(" FROM ");
    unnest(out, columns.list(), GIVEN);
}

/// `unnest(..) AS given (..)`, or `(VALUES (..), ..) AS given (..)`.
pub(super) fn from(out: &mut String, columns: &Columns, rows: &str) {
    if !columns.nested() {
        return unnest(out, columns.list(), rows);
    }
    out.push('(');
    lists(out, columns, &OfTenant::Given(None));
    out.push(')');
    alias(out, columns.list(), rows);
}

fn lists(out: &mut String, columns: &Columns, tenant: &OfTenant) {
    let list = columns.list();
    out.push_str("VALUES ");
    for row in 0..columns.rows() {
        out.push_str(if row == 0 { "(" } else { ", (" });
        for (i, column) in list.iter().enumerate() {
            out.push_str(if i == 0 { "" } else { ", " });
            push_placeholder(out, row * list.len() + i + 1, column.ty);
        }
        // One value for all rows, behind theirs.
        tenant.push(out, columns.rows() * list.len(), ", ");
        out.push(')');
    }
}

/// The values of [`rows`].
pub(in crate::query) fn values(columns: Columns) -> Vec<Value> {
    if columns.nested() { columns.into_cells() } else { columns.into_arrays() }
}

/// ` WHERE id = ANY ($1::UUID[])`, or ` WHERE (a, b) IN (SELECT ..)`: the rows of these keys.
pub(super) fn by_keys(writer: &mut Writer, keys: &[Column]) {
    let mut text = String::from(" WHERE ");
    if let [key] = keys {
        ident::push_ident(&mut text, key.name);
        text.push_str(" = ANY ($1::");
        if text_cast(key.ty).is_some() {
            text.push_str("TEXT[]::");
        }
        push_type(&mut text, key.ty);
        text.push_str("[])");
    } else {
        text.push('(');
        names(&mut text, keys.iter().map(|key| key.name));
        text.push_str(") IN (SELECT ");
        given_columns(&mut text, keys);
        text.push_str(" FROM ");
        unnest(&mut text, keys, GIVEN);
        text.push(')');
    }
    writer.push(&text);
}

/// The condition that the rows have the keys of those of a batch, and its values, if all columns of the key are given.
pub(in crate::query) fn of_keys(
    writer: &mut Writer,
    rows: &Columns,
    names: impl IntoIterator<Item = &'static str>,
) -> Option<Vec<Value>> {
    let key = |name| rows.list().get(rows.position(name)?).cloned();
    let keys = names.into_iter().map(key).collect::<Option<Vec<_>>>()?;
    by_keys(writer, &keys);
    Some(keys.into_iter().map(|column| column.into_value(rows.rows())).collect())
}
