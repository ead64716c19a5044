use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(primary_key(country, id))]
#[crdb(index(by_city, on(city)))]
#[crdb(index(by_hash, on(country), hash_sharded))]
#[crdb(partition(list(id), a("x")))]
#[crdb(partition(index = by_ctiy, list(city), a("x")))]
#[crdb(partition(index = by_hash, list(country), a("x")))]
#[crdb(partition(index = by_city, list(city), a("x"), a("y"), b(maxvalue), c(("x", "y")), d(default)))]
#[crdb(partition(index = by_city, list(city), a("x")))]
#[crdb(partition(a("x")))]
#[crdb(partition(range(country), a("x")))]
#[crdb(partition(range(country), a(from(minvalue))))]
#[crdb(partition(list(country), a(x)))]
#[crdb(partition(list(country), a()))]
#[crdb(partition(list(country)))]
#[crdb(partition(list(country), a("x", partition(list(country), b("y")))))]
struct Users {
    id: Uuid,
    country: String,
    city: String,
}

fn main() {}
