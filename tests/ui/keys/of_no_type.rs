// Each is told once.
use crdb_orm::prelude::*;

struct Name;
struct Place;

#[derive(CrdbTable)]
struct T {
    #[crdb(primary_key)]
    id: Name,
}

#[derive(CrdbTable)]
#[crdb(table = "u", primary_key(id, place))]
struct U {
    id: i64,
    place: Place,
}

const SCHEMA: Schema = Schema::new("s").tables(&[T::TABLE, U::TABLE]);

fn main() {}
