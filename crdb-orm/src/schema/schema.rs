//! A whole database as const data.

use super::const_check::{changefeeds, fail, str_eq};
use super::nearest::nearest;
use super::{
    LocalityZone, Placement, SchemaChangefeed, SequenceDef, SqlObject, SqlSchemaDef, SuperRegionDef,
    SurvivalGoal, TableDef, ZoneConfig, red_line, regions, table_check,
};
use crate::error::{Error, Result};
use crate::types::Region;

/// A database: its name, its regions and its tables.
///
/// Built in a const item, so that what makes no sense does not compile:
///
/// ```
/// use crdb_orm::Schema;
/// use crdb_orm::schema::{ColumnDef, ColumnType, KeyPart, Locality, PrimaryKeyDef, SurvivalGoal, TableDef, TypeName};
///
/// const CUSTOMERS: TableDef = TableDef::new(
///     TypeName::new("customers"),
///     &[ColumnDef::new("id", ColumnType::Uuid)],
///     PrimaryKeyDef::new(&[KeyPart::asc("id")]),
/// )
/// .locality(Locality::Global);
/// const SHOP: Schema = Schema::new("shop")
///     .regions(&["us-east1", "us-west1", "europe-west1"])
///     .survive(SurvivalGoal::Region)
///     .tables(&[&CUSTOMERS]);
/// const US_EAST1: crdb_orm::Region = SHOP.region("us-east1");
/// # assert_eq!(US_EAST1.as_str(), "us-east1");
/// ```
///
/// ```compile_fail
/// # use crdb_orm::{Region, Schema};
/// const SHOP: Schema = Schema::new("shop").regions(&["us-east1", "us-west1"]).tables(&[]);
/// const TYPO: Region = SHOP.region("us-esat1");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Schema {
    name: &'static str,
    regions: &'static [&'static str],
    survival: SurvivalGoal,
    placement: Placement,
    secondary: Option<&'static str>,
    super_regions: &'static [SuperRegionDef],
    tables: &'static [&'static TableDef],
    sequences: &'static [SequenceDef],
    objects: &'static [SqlObject],
    zone: Option<ZoneConfig>,
    locality_zones: &'static [LocalityZone],
    sql_schemas: &'static [SqlSchemaDef],
    changefeeds: &'static [SchemaChangefeed],
    comment: Option<&'static str>,
    /// Whether `tables` was called: what is set afterwards is checked at once.
    complete: bool,
}

impl Schema {
    /// A schema for the database of that name.
    #[must_use]
    #[track_caller]
    pub const fn new(name: &'static str) -> Self {
        if name.is_empty() {
            fail(&["the database's name is empty: write `Schema::new(\"shop\")`"]);
        }
        Self {
            name,
            regions: &[],
            survival: SurvivalGoal::Zone,
            placement: Placement::Default,
            secondary: None,
            super_regions: &[],
            tables: &[],
            sequences: &[],
            objects: &[],
            zone: None,
            locality_zones: &[],
            sql_schemas: &[],
            changefeeds: &[],
            comment: None,
            complete: false,
        }
    }

