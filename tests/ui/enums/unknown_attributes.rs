use crdb_orm::prelude::*;

#[derive(CrdbEnum)]
#[crdb(nam = "e")]
enum E {
    #[crdb(renmae = "x")]
    A,
}

fn main() {}
