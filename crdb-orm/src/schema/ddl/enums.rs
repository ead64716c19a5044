//! Enum types.

use super::super::{ColumnType, EnumDef, TableDef, ident};
use super::{DdlKind, Printer};
use crate::error::{Error, Result};

/// The enum of a column's type, also of an array's elements.
pub(super) fn of_type(ty: &ColumnType) -> Option<&'static EnumDef> {
    match ty {
        ColumnType::Enum(def) => Some(def),
        ColumnType::Array(element) => of_type(element),
        _ => None,
    }
}

/// The enums of tables, each once, in the order in which columns name them first.
///
/// # Errors
/// Two enums of one name with different labels.
pub(super) fn of(tables: &[&TableDef]) -> Result<Vec<&'static EnumDef>> {
    let mut found: Vec<&'static EnumDef> = Vec::new();
    for def in tables.iter().flat_map(|table| table.columns).filter_map(|column| of_type(&column.ty)) {
        match found.iter().find(|other| other.name.is_same(&def.name)) {
            None => found.push(def),
            Some(other) if other.labels == def.labels => {}
            Some(other) => {
                return Err(Error::schema(format!(
                    "two enums have the name `{}`, one with the labels {}, one with {}: rename one",
                    def.name,
                    other.labels.join(", "),
                    def.labels.join(", ")
                )));
            }
        }
    }
    Ok(found)
}

pub(super) fn push(out: &mut Printer, def: &EnumDef) {
    let mut sql = "CREATE TYPE ".to_owned();
    ident::push_type_name(&mut sql, &def.name);
    push_labels(&mut sql, def.labels);
    out.push(DdlKind::Type, sql);
}

pub(super) fn push_labels(sql: &mut String, labels: &[&str]) {
    sql.push_str(" AS ENUM (");
    for (i, label) in labels.iter().enumerate() {
        if i > 0 {
            sql.push_str(", ");
        }
        ident::push_literal(sql, label);
    }
    sql.push(')');
}

pub(super) fn push_drop(out: &mut Printer, def: &EnumDef) {
    let mut sql = "DROP TYPE IF EXISTS ".to_owned();
    ident::push_type_name(&mut sql, &def.name);
    out.push(DdlKind::Type, sql);
}
