//! Promise: what a pool is told of its sessions reaches every one of them, and nothing is told that the server cannot mean.

use std::time::Duration;

use crdb_orm::testing::FaultProxy;
use crdb_orm::{Database, Result, Sql};

use crate::support::{all_are_back, numbers, read, set};

/// What only CockroachDB has, as the proxy plays it; empty where it was not set.
type Settings = (String, String, String);

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
            // Two at once: the first one is told by statements, and the other one as it begins.
            let both = tokio::sync::Barrier::new(2);
            let see = async || -> Result<Settings> {
                let look = look.clone();
                pool.transaction("looks", async |tx| {
                    let seen = look.clone().one(&tx).await?;
                    both.wait().await;
                    Ok(seen)
                })
                .await
            };
            let (one, other) = tokio::join!(see(), see());
            let switch = match (version, on) {
                (None, _) => "",
                (Some(_), true) => "on",
                (Some(_), false) => "off",
            };
            for seen in [one, other] {
                let (scans, follower, idle) = seen.expect("the settings");
                let seen = (&*scans, &*follower, &*idle);
                assert_eq!(seen, (switch, switch, "54321ms"), "{version:?} {on}");
            }
            assert_eq!(proxy.accepted(), 2);
        }
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
