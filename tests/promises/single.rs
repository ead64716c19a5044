//! Promise 5: after a lost answer a single write is not run again, unless its caller allows it or it has a key.

use std::time::{Duration, Instant};

use crdb_orm::prelude::*;
use crdb_orm::testing::TestDb;
use crdb_orm::{CommitOutcome, Error, RetryPolicy};
use serde::{Deserialize, Serialize};

use crate::support::{all_are_back, proxied};
use crdb_orm::testing::FaultProxy;
use crdb_orm::testing::proxy::Fault;

/// A thing.
#[derive(CrdbTable, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[crdb(table = "things")]
struct Thing {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
    #[crdb(default = 0)]
    count: i64,
}

/// A thing of another SQL schema.
#[derive(CrdbTable, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[crdb(table = "things", schema = "old")]
struct OldThing {
    #[crdb(primary_key)]
    id: i64,
    name: String,
}

const SCHEMA: Schema = Schema::new("single").tables(&[Thing::TABLE, OldThing::TABLE, Ledger::TABLE]);

async fn things() -> (TestDb, FaultProxy, Database) {
    let db = TestDb::new().await.expect("a database");
    db.create_schema(&SCHEMA).await.expect("the schema");
    let (proxy, through) = proxied(&db).await;
    (db, proxy, through)
}

async fn all(db: &TestDb) -> Vec<Thing> {
    Thing::query().limit(100).all(db).await.expect("things")
}

fn is_unknown(error: &Error) {
    assert_eq!(error.commit_outcome(), CommitOutcome::Unknown, "{error}");
    assert!(error.is_outcome_unknown() && error.to_string().contains("it is not known whether"), "{error}");
}

const LOST: [Fault; 2] = [Fault::CutAfterSend, Fault::CutBeforeSend];

#[tokio::test]
async fn an_insert_whose_key_was_made_for_it_looks_for_its_row_and_says_what_it_found() {
    for fault in LOST {
        for returning in [true, false] {
            let (db, proxy, through) = things().await;
            proxy.on("INSERT").strike(fault.clone());
            let insert = Thing::insert().name("a");
            let result = if returning {
                insert.one(&through).await.map(Some)
            } else {
                insert.exec(&through).await.map(|()| None)
            };
            assert_eq!(proxy.pending(), 0);
            let there = all(&db).await;
            match (&fault, result) {
                (Fault::CutAfterSend, Ok(row)) => {
                    assert!(row.is_none_or(|row| row == there[0]) && there.len() == 1);
                }
                (Fault::CutBeforeSend, Err(error)) => {
                    is_unknown(&error);
                    assert!(
                        error.to_string().contains("its row is not there, and may still arrive"),
                        "{error}"
                    );
                    assert!(there.is_empty());
                }
                (_, result) => panic!("{fault:?}: {result:?}"),
            }
            all_are_back(&through).await;
        }
    }
}

/// What has no answer at its deadline is over: to look for its row would take as long once more.
#[tokio::test]
async fn whoever_looks_for_a_row_keeps_the_deadline_of_the_insert() {
    let (db, proxy, through) = things().await;
    let through = through.with_retry(RetryPolicy::new().deadline(Duration::from_secs(1)));
    proxy.on("INSERT").silence();
    let error = Thing::insert().name("a").one(&through).await.unwrap_err();
    assert!(error.is_deadline(), "{error}");
    is_unknown(&error);
    let rows = || Thing::insert_many([Thing::insert().name("b"), Thing::insert().name("c")]);
    proxy.on("INSERT").silence();
    is_unknown(&rows().exec(&through).await.unwrap_err());
    proxy.on("INSERT").silence();
    is_unknown(&rows().all(&through).await.unwrap_err());
    assert_eq!(
        (proxy.count("FROM things"), proxy.pending(), all(&db).await.len()),
        (0, 0, 5),
        "nobody looked"
    );

    // Where there is time left, the look has that, and no more.
    let through = through.with_retry(RetryPolicy::new().deadline(Duration::from_secs(2)));
    proxy.on("INSERT").cut_after_send();
    proxy.on("SELECT").silence();
    let began = Instant::now();
    is_unknown(&Thing::insert().name("d").one(&through).await.unwrap_err());
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    assert_eq!((proxy.count("FROM things"), proxy.pending()), (1, 0));
}

