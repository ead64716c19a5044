//! Deletes and updates in batches: each a transaction, and what is done is known.

use std::fmt::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crdb_orm::prelude::*;
use crdb_orm::testing::proxy::Fault;
use crdb_orm::testing::{TestDb, skip_on_postgresql};
use crdb_orm::{Error, Result};
use tracing_subscriber::layer::SubscriberExt;

use crate::tables::{Event, Status, database, proxied};

/// So many events of each status.
async fn events(each: i64) -> Result<TestDb> {
    let db = database().await?;
    let rows = (0..each).flat_map(|number| {
        [Status::Open, Status::Closed].map(|status| Event { status, number, level: None, seen: 0 })
    });
    Event::insert_many(rows).exec(&db).await?;
    Ok(db)
}

#[tokio::test]
async fn all_rows_and_no_others_are_gone_in_batches_of_their_own() -> Result<()> {
    let db = events(50).await?;
    let (proxy, through) = proxied(&db).await?;
    let mut seen = Vec::new();
    let deleted = Event::filter(Event::NUMBER.ge(5))
        .delete()
        .in_batches()
        .batch_rows(20)
        .on_progress(|so_far| seen.push((so_far.batches, so_far.rows, so_far.last_rows)))
        .exec(&through)
        .await?;
    assert_eq!(deleted, 90);
    assert_eq!(seen, [(1, 20, 20), (2, 40, 20), (3, 60, 20), (4, 80, 20), (5, 90, 10)]);
    let left = Event::query().all(&db).await?;
    assert!(left.len() == 10 && left.iter().all(|event| event.number < 5), "{left:?}");
    assert_eq!((proxy.count("DELETE"), proxy.count("BEGIN")), (5, 0));
    Ok(())
}

#[tokio::test]
async fn a_walk_goes_in_the_order_of_the_key_whatever_its_type() -> Result<()> {
    // `Closed` is before `Open` in the alphabet and behind it in the type.
    for size in [1, 7, 20, 1000] {
        let db = events(10).await?;
        let changed =
            Event::query().update().add(Event::SEEN, 1).in_batches().batch_rows(size).exec(&db).await?;
        assert_eq!(changed, 20);
        assert_eq!(Event::filter(Event::SEEN.eq(1)).count(&db).await?, 20, "batches of {size}");
    }
    Ok(())
}

/// The statement is written into another one there, and its values are counted on: not what only looks like one.
#[tokio::test]
async fn sql_of_ones_own_with_quotes_and_dollars_is_written_into_a_batch_as_it_is() -> Result<()> {
    let db = events(3).await?;
    for (text, seen) in [
        (r"length(E'it\'s $1')::INT8", 7),
        ("length('it''s $1')::INT8", 7),
        ("length('$1 \"')::INT8 /* it's $1 */", 4),
    ] {
        let seen_of = crdb_orm::query::Expr::<Event, i64>::trusted(text, ());
        let set = Event::query().update().set(Event::SEEN, seen_of).set(Event::LEVEL, 5);
        assert_eq!(set.in_batches().batch_rows(4).exec(&db).await?, 6);
        let right = Event::filter(Event::SEEN.eq(seen).and(Event::LEVEL.eq(5)));
        assert_eq!(right.count(&db).await?, 6, "{text}");
    }
    Ok(())
}

#[tokio::test]
async fn nothing_to_do_is_no_batch() -> Result<()> {
    let db = events(1).await?;
    let none = Event::filter(Event::NUMBER.gt(5)).delete().in_batches();
    let none = none.on_progress(|so_far| panic!("{so_far:?}"));
    assert_eq!(none.exec(&db).await?, 0);
    Ok(())
}

fn fill<'r>() -> crdb_orm::query::InBatches<'r, Event> {
    Event::filter(Event::LEVEL.is_null()).update().set(Event::LEVEL, 3).in_batches().batch_rows(10)
}

#[tokio::test]
async fn a_serialization_failure_runs_one_batch_again() -> Result<()> {
    let db = events(20).await?;
    let (proxy, through) = proxied(&db).await?;
    proxy.on("UPDATE").nth(2).strike(Fault::Fail("40001".into()));
    assert_eq!(fill().exec(&through).await?, 40);
    assert_eq!((Event::filter(Event::LEVEL.eq(3)).count(&db).await?, proxy.pending()), (40, 0));
    Ok(())
}

