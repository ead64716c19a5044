//! The regions of a schema: what they must be, and whether its tables name other ones. It runs when a crate is compiled.

use super::const_check::{fail, list_has, str_eq};
use super::nearest::nearest;
use super::{
    ColumnType, DefaultValue, Locality, Placement, Schema, SurvivalGoal, TableDef, ZoneLocality, sql_text,
};

/// How many regions a message lists at most.
const LISTED: usize = 32;

/// Refuses regions that make no sense together, and tables that name other ones.
#[track_caller]
pub(super) const fn check(schema: &Schema) {
    goals(schema);
    secondary(schema);
    super_regions(schema);
    if let Some(zone) = schema.zone_config() {
        managed(schema, &["database `", schema.name(), "`"], zone.is_managed());
    }
    locality_zones(schema);
    let tables = schema.table_defs();
    let mut i = 0;
    while i < tables.len() {
        table(schema, tables[i]);
        i += 1;
    }
}

/// Source: `CockroachDB`, "Zone config extensions".
#[track_caller]
const fn locality_zones(schema: &Schema) {
    let all = schema.locality_zone_defs();
    if !all.is_empty() && schema.region_names().is_empty() {
        fail(&[
            "database `",
            schema.name(),
            "` configures zones of localities and has no regions: add `.regions(..)`",
        ]);
    }
    let mut i = 0;
    while i < all.len() {
        if let Some(why) = all[i].config.wrong_values() {
            fail(&["a zone configuration of a locality of database `", schema.name(), "` ", why]);
        }
        if let ZoneLocality::Regional(Some(region)) = all[i].locality
            && !list_has(schema.region_names(), region)
        {
            no_such_region(schema, &["a zone configuration of a locality"], region);
        }
        let mut earlier = 0;
        while earlier < i {
            let same = match (all[earlier].locality, all[i].locality) {
                (ZoneLocality::Global, ZoneLocality::Global)
                | (ZoneLocality::Regional(None), ZoneLocality::Regional(None)) => true,
                (ZoneLocality::Regional(Some(one)), ZoneLocality::Regional(Some(other))) => {
                    str_eq(one, other)
                }
                _ => false,
            };
            if same {
                fail(&[
                    "database `",
                    schema.name(),
                    "` has two zone configurations of one locality: put them together",
                ]);
            }
            earlier += 1;
        }
        i += 1;
    }
}

/// Source: `CockroachDB`, "Multi-region survival goals", "ALTER DATABASE".
#[track_caller]
const fn goals(schema: &Schema) {
    let survives_region = matches!(schema.survival(), SurvivalGoal::Region);
    if survives_region && schema.region_names().len() < 3 {
        fail(&[
            "database `",
            schema.name(),
            "` can survive the loss of a region only with three regions or more: ",
            "add regions, or use `SurvivalGoal::Zone`",
        ]);
    }
    if !matches!(schema.data_placement(), Placement::Restricted) {
        return;
    }
    if survives_region {
        fail(&[
            "database `",
            schema.name(),
            "` has `Placement::Restricted`, which keeps no replica outside of a region, so it cannot survive the loss ",
            "of one: use `SurvivalGoal::Zone`, or leave the placement out",
        ]);
    }
    if schema.region_names().is_empty() {
        fail(&["database `", schema.name(), "` has a placement and no regions: add `.regions(..)`"]);
    }
}

#[track_caller]
const fn secondary(schema: &Schema) {
    let Some(secondary) = schema.secondary() else { return };
    let regions = schema.region_names();
    if !list_has(regions, secondary) {
        no_such_region(schema, &["the secondary region of database `", schema.name(), "`"], secondary);
    }
    if str_eq(regions[0], secondary) {
        fail(&[
            "`",
            secondary,
            "` is the primary region of database `",
            schema.name(),
            "`: another one is its secondary region",
        ]);
    }
    let tables = schema.table_defs();
    let mut i = 0;
    while i < tables.len() {
        if matches!(tables[i].locality, Some(Locality::RegionalByRow(_))) {
            fail(&[
                "database `",
                schema.name(),
                "` has a secondary region, which CockroachDB does not support with tables that are regional by row, as `",
                tables[i].name.name,
                "` is: leave one out",
            ]);
        }
        i += 1;
    }
}

#[track_caller]
const fn super_regions(schema: &Schema) {
    let all = schema.super_region_defs();
    let mut i = 0;
    while i < all.len() {
        let (name, regions) = (all[i].name, all[i].regions);
        if name.is_empty() || regions.is_empty() {
            fail(&["a super region of database `", schema.name(), "` needs a name and regions"]);
        }
        if matches!(schema.survival(), SurvivalGoal::Region) && regions.len() < 3 {
            fail(&[
                "the super region `",
                name,
                "` of database `",
                schema.name(),
                "` has fewer than three regions, so its data cannot survive the loss of one: add regions, or use ",
                "`SurvivalGoal::Zone`",
            ]);
        }
        let mut one = 0;
        while one < regions.len() {
            if !list_has(schema.region_names(), regions[one]) {
                no_such_region(schema, &["the super region `", name, "`"], regions[one]);
            }
            let (before, _) = regions.split_at(one);
            if list_has(before, regions[one]) {
                fail(&["the super region `", name, "` names `", regions[one], "` twice"]);
            }
            one += 1;
        }
        let mut earlier = 0;
        while earlier < i {
            if str_eq(all[earlier].name, name) {
                fail(&["database `", schema.name(), "` has two super regions of the name `", name, "`"]);
            }
            let mut one = 0;
            while one < regions.len() {
                if list_has(all[earlier].regions, regions[one]) {
                    fail(&[
                        "`",
                        regions[one],
                        "` is in two super regions, `",
                        all[earlier].name,
                        "` and `",
                        name,
                        "`: a region is in one at most",
                    ]);
                }
                one += 1;
            }
            earlier += 1;
        }
        if let Some(secondary) = schema.secondary()
            && list_has(regions, schema.region_names()[0]) != list_has(regions, secondary)
        {
            fail(&[
                "the secondary region `",
                secondary,
                "` must be in the super region of the primary one, and `",
                name,
                "` has only one of them",
            ]);
        }
        i += 1;
    }
}