/// What is asked for is read of the row that is there, with values among it.
#[tokio::test]
async fn an_insert_that_returns_something_else_looks_for_its_row_as_well() {
    for fault in LOST {
        let (db, proxy, through) = things().await;
        proxy.on("INSERT").strike(fault.clone());
        let result =
            Thing::insert().name("a").returning((Thing::COUNT + 41_i64, Thing::NAME)).one(&through).await;
        assert_eq!((proxy.pending(), proxy.count("FROM things")), (0, 1));
        match (&fault, result) {
            (Fault::CutAfterSend, Ok(row)) => assert_eq!(row, (41, "a".into())),
            (Fault::CutBeforeSend, Err(error)) => {
                is_unknown(&error);
                assert!(error.to_string().contains("its row is not there, and may still arrive"), "{error}");
            }
            (_, result) => panic!("{fault:?}: {result:?}"),
        }
        let there = all(&db).await.len();
        // A key that was given may be somebody else's, and in a transaction it is the commit that counts.
        proxy.on("INSERT").strike(fault.clone());
        let given = Thing::insert().id(Uuid::from_u128(1)).name("b").returning(Thing::NAME);
        is_unknown(&given.one(&through).await.unwrap_err());
        proxy.on("INSERT").strike(fault.clone());
        let again = through
            .transaction("again", async |tx| Thing::insert().name("c").returning(Thing::NAME).one(&tx).await);
        assert_eq!((again.await.expect("a second attempt").as_str(), proxy.pending()), ("c", 0));
        assert_eq!(proxy.count("FROM things"), 1, "nobody looked");
        let both = if fault == Fault::CutAfterSend { 2 } else { 1 };
        assert_eq!(all(&db).await.len(), there + both);
    }
}

#[tokio::test]
async fn an_insert_whose_key_was_given_is_unknown_since_the_row_may_be_somebody_elses() {
    for fault in LOST {
        let (db, proxy, through) = things().await;
        let given = Thing { id: Uuid::from_u128(1), name: "a".into(), count: 1 };
        proxy.on("INSERT").strike(fault.clone());
        is_unknown(&Thing::insert_row(&given).exec(&through).await.unwrap_err());
        proxy.on("INSERT").strike(fault.clone());
        is_unknown(&Thing::insert().id(Uuid::from_u128(2)).name("b").one(&through).await.unwrap_err());
        assert_eq!(
            (all(&db).await.len(), proxy.pending()),
            (if fault == Fault::CutAfterSend { 2 } else { 0 }, 0)
        );
    }
}

#[tokio::test]
async fn an_update_a_delete_and_raw_sql_are_unknown_and_not_run_again() {
    for fault in LOST {
        let (db, proxy, through) = things().await;
        let thing = Thing::insert().name("a").one(&db).await.unwrap();
        let expected = i64::from(fault == Fault::CutAfterSend);
        proxy.on("UPDATE").strike(fault.clone());
        is_unknown(&Thing::update(thing.id).add(Thing::COUNT, 1).exec(&through).await.unwrap_err());
        assert_eq!(all(&db).await[0].count, expected);
        proxy.on("SELECT").strike(fault.clone());
        // It only reads, and is not taken for a read.
        let raw = Sql::trusted("SELECT 1::INT8").one::<(i64,), _>(&through).await;
        is_unknown(&raw.unwrap_err());
        proxy.on("DELETE").strike(fault.clone());
        is_unknown(&Thing::delete(thing.id).exec(&through).await.unwrap_err());
        assert_eq!((all(&db).await.len(), proxy.pending()), (usize::from(fault == Fault::CutBeforeSend), 0));
    }
}

#[tokio::test]
async fn a_generated_read_is_run_again() {
    for fault in LOST {
        let (db, proxy, through) = things().await;
        let thing = Thing::insert().name("a").one(&db).await.unwrap();
        proxy.on("SELECT").strike(fault.clone());
        assert_eq!(Thing::find(thing.id).one(&through).await.unwrap(), thing);
        assert_eq!(proxy.pending(), 0);
    }
}

#[tokio::test]
async fn with_leave_it_is_run_again_and_may_then_be_done_twice() {
    for fault in LOST {
        let (db, proxy, through) = things().await;
        let thing = Thing::insert().name("a").one(&db).await.unwrap();
        proxy.on("UPDATE").strike(fault.clone());
        Thing::update(thing.id).add(Thing::COUNT, 1).rerun_if_unknown().exec(&through).await.unwrap();
        // That is the danger that its documentation names.
        assert_eq!(all(&db).await[0].count, if fault == Fault::CutAfterSend { 2 } else { 1 });
        proxy.on("UPDATE").strike(fault.clone());
        let set =
            Thing::update(thing.id).set(Thing::COUNT, 7).rerun_if_unknown().one(&through).await.unwrap();
        assert_eq!((set.count, proxy.pending()), (7, 0));
    }
}

#[tokio::test]
async fn a_known_error_of_a_second_run_does_not_hide_that_the_first_is_unknown() {
    for fault in LOST {
        let (db, proxy, through) = things().await;
        let given = Thing { id: Uuid::from_u128(1), name: "a".into(), count: 1 };
        proxy.on("INSERT").strike(fault.clone());
        // Once the first has arrived, the second one finds its row in the way.
        let result = Thing::insert_row(&given).rerun_if_unknown().exec(&through).await;
        match fault {
            Fault::CutAfterSend => {
                let error = result.unwrap_err();
                assert!(error.is_unique_violation() && error.history().len() == 2, "{error:?}");
                is_unknown(&error);
            }
            _ => result.unwrap(),
        }
        assert_eq!(all(&db).await, [given]);
    }
}

