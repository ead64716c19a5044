//! Regions and localities.

use crdb_orm::Schema;
use crdb_orm::schema::{
    Allowed, ColumnDef, ColumnType, Locality, Placement, SuperRegionDef, SurvivalGoal, TableDef, TypeName,
};

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
    regions(
        "locality_none",
        &[&USERS.allowed(&[Allowed::new("missing_locality", "it is read in one region")])],
    ),
    regions("locality_global", &[&PLAIN.locality(Locality::Global)]),
    regions("locality_by_table_primary", &[&PLAIN.locality(Locality::RegionalByTable(None))]),
    regions("locality_by_table_in_region", &[&PLAIN.locality(Locality::RegionalByTable(Some("us-west1")))]),
    regions("locality_by_row", &[&PLAIN.locality(Locality::RegionalByRow(None))]),
    regions("locality_by_row_as", &[&USERS.locality(Locality::RegionalByRow(Some("region")))]),
    regions("locality_by_row_computed", &[&COMPUTED.locality(Locality::RegionalByRow(Some("home")))]),
    regions("locality_by_row_rehoming", &[&PLAIN.locality(Locality::RegionalByRow(None)).auto_rehoming()]),
    regions(
        "locality_by_row_as_rehoming",
        &[&USERS.locality(Locality::RegionalByRow(Some("region"))).auto_rehoming()],
    ),
    Case {
        name: "placement_restricted",
        schema: Schema::new("app")
            .regions(&["us-east1", "us-west1"])
            .placement(Placement::Restricted)
            .tables(&[&PLAIN.allowed(&[Allowed::new("missing_locality", "it is read in one region")])]),
    },
    Case {
        name: "secondary_region",
        schema: Schema::new("app")
            .regions(&["us-east1", "us-west1", "eu"])
            .secondary_region("us-west1")
            .super_regions(&[SuperRegionDef::new("the US", &["us-east1", "us-west1"])])
            .tables(&[&PLAIN.allowed(&[Allowed::new("missing_locality", "it is read in one region")])]),
    },
    Case {
        name: "super_regions",
        schema: Schema::new("My shop")
            .regions(&["a-1", "a-2", "a-3", "b-1", "b-2", "b-3"])
            .survive(SurvivalGoal::Region)
            .super_regions(&[
                SuperRegionDef::new("a", &["a-1", "a-2", "a-3"]),
                SuperRegionDef::new("b", &["b-1", "b-2", "b-3"]),
            ])
            .tables(&[&PLAIN.allowed(&[Allowed::new("missing_locality", "it is read in one region")])]),
    },
    Case {
        name: "survive_zone_failure",
        schema: Schema::new("My shop")
            .regions(&["eu"])
            .survive(SurvivalGoal::Zone)
            .tables(&[&PLAIN.allowed(&[Allowed::new("missing_locality", "it is read in one region")])]),
    },
    Case {
        name: "survive_region_failure",
        schema: Schema::new("user")
            .regions(&["a-1", "b-1", "c-1"])
            .survive(SurvivalGoal::Region)
            .tables(&[&PLAIN.allowed(&[Allowed::new("missing_locality", "it is read in one region")])]),
    },
];
