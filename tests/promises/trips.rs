//! Promise 9: how often a transaction waits for the server.

use crdb_orm::prelude::*;
use crdb_orm::{Database, Result};

use crate::deferred::Number;
use crate::support::{all_are_back, insert, numbers, proxied, read};
use crdb_orm::testing::FaultProxy;
use crdb_orm::testing::proxy::Fault;

/// The round trips of the second run, when everything is prepared.
async fn round_trips(proxy: &FaultProxy, run: impl AsyncFn() -> Result<()>) -> usize {
    run().await.expect("the first run");
    proxy.take_round_trips();
    run().await.expect("the second run");
    proxy.take_round_trips()
}

async fn one_connection() -> (crdb_orm::testing::TestDb, FaultProxy, Database) {
    let db = numbers(2).await;
    let (proxy, _) = proxied(&db).await;
    let through = Database::builder(&proxy.url()).max_connections(1).connect().await.expect("a way through");
    (db, proxy, through)
}

#[tokio::test]
async fn a_transfer_with_joined_reads_and_deferred_writes_waits_twice() {
    let (_db, proxy, through) = one_connection().await;
    let transfer = async || {
        through
            .transaction("transfer", async |tx| {
                try_join!(Number::find(1).one(&tx), Number::find(2).one(&tx))?;
                Number::update(1).add(Number::V, -1).defer(&tx);
                Number::update(2).add(Number::V, 1).defer(&tx);
                Ok(())
            })
            .await
    };
    assert_eq!(round_trips(&proxy, transfer).await, 2);
}

#[tokio::test]
async fn a_transfer_that_awaits_each_statement_waits_once_for_each_and_once_for_commit() {
    let (_db, proxy, through) = one_connection().await;
    let transfer = async || {
        through
            .transaction("transfer", async |tx| {
                Number::find(1).one(&tx).await?;
                Number::find(2).one(&tx).await?;
                Number::update(1).add(Number::V, -1).exec(&tx).await?;
                Number::update(2).add(Number::V, 1).exec(&tx).await
            })
            .await
    };
    assert_eq!(round_trips(&proxy, transfer).await, 5);
}

#[tokio::test]
async fn a_write_waits_for_begin() {
    let (db, proxy, through) = one_connection().await;
    let write = async || {
        through.transaction("write", async |tx| Number::update(1).add(Number::V, 1).exec(&tx).await).await
    };
    assert_eq!(round_trips(&proxy, write).await, 3);
    assert_eq!(read(&db, 1).await.unwrap(), 2);
}

#[tokio::test]
async fn a_read_that_locks_travels_with_begin_as_any_read_does() {
    let (_db, proxy, through) = one_connection().await;
    let one = async || {
        let lock =
            async |tx| Number::find(1).for_update().skip_locked().one(&tx).await.map(|number| number.id);
        assert_eq!(through.transaction("lock", lock).await?, 1);
        Ok(())
    };
    assert_eq!(round_trips(&proxy, one).await, 2, "the read, and COMMIT");
    let first = async || {
        let lock = async |tx| Number::filter(Number::ID.eq(1)).for_share().one(&tx).await.map(drop);
        through.transaction("lock", lock).await
    };
    assert_eq!(round_trips(&proxy, first).await, 2);
    let all = async || {
        let lock = async |tx| Number::query().select(Number::V).for_update().all(&tx).await;
        assert_eq!(through.transaction("lock", lock).await?.len(), 2);
        Ok(())
    };
    assert_eq!(round_trips(&proxy, all).await, 2);
}

#[tokio::test]
async fn a_read_that_locks_locks_nothing_where_begin_fails() {
    let (db, proxy, through) = one_connection().await;
    let lock = async || {
        through
            .transaction("lock", async |tx| {
                Number::find(1).for_update().one(&tx).await.map(|number| number.v)
            })
            .await
    };
    lock().await.expect("it is prepared");
    proxy.on("BEGIN").strike(Fault::Answer("42501".into()));
    let error = lock().await.expect_err("BEGIN was refused");
    assert_eq!(error.sqlstate(), Some("42501"), "{error}");
    assert_eq!(proxy.pending(), 0);
    // Nobody holds the row, and the connection is good.
    let update = async |tx| {
        Number::find(1).for_update().nowait().one(&tx).await?;
        Number::update(1).add(Number::V, 1).exec(&tx).await
    };
    db.transaction("update", update).await.expect("the row is free");
    assert_eq!(lock().await.expect("the next one"), 1);
}

