//! Promise: a connection keeps the statements that are used, and none of them fails because the server has lost it.

use crdb_orm::prelude::*;
use crdb_orm::testing::proxy::{Fault, Reply};
use crdb_orm::testing::{FaultProxy, TestDb, skip_on_cockroachdb};
use crdb_orm::{Prepared, Result};
use tokio::sync::Barrier;

use crate::support::{all_are_back, numbers, read, set, value};

async fn one_connection(url: &str) -> Database {
    Database::builder(url).max_connections(1).connect().await.expect("a database")
}

fn text(n: i64) -> String {
    format!("SELECT {n}::INT8")
}

async fn ask(db: &Database, n: i64) {
    let answer: i64 = value(db, Sql::trusted(text(n))).await.expect("a number");
    assert_eq!(answer, n);
}

/// The texts that the server has for the one connection, this question's among them.
async fn kept(db: &Database) -> Vec<String> {
    let rows = Sql::trusted("SELECT statement FROM pg_prepared_statements").all::<(String,), _>(db).await;
    rows.expect("its statements").into_iter().map(|(text,)| text).collect()
}

#[tokio::test]
async fn a_connection_keeps_256_statements_and_the_least_recently_used_goes_first() {
    let test = "a_connection_keeps_256_statements_and_the_least_recently_used_goes_first";
    let db = TestDb::new().await.expect("a database");
    if skip_on_cockroachdb(&db, test, "only PostgreSQL tells what is prepared") {
        return;
    }
    let one = one_connection(db.url()).await;
    for n in 0..250 {
        ask(&one, n).await;
    }
    assert_eq!(kept(&one).await.len(), 251, "while there is room, nothing goes");
    // The oldest is used again, so that others are older.
    ask(&one, 0).await;
    for n in 250..300 {
        ask(&one, n).await;
    }
    let kept = kept(&one).await;
    // 300 and this question, which was used in between: 45 went, and none of them was the oldest.
    let numbers: Vec<i64> = (0..300).filter(|n| kept.contains(&text(*n))).collect();
    assert_eq!((kept.len(), numbers.len(), &numbers[..3]), (256, 255, &[0, 46, 47][..]));
    // One that went is prepared again.
    ask(&one, 1).await;
    assert_eq!(one.status().size, 1);
}

#[tokio::test]
async fn statements_that_are_sent_whole_are_kept_by_nobody() {
    let test = "statements_that_are_sent_whole_are_kept_by_nobody";
    let db = TestDb::new().await.expect("a database");
    if skip_on_cockroachdb(&db, test, "only PostgreSQL tells what is prepared") {
        return;
    }
    let one = Database::builder(db.url()).max_connections(1).prepared(Prepared::Never).connect().await;
    let one = one.expect("a database");
    for n in 0..5 {
        ask(&one, n).await;
    }
    assert_eq!(kept(&one).await, [""; 0]);
}

#[tokio::test]
async fn a_statement_that_the_server_has_lost_is_prepared_again_once_and_runs_once() {
    const ADD: &str = "UPDATE n SET v = v + 1 WHERE id = 1";
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let one = one_connection(&proxy.url()).await;
    let add = || Sql::trusted(ADD).exec(&one);
    add().await.expect("it is prepared");
    assert_eq!((read(&one, 1).await.expect("a read"), proxy.count_prepared(ADD)), (1, 1));
    proxy.on(ADD).strike(Fault::Answer("26000".into()));
    assert_eq!(add().await.expect("it is prepared again"), 1);
    assert_eq!((read(&db, 1).await.expect("a read"), proxy.count_prepared(ADD)), (2, 2));
    // A read, too.
    read(&one, 1).await.expect("the others of the connection are prepared again when they are used");
    let before = proxy.count_prepared("");
    proxy.on("SELECT v").strike(Fault::Answer("26000".into()));
    assert_eq!(read(&one, 1).await.expect("a read"), 2);
    assert_eq!((proxy.count_prepared("") - before, proxy.pending()), (1, 0));
    // So is each of them, right after another one.
    for _ in 0..3 {
        add().await.expect("it is prepared");
        read(&one, 1).await.expect("so is this");
        for mark in [ADD, "SELECT v"] {
            proxy.on(mark).strike(Fault::Answer("26000".into()));
        }
        add().await.expect("it is prepared again");
        read(&one, 1).await.expect("and so is this");
        proxy.clear();
    }
    // Whoever says so for ever is not asked for ever.
    assert_eq!(add().await.expect("it is prepared"), 1);
    let rule = proxy.on(ADD).always().strike(Fault::Answer("26000".into()));
    let error = add().await.expect_err("it is lost every time");
    assert_eq!(error.sqlstate(), Some("26000"), "{error}");
    assert!(!error.is_outcome_unknown(), "{error}");
    assert_eq!(rule.struck(), 2);
    rule.remove();
    assert_eq!(add().await.expect("it is well"), 1);
    assert_eq!((read(&db, 1).await.expect("a read"), proxy.accepted()), (10, 1));
    all_are_back(&one).await;
}

