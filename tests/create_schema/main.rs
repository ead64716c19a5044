//! `Database::create_schema`, on the server that is there.

mod shop;

use crdb_orm::schema::{DdlKind, Feature};
use crdb_orm::testing::TestDb;
use crdb_orm::{Database, Sql, Target};

use self::shop::{BOOKS, BROKEN, GARBLED, NOTEBOOK, SHOP};

async fn exec(db: &Database, sql: &'static str) -> crdb_orm::Result<u64> {
    Sql::trusted(sql).exec(db).await
}

/// Every relation, enum and SQL schema of the database, by kind and name.
async fn catalogue(db: &Database) -> Vec<(String, String, String)> {
    Sql::trusted(
        "SELECT c.relkind::TEXT, n.nspname::TEXT, c.relname::TEXT \
         FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'crdb_internal', 'pg_extension', 'pg_toast') \
         UNION ALL SELECT 'enum', '', typname::TEXT FROM pg_catalog.pg_type WHERE typtype = 'e' \
         UNION ALL SELECT 'schema', nspname::TEXT, '' FROM pg_catalog.pg_namespace \
         ORDER BY 1, 2, 3",
    )
    .all(db)
    .await
    .expect("the catalogue")
}

fn names(catalogue: &[(String, String, String)]) -> Vec<&str> {
    catalogue.iter().map(|(.., name)| name.as_str()).collect()
}

#[tokio::test]
async fn an_empty_database_gets_tables_keys_enums_checks_and_indexes() {
    let db = TestDb::new().await.expect("a database");
    let created = db.create_schema(&SHOP).await.expect("a schema");

    let ddl = SHOP.ddl(created.target()).expect("it prints");
    let ran = ddl.statements().iter().filter(|one| one.kind() != DdlKind::Changefeed).count();
    assert_eq!((created.database(), created.statements()), (db.name(), ran));

    exec(&db, "INSERT INTO customers (id, email, home) VALUES (1, 'a@b', 'us-test2')")
        .await
        .expect("a region");
    exec(&db, "INSERT INTO sales.orders (id, customer, total) VALUES (1, 1, 10)").await.expect("an order");
    let (status,): (String,) =
        Sql::trusted("SELECT status::TEXT FROM sales.orders").one(&*db).await.expect("a row");
    assert_eq!(status, "pending");

    let twice = exec(&db, "INSERT INTO customers (id, email, home) VALUES (2, 'a@b', 'us-test1')").await;
    assert!(twice.unwrap_err().is_unique_violation());
    let orphan = exec(&db, "INSERT INTO sales.orders (id, customer, total) VALUES (2, 7, 10)").await;
    assert!(orphan.unwrap_err().is_foreign_key_violation());
    let debt =
        exec(&db, "INSERT INTO sales.orders (id, customer, total) VALUES (2, 1, -1)").await.unwrap_err();
    assert!(debt.is_check_violation() && debt.to_string().contains("total_not_negative"), "{debt}");
    for (column, label) in [("status", "lost"), ("home", "mars")] {
        let table = if column == "home" { "customers" } else { "sales.orders" };
        let error =
            Sql::trusted(format!("UPDATE {table} SET {column} = '{label}'")).exec(&*db).await.unwrap_err();
        assert!(error.is_data_exception(), "{error}");
    }
    assert!(names(&catalogue(&db).await).contains(&"orders_of_customer"));
}

/// CockroachDB has policies from 25.2 on.
#[tokio::test]
async fn sequences_views_policies_and_triggers_are_made_too() {
    let db = TestDb::new().await.expect("a database");
    let old = db.server().is_cockroachdb()
        && !db.target(&BOOKS).await.expect("a target").has(Feature::RowLevelSecurity);
    if old {
        let error = db.create_schema(&BOOKS).await.unwrap_err();
        assert!(error.to_string().contains("25.2 or later"), "{error}");
        return;
    }
    let _created = db.create_schema(&BOOKS).await.expect("a schema");
    exec(&db, "INSERT INTO ledgers (id) VALUES (1)").await.expect("a row");
    let (number,): (i64,) = Sql::trusted("SELECT number FROM \"Numbers\"").one(&*db).await.expect("a row");
    assert_eq!(number, if db.server().is_cockroachdb() { 7 } else { 14 });
    let (policies,): (i64,) =
        Sql::trusted("SELECT count(*) FROM pg_catalog.pg_policies WHERE policyname = 'small'")
            .one(&*db)
            .await
            .expect("a count");
    assert_eq!(policies, 1);
    let error = db.create_schema(&BOOKS).await.unwrap_err().to_string();
    for part in ["sequence `numbers`", "view `Numbers`", "table `ledgers`", "nothing was changed"] {
        assert!(error.contains(part), "{part}: {error}");
    }
}

