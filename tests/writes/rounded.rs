//! An amount that is written is the amount that was meant: none is rounded without a word.

use crdb_orm::prelude::*;
use crdb_orm::query::value;
use crdb_orm::testing::{FaultProxy, TestDb};
use crdb_orm::{Error, Result};

/// An amount in a type of one's own.
#[derive(CrdbType, Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Money(Decimal);

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "payers", has_many(bills = Bill::PAYER))]
struct Payer {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(decimal(10, 2), default = 0)]
    credit: Decimal,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "bills")]
struct Bill {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references = Payer, index)]
    payer: Uuid,
    #[crdb(decimal(10, 2))]
    total: Decimal,
    #[crdb(column = "the discount", decimal(10, 2))]
    discount: Option<Money>,
    #[crdb(decimal(8, 0), default = sql("ARRAY[]::DECIMAL(8,0)[]"))]
    counts: Vec<Decimal>,
    /// The server may round it.
    #[crdb(decimal(6, 2, rounded), default = 1)]
    rate: Decimal,
    /// It keeps all.
    #[crdb(default = 0)]
    exact: Decimal,
}

#[derive(CrdbPatch, Default)]
#[crdb(table = Bill)]
struct BillPatch {
    total: Option<Decimal>,
    #[expect(clippy::option_option, reason = "to NULL, to a value, or left as it is")]
    discount: Option<Option<Money>>,
    rate: Option<Decimal>,
}

const SCHEMA: Schema = Schema::new("bills").tables(&[Payer::TABLE, Bill::TABLE]);

fn dec(text: &str) -> Decimal {
    text.parse().expect("a number")
}

fn bill(total: &str) -> Bill {
    Bill {
        id: Uuid::new_v4(),
        payer: Uuid::nil(),
        total: dec(total),
        discount: None,
        counts: Vec::new(),
        rate: Decimal::ONE,
        exact: Decimal::ZERO,
    }
}

/// A payer, a bill, and the same database through a proxy that has counted nothing yet.
async fn billed() -> Result<(TestDb, Bill, FaultProxy, Database)> {
    let db = TestDb::new().await?;
    db.create_schema(&SCHEMA).await?;
    Payer::insert().id(Uuid::nil()).exec(&db).await?;
    let there = bill("9.99");
    Bill::insert_row(&there).exec(&db).await?;
    let proxy = FaultProxy::to(&db).await?;
    let through = Database::builder(&proxy.url()).max_connections(1).connect().await?;
    Bill::query().count(&through).await?;
    proxy.forget_statements();
    Ok((db, there, proxy, through))
}

#[track_caller]
fn refused<T>(result: Result<T>, column: &str, digits: &str, keeps: u16) {
    let Err(error) = result else { panic!("it would be rounded") };
    let words = format!(
        "the value of `{column}` cannot be sent: it has {digits} behind the point, and the column keeps {keeps}"
    );
    assert!(
        error.is_data_exception()
            && error.column() == Some(column)
            && error.to_string().contains(&words)
            && error.to_string().contains(&format!("`round_dp({keeps})`")),
        "{error}"
    );
    // What stands in rows of yours is in no error.
    assert!(!format!("{error} {error:?}").contains("9.999"), "{error:?}");
}

#[tokio::test]
async fn a_value_that_would_be_rounded_is_refused_by_every_write_before_it_is_sent() -> Result<()> {
    let (db, there, proxy, through) = billed().await?;
    let x = &through;
    let new = || Bill::insert().payer(Uuid::nil()).total(dec("9.999"));
    let fine = bill("9.999");
    refused(new().exec(x).await, "total", "3 digits", 2);
    refused(new().one(x).await, "total", "3 digits", 2);
    refused(new().or_update().exec(x).await, "total", "3 digits", 2);
    refused(new().returning(Bill::ID).one(x).await, "total", "3 digits", 2);
    refused(Bill::insert_row(&fine).exec(x).await, "total", "3 digits", 2);
    refused(Bill::upsert(&fine).exec(x).await, "total", "3 digits", 2);
    refused(Bill::insert_many([&there, &fine]).exec(x).await, "total", "3 digits", 2);
    refused(Bill::insert_many([new()]).all(x).await, "total", "3 digits", 2);
    refused(Bill::upsert_many([&there, &fine]).exec(x).await, "total", "3 digits", 2);
    refused(Bill::copy_in([&there, &fine]).exec(x).await, "total", "3 digits", 2);
    refused(Bill::update_row(&fine).exec(x).await, "total", "3 digits", 2);
    refused(Bill::update_many([&there, &fine]).exec(x).await, "total", "3 digits", 2);
    let below = Bill::insert().total(dec("9.999"));
    refused(Payer::insert().with(Payer::BILLS, [below]).one(x).await, "total", "3 digits", 2);
    refused(
        Payer::insert().credit(dec("0.001")).with(Payer::BILLS, None::<BillBelow>).exec(x).await,
        "credit",
        "3 digits",
        2,
    );

    let update = || Bill::update(there.id);
    refused(update().set(Bill::TOTAL, dec("9.999")).exec(x).await, "total", "3 digits", 2);
    refused(update().add(Bill::TOTAL, dec("0.005")).exec(x).await, "total", "3 digits", 2);
    refused(update().sub(Bill::TOTAL, dec("-0.0001")).exec(x).await, "total", "4 digits", 2);
    refused(update().set(Bill::DISCOUNT, Money(dec("1.5001"))).exec(x).await, "the discount", "4 digits", 2);
    refused(update().set(Bill::COUNTS, vec![dec("1"), dec("1.5")]).exec(x).await, "counts", "1 digit", 0);
    refused(Bill::query().update().set(Bill::TOTAL, dec("9.999")).exec(x).await, "total", "3 digits", 2);
    let joined = || Bill::query().join(Bill::PAYER.joins(Payer::ID)).update();
    refused(joined().set(Bill::TOTAL, dec("9.999")).exec(x).await, "total", "3 digits", 2);
    refused(joined().add(Bill::TOTAL, dec("9.999")).exec(x).await, "total", "3 digits", 2);
    let read = |total: Decimal| Payer::query().select((value(Uuid::new_v4()), Payer::ID, value(total)));
    let columns = (Bill::ID, Bill::PAYER, Bill::TOTAL);
    refused(read(dec("9.999")).insert_into(columns).exec(x).await, "total", "3 digits", 2);
    let both = read(dec("9.99")).union_all(read(dec("9.999")));
    refused(both.insert_into(columns).exec(x).await, "total", "3 digits", 2);
    let patch = || BillPatch { total: Some(dec("9.999")), ..BillPatch::default() };
    refused(update().patch(&patch()).exec(x).await, "total", "3 digits", 2);
    refused(Bill::update_many([(there.id, patch())]).exec(x).await, "total", "3 digits", 2);
    let discount = BillPatch { discount: Some(Some(Money(dec("0.001")))), ..BillPatch::default() };
    refused(Bill::update_many([(there.id, discount)]).exec(x).await, "the discount", "3 digits", 2);
    let upsert = |row: &Bill| Bill::insert_row(row).on_conflict(Bill::ID);
    let set = upsert(&there).do_update_with(|row| row.set(Bill::TOTAL, dec("9.999")));
    refused(set.exec(x).await, "total", "3 digits", 2);
    let add = upsert(&there).do_update_with(|row| row.add(Bill::TOTAL, dec("9.999")));
    refused(add.exec(x).await, "total", "3 digits", 2);
    assert_eq!(proxy.count("bills") + proxy.count("payers"), 0, "{:?}", proxy.statements());

    // In a transaction it cannot be ignored.
    let ignored = through.transaction("ignored", async |tx| {
        let _ = Bill::insert_row(&fine).exec(&tx).await;
        Bill::insert_row(&bill("9.99")).exec(&tx).await
    });
    refused(ignored.await, "total", "3 digits", 2);
    assert_eq!(Bill::query().all(&db).await?, [there]);
    Ok(())
}

