use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(table = "rates", has_many(uses = Use::RATE))]
struct Rate {
    #[crdb(primary_key)]
    percent: Decimal,
}

#[derive(CrdbTable)]
#[crdb(table = "uses", belongs_to(of = rate))]
struct Use {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references = Rate, index)]
    rate: Decimal,
}

fn main() {}
