//! COPY: all rows of one statement, or none.

use std::time::Duration;

use crdb_orm::prelude::*;
use crdb_orm::testing::proxy::Fault;
use crdb_orm::testing::proxy::Reply;
use crdb_orm::testing::{TestDb, skip_on_cockroachdb};
use crdb_orm::types::TsVector;
use crdb_orm::{Error, PartialWrite, Result, RetryPolicy};
use futures_util::{StreamExt, stream};

use crate::tables::{Customer, Event, Line, Plain, Status, database, proxied};

#[tokio::test]
async fn rows_of_every_kind_are_copied() -> Result<()> {
    let db = database().await?;
    let all = |n| Plain { id: n, n: -n, changed: (n % 2 == 0).then(|| Utc::now().naive_utc()) };
    let rows: Vec<Plain> = (0..2000).map(all).collect();
    let mut sent = Vec::new();
    assert_eq!(Plain::copy_in(&rows).on_sent(|rows| sent.push(rows)).exec(&db).await?, 2000);
    assert_eq!(sent, [500, 1000, 1500, 2000]);
    let read = Plain::query().order_by(Plain::ID.asc()).all(&db).await?;
    assert!(read.iter().zip(&rows).all(
        |(read, row)| (read.id, read.n, read.changed.is_some()) == (row.id, row.n, row.changed.is_some())
    ));
    // An enum, a NULL, and columns with a default that are left out.
    let events = (0..3).map(|number| Event::insert().status(Status::Closed).number(number));
    assert_eq!(Event::copy_in(events).exec(&db).await?, 3);
    assert_eq!(Event::filter(Event::STATUS.eq(Status::Closed).and(Event::SEEN.eq(0))).count(&db).await?, 3);
    // Keys that the client makes.
    let names =
        stream::iter((0..700).map(|n| Ok::<_, std::io::Error>(Customer::insert().name(format!("{n}")))));
    assert_eq!(Customer::copy_in_stream(names).exec(&db).await?, 700);
    Ok(())
}

fn list(id: i64) -> Lists {
    let at = DateTime::from_timestamp_micros(-62_135_596_800_000_000 + id * 2_000_000_000_000_001)
        .expect("a time");
    Lists {
        id,
        words: vec!["a".into(), String::new(), "\"\\,{}\n".into()],
        document: Json(vec![1, 2]),
        price: Decimal::new(199_912_345 - id * 10_000_003, 2),
        long: Decimal::new(i64::MIN + id, 18),
        bytes: vec![0, 255, b'\\', u8::try_from(id).expect("a byte")],
        uuid: Uuid::from_u128(u128::MAX / 3),
        small: -1,
        single: 1.5e-42,
        double: f64::MAX,
        yes: id % 2 == 0,
        at,
        plain: at.naive_utc(),
        day: at.date_naive(),
        time: at.time(),
        times: vec![Some(at), None],
        address: "2001:db8::1".parse().expect("an address"),
        twice: id * 2,
    }
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "lists")]
struct Lists {
    #[crdb(primary_key)]
    id: i64,
    words: Vec<String>,
    document: Json<Vec<i32>>,
    #[crdb(decimal(10, 2))]
    price: Decimal,
    long: Decimal,
    bytes: Vec<u8>,
    uuid: Uuid,
    small: i16,
    single: f32,
    double: f64,
    yes: bool,
    at: DateTime<Utc>,
    plain: NaiveDateTime,
    day: NaiveDate,
    time: NaiveTime,
    times: Vec<Option<DateTime<Utc>>>,
    address: std::net::IpAddr,
    #[crdb(computed = "id * 2")]
    twice: i64,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "searched")]
struct Searched {
    #[crdb(primary_key)]
    id: i64,
    words: TsVector,
    statuses: Vec<Status>,
    odd: String,
    none: Option<Status>,
}

#[tokio::test]
async fn arrays_documents_and_decimals_are_copied() -> Result<()> {
    let db = database().await?;
    db.create_schema(&Schema::new("lists").tables(&[Lists::TABLE])).await?;
    let rows: Vec<Lists> = (0..3).map(list).collect();
    assert_eq!(Lists::copy_in(&rows).exec(&db).await?, 3);
    assert_eq!(Lists::query().order_by(Lists::ID.asc()).all(&db).await?, rows);
    Ok(())
}