/// Refuses a region that a table names and the database does not have. A database without any is another matter: it is
/// refused when it is printed.
#[track_caller]
const fn table(schema: &Schema, table: &TableDef) {
    if schema.region_names().is_empty() {
        return;
    }
    if let Some(Locality::RegionalByTable(Some(region))) = table.locality
        && !list_has(schema.region_names(), region)
    {
        no_such_region(schema, &["the locality of table `", table.name.name, "`"], region);
    }
    if !table.partitions.is_empty() {
        fail(&[
            "table `",
            table.name.name,
            "` is partitioned, but database `",
            schema.name(),
            "` has regions, where CockroachDB refuses partitions: use a locality, such as `regional_by_row`",
        ]);
    }
    let mut i = 0;
    while i < table.zones.len() {
        managed(schema, &["table `", table.name.name, "`"], table.zones[i].config.is_managed());
        i += 1;
    }
    let mut i = 0;
    while i < table.columns.len() {
        let column = &table.columns[i];
        let place = ["column `", column.name, "` of table `", table.name.name, "`"];
        match column.default {
            Some(DefaultValue::Text(text))
                if matches!(column.ty, ColumnType::Region) && !list_has(schema.region_names(), text) =>
            {
                no_such_region(schema, &place, text);
            }
            Some(DefaultValue::Sql(sql)) => expression(schema, &place, sql),
            _ => {}
        }
        if let Some(computed) = column.computed {
            expression(schema, &place, computed.expression);
        }
        i += 1;
    }
    let mut i = 0;
    while i < table.checks.len() {
        expression(schema, &["a check of table `", table.name.name, "`"], table.checks[i].expression);
        i += 1;
    }
}

/// Refuses what the server says of replicas itself where there are regions.
///
/// Source: `CockroachDB`, "Replication controls", multi-region databases.
#[track_caller]
const fn managed(schema: &Schema, place: &[&str; 3], is_managed: bool) {
    if is_managed && !schema.region_names().is_empty() {
        fail(&[
            "the zone configuration of ",
            place[0],
            place[1],
            place[2],
            " says where replicas are, but database `",
            schema.name(),
            "` has regions, whose localities and survival goal say that: leave replicas, constraints and lease ",
            "preferences out",
        ]);
    }
}

/// Refuses `'us-esat1'::crdb_internal_region`.
#[track_caller]
const fn expression(schema: &Schema, place: &[&str], sql: &str) {
    let mut at = 0;
    while let Some((region, end)) = sql_text::region_literal(sql, at) {
        if !list_has(schema.region_names(), region) {
            no_such_region(schema, place, region);
        }
        at = end;
    }
}

/// Says who names which region, which ones there are, and which one is near. Nobody names it when `place` is empty.
#[track_caller]
pub(super) const fn no_such_region(schema: &Schema, place: &[&str], region: &str) -> ! {
    let regions = schema.region_names();
    let mut message = Message { parts: [""; LISTED * 2 + 16], length: 0 };
    if place.is_empty() {
        message.push(&["database `", schema.name(), "` has "]);
        if regions.is_empty() {
            message.push(&["no regions, so none is named `", region, "`: add `.regions(..)`"]);
            fail(&message.parts);
        }
        message.push(&["no region `", region, "`, only "]);
    } else {
        message.push(place);
        message.push(&[" names the region `", region, "`, but database `", schema.name(), "` has "]);
        if regions.is_empty() {
            message.push(&["no regions: add `.regions(..)`"]);
            fail(&message.parts);
        }
        message.push(&["only "]);
    }
    let mut i = 0;
    while i < regions.len() && i < LISTED {
        message.push(&[if i > 0 { ", " } else { "" }, regions[i]]);
        i += 1;
    }
    if let Some(near) = nearest(region, regions) {
        message.push(&[": did you mean `", near, "`?"]);
    }
    fail(&message.parts)
}

/// The parts of a message.
struct Message<'m> {
    parts: [&'m str; LISTED * 2 + 16],
    length: usize,
}

impl<'m> Message<'m> {
    const fn push(&mut self, parts: &[&'m str]) {
        let mut i = 0;
        while i < parts.len() && self.length < self.parts.len() {
            self.parts[self.length] = parts[i];
            self.length += 1;
            i += 1;
        }
    }
}
