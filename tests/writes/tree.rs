//! Rows are inserted with the rows that belong to them: in order, with their keys, wholly or not at all.

use std::time::Duration;

use crdb_orm::prelude::*;
use crdb_orm::testing::proxy::Fault;
use crdb_orm::{CommitOutcome, Result, RetryPolicy};

use crdb_orm::query::{Set, Tree};

use crate::tables::{
    Category, CategoryInsert, Customer, Gift, Giver, Line, LinePart, Note, Order, OrderTag, Parcel,
    ParcelPart, Part, Profile, Saying, Stamp, Status, Step, Tag, TagTopic, Topic, database, proxied,
};

macro_rules! lines {
    ($($what:expr),*) => {{
        let mut number = 0;
        [$($what),*].map(|what| {
            number += 1;
            Line::insert().number(number).what(what)
        })
    }};
}

#[tokio::test]
async fn the_rows_below_have_the_keys_above() -> Result<()> {
    let db = database().await?;
    let orders = (1..=3).map(|total| {
        Order::insert()
            .total(total)
            .status(Status::Closed)
            .with(Order::LINES, lines!("soap", "milk").map(|line| line.words(vec!["a".to_owned()])))
            .with(Order::TAGS, [Tag::insert().name(format!("tag {total}"))])
    });
    let ann = Customer::insert()
        .name("Ann")
        .with(Customer::ORDERS, orders)
        .with(Customer::PROFILE, Profile::insert().text("hello"))
        .one(&db)
        .await?;
    let (ann, given, own) = ann;
    let loaded = Customer::find(ann.id)
        .with(
            Customer::ORDERS
                .order_by(Order::TOTAL.asc())
                .with(Order::LINES.order_by(Line::NUMBER.asc()))
                .with(Order::TAGS),
        )
        .with(Customer::PROFILE)
        .one(&db)
        .await?;
    // What came back is what is there.
    assert_eq!(loaded, (ann, given, own));
    let (ann, orders, profile) = loaded;
    assert_eq!((&*ann.name, profile.map(|profile| profile.text)), ("Ann", Some("hello".to_owned())));
    let shown: Vec<_> = orders
        .iter()
        .map(|(order, lines, tags)| {
            let lines: Vec<_> = lines.iter().map(|line| &*line.what).collect();
            (order.total, order.status, lines.join(" "), &*tags[0].name)
        })
        .collect();
    let expected = [1, 2, 3].map(|n| {
        (
            n,
            Status::Closed,
            "soap milk".to_owned(),
            ["tag 1", "tag 2", "tag 3"][usize::try_from(n).unwrap() - 1],
        )
    });
    assert_eq!(shown, expected);
    Ok(())
}

#[tokio::test]
async fn a_level_is_one_statement_and_all_wait_twice() -> Result<()> {
    let db = database().await?;
    let (proxy, through) = proxied(&db).await?;
    let tree = |name: &str| {
        let orders =
            (0..40).map(|total| Order::insert().total(total).with(Order::LINES, lines!("a", "b", "c")));
        Customer::insert().name(name).with(Customer::ORDERS, orders)
    };
    assert_eq!(tree("first").exec(&through).await?, 1 + 40 + 120);
    proxy.forget_statements();
    proxy.take_round_trips();
    assert_eq!(tree("second").exec(&through).await?, 1 + 40 + 120);
    assert_eq!((proxy.take_round_trips(), proxy.count("INSERT")), (2, 3));
    assert_eq!(Line::query().count(&db).await?, 240);
    Ok(())
}

#[tokio::test]
async fn rows_that_give_other_columns_are_another_statement() -> Result<()> {
    let db = database().await?;
    let below = |name: &str| Category::insert().name(name);
    let trees = ["a", "b"].map(|name| {
        below(name)
            .with(Category::BELOW, [below("x"), below("y")])
            .with(Category::BELOW, [below("z").with(Category::BELOW, [below("w")])])
    });
    assert_eq!(Category::insert_trees(trees).exec(&db).await?, 10);
    assert_eq!(Category::filter(Category::BELOW.any(Category::NAME.eq("w"))).count(&db).await?, 2);
    assert_eq!(Category::filter(Category::ABOVE.is_null()).count(&db).await?, 2);
    // With a key or without one: both are written.
    let mixed = [Some(Uuid::new_v4()), None].map(|id| match id {
        Some(id) => Category::insert().name("m").id(id).with(Category::BELOW, [below("n")]),
        None => Category::insert().name("m").with(Category::BELOW, [below("n")]),
    });
    assert_eq!(Category::insert_trees(mixed).exec(&db).await?, 4);
    Ok(())
}

