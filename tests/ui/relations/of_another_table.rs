use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(table = "customers", has_many(orders = Order::USER_ID))]
struct Customer {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(table = "orders", belongs_to(customer = user_id, seller = seller_id))]
struct Order {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references = Customer, index)]
    user_id: Uuid,
    #[crdb(references = Customer, index)]
    seller_id: Option<Uuid>,
}

fn main() {
    let _ = Customer::query().with(Order::CUSTOMER);
    let _ = Customer::query().with(Customer::ORDERS.with(Customer::ORDERS));
    let _ = Order::query().with(Order::CUSTOMER.limit(3));
}
