//! Promise: a schema is created as it is written, in the database that is connected, and nothing is left out unsaid.

use crdb_examples::bank::BANK;
use crdb_examples::shop::{Customer, Order, SHOP, Status};
use crdb_orm::prelude::*;
use crdb_orm::testing::{TestDb, skip_on_cockroachdb};

#[derive(CrdbTable, Debug, Clone)]
struct Half {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(check = "this is no SQL")]
    number: i32,
}

const BROKEN: Schema = Schema::new("broken").tables(&[Half::TABLE]);

#[tokio::test]
async fn tables_enums_and_foreign_keys_are_there_afterwards() -> Result<(), crdb_orm::Error> {
    let db = TestDb::new().await?;
    let ddl = db.create_schema(&SHOP).await?;
    assert!(!ddl.statements().is_empty());
    let region = SHOP.region("us-east1");
    let customer = Customer::insert().email("a@b.c").name("Ann").region(region.clone()).one(&db).await?;
    let order =
        Order::insert().user_id(customer.id).total(Decimal::TEN).region(region.clone()).one(&db).await?;
    assert_eq!(order.status, Status::Pending);
    let orphan = Order::insert().user_id(Uuid::new_v4()).total(Decimal::TEN).region(region).exec(&db).await;
    let error = orphan.expect_err("nobody has ordered it");
    assert!(error.is_foreign_key_violation(), "{error}");
    assert_eq!(error.constraint(), Some("orders_user_id_fkey"));
    Ok(())
}

#[tokio::test]
async fn a_database_may_have_another_name_than_the_schema_and_hold_several() -> Result<(), crdb_orm::Error> {
    let (one, two) = (TestDb::new().await?, TestDb::new().await?);
    assert_ne!(one.name(), SHOP.name());
    try_join!(one.create_schema(&SHOP), two.create_schema(&SHOP))?;
    one.create_schema(&BANK).await?;
    assert_eq!(Order::query().count(&two).await?, 0);
    Ok(())
}

#[tokio::test]
async fn what_postgresql_cannot_mean_is_said() -> Result<(), crdb_orm::Error> {
    let db = TestDb::new().await?;
    if skip_on_cockroachdb(&db, "what_postgresql_cannot_mean_is_said", "it is about PostgreSQL") {
        return Ok(());
    }
    let notices = db.create_schema(&SHOP).await?.notices().join("\n");
    for what in ["regions", "localities", "changefeeds"] {
        assert!(notices.contains(what), "{what}: {notices}");
    }
    Ok(())
}

#[tokio::test]
async fn a_second_time_is_an_error_that_names_the_statement_and_changes_nothing()
-> Result<(), crdb_orm::Error> {
    let db = TestDb::new().await?;
    db.create_schema(&BANK).await?;
    let error = db.create_schema(&BANK).await.expect_err("the table is there already");
    let text = error.to_string();
    assert!(text.contains("statement 1 of") && text.contains("accounts"), "{text}");
    assert_eq!(error.sqlstate(), Some("42P07"), "{text}");
    Ok(())
}

#[tokio::test]
async fn sql_of_the_users_own_that_is_wrong_is_told_with_its_statement() -> Result<(), crdb_orm::Error> {
    let db = TestDb::new().await?;
    let error = db.create_schema(&BROKEN).await.expect_err("it is no SQL");
    assert!(error.to_string().contains("CREATE TABLE half"), "{error}");
    Ok(())
}
