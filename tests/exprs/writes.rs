//! Parts of a statement that write: each is done once, and what it returns is read by the rest.

use crdb_orm::Result;
use crdb_orm::prelude::*;
use crdb_orm::query::{value, with};
use crdb_orm::testing::proxy::Fault;
use crdb_orm::testing::{FaultProxy, TestDb};

use crate::tables::{Customer, Order, database};

crdb_orm::cte! { Made as "made" { id: Uuid, total: i64 } }
crdb_orm::cte! { Raised as "raised" { user_id: Uuid, total: i64 } }
crdb_orm::cte! { Named as "named" { id: Uuid, name: String } }

/// Ann has orders of 5 and 7, Bob one of 30.
async fn shop() -> Result<(TestDb, [Customer; 2])> {
    let db = database().await?;
    let ann = Customer::insert().name("Ann").credit(10).one(&db).await?;
    let bob = Customer::insert().name("Bob").credit(20).one(&db).await?;
    for (user, total) in [(&ann, 5), (&ann, 7), (&bob, 30)] {
        Order::insert().user_id(user.id).total(total).paid(true).exec(&db).await?;
    }
    Ok((db, [ann, bob]))
}

async fn totals(db: &Database) -> Result<Vec<i64>> {
    Order::query().select(Order::TOTAL).order_by(Order::TOTAL.asc()).all(db).await
}

#[tokio::test]
async fn what_an_insert_returns_is_read_by_the_rest_of_the_statement() -> Result<()> {
    let (db, [ann, _]) = shop().await?;
    let insert = Order::insert().user_id(ann.id).total(9).paid(false).build();
    let made = insert.returning((Order::USER_ID, Order::TOTAL + 1)).named::<Made>()?;
    let rows = with(made)
        .from::<Customer>()
        .join(Customer::ID.joins(Made::id()))
        .filter(Made::total().gt(9))
        .select((Customer::NAME, Made::total()));
    assert_eq!(
        rows.to_sql(),
        "WITH made (id, total) AS (INSERT INTO orders (id, user_id, total, paid) VALUES ($1, $2, $3, $4) \
         RETURNING user_id, (total + $5)::INT8) \
         SELECT customers.name, made.total FROM customers JOIN made ON customers.id = made.id WHERE made.total > $6"
    );
    assert_eq!(rows.all(&db).await?, [("Ann".to_owned(), 10)]);
    assert_eq!(totals(&db).await?, [5, 7, 9, 30]);

    // An upsert, and an insert that leaves out what is there.
    let rich = Customer { credit: 99, ..ann.clone() };
    let upsert = Customer::upsert(&rich).returning((Customer::ID, Customer::NAME)).named::<Named>()?;
    assert_eq!(with(upsert).from::<Named>().select(Named::name()).all(&db).await?, ["Ann"]);
    assert_eq!(Customer::find(ann.id).one(&db).await?.credit, 99);
    let taken = Customer::insert_row(&ann).or_ignore().returning((Customer::ID, Customer::NAME));
    assert_eq!(with(taken.named::<Named>()?).from::<Named>().select(Named::name()).all(&db).await?, [""; 0]);
    Ok(())
}

#[tokio::test]
async fn what_is_inserted_from_a_query_is_returned_and_read_by_the_rest_of_the_statement() -> Result<()> {
    let (db, [ann, bob]) = shop().await?;
    let copies = |of: Uuid| {
        let orders =
            Order::filter(Order::USER_ID.eq(of)).select((Order::USER_ID, Order::TOTAL * 10, Order::PAID));
        orders.insert_into((Order::USER_ID, Order::TOTAL, Order::PAID))
    };
    let paid = copies(ann.id).returning((Order::USER_ID, Order::TOTAL));
    assert_eq!(
        paid.to_sql()?,
        "INSERT INTO orders (user_id, total, paid) SELECT orders.user_id, (orders.total * $1)::INT8, orders.paid \
         FROM orders WHERE orders.user_id = $2 RETURNING user_id, total"
    );
    let mut of_ann = copies(ann.id).returning((Order::USER_ID, Order::TOTAL)).all(&db).await?;
    of_ann.sort_unstable();
    assert_eq!(of_ann, [(ann.id, 50), (ann.id, 70)]);
    let none = copies(Uuid::nil()).returning(Order::TOTAL).optional(&db).await?;
    assert_eq!(none, None);

    let raised = copies(bob.id).returning((Order::USER_ID, Order::TOTAL)).named::<Raised>()?;
    let names = with(raised)
        .from::<Raised>()
        .join(Raised::user_id().joins(Customer::ID))
        .select((Customer::NAME, Raised::total()));
    assert_eq!(names.all(&db).await?, [("Bob".to_owned(), 300)]);
    assert_eq!(totals(&db).await?, [5, 7, 30, 50, 70, 300]);
    Ok(())
}

