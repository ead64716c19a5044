use crdb_orm::prelude::*;

#[derive(CrdbEnum, Clone)]
enum Color { Red, DarkGreen }

#[derive(CrdbTable, Clone)]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(default = "x")]
    a: i32,
    #[crdb(default = 1)]
    b: String,
    #[crdb(default = 40_000)]
    c: i16,
    #[crdb(default = true)]
    d: i32,
    #[crdb(default = 1.5)]
    e: i64,
    #[crdb(default = "purple")]
    f: Color,
}

fn main() {}
