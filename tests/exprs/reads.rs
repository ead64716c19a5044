//! Joins, groups, subqueries, windows, parts with names, and what writes return.

use crdb_orm::Result;
use crdb_orm::prelude::*;
use crdb_orm::query::{Explain as _, case, count_rows, dense_rank, rank, row_number, whole, window, with};
use crdb_orm::testing::TestDb;

use crate::tables::{Customer, Mood, Order, database};

#[derive(CrdbRow, Debug, PartialEq)]
struct Spent {
    name: String,
    orders: i64,
    total: Option<i64>,
}

/// What a user has ordered: its `id` is that of the user.
#[derive(CrdbRow, Debug, PartialEq)]
struct Ordered {
    id: Uuid,
    user_id: i64,
}

crdb_orm::cte! {
    /// What each customer has spent.
    SpentBy as "spent" { user_id: Uuid, total: Option<i64> }
}

crdb_orm::cte! {
    /// Orders that are gone.
    Gone as "gone" { user_id: Uuid, total: i64 }
}

crdb_orm::alias!(Other = Customer as "other");

/// Ann has two orders, Bob one and Eve none.
async fn shop() -> Result<(TestDb, [Customer; 3])> {
    let db = database().await?;
    let ann = Customer::insert().name("Ann").credit(10).mood(Mood::Good).one(&db).await?;
    let bob = Customer::insert().name("Bob").credit(20).one(&db).await?;
    let eve = Customer::insert().name("Eve").credit(10).one(&db).await?;
    for (user, total, paid) in [(&ann, 5, true), (&ann, 7, false), (&bob, 30, true)] {
        Order::insert().user_id(user.id).total(total).paid(paid).exec(&db).await?;
    }
    Ok((db, [ann, bob, eve]))
}

#[tokio::test]
async fn values_tuples_and_structs_are_read() -> Result<()> {
    let (db, _) = shop().await?;
    let names = Customer::query().select(Customer::NAME).order_by(Customer::NAME.desc()).all(&db).await?;
    assert_eq!(names, ["Eve", "Bob", "Ann"]);
    let moods =
        Customer::query().select((Customer::MOOD, Customer::CREDIT + 1)).order_by(Customer::NAME.asc());
    assert_eq!(moods.first(&db).await?, Some((Some(Mood::Good), 11)));
    let rich =
        Customer::query().select(Customer::CREDIT.gt(15)).order_by(Customer::NAME.asc()).all(&db).await?;
    assert_eq!(rich, [false, true, false]);
    let (rows, most) = Order::query().select((count_rows::<Order>(), Order::TOTAL.max())).one(&db).await?;
    assert_eq!((rows, most), (3, Some(30)));
    Ok(())
}

#[tokio::test]
async fn groups_are_read_into_a_struct() -> Result<()> {
    let (db, _) = shop().await?;
    let spent = Order::query()
        .join(Order::USER_ID.joins(Customer::ID))
        .select((Customer::NAME, Order::ID.count(), Order::TOTAL.sum().filter(Order::PAID)))
        .group_by(Customer::NAME)
        .having(Order::TOTAL.sum().gt(0))
        .order_by(Customer::NAME.asc())
        .into_struct::<Spent>();
    assert_eq!(
        spent.to_sql(),
        "SELECT customers.name AS name, count(orders.id) AS orders, \
         (sum(orders.total) FILTER (WHERE orders.paid))::INT8 AS total \
         FROM orders JOIN customers ON orders.user_id = customers.id \
         GROUP BY customers.name HAVING sum(orders.total)::INT8 > $1 ORDER BY customers.name ASC"
    );
    let spent = spent.all(&db).await?;
    assert_eq!(spent[0], Spent { name: "Ann".to_owned(), orders: 2, total: Some(5) });
    assert_eq!(spent.len(), 2);
    Ok(())
}

