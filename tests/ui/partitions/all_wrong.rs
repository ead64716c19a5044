use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(table = "t", index(by_city, on(city)))]
#[crdb(partition(all, index = by_city, list(country), one("a"), rest(default)))]
#[crdb(partition(index = by_city, list(city), two("b"), others(default)))]
struct Both {
    #[crdb(primary_key)]
    id: Uuid,
    country: String,
    city: String,
}

#[derive(CrdbTable)]
#[crdb(partition(all, list(country), one("a", partition(list(city), two("b")))))]
#[crdb(zone(partition = three, gc_ttl_seconds = 60))]
struct Again {
    #[crdb(primary_key)]
    id: Uuid,
    country: String,
    city: String,
}

// What an expression looks like is no column.
#[derive(CrdbTable)]
#[crdb(index(by_text, on("city")))]
#[crdb(partition(index = by_text, list(city), two("b"), others(default)))]
struct Expression {
    #[crdb(primary_key)]
    id: Uuid,
    city: String,
}

fn main() {}
