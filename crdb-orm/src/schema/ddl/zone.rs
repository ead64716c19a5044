//! `CONFIGURE ZONE USING ..`.

use std::fmt::Write as _;

use super::super::{Schema, TableDef, ZoneConfig, ZoneConstraints, ZoneLocality, ident};
use super::check::wrong;
use super::names::Names;
use super::notices::Notice;
use super::{DdlKind, Printer};
use crate::error::Result;

/// The zone configuration of the database.
pub(super) fn push_database(out: &mut Printer, schema: &Schema, database: &str) {
    let Some(config) = schema.zone_config() else { return };
    if out.target.is_postgresql() {
        out.notices.add(Notice::Zone, format!("database {database}"));
        return;
    }
    let mut sql = "ALTER DATABASE ".to_owned();
    ident::push_ident(&mut sql, database);
    push_config(&mut sql, &config);
    out.push(DdlKind::Zone, sql);
}

/// What is added to the zone configurations of localities, once the database has its regions.
pub(super) fn push_localities(out: &mut Printer, schema: &Schema, database: &str) {
    let all = schema.locality_zone_defs();
    if !out.target.is_multi_region() {
        if !all.is_empty() {
            out.notices.add(Notice::Zone, format!("localities of database {database}"));
        }
        return;
    }
    for zone in all {
        let mut sql = "ALTER DATABASE ".to_owned();
        ident::push_ident(&mut sql, database);
        sql.push_str(" ALTER LOCALITY ");
        match zone.locality {
            ZoneLocality::Global => sql.push_str("GLOBAL"),
            ZoneLocality::Regional(None) => sql.push_str("REGIONAL"),
            ZoneLocality::Regional(Some(region)) => {
                sql.push_str("REGIONAL IN ");
                ident::push_ident(&mut sql, region);
            }
        }
        push_config(&mut sql, &zone.config);
        out.push(DdlKind::Zone, sql);
    }
}

/// Notes that the zone configuration of the database stays.
pub(super) fn note_kept(out: &mut Printer, schema: &Schema) {
    let localities = out.target.is_multi_region() && !schema.locality_zone_defs().is_empty();
    if (schema.zone_config().is_some() && !out.target.is_postgresql()) || localities {
        out.notices.add(Notice::ZoneStays, schema.name().to_owned());
    }
}

/// The zone configurations of a table, its indexes and its partitions.
pub(super) fn push_table(out: &mut Printer, table: &TableDef) {
    if out.target.is_postgresql() {
        if !table.zones.is_empty() {
            out.notices.add(Notice::Zone, table.name.to_string());
        }
        return;
    }
    for zone in table.zones {
        let mut sql = "ALTER ".to_owned();
        if let Some(partition) = zone.partition {
            sql.push_str("PARTITION ");
            ident::push_ident(&mut sql, partition);
            sql.push_str(" OF ");
        }
        // Partitions of all indexes have one name in each of them.
        let every = zone.partition.is_some() && super::partition::is_by_all(table);
        sql.push_str(if zone.index.is_some() || every { "INDEX " } else { "TABLE " });
        ident::push_name(&mut sql, &table.name);
        if let Some(index) = zone.index {
            sql.push('@');
            ident::push_ident(&mut sql, index);
        } else if every {
            sql.push_str("@*");
        }
        push_config(&mut sql, &zone.config);
        out.push(DdlKind::Zone, sql);
    }
}

fn push_config(sql: &mut String, config: &ZoneConfig) {
    let mut set: Vec<String> = Vec::new();
    let numbers = [
        ("range_min_bytes", config.range_min_bytes),
        ("range_max_bytes", config.range_max_bytes),
        ("gc.ttlseconds", config.gc_ttl_seconds.map(u64::from)),
        ("num_replicas", config.num_replicas.map(u64::from)),
        ("num_voters", config.num_voters.map(u64::from)),
    ];
    set.extend(numbers.into_iter().filter_map(|(name, value)| Some(format!("{name} = {}", value?))));
    let lists = [("constraints", config.constraints), ("voter_constraints", config.voter_constraints)];
    set.extend(lists.into_iter().filter_map(|(name, value)| Some(text(name, &constraints(&value?)))));
    if !config.lease_preferences.is_empty() {
        let all: Vec<String> = config.lease_preferences.iter().map(|all| list(all)).collect();
        set.push(text("lease_preferences", &format!("[{}]", all.join(", "))));
    }
    set.extend(config.copy_from_parent.iter().map(|field| format!("{} = COPY FROM PARENT", field.name())));
    // Writing to a string cannot fail.
    let _ = write!(sql, " CONFIGURE ZONE USING {}", set.join(", "));
}

/// The YAML of constraints. They hold no letter that means something in it.
fn constraints(constraints: &ZoneConstraints) -> String {
    match constraints {
        ZoneConstraints::All(all) => list(all),
        ZoneConstraints::PerReplica(several) => {
            let one = |(all, replicas): &(&[&str], u16)| format!("\"{}\": {replicas}", all.join(","));
            format!("{{{}}}", several.iter().map(one).collect::<Vec<_>>().join(", "))
        }
    }
}

fn list(all: &[&str]) -> String {
    format!("[{}]", all.join(", "))
}

fn text(name: &str, value: &str) -> String {
    let mut sql = format!("{name} = ");
    ident::push_literal(&mut sql, value);
    sql
}

/// Refuses what the server would refuse, and what a zone is of that is not there.
pub(super) fn check(table: &TableDef, names: &Names) -> Result<()> {
    for (i, zone) in table.zones.iter().enumerate() {
        if let Some(why) = zone.config.wrong() {
            return Err(wrong(table, format!("has a zone configuration that {why}")));
        }
        let same =
            |other: &&super::super::ZoneDef| (other.index, other.partition) == (zone.index, zone.partition);
        if table.zones[..i].iter().any(|other| same(&other)) {
            return Err(wrong(table, "has two zone configurations of one thing: put them together"));
        }
        if let Some(index) = zone.index
            && !names.relations().any(|name| name == index)
        {
            return Err(wrong(
                table,
                format!("has a zone configuration of `{index}`, which is no index of it"),
            ));
        }
        if let Some(partition) = zone.partition {
            let primary = Some(names.primary_key.as_str());
            let on = |index: Option<&str>| index.or(primary) == zone.index.or(primary);
            let mut of_index = table.partitions.iter().filter(|one| one.all || on(one.index));
            if !of_index.any(|all| super::partition::has(&all.by, partition)) {
                return Err(wrong(
                    table,
                    format!("has a zone configuration of the partition `{partition}`, which is not there"),
                ));
            }
        }
    }
    Ok(())
}
