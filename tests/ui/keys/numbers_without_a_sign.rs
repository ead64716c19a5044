// Each is told once, wherever the table is used.
use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(table = "customers", has_many(orders = Order::CUSTOMER_ID))]
struct Customer {
    #[crdb(primary_key)]
    id: u64,
}

#[derive(CrdbTable)]
#[crdb(table = "orders", belongs_to(customer = customer_id))]
struct Order {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references = Customer, index)]
    customer_id: u64,
}

const SHOP: Schema = Schema::new("shop").tables(&[Customer::TABLE, Order::TABLE]);

fn main() {
    let _ = Order::filter(Order::CUSTOMER_ID.eq(1));
}
