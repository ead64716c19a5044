use crdb_orm::prelude::*;

#[derive(CrdbEnum)]
enum E {
    A,
    #[crdb(rename = "a")]
    B,
    #[crdb(rename = "")]
    C,
}

fn main() {}
