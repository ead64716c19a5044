//! The closure of a transaction need not say its error, whatever becomes of it outside.

use crdb_orm::prelude::*;
use crdb_orm::{Error, Transaction};

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "accounts")]
struct Account {
    #[crdb(primary_key)]
    id: Uuid,
    balance: i64,
}

#[derive(Debug)]
struct Mine(Error);

impl From<Error> for Mine {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

async fn of_ours(db: &Database, id: Uuid) -> crdb_orm::Result<()> {
    let account = db.transaction("read", async |tx| Ok(Account::find(id).one(&tx).await?)).await?;
    assert!(account.balance.is_positive());
    let found = db.transaction("read", async |tx| Account::find(id).one(&tx).await).await;
    if found.is_err_and(|error| error.is_not_found()) {
        return Ok(());
    }
    let error = db.transaction("nothing", async |_| Ok(())).await.unwrap_err();
    assert!(!error.is_not_found());
    db.transaction("by a block", |tx| async move {
        Account::delete(id).exec(&tx).await?;
        Ok(())
    })
    .attempts(2)
    .await
}

async fn in_a_function_of_another_error(db: &Database, id: Uuid) -> Result<i64, Mine> {
    let key = "a key";
    let balance = db.transaction("read", async |tx| Ok(Account::find(id).one(&tx).await?.balance)).once(key).await?;
    db.transaction("parts", async |tx| {
        let gone = tx.savepoint(async |tx| { Account::delete(id).exec(&tx).await?; Ok(()) }).await;
        if let Err(error) = gone && !error.is_not_found() {
            return Err(error);
        }
        Ok(())
    })
    .await?;
    Ok(balance.abs())
}

fn its_type<'a, F, Fut>(db: &'a Database, closure: F) -> Transaction<'a, F, i64, Error>
where
    F: Fn(crdb_orm::Tx) -> Fut + Send + Sync + 'a,
    Fut: Future<Output = crdb_orm::Result<i64>> + Send + 'a,
{
    db.transaction("named", closure)
}

async fn of_a_tenant(db: &Database, id: Uuid) -> Result<(), Mine> {
    let all = db.all_tenants("a test of words");
    let balance = all.transaction("read", async |tx| Ok(Account::find(id).one(&tx).await?.balance)).await?;
    assert!(balance.is_positive());
    all.transaction("parts", async |tx| tx.savepoint(async |tx| { Account::delete(id).exec(&tx).await }).await).await?;
    Ok(())
}

fn main() {}
