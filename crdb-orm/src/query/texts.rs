//! The texts of a table whose shape never changes: written once, then shared.

use std::borrow::Cow;

use super::guard::{Deleted, Guard};
use super::shapes::{Piece, Shapes};
use super::writer::{push_placeholder, push_read_column, push_type};
use crate::schema::{ColumnDef, ColumnType, TableDef, ident};

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
    /// The same of a row that may be deleted, with its tenant: what looks whether an insert took effect.
    pub(crate) look: String,
    /// What of it is behind the table.
    pub(crate) look_by: String,
    /// The first with `FOR UPDATE`.
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
    /// The names of the transactions that the library makes of its own accord.
    pub(crate) names: Names,
    /// Texts of writes by key and of inserts.
    shapes: Shapes,
    /// Texts of inserts of many rows: apart, so that neither takes the room of the other.
    many: Shapes,
}

/// Names of transactions, each with its table, so that contention control and metrics keep tables apart.
#[derive(Debug)]
#[doc(hidden)]
pub(crate) struct Names {
    /// `insert tree of <table>`: rows with those below them.
    pub(crate) tree: String,
    /// `copy <table>`.
    pub(crate) copy: String,
    /// Single writes under a key, `insert <table>` and so on: also the scope of a key that has none.
    pub(crate) insert: String,
    pub(crate) update: String,
    pub(crate) delete: String,
}

impl Names {
    fn new(table: &TableDef) -> Self {
        let table = table.name;
        Self {
            tree: format!("insert tree of {table}"),
            copy: format!("copy {table}"),
            insert: format!("insert {table}"),
            update: format!("update {table}"),
            delete: format!("delete {table}"),
        }
    }
}

impl Texts {
    /// Writes the texts of a table.
    pub fn new(table: &TableDef, guard: &Guard, version: Option<&str>, updated_at: Option<&str>) -> Self {
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
        let look_by = format!("{key}{}", guard.text(table.primary_key.parts.len(), Deleted::Shown));
        let delete_from = delete_from(&name, table, guard, [version, updated_at]);

        let select = format!("SELECT {columns} FROM {name}");
        let find = format!("{select}{by_key}");
        Self {
            find_for_update: format!("{find} FOR UPDATE"),
            find,
            look: format!("{select}{look_by}"),
            look_by,
            delete: format!("{delete_from}{by_key}"),
            delete_from,
            key,
            insert: insert(&name, table.columns.iter().filter(|column| !column.is_generated())),
            returning: format!(" RETURNING {columns}"),
            names: Names::new(table),
            select,
            by_key,
            shapes: Shapes::default(),
            many: Shapes::default(),
        }
    }

    /// The text of a shape, which is written once; where there are too many shapes, each time.
    pub(super) fn of_shape(
        &'static self,
        shape: &(impl Iterator<Item = Piece> + Clone),
        write: impl Fn() -> String,
    ) -> Cow<'static, str> {
        self.shapes.of(shape, write)
    }

    /// The same of inserts of many rows.
    pub(super) fn of_many(
        &'static self,
        shape: &(impl Iterator<Item = Piece> + Clone),
        write: impl Fn() -> String,
    ) -> Cow<'static, str> {
        self.many.of(shape, write)
    }
}