fn lost() -> Fault {
    Fault::Answer(Reply::error("26000").message("prepared statement \"s7\" does not exist"))
}

/// As a proxy does it that prepares on one connection of the server, and runs on another one.
#[tokio::test]
async fn a_statement_that_is_lost_at_once_is_sent_whole_and_so_are_all_others_from_then_on() {
    const ADD: &str = "UPDATE n SET v = v + 1 WHERE id = 1";
    let test = "a_statement_that_is_lost_at_once_is_sent_whole_and_so_are_all_others_from_then_on";
    let taken = Reply::error("42P05").message("prepared statement \"s7\" already exists");
    let other = Reply::error("08P01")
        .message("bind message supplies 0 parameters, but prepared statement \"s7\" requires 1");
    for (way, strike) in [
        (
            "it was prepared",
            &(|proxy: &FaultProxy| drop(proxy.on(ADD).strike(lost()))) as &dyn Fn(&FaultProxy),
        ),
        ("its name is taken", &|proxy| drop(proxy.on_prepare(ADD).strike(Fault::Answer(taken.clone())))),
        ("its name is another's", &|proxy| drop(proxy.on(ADD).strike(Fault::Answer(other.clone())))),
    ] {
        let db = numbers(1).await;
        let proxy = FaultProxy::to(&db).await.expect("a proxy");
        let one = one_connection(&proxy.url()).await;
        read(&one, 1).await.expect("it is prepared");
        strike(&proxy);
        assert_eq!(Sql::trusted(ADD).exec(&one).await.expect("it is sent whole"), 1, "{way}");
        assert_eq!((read(&one, 1).await.expect("a read"), proxy.pending()), (1, 0), "{way}");
        let raised = one.transaction("raise", async |tx| {
            let v = read(&tx, 1).await?;
            set(&tx, 1, v + 1).await
        });
        raised.await.expect("so is what is in a transaction");
        assert_eq!((read(&db, 1).await.expect("a read"), proxy.accepted()), (2, 1), "{way}");
        if !skip_on_cockroachdb(&db, test, "only PostgreSQL tells what is prepared") {
            let kept = kept(&one).await;
            assert!(kept.iter().all(|text| !text.contains("UPDATE")), "{way}: {kept:?}");
        }

        // Whoever says that it is no such proxy is told what it looks like, and nothing is done twice.
        let always =
            Database::builder(&proxy.url()).max_connections(1).prepared(Prepared::Always).connect().await;
        let always = always.expect("a database");
        let _rule = proxy.on(ADD).always().strike(lost());
        let error = Sql::trusted(ADD).exec(&always).await.expect_err("it is lost each time");
        assert!(error.to_string().contains("prepared=never") && !error.is_outcome_unknown(), "{error}");
        assert_eq!(read(&db, 1).await.expect("a read"), 2, "{way}");
        proxy.clear();
        all_are_back(&one).await;
    }
}

