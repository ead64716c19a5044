//! Promise: what a pool is told of its sessions reaches every one of them, and nothing is told that the server cannot mean.

use std::time::Duration;

use crdb_orm::prelude::*;
use crdb_orm::testing::FaultProxy;
use crdb_orm::{Database, FromRow, Prepared, Result, Sql};
use tokio::sync::Barrier;

use crate::support::{all_are_back, numbers, read, set, value};

/// What only CockroachDB has, as the proxy plays it; empty where it was not set.
type Settings = (String, String, String);

/// What two transactions at once read, each on a connection of its own.
async fn on_two_connections<R: FromRow>(pool: &Database, look: &Sql) -> [Result<R>; 2] {
    let both = Barrier::new(2);
    let see = async || {
        let look = look.clone();
        pool.transaction("looks", async |tx| {
            let seen = look.clone().one(&tx).await?;
            both.wait().await;
            Ok(seen)
        })
        .await
    };
    tokio::join!(see(), see()).into()
}

#[tokio::test]
async fn settings_of_a_pool_reach_every_session_that_can_mean_them() {
    let db = numbers(1).await;
    for version in [None, Some("25.2.0")] {
        for on in [true, false] {
            let proxy = FaultProxy::to(&db).await.expect("a proxy");
            if let Some(version) = version {
                proxy.pose_as_cockroachdb(version);
            }
            let builder = Database::builder(&proxy.url()).max_connections(2).refuse_full_scans(on);
            let builder =
                builder.follower_reads(on).idle_in_transaction_timeout(Duration::from_millis(54_321));
            let pool = builder.connect().await.expect("a database");
            let look = Sql::trusted(
                "SELECT coalesce(current_setting('crdb.disallow_full_table_scans', true), ''), \
                 coalesce(current_setting('crdb.default_transaction_use_follower_reads', true), ''), \
                 current_setting('idle_in_transaction_session_timeout')",
            );
            // The first one is told by statements, and the other one as it begins.
            let seen_by_both: [Result<Settings>; 2] = on_two_connections(&pool, &look).await;
            let switch = match (version, on) {
                (None, _) => "",
                (Some(_), true) => "on",
                (Some(_), false) => "off",
            };
            for seen in seen_by_both {
                let (scans, follower, idle) = seen.expect("the settings");
                let seen = (&*scans, &*follower, &*idle);
                assert_eq!(seen, (switch, switch, "54321ms"), "{version:?} {on}");
            }
            assert_eq!(proxy.accepted(), 2);
        }
    }
}

#[tokio::test]
async fn a_list_and_a_number_are_the_same_on_every_connection() {
    let db = numbers(1).await;
    db.run_ddl(&["CREATE SCHEMA \"App\""]).await.expect("a schema");
    for version in [None, Some("25.2.0")] {
        for prepared in [Prepared::Auto, Prepared::Never] {
            let proxy = FaultProxy::to(&db).await.expect("a proxy");
            if let Some(version) = version {
                proxy.pose_as_cockroachdb(version);
            }
            let builder = Database::builder(&proxy.url()).max_connections(2).prepared(prepared);
            let builder = builder.session_variable("search_path", "\"App\",public");
            let builder = builder.session_variable("extra_float_digits", "2");
            let pool = builder.connect().await.expect("a database");
            let look = Sql::trusted(
                "SELECT array_to_string(current_schemas(false), '|'), current_setting('extra_float_digits')",
            );
            // The first one is told by statements, and the other one as it begins; or both with BEGIN.
            let seen_by_both: [Result<(String, String)>; 2] = on_two_connections(&pool, &look).await;
            for seen in seen_by_both {
                let (schemas, digits) = seen.expect("the settings");
                assert_eq!((&*schemas, &*digits), ("App|public", "2"), "{version:?} {prepared:?}");
            }
            assert_eq!(proxy.accepted(), 2);
        }
    }
}

#[tokio::test]
async fn what_is_no_list_of_names_is_refused_before_anything_is_sent() {
    let error =
        Database::builder("postgresql://db1/shop?search_path=app,,public").connect().await.unwrap_err();
    assert!(error.is_configuration() && error.to_string().contains("`search_path`"), "{error}");
}

#[tokio::test]
async fn a_key_is_claimed_once_where_settings_travel_with_begin() {
    let db = numbers(1).await;
    db.create_schema(&Schema::new("keys").tables(&[Ledger::TABLE])).await.expect("the ledger");
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    proxy.pose_as_cockroachdb("25.2.0");
    let builder = Database::builder(&proxy.url()).prepared(Prepared::Never);
    let builder = builder.session_variable("app.tenant", "acme");
    let pool = builder.connect().await.expect("a database");
    for _ in 0..2 {
        // What sets the settings answers by a row, too, which is not that of the claim.
        let added = pool.transaction("adds", async |tx| {
            let now = read(&tx, 1).await?;
            set(&tx, 1, now + 1).await?;
            Ok(now)
        });
        assert_eq!(added.once(Uuid::from_u128(7)).await.expect("a result").into_inner(), 0);
    }
    assert_eq!(read(&db, 1).await.expect("a read"), 1);
}

#[tokio::test]
async fn a_name_that_the_server_does_not_keep_as_it_is_costs_a_session_nothing() {
    let db = numbers(1).await;
    for name in ["caf\u{e9}", &"long ".repeat(20)] {
        let proxy = FaultProxy::to(&db).await.expect("a proxy");
        let builder = Database::builder(&proxy.url()).max_connections(2).application_name(name);
        let pool = builder.connect().await.expect("a database");
        let both = Barrier::new(2);
        let look = async || {
            let isolation = Sql::trusted("SELECT current_setting('default_transaction_isolation')");
            pool.transaction("looks", async |tx| {
                both.wait().await;
                value::<String>(&tx, isolation.clone()).await
            })
            .await
        };
        let (one, other) = tokio::join!(look(), look());
        for isolation in [one, other] {
            assert_eq!(isolation.expect("a value"), "serializable", "{name}");
        }
        let named =
            Sql::trusted("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%pg_prepared%'");
        assert_eq!(value::<i64>(&pool, named).await.expect("a count"), 1, "statements are prepared");
    }
}

#[tokio::test]
async fn a_transaction_that_is_left_open_is_ended_by_the_server_after_the_pool_s_timeout() {
    let db = numbers(1).await;
    let builder = Database::builder(db.url()).idle_in_transaction_timeout(Duration::from_millis(200));
    let pool = builder.connect().await.expect("a database");
    let error = pool
        .transaction("idle", async |tx| {
            set(&tx, 1, 1).await?;
            tokio::time::sleep(Duration::from_secs(2)).await;
            set(&tx, 1, 2).await
        })
        .await
        .expect_err("the server has ended it");
    assert!(error.is_timeout() && error.sqlstate() == Some("25P03"), "{error}");
    assert!(error.advice().is_some_and(|advice| advice.contains("without a statement")), "{error}");
    assert_eq!(read(&pool, 1).await.expect("a read"), 0);
    all_are_back(&pool).await;
}
