//! Writes of many rows return what is asked for of each, in the order in which the rows were given.

use crdb_orm::prelude::*;
use crdb_orm::query::Explain as _;
use crdb_orm::query::{MissedRow, NewRow, whole};
use crdb_orm::testing::FaultProxy;
use crdb_orm::testing::proxy::Fault;
use crdb_orm::{CommitOutcome, Result};

use crate::tables::{Customer, Document, Event, Given, NUMBERS, Saying, Status, Topic, database, sayings};

/// What is kept of a document.
#[derive(CrdbRow, Debug, Clone, PartialEq)]
struct Saved {
    title: String,
    next: i64,
}

#[derive(CrdbPatch, Default)]
#[crdb(table = Document)]
struct DocumentPatch {
    text: Option<String>,
}

fn new(range: std::ops::Range<i32>) -> impl Iterator<Item = impl NewRow<Document>> + Send {
    range.map(|n| Document::insert().name(format!("{n:03}")).text("x"))
}

fn numbered(range: std::ops::Range<i32>) -> Vec<String> {
    range.map(|n| format!("{n:03}")).collect()
}

#[tokio::test]
async fn new_rows_say_what_is_asked_of_them_over_all_batches() -> Result<()> {
    let db = database().await?;
    let names = Document::insert_many(new(0..25)).batch_rows(10).returning(Document::NAME).all(&db).await?;
    assert_eq!(names, numbered(0..25));
    let pairs = Document::insert_many(new(25..28))
        .returning((Document::NAME, Document::VERSION + 10_i64))
        .all(&db)
        .await?;
    assert_eq!(pairs, [("025".to_owned(), 11), ("026".to_owned(), 11), ("027".to_owned(), 11)]);
    let saved = Document::insert_many(new(28..30))
        .returning((Document::NAME, Document::VERSION + 1_i64))
        .into_struct::<Saved>()
        .all(&db)
        .await?;
    assert_eq!(saved.last(), Some(&Saved { title: "029".into(), next: 2 }));
    // Those that are there are left out, or are updated.
    let names = Document::insert_many(new(28..32)).or_ignore().returning(Document::NAME).all(&db).await?;
    assert_eq!(names, ["030", "031"]);
    let again = Document::insert_many(new(29..34))
        .on_conflict(Document::NAME)
        .do_update()
        .returning((Document::NAME, Document::VERSION))
        .all(&db)
        .await?;
    let versions: Vec<_> = again.iter().map(|(name, version)| (name.as_str(), *version)).collect();
    assert_eq!(versions, [("029", 2), ("030", 2), ("031", 2), ("032", 1), ("033", 1)]);
    assert_eq!(Document::query().count(&db).await?, 34);
    // None at all.
    assert_eq!(Document::insert_many(new(0..0)).returning(Document::NAME).all(&db).await?, [""; 0]);
    Ok(())
}

#[tokio::test]
async fn whole_rows_beside_values_and_types_of_ones_own_come_as_they_are() -> Result<()> {
    let db = database().await?;
    let events = || (0..3).map(|n| Event::insert().status(Status::Open).number(n));
    let rows = Event::insert_many(events())
        .returning((Event::STATUS, whole::<Event>(), Event::LEVEL))
        .all(&db)
        .await?;
    for (n, (status, event, level)) in (0..).zip(&rows) {
        assert_eq!((*status, event.number, event.seen, *level), (Status::Open, n, 0, None));
    }
    assert_eq!(rows.len(), 3);
    // Those that are there are updated, and come in the order in which they were given.
    let again = [(Status::Open, 2), (Status::Closed, 1), (Status::Open, 0)];
    let again = again.map(|(status, number)| Event::insert().status(status).number(number).seen(number + 5));
    let upserted =
        Event::insert_many(again).or_update().returning((Event::NUMBER, Event::SEEN)).all(&db).await?;
    assert_eq!(upserted, [(2, 7), (1, 6), (0, 5)]);
    // Of a table by whose name the rows of a batch are called elsewhere.
    let given = [Given { id: 1, n: 5, version: 1 }, Given { id: 2, n: 6, version: 1 }];
    assert_eq!(Given::insert_many(&given).returning((Given::N, Given::ID)).all(&db).await?, [(5, 1), (6, 2)]);
    let (rows, updated) = Given::update_many(&given).returning((Given::N, Given::VERSION)).all(&db).await?;
    assert_eq!((rows, updated.complete()?), (vec![(5, 2), (6, 2)], 2));
    Ok(())
}

#[tokio::test]
async fn rows_whose_numbers_come_back_written_otherwise_are_told_without_being_read_whole() -> Result<()> {
    let db = database().await?;
    let topic = Topic::insert().name("x").one(&db).await?;
    let (numbers, sayings) = (NUMBERS, || sayings(&topic));
    assert_eq!(Saying::insert_many(sayings()).returning(Saying::TEXT).all(&db).await?, numbers);
    let again = Saying::insert_many(sayings()).or_update().returning((Saying::TEXT,)).all(&db).await?;
    assert_eq!(again.into_iter().map(|(text,)| text).collect::<Vec<_>>(), numbers);
    Ok(())
}

