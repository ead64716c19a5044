// What tests/ui/locality and tests/ui/schemas refuse of regions, written right.
use crdb_orm::prelude::*;
use crdb_orm::region;
use crdb_orm::schema::{Placement, SuperRegionDef, SurvivalGoal};

const CLUSTER: Schema = Schema::new("shop").regions(&["us-east1", "us-west1", "eu"]);
const US_WEST1: Region = CLUSTER.region("us-west1");

#[derive(CrdbTable)]
#[crdb(locality = regional_by_table(US_WEST1))]
struct ByTable {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(locality = regional_by_row(region), auto_rehoming)]
struct ByRow {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(default = US_WEST1)]
    region: Region,
}

#[derive(CrdbTable)]
#[crdb(locality = regional_by_row(region))]
struct ByExpression {
    #[crdb(primary_key)]
    id: Uuid,
    country: String,
    #[crdb(computed = "CASE country WHEN 'us' THEN 'us-east1'::crdb_internal_region ELSE 'eu'::crdb_internal_region END")]
    region: Region,
}

#[derive(CrdbTable)]
#[crdb(locality = regional_by_row, auto_rehoming)]
struct Implicit {
    #[crdb(primary_key)]
    id: Uuid,
}

const SHOP: Schema = CLUSTER
    .survive(SurvivalGoal::Region)
    .tables(&[ByTable::TABLE, ByRow::TABLE, ByExpression::TABLE, Implicit::TABLE])
    .super_regions(&[SuperRegionDef::new("all", &["us-east1", "us-west1", "eu"])]);
const NEAR: Schema =
    CLUSTER.placement(Placement::Restricted).tables(&[ByTable::TABLE]).secondary_region("us-west1");

fn main() {
    assert_eq!(region!(SHOP, "eu").as_str(), "eu");
    assert_eq!(NEAR.try_region("us-west1").unwrap(), US_WEST1);
    let ddl = SHOP.ddl(crdb_orm::Target::COCKROACHDB).unwrap().to_string();
    assert!(ddl.contains("REGIONAL BY TABLE IN \"us-west1\""), "{ddl}");
}
