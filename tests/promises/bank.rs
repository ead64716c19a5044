//! All of it together: many tasks over few rows, where every transfer is done once and no money comes or goes.

use std::time::Duration;

use crdb_orm::testing::TestDb;
use crdb_orm::{Database, Result, Sql};

use crate::support::value;
use crdb_orm::testing::FaultProxy;
use crdb_orm::testing::proxy::Fault;

const ACCOUNTS: i64 = 4;
const TASKS: i64 = 64;
const TRANSFERS_OF_EACH: i64 = 5;
const OPENING: i64 = 1000;

async fn bank() -> TestDb {
    let db = TestDb::new().await.expect("a database");
    db.run_ddl(&[
        "CREATE TABLE account (id INT8 PRIMARY KEY, balance INT8 NOT NULL)",
        "CREATE TABLE ledger (id INT8 PRIMARY KEY, debit INT8 NOT NULL, credit INT8 NOT NULL, amount INT8 NOT NULL)",
    ])
    .await
    .expect("tables");
    for id in 0..ACCOUNTS {
        let open = Sql::trusted("INSERT INTO account (id, balance) VALUES ($1, $2)").bind(id).bind(OPENING);
        open.exec(&db).await.expect("an account");
    }
    db
}

/// Moves money by reading both balances and then writing them: whatever isolation lets through makes the sum wrong.
async fn transfer(db: &Database, id: i64) -> Result<()> {
    let debit = id % ACCOUNTS;
    let credit = (debit + 1 + id / ACCOUNTS % (ACCOUNTS - 1)) % ACCOUNTS;
    let amount = 1 + id % 7;
    db.transaction("transfer", async |tx| {
        let balance = async |account: i64| {
            value::<i64>(&tx, Sql::trusted("SELECT balance FROM account WHERE id = $1").bind(account)).await
        };
        let (from, to) = (balance(debit).await?, balance(credit).await?);
        let set = async |account: i64, balance: i64| {
            Sql::trusted("UPDATE account SET balance = $2 WHERE id = $1")
                .bind(account)
                .bind(balance)
                .exec(&tx)
                .await
        };
        // In the order of the accounts, or each conflict would be a deadlock, which a PostgreSQL that is not set up for
        // tests sees after a second.
        let mut writes = [(debit, from - amount), (credit, to + amount)];
        writes.sort_unstable();
        for (account, balance) in writes {
            set(account, balance).await?;
        }
        // A text of its own, so that it is sent each time and not only once for each connection.
        Sql::trusted(format!("INSERT INTO ledger (id, debit, credit, amount) VALUES ({id}, $1, $2, $3)"))
            .bind(debit)
            .bind(credit)
            .bind(amount)
            .exec(&tx)
            .await?;
        Ok(())
    })
    .await
}

/// Every account has what the ledger says, and the sum is what it was.
async fn books_are_right(db: &TestDb) {
    let wrong = "SELECT count(*) FROM account WHERE balance <> $1 \
                 + COALESCE((SELECT sum(amount) FROM ledger WHERE credit = account.id), 0) \
                 - COALESCE((SELECT sum(amount) FROM ledger WHERE debit = account.id), 0)";
    let wrong: i64 = value(db.db(), Sql::trusted(wrong).bind(OPENING)).await.unwrap();
    assert_eq!(wrong, 0, "accounts that do not agree with the ledger");
    let sum: i64 = value(db.db(), Sql::trusted("SELECT sum(balance)::INT8 FROM account")).await.unwrap();
    assert_eq!(sum, ACCOUNTS * OPENING);
}

async fn ledger_rows(db: &TestDb) -> i64 {
    value(db.db(), Sql::trusted("SELECT count(*) FROM ledger")).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tasks_over_few_accounts_do_every_transfer_once_and_in_time() {
    let db = bank().await;
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..TASKS {
        let db = db.db().clone();
        tasks.spawn(async move {
            for transfer_of_it in 0..TRANSFERS_OF_EACH {
                let id = task * TRANSFERS_OF_EACH + transfer_of_it;
                transfer(&db, id).await.unwrap_or_else(|error| panic!("transfer {id}: {error:?}"));
            }
        });
    }
    let done = tokio::time::timeout(Duration::from_mins(1), tasks.join_all()).await;
    assert_eq!(done.expect("all transfers within a minute").len(), 64);
    assert_eq!(ledger_rows(&db).await, TASKS * TRANSFERS_OF_EACH);
    books_are_right(&db).await;
    let stats = db.stats();
    assert_eq!((stats.commits, stats.unknown), (320, 0), "{stats:?}");
    assert!(stats.attempts > stats.commits, "nothing was in conflict: {stats:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_network_that_breaks_a_transfer_is_done_once_or_reported_as_unknown() {
    let db = bank().await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let through = Database::builder(&proxy.url()).max_connections(4).connect().await.unwrap();
    let faults = [
        ("INSERT INTO ledger", Fault::CutBeforeSend),
        ("COMMIT", Fault::CutBeforeSend),
        ("INSERT INTO ledger", Fault::CutAfterSend),
        ("COMMIT", Fault::CutAfterSend),
        ("BEGIN", Fault::CutAfterSend),
        ("COMMIT", Fault::Fail("40001".into())),
        ("INSERT INTO ledger", Fault::Answer("40001".into())),
        ("COMMIT", Fault::Abort),
    ];
    let (mut done, mut unknown) = (0, 0);
    for (round, (mark, fault)) in (0..).zip(faults) {
        proxy.on(mark).strike(fault.clone());
        let mut tasks = tokio::task::JoinSet::new();
        for task in 0..4 {
            let db = through.clone();
            tasks.spawn(async move { transfer(&db, round * 4 + task).await });
        }
        for result in tasks.join_all().await {
            match result {
                Ok(()) => done += 1,
                Err(error) if error.is_outcome_unknown() => unknown += 1,
                Err(error) => panic!("{mark}, {fault:?}: {error:?}"),
            }
        }
        assert_eq!(proxy.pending(), 0, "{mark}, {fault:?} did not strike");
        books_are_right(&db).await;
    }
    let rows = ledger_rows(&db).await;
    assert!((done..=done + unknown).contains(&rows), "{done} done, {unknown} unknown, {rows} in the ledger");
    assert_eq!(unknown, 2, "both cut at COMMIT, and nothing else");
    assert_eq!(rows, done + 1, "one of the two was committed");
}
