//! What a picture shows.

use super::super::{ForeignKeyDef, Locality, Schema, TableDef, ddl};

/// A schema, ready to be drawn.
pub(super) struct Picture {
    pub(super) title: String,
    pub(super) tables: Vec<Table>,
    pub(super) keys: Vec<Key>,
}

/// A table: a box.
pub(super) struct Table {
    pub(super) name: String,
    pub(super) locality: Option<String>,
    pub(super) columns: Vec<Column>,
}

/// A column: a row of the box.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) ty: String,
    pub(super) nullable: bool,
    /// `PK`, `FK` and `UK`, as far as it is one.
    pub(super) marks: Vec<&'static str>,
}

/// A foreign key between two tables of the schema: a line.
pub(super) struct Key {
    pub(super) child: usize,
    pub(super) parent: usize,
    /// The rows where the line begins and ends.
    pub(super) child_row: usize,
    pub(super) parent_row: usize,
    /// The columns of the child.
    pub(super) columns: String,
    /// The columns of the parent.
    pub(super) referenced: String,
    /// Whether a child may refer to none.
    pub(super) optional: bool,
    /// Whether a parent has one child at most.
    pub(super) one: bool,
}

impl Picture {
    pub(super) fn of(schema: &Schema) -> Self {
        let defs = schema.table_defs();
        let keys = defs.iter().enumerate().flat_map(|(child, table)| {
            table.foreign_keys.iter().filter_map(move |key| self::key(child, table, key, defs))
        });
        Self {
            title: schema.name().to_owned(),
            tables: defs.iter().map(|table| self::table(table)).collect(),
            keys: keys.collect(),
        }
    }
}

fn table(table: &TableDef) -> Table {
    let columns = table.columns.iter().map(|column| {
        let primary = table.primary_key.parts.iter().any(|part| part.column == column.name);
        let foreign = table.foreign_keys.iter().any(|key| key.columns.contains(&column.name));
        let unique = !primary && (column.unique || is_unique(table, &[column.name]));
        let marks = [(primary, "PK"), (foreign, "FK"), (unique, "UK")];
        Column {
            name: column.name.to_owned(),
            ty: ddl::column_type(column),
            nullable: column.nullable,
            marks: marks.into_iter().filter(|(is, _)| *is).map(|(_, mark)| mark).collect(),
        }
    });
    Table { name: table.name.to_string(), locality: table.locality.map(locality), columns: columns.collect() }
}

fn locality(locality: Locality) -> String {
    match locality {
        Locality::Global => "GLOBAL".to_owned(),
        Locality::RegionalByTable(None) => "REGIONAL BY TABLE".to_owned(),
        Locality::RegionalByTable(Some(region)) => format!("REGIONAL BY TABLE IN {region}"),
        Locality::RegionalByRow(None) => "REGIONAL BY ROW".to_owned(),
        Locality::RegionalByRow(Some(column)) => format!("REGIONAL BY ROW AS {column}"),
    }
}

/// A foreign key, unless the table that it refers to is not in the schema.
fn key(child: usize, table: &TableDef, key: &ForeignKeyDef, defs: &[&'static TableDef]) -> Option<Key> {
    let parent = defs.iter().position(|other| other.name.is_same(&key.references))?;
    let row = |table: &TableDef, name: Option<&&str>| {
        name.and_then(|name| table.columns.iter().position(|column| column.name == *name)).unwrap_or(0)
    };
    Some(Key {
        child,
        parent,
        child_row: row(table, key.columns.first()),
        parent_row: row(defs[parent], key.referenced.first()),
        columns: key.columns.join(", "),
        referenced: key.referenced.join(", "),
        optional: key.columns.iter().any(|name| table.column(name).is_some_and(|column| column.nullable)),
        one: is_unique(table, key.columns)
            || same(table.primary_key.parts.iter().map(|part| part.column), key.columns)
            || matches!(key.columns, [one] if table.column(one).is_some_and(|column| column.unique)),
    })
}

/// Whether an index allows a value of these columns once.
fn is_unique(table: &TableDef, columns: &[&str]) -> bool {
    table.indexes.iter().any(|index| {
        index.unique
            && index.filter.is_none()
            && index.parts.iter().all(|part| !part.expression)
            && same(index.parts.iter().map(|part| part.column), columns)
    })
}

fn same<'a>(parts: impl ExactSizeIterator<Item = &'a str>, columns: &[&str]) -> bool {
    parts.len() == columns.len() && parts.into_iter().all(|part| columns.contains(&part))
}
