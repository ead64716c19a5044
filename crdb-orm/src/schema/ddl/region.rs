//! Regions and localities.
//!
//! Source: `CockroachDB`, "ALTER DATABASE", "Table localities".

use super::super::{
    ColumnDef, ColumnType, Feature, Locality, Placement, Schema, SurvivalGoal, TableDef, Target, TypeName,
    ident,
};
use super::enums::push_labels;
use super::notices::{Notice, Notices};
use super::{DdlKind, Printer};

/// The server's type of a region.
pub(super) const TYPE: TypeName = TypeName::new("crdb_internal_region");

/// Whether a column holds regions.
pub(super) fn is_region(ty: &ColumnType) -> bool {
    match ty {
        ColumnType::Region => true,
        ColumnType::Array(element) => is_region(element),
        _ => false,
    }
}

/// Whether the type `crdb_internal_region` must be made: on a multi-region database the server has it.
pub(super) fn needs_type(schema: &Schema, target: Target) -> bool {
    let mut columns = schema.table_defs().iter().flat_map(|table| table.columns);
    !target.is_multi_region() && columns.any(|column| is_region(&column.ty))
}

/// The regions and the survival goal of the database, in the order that the server wants: what is said of regions
/// follows them.
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
    if schema.data_placement() == Placement::Restricted {
        out.push_set(DdlKind::Database, alter(" PLACEMENT RESTRICTED", ""), Some(PLACEMENT_SETTING));
    }
    let setting =
        (!out.target.has_for_certain(Feature::SuperRegionWithoutSetting)).then_some(SUPER_REGION_SETTING);
    for region in schema.super_region_defs() {
        let mut sql = alter(" ADD SUPER REGION", region.name);
        sql.push_str(" VALUES ");
        ident::push_list(&mut sql, region.regions.iter().copied());
        out.push_set(DdlKind::Database, sql, setting);
    }
    if let Some(secondary) = schema.secondary() {
        out.push(DdlKind::Database, alter(" SET SECONDARY REGION", secondary));
    }
}

/// Source: `CockroachDB`, "ALTER DATABASE", `PLACEMENT`.
const PLACEMENT_SETTING: &str = "enable_multiregion_placement_policy";
/// Source: `CockroachDB`, "Super regions".
const SUPER_REGION_SETTING: &str = "enable_super_regions";

/// The region column that the server would add itself. It is written out where it re-homes its rows: the server adds
/// that by a setting of the session only.
pub(super) fn push_rehoming_column(out: &mut String, table: &TableDef, target: Target) -> bool {
    let implicit = table.locality == Some(Locality::RegionalByRow(None))
        && table.column(super::super::table::REGION_COLUMN).is_none();
    if !(implicit && table.auto_rehoming && target.is_multi_region()) {
        return false;
    }
    out.push_str(
        "crdb_region crdb_internal_region NOT VISIBLE NOT NULL \
         DEFAULT default_to_database_primary_region(gateway_region())::crdb_internal_region",
    );
    out.push_str(REHOME);
    true
}

const REHOME: &str = " ON UPDATE rehome_row()::crdb_internal_region";

/// Writes what moves a row to the region that updates it.
pub(super) fn push_rehome(out: &mut String, table: &TableDef, column: &ColumnDef, target: Target) {
    if target.is_multi_region() && table.rehoming_column() == Some(column.name) {
        out.push_str(REHOME);
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
        if table.auto_rehoming {
            text.push_str(", auto-rehoming");
        }
        notices.add(Notice::Locality, format!("{} ({text})", table.name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_regions_go_to_the_database_that_is_named() {
        let schema =
            Schema::new("shop").regions(&["a-1", "b-1", "c-1"]).survive(SurvivalGoal::Region).tables(&[]);
        let sql = |ddl: super::super::Ddl| -> Vec<String> {
            ddl.statements().iter().map(|one| one.sql().to_owned()).collect()
        };
        assert_eq!(
            sql(schema.ddl_in("Shop 2", Target::COCKROACHDB).unwrap()),
            [
                "ALTER DATABASE \"Shop 2\" SET PRIMARY REGION \"a-1\"",
                "ALTER DATABASE \"Shop 2\" ADD REGION \"b-1\"",
                "ALTER DATABASE \"Shop 2\" ADD REGION \"c-1\"",
                "ALTER DATABASE \"Shop 2\" SURVIVE REGION FAILURE",
            ]
        );
        assert!(sql(schema.ddl(Target::COCKROACHDB).unwrap())[0].starts_with("ALTER DATABASE shop "));
    }
}
