//! Many rows, pages, streams and relations, where each transaction may get another connection of the server.

use crdb_orm::Result;
use crdb_orm::prelude::*;
use crdb_orm::query::{BatchProgress, MissedRow};

use crate::bouncer::Bouncer;
use crate::databases;

/// Who borrows.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "readers", has_many(loans = Loan::READER_ID))]
struct Reader {
    #[crdb(primary_key)]
    id: i64,
    #[crdb(unique)]
    name: String,
    #[crdb(default = 0)]
    visits: i64,
}

/// What is borrowed, and is to come back by a day.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "loans", belongs_to(reader = reader_id))]
struct Loan {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references = Reader, index)]
    reader_id: i64,
    title: String,
    kind: Kind,
    due: Option<NaiveDate>,
    tags: Vec<String>,
}

#[derive(CrdbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[crdb(name = "kind")]
enum Kind {
    Book,
    Map,
}

#[derive(CrdbPatch, Default)]
#[crdb(table = Loan)]
struct LoanPatch {
    title: Option<String>,
    #[expect(clippy::option_option, reason = "to NULL, to a value, or left as it is")]
    due: Option<Option<NaiveDate>>,
}

const LIBRARY: Schema = Schema::new("library").tables(&[Reader::TABLE, Loan::TABLE]);

fn reader(id: i64) -> Reader {
    Reader { id, name: format!("reader {id}"), visits: 0 }
}

fn loan(reader_id: i64, number: usize) -> Loan {
    let kind = if number.is_multiple_of(2) { Kind::Book } else { Kind::Map };
    let due = (number == 0).then(|| NaiveDate::from_ymd_opt(2026, 1, 31).expect("a day"));
    let (id, title, tags) = (Uuid::new_v4(), format!("title {number}"), vec!["a".to_owned(), String::new()]);
    Loan { id, reader_id, title, kind, due, tags }
}

async fn library(test: &str) -> Option<Bouncer> {
    let bouncer = Bouncer::start(2, test).await?;
    bouncer.direct().create_schema(&LIBRARY).await.expect("the schema");
    Some(bouncer)
}

/// Runs a test on what is found out and on what is said, each on empty tables.
macro_rules! on_each {
    ($bouncer:ident, |$db:ident| $body:block) => {
        for $db in databases(&$bouncer).await {
            let run = async || -> Result<()> { $body };
            run().await.expect("it works there");
            Loan::query().delete().exec($bouncer.direct()).await.expect("the loans go");
            Reader::query().delete().exec($bouncer.direct()).await.expect("the readers go");
        }
    };
}

#[tokio::test]
async fn many_rows_are_inserted_upserted_and_updated_in_batches() {
    let test = "many_rows_are_inserted_upserted_and_updated_in_batches";
    let Some(bouncer) = library(test).await else { return };
    on_each!(bouncer, |db| {
        let many = Reader::insert_many((0..250).map(reader)).batch_rows(40).in_flight(4);
        assert_eq!(many.exec(&db).await?, 250);
        // By VALUES, since a row holds an array; with an enum and a NULL.
        let loans: Vec<Loan> = (0..20).map(|number| loan(7, number)).collect();
        assert_eq!(Loan::insert_many(&loans).batch_rows(6).all(&db).await?, loans);
        // By another unique key than the primary one.
        let again = |id: i64| Reader::insert().id(id + 1000).name(format!("reader {id}")).visits(5);
        let visited = Reader::insert_many((240..260).map(again))
            .on_conflict(Reader::NAME)
            .do_update_with(|row| row.add(Reader::VISITS, Reader::VISITS.excluded()));
        assert_eq!(visited.exec(&db).await?, 20);
        assert_eq!(Reader::filter(Reader::VISITS.eq(5)).count(&db).await?, 20);
        assert_eq!(Reader::query().count(&db).await?, 260);
        let one = Reader::insert().id(1).name("reader 3").on_conflict(Reader::NAME).do_nothing();
        assert_eq!(one.optional(&db).await?, None);
        let renamed = Reader { name: "renamed".to_owned(), ..reader(0) };
        assert_eq!(Reader::upsert(&renamed).one(&db).await?, renamed);
        assert_eq!(Reader::upsert_many((0..3).map(reader)).exec(&db).await?, 3);
        assert_eq!(Reader::find(0).one(&db).await?, reader(0));
        // By whole rows, and by patches of different columns; one row is gone.
        Loan::delete(loans[1].id).exec(&db).await?;
        let changed = loans.iter().map(|row| Loan { kind: Kind::Map, ..row.clone() });
        let updated = Loan::update_many(changed).batch_rows(6).exec(&db).await?;
        assert_eq!(
            (updated.changed(), updated.missed().iter().map(MissedRow::row).collect::<Vec<_>>()),
            (19, vec![1])
        );
        let patches = [
            (loans[0].id, LoanPatch { due: Some(None), ..LoanPatch::default() }),
            (loans[2].id, LoanPatch { title: Some("new".to_owned()), ..LoanPatch::default() }),
        ];
        assert_eq!(Loan::update_many(patches).exec(&db).await?.complete()?, 2);
        let new = Loan::find(loans[2].id).one(&db).await?;
        assert_eq!(new, Loan { title: "new".to_owned(), kind: Kind::Map, ..loans[2].clone() });
        assert_eq!(Loan::find(loans[0].id).one(&db).await?.due, None);
        Ok(())
    });
}

