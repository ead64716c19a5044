use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(table = "customers", has_many(orders = Order::CUSTOMER_ID), has_one(profile = Profile::CUSTOMER_ID))]
struct Customer {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
}

#[derive(CrdbTable)]
#[crdb(table = "orders")]
struct Order {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references = Customer, index)]
    customer_id: Uuid,
    total: i64,
}

#[derive(CrdbTable)]
#[crdb(table = "profiles")]
struct Profile {
    #[crdb(primary_key, references = Customer)]
    customer_id: Uuid,
}

async fn run(db: &Database) -> Result<(), crdb_orm::Error> {
    Customer::insert().with(Customer::ORDERS, [Order::insert().total(1)]).exec(db).await?;
    Ok(())
}

fn main() {}
