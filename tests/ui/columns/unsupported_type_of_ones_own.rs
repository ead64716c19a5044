use crdb_orm::prelude::*;

#[derive(Clone)]
struct Size;

#[derive(CrdbTable, Clone)]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    size: Size,
    maybe: Option<Size>,
}

fn main() {}
