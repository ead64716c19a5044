use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(decimal(10))]
    a: Decimal,
    #[crdb(decimal(10, 2, round))]
    b: Decimal,
    #[crdb(decimal(10, 2, rounded, 1))]
    c: Decimal,
    #[crdb(decimal(10, 2, rounded))]
    right: Decimal,
}

fn main() {}
