use crdb_orm::prelude::*;
use crdb_orm::types::{Bits, TsVector};

#[derive(CrdbTable)]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    words: Option<Vec<TsVector>>,
    table: Vec<Vec<i64>>,
}

#[derive(CrdbTable)]
struct Sizes {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(bit(8))]
    a: String,
    #[crdb(precision(3))]
    b: i64,
    #[crdb(bit(0))]
    c: Bits,
    #[crdb(precision(7))]
    d: DateTime<Utc>,
    #[crdb(bit(8), string(3))]
    e: Bits,
}

fn main() {}
