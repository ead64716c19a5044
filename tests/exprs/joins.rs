//! Joins of every kind, by relations, of rows that a query or a function makes for each row, and by them.

use crdb_orm::prelude::*;
use crdb_orm::query::{Sorting, from, random, row_number, series, unnest, value, whole, window, with};
use crdb_orm::testing::TestDb;
use crdb_orm::types::Interval;
use crdb_orm::{CommitOutcome, Result};
use serde_json::json;

use crate::tables::{Customer, Label, Marked, Mood, Order, Piece, Thing, database, thing};

crdb_orm::alias!(Parent = Piece as "parent");
crdb_orm::alias!(Dearest = Order as "dearest");
crdb_orm::cte! { Top as "top" { total: i64 } }
crdb_orm::cte! { Number as "number" { n: i64 } }
crdb_orm::cte! { Tag as "tag" { name: String, place: i64 } }
crdb_orm::cte! { Entry as "entry" { key: String, data: serde_json::Value } }
crdb_orm::cte! { Said as "said" { key: String, text: Option<String> } }
crdb_orm::cte! { Element as "element" { data: serde_json::Value } }
crdb_orm::cte! { Text as "text" { line: Option<String> } }
crdb_orm::cte! { Word as "word" { text: String } }
crdb_orm::cte! { Day as "day" { at: NaiveDateTime } }
crdb_orm::cte! { Felt as "felt" { mood: Mood } }

/// Ann has two orders, Bob none; one order is of nobody.
async fn shop() -> Result<(TestDb, [Customer; 2])> {
    let db = database().await?;
    let ann = Customer::insert().name("Ann").credit(10).one(&db).await?;
    let bob = Customer::insert().name("Bob").credit(20).one(&db).await?;
    for (user, total) in [(ann.id, 5), (ann.id, 7), (Uuid::nil(), 30)] {
        Order::insert().user_id(user).total(total).paid(false).exec(&db).await?;
    }
    Ok((db, [ann, bob]))
}

#[tokio::test]
async fn the_order_of_a_join_is_picked_by_names_of_either_table() -> Result<()> {
    let (db, _) = shop().await?;
    let sorting =
        Sorting::<(Customer, Order)>::new().across("name", Customer::NAME).across("total", Order::TOTAL);
    let rows =
        Customer::query().join(Customer::ID.joins(Order::USER_ID)).select((Customer::NAME, Order::TOTAL));
    let ann_s = |total| ("Ann".to_owned(), total);
    let sorted = rows.clone().order_by(sorting.pick_all("name, -total")?).all(&db).await?;
    assert_eq!(sorted, [ann_s(7), ann_s(5)]);
    let sorted = rows.clone().order_by(sorting.pick("total")?).all(&db).await?;
    assert_eq!(sorted, [ann_s(5), ann_s(7)]);
    assert_eq!(rows.order_by(sorting.pick_all(",")?).all(&db).await?.len(), 2, "no name is no order");

    // The same of a left join, whose scope holds the same tables.
    let all = Customer::query()
        .left_join(Customer::ID.joins(Order::USER_ID))
        .select((Customer::NAME, Order::TOTAL))
        .order_by(sorting.pick_all("-name,-total")?);
    let names = |name: &str, total| (name.to_owned(), total);
    assert_eq!(all.all(&db).await?, [names("Bob", None), names("Ann", Some(7)), names("Ann", Some(5))]);
    Ok(())
}

