use crdb_orm::prelude::*;
use crdb_orm::query::Sorting;

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "customers")]
struct Customer {
    #[crdb(primary_key)]
    id: Uuid,
    email: String,
}

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "orders", index(on(customer_id)))]
struct Order {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references = Customer)]
    customer_id: Uuid,
    total: i64,
}

fn of_a_join() -> Sorting<(Order, Customer)> {
    Sorting::<(Order, Customer)>::new().by("email", Customer::EMAIL)
}

fn with_a_direction() -> Sorting<Order> {
    Sorting::<Order>::new().by("total", Order::TOTAL.desc())
}

fn of_a_table_that_is_not_joined() -> Sorting<Order> {
    Sorting::<Order>::new().across("email", Customer::EMAIL)
}

fn main() {}