/// What is given for no bill at all.
type BillBelow = BillInsert<crdb_orm::query::Unset, crdb_orm::query::Set<Decimal>>;

#[tokio::test]
async fn the_row_that_would_be_rounded_is_named() -> Result<()> {
    let (db, ..) = billed().await?;
    let rows = ["1.00", "2.5", "3.125", "4"].map(bill);
    let error: Error =
        Bill::insert_many(&rows).batch_rows(2).exec(&db).await.expect_err("it would be rounded");
    assert!(error.to_string().contains("row 2, counted from 0"), "{error}");
    let written = error.partial().map(|partial| partial.written().to_vec());
    assert_eq!((written, Bill::query().count(&db).await?), (Some(vec![0..2]), 3));
    Ok(())
}

#[tokio::test]
async fn what_fits_is_written_whatever_it_looks_like() -> Result<()> {
    let (db, ..) = billed().await?;
    for (given, kept) in
        [("1.500", "1.50"), ("2", "2.00"), ("-0.0100000", "-0.01"), ("99999999.99", "99999999.99")]
    {
        let row = Bill {
            counts: vec![dec("3.000"), dec("100")],
            discount: Some(Money(dec("0.10"))),
            ..bill(given)
        };
        Bill::upsert(&row).exec(&db).await?;
        assert_eq!(Bill::update_many([&row]).exec(&db).await?.changed(), 1);
        let found = Bill::find(row.id).one(&db).await?;
        assert_eq!((found.total.to_string().as_str(), found.counts), (kept, row.counts));
    }
    // A comparison writes nothing.
    assert_eq!(Bill::filter(Bill::TOTAL.lt(dec("0.005"))).count(&db).await?, 1);
    // Too many digits before the point are the server's to refuse.
    let error = Bill::insert_row(&bill("123456789.1")).exec(&db).await.expect_err("it has no place");
    assert_eq!(error.sqlstate(), Some("22003"), "{error}");
    Ok(())
}

#[tokio::test]
async fn what_the_server_may_round_it_rounds() -> Result<()> {
    let (db, there, ..) = billed().await?;
    // By its attribute.
    let row = Bill { rate: dec("1.005"), exact: dec("0.123456789"), ..bill("1") };
    Bill::insert_row(&row).exec(&db).await?;
    Bill::insert_many([Bill { id: Uuid::new_v4(), ..row.clone() }]).exec(&db).await?;
    let rates = Bill::filter(Bill::EXACT.eq(dec("0.123456789"))).select(Bill::RATE).all(&db).await?;
    assert_eq!(rates, [dec("1.01"), dec("1.01")]);
    Bill::update(there.id).set(Bill::RATE, dec("2.004")).exec(&db).await?;
    let patch = BillPatch { rate: Some(dec("-2.005")), ..BillPatch::default() };
    Bill::update(row.id).patch(&patch).exec(&db).await?;
    assert_eq!(Bill::find(there.id).one(&db).await?.rate, dec("2.00"));
    assert_eq!(Bill::find(row.id).one(&db).await?.rate, dec("-2.01"));
    // And what it computes, which nobody knows before.
    Bill::update(there.id).set(Bill::TOTAL, Bill::TOTAL * dec("0.005")).exec(&db).await?;
    assert_eq!(Bill::find(there.id).one(&db).await?.total, dec("0.05"));
    Ok(())
}