#[tokio::test]
async fn a_batch_that_fails_says_which_rows_are_in_there_too() {
    let test = "a_batch_that_fails_says_which_rows_are_in_there_too";
    let Some(bouncer) = library(test).await else { return };
    on_each!(bouncer, |db| {
        let rows = (0..100).map(|id| if id == 55 { reader(5) } else { reader(id) });
        let many = Reader::insert_many(rows).batch_rows(20).in_flight(1);
        let error = many.exec(&db).await.expect_err("it is there");
        assert!(error.is_unique_violation(), "{error}");
        let partial = error.partial().expect("how far it came");
        assert_eq!((partial.complete_before(), partial.unknown().len()), (40, 0), "{error}");
        assert_eq!(Reader::query().count(&db).await?, 40);
        Ok(())
    });
}

#[tokio::test]
async fn rows_come_in_pages_in_a_stream_and_with_what_belongs_to_them() {
    let test = "rows_come_in_pages_in_a_stream_and_with_what_belongs_to_them";
    let Some(bouncer) = library(test).await else { return };
    on_each!(bouncer, |db| {
        Reader::insert_many((0..25).map(reader)).exec(&db).await?;
        Loan::insert_many((0..25).flat_map(|id| [loan(id, 0), loan(id, 1)])).exec(&db).await?;
        // Pages, forwards and back.
        let pages = Reader::order_by(Reader::VISITS.desc()).page(10);
        let (mut next, mut seen, mut sizes) = (None, Vec::new(), Vec::new());
        loop {
            let page = pages.clone().after(next).fetch(&db).await?;
            sizes.push(page.rows.len());
            seen.extend(page.rows.iter().map(|row| row.id));
            next = page.next;
            if next.is_none() {
                let back = pages.clone().before(page.prev).fetch(&db).await?;
                assert_eq!(
                    back.rows.iter().map(|row| row.id).collect::<Vec<_>>(),
                    (5..15).rev().collect::<Vec<_>>()
                );
                break;
            }
        }
        assert_eq!((seen, sizes), ((0..25).rev().collect(), vec![10, 10, 5]));
        // A stream, during which others use the same two connections of the server; and one that is left.
        let mut rows = Loan::order_by((Loan::READER_ID, Loan::TITLE)).stream(&db);
        let mut count = 0;
        while let Some(row) = rows.try_next().await? {
            assert_eq!((row.reader_id, row.kind == Kind::Book), (count / 2, count % 2 == 0));
            if count == 3 {
                assert_eq!(Reader::query().count(&db).await?, 25);
            }
            count += 1;
        }
        assert_eq!(count, 50);
        drop(rows);
        let mut left = Loan::query().stream(&db);
        assert!(left.try_next().await?.is_some());
        drop(left);
        // Relations, of a query, of rows that are there, and upwards.
        let loans = || Reader::LOANS.order_by(Loan::TITLE);
        let with: Vec<(Reader, Vec<Loan>)> = Reader::order_by(Reader::ID).with(loans()).all(&db).await?;
        assert_eq!(with.len(), 25);
        for (reader, loans) in &with {
            assert_eq!(loans.iter().map(|loan| loan.reader_id).collect::<Vec<_>>(), [reader.id; 2]);
        }
        let maps = Reader::LOANS.filter(Loan::KIND.eq(Kind::Map));
        let maps = maps.load(&[reader(3), reader(99)], &db).await?;
        assert_eq!(maps.iter().map(Vec::len).collect::<Vec<_>>(), [1, 0]);
        let (of, owner) =
            Loan::filter(Loan::READER_ID.eq(8)).with(Loan::READER).first(&db).await?.expect("a loan");
        assert_eq!((of.reader_id, owner), (8, reader(8)));
        Ok(())
    });
}

