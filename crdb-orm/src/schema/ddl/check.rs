//! What a schema must be to be printed. The derive refuses most of it earlier; a table written by hand meets it here.

use std::collections::HashMap;

use super::super::{
    ColumnDef, ColumnType, DefaultValue, Feature, KeyPart, Locality, Schema, StorageParameter, TableDef,
    Target, feature, table_check,
};
use super::names::{Names, check_name};
use super::{Planned, enums, region};
use crate::error::{Error, Result};

/// Refuses what makes no sense in the schema as a whole, and in each of its tables.
pub(super) fn schema(schema: &Schema, target: Target) -> Result<()> {
    check_name("the database", schema.name())?;
    for region in schema.region_names() {
        check_name(&format!("a region of database `{}`", schema.name()), region)?;
    }
    for region in schema.super_region_defs() {
        check_name(&format!("a super region of database `{}`", schema.name()), region.name)?;
    }
    if target.is_multi_region() {
        too_old(&format!("database `{}`", schema.name()), &feature::of_database(schema), target)?;
    }
    for def in schema.table_defs() {
        table(def, target)?;
        regions_of_table(schema, def)?;
        foreign_keys_of_table(schema, def)?;
    }
    for def in enums::of(schema.table_defs())? {
        if let Some(table) = schema.table_defs().iter().find(|table| table.name.is_same(&def.name)) {
            return Err(Error::schema(format!(
                "table `{}` and an enum have one name, which no server allows: rename one",
                table.name
            )));
        }
    }
    Ok(())
}

/// Refuses what makes no sense in one table.
pub(super) fn table(table: &TableDef, target: Target) -> Result<()> {
    check_name("a table", table.name.name)?;
    if let Some(wrong) = table_check::wrong_expression(table) {
        return Err(Error::schema(format!(
            "{}{} of table `{}` {}",
            wrong.what, wrong.name, table.name, wrong.why
        )));
    }
    too_old(&format!("table `{}`", table.name), &feature::of(table), target)?;
    check_name(&format!("the SQL schema of table `{}`", table.name), table.name.schema_name())?;
    for (i, column) in table.columns.iter().enumerate() {
        check_name(&format!("a column of table `{}`", table.name), column.name)?;
        if table.columns[..i].iter().any(|other| other.name == column.name) {
            return Err(wrong(table, format!("has two columns of the name `{}`: rename one", column.name)));
        }
        self::column(table, column)?;
    }
    let implicit_region = target.is_multi_region() && table.locality == Some(Locality::RegionalByRow(None));
    let known = |what: &str, name: &str| {
        if table.column(name).is_some() || (implicit_region && name == "crdb_region") {
            return Ok(());
        }
        Err(wrong(table, format!("has no column `{name}`, but {what} names it")))
    };
    parts(table, "its primary key", table.primary_key.parts, &known)?;
    if table.primary_key.parts.iter().any(|part| part.expression || part.op_class.is_some()) {
        return Err(wrong(table, "has a primary key over more than columns: only an index has expressions"));
    }
    let key = &table.primary_key;
    super::index_check::stored(table, "its primary key", key.parts, key.hash, key.storage)?;
    for index in table.indexes {
        parts(table, "an index", index.parts, &known)?;
        super::index_check::check(table, index)?;
        index.storing.iter().try_for_each(|column| known("an index that stores it", column))?;
    }
    for key in table.foreign_keys {
        if key.columns.is_empty() || key.columns.len() != key.referenced.len() {
            return Err(wrong(
                table,
                format!(
                    "has a foreign key of {} columns to {} columns of `{}`: name as many, at least one",
                    key.columns.len(),
                    key.referenced.len(),
                    key.references
                ),
            ));
        }
        key.columns.iter().try_for_each(|column| known("a foreign key", column))?;
    }
    if let Some(Locality::RegionalByRow(Some(column))) = table.locality {
        known("its locality", column)?;
    }
    rehoming(table)?;
    super::text_check::check(table)?;
    parameters(table, target)?;
    super::policy::check(table)?;
    super::changefeed::check(table)?;
    super::storage_check::check(table, &known)
}

