//! Inserts of many rows.

#![allow(clippy::single_range_in_vec_init, reason = "one range of rows is meant, and not its rows")]

use std::sync::Mutex;
use std::task::Poll;

use crdb_orm::prelude::*;
use crdb_orm::query::Progress;
use crdb_orm::testing::TestDb;
use crdb_orm::types::{Bits, Char, Interval, TimeTz, TsVector};
use crdb_orm::{Result, RowOutcome};
use futures_util::{Stream, StreamExt, stream};

use crate::tables::{Color, Owner, SCHEMA, Thing, database, owner};

/// A row of every kind of value, NULLs and arrays aside.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "kinds")]
struct Kind {
    #[crdb(primary_key)]
    id: Uuid,
    truth: bool,
    small: i16,
    middle: i32,
    big: i64,
    single: f32,
    double: f64,
    number: Decimal,
    text: String,
    bytes: Vec<u8>,
    document: serde_json::Value,
    address: std::net::IpAddr,
    day: NaiveDate,
    time: NaiveTime,
    local: NaiveDateTime,
    moment: DateTime<Utc>,
    with_offset: TimeTz,
    span: Interval,
    bits: Bits,
    words: TsVector,
    letter: Char,
    color: Color,
    maybe: Option<i32>,
    maybe_color: Option<Color>,
}

/// A row that holds arrays.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "lists")]
struct List {
    #[crdb(primary_key)]
    id: Uuid,
    tags: Vec<String>,
    numbers: Vec<i64>,
    colors: Option<Vec<Color>>,
}

/// A key of two columns, one of them of the server.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "seats", primary_key(show, number))]
struct Seat {
    show: Uuid,
    number: i32,
    #[crdb(default = "free")]
    state: String,
}

const MORE: Schema = Schema::new("bulk").tables(&[Kind::TABLE, List::TABLE, Seat::TABLE]);

async fn more() -> Result<TestDb> {
    let db = TestDb::new().await?;
    db.create_schema(&MORE).await?;
    Ok(db)
}

fn owners(count: usize) -> Vec<Owner> {
    (0..count).map(|n| Owner { id: Uuid::new_v4(), name: format!("owner {n}") }).collect()
}

fn kind(n: i32) -> Kind {
    let day = NaiveDate::from_ymd_opt(2025, 2, 3).expect("a day");
    let time = NaiveTime::from_hms_micro_opt(4, 5, 6, 7).expect("a time");
    Kind {
        id: Uuid::new_v4(),
        truth: n % 2 == 0,
        small: -3,
        middle: n,
        big: i64::MIN,
        single: 1.5,
        double: f64::NAN.max(-0.25),
        number: Decimal::new(-12345, 3),
        text: format!("zwölf \" {{}}, {n}"),
        bytes: vec![0, 1, 255],
        document: serde_json::json!({"n": n, "a": [1, null]}),
        address: "2001:db8::1".parse().expect("an address"),
        day,
        time,
        local: day.and_time(time),
        moment: day.and_time(time).and_utc(),
        with_offset: TimeTz::new(14_706_000_000, 7200).expect("a time"),
        span: Interval { months: 1, days: -2, micros: 3 },
        bits: "10110".parse().expect("bits"),
        words: TsVector::new("'a' 'b'"),
        letter: Char(b'x'),
        color: Color::Red,
        maybe: (n % 3 == 0).then_some(n),
        maybe_color: (n % 3 == 1).then_some(Color::Green),
    }
}

#[tokio::test]
async fn builders_leave_out_defaults_and_come_back_in_order() -> Result<()> {
    let db = database().await?;
    let ann = owner(&db, "Ann").await?;
    let new = (0..1234_i32).map(|n| Thing::insert().owner_id(ann.id).price(Decimal::from(n)));
    let things = Thing::insert_many(new).batch_rows(100).all(&db).await?;
    assert_eq!(things.len(), 1234);
    for (n, thing) in (0_i32..).zip(&things) {
        assert_eq!((thing.price, thing.color, thing.short.as_str()), (Decimal::from(n), Color::Green, "abc"));
    }
    assert_eq!(Thing::query().count(&db).await?, 1234);
    Ok(())
}

#[tokio::test]
async fn every_kind_of_value_travels_in_an_array() -> Result<()> {
    let db = more().await?;
    let kinds: Vec<Kind> = (0..7).map(kind).collect();
    assert_eq!(Kind::insert_many(&kinds).all(&db).await?, kinds);
    // The servers' own opinion, not only what came back.
    let named = Kind::filter(Kind::COLOR.eq(Color::Red)).filter(Kind::MAYBE.is_null()).count(&db).await?;
    assert_eq!(named, 4);
    Ok(())
}