/// What a text of one's own names is no statement of ours.
#[tokio::test]
async fn a_statement_that_only_ones_own_text_names_is_an_error_and_shows_no_proxy() {
    let test = "a_statement_that_only_ones_own_text_names_is_an_error_and_shows_no_proxy";
    let db = numbers(1).await;
    if skip_on_cockroachdb(&db, test, "only PostgreSQL tells what is prepared") {
        return;
    }
    let one = one_connection(db.url()).await;
    let error = Sql::trusted("EXECUTE nobody").exec(&one).await.expect_err("there is none");
    assert!(error.sqlstate() == Some("26000") && !error.to_string().contains("prepared=never"), "{error}");
    read(&one, 1).await.expect("a read");
    assert!(kept(&one).await.iter().any(|text| text.contains("SELECT v")), "statements are named as ever");
}

#[tokio::test]
async fn in_a_transaction_a_statement_that_the_server_has_lost_runs_the_closure_again() {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let one = one_connection(&proxy.url()).await;
    let raise = async || {
        one.transaction("raise", async |tx| {
            let v = read(&tx, 1).await?;
            set(&tx, 1, v + 1).await
        })
        .await
    };
    raise().await.expect("all is prepared");
    for (text, v) in [("UPDATE n", 2), ("SELECT v", 3)] {
        proxy.on(text).strike(Fault::Fail("26000".into()));
        let prepared = proxy.count_prepared(text);
        raise().await.expect("it is run again");
        assert_eq!((read(&db, 1).await.expect("a read"), proxy.pending()), (v, 0), "{text}");
        assert_eq!(proxy.count_prepared(text), prepared + 1, "{text}");
    }
    all_are_back(&one).await;
}

/// The server itself, behind the library's back.
#[tokio::test]
async fn when_a_server_forgets_all_statements_nobody_notices() {
    let test = "when_a_server_forgets_all_statements_nobody_notices";
    let db = numbers(1).await;
    if skip_on_cockroachdb(&db, test, "it has no DO that deallocates") {
        return;
    }
    let one = one_connection(db.url()).await;
    let forget = || Sql::trusted("DO $$ BEGIN EXECUTE 'DEALLOCATE ALL'; END $$").exec(&one);
    for v in 1..4 {
        set(&one, 1, v).await.expect("a write");
        assert_eq!(read(&one, 1).await.expect("a read"), v);
        forget().await.expect("it forgets");
        assert_eq!(kept(&one).await.len(), 1, "only this question is left");
    }
    let kept_up = one
        .transaction("forgets", async |tx| {
            let v = read(&tx, 1).await?;
            set(&tx, 1, v + 10).await?;
            Ok(v)
        })
        .await;
    assert_eq!((kept_up.expect("it is run again"), read(&one, 1).await.expect("a read")), (3, 13));
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "counters", has_many(marks = Mark::COUNTER_ID))]
struct Counter {
    #[crdb(primary_key)]
    id: i64,
    n: i64,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "marks")]
struct Mark {
    #[crdb(primary_key)]
    id: i64,
    #[crdb(references = Counter, index)]
    counter_id: i64,
}

const SCHEMA: Schema = Schema::new("counters").tables(&[Counter::TABLE, Mark::TABLE]);