    /// Sets the regions of the database; the first one is its primary region.
    ///
    /// # Panics
    /// At compile time, in a const item: two regions of one name, an empty one.
    #[must_use]
    #[track_caller]
    pub const fn regions(mut self, regions: &'static [&'static str]) -> Self {
        let mut i = 0;
        while i < regions.len() {
            if regions[i].is_empty() {
                fail(&["a region of database `", self.name, "` has an empty name"]);
            }
            let mut earlier = 0;
            while earlier < i {
                if str_eq(regions[i], regions[earlier]) {
                    fail(&["the region `", regions[i], "` is named twice in database `", self.name, "`"]);
                }
                earlier += 1;
            }
            i += 1;
        }
        self.regions = regions;
        self.checked()
    }

    /// Sets what the database survives.
    ///
    /// # Panics
    /// At compile time, in a const item: [`SurvivalGoal::Region`] with fewer than three regions.
    #[must_use]
    #[track_caller]
    pub const fn survive(mut self, goal: SurvivalGoal) -> Self {
        self.survival = goal;
        self.checked()
    }

    /// Sets where the replicas that do not vote are kept.
    ///
    /// # Panics
    /// At compile time, in a const item: [`Placement::Restricted`] without regions, or with [`SurvivalGoal::Region`].
    #[must_use]
    #[track_caller]
    pub const fn placement(mut self, placement: Placement) -> Self {
        self.placement = placement;
        self.checked()
    }

    /// Sets the region that takes over as the primary one if that is lost.
    ///
    /// Source: `CockroachDB`, "ALTER DATABASE", `SET SECONDARY REGION`; 22.2 or later.
    ///
    /// # Panics
    /// At compile time, in a const item: it is no region of the database or the primary one, a table is regional by
    /// row, a super region has only one of the two.
    #[must_use]
    #[track_caller]
    pub const fn secondary_region(mut self, region: &'static str) -> Self {
        self.secondary = Some(region);
        self.checked()
    }

    /// Sets the super regions.
    ///
    /// # Panics
    /// At compile time, in a const item: a region is in two of them, or is none of the database; one has fewer than
    /// three regions and the database shall survive the loss of one.
    #[must_use]
    #[track_caller]
    pub const fn super_regions(mut self, all: &'static [SuperRegionDef]) -> Self {
        self.super_regions = all;
        self.checked()
    }

    /// Sets the tables.
    ///
    /// # Panics
    /// At compile time, in a const item: two tables of one name, a table without a name, a table that names a region
    /// which the database does not have (in its locality, a default, a computed column or a check), a changefeed that
    /// the server would refuse, a [red line](super::RED_LINES) that is not allowed,
    /// [`SurvivalGoal::Region`] with fewer than three regions.
    #[must_use]
    #[track_caller]
    pub const fn tables(mut self, tables: &'static [&'static TableDef]) -> Self {
        let mut i = 0;
        while i < tables.len() {
            let table = &tables[i].name;
            if table.name.is_empty() && !tables[i].is_incomplete() {
                fail(&["a table of database `", self.name, "` has an empty name"]);
            }
            let mut earlier = 0;
            while earlier < i {
                let other = &tables[earlier].name;
                let told = tables[earlier].is_incomplete() || tables[i].is_incomplete();
                if !told && str_eq(table.name, other.name) && str_eq(table.schema_name(), other.schema_name())
                {
                    fail(&[
                        "two tables of database `",
                        self.name,
                        "` have the name `",
                        table.schema_name(),
                        ".",
                        table.name,
                        "`: each table is listed once, under a name of its own",
                    ]);
                }
                earlier += 1;
            }
            // What the derive has checked, it has told where it stands.
            if !tables[i].is_checked() {
                table_check::check(tables[i]);
                changefeeds(tables[i]);
            }
            i += 1;
        }
        self.tables = tables;
        self.complete = true;
        self.checked()
    }

    /// Sets the sequences. They are made before the tables, whose defaults may call `nextval`.
    ///
    /// # Panics
    /// At compile time, in a const item: a sequence counts nothing, or what its type does not hold.
    #[must_use]
    #[track_caller]
    pub const fn sequences(mut self, sequences: &'static [SequenceDef]) -> Self {
        let mut i = 0;
        while i < sequences.len() {
            if let Some(why) = sequences[i].wrong() {
                fail(&["the sequence `", sequences[i].name.name, "` of database `", self.name, "` ", why]);
            }
            i += 1;
        }
        self.sequences = sequences;
        self
    }

    /// Sets the views, functions and triggers.
    ///
    /// Functions and views are made after the tables, in the order given, and triggers after them.
    #[must_use]
    pub const fn objects(mut self, objects: &'static [SqlObject]) -> Self {
        self.objects = objects;
        self
    }

    /// Sets the zone configuration of the database.
    ///
    /// # Panics
    /// At compile time, in a const item: the server would refuse it. In a database with regions that is all but sizes
    /// and the garbage collection.
    #[must_use]
    #[track_caller]
    pub const fn zone(mut self, config: ZoneConfig) -> Self {
        if let Some(why) = config.wrong() {
            fail(&["the zone configuration of database `", self.name, "` ", why]);
        }
        self.zone = Some(config);
        self.checked()
    }

    /// Adds to the zone configurations that the server makes for the tables of a locality.
    ///
    /// # Panics
    /// At compile time, in a const item: the server would refuse it, the database has no regions or not that one, or a
    /// locality stands twice.
    #[must_use]
    #[track_caller]
    pub const fn locality_zones(mut self, zones: &'static [LocalityZone]) -> Self {
        self.locality_zones = zones;
        self.checked()
    }

    /// Says more of the SQL schemas: comments and owners, and those that no table is in. The others need not stand here.
    #[must_use]
    pub const fn sql_schemas(mut self, schemas: &'static [SqlSchemaDef]) -> Self {
        self.sql_schemas = schemas;
        self
    }

    /// Sets the changefeeds over several tables, or on a schedule. Those of one table may stand on it.
    ///
    /// # Panics
    /// At compile time, in a const item: the server would refuse one, or a table of one is not in the schema.
    #[must_use]
    #[track_caller]
    pub const fn changefeeds(mut self, feeds: &'static [SchemaChangefeed]) -> Self {
        self.changefeeds = feeds;
        self.checked()
    }

    /// Sets the comment on the database.
    #[must_use]
    pub const fn comment(mut self, comment: &'static str) -> Self {
        self.comment = Some(comment);
        self
    }

    /// A region of this database, by name: in a const item, or by [`region!`](crate::region!) anywhere.
    ///
    /// [`try_region`](Self::try_region) is for names that are known only at run time. A region that a table of the
    /// schema itself shall name is taken from the schema as it was before it got its tables:
    ///
    /// ```
    /// # use crdb_orm::{Region, Schema};
    /// const CLUSTER: Schema = Schema::new("shop").regions(&["us-east1", "us-west1"]);
    /// const US_WEST1: Region = CLUSTER.region("us-west1"); // `#[crdb(locality = regional_by_table(US_WEST1))]`
    /// const SHOP: Schema = CLUSTER.tables(&[]);
    /// # assert_eq!((US_WEST1.as_str(), SHOP.region_names().len()), ("us-west1", 2));
    /// ```
    ///
    /// # Panics
    /// At compile time, in a const item: the database has no region of that name.
    #[must_use]
    #[track_caller]
    pub const fn region(&self, name: &'static str) -> Region {
        let mut i = 0;
        while i < self.regions.len() {
            if str_eq(self.regions[i], name) {
                return Region::from_static(self.regions[i]);
            }
            i += 1;
        }
        regions::no_such_region(self, &[], name)
    }

    /// A region of this database, by a name that is known only at run time.
    ///
    /// ```
    /// # use crdb_orm::Schema;
    /// const SHOP: Schema = Schema::new("shop").regions(&["us-east1", "us-west1"]).tables(&[]);
    /// assert_eq!(SHOP.try_region("us-west1").unwrap().as_str(), "us-west1");
    /// let error = SHOP.try_region("us-wset1").unwrap_err().to_string();
    /// assert!(error.contains("only us-east1, us-west1") && error.contains("did you mean `us-west1`?"));
    /// ```
    ///
    /// # Errors
    /// The database has no region of that name ([`is_schema`](Error::is_schema)): the error names those that there are,
    /// and the nearest.
    pub fn try_region(&self, name: &str) -> Result<Region> {
        if let Some(region) = self.regions.iter().find(|region| **region == name) {
            return Ok(Region::from_static(region));
        }
        let (database, shown) = (self.name, name.escape_debug());
        if self.regions.is_empty() {
            return Err(Error::schema(format!(
                "database `{database}` has no regions, so none is named `{shown}`: add `.regions(..)`"
            )));
        }
        let error = Error::schema(format!(
            "database `{database}` has no region `{shown}`, only {}",
            self.regions.join(", ")
        ));
        Err(match nearest(name, self.regions) {
            Some(near) => error.with_advice(format!("did you mean `{near}`?")),
            None => error,
        })
    }

    /// The database's name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The names of its regions, the primary one first.
    pub const fn region_names(&self) -> &'static [&'static str] {
        self.regions
    }

    /// What it survives.
    pub const fn survival(&self) -> SurvivalGoal {
        self.survival
    }

    /// Where the replicas that do not vote are kept.
    pub const fn data_placement(&self) -> Placement {
        self.placement
    }

    /// Its secondary region.
    pub const fn secondary(&self) -> Option<&'static str> {
        self.secondary
    }

    /// Its super regions.
    pub const fn super_region_defs(&self) -> &'static [SuperRegionDef] {
        self.super_regions
    }

    /// Its tables, in the order given.
    pub const fn table_defs(&self) -> &'static [&'static TableDef] {
        self.tables
    }

    /// Its sequences.
    pub const fn sequence_defs(&self) -> &'static [SequenceDef] {
        self.sequences
    }

    /// Its views, functions and triggers, in the order given.
    pub const fn object_defs(&self) -> &'static [SqlObject] {
        self.objects
    }

    /// The zone configuration of the database.
    pub const fn zone_config(&self) -> Option<ZoneConfig> {
        self.zone
    }

    /// What is added to the zone configurations of localities.
    pub const fn locality_zone_defs(&self) -> &'static [LocalityZone] {
        self.locality_zones
    }

    /// What is said of its SQL schemas.
    pub const fn sql_schema_defs(&self) -> &'static [SqlSchemaDef] {
        self.sql_schemas
    }

    /// Its changefeeds over several tables, or on a schedule.
    pub const fn changefeed_defs(&self) -> &'static [SchemaChangefeed] {
        self.changefeeds
    }

    /// The comment on the database.
    pub const fn database_comment(&self) -> Option<&'static str> {
        self.comment
    }

    /// Whether the derive has told mistakes of a table: then the schema is not all there.
    const fn has_mistakes(&self) -> bool {
        let mut i = 0;
        while i < self.tables.len() {
            if self.tables[i].is_incomplete() {
                return true;
            }
            i += 1;
        }
        false
    }

    /// What is set before the tables is checked with them, so that the order of the calls does not matter.
    #[track_caller]
    const fn checked(self) -> Self {
        if self.complete && !self.has_mistakes() {
            regions::check(&self);
            red_line::check(&self);
            let mut i = 0;
            while i < self.changefeeds.len() {
                self.changefeeds[i].check(self.tables);
                i += 1;
            }
        }
        self
    }
}