#[tokio::test]
async fn a_single_statement_waits_once() {
    let (_db, proxy, through) = one_connection().await;
    let single = async || Number::update(1).add(Number::V, 1).exec(&through).await;
    assert_eq!(round_trips(&proxy, single).await, 1);
    let read = async || Number::find(1).one(&through).await.map(drop);
    assert_eq!(round_trips(&proxy, read).await, 1);
}

#[tokio::test]
async fn reads_that_are_made_together_wait_once_and_see_one_moment() {
    let (db, proxy, through) = one_connection().await;
    let reads = async || {
        let (one, all) = through.read_together((Number::find(1), Number::query())).await?;
        assert_eq!((one.map(|n| n.id), all.len()), (Some(1), 2));
        Ok(())
    };
    assert_eq!(round_trips(&proxy, reads).await, 1);
    for fault in [Fault::CutBeforeSend, Fault::CutAfterSend, Fault::Fail("40001".into()), Fault::Abort] {
        proxy.on("COMMIT").strike(fault.clone());
        reads().await.unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        assert_eq!(proxy.pending(), 0, "{fault:?}");
    }
    proxy.on("READ ONLY").strike(Fault::Answer("42601".into()));
    assert_eq!(reads().await.unwrap_err().sqlstate(), Some("42601"));
    all_are_back(&through).await;
    insert(&db, 3).await.unwrap();
    let missing = through.read_together((Number::find(404), Number::filter(Number::V.gt(9)))).await.unwrap();
    assert_eq!(missing, (None, vec![]));
}

#[tokio::test]
async fn as_many_reads_as_you_like_wait_once_and_none_at_all_sends_nothing() {
    let (_db, proxy, through) = one_connection().await;
    let ids = [1, 404, 2, 1];
    let reads = async || {
        let all = ids.iter().cycle().take(40).map(|id| Number::find(*id)).collect::<Vec<_>>();
        let found = through.read_together(all).await?;
        let found: Vec<Option<i64>> = found.into_iter().map(|number| Some(number?.id)).collect();
        assert_eq!(found.len(), 40);
        assert_eq!(found[..4], [Some(1), None, Some(2), Some(1)]);
        Ok(())
    };
    assert_eq!(round_trips(&proxy, reads).await, 1);
    proxy.take_round_trips();
    assert_eq!(through.read_together(Vec::<crdb_orm::query::Find<Number>>::new()).await.unwrap(), []);
    assert_eq!(proxy.take_round_trips(), 0);
}

#[tokio::test]
async fn a_savepoint_waits_for_nothing_of_its_own() {
    let (_db, proxy, through) = one_connection().await;
    let savepoint = async || {
        through
            .transaction("savepoint", async |tx| {
                Number::find(1).one(&tx).await?;
                tx.savepoint(async |sp| Number::update(1).add(Number::V, 1).exec(&sp).await).await
            })
            .await
    };
    assert_eq!(round_trips(&proxy, savepoint).await, 3, "a read, a write, and COMMIT behind RELEASE");
}

#[tokio::test]
async fn a_transaction_without_statements_sends_nothing() {
    let (db, proxy, through) = one_connection().await;
    proxy.take_round_trips();
    assert_eq!(through.transaction("empty", async |_| Ok(7)).await.unwrap(), 7);
    assert_eq!(proxy.take_round_trips(), 0);
    insert(&db, 3).await.unwrap();
}

/// What a paint is.
#[derive(CrdbEnum, Debug, Clone, Copy, PartialEq)]
#[crdb(name = "trips_colour")]
enum Colour {
    Red,
    Blue,
}

#[derive(CrdbTable, Debug)]
#[crdb(table = "trips_paints")]
struct Paint {
    #[crdb(primary_key)]
    id: i64,
    colour: Colour,
    others: Vec<Colour>,
}

#[tokio::test]
async fn an_enum_costs_no_look_into_the_catalogue_on_a_new_connection() {
    const PAINTS: Schema = Schema::new("paints").tables(&[Paint::TABLE]);
    let (db, proxy, through) = one_connection().await;
    db.create_schema(&PAINTS).await.unwrap();
    Paint::insert().id(1).colour(Colour::Blue).others(vec![Colour::Red]).exec(&*db).await.unwrap();
    proxy.take_round_trips();
    let found = Paint::filter(Paint::COLOUR.eq(Colour::Blue)).all(&through).await.unwrap();
    assert_eq!((found[0].colour, found[0].others.as_slice()), (Colour::Blue, &[Colour::Red][..]));
    assert_eq!(proxy.take_round_trips(), 2, "it is prepared, and run");
}
