//! Regions and localities.

use crdb_orm::Schema;
use crdb_orm::schema::{ColumnDef, ColumnType, Locality, SurvivalGoal, TableDef, TypeName};

use super::{Case, EMAIL, ID, KEY, REGION, regions};

const USERS: TableDef = TableDef::new(TypeName::new("users"), &[ID, EMAIL, REGION], KEY);
const PLAIN: TableDef = TableDef::new(TypeName::new("plain"), &[ID, EMAIL], KEY);

const COMPUTED: TableDef = TableDef::new(
    TypeName::new("citizens"),
    &[
        ID,
        ColumnDef::new("country", ColumnType::String),
        ColumnDef::new("home", ColumnType::Region).computed(
            "CASE WHEN country = 'us' THEN 'us-east1'::crdb_internal_region ELSE 'us-west1'::crdb_internal_region END",
            true,
        ),
    ],
    KEY,
);

pub(super) const CASES: &[Case] = &[
    regions("locality_none", &[&USERS]),
    regions("locality_global", &[&PLAIN.locality(Locality::Global)]),
    regions("locality_by_table_primary", &[&PLAIN.locality(Locality::RegionalByTable(None))]),
    regions("locality_by_table_in_region", &[&PLAIN.locality(Locality::RegionalByTable(Some("us-west1")))]),
    regions("locality_by_row", &[&PLAIN.locality(Locality::RegionalByRow(None))]),
    regions("locality_by_row_as", &[&USERS.locality(Locality::RegionalByRow(Some("region")))]),
    regions("locality_by_row_computed", &[&COMPUTED.locality(Locality::RegionalByRow(Some("home")))]),
    Case {
        name: "survive_zone_failure",
        schema: Schema::new("My shop").regions(&["eu"]).survive(SurvivalGoal::Zone).tables(&[&PLAIN]),
    },
    Case {
        name: "survive_region_failure",
        schema: Schema::new("user")
            .regions(&["a-1", "b-1", "c-1"])
            .survive(SurvivalGoal::Region)
            .tables(&[&PLAIN]),
    },
];
