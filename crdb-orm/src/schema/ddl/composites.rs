//! Composite types.

use super::super::{ColumnType, CompositeDef, TableDef, ident};
use super::names::check_name;
use super::{DdlKind, Printer, enums, types};
use crate::error::{Error, Result};

/// The composite of a column's type, also of an array's elements.
pub(super) fn of_type(ty: &ColumnType) -> Option<&'static CompositeDef> {
    match ty {
        ColumnType::Composite(def) => Some(def),
        ColumnType::Array(element) => of_type(element),
        _ => None,
    }
}

/// The composites of tables, each once, in the order in which columns name them first.
///
/// # Errors
/// Two types or a table and a type of one name, no fields, two fields of one name, a field of a type that no composite
/// can hold.
pub(super) fn of(tables: &[&TableDef]) -> Result<Vec<&'static CompositeDef>> {
    let mut found: Vec<&'static CompositeDef> = Vec::new();
    for def in tables.iter().flat_map(|table| table.columns).filter_map(|column| of_type(&column.ty)) {
        match found.iter().find(|other| other.name.is_same(&def.name)) {
            None => {
                check(def)?;
                found.push(def);
            }
            Some(other) if other.fields == def.fields => {}
            Some(_) => {
                return Err(Error::schema(format!(
                    "two composite types have the name `{}` and different fields: rename one",
                    def.name
                )));
            }
        }
    }
    for def in &found {
        let taken = enums::of(tables)?.iter().any(|other| other.name.is_same(&def.name))
            || tables.iter().any(|table| table.name.is_same(&def.name));
        if taken {
            return Err(Error::schema(format!(
                "a composite type and a table or an enum have the name `{}`, which no server allows: rename one",
                def.name
            )));
        }
    }
    Ok(found)
}

fn check(def: &CompositeDef) -> Result<()> {
    let wrong = |why: String| Err(Error::schema(format!("composite type `{}` {why}", def.name)));
    check_name("a composite type", def.name.name)?;
    check_name(&format!("the SQL schema of composite type `{}`", def.name), def.name.schema_name())?;
    if def.fields.is_empty() {
        return wrong("has no fields".to_owned());
    }
    for (i, field) in def.fields.iter().enumerate() {
        check_name(&format!("a field of composite type `{}`", def.name), field.name)?;
        if def.fields[..i].iter().any(|other| other.name == field.name) {
            return wrong(format!("has two fields of the name `{}`: rename one", field.name));
        }
        if !field.ty.is_composite_field() {
            let ty = crate::schema::const_check::type_name(&field.ty);
            return wrong(format!("has the field `{}` of type {ty}, which it cannot hold", field.name));
        }
    }
    Ok(())
}

pub(super) fn push(out: &mut Printer, def: &CompositeDef) {
    let mut sql = "CREATE TYPE ".to_owned();
    ident::push_type_name(&mut sql, &def.name);
    sql.push_str(" AS (");
    for (i, field) in def.fields.iter().enumerate() {
        if i > 0 {
            sql.push_str(", ");
        }
        ident::push_ident(&mut sql, field.name);
        sql.push(' ');
        types::push_type(&mut sql, &field.ty, out.target);
    }
    sql.push(')');
    out.push(DdlKind::Type, sql);
}

pub(super) fn push_drop(out: &mut Printer, def: &CompositeDef) {
    let mut sql = "DROP TYPE IF EXISTS ".to_owned();
    ident::push_type_name(&mut sql, &def.name);
    out.push(DdlKind::Type, sql);
}
