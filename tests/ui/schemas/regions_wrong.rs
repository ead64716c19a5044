use crdb_orm::prelude::*;
use crdb_orm::schema::{Placement, SuperRegionDef, SurvivalGoal};

#[derive(CrdbTable)]
#[crdb(locality = regional_by_table("us-wset1"))]
struct ByTable {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(locality = regional_by_row(region))]
struct ByDefault {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(default = "eu-west1")]
    region: Region,
}

#[derive(CrdbTable)]
#[crdb(locality = regional_by_row(region))]
struct ByExpression {
    #[crdb(primary_key)]
    id: Uuid,
    country: String,
    #[crdb(computed = "CASE country WHEN 'us' THEN 'us-east1'::crdb_internal_region ELSE 'us-east2'::crdb_internal_region END")]
    region: Region,
}

const SHOP: Schema = Schema::new("shop").regions(&["us-east1", "us-west1"]);
const BY_TABLE: Schema = SHOP.tables(&[ByTable::TABLE]);
const BY_DEFAULT: Schema = SHOP.tables(&[ByDefault::TABLE]);
const BY_EXPRESSION: Schema = SHOP.tables(&[ByExpression::TABLE]);
const RESTRICTED: Schema = Schema::new("shop")
    .regions(&["a", "b", "c"])
    .survive(SurvivalGoal::Region)
    .placement(Placement::Restricted)
    .tables(&[]);
const SECONDARY: Schema = SHOP.secondary_region("us-east2").tables(&[]);
const SECONDARY_IS_FIRST: Schema = SHOP.secondary_region("us-east1").tables(&[]);
const SECONDARY_BY_ROW: Schema = SHOP.tables(&[ByRow::TABLE]).secondary_region("us-west1");
const TWO_SUPER_REGIONS: Schema = SHOP
    .super_regions(&[SuperRegionDef::new("us", &["us-east1"]), SuperRegionDef::new("all", &["us-west1", "us-east1"])])
    .tables(&[]);
const SUPER_REGION_OF_NOTHING: Schema = SHOP.super_regions(&[SuperRegionDef::new("us", &["us"])]).tables(&[]);

#[derive(CrdbTable)]
#[crdb(locality = regional_by_row)]
struct ByRow {
    #[crdb(primary_key)]
    id: Uuid,
}

fn main() {}
