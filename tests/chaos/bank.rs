//! What is done: money moves, and a log says so.

use crdb_orm::prelude::*;
use crdb_orm::{CommitOutcome, Error};
use serde::{Deserialize, Serialize};

/// What each account begins with.
pub(crate) const BEGIN: i64 = 300;
const ACCOUNTS: u128 = 400;

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "accounts", check = "balance >= 0")]
pub(crate) struct Account {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    pub(crate) balance: i64,
}

/// A transfer that was made.
#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "log")]
pub(crate) struct Entry {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    /// Under which key.
    pub(crate) key: Uuid,
    /// By which call.
    pub(crate) call: Uuid,
}

pub(crate) const CHAOS: Schema = Schema::new("chaos").tables(&[Account::TABLE, Entry::TABLE, Ledger::TABLE]);

/// A number for an account.
pub(crate) fn account(number: u128) -> Uuid {
    Uuid::from_u128(number % ACCOUNTS)
}

/// Opens the accounts.
pub(crate) async fn open(db: &Database) -> Result<(), Error> {
    db.create_schema(&CHAOS).await?;
    db.transaction("open", async |tx| {
        for number in 0..ACCOUNTS {
            Account::insert().id(account(number)).balance(BEGIN).one(&tx).await?;
        }
        Ok(())
    })
    .await
}

/// All money there is, which never changes.
pub(crate) fn sum() -> i64 {
    BEGIN * i64::try_from(ACCOUNTS).unwrap_or(i64::MAX)
}

/// What is asked for: the same for each call under a key.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Request {
    pub(crate) key: Uuid,
    pub(crate) from: Uuid,
    pub(crate) to: Uuid,
    pub(crate) amount: i64,
}

/// How it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Without a key, statement by statement.
    Plain,
    /// Without a key, the writes with COMMIT.
    Deferred,
    /// Under its key.
    Key,
    /// Under its key, read committed, the writes with COMMIT.
    KeyDeferred,
}

/// What a transfer returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Receipt {
    /// Of the entry in the log.
    pub(crate) entry: Uuid,
}

/// How a call has ended.
#[derive(Debug, Clone)]
pub(crate) enum Ended {
    Fresh(Receipt),
    Replayed(Receipt),
    /// The closure's own error.
    Poor,
    NotCommitted(String),
    Committed(String),
    Unknown,
    /// Its future was dropped.
    Dropped,
}

impl Ended {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Fresh(_) => "fresh",
            Self::Replayed(_) => "replayed",
            Self::Poor => "refused by the closure",
            Self::NotCommitted(_) => "error, not committed",
            Self::Committed(_) => "error, committed",
            Self::Unknown => "error, unknown",
            Self::Dropped => "dropped",
        }
    }
}

enum Refusal {
    Poor,
    Database(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

/// Asks once.
pub(crate) async fn transfer(db: &Database, request: Request, way: Way, call: Uuid) -> Ended {
    let Request { key, from, to, amount } = request;
    let deferred = matches!(way, Way::Deferred | Way::KeyDeferred);
    let work = async |tx: Tx| {
        let payer = Account::find(from).one(&tx).await?;
        if payer.balance < amount {
            return Err(Refusal::Poor);
        }
        let entry = Uuid::new_v4();
        let insert = Entry::insert().id(entry).key(key).call(call);
        if deferred {
            Account::update(from).sub(Account::BALANCE, amount).defer(&tx);
            Account::update(to).add(Account::BALANCE, amount).defer(&tx);
            insert.build().defer(&tx);
        } else {
            Account::update(from).sub(Account::BALANCE, amount).exec(&tx).await?;
            Account::update(to).add(Account::BALANCE, amount).exec(&tx).await?;
            insert.one(&tx).await?;
        }
        Ok(Receipt { entry })
    };
    let limit = std::time::Duration::from_secs(1);
    let deadline = std::time::Duration::from_secs(5);
    let transaction =
        db.try_transaction("transfer", work).attempts(12).deadline(deadline).transaction_timeout(limit);
    let result = match way {
        Way::Plain | Way::Deferred => transaction.await.map(Once::Fresh),
        Way::Key => transaction.once(Key::new(key).of(&request)).await,
        Way::KeyDeferred => {
            transaction
                .isolation(crdb_orm::txn::Isolation::ReadCommitted)
                .once(Key::new(key).of(&request))
                .await
        }
    };
    match result {
        Ok(Once::Fresh(receipt)) => Ended::Fresh(receipt),
        Ok(Once::Replayed(receipt)) => Ended::Replayed(receipt),
        Err(Refusal::Poor) => Ended::Poor,
        Err(Refusal::Database(error)) => match error.commit_outcome() {
            CommitOutcome::NotCommitted => Ended::NotCommitted(error.to_string()),
            CommitOutcome::Committed => Ended::Committed(error.to_string()),
            CommitOutcome::Unknown => Ended::Unknown,
            CommitOutcome::Partly => panic!("a transaction is never committed in part: {error}"),
        },
    }
}
