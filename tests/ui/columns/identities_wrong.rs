use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(allow(identity, reason = "few rows"))]
struct Options {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(identity(start = 1, step = 2))]
    unknown: i64,
    #[crdb(identity(start = 1, start = 2))]
    twice: i64,
    #[crdb(identity(always, by_default, start = "one"))]
    text: i64,
    #[crdb(identity(max = 99999999999999999999))]
    large: i64,
}

#[derive(CrdbTable)]
#[crdb(allow(identity, reason = "few rows"))]
struct Numbers {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(identity(increment = 0))]
    still: i64,
    #[crdb(identity(min = 10, start = 1))]
    before: i64,
    #[crdb(identity(cache = -1))]
    none: i64,
    #[crdb(identity(max = 40_000))]
    small: i16,
    #[crdb(identity(start = 0))]
    zero: i32,
    #[crdb(identity(increment = -1, start = 1))]
    down: i64,
}

fn main() {}
