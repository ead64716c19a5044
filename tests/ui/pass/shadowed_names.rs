//! The expansion names nothing that a user may have given another meaning.
#![allow(dead_code)]

struct Option;
struct Result;
struct Vec;
struct Box;
struct Some;
struct None;
struct Ok;
struct Err;
struct Default;
struct Self_;
mod core {}
mod std {}
trait Table {}
trait Field {}
trait Sized {}

// A module with the name of a table, whose type is a column.
mod orders {
    #[derive(::crdb_orm::CrdbEnum, Clone)]
    pub enum Kind {
        Big,
    }
}

#[derive(::crdb_orm::CrdbTable)]
#[crdb(table = "orders")]
struct Orders {
    #[crdb(primary_key)]
    id: ::crdb_orm::Uuid,
    kind: orders::Kind,
    other: ::std::option::Option<i32>,
    p: i32,
    value: i32,
    insert: i32,
    row: i32,
    executor: i32,
    keyed: i32,
    // What the compiler is to say of it is a format.
    #[crdb(column = "a {b} }{")]
    braces: i32,
    x: X,
}

// A type with the name of a type parameter that an expansion might have.
#[derive(::crdb_orm::CrdbType)]
struct X(i32);

#[derive(::crdb_orm::CrdbRow)]
struct Row {
    row: i32,
}

#[derive(::crdb_orm::CrdbType)]
struct Newtype {
    inner: i32,
}

fn main() {}
