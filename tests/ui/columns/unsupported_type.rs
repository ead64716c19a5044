use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    size: u64,
    small: Option<u8>,
    letters: Vec<char>,
    signed: i8,
    wide: Vec<Option<i128>>,
}

fn main() {}
