use crdb_orm::prelude::*;
use crdb_orm::types::Interval;

#[derive(CrdbEnum)]
enum Kind {
    A,
}

#[derive(CrdbComposite)]
#[crdb(nam = "x")]
struct Attributes {
    #[crdb(column = "y")]
    a: i32,
}

#[derive(CrdbComposite)]
struct Names {
    a: i32,
    #[crdb(rename = "a")]
    b: i32,
    #[crdb(rename = "")]
    c: i32,
}

#[derive(CrdbComposite)]
struct Tuple(i32, i32);

#[derive(CrdbComposite)]
enum Enum {
    A,
}

#[derive(CrdbComposite)]
struct Types {
    kind: Kind,
    list: Vec<i32>,
    span: Option<Interval>,
}

fn main() {}
