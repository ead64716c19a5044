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
    Database(crdb_orm::Error),
}

impl From<crdb_orm::Error> for TransferError {
    fn from(error: crdb_orm::Error) -> Self {
        Self::Database(error)
    }
}

async fn run(db: &Database, id: Uuid) -> Result<(), TransferError> {
    db.transaction("withdraw", async |tx| {
        let account = Account::find(id).one(&tx).await?;
        if account.balance < 5 {
            return Err(TransferError::TooLittle);
        }
        Ok(())
    })
    .await
}

async fn part(db: &Database, id: Uuid) -> Result<(), TransferError> {
    db.try_transaction("withdraw", async |tx| {
        tx.savepoint(async |tx| {
            Account::delete(id).exec(&tx).await?;
            Err::<(), _>(TransferError::TooLittle)
        })
        .await
    })
    .await
}

fn main() {}
