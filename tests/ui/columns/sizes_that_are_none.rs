use crdb_orm::prelude::*;
use crdb_orm::types::Bits;

#[derive(CrdbTable)]
struct Sizes {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(bit(0))]
    a: Bits,
    #[crdb(precision(7))]
    b: DateTime<Utc>,
    #[crdb(bit(8), string(3))]
    c: Bits,
    #[crdb(varbit(8), bit(8))]
    d: Bits,
    #[crdb(vector(100000))]
    e: Vec<f32>,
    #[crdb(shape(circle))]
    f: Vec<u8>,
    #[crdb(shape())]
    g: Vec<u8>,
}

fn main() {}
