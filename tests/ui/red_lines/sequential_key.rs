use crdb_orm::prelude::*;

#[derive(CrdbTable)]
struct Order {
    #[crdb(primary_key, default = unique_rowid())]
    id: i64,
    #[crdb(index, default = sql("nextval('public.invoices')"))]
    invoice: i64,
}

fn main() {}
