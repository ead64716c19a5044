//! Regions and localities.
//!
//! Source: `CockroachDB`, "ALTER DATABASE", "Table localities".

use super::super::{ColumnType, Locality, Schema, SurvivalGoal, TableDef, Target, ident};
use super::enums::push_labels;
use super::notices::{Notice, Notices};
use super::{DdlKind, Printer};

/// Whether a column holds regions.
pub(super) fn is_region(ty: &ColumnType) -> bool {
    match ty {
        ColumnType::Region => true,
        ColumnType::Array(element) => is_region(element),
        _ => false,
    }
}

/// Whether the type `crdb_internal_region` must be made: on a multi-region database the server has it.
fn needs_type(schema: &Schema, target: Target) -> bool {
    let mut columns = schema.table_defs().iter().flat_map(|table| table.columns);
    !target.is_multi_region() && columns.any(|column| is_region(&column.ty))
}

/// The regions and the survival goal of the database.
pub(super) fn push_database(out: &mut Printer, schema: &Schema, database: &str) {
    let regions = schema.region_names();
    if regions.is_empty() {
        return;
    }
    if !out.target.is_multi_region() {
        out.notices.add(Notice::Regions, regions.join(", "));
        return;
    }
    let alter = |what: &str, region: &str| {
        let mut sql = "ALTER DATABASE ".to_owned();
        ident::push_ident(&mut sql, database);
        sql.push_str(what);
        if !region.is_empty() {
            sql.push(' ');
            ident::push_ident(&mut sql, region);
        }
        sql
    };
    for (i, region) in regions.iter().enumerate() {
        let what = if i == 0 { " SET PRIMARY REGION" } else { " ADD REGION" };
        out.push(DdlKind::Database, alter(what, region));
    }
    if schema.survival() == SurvivalGoal::Region {
        out.push(DdlKind::Database, alter(" SURVIVE REGION FAILURE", ""));
    }
}

/// The type that stands for the server's own where there are no regions.
pub(super) fn push_type(out: &mut Printer, schema: &Schema) {
    if needs_type(schema, out.target) {
        let mut sql = "CREATE TYPE crdb_internal_region".to_owned();
        push_labels(&mut sql, schema.region_names());
        out.push(DdlKind::Type, sql);
    }
}

pub(super) fn push_drop(out: &mut Printer, schema: &Schema) {
    if needs_type(schema, out.target) {
        out.push(DdlKind::Type, "DROP TYPE IF EXISTS crdb_internal_region".to_owned());
    }
    if out.target.is_multi_region() && !schema.region_names().is_empty() {
        out.notices.add(Notice::RegionsStay, schema.region_names().join(", "));
    }
}

/// Writes ` LOCALITY ..`, or notes that it is left out.
pub(super) fn push_locality(sql: &mut String, table: &TableDef, target: Target, notices: &mut Notices) {
    let Some(locality) = table.locality else { return };
    let mut text = String::new();
    match locality {
        Locality::Global => text.push_str("GLOBAL"),
        Locality::RegionalByTable(None) => text.push_str("REGIONAL BY TABLE IN PRIMARY REGION"),
        Locality::RegionalByTable(Some(region)) => {
            text.push_str("REGIONAL BY TABLE IN ");
            ident::push_ident(&mut text, region);
        }
        Locality::RegionalByRow(None) => text.push_str("REGIONAL BY ROW"),
        Locality::RegionalByRow(Some(column)) => {
            text.push_str("REGIONAL BY ROW AS ");
            ident::push_ident(&mut text, column);
        }
    }
    if target.is_multi_region() {
        sql.push_str(" LOCALITY ");
        sql.push_str(&text);
    } else {
        notices.add(Notice::Locality, format!("{} ({text})", table.name));
    }
}
