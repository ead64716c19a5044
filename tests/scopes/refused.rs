//! What a handle sends to nobody.

use crdb_orm::prelude::*;
use crdb_orm::query::{self, Explain as _};
use crdb_orm::{Error, Result};

use crate::tables::{
    A, B, Country, Customer, Hall, Order, OrderTag, Page, Seat, Shelf, Tag, TenantId, empty, filled, id,
    order_id,
};

fn refused(result: Result<impl std::fmt::Debug>, words: &str) {
    let error: Error = result.unwrap_err();
    assert!(error.is_invalid_statement(), "{error:?}");
    assert!(error.to_string().contains(words), "{error}");
}

const NO_TENANT: &str = "does not say to which one";
const ANOTHER: &str = "a row of another tenant than that of the handle was given";

/// What the compiler cannot see: a table inside of a condition, a relation, a plan.
#[tokio::test]
async fn a_table_of_tenants_inside_of_a_statement_needs_a_tenant_too() -> Result<()> {
    let db = filled().await?;
    let with_customers = || Country::filter(Country::CUSTOMERS.exists());
    refused(with_customers().all(&db).await, NO_TENANT);
    refused(with_customers().count(&db).await, NO_TENANT);
    refused(with_customers().stream(&db).try_next().await, NO_TENANT);
    refused(with_customers().page(1).fetch(&db).await, NO_TENANT);
    refused(with_customers().update().set(Country::NAME, "x").exec(&db).await, NO_TENANT);
    refused(Country::query().with(Country::CUSTOMERS).all(&db).await, NO_TENANT);
    refused(Order::query().explain(&db).await, NO_TENANT);
    refused(db.transaction("t", async |tx| with_customers().all(&tx).await).await, NO_TENANT);
    // Ignored, it fails the transaction nevertheless.
    let ignored = db
        .transaction("t", async |tx| {
            Country::insert().id("de").name("Germany").exec(&tx).await?;
            drop(with_customers().all(&tx).await);
            Ok(())
        })
        .await;
    refused(ignored, NO_TENANT);
    refused(
        db.transaction("t", async |tx| {
            with_customers().update().set(Country::NAME, "x").defer(&tx);
            Ok(())
        })
        .await,
        NO_TENANT,
    );
    assert_eq!(Country::query().count(&db).await?, 1);
    assert_eq!(with_customers().all(&db.scoped(A)).await?.len(), 1);
    let a = db.scoped(A);
    let mut countries = with_customers().stream(&a);
    assert!(countries.try_next().await?.is_some());
    Ok(())
}

#[tokio::test]
async fn a_row_of_another_tenant_is_not_sent() -> Result<()> {
    let db = filled().await?;
    let a = db.scoped(A);
    let row = Tag { id: id(77), tenant_id: B, name: "x".into() };
    refused(Tag::insert().tenant_id(B).name("x").one(&a).await, ANOTHER);
    refused(Tag::insert_row(&row).exec(&a).await, ANOTHER);
    refused(Tag::upsert(&row).exec(&a).await, ANOTHER);
    refused(Tag::insert_many([&row]).exec(&a).await, ANOTHER);
    refused(
        Tag::insert_many([&Tag { tenant_id: A, ..row.clone() }, &Tag { id: id(78), ..row.clone() }])
            .exec(&a)
            .await,
        ANOTHER,
    );
    refused(Tag::update_many([&row]).exec(&a).await, ANOTHER);
    refused(Tag::update(id(0xa)).set(Tag::TENANT_ID, B).exec(&a).await, ANOTHER);
    refused(Tag::query().update().set(Tag::TENANT_ID, B).exec(&a).await, ANOTHER);
    let by_number =
        Order::insert().customer_id(1).total(1).number(1).build().on_conflict(Order::ORDERS_NUMBER);
    refused(by_number.do_update_with(|row| row.set(Order::TENANT_ID, B)).exec(&a).await, ANOTHER);
    // Rows with arrays have a placeholder for each value.
    let order = |tenant_id, n| Order {
        id: id(n),
        tenant_id,
        customer_id: 1,
        total: 1,
        number: i64::try_from(n).expect("small"),
        marks: vec!["m".into()],
        deleted_at: None,
    };
    refused(Order::insert_many([order(A, 501), order(B, 502)]).exec(&a).await, ANOTHER);
    assert_eq!(Order::insert_many([order(A, 501), order(A, 502)]).exec(&a).await?, 2);
    // An expression cannot be looked at.
    let moved =
        Tag::query().update().set(Tag::TENANT_ID, Tag::TENANT_ID.coalesce(B)).exec(&a).await.unwrap_err();
    assert!(moved.to_string().contains("a row stays with its tenant"), "{moved}");
    assert_eq!(Tag::query().all(&db.all_tenants("a test")).await?.len(), 2);
    // Its own may be given.
    Tag::insert().tenant_id(A).name("own").one(&a).await?;
    Tag::update(id(0xa)).set(Tag::TENANT_ID, A).exec(&a).await?;
    Ok(())
}