/// Refuses partitions and zones of what is not there, which the names of the indexes tell.
pub(super) fn names(table: &TableDef, names: &Names) -> Result<()> {
    super::partition::check(table, names)?;
    super::zone::check(table, names)
}

/// Refuses what the target is too old for. What `PostgreSQL` does not have is left out with a notice.
pub(super) fn too_old(what: &str, features: &[Feature], target: Target) -> Result<()> {
    if target.is_postgresql() {
        return Ok(());
    }
    match features.iter().find(|feature| !target.has(**feature)) {
        Some(feature) => {
            let (major, minor) = feature.since();
            Err(Error::schema(format!(
                "{what} uses {}, which needs CockroachDB {major}.{minor} or later, but the target is {target}: \
                 {}, or upgrade the cluster",
                feature.name(),
                feature.instead()
            )))
        }
        None => Ok(()),
    }
}

fn parameters(table: &TableDef, target: Target) -> Result<()> {
    let newer = target.server_version().filter(|_| !target.is_postgresql());
    // What is left out of the DDL asks nothing of the server.
    let is_printed = |parameter: &StorageParameter| super::storage::applies(parameter, target);
    match newer.and_then(|version| feature::newer_parameter(table, version, is_printed)) {
        Some((name, (major, minor))) => Err(wrong(
            table,
            format!(
                "has the storage parameter `{name}`, which needs CockroachDB {major}.{minor} or later, but the target \
                 is {target}: leave it out, or upgrade the cluster"
            ),
        )),
        None => Ok(()),
    }
}

/// Source: `CockroachDB`, "Table localities".
fn rehoming(table: &TableDef) -> Result<()> {
    if !table.auto_rehoming {
        return Ok(());
    }
    let Some(Locality::RegionalByRow(by)) = table.locality else {
        return Err(wrong(
            table,
            "re-homes its rows, but is not regional by row: use `Locality::RegionalByRow`, or leave it out",
        ));
    };
    match by.and_then(|by| table.column(by)).filter(|column| column.computed.is_some()) {
        Some(column) => Err(wrong(
            table,
            format!(
                "re-homes its rows, but `{}` is computed, so no update changes it: leave one out",
                column.name
            ),
        )),
        None => Ok(()),
    }
}

fn column(table: &TableDef, column: &ColumnDef) -> Result<()> {
    let wrong =
        |why: &str| Err(Error::schema(format!("column `{}` of table `{}` {why}", column.name, table.name)));
    let element = match column.ty {
        ColumnType::Array(ColumnType::Array(_)) => {
            return wrong("is an array of arrays, which CockroachDB does not have: use JSONB, or a table");
        }
        ColumnType::Array(element) if !element.has_arrays() => {
            return wrong(&format!(
                "is an array of {}, which CockroachDB does not have: use a table",
                crate::schema::const_check::type_name(element)
            ));
        }
        ColumnType::Array(element) => *element,
        ty => ty,
    };
    if column.computed.is_some() && column.default.is_some() {
        return wrong("is computed, so it cannot have a default: leave one out");
    }
    super::column_check::check(table, column, element)?;
    let ColumnType::Enum(def) = element else { return Ok(()) };
    check_name(&format!("the enum of column `{}` of table `{}`", column.name, table.name), def.name.name)?;
    check_name(&format!("the SQL schema of enum `{}`", def.name), def.name.schema_name())?;
    if def.name.schema_name() == "public" && def.name.name == "crdb_internal_region" {
        return wrong("has an enum of the name crdb_internal_region, which is the server's own: rename it");
    }
    if def.labels.is_empty() {
        return wrong(&format!("has the enum `{}`, which has no labels", def.name));
    }
    for (i, label) in def.labels.iter().enumerate() {
        check_name(&format!("a label of enum `{}`", def.name), label)?;
        if def.labels[..i].contains(label) {
            return wrong(&format!("has the enum `{}` with the label `{label}` twice", def.name));
        }
    }
    match (column.ty, column.default) {
        (ColumnType::Enum(_), Some(DefaultValue::Text(text))) if !def.labels.contains(&text) => {
            wrong(&format!("has the default `{text}`, which is no label of enum `{}`", def.name))
        }
        _ => Ok(()),
    }
}