/// `PostgreSQL` has NULL at the end of an ascending order and CockroachDB at its beginning, so the end is printed.
#[tokio::test]
async fn rows_that_a_join_does_not_find_come_first_on_both_servers_and_last_in_descending_order() -> Result<()>
{
    let (db, _) = shop().await?;
    let of = |descending: bool| {
        let rows = Customer::query()
            .left_join(Customer::ID.joins(Order::USER_ID))
            .select((Customer::NAME, Order::TOTAL));
        if descending {
            rows.order_by((Order::TOTAL.desc(), Customer::NAME.desc()))
        } else {
            rows.order_by((Order::TOTAL, Customer::NAME))
        }
    };
    let order = " ORDER BY orders.total ASC NULLS FIRST, customers.name ASC";
    assert!(of(false).to_sql().ends_with(order), "{}", of(false).to_sql());
    let totals = async |descending| -> Result<Vec<Option<i64>>> {
        Ok(of(descending).all(&db).await?.into_iter().map(|(_, total)| total).collect())
    };
    assert_eq!(totals(false).await?, [None, Some(5), Some(7)]);
    assert_eq!(totals(true).await?, [Some(7), Some(5), None]);

    // In a full join either side may be missing; what is said stays.
    let all = Customer::query()
        .full_join(Customer::ID.joins(Order::USER_ID))
        .select((Customer::NAME, Order::TOTAL))
        .order_by((Customer::NAME.lower().desc(), Order::TOTAL.asc().nulls_last()));
    let sql = all.to_sql();
    let order = " ORDER BY lower(customers.name) DESC NULLS LAST, orders.total ASC NULLS LAST";
    assert!(sql.ends_with(order), "{sql}");
    let names: Vec<_> = all.all(&db).await?.into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, [Some("Bob".to_owned()), Some("Ann".into()), Some("Ann".into()), None]);
    Ok(())
}

#[tokio::test]
async fn rows_that_a_join_does_not_find_stand_at_the_same_end_of_windows_aggregates_and_unions() -> Result<()>
{
    let (db, _) = shop().await?;
    let all = || Customer::query().left_join(Customer::ID.joins(Order::USER_ID));
    let by_total = window().order_by(Order::TOTAL);
    let numbered = all().select((Order::TOTAL, row_number().over(by_total))).order_by(Order::TOTAL.desc());
    let sql = numbered.to_sql();
    assert!(sql.contains("row_number() OVER (ORDER BY orders.total ASC NULLS FIRST)"), "{sql}");
    assert_eq!(numbered.all(&db).await?, [(Some(7), Some(3)), (Some(5), Some(2)), (None, Some(1))]);

    let names = all().select(
        Customer::NAME
            .across::<(Customer, Order), _>()
            .string_agg(",")
            .order_by(Order::TOTAL.across().desc()),
    );
    let sql = names.to_sql();
    assert!(sql.contains(" ORDER BY orders.total DESC NULLS LAST)"), "{sql}");
    assert_eq!(names.one(&db).await?.as_deref(), Some("Ann,Ann,Bob"));

    let inner = Customer::query()
        .join(Customer::ID.joins(Order::USER_ID))
        .select((Customer::NAME, Order::TOTAL.nullable()));
    let union = || all().select((Customer::NAME, Order::TOTAL)).union(inner.clone());
    let sql = union().order_by(Order::TOTAL).to_sql();
    assert!(sql.ends_with(" ORDER BY 2 ASC NULLS FIRST"), "{sql}");
    let totals =
        |rows: Vec<(String, Option<i64>)>| rows.into_iter().map(|(_, total)| total).collect::<Vec<_>>();
    assert_eq!(totals(union().order_by(Order::TOTAL).all(&db).await?), [None, Some(5), Some(7)]);
    assert_eq!(totals(union().order_by(Order::TOTAL.desc()).all(&db).await?), [Some(7), Some(5), None]);
    Ok(())
}

#[tokio::test]
async fn what_a_join_may_not_find_is_an_option_on_whichever_side() -> Result<()> {
    let (db, [ann, bob]) = shop().await?;
    let by_total = |mut rows: Vec<(Option<String>, Option<i64>)>| {
        rows.sort_by_key(|(_, total)| *total);
        rows
    };
    let right: Vec<(Option<String>, i64)> = Customer::query()
        .right_join(Customer::ID.joins(Order::USER_ID))
        .select((Customer::NAME, Order::TOTAL))
        .order_by(Order::TOTAL.asc())
        .all(&db)
        .await?;
    assert_eq!(right, [(Some("Ann".to_owned()), 5), (Some("Ann".to_owned()), 7), (None, 30)]);

    let full: Vec<(Option<String>, Option<i64>)> = Customer::query()
        .full_join(Customer::ID.joins(Order::USER_ID))
        .select((Customer::NAME, Order::TOTAL))
        .all(&db)
        .await?;
    let ann_s = |total| (Some("Ann".to_owned()), Some(total));
    assert_eq!(by_total(full), [(Some("Bob".to_owned()), None), ann_s(5), ann_s(7), (None, Some(30))]);

    let whole_rows: Vec<(Option<Customer>, Option<Order>)> = Customer::query()
        .full_join(Customer::ID.joins(Order::USER_ID))
        .select((whole::<Customer>(), whole::<Order>()))
        .all(&db)
        .await?;
    assert_eq!(whole_rows.iter().filter(|(customer, _)| customer.as_ref() == Some(&ann)).count(), 2);
    assert!(whole_rows.contains(&(Some(bob), None)));

    // A right join behind another join: all that stands before it may be missing.
    let three: Vec<(Option<i64>, Option<String>, String)> = Order::query()
        .left_join(Order::USER_ID.joins(Customer::ID))
        .right_join(Customer::NAME.joins(Label::TEXT))
        .select((Order::TOTAL, Customer::NAME, Label::TEXT))
        .all(&db)
        .await?;
    assert_eq!(three, []);
    let pairs = Customer::query().cross_join::<Order>().select((Customer::NAME, Order::TOTAL));
    assert_eq!(pairs.all(&db).await?.len(), 6);
    Ok(())
}