#[tokio::test]
async fn one_that_fails_says_what_is_done_and_where_to_go_on() -> Result<()> {
    let db = events(20).await?;
    let (proxy, through) = proxied(&db).await?;
    proxy.on("UPDATE").nth(3).strike(Fault::Fail("42501".into()));
    let error = fill().exec(&through).await.expect_err("the third fails");
    assert!(
        !error.is_outcome_unknown() && error.to_string().contains("2 batches with 20 rows committed"),
        "{error}"
    );
    let done = error.batches().expect("how far it has come");
    assert_eq!((done.batches(), done.rows()), (2, 20));
    assert_eq!(Event::filter(Event::LEVEL.eq(3)).count(&db).await?, 20);
    assert!(!format!("{done:?}").contains("resume"), "a place holds a key: {done:?}");
    // Only what is left is walked over.
    Event::query().update().set(Event::LEVEL, None).exec(&db).await?;
    assert_eq!(fill().resume(done.resume()).exec(&db).await?, 20);
    Ok(())
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_the_place_is_before_its_batch() -> Result<()> {
    let db = events(20).await?;
    let (proxy, through) = proxied(&db).await?;
    let lose = || proxy.on("UPDATE").nth(2).strike(Fault::CutAfterSend);
    lose();
    let error = fill().exec(&through).await.expect_err("the second is lost");
    assert!(
        error.is_outcome_unknown() && error.to_string().contains("nobody knows of the one after"),
        "{error}"
    );
    let done = error.batches().expect("how far it has come");
    assert_eq!((done.batches(), done.rows()), (1, 10));
    let advice = error.advice().expect("what to do");
    assert!(advice.contains(".resume(..)") && !advice.contains(".once("), "{advice}");
    // It was done, so only the rest is left.
    assert_eq!(fill().resume(done.resume()).exec(&through).await?, 20);

    Event::query().update().set(Event::LEVEL, None).exec(&db).await?;
    lose();
    assert_eq!(fill().rerun_if_unknown().exec(&through).await?, 30, "the one that was lost is not counted");
    assert_eq!(Event::filter(Event::LEVEL.eq(3)).count(&db).await?, 40);
    Ok(())
}

#[tokio::test]
async fn dropped_half_way_it_goes_on_at_the_place_that_was_told() -> Result<()> {
    let db = events(20).await?;
    let place = std::sync::Mutex::new(None);
    {
        let told =
            |so_far: &crdb_orm::query::BatchProgress| *place.lock().unwrap() = Some(so_far.resume.clone());
        let slow = fill().pause(Duration::from_mins(1)).on_progress(told).exec(&db);
        tokio::time::timeout(Duration::from_secs(3), slow).await.expect_err("it waits");
    }
    assert_eq!(Event::filter(Event::LEVEL.eq(3)).count(&db).await?, 10);
    let place = place.into_inner().unwrap();
    assert_eq!(fill().resume(place).exec(&db).await?, 30);
    Ok(())
}

#[tokio::test]
async fn a_place_belongs_to_its_write() -> Result<()> {
    let db = events(2).await?;
    let mut place = None;
    fill().batch_rows(1).on_progress(|so_far| place = Some(so_far.resume.clone())).exec(&db).await?;
    let place = place.expect("a place");
    let refused = |result: Result<u64>| assert!(result.expect_err("another write").is_invalid_cursor());
    refused(Event::query().delete().in_batches().resume(&place).exec(&db).await);
    refused(Event::query().update().set(Event::LEVEL, 3).in_batches().resume(&place).exec(&db).await);
    refused(Event::filter(Event::LEVEL.is_null()).delete().in_batches().resume("nonsense").exec(&db).await);
    // Of another size, it is the same write.
    assert_eq!(fill().batch_rows(7).resume(&place).exec(&db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn it_walks_along_the_key_and_does_not_change_it() -> Result<()> {
    let db = events(2).await?;
    let refused = |error: Error, why: &str| {
        assert!(error.is_invalid_statement() && error.to_string().contains(why), "{error}");
    };
    let moved = Event::query().update().add(Event::NUMBER, 1).in_batches().exec(&db).await;
    refused(moved.expect_err("it would meet its rows again"), "primary key");
    refused(
        Event::query().update().in_batches().exec(&db).await.expect_err("it sets nothing"),
        "sets no column",
    );
    let limited = Event::query().limit(1).delete().in_batches().exec(&db).await;
    refused(limited.expect_err("it is cut anyway"), "limit");
    Ok(())
}

#[tokio::test]
async fn inside_a_transaction_there_are_no_batches() -> Result<()> {
    let db = events(2).await?;
    let error = db
        .transaction("large", async |_tx| Event::query().delete().in_batches().exec(&db).await)
        .await
        .expect_err("each batch is a transaction");
    assert!(error.is_invalid_statement(), "{error}");
    assert_eq!(Event::query().count(&db).await?, 4);
    Ok(())
}

#[tokio::test]
async fn no_more_rows_a_second_are_gone_over_than_allowed() -> Result<()> {
    let db = events(15).await?;
    let began = Instant::now();
    fill().rows_per_second(100).exec(&db).await?;
    // After the last batch nothing is waited for.
    assert!(began.elapsed() >= Duration::from_millis(190), "{:?}", began.elapsed());
    Ok(())
}

#[tokio::test]
async fn a_batch_that_is_too_large_is_cut_in_half() -> Result<()> {
    let db = events(10).await?;
    let (proxy, through) = proxied(&db).await?;
    proxy.on("UPDATE").times(2).strike(Fault::Fail("53200".into()));
    let mut sizes = Vec::new();
    fill().batch_rows(16).on_progress(|so_far| sizes.push(so_far.last_rows)).exec(&through).await?;
    assert_eq!(sizes, [4, 4, 4, 4, 4]);
    Ok(())
}

#[tokio::test]
async fn a_limit_of_the_server_on_rows_is_kept_by_cutting() -> Result<()> {
    let db = events(20).await?;
    if skip_on_postgresql(&db, "a_limit_of_the_server_on_rows_is_kept_by_cutting", "it limits no rows") {
        return Ok(());
    }
    let limited =
        Database::builder(db.url()).session_variable("transaction_rows_written_err", "8").connect().await?;
    assert_eq!(fill().batch_rows(40).exec(&limited).await?, 40);
    Ok(())
}

/// What was warned of.
#[derive(Clone, Default)]
struct Warnings(Arc<Mutex<Vec<String>>>);

struct Fields(String);

impl tracing::field::Visit for Fields {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        write!(self.0, "{field}={value:?} ").expect("a text takes all");
    }
}

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Warnings {
    fn on_event(&self, event: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        if *event.metadata().level() == tracing::Level::WARN {
            let mut fields = Fields(String::new());
            event.record(&mut fields);
            self.0.lock().unwrap().push(fields.0);
        }
    }
}

#[tokio::test]
async fn one_statement_that_changes_many_rows_is_warned_of() -> Result<()> {
    let db = database().await?;
    let rows = (0..10_001).map(|number| Event { status: Status::Open, number, level: None, seen: 0 });
    Event::insert_many(rows).exec(&db).await?;
    let warnings = Warnings::default();
    let subscriber = tracing_subscriber::registry().with(warnings.clone());
    let _guard = tracing::subscriber::set_default(subscriber);
    let told = || std::mem::take(&mut *warnings.0.lock().unwrap());
    Event::query().update().add(Event::SEEN, 1).in_batches().exec(&db).await?;
    Event::filter(Event::NUMBER.lt(10_000)).update().add(Event::SEEN, 1).exec(&db).await?;
    assert_eq!(told(), [""; 0]);
    Event::query().update().add(Event::SEEN, 1).exec(&db).await?;
    let update = told();
    assert!(
        update.len() == 1 && update[0].contains("changed=10001") && update[0].contains("in_batches"),
        "{update:?}"
    );
    Event::query().delete().exec(&db).await?;
    assert_eq!(told().len(), 1);
    Ok(())
}