#[tokio::test]
async fn under_a_key_every_kind_of_write_is_done_once() {
    let (db, _proxy, through) = things().await;
    let thing = Thing::insert().name("a").once("i").one(&through).await.unwrap();
    let again = Thing::insert().name("a").once("i").one(&through).await.unwrap();
    assert!(!thing.is_replayed() && again.is_replayed() && *thing == *again);
    for replayed in [false, true] {
        let update = Thing::update(thing.id).add(Thing::COUNT, 1).once("u");
        assert_eq!(update.exec(&through).await.unwrap().is_replayed(), replayed);
        // All updates of a table have one scope.
        let update = Thing::filter(Thing::NAME.eq("a")).update().add(Thing::COUNT, 1).once("all");
        assert_eq!(*update.exec(&through).await.unwrap(), 1);
        let raw = Sql::trusted("UPDATE things SET count = count + $1").bind(10_i64).once("raw");
        assert_eq!(*raw.exec(&through).await.unwrap(), 1);
    }
    assert_eq!(all(&db).await[0].count, 12);
    for replayed in [false, true] {
        let gone = Thing::delete(thing.id).once("d").optional(&through).await.unwrap();
        assert_eq!((gone.is_replayed(), gone.as_ref().as_ref().map(|row| row.count)), (replayed, Some(12)));
    }
    let missing = Thing::update(thing.id).add(Thing::COUNT, 1).once("m").exec(&through).await;
    assert!(missing.unwrap_err().is_not_found());
}

#[tokio::test]
async fn writes_under_keys_have_names_of_their_tables_for_limits_metrics_and_scopes() {
    let (_db, _proxy, through) = things().await;
    let thing = Thing::insert().name("a").once("k").one(&through).await.unwrap();
    // The same key is another one for another table, also where both are called the same.
    let old = OldThing::insert().id(1).name("a").once("k").one(&through).await.unwrap();
    assert!(!old.is_replayed());
    Thing::update(thing.id).add(Thing::COUNT, 1).once("k").exec(&through).await.unwrap();
    assert!(!*OldThing::delete(2).once("k").exec(&through).await.unwrap());
    let update = || Sql::trusted("UPDATE things SET count = 0").once("k");
    update().exec(&through).await.unwrap();
    assert!(update().exec(&through).await.unwrap().is_replayed());
    // Nobody knows what SQL wants, so it does not wait for other SQL.
    let names: Vec<_> = through.contention().iter().map(|contention| contention.name).collect();
    assert_eq!(names, ["delete old.things", "insert old.things", "insert things", "update things"]);
    // It is the scope, which a transaction of one's own can have, too.
    let replayed = through.transaction("insert things", async |_| Ok((*thing).clone())).once("k").await;
    assert!(replayed.unwrap().is_replayed());
}

#[tokio::test]
async fn a_write_under_a_key_is_done_once_whatever_is_lost() {
    for (mark, fault) in [
        ("INSERT INTO crdb_orm_ledger", Fault::CutAfterSend),
        ("UPDATE", Fault::CutAfterSend),
        ("UPDATE", Fault::CutBeforeSend),
        ("; COMMIT", Fault::CutAfterSend),
        ("; COMMIT", Fault::CutBeforeSend),
    ] {
        let (db, proxy, through) = things().await;
        let thing = Thing::insert().name("a").one(&db).await.unwrap();
        proxy.on(mark).strike(fault.clone());
        let update = || Thing::update(thing.id).add(Thing::COUNT, 1).once("u");
        assert_eq!(update().one(&through).await.unwrap().count, 1, "{mark}, {fault:?}");
        assert!(update().one(&through).await.unwrap().is_replayed());
        assert_eq!((all(&db).await[0].count, proxy.pending()), (1, 0), "{mark}, {fault:?}");
    }
}

/// Rows are read as they come, so what came before the answer was lost is void.
#[tokio::test]
async fn a_read_whose_answer_is_lost_half_way_has_each_row_once() {
    let (db, proxy, through) = things().await;
    Thing::insert_many((0..300).map(|n| Thing::insert().name(format!("thing {n}")))).exec(&db).await.unwrap();
    let mut there = Thing::query().order_by(Thing::ID.asc()).all(&db).await.unwrap();
    assert_eq!(there.len(), 300);
    // Prepared before.
    let read = || Thing::query().order_by(Thing::ID.asc());
    let names = || Thing::query().order_by(Thing::ID.asc()).select((Thing::NAME,));
    read().all(&through).await.unwrap();
    names().all(&through).await.unwrap();
    read().page(100).fetch(&through).await.unwrap();

    let lost = || proxy.on("SELECT").strike(Fault::CutInReply(4_000));
    lost();
    assert_eq!(read().all(&through).await.unwrap(), there);
    lost();
    let found = names().all(&through).await.unwrap();
    assert_eq!(found, there.iter().map(|thing| (thing.name.clone(),)).collect::<Vec<_>>());
    lost();
    let page = read().page(100).fetch(&through).await.unwrap();
    assert_eq!((page.prev.is_some(), page.next.is_some()), (false, true));
    there.truncate(100);
    assert_eq!(page.rows, there);
    assert_eq!(proxy.pending(), 0);
}
