//! UNION and its like, and rows that lead to further rows.

use crdb_orm::Result;
use crdb_orm::prelude::*;
use crdb_orm::query::{CteTable as _, value, with};
use crdb_orm::testing::TestDb;

use crate::tables::{Customer, Mood, Order, Piece, database};

crdb_orm::cte! { Amount as "amount" { n: i64 } }
crdb_orm::cte! { Tree as "tree" { id: Uuid, name: String, mood: Mood, depth: i64 } }
crdb_orm::cte! { Reached as "reached" { id: Uuid } }

#[derive(CrdbRow, Debug, PartialEq)]
struct Named {
    name: String,
    mood: Option<Mood>,
}

async fn shop() -> Result<TestDb> {
    let db = database().await?;
    for (name, mood, credit) in [
        ("Ann", Some(Mood::Bad), 1_i64),
        ("Bob", None, 2),
        ("Eve", Some(Mood::Good), 3),
        ("Eve", Some(Mood::Good), 4),
    ] {
        let customer = Customer {
            id: Uuid::from_u128(credit.unsigned_abs().into()),
            name: name.to_owned(),
            mood,
            credit,
        };
        Customer::insert_row(&customer).exec(&db).await?;
    }
    for total in [2, 3, 3, 9] {
        Order::insert().user_id(Uuid::nil()).total(total).paid(true).exec(&db).await?;
    }
    Ok(db)
}

#[tokio::test]
async fn rows_of_two_queries_are_put_together() -> Result<()> {
    let db = shop().await?;
    let credits = || Customer::query().select(Customer::CREDIT);
    let totals = || Order::query().select(Order::TOTAL);
    let asc = || Customer::CREDIT.asc();
    assert_eq!(credits().union(totals()).order_by(asc()).all(&db).await?, [1, 2, 3, 4, 9]);
    assert_eq!(credits().union_all(totals()).order_by(asc()).all(&db).await?, [1, 2, 2, 3, 3, 3, 4, 9]);
    assert_eq!(credits().intersect(totals()).order_by(asc()).all(&db).await?, [2, 3]);
    assert_eq!(credits().except(totals()).order_by(asc()).all(&db).await?, [1, 4]);
    let page = credits().union(totals()).order_by(Customer::CREDIT.desc()).limit(2).offset(1);
    assert_eq!(
        page.to_sql(),
        "(SELECT credit FROM customers) UNION (SELECT total FROM orders) ORDER BY 1 DESC LIMIT $1 OFFSET $2"
    );
    assert_eq!(page.all(&db).await?, [4, 3]);
    // Parts with a limit of their own, three of them, and one inside another.
    let three = || credits().order_by(asc()).limit(1).union_all(totals()).union_all(credits());
    assert_eq!(
        three().to_sql(),
        "(SELECT credit FROM customers ORDER BY credit ASC LIMIT $1) UNION ALL (SELECT total FROM orders) \
         UNION ALL (SELECT credit FROM customers)"
    );
    assert_eq!(three().except(totals()).order_by(asc()).all(&db).await?, [1, 4]);
    // As a subquery, as a part with a name, and as a stream.
    assert_eq!(Order::filter(Order::TOTAL.in_query(credits().except(totals()))).count(&db).await?, 0);
    let amounts =
        Customer::query().select((Customer::CREDIT,)).union_all(Order::query().select((Order::TOTAL,)));
    let all = with(amounts.named::<Amount>());
    assert_eq!(all.from::<Amount>().select(Amount::n().sum()).one(&db).await?, Some(27));
    assert!(credits().union(totals()).stream(&db).try_next().await?.is_some());
    Ok(())
}

#[tokio::test]
async fn the_whole_has_the_order_of_labels_and_names() -> Result<()> {
    let db = shop().await?;
    let people = || Customer::query().select((Customer::NAME, Customer::MOOD));
    let rows = people().union(people()).order_by(Customer::MOOD.asc()).into_struct::<Named>();
    let rows = rows.all(&db).await?;
    let moods: Vec<_> = rows.iter().map(|row| row.mood).collect();
    assert_eq!(
        moods,
        [None, Some(Mood::Good), Some(Mood::Bad)],
        "as they are declared, and not by the alphabet"
    );
    let names =
        people().union_all(people()).order_by(Customer::NAME.desc()).into_struct::<Named>().first(&db);
    assert_eq!(names.await?.map(|row| row.name).as_deref(), Some("Eve"));
    Ok(())
}

