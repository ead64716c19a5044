//! What the notes of the compiler tell one to write compiles.

use crdb_orm::prelude::*;
use crdb_orm::query::{Filter, IntoKey};

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "orders")]
struct Order {
    #[crdb(primary_key)]
    id: Uuid,
    total: i64,
    note: Option<String>,
}

#[derive(CrdbTable, Debug, Clone)]
#[crdb(primary_key(order_id, number))]
struct Line {
    order_id: Uuid,
    number: i32,
}

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "counted")]
struct Counted {
    #[crdb(primary_key, default = unordered_unique_rowid())]
    id: i64,
    name: String,
}

struct Form {
    note: Option<String>,
}

async fn run(db: &Database, note: Option<&str>, form: &Form) -> crdb_orm::Result<()> {
    Order::filter(Order::TOTAL.eq(1).and(Order::TOTAL.eq(2)).or(Order::TOTAL.lt(3))).all(db).await?;
    Order::filter(Order::NOTE.is_null()).all(db).await?;
    Order::filter(Order::NOTE.is_not_distinct_from(note.map(str::to_owned))).all(db).await?;
    Order::filter(Order::NOTE.is_not_distinct_from(&form.note)).all(db).await?;
    Order::filter(Order::TOTAL.eq(1).and_some(note, |note| Order::NOTE.eq(note))).all(db).await?;
    Order::filter(Filter::all([note.map(|note| Order::NOTE.eq(note))])).all(db).await?;
    Order::insert().total(1).note(note.map(str::to_owned)).one(db).await?;
    Order::insert().total(1).note(&form.note).one(db).await?;
    Order::insert().total(1).note(form.note.clone()).one(db).await?;
    Counted::insert().name("a").one(db).await?;
    let id = Uuid::nil();
    one::<Order>(db, id).await?;
    one::<Line>(db, (id, 1)).await?;
    save(db, &Line { order_id: id, number: 1 }).await
}

async fn one<T: Table<Scope = ()>>(db: &Database, key: impl IntoKey<T::Key>) -> crdb_orm::Result<T> {
    T::find(key).one(db).await
}

async fn save<T: Table<Scope = ()>>(db: &dyn Write, row: &T) -> crdb_orm::Result<()> {
    T::insert_row(row).exec(db).await
}

fn main() {}