#[tokio::test]
async fn what_has_no_binary_form_is_copied_as_text() -> Result<()> {
    let db = TestDb::new().await?;
    let row = |id| Searched {
        id,
        words: TsVector::new("'it':1"),
        statuses: vec![Status::Closed, Status::Open],
        odd: "\\N\ta\r\n\\.\"".into(),
        none: None,
    };
    assert!(Searched::copy_in([row(1)]).to_sql()?.ends_with("FROM STDIN"));
    db.create_schema(&Schema::new("searched").tables(&[Searched::TABLE])).await?;
    assert_eq!(Searched::copy_in((0..700).map(row)).exec(&db).await?, 700);
    let read = Searched::query().order_by(Searched::ID.asc()).all(&db).await?;
    assert!(
        read.iter().enumerate().all(|(n, read)| *read == row(i64::try_from(n).unwrap())),
        "{:?}",
        read[0]
    );
    Ok(())
}

#[tokio::test]
async fn text_format_or_not_the_same_is_stored() -> Result<()> {
    let db = database().await?;
    db.create_schema(&Schema::new("lists").tables(&[Lists::TABLE])).await?;
    let rows: Vec<Lists> = (0..40).map(list).collect();
    assert_eq!(Lists::copy_in(&rows).text_format().exec(&db).await?, 40);
    assert_eq!(Lists::query().order_by(Lists::ID.asc()).all(&db).await?, rows);
    Ok(())
}

#[tokio::test]
async fn a_lost_answer_to_its_end_is_unknown() -> Result<()> {
    let db = database().await?;
    if skip_on_cockroachdb(&db, "a_lost_answer_to_its_end_is_unknown", "it takes no COPY from this driver") {
        return Ok(());
    }
    // The server is busy for a while when it has all rows.
    db.run_ddl(&[
        "CREATE FUNCTION rest() RETURNS TRIGGER LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(3); RETURN NULL; END'",
        "CREATE TRIGGER rest AFTER INSERT ON plain FOR EACH STATEMENT EXECUTE FUNCTION rest()",
    ])
    .await?;
    let (proxy, through) = proxied(&db).await?;
    let cut = async {
        let rests = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND query LIKE 'COPY%' AND datname = current_database()";
        while Sql::trusted(rests).one::<(i64,), _>(&*db).await.expect("a count").0 == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        proxy.cut();
    };
    let rows = (0..10).map(|n| Plain::insert().id(n).n(n));
    let (copied, ()) = tokio::join!(Plain::copy_in(rows).exec(&through), cut);
    let error = copied.expect_err("nobody knows");
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(error.partial().map(PartialWrite::unknown), Some(&[0..10][..]));
    Ok(())
}

#[tokio::test]
async fn where_the_server_takes_no_copy_the_rows_are_inserted_all_or_none() -> Result<()> {
    let db = database().await?;
    let (proxy, through) = proxied(&db).await?;
    // In the words of CockroachDB 21.2.
    let refused = Reply::error("XXUUU").message("CopyFrom not supported in extended protocol mode");
    proxy.on_prepare("COPY").always().fail(refused);
    let mut sent = Vec::new();
    let rows = |twice: i64| (0..1200).map(move |n| Plain::insert().id(if n == twice { 7 } else { n }).n(n));
    let error = Plain::copy_in(rows(1100))
        .on_sent(|rows| sent.push(rows))
        .exec(&through)
        .await
        .expect_err("a key twice");
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(error.partial().map(PartialWrite::not_written), Some(&[0..1200][..]));
    assert_eq!((sent, Plain::query().count(&db).await?), (vec![500, 1000], 0));
    assert_eq!(Plain::copy_in(rows(-1)).exec(&through).await?, 1200);
    assert_eq!(Plain::query().count(&db).await?, 1200);
    // The rows are gone once they are read, so it is not run again.
    proxy.on("COMMIT").strike(Fault::Fail("40001".into()));
    let again = (5000..5010).map(|n| Plain::insert().id(n).n(n));
    let error = Plain::copy_in(again).exec(&through).await.expect_err("it gives up");
    assert!(error.is_serialization_failure() && error.attempts() == 1, "{error}");
    let broken = stream::iter([Ok(Plain::insert().id(6000).n(1)), Err(std::io::Error::other("no more"))]);
    let error = Plain::copy_in_stream(broken).exec(&through).await.expect_err("it ends");
    assert!(error.to_string().contains("no more"), "{error}");
    assert_eq!(Plain::query().count(&db).await?, 1200);
    let slow = stream::iter((7000..7600).map(|n| Ok::<_, std::io::Error>(Plain::insert().id(n).n(n))));
    let hasty = through.with_retry(RetryPolicy::new().deadline(Duration::from_secs(1)));
    let error = Plain::copy_in_stream(slow.chain(stream::pending())).exec(&hasty).await;
    let error = error.expect_err("its rows do not come");
    assert!(error.is_deadline() && error.table() == Some(Plain::TABLE.name.name), "{error}");
    assert!(error.to_string().contains("passed while its statements ran (copy on `plain`)"), "{error}");
    assert!(error.to_string().ends_with("`db.with_retry(RetryPolicy::new().deadline(..))`"), "{error}");
    assert_eq!(Plain::query().count(&db).await?, 1200);
    let names: Vec<_> = through.contention().iter().map(|contention| contention.name).collect();
    assert_eq!(names, [format!("copy {}", Plain::TABLE.name)]);
    Ok(())
}