#[tokio::test]
async fn what_the_server_does_not_have_is_noted() {
    let db = TestDb::new().await.expect("a database");
    let created = db.create_schema(&SHOP).await.expect("a schema");
    let (target, feeds) =
        if db.is_cockroachdb() { (Target::COCKROACHDB_SINGLE_REGION, 1) } else { (Target::POSTGRESQL, 0) };
    assert_eq!((created.target(), created.changefeeds().len()), (target, feeds));
    assert_eq!(db.target(&SHOP).await.expect("a target"), target);

    let all = created.notices().join("\n");
    for part in
        ["us-test1, us-test2, eu-test1", "customers (REGIONAL BY ROW AS home)", "changefeeds", "sales.orders"]
    {
        assert!(all.contains(part), "{part}: {all}");
    }
    let shown = created.to_string();
    assert!(shown.contains(&all.replace('\n', "\nnote: ")) && shown.contains(db.name()), "{shown}");
    let debug = format!("{created:?}");
    assert!(!shown.contains("Kn0bel") && !debug.contains("Kn0bel"), "{debug}");
}

#[tokio::test]
async fn a_second_run_is_refused_and_changes_nothing() {
    let db = TestDb::new().await.expect("a database");
    let _created = db.create_schema(&SHOP).await.expect("a schema");
    exec(&db, "INSERT INTO customers (id, email, home) VALUES (1, 'a@b', 'us-test1')").await.expect("a row");
    let before = catalogue(&db).await;

    let error = db.create_schema(&SHOP).await.unwrap_err();
    let text = error.to_string();
    assert!(error.is_schema(), "{text}");
    for part in [
        "schema `shop`",
        "table `customers`",
        "table `sales.orders`",
        "type `order_status`",
        "type `crdb_internal_region`",
        "SQL schema `sales`",
        "nothing was changed",
        " hint: ",
        "Schema::drop_ddl",
        db.name(),
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(catalogue(&db).await, before);
    let (rows,): (i64,) = Sql::trusted("SELECT count(*) FROM customers").one(&*db).await.expect("a count");
    assert_eq!(rows, 1);
}

#[tokio::test]
async fn one_thing_in_the_way_is_enough_to_change_nothing() {
    for (way, named) in [
        ("CREATE TYPE order_status AS ENUM ('x')", "type `order_status`"),
        ("CREATE TABLE customers (id INT8 PRIMARY KEY)", "table `customers`"),
        ("CREATE VIEW customers AS SELECT 1 AS id", "view `customers`"),
        ("CREATE TABLE order_status (id INT8 PRIMARY KEY)", "table `order_status`"),
        ("CREATE SCHEMA sales", "SQL schema `sales`"),
    ] {
        let db = TestDb::new().await.expect("a database");
        exec(&db, way).await.expect("something in the way");
        let before = catalogue(&db).await;
        let error = db.create_schema(&SHOP).await.unwrap_err();
        assert!(error.is_schema() && error.to_string().contains(&format!("already: {named};")), "{error}");
        assert_eq!(catalogue(&db).await, before, "{way}");
    }
}

#[tokio::test]
async fn what_others_have_in_the_database_is_not_in_the_way() {
    let db = TestDb::new().await.expect("a database");
    // The same names in another SQL schema are other things.
    for sql in ["CREATE SCHEMA other", "CREATE TABLE other.customers (id INT8 PRIMARY KEY)"] {
        exec(&db, sql).await.expect("something else");
    }
    let _created = db.create_schema(&SHOP).await.expect("a schema");
    let _created = db.create_schema(&NOTEBOOK).await.expect("another one beside it");
    exec(&db, "INSERT INTO notes (id) VALUES (1)").await.expect("a note");
}

#[tokio::test]
async fn one_schema_is_created_in_two_databases_at_once() {
    let (one, two) = (TestDb::new().await.expect("one"), TestDb::new().await.expect("two"));
    let (first, second) =
        tokio::try_join!(one.create_schema(&SHOP), two.create_schema(&SHOP)).expect("two schemas");
    assert_eq!((first.database(), second.database()), (one.name(), two.name()));
    assert_eq!(catalogue(&one).await, catalogue(&two).await);
}

#[tokio::test]
async fn a_statement_that_fails_is_named_and_so_is_what_stays() {
    let db = TestDb::new().await.expect("a database");
    let before = catalogue(&db).await;
    let error = db.create_schema(&BROKEN).await.unwrap_err();
    let text = error.to_string();
    assert!(error.is_undefined_column(), "{text}");
    for part in [
        "schema `broken` was not created",
        "statement 2 of 2 (`CREATE TABLE wrong (`)",
        "no_such_column",
        "; hint: a check, a filter, a default",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    if db.is_cockroachdb() {
        assert!(text.contains("the one before it stays"), "{text}");
        assert!(names(&catalogue(&db).await).contains(&"notes"));
    } else {
        assert!(text.contains("nothing was created"), "{text}");
        assert_eq!(catalogue(&db).await, before);
    }
}

#[tokio::test]
async fn a_schema_that_is_not_sql_is_an_error_that_names_the_statement_and_no_innocent_one() {
    let db = TestDb::new().await.expect("a database");
    let error = db.create_schema(&GARBLED).await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains("schema `garbled` was not created"), "{text}");
    assert!(!text.contains("CREATE TABLE notes"), "{text}");
    for part in
        ["nothing was created", "statement 2 of 2 (`CREATE TABLE wrong (`) failed", "of a check, a filter"]
    {
        assert!(
            db.is_cockroachdb() && part == "nothing was created" || text.contains(part),
            "{part}: {text}"
        );
    }
}
