//! The texts of what these writes send, on both servers.

use std::fmt::Write as _;

use crdb_orm::prelude::*;
use crdb_tests::golden;

use crate::tables::{Customer, Document, Event, Given, Line, Order, Plain, Profile, Status, Tag, Topic};

fn document() -> Document {
    Document {
        id: Uuid::nil(),
        name: "n".into(),
        text: "t".into(),
        version: 1,
        updated_at: DateTime::default(),
    }
}

#[test]
fn an_update_sets_the_time_of_its_transaction() {
    assert_eq!(
        Document::update(Uuid::nil()).set(Document::TEXT, "x").returning(Document::ID).to_sql().unwrap(),
        "UPDATE documents SET text = $1, version = (version + 1)::INT8, updated_at = now() WHERE id = $2 RETURNING id"
    );
    let set = Document::update(Uuid::nil()).set(Document::UPDATED_AT, DateTime::<Utc>::default());
    assert_eq!(
        set.returning(Document::ID).to_sql().unwrap(),
        "UPDATE documents SET updated_at = $1, version = (version + 1)::INT8 WHERE id = $2 RETURNING id"
    );
    assert_eq!(
        Plain::update(1).set(Plain::N, 1).returning(Plain::ID).to_sql().unwrap(),
        "UPDATE plain SET n = $1, changed = now()::TIMESTAMP WHERE id = $2 RETURNING id"
    );
    assert_eq!(
        Document::upsert(&document()).returning(Document::ID).to_sql().unwrap(),
        "INSERT INTO documents (id, name, text, version, updated_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, text = excluded.text, \
         version = (documents.version + 1)::INT8, updated_at = now() RETURNING id"
    );
}

#[test]
fn a_batch_begins_behind_the_last_key() {
    assert_eq!(
        Plain::filter(Plain::N.gt(5)).delete().in_batches().to_sql().unwrap(),
        "WITH \"rows of the batch\" AS (SELECT id FROM plain WHERE n > $1 AND id > $2 ORDER BY id ASC LIMIT $3), \
         changed AS (DELETE FROM plain WHERE id IN (SELECT id FROM \"rows of the batch\") RETURNING 1 AS one) \
         SELECT id, (SELECT count(*) FROM \"rows of the batch\"), (SELECT count(*) FROM changed) \
         FROM \"rows of the batch\" ORDER BY \"rows of the batch\".id DESC LIMIT 1"
    );
}

/// Every text, for the grammar of CockroachDB.
#[test]
fn the_texts_are_those_of_the_file() {
    let mut all = String::new();
    let mut add = |sql: String| writeln!(all, "{sql};").expect("text");
    add(Document::update(Uuid::nil()).set(Document::TEXT, "x").to_sql().unwrap());
    add(Document::update_many([&document()]).to_sql().unwrap());
    let what = || (Document::NAME, Document::VERSION + 1_i64);
    add(Document::insert_many([document()]).returning(what()).to_sql().unwrap());
    add(Document::upsert_many([document()]).returning(what()).to_sql().unwrap());
    add(Document::update_many([&document()]).returning(what()).to_sql().unwrap());
    add(Document::upsert(&document()).to_sql());
    add(Document::upsert_many([&document()]).to_sql().unwrap());
    add(Plain::update(1).set(Plain::N, 1).to_sql().unwrap());
    add(Given::update_many([&Given { id: 1, n: 1, version: 1 }]).to_sql().unwrap());
    add(Plain::filter(Plain::N.gt(5)).delete().in_batches().to_sql().unwrap());
    let update = || Event::filter(Event::LEVEL.is_null().and(Event::SEEN.lt(9))).update();
    add(update().set(Event::LEVEL, 1).add(Event::SEEN, 1).in_batches().to_sql().unwrap());
    add(Given::query().delete().in_batches().to_sql().unwrap());
    add(Event::copy_in([Event::insert().status(Status::Open).number(1)]).to_sql().unwrap());
    add(Plain::copy_in([Plain::insert().id(1).n(1)]).text_format().to_sql().unwrap());
    add(Plain::copy_in([Plain::insert().id(1).n(1)]).to_sql().unwrap());
    let line = Line::insert().number(1).what("x").words(vec!["y".to_owned()]);
    let order = Order::insert()
        .total(1)
        .status(Status::Closed)
        .with(Order::LINES, [line])
        .with(Order::TAGS, [Tag::insert().name("t").with(Tag::TOPICS, [Topic::insert().name("o")])]);
    let tree = Customer::insert()
        .name("x")
        .with(Customer::ORDERS, [order])
        .with(Customer::PROFILE, Profile::insert().text("p"));
    tree.to_sql().unwrap().into_iter().for_each(add);
    golden::check(&golden::path("../writes/texts.sql"), &all);
}
