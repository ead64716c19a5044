use crdb_orm::prelude::*;

#[derive(CrdbTable)]
struct A {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(table = "a")]
struct B {
    #[crdb(primary_key)]
    id: Uuid,
}

const SHOP: Schema = Schema::new("shop").tables(&[A::TABLE, B::TABLE]);

fn main() {
    let _ = SHOP;
}
