use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(table = "customers", has_many(orders = Order::USER_ID))]
struct Customer {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(table = "orders")]
struct Order {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(index)]
    user_id: Uuid,
}

fn main() {
    let _ = (Customer::ORDERS, Customer::ID);
}
