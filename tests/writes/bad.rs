//! Bad input, and worse luck: an error that says which part was written.

use crdb_orm::prelude::*;
use crdb_orm::testing::proxy::Fault;
use crdb_orm::{PartialWrite, Result};

use crate::tables::{Given, Line, Plain, database, proxied};

/// Floats, where each server has all of them.
#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "floats")]
struct Floats {
    #[crdb(primary_key)]
    id: i64,
    double: f64,
    single: f32,
    text: String,
}

async fn floats() -> Result<crdb_orm::testing::TestDb> {
    let db = database().await?;
    db.create_schema(&Schema::new("floats").tables(&[Floats::TABLE])).await?;
    Ok(db)
}

#[tokio::test]
async fn a_table_may_be_called_like_the_rows_of_a_batch() -> Result<()> {
    let db = database().await?;
    let rows: Vec<Given> = (0..3).map(|id| Given { id, n: id, version: 1 }).collect();
    Given::insert_many(&rows).exec(&db).await?;
    let mut seen = rows.clone();
    seen[1].version = 7;
    for row in &mut seen {
        row.n += 10;
    }
    let (changed, updated) = Given::update_many(&seen).all(&db).await?;
    assert_eq!(
        changed.iter().map(|row| (row.id, row.n, row.version)).collect::<Vec<_>>(),
        [(0, 10, 2), (2, 12, 2)]
    );
    assert_eq!(updated.missed(), [crdb_orm::query::MissedRow::Stale { row: 1, found: 1 }]);
    Given::upsert_many(&rows).exec(&db).await?;
    assert_eq!(Given::query().delete().in_batches().exec(&db).await?, 3);
    Ok(())
}

#[tokio::test]
async fn no_rows_are_no_statement() -> Result<()> {
    let db = database().await?;
    let (proxy, through) = proxied(&db).await?;
    let none: &[Plain] = &[];
    assert_eq!(Plain::insert_many(none).exec(&through).await?, 0);
    assert_eq!(Plain::insert_many(none).all(&through).await?, []);
    assert_eq!(Plain::upsert_many(none).exec(&through).await?, 0);
    assert_eq!(Plain::update_many(none).exec(&through).await?.changed(), 0);
    assert_eq!(Plain::copy_in(none).exec(&through).await?, 0);
    assert_eq!((proxy.count("INSERT"), proxy.count("UPDATE"), proxy.count("COPY")), (0, 0, 0));
    Ok(())
}

