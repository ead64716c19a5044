use crdb_orm::prelude::*;

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "accounts")]
struct Account {
    #[crdb(primary_key)]
    id: Uuid,
    balance: i64,
}

#[derive(Debug)]
enum TransferError {
    TooLittle,
}

async fn run(db: &Database, id: Uuid) -> Result<(), TransferError> {
    db.try_transaction("withdraw", async |tx| {
        let account = Account::find(id).one(&tx).await.map_err(|_| TransferError::TooLittle)?;
        if account.balance < 5 {
            return Err(TransferError::TooLittle);
        }
        Ok(())
    })
    .await
}

async fn once(db: &Database, id: Uuid) -> Result<(), TransferError> {
    db.try_transaction("withdraw", async |tx| {
        tx.try_savepoint(async |tx| {
            Account::delete(id).exec(&tx).await.map_err(|_| TransferError::TooLittle)?;
            Err::<(), _>(TransferError::TooLittle)
        })
        .await
    })
    .once("a key")
    .await
    .map(|_| ())
}

fn main() {}