/// A wheel and a door of a car, both marked, the wheel twice; and a nut of the wheel.
async fn car() -> Result<TestDb> {
    let db = database().await?;
    let part = |n: u128, parent: Option<u128>, name: &str| Piece {
        id: Uuid::from_u128(n),
        parent_id: parent.map(Uuid::from_u128),
        name: name.to_owned(),
        mood: if n.is_multiple_of(2) { Mood::Good } else { Mood::Bad },
    };
    for row in
        [part(1, None, "car"), part(2, Some(1), "wheel"), part(3, Some(1), "door"), part(4, Some(2), "nut")]
    {
        Piece::insert_row(&row).exec(&db).await?;
    }
    for (n, text, parts) in [(1, "round", &[2_u128, 4][..]), (2, "black", &[2])] {
        let label = Label { id: Uuid::from_u128(n), text: text.to_owned() };
        Label::insert_row(&label).exec(&db).await?;
        for part in parts {
            Marked::insert().part_id(Uuid::from_u128(*part)).label_id(label.id).exec(&db).await?;
        }
    }
    Ok(db)
}

#[tokio::test]
async fn relations_are_joined_by_their_name() -> Result<()> {
    let db = car().await?;
    let rows: Vec<(String, Option<Piece>)> = Piece::query()
        .left_join(Piece::PARENT.under::<Parent>())
        .select((Piece::NAME, whole::<Parent>()))
        .order_by(Piece::ID.asc())
        .all(&db)
        .await?;
    let seen: Vec<_> =
        rows.iter().map(|(name, above)| (&**name, above.as_ref().map(|above| &*above.name))).collect();
    assert_eq!(seen, [("car", None), ("wheel", Some("car")), ("door", Some("car")), ("nut", Some("wheel"))]);

    // A table between, which is read but not named; its rows and those behind it come or are missing together.
    let labels = Piece::query()
        .left_join(Piece::LABELS)
        .select((Piece::NAME, Label::TEXT))
        .order_by(Piece::ID.asc())
        .order_by(Label::TEXT.asc());
    assert!(
        labels.to_sql().contains(
            " LEFT JOIN (marked JOIN labels ON labels.id = marked.label_id) ON parts.id = marked.part_id "
        ),
        "{}",
        labels.to_sql()
    );
    let labels = labels.all(&db).await?;
    let seen: Vec<_> = labels.iter().map(|(name, text)| (&**name, text.as_deref())).collect();
    assert_eq!(
        seen,
        [
            ("car", None),
            ("wheel", Some("black")),
            ("wheel", Some("round")),
            ("door", None),
            ("nut", Some("round"))
        ]
    );
    let round = Piece::query().join(Piece::LABELS).filter(Label::TEXT.eq("round")).select(Piece::ID.count());
    assert_eq!(round.one(&db).await?, 2);
    Ok(())
}

