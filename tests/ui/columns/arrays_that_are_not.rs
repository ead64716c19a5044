use crdb_orm::prelude::*;
use crdb_orm::types::TsVector;

#[derive(CrdbTable)]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    words: Option<Vec<TsVector>>,
    grid: Vec<Vec<i64>>,
}

#[derive(CrdbTable)]
struct Sizes {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(bit(8))]
    a: String,
    #[crdb(precision(3))]
    b: i64,
    #[crdb(vector(3))]
    c: Vec<f32>,
    #[crdb(shape(point, 4326))]
    d: Json<(f64, f64)>,
}

fn main() {}
