use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(table = "customers", has_many(orders = Order::CUSTOMER_ID), has_one(profile = Profile::CUSTOMER_ID))]
#[crdb(many_to_many(friends = Customer, through(Friend::CUSTOMER_ID, Friend::OTHER_ID)))]
struct Customer {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
}

#[derive(CrdbTable)]
#[crdb(table = "lines")]
struct Line {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references = Order, index)]
    order_id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(table = "orders", has_many(lines = Line::ORDER_ID))]
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

#[derive(CrdbTable)]
#[crdb(table = "friends", primary_key(customer_id, other_id))]
struct Friend {
    #[crdb(references = Customer)]
    customer_id: Uuid,
    #[crdb(references = Customer, index)]
    other_id: Uuid,
}

async fn run(db: &Database) -> Result<(), crdb_orm::Error> {
    // Of another table, one where there are several, several where there is one.
    Customer::insert().name("Ann").with(Customer::ORDERS, [Profile::insert()]).exec(db).await?;
    Customer::insert().name("Ann").with(Customer::ORDERS, Order::insert().total(1)).exec(db).await?;
    Customer::insert().name("Ann").with(Customer::PROFILE, [Profile::insert()]).exec(db).await?;
    // Of another table, without a column, with rows below it that are wrong, one where there are several.
    let ann = || Customer::insert().name("Ann");
    ann().with(Customer::FRIENDS, [Profile::insert()]).exec(db).await?;
    ann().with(Customer::FRIENDS, [Customer::insert()]).exec(db).await?;
    ann().with(Customer::FRIENDS, [Customer::insert().with(Customer::FRIENDS, [ann()])]).exec(db).await?;
    ann().with(Customer::FRIENDS, [Order::insert().total(1).with(Order::LINES, [Line::insert()])]).exec(db).await?;
    ann().with(Customer::FRIENDS, ann()).exec(db).await?;
    Ok(())
}

fn main() {}
