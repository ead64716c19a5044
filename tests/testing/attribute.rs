//! Promise: `#[crdb_test]` gives each test a database of its own, and runs it again where that is asked for.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use crdb_orm::prelude::*;
use crdb_orm::testing::{TestDb, crdb_test};
use crdb_orm::{Database, Schema, Sql};

/// Something with a name.
#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "things")]
struct Thing {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
}

const THINGS: Schema = Schema::new("things").tables(&[Thing::TABLE]);

#[crdb_test]
async fn the_database_is_empty(db: TestDb) {
    let tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'";
    let (tables,): (i64,) = Sql::trusted(tables).one(&db).await.unwrap();
    assert_eq!(tables, 0);
}

#[crdb_test(schema = THINGS)]
async fn a_schema_is_created_first_and_errors_fail_the_test(db: Database) -> crdb_orm::Result<()> {
    let thing = Thing::insert().name("a").one(&db).await?;
    assert_eq!((thing.name.as_str(), Thing::find(thing.id).one(&db).await?.id), ("a", thing.id));
    Ok(())
}

static ATTEMPTS: Mutex<Vec<u32>> = Mutex::new(Vec::new());

#[crdb_test(schema = THINGS, retries = 2, flavor = "multi_thread", worker_threads = 2)]
async fn with_retries_it_runs_once_more_on_another_database(db: Database) -> crdb_orm::Result<()> {
    assert_eq!(tokio::runtime::Handle::current().metrics().num_workers(), 2);
    let attempt = db
        .transaction("insert", async |tx| {
            Thing::insert().name("a").exec(&tx).await?;
            Ok(tx.attempt())
        })
        .await?;
    assert_eq!(Thing::query().count(&db).await?, 1, "the database is a fresh one");
    let mut attempts = ATTEMPTS.lock().unwrap();
    attempts.push(attempt);
    assert!([&[1][..], &[1, 3]].contains(&attempts.as_slice()), "{attempts:?}");
    Ok(())
}

static RUNS: AtomicU32 = AtomicU32::new(0);

/// It passes once and not twice: the second run makes it fail.
#[crdb_test(retries = 1)]
#[should_panic(expected = "not harmless to repeat")]
async fn what_is_not_harmless_to_repeat_fails(db: TestDb) {
    let calls = AtomicU32::new(0);
    let work = async |_tx: crdb_orm::Tx| {
        calls.fetch_add(1, SeqCst);
        Ok(())
    };
    db.transaction("careless", work).await.unwrap();
    RUNS.fetch_add(1, SeqCst);
    assert_eq!(calls.load(SeqCst), 1, "not harmless to repeat, in run {}", RUNS.load(SeqCst));
}

#[crdb_test]
#[ignore = "attributes stay"]
async fn an_ignored_test_is_not_run(_db: TestDb) {
    unreachable!("it is ignored");
}
