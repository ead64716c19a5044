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

async fn optional(db: &Database) -> crdb_orm::Result<Vec<(Order, Customer)>> {
    Order::query().with(Order::SELLER).all(db).await
}

async fn filtered(db: &Database) -> crdb_orm::Result<Vec<(Order, Customer)>> {
    Order::query().with(Order::CUSTOMER.filter(Customer::ID.eq(Uuid::nil()))).all(db).await
}

fn main() {}
