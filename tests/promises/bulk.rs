//! Promises 5 and 16: writes of many rows are cut, and nothing of them is in doubt without being named.

#![allow(clippy::single_range_in_vec_init, reason = "one range of rows is meant, and not its rows")]

use crdb_orm::prelude::*;
use crdb_orm::testing::proxy::Fault;
use crdb_orm::testing::{FaultProxy, TestDb};
use crdb_orm::{PartialWrite, RowOutcome};

use crate::support::{all_are_back, proxied};

/// A thing.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "things")]
struct Thing {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
}

const SCHEMA: Schema = Schema::new("bulk").tables(&[Thing::TABLE]);

async fn things() -> (TestDb, FaultProxy, Database) {
    let db = TestDb::new().await.expect("a database");
    db.create_schema(&SCHEMA).await.expect("the schema");
    let (proxy, through) = proxied(&db).await;
    (db, proxy, through)
}

async fn count(db: &TestDb) -> u64 {
    Thing::query().count(db).await.expect("a count")
}

#[tokio::test]
async fn a_batch_whose_keys_were_made_for_it_looks_for_its_rows() {
    for returning in [true, false] {
        let (db, proxy, through) = things().await;
        proxy.on("INSERT").strike(Fault::CutAfterSend);
        let many = Thing::insert_many((0..30).map(|n| Thing::insert().name(format!("{n}"))));
        let many = many.batch_rows(10).in_flight(1);
        if returning {
            let rows = many.all(&through).await.expect("its rows are there");
            assert!(rows.iter().enumerate().all(|(n, row)| row.name == n.to_string()), "{rows:?}");
        } else {
            assert_eq!(many.exec(&through).await.expect("its rows are there"), 30);
        }
        assert_eq!((count(&db).await, proxy.pending()), (30, 0));
        all_are_back(&through).await;
    }
}

#[tokio::test]
async fn one_that_is_not_there_is_unknown_and_those_before_it_are_written() {
    let (db, proxy, through) = things().await;
    let many = || {
        let many = Thing::insert_many((0..30).map(|n| Thing::insert().name(format!("{n}"))));
        many.batch_rows(10).in_flight(1)
    };
    many().exec(&through).await.expect("nothing is in its way");
    let seen = std::sync::Mutex::new(0);
    let strike = |progress: &crdb_orm::query::Progress| {
        *seen.lock().unwrap() = progress.complete_before;
        proxy.on("INSERT").strike(Fault::CutBeforeSend);
    };
    let error = many().on_progress(strike).exec(&through).await.expect_err("the second is lost");
    assert!(error.is_outcome_unknown(), "{error}");
    assert!(error.to_string().contains("none of its rows is there"), "{error}");
    let advice = error.advice().expect("what to do");
    assert!(advice.contains(".or_ignore()") && advice.contains(".rerun_if_unknown()"), "{advice}");
    assert!(!advice.contains(".once("), "it has no key: {advice}");
    let partial = error.partial().expect("how far");
    assert_eq!((partial.written(), partial.unknown()), (&[0..10][..], &[10..20][..]));
    assert_eq!((partial.row(15), partial.row(25)), (RowOutcome::Unknown, RowOutcome::NotWritten));
    assert_eq!(*seen.lock().unwrap(), 10);
    assert_eq!(count(&db).await, 40);
}

#[tokio::test]
async fn one_whose_keys_were_given_is_unknown_though_its_rows_are_there() {
    let (db, proxy, through) = things().await;
    let rows: Vec<Thing> = (0..5).map(|n| Thing { id: Uuid::new_v4(), name: format!("{n}") }).collect();
    proxy.on("INSERT").strike(Fault::CutAfterSend);
    let error = Thing::insert_many(&rows).exec(&through).await.expect_err("they may be somebody else's");
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(error.partial().map(PartialWrite::unknown), Some(&[0..5][..]));
    assert_eq!(count(&db).await, 5);
}

#[tokio::test]
async fn a_serialization_failure_runs_a_batch_again() {
    let (db, proxy, through) = things().await;
    proxy.on("INSERT").strike(Fault::Fail("40001".into()));
    let many = Thing::insert_many((0..30).map(|n| Thing::insert().name(format!("{n}"))));
    assert_eq!(many.batch_rows(10).exec(&through).await.expect("it is run again"), 30);
    assert_eq!((count(&db).await, proxy.pending()), (30, 0));
}
