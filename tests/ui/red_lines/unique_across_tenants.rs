use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(index(on(phone), unique, filter = "phone != ''"), unique(country, number))]
struct Member {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(tenant)]
    tenant_id: Uuid,
    #[crdb(unique)]
    email: String,
    phone: String,
    country: String,
    number: i64,
}

fn main() {}