#[tokio::test]
async fn seventy_thousand_values_are_no_limit_to_a_batch() -> Result<()> {
    let db = database().await?;
    let (proxy, through) = proxied(&db).await?;
    // As arrays there are three parameters, whatever the number of rows.
    let rows = (0..24_000).map(|n| Plain::insert().id(n).n(n).changed(None));
    assert_eq!(Plain::insert_many(rows).batch_rows(24_000).exec(&through).await?, 24_000);
    assert_eq!(proxy.count("INSERT"), 1);
    // Rows that hold arrays have one parameter for each value, so they are cut before the protocol's limit.
    crate::tables::Customer::insert().id(Uuid::nil()).name("Ann").exec(&db).await?;
    crate::tables::Order::insert().id(Uuid::nil()).customer_id(Uuid::nil()).total(1).exec(&db).await?;
    let lines =
        (0..17_500).map(|n| Line::insert().order_id(Uuid::nil()).number(n).what("x").words(Vec::new()));
    assert_eq!(Line::insert_many(lines).batch_rows(20_000).exec(&db).await?, 17_500);
    // By hand it is an error before anything is sent.
    let mut sql = Sql::trusted(format!(
        "SELECT {}",
        (1..=70_000).map(|n| format!("${n}::INT8")).collect::<Vec<_>>().join(", ")
    ));
    for n in 0..70_000_i64 {
        sql = sql.bind(n);
    }
    let error = sql.exec(&db).await.expect_err("too many");
    assert!(error.is_invalid_statement() && error.to_string().contains("65535"), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_value_that_is_longer_than_a_message_is_told_by_its_row() -> Result<()> {
    let db = floats().await?;
    let (proxy, _) = proxied(&db).await?;
    // Only CockroachDB has that limit, so a proxy plays one.
    proxy.pose_as_cockroachdb("25.2.0");
    let through = Database::builder(&proxy.url()).max_connections(1).connect().await?;
    let long = "x".repeat(20 << 20);
    let rows = |long: &str| {
        (0..5)
            .map(|id| Floats {
                id,
                double: 0.0,
                single: 0.0,
                text: if id == 3 { long.to_owned() } else { String::new() },
            })
            .collect::<Vec<_>>()
    };
    let error = Floats::insert_many(rows(&long)).batch_rows(2).exec(&through).await.expect_err("too long");
    assert!(error.to_string().contains("row 3, counted from 0"), "{error}");
    assert_eq!(error.partial().map(PartialWrite::written), Some(&[0..2][..]), "{error}");
    let error = Floats::copy_in(rows(&long)).exec(&through).await.expect_err("too long");
    assert!(error.to_string().contains("row 3, counted from 0"), "{error}");
    assert_eq!(Floats::query().count(&db).await?, 2);
    // A single statement is as long as its values.
    for error in [
        Floats::insert()
            .id(9)
            .double(0.0)
            .single(0.0)
            .text(&*long)
            .exec(&through)
            .await
            .expect_err("too long"),
        Floats::update(0).set(Floats::TEXT, &*long).exec(&through).await.expect_err("too long"),
    ] {
        assert!(error.to_string().contains("16"), "{error}");
        assert!(!error.is_outcome_unknown() && error.is_invalid_statement(), "{error}");
    }
    assert_eq!(Floats::query().count(&through).await?, 2, "the connection is well");
    Ok(())
}

#[tokio::test]
async fn nan_and_infinities_are_written_as_they_are() -> Result<()> {
    let db = floats().await?;
    let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, f64::MIN_POSITIVE];
    #[allow(clippy::cast_possible_truncation, reason = "the same oddity, shorter")]
    let row = |id: i64, double: f64| Floats { id, double, single: double as f32, text: String::new() };
    let rows = |from: i64| odd.iter().zip(from..).map(|(double, id)| row(id, *double)).collect::<Vec<_>>();
    Floats::insert_many(rows(0)).exec(&db).await?;
    Floats::copy_in(rows(10)).exec(&db).await?;
    for (double, id) in odd.iter().zip(20..) {
        Floats::insert().id(id).double(1.0).single(1.0).text("").exec(&db).await?;
        Floats::update(id).set(Floats::DOUBLE, *double).exec(&db).await?;
        Floats::update_many([row(id, *double)]).exec(&db).await?.complete()?;
    }
    for from in [0, 10, 20] {
        for (double, id) in odd.iter().zip(from..) {
            let read = Floats::find(id).one(&db).await?;
            assert!(
                read.double.to_bits() == double.to_bits() || (double.is_nan() && read.double.is_nan()),
                "{read:?}"
            );
            assert_eq!(read.single.is_nan(), double.is_nan(), "{read:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_column_that_is_dropped_under_a_running_program_is_an_error_and_what_is_done_is_told() -> Result<()>
{
    let db = floats().await?;
    let rows = || (0..30).map(|id| Floats { id, double: 0.0, single: 0.0, text: "x".into() });
    Floats::insert_many(rows()).exec(&db).await?;
    let again = rows().map(|row| Floats { id: row.id + 100, ..row });
    let (send, written) = std::sync::mpsc::channel::<()>();
    let url = db.url().to_owned();
    let dropper = std::thread::spawn(move || {
        written.recv().expect("the first batch is in");
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let other = Database::connect(&url).await.expect("another client");
            other.run_ddl(&["ALTER TABLE floats DROP COLUMN text"]).await.expect("it is dropped");
            other.close().await;
        });
    });
    let mut dropper = Some(dropper);
    let error = Floats::insert_many(again)
        .batch_rows(10)
        .in_flight(1)
        .on_progress(|_| {
            if let Some(dropper) = dropper.take() {
                send.send(()).expect("it waits");
                dropper.join().expect("it is dropped");
            }
        })
        .exec(&db)
        .await
        .expect_err("there is no such column");
    assert_eq!(error.sqlstate(), Some("42703"), "{error}");
    assert_eq!(error.partial().map(PartialWrite::written), Some(&[0..10][..]), "{error}");
    // Each of the others says so, too, and leaves nothing half done.
    for error in [
        Floats::update(1).set(Floats::TEXT, "y").exec(&db).await.expect_err("an update"),
        Floats::update_many(rows()).exec(&db).await.map(drop).expect_err("an update of many"),
        Floats::query()
            .update()
            .set(Floats::TEXT, "y")
            .in_batches()
            .exec(&db)
            .await
            .map(drop)
            .expect_err("batches"),
        Floats::copy_in(rows().map(|row| Floats { id: row.id + 200, ..row }))
            .exec(&db)
            .await
            .map(drop)
            .expect_err("a copy"),
        db.batch((Floats::delete(1), Floats::update(2).set(Floats::TEXT, "y")))
            .await
            .map(drop)
            .expect_err("a batch"),
    ] {
        assert_eq!((error.sqlstate(), error.is_outcome_unknown()), (Some("42703"), false), "{error}");
    }
    assert_eq!(Floats::query().count(&db).await?, 40);
    Ok(())
}

#[tokio::test]
async fn a_connection_that_is_killed_between_batches_is_replaced() -> Result<()> {
    let db = database().await?;
    let (proxy, through) = proxied(&db).await?;
    let rows = (0..50).map(|n| Plain::insert().id(n).n(n));
    let cut = |_: &crdb_orm::query::Progress| proxy.cut();
    let result = Plain::insert_many(rows).batch_rows(10).in_flight(1).on_progress(cut).exec(&through).await;
    let written = match result {
        Ok(written) => written,
        // The loss may be seen only when a batch is on its way.
        Err(error) => {
            error.partial().expect("which part").written().iter().map(|range| range.end - range.start).sum()
        }
    };
    assert_eq!(Plain::query().count(&db).await?, written);
    let cut = |_: &crdb_orm::query::BatchProgress| proxy.cut();
    let result = Plain::query().delete().in_batches().batch_rows(10).on_progress(cut).exec(&through).await;
    let left = Plain::query().count(&db).await?;
    match result {
        Ok(deleted) => assert_eq!(deleted, written - left),
        Err(error) => assert_eq!(error.batches().expect("how far").rows(), written - left),
    }
    Ok(())
}

#[tokio::test]
async fn a_bulk_write_that_is_dropped_half_way_has_written_whole_batches() -> Result<()> {
    let db = database().await?;
    let (proxy, through) = proxied(&db).await?;
    proxy.on("INSERT").nth(3).strike(Fault::Silence);
    let told = std::sync::atomic::AtomicU64::new(0);
    {
        let rows = (0..50).map(|n| Plain::insert().id(n).n(n));
        let many = Plain::insert_many(rows).batch_rows(10).in_flight(1);
        let many = many
            .on_progress(|so_far| told.store(so_far.complete_before, std::sync::atomic::Ordering::Relaxed));
        tokio::time::timeout(std::time::Duration::from_secs(2), many.exec(&through))
            .await
            .expect_err("no answer");
    }
    let (told, count) = (told.into_inner(), Plain::query().count(&db).await?);
    assert_eq!(told, 20);
    assert!(count == 20 || count == 30, "whole batches: {count}");
    Ok(())
}

#[tokio::test]
async fn a_key_twice_in_one_upsert_is_told_by_both_rows() -> Result<()> {
    let db = database().await?;
    let rows = [1, 2, 1].map(|id| Plain::insert().id(id).n(id));
    let error = Plain::upsert_many(rows).exec(&db).await.expect_err("a key twice");
    assert!(error.to_string().contains("rows 0 and 2"), "{error}");
    assert_eq!(error.partial().map(PartialWrite::not_written), Some(&[0..3][..]));
    Ok(())
}