/// `DELETE FROM orders`, or `UPDATE orders SET deleted_at = now(), version = (version + 1)::INT8`.
fn delete_from(
    name: &str,
    table: &TableDef,
    guard: &Guard,
    [version, updated_at]: [Option<&str>; 2],
) -> String {
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
    if let Some(updated_at) = updated_at.and_then(|updated_at| table.column(updated_at)) {
        out.push_str(", ");
        ident::push_ident(&mut out, updated_at.name);
        out.push_str(" = now()");
        if updated_at.ty != ColumnType::TimestampTz {
            out.push_str("::");
            push_type(&mut out, updated_at.ty);
        }
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

#[cfg(test)]
mod tests {
    use crate::exec::Statement;
    use crate::prelude::*;
    use crate::query::shapes::Piece;

    #[derive(CrdbTable, Debug, Clone)]
    #[crdb(table = "things")]
    struct Thing {
        #[crdb(primary_key)]
        id: Uuid,
        number: i64,
        name: Option<String>,
        #[crdb(version)]
        version: i64,
    }

    /// Every statement by key, and an insert.
    fn statements() -> Vec<Statement> {
        let id = Uuid::from_u128(1);
        let row = Thing { id, number: 1, name: None, version: 1 };
        let insert = || Thing::insert().number(1).name("a").build();
        let update = || Thing::update(id).set(Thing::NUMBER, 1);
        vec![
            Thing::find(id).statement(None),
            Thing::find(id).statement(Some(crate::query::read::Lock::UPDATE)),
            insert().statement(false),
            insert().statement(true),
            Thing::insert().number(1).build().statement(false),
            Thing::insert_row(&row).statement(false),
            Thing::insert_row(&row).statement(true),
            update().statement(false).unwrap(),
            update().statement(true).unwrap(),
            update().version(1_i64).statement(true).unwrap(),
            update().set(Thing::NAME, None).statement(false).unwrap(),
            Thing::update(id).add(Thing::NUMBER, 1).statement(false).unwrap(),
            Thing::update(id).sub(Thing::NUMBER, 1).statement(false).unwrap(),
            Thing::delete(id).statement(false),
            Thing::delete(id).statement(true),
            Thing::delete(id).version(1_i64).statement(false),
        ]
    }

    #[test]
    fn no_text_is_written_for_a_statement_by_key_or_an_insert_whose_shape_is_known() {
        let first = statements();
        let again = statements();
        for (first, again) in first.iter().zip(&again) {
            assert_eq!(first.sql, again.sql);
            assert_eq!(first.sql.as_ptr(), again.sql.as_ptr(), "it was written again: {}", again.sql);
            // A value for each placeholder, and none beside.
            let placeholders = (1..10).take_while(|n| again.sql.contains(&format!("${n}"))).count();
            assert_eq!(placeholders, again.values.len(), "{}", again.sql);
        }
        let texts: Vec<&str> = again.iter().map(|statement| &*statement.sql).collect();
        let returning = "RETURNING id, number, name, version";
        assert_eq!(
            texts[9],
            format!(
                "UPDATE things SET number = $1, version = (version + 1)::INT8 WHERE id = $2 AND version = $3 {returning}"
            )
        );
        assert_eq!(
            texts[11],
            "UPDATE things SET number = (number + $1)::INT8, version = (version + 1)::INT8 WHERE id = $2"
        );
        assert_eq!(
            texts[12],
            "UPDATE things SET number = (number - $1)::INT8, version = (version + 1)::INT8 WHERE id = $2"
        );
        assert_eq!(texts[15], "DELETE FROM things WHERE id = $1 AND version = $2");
    }

    #[test]
    fn values_stand_in_the_order_of_their_placeholders() {
        let update =
            Thing::update(Uuid::from_u128(9)).set(Thing::NAME, "a").add(Thing::NUMBER, 7).version(3_i64);
        let plain = update.statement(false).unwrap();
        // An expression is written each time, by the writer alone.
        let other = Thing::update(Uuid::from_u128(9))
            .set(Thing::NAME, Thing::NAME.nullif("b"))
            .add(Thing::NUMBER, 7)
            .version(3_i64)
            .statement(false)
            .unwrap();
        assert_eq!(plain.values.len(), 4);
        assert_eq!(plain.values[1..], other.values[1..]);
    }

    #[test]
    fn what_is_set_beside_values_is_written_each_time() {
        let update = || {
            Thing::update(Uuid::from_u128(1))
                .set(Thing::NUMBER, Thing::NUMBER.abs())
                .statement(false)
                .unwrap()
        };
        let (first, again) = (update(), update());
        assert_eq!(first.sql, again.sql);
        assert_ne!(first.sql.as_ptr(), again.sql.as_ptr());
    }

    #[test]
    fn texts_of_other_shapes_are_other_texts() {
        let texts = Thing::__texts();
        let one =
            texts.of_shape(&[Piece::Insert, Piece::Value("only_here")].into_iter(), || "one".to_owned());
        let other =
            texts.of_shape(&[Piece::Update, Piece::Value("only_here")].into_iter(), || "other".to_owned());
        assert_eq!((&*one, &*other), ("one", "other"));
    }
}