/// A region of a schema, checked when the crate is compiled: `region!(SHOP, "us-east1")`.
///
/// It is [`Schema::region`](crate::Schema::region) in a const item, wherever it stands.
///
/// ```
/// use crdb_orm::{Region, Schema, region};
///
/// const SHOP: Schema = Schema::new("shop").regions(&["us-east1", "us-west1"]).tables(&[]);
/// let region = region!(SHOP, "us-east1");
/// assert_eq!(region, Region::from_static("us-east1"));
/// ```
///
/// ```compile_fail
/// # use crdb_orm::{Schema, region};
/// # const SHOP: Schema = Schema::new("shop").regions(&["us-east1", "us-west1"]).tables(&[]);
/// let region = region!(SHOP, "us-esat1");
/// ```
#[macro_export]
macro_rules! region {
    ($schema:expr, $name:expr $(,)?) => {{
        // An item, and no const block: `cargo check` and editors evaluate it too.
        const REGION: $crate::Region = $crate::Schema::region(&$schema, $name);
        REGION
    }};
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{ColumnDef, ColumnType, KeyPart, PrimaryKeyDef, TypeName};

    const COLUMNS: &[ColumnDef] = &[ColumnDef::new("id", ColumnType::Uuid)];
    const KEY: &[KeyPart] = &[KeyPart::asc("id")];

    const fn table(name: TypeName) -> TableDef {
        TableDef::new(name, COLUMNS, PrimaryKeyDef::new(KEY))
    }

    const A: &TableDef = &table(TypeName::new("a"));
    const A_IN_PUBLIC: &TableDef = &table(TypeName::new("a").in_schema("public"));
    const A_IN_SALES: &TableDef = &table(TypeName::new("a").in_schema("sales"));
    const NAMELESS: &TableDef = &table(TypeName::new(""));

    #[test]
    fn a_schema_is_const_data() {
        const SHOP: Schema = Schema::new("shop")
            .regions(&["us-east1", "us-west1", "europe-west1"])
            .survive(SurvivalGoal::Region)
            .tables(&[]);
        const WEST: Region = SHOP.region("us-west1");
        assert_eq!(WEST.as_str(), "us-west1");
        assert_eq!((SHOP.name(), SHOP.region_names().len(), SHOP.table_defs().len()), ("shop", 3, 0));
        assert_eq!(SHOP.survival(), SurvivalGoal::Region);
    }

    #[test]
    fn tables_of_one_name_in_two_sql_schemas_are_two_tables() {
        assert_eq!(Schema::new("shop").tables(const { &[A, A_IN_SALES] }).table_defs().len(), 2);
    }

    #[test]
    #[should_panic(expected = "two tables of database `shop` have the name `public.a`")]
    fn two_tables_of_one_name_are_refused() {
        let _ = Schema::new("shop").tables(const { &[A, A_IN_PUBLIC] });
    }

    #[test]
    #[should_panic(expected = "a table of database `shop` has an empty name")]
    fn a_table_without_a_name_is_refused() {
        let _ = Schema::new("shop").tables(const { &[NAMELESS] });
    }

    #[test]
    #[should_panic(expected = "the region `r` is named twice in database `shop`")]
    fn a_region_named_twice_is_refused() {
        let _ = Schema::new("shop").regions(&["r", "s", "r"]);
    }

    #[test]
    #[should_panic(expected = "only with three regions or more")]
    fn surviving_a_region_needs_three_regions() {
        let _ = Schema::new("shop").regions(&["r", "s"]).survive(SurvivalGoal::Region).tables(&[]);
    }

    #[test]
    #[should_panic(expected = "only with three regions or more")]
    fn what_is_set_after_the_tables_is_checked_too() {
        let _ = Schema::new("shop").regions(&["r", "s"]).tables(&[]).survive(SurvivalGoal::Region);
    }

    #[test]
    #[should_panic(
        expected = "database `shop` has no region `us-esat1`, only us-east1, us-west1: did you mean `us-east1`?"
    )]
    fn an_unknown_region_is_refused_with_the_list_of_regions() {
        let _ = Schema::new("shop").regions(&["us-east1", "us-west1"]).tables(&[]).region("us-esat1");
    }

    #[test]
    fn a_region_that_is_not_there_at_run_time_is_an_error() {
        let shop = Schema::new("shop").regions(&["us-east1", "us-west1"]).tables(&[]);
        assert_eq!(shop.try_region("us-west1").unwrap(), Region::from_static("us-west1"));
        let error = shop.try_region("asia\n").unwrap_err();
        assert!(error.is_schema());
        assert_eq!(error.to_string(), "database `shop` has no region `asia\\n`, only us-east1, us-west1");
        let error = Schema::new("shop").tables(&[]).try_region("asia").unwrap_err();
        assert!(error.to_string().contains("has no regions"), "{error}");
    }

    #[test]
    #[should_panic(expected = "database `shop` has no regions")]
    fn a_region_of_a_database_without_regions_is_refused() {
        let _ = Schema::new("shop").tables(&[]).region("us-east1");
    }
}
