use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(table = "orders", belongs_to(customer = user_id, line = (user_id, number)))]
struct Order {
    #[crdb(primary_key)]
    id: Uuid,
    user_id: Uuid,
    number: i32,
}

fn main() {
    let _ = Order::ID;
}