#[tokio::test]
async fn a_query_is_made_for_each_row() -> Result<()> {
    let (db, _) = shop().await?;
    let top = || Order::query().select((Order::TOTAL,)).order_by(Order::TOTAL.desc()).limit(1);
    let mine = || Order::USER_ID.joins(Customer::ID);
    let rows: Vec<(String, i64)> = Customer::query()
        .join_lateral(top().lateral(mine()).named::<Top>())
        .select((Customer::NAME, Top::total()))
        .all(&db)
        .await?;
    assert_eq!(rows, [("Ann".to_owned(), 7)]);
    let rows: Vec<(String, Option<i64>)> = Customer::query()
        .left_join_lateral(top().limit(2).lateral(mine()).named::<Top>())
        .filter(Customer::CREDIT.gt(1))
        .select((Customer::NAME, Top::total()))
        .order_by(Customer::NAME.asc())
        .order_by(Top::total().asc())
        .all(&db)
        .await?;
    assert_eq!(rows, [("Ann".to_owned(), Some(5)), ("Ann".to_owned(), Some(7)), ("Bob".to_owned(), None)]);
    let dearest = Order::order_by(Order::TOTAL.desc()).limit(1).lateral(mine()).under::<Dearest>();
    let rows: Vec<(String, Option<Order>)> = Customer::query()
        .left_join_lateral(dearest)
        .select((Customer::NAME, whole::<Dearest>()))
        .order_by(Customer::NAME.asc())
        .all(&db)
        .await?;
    assert_eq!(
        rows.iter().map(|(_, order)| order.as_ref().map(|o| o.total)).collect::<Vec<_>>(),
        [Some(7), None]
    );
    Ok(())
}