#[tokio::test]
async fn a_left_join_makes_options() -> Result<()> {
    let (db, [ann, bob, eve]) = shop().await?;
    let rows: Vec<(Customer, Option<Order>)> = Customer::query()
        .left_join(Customer::ID.joins(Order::USER_ID))
        .select((whole::<Customer>(), whole::<Order>()))
        .order_by(Customer::NAME.asc())
        .order_by(Order::TOTAL.asc())
        .all(&db)
        .await?;
    let seen: Vec<_> =
        rows.iter().map(|(customer, order)| (customer, order.as_ref().map(|o| o.total))).collect();
    assert_eq!(seen, [(&ann, Some(5)), (&ann, Some(7)), (&bob, Some(30)), (&eve, None)]);

    let counts: Vec<(String, i64, Option<i64>)> = Customer::query()
        .left_join(Customer::ID.joins(Order::USER_ID).and::<Order>(Order::PAID))
        .select((Customer::NAME, Order::ID.count(), Order::TOTAL.max()))
        .group_by((Customer::ID, Customer::NAME))
        .order_by(Customer::NAME.asc())
        .all(&db)
        .await?;
    assert_eq!(
        counts,
        [("Ann".to_owned(), 1, Some(5)), ("Bob".to_owned(), 1, Some(30)), ("Eve".to_owned(), 0, None)]
    );
    let totals: Vec<Option<i64>> =
        Customer::query().left_join(Customer::ID.joins(Order::USER_ID)).select(Order::TOTAL).all(&db).await?;
    assert_eq!(totals.iter().filter(|total| total.is_none()).count(), 1);
    Ok(())
}

#[tokio::test]
async fn columns_of_several_tables_are_compared() -> Result<()> {
    let (db, _) = shop().await?;
    type Both = (Order, Customer);
    let over = Order::query()
        .join(Order::USER_ID.joins(Customer::ID))
        .filter(Order::TOTAL.across::<Both, _>().gt(Customer::CREDIT.across::<Both, _>()))
        .select((Customer::NAME, Order::TOTAL));
    assert!(over.to_sql().ends_with("WHERE orders.total > customers.credit"), "{}", over.to_sql());
    assert_eq!(over.all(&db).await?, [("Bob".to_owned(), 30)]);
    let same_credit = Customer::query()
        .join(Customer::CREDIT.joins(Customer::CREDIT.under::<Other>()))
        .filter(Customer::NAME.across::<(Customer, Other), _>().lt(Customer::NAME.under::<Other>().across()))
        .select((Customer::NAME, Customer::NAME.under::<Other>()));
    assert_eq!(same_credit.all(&db).await?, [("Ann".to_owned(), "Eve".to_owned())]);
    Ok(())
}

#[tokio::test]
async fn queries_stand_inside_of_queries() -> Result<()> {
    let (db, [ann, bob, eve]) = shop().await?;
    let mine = || Order::USER_ID.joins(Customer::ID);
    let with_orders = Customer::filter(Order::query().exists_with(mine())).order_by(Customer::NAME.asc());
    assert_eq!(with_orders.all(&db).await?, [ann.clone(), bob.clone()]);
    let without = Customer::filter(!Order::query().exists_with(mine()));
    assert_eq!(
        without.to_sql(),
        "SELECT id, name, mood::TEXT, credit FROM customers WHERE NOT EXISTS \
         (SELECT 1 FROM orders WHERE orders.user_id = customers.id)"
    );
    assert_eq!(without.one(&db).await?, eve);
    let buyers = Order::filter(Order::TOTAL.gt(6)).select(Order::USER_ID);
    let buyers = Customer::filter(Customer::ID.in_query(buyers)).order_by(Customer::NAME.asc());
    assert_eq!(buyers.all(&db).await?, [ann, bob]);
    let most = Order::query().select(Order::TOTAL.max()).scalar_with(mine());
    let rows =
        Customer::query().select((Customer::NAME, most)).order_by(Customer::NAME.asc()).all(&db).await?;
    assert_eq!(rows[2], ("Eve".to_owned(), None));
    assert_eq!(rows[0].1, Some(7));
    let none = Customer::filter(Order::filter(Order::TOTAL.gt(1000)).exists_any());
    assert_eq!(none.all(&db).await?, []);
    // An update and a delete take them too.
    let gone = Customer::filter(!Order::query().exists_with(mine())).delete().exec(&db).await?;
    assert_eq!(gone, 1);
    Ok(())
}

