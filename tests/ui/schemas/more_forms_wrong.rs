use crdb_orm::prelude::*;
use crdb_orm::schema::{
    CdcQuery, ChangefeedDef, ChangefeedOption, ChangefeedSchedule, ChangefeedTarget, InitialScan, LocalityZone,
    SchemaChangefeed, ZoneConfig,
};

#[derive(CrdbTable)]
#[crdb(table = "a", family(hot, on(id)), family(cold, on(n)))]
struct A {
    #[crdb(primary_key)]
    id: Uuid,
    n: i64,
}

#[derive(CrdbTable)]
#[crdb(table = "b")]
struct B {
    #[crdb(primary_key)]
    id: Uuid,
}

const FEED: ChangefeedDef<'static> = ChangefeedDef::new("kafka://broker:9092", &[]);
const BOTH: &[ChangefeedTarget] = &[ChangefeedTarget::table(A::TABLE), ChangefeedTarget::table(B::TABLE)];
const ONLY_B: &[ChangefeedTarget] = &[ChangefeedTarget::table(B::TABLE)];
const APP: Schema = Schema::new("app").tables(&[A::TABLE, B::TABLE]);

// A has two families.
const SEVERAL_FAMILIES: Schema = APP.changefeeds(&[SchemaChangefeed::new(BOTH, FEED)]);
const NO_TABLE: Schema = Schema::new("app").tables(&[A::TABLE]).changefeeds(&[SchemaChangefeed::new(ONLY_B, FEED)]);
const NO_FAMILY: Schema =
    APP.changefeeds(&[SchemaChangefeed::new(&[ChangefeedTarget::family(A::TABLE, "warm")], FEED)]);
const NOTHING: Schema = APP.changefeeds(&[SchemaChangefeed::new(&[], FEED)]);
const TWICE: Schema = APP.changefeeds(&[SchemaChangefeed::new(
    &[ChangefeedTarget::table(B::TABLE), ChangefeedTarget::table(B::TABLE)],
    FEED,
)]);
const QUERY: Schema = APP.changefeeds(&[SchemaChangefeed::new(
    &[ChangefeedTarget::table(B::TABLE), ChangefeedTarget::family(A::TABLE, "hot")],
    FEED.query(CdcQuery::select("id")),
)]);
const NO_SINK: Schema = APP.changefeeds(&[
    SchemaChangefeed::new(ONLY_B, ChangefeedDef::sinkless(&[])).scheduled(ChangefeedSchedule::new("@daily"))
]);
const CHANGES: Schema = APP.changefeeds(&[SchemaChangefeed::new(
    ONLY_B,
    ChangefeedDef::new("s3://a?AUTH=implicit", &[ChangefeedOption::InitialScan(InitialScan::No)]),
)
.scheduled(ChangefeedSchedule::new("@daily"))]);
const NO_TIME: ChangefeedSchedule = ChangefeedSchedule::new("every day");

const GC: ZoneConfig = ZoneConfig::new().gc_ttl_seconds(60);
const NO_REGIONS: Schema = APP.locality_zones(&[LocalityZone::global(GC)]);
const REGIONS: Schema = Schema::new("app").regions(&["us-east1", "us-west1"]).tables(&[]);
const NO_REGION: Schema = REGIONS.locality_zones(&[LocalityZone::regional_in("us-esat1", GC)]);
const ONE_TWICE: Schema = REGIONS.locality_zones(&[LocalityZone::regional(GC), LocalityZone::regional(GC)]);
const NO_ZONE: Schema = REGIONS.locality_zones(&[LocalityZone::regional(ZoneConfig::new())]);

fn main() {
    let _ = (SEVERAL_FAMILIES, NO_TABLE, NO_FAMILY, NOTHING, TWICE, QUERY, NO_SINK, CHANGES, NO_TIME);
    let _ = (NO_REGIONS, NO_REGION, ONE_TWICE, NO_ZONE);
}