#[tokio::test]
async fn rows_that_hold_arrays_are_cut_by_parameters() -> Result<()> {
    let db = more().await?;
    let lists: Vec<List> = (0..10_000_i64)
        .map(|n| List {
            id: Uuid::new_v4(),
            tags: vec![format!("tag {n}"), String::new()],
            numbers: vec![n; usize::try_from(n % 3).expect("small")],
            colors: (n % 2 == 0).then(|| vec![Color::Red, Color::Green]),
        })
        .collect();
    // 40,000 values, which no single statement of ours has.
    assert_eq!(List::insert_many(&lists).batch_rows(20_000).all(&db).await?, lists);
    Ok(())
}

#[tokio::test]
async fn seventy_thousand_values_are_one_batch_of_a_few_parameters() -> Result<()> {
    let db = database().await?;
    let rows = owners(35_000);
    let batches = Mutex::new(Vec::new());
    let many = Owner::insert_many(&rows).batch_rows(100_000).batch_bytes(100 << 20);
    let inserted =
        many.on_progress(|progress| batches.lock().unwrap().push(progress.clone())).exec(&db).await?;
    assert_eq!((inserted, batches.lock().unwrap().len()), (35_000, 1));
    assert_eq!(Owner::query().count(&db).await?, 35_000);
    Ok(())
}

#[tokio::test]
async fn nothing_is_sent_for_no_rows() -> Result<()> {
    let db = database().await?;
    assert_eq!(Owner::insert_many(&[] as &[Owner]).exec(&db).await?, 0);
    assert_eq!(Owner::insert_many(Vec::<Owner>::new()).all(&db).await?, []);
    Ok(())
}

#[tokio::test]
async fn batches_are_cut_by_rows_and_by_bytes() -> Result<()> {
    let db = database().await?;
    let rows: Vec<Owner> = (0..10)
        .map(|n| Owner {
            id: Uuid::new_v4(),
            name: format!("{n}{}", "x".repeat(if n == 4 { 5000 } else { 900 })),
        })
        .collect();
    let ranges = Mutex::new(Vec::new());
    let note = |progress: &Progress| ranges.lock().unwrap().push(progress.batch.clone());
    Owner::insert_many(&rows).batch_bytes(2000).in_flight(1).on_progress(note).exec(&db).await?;
    assert_eq!(*ranges.lock().unwrap(), [0..2, 2..4, 4..5, 5..7, 7..9, 9..10]);
    assert_eq!(Owner::query().count(&db).await?, 10);
    Ok(())
}

#[tokio::test]
async fn progress_tells_how_far_it_is() -> Result<()> {
    let db = database().await?;
    let seen = Mutex::new(Vec::new());
    let note = |progress: &Progress| seen.lock().unwrap().push(progress.clone());
    Owner::insert_many(owners(1050)).on_progress(note).exec(&db).await?;
    let seen = seen.into_inner().unwrap();
    let last = seen.last().expect("batches");
    assert_eq!((last.batches, last.rows, last.complete_before), (3, 1050, 1050));
    assert!(seen.iter().all(|progress| progress.complete_before <= progress.rows));
    Ok(())
}

#[tokio::test]
async fn a_batch_that_fails_says_which_rows_are_in() -> Result<()> {
    let db = database().await?;
    let mut rows = owners(1000);
    rows[270].name = rows[3].name.clone();
    let many = Owner::insert_many(&rows).batch_rows(100).in_flight(1);
    let error = many.exec(&db).await.expect_err("the name is taken");
    assert!(error.is_unique_violation(), "{error}");
    let partial = error.partial().expect("it says how far it came");
    assert_eq!((partial.written(), partial.not_written()), (&[0..200][..], &[200..300][..]));
    assert_eq!((partial.unknown().len(), partial.taken(), partial.complete_before()), (0, 300, 200));
    assert_eq!(partial.row(205), RowOutcome::NotWritten);
    assert!(error.to_string().contains("0 to 199 are written; 200 to 299 are not written"), "{error}");
    assert_eq!(Owner::query().count(&db).await?, 200);
    // The rest can follow.
    rows[270].name = "another".into();
    let rest = usize::try_from(partial.complete_before()).expect("few");
    assert_eq!(Owner::insert_many(&rows[rest..]).exec(&db).await?, 800);
    Ok(())
}

