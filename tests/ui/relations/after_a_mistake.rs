// A mistake in one struct is not told as another one where that struct is used.
use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(table = "customers", has_many(orders = Order::CUSTOMER_ID), has_one(note = Note::CUSTOMER_ID))]
struct Customer {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(table = "orders", belongs_to(customer = customer))]
struct Order {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references = Customer, index)]
    customer_id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(table = "notes", primary_key(customer_id, nmber))]
struct Note {
    #[crdb(references = Customer)]
    customer_id: Uuid,
    number: i64,
}

#[derive(CrdbTable)]
struct Tuple(Uuid);

#[derive(CrdbTable)]
#[crdb(table = "lines")]
struct Line {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references = Note, index)]
    note_id: Uuid,
    #[crdb(references(Order, key = Order::CUSTOMER_ID), index)]
    order_id: Uuid,
    #[crdb(references = Tuple, index)]
    tuple_id: Uuid,
}

const SHOP: Schema = Schema::new("shop")
    .regions(&["a", "b"])
    .tables(&[Customer::TABLE, Order::TABLE, Note::TABLE, Tuple::TABLE, Line::TABLE]);

fn main() {}