#[tokio::test]
async fn deletes_and_updates_in_batches_and_statements_together_work() {
    let test = "deletes_and_updates_in_batches_and_statements_together_work";
    let Some(bouncer) = library(test).await else { return };
    on_each!(bouncer, |db| {
        Reader::insert_many((0..50).map(reader)).exec(&db).await?;
        let mut batches = Vec::new();
        let visited = Reader::filter(Reader::ID.lt(25)).update().add(Reader::VISITS, 1).in_batches();
        let told = |so_far: &BatchProgress| batches.push(so_far.last_rows);
        assert_eq!(visited.batch_rows(10).on_progress(told).exec(&db).await?, 25);
        assert_eq!(batches, [10, 10, 5]);
        assert_eq!(Reader::filter(Reader::VISITS.eq(1)).count(&db).await?, 25);
        let gone = Reader::filter(Reader::VISITS.eq(0)).delete().in_batches().batch_rows(10);
        assert_eq!(gone.exec(&db).await?, 25);
        // Writes and reads in one round trip, all of them or none.
        let raise = || Reader::update(1).add(Reader::VISITS, 1);
        let both = (Loan::insert_row(&loan(1, 0)), raise(), Reader::find(1), Loan::query());
        let ((), (), found, loans) = db.batch(both).await?;
        assert_eq!((found.map(|row| row.visits), loans.len()), (Some(2), 1));
        let taken = db.batch((raise(), Reader::insert_row(&reader(1)))).await.expect_err("it is there");
        assert!(taken.is_unique_violation(), "{taken}");
        assert_eq!(Reader::find(1).one(&db).await?.visits, 2);
        let inside =
            db.transaction("together", async |tx| tx.batch((raise(), Reader::find(1))).await).await?;
        assert_eq!(inside.1.map(|row| row.visits), Some(3));
        Ok(())
    });
}

#[tokio::test]
async fn copy_is_refused_before_anything_is_sent_and_its_rows_can_be_inserted() {
    let test = "copy_is_refused_before_anything_is_sent_and_its_rows_can_be_inserted";
    let Some(bouncer) = library(test).await else { return };
    on_each!(bouncer, |db| {
        let rows: Vec<Reader> = (0..30).map(reader).collect();
        let error = Reader::copy_in(&rows).exec(&db).await.expect_err("it has no name there");
        assert!(error.is_invalid_statement() && !error.is_outcome_unknown(), "{error}");
        let words = error.to_string();
        assert!(words.contains("PgBouncer") && words.contains("insert_many"), "{words}");
        assert_eq!(Reader::query().count(&db).await?, 0);
        let stream = futures_util::stream::iter(rows.clone());
        assert!(
            Reader::copy_in_stream(stream).exec(&db).await.expect_err("nor has this").is_invalid_statement()
        );
        assert_eq!(Reader::insert_many(&rows).exec(&db).await?, 30);
        Ok(())
    });
}