#[tokio::test]
async fn many_rows_are_cut() -> Result<()> {
    let db = database().await?;
    let orders = (0..1201).map(|total| Order::insert().total(total));
    let tree = Customer::insert().name("Ann").with(Customer::ORDERS, orders);
    let (proxy, through) = proxied(&db).await?;
    assert_eq!(tree.exec(&through).await?, 1202);
    assert_eq!(proxy.count("INSERT INTO orders"), 3);
    assert_eq!(Order::query().count(&db).await?, 1201);
    Ok(())
}

#[tokio::test]
async fn a_key_of_several_columns_is_filled_in() -> Result<()> {
    let db = database().await?;
    let line = Line::insert().number(7).what("x").with(Line::PARTS, [LinePart::insert(), LinePart::insert()]);
    let order = Order::insert().total(1).with(Order::LINES, [line]);
    Customer::insert().name("Ann").with(Customer::ORDERS, [order]).exec(&db).await?;
    let parts = LinePart::query().all(&db).await?;
    let order = Order::query().one(&db).await?;
    assert_eq!(parts.len(), 2);
    assert!(parts.iter().all(|part| part.order_id == Some(order.id) && part.number == Some(7)), "{parts:?}");
    Ok(())
}

#[tokio::test]
async fn nothing_is_there_when_a_row_fails() -> Result<()> {
    let db = database().await?;
    let order = || {
        Order::insert()
            .total(1)
            .with(Order::LINES, [Line::insert().number(1).what("a"), Line::insert().number(1).what("b")])
    };
    let error = Customer::insert()
        .name("Ann")
        .with(Customer::ORDERS, [order()])
        .one(&db)
        .await
        .expect_err("one key twice");
    assert!(error.is_unique_violation() && error.table() == Some("lines"), "{error}");
    // Whoever inserts a tree has written no closure and deferred nothing.
    let why = "transaction `insert tree of customers` was rolled back, since one of its statements failed";
    assert!(error.to_string().starts_with(why), "{error}");
    let error = db
        .transaction("all", async |tx| {
            Customer::insert().name("Bob").with(Customer::ORDERS, [order()]).one(&tx).await
        })
        .await
        .expect_err("one key twice");
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!((Customer::query().count(&db).await?, Order::query().count(&db).await?), (0, 0));
    // Nor has it where a statement cannot even be prepared.
    db.run_ddl(&["ALTER TABLE orders RENAME COLUMN total TO sum"]).await?;
    let error = Customer::insert().name("Cid").with(Customer::ORDERS, [order()]).one(&db).await;
    let error = error.expect_err("there is no such column");
    assert!(error.is_undefined_column() && error.to_string().starts_with(why), "{error}");
    Ok(())
}