#[tokio::test]
async fn windows_and_distinct_rows() -> Result<()> {
    let (db, [ann, bob, _]) = shop().await?;
    let by_user = window().partition_by(Order::USER_ID).order_by(Order::TOTAL.desc());
    let mut ranked = Order::query().select((Order::TOTAL, row_number().over(by_user))).all(&db).await?;
    ranked.sort_unstable();
    assert_eq!(ranked, [(5, 2), (7, 1), (30, 1)]);
    let mut most = Order::query()
        .select((Order::USER_ID, Order::TOTAL))
        .distinct_on(Order::USER_ID)
        .order_by(Order::USER_ID.asc())
        .order_by(Order::TOTAL.desc())
        .all(&db)
        .await?;
    most.sort_unstable_by_key(|(_, total)| *total);
    assert_eq!(most, [(ann.id, 7), (bob.id, 30)]);
    let credits = Customer::query().select(Customer::CREDIT).distinct().order_by(Customer::CREDIT.asc());
    assert_eq!(credits.clone().all(&db).await?, [10, 20]);
    assert_eq!(credits.offset(1).all(&db).await?, [20]);
    Ok(())
}

#[tokio::test]
async fn a_window_tells_the_rank_with_and_without_gaps_and_the_next_row() -> Result<()> {
    let (db, [ann, ..]) = shop().await?;
    Order::insert().user_id(ann.id).total(5).paid(false).exec(&db).await?;
    let up = || window().order_by(Order::TOTAL.asc());
    let rows = Order::query().select((
        Order::TOTAL,
        rank().over(up()),
        dense_rank().over(up()),
        Order::TOTAL.lead().over(window().order_by((Order::TOTAL.asc(), Order::ID))),
    ));
    let mut rows = rows.all(&db).await?;
    rows.sort_unstable_by_key(|(total, _, _, next)| (*total, *next));
    assert_eq!(rows, [(5, 1, 1, Some(5)), (5, 1, 1, Some(7)), (7, 3, 2, Some(30)), (30, 4, 3, None)]);
    let paid = Order::query()
        .select((Order::USER_ID, Order::PAID.bool_and(), Order::PAID.bool_or()))
        .group_by(Order::USER_ID)
        .order_by(Order::ID.count().desc());
    assert_eq!(paid.all(&db).await?[0], (ann.id, Some(false), Some(true)));
    assert_eq!(Order::filter(crdb_orm::query::Filter::never()).count(&db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_tuple_orders_by_columns_aggregates_and_windows_alike() -> Result<()> {
    let (db, [ann, bob, eve]) = shop().await?;
    Order::insert().user_id(eve.id).total(30).paid(false).exec(&db).await?;
    // Ann has 5 and 7, Bob 30, Eve 30.
    let first = || window().partition_by(Order::USER_ID).order_by((Order::TOTAL.desc(), Order::ID));
    let users = Order::query().select(Order::USER_ID).group_by(Order::USER_ID);
    let most = (Order::ID.count().desc(), Order::TOTAL.sum(), Order::USER_ID.desc());
    let later = |a: Uuid, b: Uuid| if a > b { [a, b] } else { [b, a] };
    let [greater, less] = later(bob.id, eve.id);
    assert_eq!(users.clone().order_by(most).all(&db).await?, [ann.id, greater, less]);
    // By the rank of a group among the groups, and then by a column.
    let by_count = || rank().over(window().order_by(Order::ID.count()));
    assert_eq!(users.order_by((by_count(), Order::USER_ID)).all(&db).await?, [less, greater, ann.id]);
    // By a window over the rows themselves: the first of each user, the greatest before.
    let rows = Order::query().select((Order::USER_ID, Order::TOTAL)).order_by((
        row_number().over(first()),
        Order::TOTAL.desc(),
        Order::USER_ID,
    ));
    assert_eq!(rows.all(&db).await?, [(less, 30), (greater, 30), (ann.id, 7), (ann.id, 5)]);
    // In a window: rows that are equal in the first are told by the next, so that none share a rank.
    let ranks = Order::query()
        .select((Order::USER_ID, rank().over(window().order_by((Order::TOTAL.desc(), Order::USER_ID)))));
    let mut ranks = ranks.all(&db).await?;
    ranks.sort_by_key(|(_, rank)| *rank);
    assert_eq!(ranks, [(less, 1), (greater, 2), (ann.id, 3), (ann.id, 4)]);
    // In an aggregate.
    let lists = Order::query().select((
        Order::TOTAL.array_agg().order_by((Order::TOTAL.desc(), Order::ID)),
        Order::USER_ID.array_agg().order_by((Order::TOTAL, Order::USER_ID.desc())),
    ));
    let (totals, users) = lists.one(&db).await?;
    assert_eq!(totals, Some(vec![30, 30, 7, 5]));
    assert_eq!(users, Some(vec![ann.id, ann.id, greater, less]));
    // The whole of a union, and one row for each user.
    let both = Order::query()
        .select((Order::USER_ID, Order::TOTAL))
        .union(Customer::query().select((Customer::ID, Customer::CREDIT)))
        .order_by((Order::TOTAL.desc(), Order::USER_ID));
    assert_eq!(both.limit(2).all(&db).await?, [(less, 30), (greater, 30)]);
    let one = Order::query()
        .select((Order::USER_ID, Order::TOTAL))
        .distinct_on(Order::USER_ID)
        .order_by((Order::USER_ID, Order::TOTAL));
    assert!(one.all(&db).await?.contains(&(ann.id, 5)));
    Ok(())
}

#[tokio::test]
async fn parts_of_a_statement_have_names() -> Result<()> {
    let (db, [ann, bob, _]) = shop().await?;
    let spent = Order::query().select((Order::USER_ID, Order::TOTAL.sum())).group_by(Order::USER_ID);
    let rows = with(spent.named::<SpentBy>())
        .from::<Customer>()
        .join(Customer::ID.joins(SpentBy::user_id()))
        .filter(SpentBy::total().gt(6))
        .select((Customer::NAME, SpentBy::total()))
        .order_by(Customer::NAME.asc());
    assert_eq!(rows.all(&db).await?, [("Ann".to_owned(), Some(12)), ("Bob".to_owned(), Some(30))]);

    // A write, whose rows the rest of the statement reads; the second part counts its placeholders on.
    let small = Order::filter(Order::TOTAL.lt(10)).select((Order::USER_ID, Order::TOTAL.nullable()));
    let gone = Order::filter(Order::TOTAL.ge(10)).delete().returning((Order::USER_ID, Order::TOTAL));
    let rows = with(small.named::<SpentBy>()).and(gone.named::<Gone>()?).from::<Gone>();
    let rows = rows.filter(Gone::total().lt(100)).select((Gone::user_id(), Gone::total()));
    assert_eq!(
        rows.to_sql(),
        "WITH spent (user_id, total) AS (SELECT orders.user_id, orders.total FROM orders WHERE orders.total < $1), \
         gone (user_id, total) AS (DELETE FROM orders WHERE total >= $2 RETURNING user_id, total) \
         SELECT user_id, total FROM gone WHERE total < $3"
    );
    assert_eq!(rows.all(&db).await?, [(bob.id, 30)]);
    assert_eq!(Order::filter(Order::USER_ID.eq(ann.id)).count(&db).await?, 2);
    assert_eq!(Order::query().count(&db).await?, 2);
    Ok(())
}

#[tokio::test]
async fn a_write_returns_what_is_asked_for() -> Result<()> {
    let (db, [ann, bob, _]) = shop().await?;
    let total = Order::insert().user_id(bob.id).total(1).paid(false).build().returning(Order::TOTAL * 2);
    assert_eq!(total.one(&db).await?, 2);
    let mood =
        Customer::update(ann.id).set(Customer::MOOD, Mood::Bad).returning((Customer::NAME, Customer::MOOD));
    assert_eq!(mood.one(&db).await?, ("Ann".to_owned(), Some(Mood::Bad)));
    let paid = Order::filter(Order::PAID).update().add(Order::TOTAL, 1).returning(Order::TOTAL);
    let mut paid = paid.all(&db).await?;
    paid.sort_unstable();
    assert_eq!(paid, [6, 31]);
    assert_eq!(Order::filter(!Order::PAID).delete().returning(Order::TOTAL).all(&db).await?.len(), 2);
    let missing = Customer::update(Uuid::nil()).set(Customer::CREDIT, 0).returning(Customer::NAME);
    assert!(missing.one(&db).await.expect_err("nobody").is_not_found());
    Ok(())
}

#[tokio::test]
async fn rows_are_locked_and_locked_ones_are_left_out() -> Result<()> {
    let (db, [ann, bob, eve]) = shop().await?;
    let names = || Customer::query().select(Customer::NAME).order_by(Customer::NAME.asc());
    let other = db.outside();
    let (first, rest, refused) = db
        .transaction("lock", async |tx| {
            let first = Customer::filter(Customer::ID.eq(ann.id)).select(Customer::NAME).for_update();
            let first = first.one(&tx).await?;
            let rest = other
                .transaction("others", async |tx| names().for_update().skip_locked().all(&tx).await)
                .await?;
            let refused =
                other.transaction("impatient", async |tx| names().for_share().nowait().all(&tx).await).await;
            // Whole rows have the same locks.
            let whole = other
                .transaction("whole", async |tx| {
                    assert!(Customer::find(ann.id).for_update().skip_locked().optional(&tx).await?.is_none());
                    Customer::query().order_by(Customer::NAME.asc()).for_share().skip_locked().all(&tx).await
                })
                .await?;
            assert_eq!(whole.len(), rest.len());
            let impatient = other
                .transaction("impatient", async |tx| {
                    Customer::find(ann.id).for_update().nowait().one(&tx).await
                })
                .await;
            assert_eq!(impatient.expect_err("it is locked").sqlstate(), Some("55P03"));
            Ok((first, rest, refused))
        })
        .await?;
    assert_eq!(first, ann.name);
    assert_eq!(rest, [bob.name, eve.name]);
    assert_eq!(refused.expect_err("it is locked").sqlstate(), Some("55P03"));
    Ok(())
}

#[tokio::test]
async fn a_hint_is_left_out_where_there_are_none() -> Result<()> {
    let (db, _) = shop().await?;
    let totals = || Order::query().select(Order::TOTAL).order_by(Order::TOTAL.asc());
    assert!(totals().use_index("orders_user").to_sql().contains(" FROM orders@orders_user "));
    assert_eq!(totals().use_index("orders_user").all(&db).await?, [5, 7, 30]);
    let all = db.transaction("hint", async |tx| totals().use_index("orders_pkey").all(&tx).await).await?;
    assert_eq!(all, [5, 7, 30]);
    Ok(())
}

#[tokio::test]
async fn a_hint_is_left_out_of_every_statement_where_there_are_none() -> Result<()> {
    let (db, [ann, _, _]) = shop().await?;
    let hinted = || Order::filter(Order::TOTAL.lt(10)).use_index("orders_user");
    // Whole rows, by every terminal.
    assert_eq!(hinted().all(&db).await?.len(), 2);
    assert_eq!(hinted().order_by(Order::TOTAL.asc()).first(&db).await?.map(|order| order.total), Some(5));
    assert_eq!(hinted().filter(Order::TOTAL.gt(5)).one(&db).await?.total, 7);
    assert_eq!(hinted().filter(Order::TOTAL.gt(7)).optional(&db).await?, None);
    assert_eq!((hinted().count(&db).await?, hinted().limit(1).count(&db).await?), (2, 1));
    assert!(hinted().exists(&db).await?);
    assert_eq!(hinted().sum(Order::TOTAL, &db).await?, Some(12));
    assert_eq!(hinted().page(1).fetch(&db).await?.rows.len(), 1);
    let mut stream = hinted().stream(&db);
    assert!(stream.try_next().await?.is_some());
    drop(stream);
    assert_eq!(db.batch((hinted(), hinted().select(Order::TOTAL))).await?.0.len(), 2);
    hinted().explain(&db).await?;
    let locked = db.transaction("lock", async |tx| hinted().for_update().all(&tx).await).await?;
    assert_eq!(locked.len(), 2);
    // Inside of others.
    let of_cheap = hinted().exists_with(Order::USER_ID.joins(Customer::ID));
    assert_eq!(Customer::filter(of_cheap.clone()).all(&db).await?, std::slice::from_ref(&ann));
    assert_eq!(Customer::filter(of_cheap.clone()).update().add(Customer::CREDIT, 0).exec(&db).await?, 1);
    let most = || Order::query().use_index("orders_user").select(Order::TOTAL.max()).scalar::<Customer>();
    let most_of_all = || most().coalesce(0);
    let richer = Customer::update(ann.id).set(Customer::CREDIT, most_of_all()).one(&db).await?;
    assert_eq!(richer.credit, 30);
    let batches =
        Customer::filter(of_cheap.clone()).update().set(Customer::CREDIT, most_of_all()).in_batches();
    assert_eq!(batches.exec(&db).await?, 1);
    // Joined.
    let joined = || {
        let both = hinted().join(Order::USER_ID.joins(Customer::ID));
        both.use_index_of::<Customer, _>("customers_pkey").no_full_scan_of::<Order, _>()
    };
    assert_eq!(joined().select((Order::TOTAL, Customer::NAME)).all(&db).await?.len(), 2);
    // Writes.
    let update = || hinted().update().add(Order::TOTAL, 0);
    assert_eq!(update().exec(&db).await?, 2);
    assert_eq!(update().all(&db).await?.len(), 2);
    assert_eq!(update().returning(Order::TOTAL).all(&db).await?.len(), 2);
    assert_eq!(update().rerun_if_unknown().exec(&db).await?, 2);
    assert_eq!(db.batch((update(), update().returning(Order::ID))).await?.0, 2);
    let deferred = async |tx: Tx| {
        update().defer(&tx);
        joined().update().add(Order::TOTAL, 0).defer(&tx);
        Ok(())
    };
    db.transaction("later", deferred).await?;
    assert_eq!(joined().update().add(Order::TOTAL, 0).exec(&db).await?, 2);
    assert_eq!(joined().update().add(Order::TOTAL, 0).returning(Customer::NAME).all(&db).await?.len(), 2);
    let copies = || {
        let columns = (Order::USER_ID, Order::TOTAL, Order::PAID);
        hinted().select(columns).insert_into(columns)
    };
    assert_eq!(copies().exec(&db).await?, 2);
    assert_eq!(copies().or_ignore().returning(Order::TOTAL).all(&db).await?.len(), 4);
    assert_eq!(hinted().filter(Order::TOTAL.eq(7)).delete().returning(Order::ID).all(&db).await?.len(), 4);
    assert_eq!(joined().delete().exec(&db).await?, 4);
    assert_eq!(hinted().delete().exec(&db).await?, 0);
    // Where one would be dropped without a word it is refused.
    for refused in [
        hinted().delete().in_batches().exec(&db).await.expect_err("batches read by the key"),
        update().in_batches().exec(&db).await.expect_err("batches read by the key"),
    ] {
        assert!(refused.is_invalid_statement() && refused.to_string().contains("hint"), "{refused}");
    }
    let named = hinted().delete().returning((Order::ID, Order::TOTAL)).named::<Hinted>();
    assert!(named.expect_err("a part is the same on both").is_invalid_statement());
    Ok(())
}

crdb_orm::cte! { Hinted as "hinted" { id: Uuid, total: i64 } }

#[tokio::test]
async fn what_is_read_and_has_values_is_grouped_and_ordered_by_its_place() -> Result<()> {
    let (db, _) = shop().await?;
    let first = || Customer::NAME.substring(1, 1).concat("!");
    let rows = Customer::query()
        .select((Customer::CREDIT.sum(), first()))
        .group_by(first())
        .order_by(first().desc())
        .filter(Customer::CREDIT.ge(1));
    assert_eq!(
        rows.to_sql(),
        "SELECT sum(credit)::INT8, substr(name, $1, $2) || $3 FROM customers WHERE credit >= $4 \
         GROUP BY 2 ORDER BY 2 DESC"
    );
    let rows = rows.all(&db).await?;
    assert_eq!(rows, [(Some(10), "E!".to_owned()), (Some(20), "B!".to_owned()), (Some(10), "A!".to_owned())]);
    let size = || case::<String>().when(Order::TOTAL.gt(6), "big").otherwise("small");
    let most = Order::query().select((size(), Order::TOTAL)).distinct_on(size()).order_by(size().asc());
    let most = most.order_by(Order::TOTAL.desc()).all(&db).await?;
    assert_eq!(most, [("big".to_owned(), 30), ("small".to_owned(), 5)]);
    Ok(())
}

#[tokio::test]
async fn names_of_fields_change_no_order() -> Result<()> {
    let db = database().await?;
    // The later an order, the earlier its user.
    for n in 1..=6_u8 {
        let (id, user) = (Uuid::from_u128(u128::from(n)), Uuid::from_u128(100 - u128::from(n) / 2));
        Order::insert().id(id).user_id(user).total(i64::from(n * 5 % 6)).paid(true).exec(&db).await?;
    }
    let rows = || Order::query().select((Order::USER_ID, Order::TOTAL));
    macro_rules! same {
        ($($rows:expr => $end:literal;)*) => {$(
            let (rows, named) = ($rows, $rows.into_struct::<Ordered>());
            let text = named.to_sql();
            assert!(text.ends_with($end), "{text}");
            let expected = rows.all(&db).await?;
            let expected: Vec<_> = expected.into_iter().map(|(id, user_id)| Ordered { id, user_id }).collect();
            assert_eq!(named.all(&db).await?, expected, "{text}");
        )*};
    }
    same! {
        rows().order_by(Order::ID).limit(2) => " FROM orders ORDER BY orders.id ASC LIMIT $1";
        rows().order_by((Order::USER_ID, Order::ID.desc())) => " ORDER BY orders.user_id ASC, orders.id DESC";
        rows().order_by(Order::TOTAL.desc()) => "total AS user_id FROM orders ORDER BY total DESC";
        rows().distinct_on(Order::ID).order_by(Order::ID).limit(3) => " ORDER BY orders.id ASC LIMIT $1";
        rows().distinct().order_by((Order::USER_ID, Order::TOTAL)) => " ORDER BY orders.user_id ASC, total ASC";
    }
    let distinct = rows().distinct_on(Order::ID).into_struct::<Ordered>();
    assert!(distinct.to_sql().starts_with("SELECT DISTINCT ON (orders.id) user_id AS id,"), "{distinct:?}");
    // By what is not read: refused, and not ordered by what has its name.
    let other = rows().distinct().order_by(Order::ID).into_struct::<Ordered>().all(&db).await;
    assert_eq!(other.expect_err("it is not read").sqlstate(), Some("42P10"));
    // A cast is called like what is cast.
    let texts = Order::query().select((Order::TOTAL.cast::<String>(), Order::TOTAL)).order_by(Order::TOTAL);
    assert!(texts.all(&db).await?.is_sorted_by_key(|(_, total)| *total));
    Ok(())
}

#[tokio::test]
async fn what_is_grouped_by_may_be_a_part_of_what_is_read() -> Result<()> {
    let (db, _) = shop().await?;
    let first = || Customer::NAME.substring(1, 1).concat("!");
    let groups = || Customer::query().select((first().lower(), Customer::CREDIT.sum())).group_by(first());
    let rows = groups()
        .filter(first().ne("X!"))
        .having(first().ne("E!").and(Customer::ID.count().eq(1)))
        .order_by(first().concat("?").desc());
    assert_eq!(
        rows.to_sql(),
        "SELECT lower(substr(name, $1, $2) || $3), sum(credit)::INT8 FROM customers \
         WHERE (substr(name, $4, $5) || $6) != $7 GROUP BY substr(name, $1, $2) || $3 \
         HAVING (substr(name, $1, $2) || $3) != $8 AND count(id) = $9 \
         ORDER BY (substr(name, $1, $2) || $3) || $10 DESC"
    );
    assert_eq!(rows.all(&db).await?, [("b!".to_owned(), Some(20)), ("a!".to_owned(), Some(10))]);
    // Values that are equal by chance change no text.
    let texts = |n| {
        let (first, size) = (Customer::NAME.substring(1, 1), Customer::CREDIT + n);
        Customer::query().select((first.clone(), size)).group_by((first, Customer::CREDIT)).to_sql()
    };
    assert_eq!(texts(1), texts(2));
    // What is in a group twice, and what one of them is a part of.
    let name = || Customer::NAME.substring(1, 1);
    let rows = Customer::query()
        .select((name().concat(first()), first().upper(), name()))
        .group_by((first(), name()))
        .order_by((name(), first()));
    assert_eq!(rows.all(&db).await?.first().map(|(one, ..)| one.as_str()), Some("AA!"));
    // The first of each kind, which is not read, and in a query inside.
    let size = || case::<String>().when(Order::TOTAL.gt(6), "big").otherwise("small");
    let most = Order::query().select(Order::TOTAL).distinct_on(size());
    let most = || most.clone().order_by((size(), Order::TOTAL.desc()));
    assert_eq!(most().all(&db).await?, [30, 5]);
    let read = Order::filter(Order::TOTAL.in_query(most())).order_by(Order::TOTAL).all(&db).await?;
    assert_eq!(read.iter().map(|order| order.total).collect::<Vec<_>>(), [5, 30]);
    Ok(())
}

#[tokio::test]
async fn a_condition_about_nothing_is_ordered_like_one_that_is_false() -> Result<()> {
    let (db, _) = shop().await?;
    // Of Bob and Eve nobody knows the mood.
    let good = || Customer::MOOD.eq(Mood::Good);
    for (order, names) in [(good().desc(), ["Ann", "Bob", "Eve"]), (good().asc(), ["Bob", "Eve", "Ann"])] {
        let query = Customer::order_by((order.clone(), Customer::NAME));
        let found = query.all(&db).await?;
        assert_eq!(found.iter().map(|customer| &customer.name).collect::<Vec<_>>(), names);
        // What is read, and ordered by, is one expression: rows are told apart by it, and have pages.
        let rows =
            || Customer::query().select((good(), Customer::NAME)).order_by((order.clone(), Customer::NAME));
        let all = rows().all(&db).await?;
        assert_eq!(all.iter().map(|(_, name)| name).collect::<Vec<_>>(), names);
        assert_eq!(rows().distinct().all(&db).await?, all);
        assert_eq!(rows().distinct_on((good(), Customer::NAME)).all(&db).await?, all);
        let (mut walk, mut seen) = (rows().page(1).walk(&*db), Vec::new());
        while let Some(page) = walk.next().await? {
            seen.extend(page);
        }
        assert_eq!(seen, all);
    }
    let places = row_number().over(window().order_by((good().desc(), Customer::NAME)));
    let places = Customer::query().select((places, Customer::NAME)).order_by(Customer::NAME).all(&db).await?;
    assert_eq!(places.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [1, 2, 3]);
    Ok(())
}