#[tokio::test]
async fn changed_rows_say_what_they_are_now_and_which_were_missed() -> Result<()> {
    let db = database().await?;
    let there = Document::insert_many(new(0..6)).all(&db).await?;
    let gone = Uuid::new_v4();
    let set = |text: &str| DocumentPatch { text: Some(text.to_owned()) };
    let changes = || {
        let found = there.iter().rev().map(|row| (row.id, set(&row.name)));
        found
            .take(4)
            .chain([(gone, set("nobody"))])
            .chain(there.iter().take(2).map(|row| (row.id, set("first"))))
    };
    let (rows, updated) = Document::update_many(changes())
        .batch_rows(3)
        .returning((Document::TEXT, Document::VERSION))
        .all(&db)
        .await?;
    let texts: Vec<_> = rows.iter().map(|(text, version)| (text.as_str(), *version)).collect();
    assert_eq!(texts, [("005", 2), ("004", 2), ("003", 2), ("002", 2), ("first", 2), ("first", 2)]);
    assert_eq!((updated.changed(), updated.missed()), (6, &[MissedRow::Gone { row: 4 }][..]));

    // At another version than was given.
    let (names, updated) = Document::update_many(&there).returning(Document::NAME).all(&db).await?;
    assert_eq!(names, [""; 0]);
    assert!(updated.missed().iter().all(|missed| matches!(missed, MissedRow::Stale { found: 2, .. })));
    assert_eq!(updated.missed().len(), 6);
    Ok(())
}

#[tokio::test]
async fn in_a_transaction_they_are_as_much_part_of_it_as_others() -> Result<()> {
    let db = database().await?;
    let undone = db
        .transaction("undone", async |tx| {
            let names = Document::insert_many(new(0..3)).returning(Document::NAME).all(&tx).await?;
            assert_eq!(names, numbered(0..3));
            // A second time they are there.
            Document::insert_many(new(0..3)).returning(Document::NAME).all(&tx).await
        })
        .await
        .unwrap_err();
    assert!(undone.is_unique_violation(), "{undone}");
    assert_eq!(
        (undone.commit_outcome(), Document::query().count(&db).await?),
        (CommitOutcome::NotCommitted, 0)
    );
    Ok(())
}

#[tokio::test]
async fn after_a_lost_answer_what_is_asked_for_is_read_of_the_rows_that_are_there_and_put_in_order()
-> Result<()> {
    let db = database().await?;
    let proxy = FaultProxy::to(&db).await?;
    let mut builder = Database::builder(&proxy.url()).max_connections(1);
    if !db.server().is_cockroachdb() {
        // By the index: in the order of the keys, which is not that of the rows.
        builder = builder.parameter("enable_seqscan", "off").parameter("enable_bitmapscan", "off");
    }
    let through = builder.connect().await?;
    let insert = |range| Document::insert_many(new(range)).batch_rows(10).in_flight(1);
    proxy.on("INSERT").strike(Fault::CutAfterSend);
    let rows = insert(0..30).returning((Document::NAME, Document::VERSION + 10_i64)).all(&through).await?;
    assert_eq!(rows, numbered(0..30).into_iter().map(|name| (name, 11)).collect::<Vec<_>>());
    proxy.on("INSERT").strike(Fault::CutAfterSend);
    let rows = insert(30..60).all(&through).await?;
    assert_eq!(rows.into_iter().map(|row| row.name).collect::<Vec<_>>(), numbered(30..60));
    assert_eq!((Document::query().count(&db).await?, proxy.pending()), (60, 0));

    // By a key of two columns, one of which travels as text, beside values and an enum.
    proxy.on("INSERT").strike(Fault::CutAfterSend);
    let events = [(Status::Open, 2), (Status::Closed, 1), (Status::Open, 1)];
    let new = events.map(|(status, number)| Event::insert().status(status).number(number));
    let error = Event::insert_many(new).returning(Event::NUMBER).all(&through).await.unwrap_err();
    assert!(error.is_outcome_unknown(), "these keys may be somebody else's: {error}");
    // Given keys may be somebody else's.
    let customers: Vec<_> = (0..2).map(|n| Customer { id: Uuid::new_v4(), name: n.to_string() }).collect();
    proxy.on("INSERT").strike(Fault::CutAfterSend);
    let error = Customer::insert_many(&customers).returning(Customer::NAME).all(&through).await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    Ok(())
}

#[tokio::test]
async fn their_plans_can_be_asked_for() -> Result<()> {
    let db = database().await?;
    Document::insert_many(new(0..1)).returning(Document::NAME).explain(&db).await?;
    let row = Document::insert().name("x").one(&db).await?;
    let plan = Document::update_many([&row]).returning(Document::NAME).explain(&db).await?;
    assert!(!plan.steps().is_empty(), "{plan}");
    Ok(())
}
