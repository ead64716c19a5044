//! A whole database as const data.

use super::const_check::{changefeeds, fail, str_eq};
use super::{SurvivalGoal, TableDef};
use crate::types::Region;

/// How many regions an error lists at most.
const LISTED: usize = 32;

/// A database: its name, its regions and its tables.
///
/// Built in a const item, so that what makes no sense does not compile:
///
/// ```
/// use crdb_orm::Schema;
/// use crdb_orm::schema::{ColumnDef, ColumnType, KeyPart, PrimaryKeyDef, SurvivalGoal, TableDef, TypeName};
///
/// const CUSTOMERS: TableDef = TableDef::new(
///     TypeName::new("customers"),
///     &[ColumnDef::new("id", ColumnType::Uuid)],
///     PrimaryKeyDef::new(&[KeyPart::asc("id")]),
/// );
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
    tables: &'static [&'static TableDef],
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
        Self { name, regions: &[], survival: SurvivalGoal::Zone, tables: &[], complete: false }
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
        if self.complete {
            self.check_survival();
        }
        self
    }

    /// Sets what the database survives.
    ///
    /// # Panics
    /// At compile time, in a const item: [`SurvivalGoal::Region`] with fewer than three regions.
    #[must_use]
    #[track_caller]
    pub const fn survive(mut self, goal: SurvivalGoal) -> Self {
        self.survival = goal;
        if self.complete {
            self.check_survival();
        }
        self
    }

    /// Sets the tables.
    ///
    /// # Panics
    /// At compile time, in a const item: two tables of one name, a table without a name, a changefeed that the server
    /// would refuse, [`SurvivalGoal::Region`] with fewer than three regions.
    #[must_use]
    #[track_caller]
    pub const fn tables(mut self, tables: &'static [&'static TableDef]) -> Self {
        let mut i = 0;
        while i < tables.len() {
            let table = &tables[i].name;
            if table.name.is_empty() {
                fail(&["a table of database `", self.name, "` has an empty name"]);
            }
            let mut earlier = 0;
            while earlier < i {
                let other = &tables[earlier].name;
                if str_eq(table.name, other.name) && str_eq(table.schema_name(), other.schema_name()) {
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
            changefeeds(tables[i]);
            i += 1;
        }
        self.tables = tables;
        self.complete = true;
        self.check_survival();
        self
    }

    /// A region of this database, by name.
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
        self.no_such_region(name)
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

    /// Its tables, in the order given.
    pub const fn table_defs(&self) -> &'static [&'static TableDef] {
        self.tables
    }

    /// Source: `CockroachDB`, "Multi-region survival goals".
    #[track_caller]
    const fn check_survival(&self) {
        if matches!(self.survival, SurvivalGoal::Region) && self.regions.len() < 3 {
            fail(&[
                "database `",
                self.name,
                "` can survive the loss of a region only with three regions or more: ",
                "add regions, or use `SurvivalGoal::Zone`",
            ]);
        }
    }

    #[track_caller]
    const fn no_such_region(&self, name: &str) -> ! {
        if self.regions.is_empty() {
            fail(&[
                "database `",
                self.name,
                "` has no regions, so none is named `",
                name,
                "`: add `.regions(..)`",
            ]);
        }
        let mut parts = [""; LISTED * 2 + 5];
        parts[0] = "database `";
        parts[1] = self.name;
        parts[2] = "` has no region `";
        parts[3] = name;
        parts[4] = "`, only ";
        let mut i = 0;
        while i < self.regions.len() && i < LISTED {
            if i > 0 {
                parts[4 + 2 * i] = ", ";
            }
            parts[5 + 2 * i] = self.regions[i];
            i += 1;
        }
        fail(&parts)
    }
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
    #[should_panic(expected = "database `shop` has no region `us-esat1`, only us-east1, us-west1")]
    fn an_unknown_region_is_refused_with_the_list_of_regions() {
        let _ = Schema::new("shop").regions(&["us-east1", "us-west1"]).tables(&[]).region("us-esat1");
    }

    #[test]
    #[should_panic(expected = "database `shop` has no regions")]
    fn a_region_of_a_database_without_regions_is_refused() {
        let _ = Schema::new("shop").tables(&[]).region("us-east1");
    }
}