#[tokio::test]
async fn functions_make_rows() -> Result<()> {
    let db = database().await?;
    Thing::insert_row(&thing()).exec(&db).await?;
    assert_eq!(Thing::filter(random().lt(1.0).anywhere()).count(&db).await?, 1);
    assert_eq!(Thing::filter(random().lt(0.0).anywhere()).count(&db).await?, 0);
    let odd = from(series(1, 7, 2).named::<Number>()).select(Number::n()).order_by(Number::n().desc());
    assert_eq!(odd.all(&db).await?, [7, 5, 3, 1]);
    let words = from(unnest(["b".to_owned(), "a".to_owned()]).named::<Word>());
    assert_eq!(words.select(Word::text().max()).one(&db).await?, Some("b".to_owned()));
    let moods = from(unnest([Mood::Bad, Mood::Good]).named::<Felt>()).select(Felt::mood());
    assert_eq!(moods.order_by(Felt::mood().asc()).all(&db).await?, [Mood::Good, Mood::Bad]);
    let none = from(unnest(Vec::<String>::new()).named::<Word>()).select(Word::text());
    assert_eq!(none.all(&db).await?, Vec::<String>::new());
    let local = thing().local;
    let later = NaiveDateTime::new(local.date().succ_opt().expect("a day"), local.time());
    let days = from(series(local, later, Interval::from_micros(12 * 3_600_000_000)).named::<Day>());
    assert_eq!(days.select(Day::at().count()).one(&db).await?, 3);

    let tags = Thing::query()
        .join_lateral(Thing::TAGS.unnest().numbered().named::<Tag>())
        .select((Tag::name(), Tag::place()))
        .order_by(Tag::place().desc());
    assert_eq!(tags.all(&db).await?, [("b".to_owned(), 2), ("a".to_owned(), 1)]);
    let keys = Thing::query()
        .join_lateral(Thing::DOC.json_each().named::<Entry>())
        .select((Entry::key(), Entry::data()))
        .order_by(Entry::key().asc());
    assert_eq!(
        keys.all(&db).await?,
        [
            ("a".to_owned(), json!({"b": "x"})),
            ("list".to_owned(), json!([1, "two"])),
            ("none".to_owned(), serde_json::Value::Null)
        ]
    );
    let texts = Thing::query()
        .join_lateral(Thing::DOC.json_each_text().named::<Said>())
        .select((Said::key(), Said::text()))
        .order_by(Said::key().asc());
    assert_eq!(
        texts.all(&db).await?,
        [
            ("a".to_owned(), Some(r#"{"b": "x"}"#.to_owned())),
            ("list".to_owned(), Some(r#"[1, "two"]"#.to_owned())),
            ("none".to_owned(), None)
        ]
    );
    let list = || Thing::DOC.get("list");
    let elements =
        Thing::query().join_lateral(list().json_elements().named::<Element>()).select(Element::data());
    assert_eq!(elements.all(&db).await?, [json!(1), json!("two")]);
    let texts = Thing::query().join_lateral(list().json_elements_text().named::<Text>()).select(Text::line());
    assert_eq!(texts.all(&db).await?, [Some("1".to_owned()), Some("two".to_owned())]);
    let keys =
        Thing::query().join_lateral(Thing::DOC.json_keys().named::<Word>()).select(Word::text().count());
    assert_eq!(keys.one(&db).await?, 3);
    let error = Thing::query().join_lateral(Thing::DOC.json_elements().named::<Element>());
    let error = error.select(Element::data()).all(&db).await.expect_err("an object is no list");
    assert_eq!(error.sqlstate(), Some("22023"), "{error}");
    Ok(())
}

#[tokio::test]
async fn rows_are_written_by_the_rows_of_other_tables() -> Result<()> {
    let (db, [ann, _]) = shop().await?;
    let mine = || Order::query().join(Order::USER_ID.joins(Customer::ID));
    let update = mine()
        .filter(Customer::NAME.eq("Ann"))
        .update()
        .set_from(Order::TOTAL, Customer::CREDIT)
        .set(Order::PAID, true);
    assert_eq!(
        update.to_sql()?,
        "UPDATE orders SET total = customers.credit, paid = $1 FROM customers \
         WHERE orders.user_id = customers.id AND customers.name = $2"
    );
    let changed = mine().filter(Customer::NAME.eq("Ann")).update().set_from(Order::TOTAL, Customer::CREDIT);
    assert_eq!(changed.exec(&db).await?, 2);
    let totals = Order::filter(Order::USER_ID.eq(ann.id)).select(Order::TOTAL).all(&db).await?;
    assert_eq!(totals, [10, 10]);
    assert_eq!(mine().update().add(Order::TOTAL, 1).exec(&db).await?, 2);
    assert_eq!(Order::query().sum(Order::TOTAL, &db).await?, Some(52));
    assert_eq!(mine().filter(Customer::NAME.eq("Bob")).delete().exec(&db).await?, 0);
    assert_eq!(mine().delete().exec(&db).await?, 2);
    assert_eq!(Order::query().count(&db).await?, 1);
    let nothing = mine().update().exec(&db).await.expect_err("it sets nothing");
    assert!(nothing.is_invalid_statement(), "{nothing}");
    let limited = Order::query().limit(1).join(Order::USER_ID.joins(Customer::ID)).delete().exec(&db).await;
    assert!(limited.expect_err("a limit").is_invalid_statement());
    Ok(())
}

#[tokio::test]
async fn a_write_by_other_rows_returns_what_it_is_asked_for() -> Result<()> {
    let (db, [ann, _]) = shop().await?;
    let mine = || Order::query().join(Order::USER_ID.joins(Customer::ID));
    let update = || mine().filter(Customer::NAME.eq("Ann")).update().set_from(Order::TOTAL, Customer::CREDIT);
    let told = || update().returning((Order::TOTAL + 1, Customer::NAME, Customer::CREDIT * 2));
    assert_eq!(
        told().to_sql()?,
        "UPDATE orders SET total = customers.credit FROM customers \
         WHERE orders.user_id = customers.id AND customers.name = $1 \
         RETURNING (orders.total + $2)::INT8, customers.name, (customers.credit * $3)::INT8"
    );
    assert_eq!(told().all(&db).await?, [(11, "Ann".to_owned(), 20), (11, "Ann".to_owned(), 20)]);
    let rows: Vec<(Order, Customer)> =
        update().returning((whole::<Order>(), whole::<Customer>())).all(&db).await?;
    assert!(rows.iter().all(|(order, customer)| order.user_id == ann.id && customer.id == ann.id));
    let orders: Vec<Order> = update().all(&db).await?;
    assert_eq!(orders, rows.into_iter().map(|(order, _)| order).collect::<Vec<_>>());
    // In a transaction, and in a batch.
    let (names, count) = db
        .transaction("named", async |tx| tx.batch((update().returning(Customer::NAME), Order::query())).await)
        .await
        .map(|(names, orders)| (names, orders.len()))?;
    assert_eq!((names, count), (vec!["Ann".to_owned(); 2], 3));
    // Several rows where one is wanted: they are written all the same, and the error says so.
    let several = update().returning(Order::ID).one(&db).await.expect_err("there are two");
    assert!(several.is_too_many_rows() && several.commit_outcome() == CommitOutcome::Committed, "{several}");
    // What is joined several times is written, and comes back, once.
    let theirs = || Customer::query().join(Customer::ID.joins(Order::USER_ID));
    let once = theirs().update().add(Customer::CREDIT, 1).returning((Customer::CREDIT, Order::USER_ID));
    assert_eq!(once.all(&db).await?, [(11, ann.id)]);
    let gone = mine().filter(Customer::NAME.eq("Ann")).delete().returning((Customer::CREDIT, Order::PAID));
    assert_eq!(gone.all(&db).await?, [(11, false), (11, false)]);
    assert_eq!(mine().delete().all(&db).await?, []);
    assert!(mine().delete().returning(Order::ID).one(&db).await.expect_err("none").is_not_found());
    let nothing = mine().update().returning(Order::ID).all(&db).await.expect_err("it sets nothing");
    assert!(nothing.is_invalid_statement(), "{nothing}");
    Ok(())
}

crdb_orm::cte! { Raised as "raised" { total: i64, name: String } }

#[tokio::test]
async fn what_a_write_by_other_rows_returns_is_read_by_another_query() -> Result<()> {
    let (db, _) = shop().await?;
    let raised = || {
        Order::query()
            .join(Order::USER_ID.joins(Customer::ID))
            .update()
            .add(Order::TOTAL, 1)
            .returning((Order::TOTAL, Customer::NAME))
            .named::<Raised>()
    };
    let totals = || {
        Ok::<_, crdb_orm::Error>(with(raised()?).from::<Raised>().select((Raised::name(), Raised::total())))
    };
    assert!(totals()?.to_sql().contains("RETURNING orders.total, customers.name)"), "{}", totals()?.to_sql());
    assert!(totals()?.all(&db).await?.iter().all(|(name, _)| name == "Ann"));
    Ok(())
}

#[tokio::test]
async fn what_a_query_reads_is_inserted() -> Result<()> {
    let (db, [ann, _]) = shop().await?;
    let copies = || {
        Order::filter(Order::TOTAL.gt(5))
            .select((Order::USER_ID, Order::TOTAL * 2, value(true)))
            .insert_into((Order::USER_ID, Order::TOTAL, Order::PAID))
    };
    let mut inserted = copies().all(&db).await?;
    inserted.sort_by_key(|order| order.total);
    assert_eq!(
        inserted.iter().map(|order| (order.total, order.paid)).collect::<Vec<_>>(),
        [(14, true), (60, true)]
    );
    let same = || Customer::query().select((Customer::ID, Customer::NAME, Customer::CREDIT));
    let columns = (Customer::ID, Customer::NAME, Customer::CREDIT);
    assert!(same().insert_into(columns).exec(&db).await.expect_err("they are there").is_unique_violation());
    assert_eq!(same().insert_into(columns).or_ignore().exec(&db).await?, 0);
    // An enum, and a value where NULL may be.
    let moods = Customer::filter(Customer::ID.eq(ann.id)).select((
        Customer::NAME,
        Customer::CREDIT,
        value(Mood::Bad),
    ));
    let new = moods.insert_into((Customer::NAME, Customer::CREDIT, Customer::MOOD)).all(&db).await?;
    assert_eq!(new[0].mood, Some(Mood::Bad));
    for (insert, why) in [
        (Customer::query().select(Customer::NAME).insert_into(Customer::NAME), "`credit` is neither given"),
        (
            Customer::query().select((Customer::NAME,)).insert_into((Customer::NAME,)),
            "`credit` is neither given",
        ),
    ] {
        let error = insert.exec(&db).await.expect_err("a column is missing");
        assert!(error.is_invalid_statement() && error.to_string().contains(why), "{error}");
    }
    let twice = Customer::query().select((Customer::NAME, Customer::NAME, Customer::CREDIT)).insert_into((
        Customer::NAME,
        Customer::NAME,
        Customer::CREDIT,
    ));
    assert!(twice.to_sql().expect_err("twice").to_string().contains("given twice"));
    Ok(())
}