#[tokio::test]
async fn the_whole_is_ordered_by_what_is_read_alone() -> Result<()> {
    let db = shop().await?;
    let names = || Customer::query().select(Customer::NAME);
    let error =
        names().union(names()).order_by(Customer::CREDIT.asc()).all(&db).await.expect_err("it is not read");
    assert!(error.is_invalid_statement() && error.to_string().contains("is none of it"), "{error}");
    let inside = db
        .transaction("ignored", async |tx| {
            drop(names().union(names()).order_by(Customer::CREDIT.asc()).all(&tx).await);
            Ok(())
        })
        .await;
    assert!(inside.expect_err("what was not sent is not ignored").is_invalid_statement());
    Ok(())
}

async fn parts(db: &TestDb, rows: &[(u128, Option<u128>)]) -> Result<()> {
    for (n, parent) in rows {
        let part = Piece {
            id: Uuid::from_u128(*n),
            parent_id: parent.map(Uuid::from_u128),
            name: format!("p{n}"),
            mood: Mood::Good,
        };
        Piece::insert_row(&part).exec(db).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_tree_is_walked_to_its_leaves_or_to_a_depth() -> Result<()> {
    let db = database().await?;
    parts(&db, &[(1, None), (2, Some(1)), (3, Some(2)), (4, Some(3)), (5, Some(1)), (6, None)]).await?;
    let tree = || {
        let roots = Piece::filter(Piece::ID.eq(Uuid::from_u128(1)));
        let below = Piece::query().join(Piece::PARENT_ID.joins(Tree::id()));
        Tree::recursive(
            roots.select((Piece::ID, Piece::NAME, Piece::MOOD, value(0_i64))),
            below.select((Piece::ID, Piece::NAME, Piece::MOOD, Tree::depth() + 1)),
        )
    };
    let rows = with(tree()).from::<Tree>().select((Tree::name(), Tree::depth()));
    let rows = rows.order_by(Tree::depth().asc()).order_by(Tree::name().asc()).all(&db).await?;
    let seen: Vec<_> = rows.iter().map(|(name, depth)| (&**name, *depth)).collect();
    assert_eq!(seen, [("p1", 0), ("p2", 1), ("p5", 1), ("p3", 2), ("p4", 3)]);
    let near =
        with(tree().up_to(Tree::depth(), 1)).from::<Tree>().select((Tree::id().count(), Tree::mood().max()));
    assert_eq!(near.one(&db).await?, (3, Some(Mood::Good)));
    Ok(())
}

#[tokio::test]
async fn a_circle_ends_at_a_depth_or_where_all_is_found() -> Result<()> {
    let db = database().await?;
    parts(&db, &[(1, None), (2, Some(1)), (3, Some(2))]).await?;
    Piece::update(Uuid::from_u128(1)).set(Piece::PARENT_ID, Uuid::from_u128(3)).exec(&db).await?;
    let start = Piece::filter(Piece::ID.eq(Uuid::from_u128(1))).select((Piece::ID,));
    let step = Piece::query().join(Piece::PARENT_ID.joins(Reached::id())).select((Piece::ID,));
    let all = with(Reached::recursive_distinct(start, step)).from::<Reached>().select(Reached::id().count());
    assert_eq!(all.one(&db).await?, 3);
    let start = Piece::filter(Piece::ID.eq(Uuid::from_u128(1)));
    let step = Piece::query().join(Piece::PARENT_ID.joins(Tree::id()));
    let bounded = Tree::recursive(
        start.select((Piece::ID, Piece::NAME, Piece::MOOD, value(0_i64))),
        step.select((Piece::ID, Piece::NAME, Piece::MOOD, Tree::depth() + 1)),
    );
    let most = with(bounded.up_to(Tree::depth(), 10)).from::<Tree>().select(Tree::depth().max());
    assert_eq!(most.one(&db).await?, Some(10));
    Ok(())
}

#[tokio::test]
async fn a_part_is_kept_as_rows_or_not() -> Result<()> {
    let db = shop().await?;
    let part = || Order::query().select((Order::TOTAL,)).named::<Amount>();
    let kept = with(part().materialized()).from::<Amount>().select(Amount::n().max());
    assert!(kept.to_sql().starts_with("WITH amount (n) AS MATERIALIZED (SELECT "));
    assert_eq!(kept.one(&db).await?, Some(9));
    let open = with(part().not_materialized()).from::<Amount>().select(Amount::n().max());
    assert!(open.to_sql().starts_with("WITH amount (n) AS NOT MATERIALIZED (SELECT "));
    assert_eq!(open.one(&db).await?, Some(9));
    Ok(())
}