#[tokio::test]
async fn with_several_in_flight_every_batch_is_accounted_for() -> Result<()> {
    let db = database().await?;
    let mut rows = owners(1000);
    rows[270].name = rows[3].name.clone();
    let error = Owner::insert_many(&rows).batch_rows(100).in_flight(4).exec(&db).await.expect_err("taken");
    let partial = error.partial().expect("it says how far it came");
    let mut written = 0;
    for (number, row) in (0_u64..).zip(&rows) {
        let there = Owner::find(row.id).exists(&db).await?;
        assert_eq!(partial.row(number) == RowOutcome::Written, there, "row {number}: {partial:?}");
        written += u64::from(there);
    }
    assert_eq!(written, partial.written().iter().map(|range| range.end - range.start).sum::<u64>());
    assert!(partial.not_written().iter().any(|range| range.contains(&270) || range.contains(&3)));
    Ok(())
}

#[tokio::test]
async fn in_a_transaction_all_batches_belong_to_it() -> Result<()> {
    let db = database().await?;
    let mut rows = owners(300);
    let inserted =
        db.transaction("many", async |tx| Owner::insert_many(&rows).batch_rows(100).exec(&tx).await).await?;
    assert_eq!(inserted, 300);
    rows = owners(300);
    for row in &mut rows {
        row.name.push('b');
    }
    rows[250].name = rows[0].name.clone();
    let error = db
        .transaction("many", async |tx| Owner::insert_many(&rows).batch_rows(100).all(&tx).await)
        .await
        .expect_err("the name is taken");
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(Owner::query().count(&db).await?, 300);
    // What no server has seen fails the transaction as well.
    let new = |n: usize| match n {
        150 => Thing::insert().owner_id(Uuid::nil()).price(Decimal::ONE).count(1),
        _ => Thing::insert().owner_id(rows[0].id).price(Decimal::ONE),
    };
    let error = db
        .transaction("many", async |tx| {
            Owner::insert().name("z").exec(&tx).await?;
            let _ = Thing::insert_many((0..200).map(new)).exec(&tx).await;
            Ok(())
        })
        .await
        .expect_err("a row of other columns");
    assert!(error.is_invalid_statement(), "{error}");
    assert_eq!(Owner::query().count(&db).await?, 300);
    Ok(())
}