#[tokio::test]
async fn whatever_is_run_when_a_server_has_forgotten_its_statements_takes_effect_once() {
    let test = "whatever_is_run_when_a_server_has_forgotten_its_statements_takes_effect_once";
    let db = TestDb::new().await.expect("a database");
    if skip_on_cockroachdb(&db, test, "it has no DO that deallocates") {
        return;
    }
    db.create_schema(&SCHEMA).await.expect("the schema");
    let one = one_connection(db.url()).await;
    let forget = async || {
        Sql::trusted("DO $$ BEGIN EXECUTE 'DEALLOCATE ALL'; END $$").exec(&one).await.expect("it forgets");
    };
    Counter::insert_many((0..10).map(|id| Counter { id, n: 0 })).exec(&one).await.expect("rows");
    Mark::insert_many((0..10).map(|id| Mark { id, counter_id: id })).exec(&one).await.expect("rows");
    let raise = |id: i64| Counter::update(id).add(Counter::N, 1);
    let kinds = async |run: i64| -> Result<()> {
        forget().await;
        let mut rows = Counter::order_by(Counter::ID).stream(&one);
        let mut count = 0;
        while rows.try_next().await?.is_some() {
            count += 1;
        }
        drop(rows);
        assert_eq!(count, 10 + run);
        forget().await;
        let ((), found, ()) = one.batch((raise(1), Counter::find(1), raise(2))).await?;
        assert_eq!(found.map(|row| row.n), Some(run + 1));
        forget().await;
        let (both, _) = one.read_together((Counter::find(2), Counter::query())).await?;
        assert_eq!(both.map(|row| row.n), Some(run + 1));
        forget().await;
        let more = Counter::insert_many([Counter { id: 100 + run, n: 0 }]).batch_rows(1).in_flight(1);
        assert_eq!(more.exec(&one).await?, 1);
        forget().await;
        let walk = Counter::filter(Counter::ID.between(3, 8)).update().add(Counter::N, 1).in_batches();
        assert_eq!(walk.batch_rows(2).exec(&one).await?, 6);
        forget().await;
        let with = Counter::filter(Counter::ID.le(1)).with(Counter::MARKS).all(&one).await?;
        assert_eq!(with.iter().map(|(_, marks)| marks.len()).collect::<Vec<_>>(), [1, 1]);
        forget().await;
        let page = Counter::order_by(Counter::ID).page(4).fetch(&one).await?;
        assert_eq!((page.rows.len(), page.has_next()), (4, true));
        forget().await;
        one.transaction("defers", async |tx| {
            raise(9).defer(&tx);
            Ok(())
        })
        .await?;
        forget().await;
        one.transaction("once", async |tx| raise(0).exec(&tx).await).await
    };
    for run in 0..3 {
        kinds(run).await.expect("nobody notices");
    }
    let numbers =
        Counter::filter(Counter::ID.lt(10)).select(Counter::N).order_by(Counter::ID).all(&*db).await;
    assert_eq!(numbers.expect("the numbers"), [3; 10]);
}

#[tokio::test]
async fn after_ddl_all_connections_prepare_anew_whoever_ran_it() {
    const ALL: &str = "SELECT * FROM n";
    const KEPT: &str = "SELECT statement FROM pg_prepared_statements";
    let test = "after_ddl_all_connections_prepare_anew_whoever_ran_it";
    let db = numbers(1).await;
    if skip_on_cockroachdb(&db, test, "only PostgreSQL tells what is prepared") {
        return;
    }
    let pool = Database::builder(db.url()).max_connections(2).connect().await.expect("a database");
    // Two at once are on two connections.
    let at_both = async |text: &'static str| {
        // An attempt that fails waits for nobody.
        let both = Barrier::new(2);
        let hold = || {
            pool.transaction("holds", async |tx| {
                let rows = Sql::trusted(text).exec(&tx).await?;
                both.wait().await;
                Ok(rows)
            })
        };
        let (one, other) = tokio::join!(hold().into_future(), hold().into_future());
        let mut both = [one.expect("rows"), other.expect("rows")];
        both.sort_unstable();
        both
    };
    assert_eq!((at_both(ALL).await, at_both(KEPT).await), ([1, 1], [2, 2]));
    pool.run_ddl(&["ALTER TABLE n ADD COLUMN a INT8"]).await.expect("a column");
    assert_eq!(at_both(KEPT).await, [1, 1], "DDL through the handle");
    // Somebody else's is noticed by the first statement that it makes fail.
    assert_eq!(at_both(ALL).await, [1, 1]);
    db.run_ddl(&["ALTER TABLE n ADD COLUMN b INT8"]).await.expect("a column");
    assert_eq!(at_both(KEPT).await, [2, 2]);
    assert_eq!(Sql::trusted(ALL).exec(&pool).await.expect("it is prepared again"), 1);
    assert_eq!(at_both(KEPT).await, [1, 2], "and the other connection has forgotten");
    assert_eq!((at_both(ALL).await, pool.status().size), ([1, 1], 2));
}
