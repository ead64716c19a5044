use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(string(3), default = "longer")]
    code: String,
    #[crdb(decimal(4, 2), default = 1000.5)]
    price: Decimal,
    #[crdb(decimal(4, 2), default = 0.125)]
    share: Decimal,
    #[crdb(decimal(4, 2), default = -99.50)]
    fits: Decimal,
}

fn main() {}
