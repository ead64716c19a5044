use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(table = "customers")]
struct Customer {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(table = "shops", has_many(orders = Order::USER_ID))]
struct Shop {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(table = "orders")]
struct Order {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references = Customer, index)]
    user_id: Uuid,
}

fn main() {}