#[tokio::test]
async fn sql_of_ones_own_says_that_it_knows_no_tenant() -> Result<()> {
    let db = filled().await?;
    let a = db.scoped(A);
    let words = "knows nothing of the tenant";
    refused(Sql::trusted("DELETE FROM tags").exec(&a).await, words);
    refused(Sql::trusted("DELETE FROM tags").exec(&a as &dyn Write).await, words);
    refused(Sql::trusted("SELECT 1::INT8").one::<(i64,), _>(&a).await, words);
    refused(Sql::trusted("DELETE FROM tags").explain_analyze(&a).await, words);
    refused(a.transaction("t", async |tx| Sql::trusted("DELETE FROM tags").exec(&tx).await).await, words);
    refused(
        a.transaction("t", async |tx| {
            Sql::trusted("DELETE FROM tags").defer(&tx);
            Ok(())
        })
        .await,
        words,
    );
    assert_eq!(Tag::query().count(&db.all_tenants("a test")).await?, 2);
    let one: (i64,) = Sql::trusted("SELECT count(*) FROM tags").unscoped("a test").one(&a).await?;
    assert_eq!(one, (2,));
    let all = db.all_tenants("a test");
    assert_eq!(Sql::trusted("DELETE FROM order_tags").exec(&all).await?, 2);
    Ok(())
}