#[tokio::test]
async fn nothing_is_there_when_a_row_is_refused_and_the_row_is_named() -> Result<()> {
    let db = database().await?;
    let twice = (0..600).map(|n| Plain::insert().id(if n == 555 { 7 } else { n }).n(n));
    let error = Plain::copy_in(twice).exec(&db).await.expect_err("a key twice");
    assert!(error.is_unique_violation() && !error.is_outcome_unknown(), "{error}");
    assert_eq!(error.partial().map(PartialWrite::not_written), Some(&[0..600][..]));
    assert_eq!(Plain::query().count(&db).await?, 0);
    if skip_on_cockroachdb(
        &db,
        "nothing_is_there_when_a_row_is_refused_and_the_row_is_named",
        "it names no line",
    ) {
        return Ok(());
    }
    assert!(error.to_string().contains("row 555, counted from 0"), "{error}");
    assert_eq!(Plain::copy_in([Plain::insert().id(1).n(1)]).exec(&db).await?, 1, "the pool is well");
    Ok(())
}

#[tokio::test]
async fn a_row_that_cannot_be_had_ends_it() -> Result<()> {
    let db = database().await?;
    let rows = |failing: i64| {
        (0..1200).map(move |n| {
            if n == failing { Err(std::io::Error::other("no more")) } else { Ok(Plain::insert().id(n).n(n)) }
        })
    };
    for failing in [0, 3, 700] {
        let error: Error =
            Plain::copy_in_stream(stream::iter(rows(failing))).exec(&db).await.expect_err("it ends");
        assert!(error.to_string().contains("no more"), "{error}");
        assert_eq!(Plain::query().count(&db).await?, 0, "{failing}");
    }
    assert_eq!(Plain::copy_in(Vec::<Plain>::new()).exec(&db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn dropped_it_leaves_nothing_and_its_connection_is_closed() -> Result<()> {
    let db = database().await?;
    let (proxy, through) = proxied(&db).await?;
    let before = proxy.accepted();
    let rows = stream::unfold(0_i64, async |n| {
        if n == 600 {
            std::future::pending::<()>().await;
        }
        Some((Plain::insert().id(n).n(n), n + 1))
    });
    let copy = Plain::copy_in_stream(rows).exec(&through);
    tokio::time::timeout(Duration::from_millis(500), copy).await.expect_err("it waits for a row");
    assert_eq!(Plain::query().count(&through).await?, 0);
    assert_eq!(proxy.accepted(), before + 1, "the connection that was left in the middle is not used again");
    Ok(())
}

#[tokio::test]
async fn a_connection_that_is_lost_before_the_end_wrote_nothing() -> Result<()> {
    let db = database().await?;
    let (proxy, through) = proxied(&db).await?;
    let proxy = &proxy;
    let rows = stream::unfold(0_i64, async |n| {
        if n == 700 {
            proxy.cut();
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        (n < 5000).then(|| (Plain::insert().id(n).n(n), n + 1))
    });
    let error = Plain::copy_in_stream(rows).exec(&through).await.expect_err("it is cut");
    assert!(error.is_connection() && !error.is_outcome_unknown(), "{error}");
    assert_eq!(Plain::query().count(&db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn before_the_server_waits_for_data_it_is_tried_again() -> Result<()> {
    let db = database().await?;
    let (proxy, through) = proxied(&db).await?;
    proxy.on("COPY").strike(Fault::CutBeforeSend);
    assert_eq!(Plain::copy_in((0..5).map(|n| Plain::insert().id(n).n(n))).exec(&through).await?, 5);
    assert_eq!(proxy.pending(), 0);
    Ok(())
}

#[tokio::test]
async fn it_is_no_part_of_a_transaction() -> Result<()> {
    let db = database().await?;
    let error = db
        .transaction("copy", async |_tx| Plain::copy_in([Plain::insert().id(1).n(1)]).exec(&db).await)
        .await
        .expect_err("it is a transaction of its own");
    assert!(error.is_invalid_statement(), "{error}");
    let whole = format!("{}&prepared=never", db.url());
    let whole =
        Database::connect(&if whole.contains('?') { whole } else { whole.replacen('&', "?", 1) }).await?;
    let error =
        Plain::copy_in([Plain::insert().id(1).n(1)]).exec(&whole).await.expect_err("as behind PgBouncer");
    assert!(error.to_string().contains("insert_many"), "{error}");
    let _ = Line::query().count(&whole).await?;
    Ok(())
}
