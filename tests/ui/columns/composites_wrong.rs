use crdb_orm::prelude::*;
use crdb_orm::types::{Char, Interval};

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
struct Numbers {
    without_a_sign: u32,
    letters: Vec<char>,
}

#[derive(CrdbComposite)]
struct Tuple(i32, i32);

#[derive(CrdbComposite)]
enum Enum {
    A,
}

#[derive(CrdbComposite)]
struct Point {
    x: f64,
}

#[derive(CrdbComposite)]
struct Types {
    kind: Kind,
    kinds: Vec<Kind>,
    inner: Option<Point>,
    byte: Char,
    // These are fine.
    list: Vec<i32>,
    span: Option<Interval>,
}

fn main() {}