#[tokio::test]
async fn rows_of_different_columns_are_refused_by_number() -> Result<()> {
    let db = database().await?;
    let ann = owner(&db, "Ann").await?;
    let new = |n: i32| match n {
        7 => Thing::insert().owner_id(ann.id).price(Decimal::ONE).note("x"),
        _ => Thing::insert().owner_id(ann.id).price(Decimal::ONE),
    };
    for batch in [500, 7, 2] {
        let many = Thing::insert_many((0..9).map(new)).batch_rows(batch).in_flight(1);
        let error = many.exec(&db).await.expect_err("row 7 is another");
        assert!(error.is_invalid_statement(), "{error}");
        assert!(error.to_string().contains("row 7 gives `note`"), "{error}");
        let partial = error.partial().expect("how far");
        assert_eq!(partial.taken(), 8);
        let in_whole_batches = 7 / batch * batch;
        assert_eq!(partial.complete_before(), in_whole_batches as u64);
        assert_eq!(Thing::query().count(&db).await?, in_whole_batches as u64);
        Thing::query().delete().exec(&db).await?;
    }
    let less = |n: i32| if n == 1 { new(0) } else { new(7) };
    let error = Thing::insert_many((0..3).map(less)).exec(&db).await.expect_err("row 1 is another");
    assert!(error.to_string().contains("row 1 does not give `note`"), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_value_that_cannot_be_sent_is_told_by_row_and_column() -> Result<()> {
    let db = database().await?;
    let mut rows = owners(10);
    rows[4].name.push('\0');
    let error = Owner::insert_many(&rows).exec(&db).await.expect_err("a NUL byte");
    assert!(error.partial().is_some_and(|partial| partial.complete_before() == 0), "{error}");
    assert_eq!(Owner::query().count(&db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_value_of_twenty_megabytes_is_a_batch_of_its_own() -> Result<()> {
    let db = more().await?;
    let mut rows: Vec<Kind> = (0..3).map(kind).collect();
    rows[1].bytes = vec![7; 20 << 20];
    let result = Kind::insert_many(&rows).in_flight(1).exec(&db).await;
    if db.server().is_cockroachdb() {
        let error = result.expect_err("a message is at most 16 MiB");
        assert!(error.is_invalid_statement() && error.to_string().contains("row 1"), "{error}");
        assert_eq!(error.partial().map(crdb_orm::PartialWrite::complete_before), Some(0));
    } else {
        assert_eq!(result?, 3);
        assert_eq!(Kind::find(rows[1].id).one(&db).await?, rows[1]);
    }
    Ok(())
}

#[tokio::test]
async fn a_stream_is_taken_as_it_is_needed() -> Result<()> {
    let db = database().await?;
    let taken = Mutex::new(0_usize);
    let rows = stream::iter(owners(1000)).map_taken(&taken);
    let highest = Mutex::new(0_usize);
    let note = |progress: &Progress| {
        let ahead = *taken.lock().unwrap() - usize::try_from(progress.rows).unwrap();
        let mut highest = highest.lock().unwrap();
        *highest = ahead.max(*highest);
    };
    let inserted = Owner::insert_stream(rows).batch_rows(50).in_flight(2).on_progress(note).exec(&db).await?;
    assert_eq!((inserted, *taken.lock().unwrap()), (1000, 1000));
    assert!(*highest.lock().unwrap() <= 100, "no more than the batches in flight are taken");
    Ok(())
}

/// Counts what is taken of a stream.
trait MapTaken: Stream + Sized {
    fn map_taken(self, taken: &Mutex<usize>) -> impl Stream<Item = Self::Item> + Send
    where
        Self: Send + Unpin,
    {
        let mut this = self;
        stream::poll_fn(move |context| {
            let next = std::pin::Pin::new(&mut this).poll_next(context);
            if matches!(next, Poll::Ready(Some(_))) {
                *taken.lock().unwrap() += 1;
            }
            next
        })
    }
}

impl<S: Stream> MapTaken for S {}

#[tokio::test]
async fn a_stream_that_fails_half_way_says_which_rows_are_in() -> Result<()> {
    let db = database().await?;
    let rows = owners(250).into_iter().map(Ok).chain([Err(std::io::Error::other("the file is torn"))]);
    let many = Owner::insert_stream(stream::iter(rows)).batch_rows(100).in_flight(1);
    let error = many.exec(&db).await.expect_err("the stream failed");
    assert!(error.to_string().contains("the file is torn"), "{error}");
    assert!(std::error::Error::source(&error).is_some());
    let partial = error.partial().expect("how far");
    assert_eq!((partial.written(), partial.not_written()), (&[0..200][..], &[200..251][..]));
    assert_eq!(Owner::query().count(&db).await?, 200);
    // An error of ours stays what it is.
    let broken = stream::iter([Err::<Owner, _>(owner(&db, "owner 0").await.expect_err("the name is taken"))]);
    assert!(Owner::insert_stream(broken).exec(&db).await.expect_err("it ends it").is_unique_violation());
    Ok(())
}

#[tokio::test]
async fn a_stream_that_is_dropped_half_way_leaves_whole_batches() -> Result<()> {
    let db = database().await?;
    let rows = owners(120);
    let endless = stream::iter(rows).chain(stream::pending());
    let known = Mutex::new(0);
    let note = |progress: &Progress| *known.lock().unwrap() = progress.complete_before;
    let insert = Owner::insert_stream(endless).batch_rows(50).in_flight(1).on_progress(note).exec(&db);
    let wait = tokio::time::timeout(std::time::Duration::from_secs(2), insert).await;
    assert!(wait.is_err(), "the stream has no end");
    assert_eq!(*known.lock().unwrap(), 100);
    assert_eq!(Owner::query().count(&db).await?, 100);
    Ok(())
}

#[tokio::test]
async fn a_key_of_several_columns_and_one_that_the_server_makes() -> Result<()> {
    let db = more().await?;
    let show = Uuid::new_v4();
    let seats = (0..60).map(|number| Seat::insert().show(show).number(number));
    let seats = Seat::insert_many(seats).batch_rows(7).all(&db).await?;
    assert!(seats.iter().map(|seat| seat.number).eq(0..60) && seats.iter().all(|seat| seat.state == "free"));
    Ok(())
}

#[tokio::test]
async fn inside_a_transaction_the_database_is_refused() -> Result<()> {
    let db = TestDb::new().await?;
    db.create_schema(&SCHEMA).await?;
    let rows = owners(3);
    let error = db
        .transaction("beside", async |_tx| Owner::insert_many(&rows).exec(&*db).await)
        .await
        .expect_err("it is beside the transaction");
    assert!(error.is_invalid_statement(), "{error}");
    Ok(())
}