#[tokio::test]
async fn in_a_transaction_it_is_a_part_of_it() -> Result<()> {
    let db = database().await?;
    let tree = || Customer::insert().name("Ann").with(Customer::ORDERS, [Order::insert().total(1)]);
    db.transaction("dry", async |tx| {
        let (ann, orders) = tree().one(&tx).await?;
        assert_eq!(orders.len(), 1);
        assert_eq!(Order::filter(Order::CUSTOMER_ID.eq(ann.id)).count(&tx).await?, 1);
        tx.rollback_only();
        Ok(())
    })
    .await?;
    assert_eq!(Order::query().count(&db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_serialization_failure_runs_all_of_it_again() -> Result<()> {
    let db = database().await?;
    let (proxy, through) = proxied(&db).await?;
    let tree = || Customer::insert().name("Ann").with(Customer::ORDERS, [Order::insert().total(1)]);
    proxy.on("COMMIT").strike(Fault::Fail("40001".into()));
    tree().exec(&through).await?;
    assert_eq!(
        (Customer::query().count(&db).await?, Order::query().count(&db).await?, proxy.pending()),
        (1, 1, 0)
    );
    Ok(())
}

#[tokio::test]
async fn after_a_lost_answer_its_first_row_is_looked_for() -> Result<()> {
    let db = database().await?;
    let (proxy, through) = proxied(&db).await?;
    let tree = |name: &str| Customer::insert().name(name).with(Customer::ORDERS, [Order::insert().total(1)]);
    proxy.on("COMMIT").strike(Fault::CutAfterSend);
    let (ann, orders) = tree("Ann").one(&through).await?;
    // Its rows were read by their keys.
    assert_eq!((&*ann.name, orders.len(), orders[0].customer_id), ("Ann", 1, ann.id));
    proxy.on("COMMIT").strike(Fault::CutBeforeSend);
    let error = tree("Bob").exec(&through).await.expect_err("it is not there");
    assert!(error.is_outcome_unknown() && error.to_string().contains("may still arrive"), "{error}");
    // A key that was given may be another's.
    proxy.on("COMMIT").strike(Fault::CutAfterSend);
    let given =
        Customer::insert().id(Uuid::new_v4()).name("Cid").with(Customer::ORDERS, [Order::insert().total(1)]);
    assert!(given.exec(&through).await.expect_err("nobody knows").is_outcome_unknown());
    // Its deadline is that of the look, too.
    let hasty = through.with_retry(RetryPolicy::new().deadline(Duration::from_secs(1)));
    let looked = proxy.count("FROM customers WHERE");
    assert!(looked > 0);
    proxy.on("COMMIT").silence();
    let error = tree("Dan").one(&hasty).await.expect_err("it has no answer");
    assert!(error.is_outcome_unknown() && error.is_deadline(), "{error}");
    assert_eq!((proxy.count("FROM customers WHERE"), proxy.pending()), (looked, 0));
    Ok(())
}

#[tokio::test]
async fn what_only_run_time_can_tell_is_an_error_before_anything_is_sent() -> Result<()> {
    let db = database().await?;
    let refused = |error: crdb_orm::Error, why: &str| {
        assert!(error.is_invalid_statement() && error.to_string().contains(why), "{error}");
    };
    let unknown = Giver::insert().with(Giver::GIVEN, [Gift::insert().to_id(1)]).exec(&db).await;
    refused(unknown.expect_err("the server would make the key"), "which only the server would know");
    let twice =
        Giver::insert().id(1).with(Giver::GIVEN, [Gift::insert().from_id(1).to_id(1)]).exec(&db).await;
    refused(twice.expect_err("it is filled in"), "leave it out");
    let missing = Giver::insert().id(1).with(Giver::GIVEN, [Gift::insert()]).exec(&db).await;
    refused(missing.expect_err("the other one is not"), "does not give `to_id`");
    let part = LinePart::insert().number(3);
    let line = Line::insert().number(1).what("x").with(Line::PARTS, [part]);
    let order = Order::insert().total(1).with(Order::LINES, [line]);
    let tree = Customer::insert().name("Ann").with(Customer::ORDERS, [order]);
    refused(tree.exec(&db).await.expect_err("a part of the key"), "leave it out");
    let error = db
        .transaction("ignored", async |tx| {
            let lost = Giver::insert().with(Giver::GIVEN, [Gift::insert().to_id(1)]).exec(&tx).await;
            lost.expect_err("the server would make the key");
            Giver::insert().id(5).exec(&tx).await
        })
        .await
        .expect_err("what was not inserted must not be ignored");
    refused(error, "only the server would know");
    Giver::insert().id(1).with(Giver::GIVEN, [Gift::insert().to_id(1)]).exec(&db).await?;
    assert_eq!((Giver::query().count(&db).await?, Gift::query().one(&db).await?.from_id), (1, 1));
    Ok(())
}

#[tokio::test]
async fn no_row_below_is_no_statement() -> Result<()> {
    let db = database().await?;
    let (proxy, through) = proxied(&db).await?;
    let none = Some(Order::insert().total(1)).filter(|_| false);
    let alone = Customer::insert().name("Ann").with(Customer::ORDERS, none);
    assert_eq!(alone.exec(&through).await?, 1);
    assert_eq!((proxy.count("INSERT"), proxy.count("BEGIN")), (1, 0));
    assert_eq!(
        (
            OrderTag::query().count(&db).await?,
            Customer::insert_trees(Vec::<Tree<Customer, Customer>>::new()).exec(&db).await?
        ),
        (0, 0)
    );
    Ok(())
}

#[tokio::test]
async fn rows_come_back_in_the_order_given_each_below_its_own() -> Result<()> {
    let db = database().await?;
    let trees = (0..30_i64).map(|n| {
        // The keys are random, so that no order of keys is the order given.
        let orders =
            (0..30).map(move |m| Order::insert().total(100 * n + m).with(Order::LINES, lines!("a", "b")));
        Customer::insert().name(format!("{n}")).with(Customer::ORDERS, orders)
    });
    let rows = Customer::insert_trees(trees).all(&db).await?;
    assert_eq!(rows.len(), 30);
    for ((customer, orders), n) in rows.iter().zip(0..) {
        let orders: &Vec<(Order, Vec<Line>)> = orders;
        assert_eq!(customer.name, n.to_string());
        assert_eq!(orders.len(), 30);
        for ((order, lines), m) in orders.iter().zip(0..) {
            assert_eq!((order.total, order.customer_id), (100 * n + m, customer.id));
            let numbers: Vec<_> = lines.iter().map(|line| (line.order_id, line.number)).collect();
            assert_eq!(numbers, [(order.id, 1), (order.id, 2)]);
        }
    }
    Ok(())
}

#[tokio::test]
async fn rows_whose_keys_the_server_makes_come_back_below_their_own() -> Result<()> {
    let db = database().await?;
    let order = |total: i64| {
        let note = |kind: &str, n: i64| Note::insert().text(format!("{total} {kind} {n}"));
        Order::insert()
            .total(total)
            .with(Order::NOTES, [note("first", 1), note("first", 2)])
            // Of the same relation, with a key for one: it is another statement.
            .with(Order::NOTES, [note("second", 1), note("second", 2).id(Uuid::new_v4())])
    };
    let (_, orders) =
        Customer::insert().name("Ann").with(Customer::ORDERS, (0..20).map(order)).one(&db).await?;
    for ((order, first, second), n) in orders.iter().zip(0..) {
        assert_eq!(order.total, n);
        let texts = |notes: &[Note]| notes.iter().map(|note| note.text.clone()).collect::<Vec<_>>();
        assert_eq!(texts(first), [1, 2].map(|m| format!("{n} first {m}")));
        assert_eq!(texts(second), [1, 2].map(|m| format!("{n} second {m}")));
        assert!(first.iter().chain(second).all(|note| note.order_id == order.id));
    }
    Ok(())
}

#[tokio::test]
async fn rows_whose_keys_the_server_changes_come_back_too() -> Result<()> {
    let db = database().await?;
    let time = |second: i64| DateTime::from_timestamp(second, 300_000_000).expect("a time").naive_utc();
    let stamp = |second: i64| Stamp::insert().at(time(second)).text(second.to_string());
    let order = |total: i64| Order::insert().total(total).with(Order::STAMPS, [3, 1, 2].map(stamp));
    let (_, orders) =
        Customer::insert().name("Ann").with(Customer::ORDERS, [1, 2].map(order)).one(&db).await?;
    for (order, stamps) in orders {
        let found: Vec<_> = stamps.iter().map(|stamp| (stamp.order_id, &*stamp.text)).collect();
        assert_eq!(found, ["3", "1", "2"].map(|text| (order.id, text)));
        assert!(stamps.iter().all(|stamp| stamp.at.and_utc().timestamp_subsec_nanos() == 0), "{stamps:?}");
    }
    Ok(())
}

#[tokio::test]
async fn what_is_there_already_is_linked() -> Result<()> {
    let db = database().await?;
    Tag::insert_many(["old", "older"].map(|name| Tag::insert().name(name))).exec(&db).await?;
    let order = |total: i64| Order::insert().total(total);
    let orders = [
        order(1).link(Order::TAGS, ["old", "older"]).with(Order::TAGS, [Tag::insert().name("new")]),
        order(2).link(Order::TAGS, Vec::<String>::new()).with(Order::TAGS, Vec::<Tag>::new()),
    ];
    // Two builders of two types, which give the same.
    assert_eq!(format!("{:?}", orders[0]), format!("{:?}", orders[1]));
    let [first, second] = orders.map(|order| order.with(Order::LINES, lines!("x")));
    let ann = Customer::insert().name("Ann").with(Customer::ORDERS, [first, second]);
    let (ann, orders) = ann.one(&db).await?;
    // What was there is not read.
    assert_eq!(orders.iter().map(|(_, tags, _)| tags.len()).collect::<Vec<_>>(), [1, 0]);
    let (_, orders) = Customer::find(ann.id)
        .with(Customer::ORDERS.order_by(Order::TOTAL.asc()).with(Order::TAGS.order_by(Tag::NAME.asc())))
        .one(&db)
        .await?;
    let names = |tags: &[Tag]| tags.iter().map(|tag| tag.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&orders[0].1), ["new", "old", "older"]);
    assert_eq!(names(&orders[1].1), [""; 0]);
    // On its own: the row and its links.
    let alone: Order = order(3).customer_id(ann.id).link(Order::TAGS, ["old"]).one(&db).await?;
    assert_eq!(OrderTag::filter(OrderTag::ORDER_ID.eq(alone.id)).one(&db).await?.tag, "old");
    Ok(())
}

/// A tag about some topics, each with what is said of it.
macro_rules! tag {
    ($name:expr, $topics:expr) => {{
        let topics = $topics.into_iter().map(|topic: String| {
            let sayings = [3, 1, 2]
                .map(|n: i64| Saying::insert().position(Decimal::from(n)).text(format!("{topic} {n}")));
            Topic::insert().name(topic).with(Topic::SAYINGS, sayings)
        });
        Tag::insert().name($name).with(Tag::TOPICS, topics)
    }};
}

type TagWithTopics = (Tag, Vec<(Topic, Vec<Saying>)>);
type Ordered = (Order, Vec<Line>, Vec<TagWithTopics>);

/// A customer with two orders, one with two tags of two topics each.
macro_rules! deep {
    ($name:expr) => {{
        let name: &str = $name;
        let topics = |tag: usize| [1, 2].map(|n| format!("{name} {tag}.{n}"));
        let tagged = [(1, 2), (2, 0)].map(|(total, tags)| {
            let tags = (0..tags).map(|n| tag!(format!("{name} {n}"), topics(n)));
            Order::insert().total(total).with(Order::LINES, lines!("x")).with(Order::TAGS, tags)
        });
        Customer::insert().name(name).with(Customer::ORDERS, tagged)
    }};
}

#[tokio::test]
async fn new_rows_of_a_many_to_many_have_rows_below_them() -> Result<()> {
    let db = database().await?;
    let (ann, orders): (Customer, Vec<Ordered>) = deep!("Ann").one(&db).await?;
    // What came back is what is there, in the order in which it was given.
    let sorted = Topic::SAYINGS.order_by(Saying::POSITION.asc());
    let topics = Tag::TOPICS.order_by(Topic::NAME.asc()).with(sorted);
    let loaded = Customer::find(ann.id)
        .with(
            Customer::ORDERS
                .order_by(Order::TOTAL.asc())
                .with(Order::LINES)
                .with(Order::TAGS.order_by(Tag::NAME.asc()).with(topics)),
        )
        .one(&db)
        .await?;
    let mut given = orders.clone();
    for (_, sayings) in given.iter_mut().flat_map(|(.., tags)| tags).flat_map(|(_, topics)| topics) {
        let texts = sayings.iter().map(|saying| saying.text.rsplit_once(' ').map(|(_, n)| n.to_owned()));
        assert_eq!(texts.collect::<Option<Vec<_>>>(), Some(["3", "1", "2"].map(str::to_owned).to_vec()));
        sayings.sort_by_key(|saying| saying.position);
    }
    assert_eq!(loaded, (ann, given));
    assert_eq!(orders.iter().map(|(.., tags)| tags.len()).collect::<Vec<_>>(), [2, 0]);
    assert_eq!((TagTopic::query().count(&db).await?, OrderTag::query().count(&db).await?), (4, 2));
    Ok(())
}

#[tokio::test]
async fn a_table_between_is_one_statement_for_all_rows_of_a_depth() -> Result<()> {
    let db = database().await?;
    let (proxy, through) = proxied(&db).await?;
    // A customer, two orders, two lines, two tags and their rows between, four topics and theirs, twelve sayings.
    assert_eq!(deep!("first").exec(&through).await?, 1 + 2 + 2 + 2 + 2 + 4 + 4 + 12);
    deep!("second").one(&through).await?;
    proxy.forget_statements();
    proxy.take_round_trips();
    deep!("third").one(&through).await?;
    assert_eq!((proxy.take_round_trips(), proxy.count("INSERT")), (2, 8));
    Ok(())
}

#[tokio::test]
async fn after_a_lost_answer_all_rows_below_those_of_a_many_to_many_are_read_by_their_keys() -> Result<()> {
    let db = database().await?;
    let (proxy, through) = proxied(&db).await?;
    let tree = |name: &str| {
        let topic = Topic::insert()
            .name(name)
            .with(Topic::SAYINGS, [Saying::insert().position(Decimal::ONE).text(format!("of {name}"))]);
        let tag = Tag::insert().name(name).with(Tag::TOPICS, [topic]);
        Customer::insert()
            .name(name)
            .with(Customer::ORDERS, [Order::insert().total(1).with(Order::TAGS, [tag])])
    };
    proxy.on("COMMIT").strike(Fault::CutAfterSend);
    let (_, orders): (Customer, Vec<(Order, Vec<TagWithTopics>)>) = tree("Ann").one(&through).await?;
    let (tag, topics) = &orders[0].1[0];
    assert_eq!((&*tag.name, &*topics[0].0.name, &*topics[0].1[0].text), ("Ann", "Ann", "of Ann"));
    proxy.on("COMMIT").strike(Fault::CutBeforeSend);
    let error = tree("Bob").one(&through).await.expect_err("it is not there");
    assert!(error.is_outcome_unknown(), "{error}");
    // Each was inserted once, and nothing of what never arrived.
    assert_eq!((Topic::query().count(&db).await?, Saying::query().count(&db).await?), (1, 1));
    // Of several sayings nobody can tell which is which, and none is handed out in the wrong place.
    proxy.on("COMMIT").strike(Fault::CutAfterSend);
    let error = deep!("Cid").one(&through).await.expect_err("nobody knows which is which");
    assert!(
        error.commit_outcome() == CommitOutcome::Committed && error.to_string().contains("in several ways"),
        "{error}"
    );
    assert_eq!(Saying::query().count(&db).await?, 13);
    Ok(())
}

#[tokio::test]
async fn a_failure_below_a_row_of_a_many_to_many_inserts_nothing() -> Result<()> {
    let db = database().await?;
    let (proxy, through) = proxied(&db).await?;
    let tag = tag!("new", ["same".to_owned(), "same".to_owned()]);
    let order = Order::insert().total(1).with(Order::TAGS, [tag]);
    let error = Customer::insert()
        .name("Ann")
        .with(Customer::ORDERS, [order])
        .exec(&db)
        .await
        .expect_err("one name twice");
    assert!(error.is_unique_violation() && error.table() == Some("topics"), "{error}");
    assert_eq!((Customer::query().count(&db).await?, Tag::query().count(&db).await?), (0, 0));
    // A serialization failure runs all of it again.
    proxy.on("COMMIT").strike(Fault::Fail("40001".into()));
    deep!("Ann").exec(&through).await?;
    assert_eq!((TagTopic::query().count(&db).await?, proxy.pending()), (4, 0));
    Ok(())
}

#[tokio::test]
async fn rows_of_the_table_between_may_be_given_beside_those_that_are_made() -> Result<()> {
    let db = database().await?;
    let ann = Customer::insert().name("Ann").one(&db).await?;
    let other = Order::insert().customer_id(ann.id).total(9).one(&db).await?;
    Tag::insert().name("old").exec(&db).await?;
    // The first relation of the tag is that to the table between itself.
    let tag = Tag::insert().name("new").with(Tag::USES, [OrderTag::insert().order_id(other.id)]);
    let order =
        Order::insert().customer_id(ann.id).total(1).with(Order::TAGS, [tag]).link(Order::TAGS, ["old"]);
    let (order, tags): (Order, Vec<(Tag, Vec<OrderTag>)>) = order.one(&db).await?;
    assert_eq!(tags[0].1, [OrderTag { order_id: other.id, tag: "new".to_owned() }]);
    let uses = OrderTag::order_by((OrderTag::TAG.asc(), OrderTag::ORDER_ID.eq(order.id).asc()));
    let uses: Vec<_> = uses.all(&db).await?.into_iter().map(|row| (row.order_id, row.tag)).collect();
    let expected = [(other.id, "new"), (order.id, "new"), (order.id, "old")];
    assert_eq!(uses, expected.map(|(id, tag)| (id, tag.to_owned())));
    // The same where nothing but the relation tells the rows that were given from those that were made.
    let topic = Topic::insert().name("x").with(Topic::USES, [TagTopic::insert().tag("old")]);
    let tag = Tag::insert().name("newer").with(Tag::TOPICS, [topic]);
    let (_, topics): (Tag, Vec<(Topic, Vec<TagTopic>)>) = tag.one(&db).await?;
    let (topic, given) = &topics[0];
    let given: Vec<_> = given.iter().map(|row| (&*row.tag, row.topic_id)).collect();
    assert_eq!(given, [("old", topic.id)]);
    let all = TagTopic::query().select((TagTopic::TAG, TagTopic::TOPIC_ID)).order_by(TagTopic::TAG);
    assert_eq!(all.all(&db).await?, ["newer", "old"].map(|tag| (tag.to_owned(), topic.id)));
    Ok(())
}

#[tokio::test]
async fn of_a_tag_with_its_root_alone_only_the_tag_comes_back() -> Result<()> {
    let db = database().await?;
    let ann = Customer::insert().name("Ann").one(&db).await?;
    let tag = tag!("new", ["a".to_owned()]).root_only();
    let (_, tags): (Order, Vec<Tag>) =
        Order::insert().customer_id(ann.id).total(1).with(Order::TAGS, vec![tag]).one(&db).await?;
    assert_eq!((tags.len(), Saying::query().count(&db).await?), (1, 3));
    let mixed = Order::insert().customer_id(ann.id).total(2).link(Order::TAGS, ["new"]).root_only();
    let mixed: Order = mixed.one(&db).await?;
    assert_eq!(OrderTag::filter(OrderTag::ORDER_ID.eq(mixed.id)).count(&db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_link_to_what_is_not_there_inserts_nothing() -> Result<()> {
    let db = database().await?;
    let ann = Customer::insert().name("Ann").one(&db).await?;
    Tag::insert().name("old").exec(&db).await?;
    let order = || Order::insert().total(1).customer_id(ann.id);
    let error = order().link(Order::TAGS, ["no such tag"]).one(&db).await.expect_err("it is not there");
    assert!(error.is_foreign_key_violation() && error.table() == Some("order_tags"), "{error}");
    let error = order().link(Order::TAGS, ["old", "old"]).exec(&db).await.expect_err("it is linked twice");
    assert!(error.is_unique_violation() && error.table() == Some("order_tags"), "{error}");
    assert_eq!((Order::query().count(&db).await?, OrderTag::query().count(&db).await?), (0, 0));
    Ok(())
}

/// Categories by their paths: `a/b/c` is `c` in `b` in `a`.
fn category(depth: usize) -> Tree<Category, CategoryInsert<Set<String>>> {
    let below = (0..depth).map(|_| category(depth - 1));
    Category::insert().name(format!("{depth}")).with(Category::BELOW, below).root_only()
}

#[tokio::test]
async fn rows_of_any_depth_are_inserted_where_only_the_first_comes_back() -> Result<()> {
    let db = database().await?;
    let (proxy, through) = proxied(&db).await?;
    let root: Category = category(4).one(&through).await?;
    assert_eq!((&*root.name, root.above), ("4", None));
    assert_eq!(proxy.count("RETURNING"), 1);
    // 1 + 4 + 4 * 3 + 4 * 3 * 2 + 4 * 3 * 2 * 1
    assert_eq!(Category::query().count(&db).await?, 1 + 4 + 12 + 24 + 24);
    assert_eq!(Category::filter(Category::BELOW.any(Category::NAME.eq("0"))).count(&db).await?, 24);
    Ok(())
}

#[tokio::test]
async fn in_a_transaction_all_its_statements_wait_once() -> Result<()> {
    let db = database().await?;
    let (proxy, through) = proxied(&db).await?;
    let tree = |name: &str| {
        let order = Order::insert().total(1).with(Order::LINES, lines!("a"));
        Customer::insert().name(name).with(Customer::ORDERS, [order])
    };
    tree("first").exec(&through).await?;
    let tree = &tree;
    let proxy = &proxy;
    through.transaction("prepare", async move |tx| tree("second").one(&tx).await).await?;
    through
        .transaction("trees", async move |tx| {
            Customer::query().count(&tx).await?;
            proxy.take_round_trips();
            tree("third").one(&tx).await?;
            assert_eq!(proxy.take_round_trips(), 1);
            Ok(())
        })
        .await
}

#[tokio::test]
async fn what_cannot_be_read_again_is_said_to_be_there() -> Result<()> {
    let db = database().await?;
    let (proxy, through) = proxied(&db).await?;
    let order = Order::insert().total(1).with(Order::NOTES, [Note::insert().text("x")]);
    let tree = Customer::insert().name("Ann").with(Customer::ORDERS, [order]);
    proxy.on("COMMIT").strike(Fault::CutAfterSend);
    let error = tree.one(&through).await.expect_err("nobody knows the key of the note");
    assert!(
        error.commit_outcome() == CommitOutcome::Committed
            && error.to_string().contains("only the server knows"),
        "{error}"
    );
    assert_eq!(Note::query().count(&db).await?, 1);
    // How many there are is known.
    proxy.on("COMMIT").strike(Fault::CutAfterSend);
    let order = Order::insert().total(1).with(Order::NOTES, [Note::insert().text("x")]);
    assert_eq!(Customer::insert().name("Bob").with(Customer::ORDERS, [order]).exec(&through).await?, 3);
    Ok(())
}

#[tokio::test]
async fn after_a_lost_answer_no_row_is_told_by_its_order() -> Result<()> {
    let db = database().await?;
    let (proxy, through) = proxied(&db).await?;
    let step = |position: i64| Step::insert().position(Decimal::from(position)).what(position.to_string());
    let tree = |name: &str, steps: &[i64]| {
        let order = || Order::insert().total(1).with(Order::STEPS, steps.iter().map(|n| step(*n)));
        Customer::insert().name(name).with(Customer::ORDERS, [order(), order()])
    };
    let (_, orders) = tree("Ann", &[5, 1]).one(&through).await?;
    for (_, steps) in &orders {
        assert_eq!(steps.iter().map(|step| &*step.what).collect::<Vec<_>>(), ["5", "1"]);
    }
    // Read again by their keys, they would come in any order, and the keys do not tell which is which.
    proxy.on("COMMIT").strike(Fault::CutAfterSend);
    let error = tree("Bob", &[5, 1]).one(&through).await.expect_err("nobody knows which is which");
    assert!(
        error.commit_outcome() == CommitOutcome::Committed && error.to_string().contains("in several ways"),
        "{error}"
    );
    assert_eq!(Step::query().count(&db).await?, 8);
    // The only one is known.
    proxy.on("COMMIT").strike(Fault::CutAfterSend);
    let order = Order::insert().total(1).with(Order::STEPS, [step(7)]);
    let (_, orders) = Customer::insert().name("Cid").with(Customer::ORDERS, [order]).one(&through).await?;
    assert_eq!((orders.len(), &*orders[0].1[0].what), (1, "7"));
    Ok(())
}

#[tokio::test]
async fn after_a_lost_answer_a_row_whose_key_was_changed_is_not_another_one() -> Result<()> {
    let db = database().await?;
    let (proxy, through) = proxied(&db).await?;
    let time = |second: i64| DateTime::from_timestamp(second, 300_000_000).expect("a time").naive_utc();
    let stamps = [3, 1].map(|second| Stamp::insert().at(time(second)).text(second.to_string()));
    let order = Order::insert().total(1).with(Order::STAMPS, stamps);
    proxy.on("COMMIT").strike(Fault::CutAfterSend);
    let tree = Customer::insert().name("Ann").with(Customer::ORDERS, [order]);
    let error = tree.one(&through).await.expect_err("the server has cut the keys");
    assert!(error.is_not_found() && error.commit_outcome() == CommitOutcome::Committed, "{error}");
    assert_eq!(Stamp::query().count(&db).await?, 2);
    Ok(())
}

#[tokio::test]
async fn a_row_of_another_value_in_a_shared_column_is_not_linked() -> Result<()> {
    let db = database().await?;
    Part::insert_many([(1, 5), (2, 5)].map(|(at, number)| Part::insert().warehouse_id(at).number(number)))
        .exec(&db)
        .await?;
    let parcel = || Parcel::insert().warehouse_id(1).number(7);
    let refused = |error: crdb_orm::Error| {
        assert!(
            error.is_invalid_statement()
                && error.column() == Some("warehouse_id")
                && error.to_string().contains("another `warehouse_id` than the one above"),
            "{error}"
        );
    };
    refused(parcel().link(Parcel::PARTS, [(2, 5)]).exec(&db).await.expect_err("of another warehouse"));
    let far = Part::insert().warehouse_id(2).number(6);
    refused(parcel().with(Parcel::PARTS, [far]).exec(&db).await.expect_err("of another warehouse"));
    assert_eq!((Parcel::query().count(&db).await?, ParcelPart::query().count(&db).await?), (0, 0));
    let near = Part::insert().warehouse_id(1).number(6);
    parcel().link(Parcel::PARTS, [(1, 5)]).with(Parcel::PARTS, [near]).exec(&db).await?;
    let parts = ParcelPart::order_by(ParcelPart::PART.asc()).all(&db).await?;
    let found: Vec<_> = parts.iter().map(|row| (row.warehouse_id, row.parcel, row.part)).collect();
    assert_eq!(found, [(1, 7, 5), (1, 7, 6)]);
    Ok(())
}

#[tokio::test]
async fn a_builder_is_more_than_its_setters() -> Result<()> {
    let db = database().await?;
    let ann = Customer::insert().name("Ann");
    let first = ann.clone().one(&db).await?;
    assert_eq!(ann.clone().or_ignore().optional(&db).await?, None);
    let id: Uuid = ann
        .clone()
        .on_conflict(Customer::NAME)
        .do_update_with(|row| row.set(Customer::NAME, "Anna"))
        .returning(Customer::ID)
        .one(&db)
        .await?;
    assert_eq!((id, Customer::find(first.id).one(&db).await?.name), (first.id, "Anna".to_owned()));
    // A clone makes a key of its own.
    db.transaction("twice", async |tx| {
        let order = Order::insert().customer_id(id).total(1);
        order.clone().defer(&tx);
        order.clone().or_ignore().defer(&tx);
        Ok(())
    })
    .await?;
    assert_eq!(Order::query().count(&db).await?, 2);
    let (inserts, text) = (ann.to_sql(), ann.clone().build().to_sql());
    assert_eq!((&*inserts, text.starts_with("INSERT INTO customers (id, name)")), (&*text, true));
    Customer::insert().id(id).name("Ann again").or_update().exec(&db).await?;
    assert_eq!(Customer::find(id).one(&db).await?.name, "Ann again");
    Ok(())
}

#[tokio::test]
async fn trees_of_tables_that_have_nothing_in_common_have_names_of_their_own() -> Result<()> {
    let db = database().await?;
    Customer::insert().name("Ann").with(Customer::PROFILE, Profile::insert().text("hello")).exec(&db).await?;
    Category::insert().name("a").with(Category::BELOW, [Category::insert().name("b")]).exec(&db).await?;
    let mut names: Vec<_> = db.contention().iter().map(|contention| contention.name).collect();
    names.sort_unstable();
    assert_eq!(names, ["insert tree of categories", "insert tree of customers"]);
    Ok(())
}