fn parts(
    table: &TableDef,
    what: &str,
    parts: &[KeyPart],
    known: &dyn Fn(&str, &str) -> Result<()>,
) -> Result<()> {
    if parts.is_empty() {
        return Err(wrong(table, format!("has no column in {what}: name one")));
    }
    for (i, part) in parts.iter().enumerate() {
        if !part.expression {
            known(what, part.column)?;
        }
        if parts[..i].iter().any(|other| other.expression == part.expression && other.column == part.column) {
            return Err(wrong(table, format!("names `{}` twice in {what}", part.column)));
        }
    }
    Ok(())
}

fn regions_of_table(schema: &Schema, table: &TableDef) -> Result<()> {
    let regions = schema.region_names();
    let column = table.columns.iter().find(|column| region::is_region(&column.ty));
    if regions.is_empty() {
        let what = match (column, table.locality) {
            (Some(column), _) => format!("a Region column `{}`", column.name),
            (None, Some(_)) => "a locality".to_owned(),
            (None, None) => return Ok(()),
        };
        return Err(wrong(
            table,
            format!("has {what}, but database `{}` has no regions: add `.regions(..)`", schema.name()),
        ));
    }
    match table.locality {
        Some(Locality::RegionalByTable(Some(region))) if !regions.contains(&region) => Err(wrong(
            table,
            format!("lives in `{region}`, but database `{}` has only {}", schema.name(), regions.join(", ")),
        )),
        _ => Ok(()),
    }
}

fn foreign_keys_of_table(schema: &Schema, table: &TableDef) -> Result<()> {
    for key in table.foreign_keys {
        let Some(other) = schema.table_defs().iter().find(|other| other.name.is_same(&key.references)) else {
            return Err(wrong(
                table,
                format!(
                    "refers to table `{}`, which is not in schema `{}`: add it to `.tables(..)`",
                    key.references,
                    schema.name()
                ),
            ));
        };
        for column in key.referenced {
            if other.column(column).is_none() {
                return Err(wrong(
                    table,
                    format!("refers to column `{column}` of table `{}`, which does not exist", other.name),
                ));
            }
        }
        if !other.is_unique_key(key.referenced) {
            return Err(wrong(
                table,
                format!(
                    "refers to ({}) of table `{}`, which is neither its primary key nor unique: add a UNIQUE constraint \
                     there, or an index over these columns and all rows that is unique",
                    key.referenced.join(", "),
                    other.name
                ),
            ));
        }
    }
    Ok(())
}

/// Refuses two relations of one name: on `PostgreSQL` tables and indexes of an SQL schema share their names, on
/// `CockroachDB` an index's name is its table's own.
pub(super) fn relations(planned: &[Planned], target: Target) -> Result<()> {
    if !target.is_postgresql() {
        return Ok(());
    }
    let mut taken: HashMap<(&str, &str), &TableDef> = HashMap::new();
    for plan in planned {
        let schema = plan.table.name.schema_name();
        for name in std::iter::once(plan.table.name.name).chain(plan.names.relations()) {
            if let Some(other) = taken.insert((schema, name), plan.table) {
                return Err(Error::schema(format!(
                    "two relations have the name `{name}`, of table `{}` and of table `{}`: \
                     on PostgreSQL the names of tables and indexes differ in a whole SQL schema; name the index otherwise",
                    other.name, plan.table.name
                )));
            }
        }
    }
    Ok(())
}

pub(super) fn wrong(table: &TableDef, why: impl std::fmt::Display) -> Error {
    Error::schema(format!("table `{}` {why}", table.name))
}