#[tokio::test]
async fn kinds_of_tenants_of_one_sql_type_are_told_apart() -> Result<()> {
    let db = empty().await?;
    let library = db.scoped(id(1));
    Shelf::insert().exec(&library).await?;
    assert_eq!(Shelf::query().count(&library).await?, 1);
    let mixed = || Shelf::filter(Tag::query().exists_any());
    refused(mixed().all(&library).await, "another kind of tenants");
    assert!(mixed().all(&db.all_tenants("a test")).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_tenant_that_travels_as_text_is_told_too() -> Result<()> {
    let db = empty().await?;
    let (north, all) = (db.scoped(Hall::North), db.all_tenants("a test"));
    Seat::insert().number(1).taken(false).exec(&north).await?;
    Seat::insert_many((2..5).map(|number| Seat::insert().number(number).taken(false))).exec(&north).await?;
    let south = |number| Seat { hall: Hall::South, number, taken: false };
    refused(Seat::insert_many([south(1)]).exec(&north).await, ANOTHER);
    refused(Seat::upsert(&south(1)).exec(&north).await, ANOTHER);
    assert_eq!(Seat::upsert_many((1..3).map(south)).exec(&all).await?, 2);
    assert_eq!((Seat::query().count(&north).await?, Seat::query().count(&all).await?), (4, 6));
    assert!(Seat::find((Hall::South, 1)).optional(&north).await?.is_none());
    assert_eq!(Seat::find((Hall::South, 1)).one(&all).await?, south(1));
    let free = || Seat::filter(Seat::NUMBER.le(2)).update().set(Seat::TAKEN, true);
    assert_eq!((free().exec(&north).await?, free().exec(&all).await?), (2, 4));
    let taken = Seat { taken: true, ..south(1) };
    assert_eq!(Seat::update_many([taken.clone()]).exec(&all).await?.changed(), 1);
    // The key is of another tenant: nothing is found.
    refused(Seat::update_many([taken]).exec(&north).await, ANOTHER);
    Ok(())
}

#[tokio::test]
async fn an_insert_for_all_tenants_says_for_which() -> Result<()> {
    let db = empty().await?;
    let all = db.all_tenants("a test");
    refused(Tag::insert().name("x").exec(&all).await, "does not say of which tenant");
    refused(Tag::insert_many([Tag::insert().name("x")]).exec(&all).await, "does not say of which tenant");
    Tag::insert().name("x").tenant_id(A).exec(&all).await?;
    Tag::insert_many([A, B].map(|tenant| Tag::insert().name("y").tenant_id(tenant))).exec(&all).await?;
    assert_eq!(Tag::query().count(&all).await?, 3);
    assert_eq!(Tag::query().count(&db.scoped(A)).await?, 2);
    Tag::filter(Tag::NAME.eq("x")).update().set(Tag::TENANT_ID, B).exec(&all).await?;
    assert_eq!(Tag::query().count(&db.scoped(A)).await?, 1);
    Ok(())
}

/// A repository behind `dyn`.
trait OfTenant: Write + crdb_orm::Reaches<crdb_orm::Tenant<TenantId>> {}
impl<X: Write + crdb_orm::Reaches<crdb_orm::Tenant<TenantId>> + ?Sized> OfTenant for X {}

#[tokio::test]
async fn executors_behind_dyn_work() -> Result<()> {
    async fn count(executor: &dyn OfTenant) -> Result<u64> {
        Order::query().count(executor).await
    }
    async fn countries(executor: &dyn Read) -> Result<u64> {
        Country::query().count(executor).await
    }
    let db = filled().await?;
    let a = std::sync::Arc::new(db.scoped(A));
    assert_eq!(count(&a).await?, 5);
    assert_eq!(countries(&a).await?, 1);
    assert_eq!(a.transaction("t", async |tx| count(&tx).await).await?, 5);
    assert_eq!(countries(&db).await?, 1);
    let found = Customer::find((A, 1)).one(&*a).await?;
    assert_eq!(found.tenant_id, A);
    assert!(Order::find(order_id(B, 1)).optional(&a).await?.is_none());
    Ok(())
}

/// A batch is a tuple of anything: the compiler does not look into it for tenants.
#[tokio::test]
async fn statements_that_are_sent_together_need_a_tenant_too() -> Result<()> {
    let db = filled().await?;
    let orders = || (Order::find(order_id(A, 1)), Country::query());
    let write =
        || (Country::insert().id("de").name("Germany").build(), Order::query().update().set(Order::TOTAL, 0));
    refused(db.batch(orders()).await, NO_TENANT);
    refused(db.batch(write()).await, NO_TENANT);
    refused(db.transaction("t", async |tx| tx.batch(orders()).await).await, NO_TENANT);
    refused(db.transaction("t", async |tx| tx.batch(write()).await).await, NO_TENANT);
    assert_eq!(Country::query().count(&db).await?, 1);
    let a = db.scoped(A);
    let given = (Country::query(), Tag::insert().tenant_id(B).name("x").build());
    refused(a.batch(given).await, ANOTHER);
    let library = db.scoped(id(1));
    refused(library.batch((Shelf::query(), Tag::query())).await, "another kind of tenants");
    let all = db.all_tenants("a test");
    assert_eq!(all.batch((Order::query(), Tag::query())).await?.0.len(), 10);
    let new = (Tag::query(), Tag::insert().name("x").build());
    refused(all.batch(new).await, "does not say of which tenant");
    Ok(())
}

/// Tables of nobody whose other rows are of tenants: the handle has to say of which.
#[tokio::test]
async fn rows_that_belong_to_others_or_are_joined_to_them_need_a_tenant_too() -> Result<()> {
    let db = filled().await?;
    let tree = || {
        let customer = Customer::insert().id(90).name("x");
        Country::insert().id("de").name("Germany").with(Country::CUSTOMERS, [customer])
    };
    refused(tree().exec(&db).await, NO_TENANT);
    refused(tree().one(&db).await, NO_TENANT);
    refused(db.transaction("t", async |tx| tree().exec(&tx).await).await, NO_TENANT);
    refused(tree().exec(&db.all_tenants("a test")).await, "does not say of which tenant");
    let joined = || Country::query().join(Country::CUSTOMERS);
    refused(joined().update().set(Country::NAME, "x").exec(&db).await, NO_TENANT);
    refused(joined().delete().exec(&db).await, NO_TENANT);
    let filtered = || Country::filter(Country::CUSTOMERS.exists());
    refused(filtered().update().set(Country::NAME, "x").in_batches().exec(&db).await, NO_TENANT);
    refused(filtered().delete().in_batches().exec(&db).await, NO_TENANT);
    let pages = Customer::query().select((Customer::ID, Customer::NAME)).insert_into((Page::ID, Page::SLUG));
    refused(pages.exec(&db).await, NO_TENANT);
    assert_eq!(Country::query().select(Country::NAME).all(&db).await?, ["Austria"]);
    assert_eq!(tree().exec(&db.scoped(A)).await?, 2);
    // Through the handle of all tenants each row says of which it is.
    let customer = || Customer::insert().tenant_id(B).id(91).name("x");
    let order = || Order::insert().id(id(950)).total(1).number(950);
    let trees = customer().with(Customer::ORDERS, [order()]);
    assert_eq!(trees.exec(&db.all_tenants("a test")).await?, 2);
    assert_eq!(Order::find(id(950)).one(&db.scoped(B)).await?.customer_id, 91);
    Ok(())
}

#[tokio::test]
async fn a_copy_of_rows_of_tenants_is_refused_with_what_to_do() -> Result<()> {
    let db = filled().await?;
    let rows = || (1..3).map(|n| Tag { id: id(800 + n), tenant_id: A, name: "copied".into() });
    for error in [
        Tag::copy_in(rows()).exec(&db).await.unwrap_err(),
        Tag::copy_in(rows()).text_format().exec(&db).await.unwrap_err(),
        Tag::copy_in(rows().take(0)).exec(&db).await.unwrap_err(),
        Tag::copy_in_stream(futures_util::stream::iter(rows())).exec(&db).await.unwrap_err(),
    ] {
        assert!(error.is_invalid_statement(), "{error:?}");
        assert!(error.to_string().contains("nothing sees to it that they are of one tenant"), "{error}");
        assert!(error.advice().is_some_and(|advice| advice.contains("insert_many")), "{error:?}");
    }
    assert_eq!(Tag::query().count(&db.all_tenants("a test")).await?, 2);
    // Of nobody, they are copied as ever.
    let pages = (1..3).map(|n| Page::insert().id(n).slug(format!("p{n}")));
    assert_eq!(Page::copy_in(pages).exec(&db).await?, 2);
    Ok(())
}

#[tokio::test]
async fn the_tenant_is_not_given_by_hand_where_a_query_gives_the_rows() -> Result<()> {
    let db = filled().await?;
    let (a, all) = (db.scoped(A), db.all_tenants("a test"));
    let rows =
        || Order::query().select((Order::ID, Order::TENANT_ID, crdb_orm::query::value("x".to_owned())));
    let by_hand = rows().insert_into((Tag::ID, Tag::TENANT_ID, Tag::NAME)).exec(&a).await;
    refused(by_hand, "column `tenant_id` is the tenant of the rows, which the handle gives");
    let left_out = || OrderTag::query().select((OrderTag::TAG_ID, OrderTag::ORDER_ID));
    let between = || left_out().insert_into((OrderTag::ORDER_ID, OrderTag::TAG_ID));
    refused(between().exec(&all).await, "does not say of which tenant");
    let deferred = a.transaction("t", async |tx| {
        Order::query()
            .select((Order::ID, crdb_orm::query::value("d".to_owned())))
            .insert_into((Tag::ID, Tag::NAME))
            .defer(&tx);
        Ok(())
    });
    deferred.await?;
    assert_eq!(Tag::filter(Tag::NAME.eq("d")).count(&a).await?, 5);
    assert_eq!(Tag::query().count(&db.scoped(B)).await?, 1);
    Ok(())
}

crdb_orm::cte! { Buyer as "buyer" { name: String } }
crdb_orm::cte! { Dropped as "dropped" { id: Uuid } }

crdb_orm::cte! {
    /// Rows of the name of a table.
    Hidden as "customers" { name: String }
}

const NO_PART: &str = "which no part of it makes";

/// Rows that have a name and no part would be those of the table of that name, of all tenants.
#[tokio::test]
async fn a_name_is_never_taken_for_a_table_that_nothing_narrows() -> Result<()> {
    let db = filled().await?;
    let (a, all) = (db.scoped(A), db.all_tenants("a test"));
    let joined = || Country::query().join(Country::NAME.joins(Hidden::name())).select(Country::NAME);
    let is_there = || Country::query().join(Country::NAME.joins(Hidden::name())).select(Country::ID);
    refused(joined().all(&db).await, NO_PART);
    refused(joined().all(&a).await, NO_PART);
    refused(joined().all(&all).await, NO_PART);
    refused(joined().stream(&db).try_next().await, NO_PART);
    refused(joined().explain(&db).await, NO_PART);
    refused(Country::filter(Country::ID.in_query(is_there())).all(&db).await, NO_PART);
    refused(
        Country::filter(Country::ID.in_query(is_there())).update().set(Country::NAME, "x").exec(&db).await,
        NO_PART,
    );
    // A part of another name, and one that stands elsewhere.
    let other = || query::with(Country::query().select((Country::NAME,)).named::<Buyer>());
    refused(other().from::<Hidden>().select(Hidden::name()).all(&db).await, NO_PART);
    let inside = other().from::<Buyer>().select(Buyer::name());
    let outside = Country::query().join(Country::NAME.joins(Buyer::name())).select(Country::NAME);
    refused(outside.union(inside).all(&db).await, NO_PART);

    // With its part it is what the part makes: read, in a condition, and by a write that is another part, whose values are
    // counted as ever.
    let named = || {
        query::with(Country::query().filter(Country::NAME.ne("x")).select((Country::NAME,)).named::<Hidden>())
    };
    assert_eq!(named().from::<Hidden>().select(Hidden::name()).all(&db).await?, ["Austria"]);
    let renamed = Country::filter(Country::ID.in_query(is_there()))
        .filter(Country::ID.eq("at"))
        .update()
        .set(Country::NAME, "renamed")
        .returning((Country::NAME,))
        .named::<Buyer>()?;
    let both = named().and(renamed).from::<Buyer>().filter(Buyer::name().ne("y")).select(Buyer::name());
    assert_eq!(both.all(&db).await?, ["renamed"]);
    // Rows are changed by those of a part, too.
    let joined = || named().from::<Country>().join(Country::NAME.joins(Hidden::name()));
    assert_eq!(joined().update().set(Country::NAME, "again").exec(&db).await?, 1);
    assert_eq!(joined().filter(Country::NAME.eq("renamed")).delete().exec(&db).await?, 0);
    Ok(())
}

/// Each of them begins with a table of nobody, so that it compiles.
#[tokio::test]
async fn a_table_of_tenants_in_any_part_of_a_statement_needs_a_tenant_too() -> Result<()> {
    let db = filled().await?;
    let names = || Country::query().select(Country::NAME);
    let theirs = || Customer::query().select(Customer::NAME);
    let (a, missing) = (db.scoped(A), |error: &Error| {
        // Where, why, and what to do.
        let words = error.to_string();
        assert!(words.contains("select on `countries`") && words.contains("`db.scoped(tenant)`"), "{words}");
    });
    let in_union = || [names().union(theirs()), names().union_all(theirs()), names().except(theirs())];
    for union in in_union() {
        let error = union.clone().all(&db).await.expect_err("of which tenant?");
        missing(&error);
        refused(union.first(&db).await, NO_TENANT);
    }
    for (union, rows) in in_union().into_iter().zip([3, 3, 1]) {
        assert_eq!(union.all(&a).await?.len(), rows);
    }
    // In a condition, as a value, as a list, and two levels deep.
    let in_list =
        || names().filter(Country::ID.in_query(Customer::query().select(Customer::COUNTRY_ID.coalesce(""))));
    refused(in_list().all(&db).await, NO_TENANT);
    assert_eq!(in_list().all(&a).await?, ["Austria"]);
    let deep = || Country::filter(Country::CUSTOMERS.any(Customer::ORDERS.any(Order::TAGS.exists())));
    refused(deep().all(&db).await, NO_TENANT);
    assert_eq!(deep().count(&a).await?, 1);
    // Named, and read by another query; written there, too.
    let buyers = || {
        query::with(Customer::query().select((Customer::NAME,)).named::<Buyer>())
            .from::<Buyer>()
            .select(Buyer::name())
    };
    refused(buyers().all(&db).await, NO_TENANT);
    assert_eq!(buyers().all(&a).await?.len(), 2);
    let tag = Tag::filter(Tag::NAME.eq("no such tag"));
    let dropped = tag.delete().returning((Tag::ID,)).named::<Dropped>()?;
    let count = query::with(dropped).from::<Dropped>().select(Dropped::id());
    refused(count.all(&db).await, NO_TENANT);
    // Loaded with rows, at any depth, on pages, and together.
    let loaded = || Country::query().with(Country::CUSTOMERS.with(Customer::ORDERS));
    refused(loaded().first(&db).await, NO_TENANT);
    refused(loaded().page(1).fetch(&db).await, NO_TENANT);
    refused(loaded().page(1).walk(&db).next().await, NO_TENANT);
    assert_eq!(loaded().page(1).fetch(&a).await?.rows[0].1.len(), 2);
    let asked = || Country::filter(Country::CUSTOMERS.exists());
    refused(db.read_together((asked(), asked())).await, NO_TENANT);
    refused(db.read_together(vec![asked()]).await, NO_TENANT);
    refused(db.batch((asked(), Country::query())).await, NO_TENANT);
    refused(db.batch(vec![asked()]).await, NO_TENANT);
    refused(db.transaction("t", async |tx| tx.batch((asked(), asked())).await).await, NO_TENANT);
    refused(db.follower_reads().read_together((asked(), asked())).await, NO_TENANT);
    // What is written by other rows, and says what it has written.
    let joined = || Country::query().join(Country::CUSTOMERS);
    refused(joined().update().set(Country::NAME, "x").returning(Country::NAME).all(&db).await, NO_TENANT);
    refused(joined().delete().all(&db).await, NO_TENANT);
    assert_eq!(Country::query().select(Country::NAME).all(&db).await?, ["Austria"]);
    Ok(())
}
