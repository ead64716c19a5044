use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(table = "a", has_many(), has_many(orders = USER_ID), has_one(profile), belongs_to(customer = "user_id"))]
#[crdb(many_to_many(tags = Tag), many_to_many(marks = Tag, through(Between::A_ID)))]
#[crdb(many_to_many(labels = Tag, through(Between::A_ID, Other::TAG_ID)))]
#[crdb(has_many(pieces = (Piece::A_ID, Part::A_NUMBER)))]
struct A {
    #[crdb(primary_key)]
    id: Uuid,
}

fn main() {
    let _ = A::ID;
}
