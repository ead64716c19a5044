use crdb_orm::prelude::*;

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "orders")]
struct Order {
    #[crdb(primary_key)]
    id: Uuid,
    total: i64,
    note: Option<String>,
}

async fn run(db: &Database, note: Option<&str>) -> crdb_orm::Result<()> {
    Order::filter(Order::TOTAL.eq(1) && Order::TOTAL.eq(2)).all(db).await?;
    Order::filter(Order::NOTE.eq(None)).all(db).await?;
    Order::filter(Order::NOTE.eq(note)).all(db).await?;
    Order::insert().total(1).note(note).one(db).await?;
    Ok(())
}

fn main() {}
