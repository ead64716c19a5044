use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(check = "capasity > 0")]
#[crdb(check = "capacity > (0")]
#[crdb(index(on(status), filter = "statu = 'open'"))]
struct Venue {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(check = "capacity < 100000 AND NOT closed")]
    capacity: i32,
    status: String,
    closed: bool,
    #[crdb(computed = "lower(stauts)")]
    short: String,
}

fn main() {}
