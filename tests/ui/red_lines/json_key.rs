use crdb_orm::prelude::*;

#[derive(CrdbTable)]
struct Document {
    #[crdb(primary_key)]
    body: Json<Vec<String>>,
}

fn main() {}
