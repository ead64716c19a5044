use crdb_orm::prelude::*;
use crdb_orm::schema::ZoneConfig;

#[derive(CrdbTable)]
#[crdb(index(by_city, on(city)), index(by_name, on(name)))]
#[crdb(zone(num_replicas = 2))]
#[crdb(zone(index = by_city, range_max_bytes = 1073741824))]
#[crdb(zone(index = by_name, constraints("region=us-east1")))]
struct Users {
    #[crdb(primary_key)]
    id: Uuid,
    city: String,
    name: String,
}

#[derive(CrdbTable)]
#[crdb(zone(num_replicas = 5))]
struct Customers {
    #[crdb(primary_key)]
    id: Uuid,
}

const REGIONS: Schema = Schema::new("shop").regions(&["us-east1"]).tables(&[Customers::TABLE]);
const DATABASE: Schema =
    Schema::new("shop").regions(&["us-east1"]).zone(ZoneConfig::new().num_replicas(5)).tables(&[]);
const NOTHING: Schema = Schema::new("shop").zone(ZoneConfig::new());

fn main() {}