#[tokio::test]
async fn what_a_part_deletes_is_inserted_elsewhere_by_the_same_statement() -> Result<()> {
    let (db, [ann, bob]) = shop().await?;
    // The orders below a total become Bob's.
    let moved = |below: i64| {
        let deleted = Order::filter(Order::TOTAL.lt(below)).delete().returning((Order::ID, Order::TOTAL));
        let rows = with(deleted.named::<Made>()?).from::<Made>().select((
            value(bob.id),
            Made::total(),
            value(false),
        ));
        Ok::<_, crdb_orm::Error>(rows.insert_into((Order::USER_ID, Order::TOTAL, Order::PAID)))
    };
    assert_eq!(
        moved(6)?.to_sql()?,
        "WITH made (id, total) AS (DELETE FROM orders WHERE total < $1 RETURNING id, total) \
         INSERT INTO orders (user_id, total, paid) SELECT $2, made.total, $3 FROM made"
    );
    let of = async |customer: &Customer| {
        let orders = Order::filter(Order::USER_ID.eq(customer.id)).order_by(Order::TOTAL.asc());
        orders.select((Order::TOTAL, Order::PAID)).all(&db).await
    };
    assert_eq!(moved(6)?.exec(&db).await?, 1);
    assert_eq!((of(&ann).await?, of(&bob).await?), (vec![(7, true)], vec![(5, false), (30, true)]));
    assert_eq!(moved(8)?.or_ignore().returning(Order::TOTAL).all(&db).await?.len(), 2);
    assert_eq!(of(&ann).await?, []);
    db.transaction("move", async |tx| {
        moved(6)?.defer(&tx);
        Ok(())
    })
    .await?;
    assert_eq!(moved(1000)?.all(&db).await?.len(), 3);
    assert_eq!(of(&bob).await?, [(5, false), (7, false), (30, false)]);
    // No server takes a write inside of a part.
    let inside = moved(6)?.returning((Order::ID, Order::TOTAL)).named::<Made>();
    assert!(inside.expect_err("it has a part that writes").is_invalid_statement());
    Ok(())
}

#[tokio::test]
async fn what_an_update_returns_is_read_by_the_rest_of_the_statement() -> Result<()> {
    let (db, [ann, _]) = shop().await?;
    let update = Order::filter(Order::TOTAL.lt(10)).update().add(Order::TOTAL, 100);
    let raised = update.returning((Order::USER_ID, Order::TOTAL)).named::<Raised>()?;
    let rows = with(raised)
        .from::<Raised>()
        .filter(Raised::total().gt(105))
        .select((Raised::user_id(), Raised::total()));
    assert_eq!(
        rows.to_sql(),
        "WITH raised (user_id, total) AS (UPDATE orders SET total = (total + $1)::INT8 WHERE total < $2 \
         RETURNING user_id, total) SELECT user_id, total FROM raised WHERE total > $3"
    );
    assert_eq!(rows.all(&db).await?, [(ann.id, 107)]);
    assert_eq!(totals(&db).await?, [30, 105, 107]);
    // By its key.
    let renamed =
        Customer::update(ann.id).set(Customer::NAME, "Anna").returning((Customer::ID, Customer::NAME));
    let renamed = with(renamed.named::<Named>()?).from::<Named>().select(Named::name());
    assert_eq!(renamed.one(&db).await?, "Anna");
    let nothing = Order::query().update().returning((Order::ID, Order::TOTAL)).named::<Made>();
    assert!(nothing.expect_err("it sets nothing").is_invalid_statement());
    Ok(())
}

#[tokio::test]
async fn parts_that_write_are_done_whether_their_rows_are_read_or_not() -> Result<()> {
    let (db, [ann, bob]) = shop().await?;
    let update = Order::filter(Order::USER_ID.eq(ann.id)).update().add(Order::TOTAL, 1);
    let raised = update.returning((Order::USER_ID, Order::TOTAL)).named::<Raised>()?;
    let insert = Order::insert().user_id(bob.id).total(1).paid(false).build();
    let made = insert.returning((Order::ID, Order::TOTAL)).named::<Made>()?;
    let names =
        with(raised).and(made).from::<Customer>().select(Customer::NAME).order_by(Customer::NAME.asc());
    assert_eq!(names.all(&db).await?, ["Ann", "Bob"]);
    assert_eq!(totals(&db).await?, [1, 6, 8, 30]);
    Ok(())
}

#[tokio::test]
async fn a_statement_whose_part_writes_is_not_run_again_when_its_answer_is_lost() -> Result<()> {
    let (db, [ann, _]) = shop().await?;
    let proxy = FaultProxy::to(&db).await?;
    let through = Database::builder(&proxy.url()).max_connections(1).connect().await?;
    let raise = async || {
        let update = Order::filter(Order::USER_ID.eq(ann.id)).update().add(Order::TOTAL, 1);
        let raised = update.returning((Order::USER_ID, Order::TOTAL)).named::<Raised>()?;
        let rows = with(raised).from::<Raised>().select(Raised::total()).order_by(Raised::total().asc());
        rows.all(&through).await
    };
    // A serialization failure has done nothing.
    proxy.on("UPDATE").strike(Fault::Fail("40001".into()));
    assert_eq!(raise().await?, [6, 8]);
    proxy.on("UPDATE").strike(Fault::CutAfterSend);
    let error = raise().await.expect_err("nobody knows");
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!((totals(&db).await?, proxy.pending()), (vec![7, 9, 30], 0));
    Ok(())
}
