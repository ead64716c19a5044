// The guide tells the cure of these (`docs/src/errors.md`): when the words change here, it has to follow.

use crdb_orm::prelude::*;

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "customers")]
struct Customer {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
}

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "orders", index(on(customer_id)))]
struct Order {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references = Customer)]
    customer_id: Uuid,
    total: i64,
}

struct User {
    id: Uuid,
}

struct Mine;

struct Failed(crdb_orm::Error);

impl From<crdb_orm::Error> for Failed {
    fn from(error: crdb_orm::Error) -> Self {
        Self(error)
    }
}

async fn check(_: &Tx) -> Result<(), Mine> {
    Ok(())
}

async fn a_join_without_select(db: &Database) -> crdb_orm::Result<()> {
    Order::query().join(Order::CUSTOMER_ID.joins(Customer::ID)).all(db).await?;
    Ok(())
}

async fn a_forgotten_derive(db: &Database, id: Uuid) -> crdb_orm::Result<()> {
    User::find(id).one(db).await?;
    User::insert().one(db).await?;
    Ok(())
}

async fn an_error_of_ones_own_by_a_question_mark(db: &Database) -> crdb_orm::Result<()> {
    db.transaction("check", async |tx| {
        check(&tx).await?;
        Ok(())
    })
    .await
}

fn main() {}
