use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(index(by_city, on(city)))]
#[crdb(zone(num_replica = 3))]
#[crdb(zone(num_replicas = 100000, partition = p))]
#[crdb(zone(num_replicas = "3", index = by_town))]
#[crdb(zone(num_replicas = 3, num_replicas = 5))]
#[crdb(zone(constraints = "+a"))]
#[crdb(zone(constraints("+a" = 1, "+b"), index = by_city))]
#[crdb(zone(lease_preferences("+a" = 1)))]
#[crdb(zone(constraints(+a)))]
struct Users {
    #[crdb(primary_key)]
    id: Uuid,
    city: String,
}

fn main() {}
