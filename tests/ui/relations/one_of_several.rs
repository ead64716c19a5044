use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(table = "customers", has_one(profile = Profile::CUSTOMER_ID))]
struct Customer {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(table = "profiles")]
struct Profile {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references = Customer, index)]
    customer_id: Uuid,
}

fn main() {}
