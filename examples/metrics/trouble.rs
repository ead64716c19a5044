//! Every number means what the guide says, for a service that is busy while a node dies.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crdb_orm::observe::{METRICS, MetricKind};
use crdb_orm::prelude::*;
use crdb_orm::testing::{FaultProxy, TestDb};
use tokio::sync::Semaphore;

use crate::prometheus;
use crate::scrape::{Endpoint, Scrape};
use crate::service::{Account, SCHEMA, busy, router};

const CONNECTIONS: usize = 4;

/// Scrapes until something is so.
async fn until(endpoint: &Endpoint, what: &str, so: impl Fn(&Scrape) -> bool) -> Scrape {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let scrape = endpoint.scrape().await;
        if so(&scrape) {
            return scrape;
        }
        assert!(Instant::now() < deadline, "not within 20 seconds: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_metric_means_what_the_guide_says_under_load_and_when_a_node_dies() {
    let endpoint = Endpoint::serve(router(prometheus())).await;
    let test_db = TestDb::new().await.expect("a database");
    test_db.create_schema(&SCHEMA).await.expect("the schema");
    let nodes =
        [FaultProxy::to(&test_db).await.expect("a proxy"), FaultProxy::to(&test_db).await.expect("a proxy")];
    let both = format!("{},{}", nodes[0].node(), nodes[1].node());
    let db = Database::builder(&nodes[0].url().replace(&nodes[0].node(), &both))
        .max_connections(CONNECTIONS)
        .wait_timeout(Duration::from_millis(400))
        .connect()
        .await
        .expect("a pool");
    let pool = format!("pool=\"{}\"", test_db.name());
    let pool = pool.as_str();
    let labels = [0, 1].map(|node| format!("node=\"{}\"", nodes[node].node()));
    let node: [&str; 2] = [&labels[0], &labels[1]];
    let load = tokio::spawn({
        let db = db.clone();
        async move { busy(&db).await }
    });

    // Twelve tasks want two rows.
    let busy = until(&endpoint, "tasks get into each other's way", |now| {
        now.sum("crdb_pool_connections", &[pool, "state=\"used\""]) > Some(0.0)
            && now.sum("crdb_transaction_retries_total", &["name=\"transfer\""]) > Some(0.0)
            && node.iter().all(|node| now.sum("crdb_connections_created_total", &[node]) > Some(0.0))
    })
    .await;
    for node in node {
        assert!((busy.of("crdb_node_up", &[node]) - 1.0).abs() < 1e-9);
    }
    until(&endpoint, "transfers are limited, and wait for their turn", |now| {
        now.sum("crdb_contention_limit", &["name=\"transfer\""]) > Some(0.0)
            && now.sum("crdb_contention_wait_seconds_count", &["name=\"transfer\""]) > Some(0.0)
    })
    .await;

    // An answer to COMMIT is lost. On whichever node it is sent to: what is limited to one at a time takes the connection
    // that was used last, again and again.
    let lost = nodes.each_ref().map(|node| node.on("COMMIT").cut_after_send());
    until(&endpoint, "a commit is unknown", |now| {
        now.sum("crdb_commits_unknown_total", &["name=\"transfer\""]) > Some(0.0)
            && now.sum("crdb_transaction_seconds_count", &["outcome=\"unknown\""]) > Some(0.0)
    })
    .await;
    assert!(lost.iter().any(|rule| rule.struck() > 0));
    nodes.iter().for_each(FaultProxy::clear);

    // A node dies: what it had is lost, it lets nobody in, and the other one does the work.
    nodes[0].die();
    let dead = until(&endpoint, "the node is known to be down", |now| {
        now.sum("crdb_node_up", &[node[0]]) == Some(0.0)
            && now.sum("crdb_connections_failed_total", &[node[0]]) > Some(0.0)
            && now.sum("crdb_connections_closed_total", &[node[0], "cause=\"lost\""]) > Some(0.0)
    })
    .await;
    assert!((dead.of("crdb_node_up", &[node[1]]) - 1.0).abs() < 1e-9);
    let committed = &["name=\"transfer\"", "outcome=\"committed\""];
    let before = dead.of("crdb_transaction_seconds_count", committed);
    until(&endpoint, "work goes on", |now| {
        now.sum("crdb_transaction_seconds_count", committed) > Some(before + 10.0)
    })
    .await;
    nodes[0].come_back();
    until(&endpoint, "the node is back", |now| now.sum("crdb_node_up", &[node[0]]) == Some(1.0)).await;

    // All connections are held by others: who finds none in time is counted. A commit that nobody waits for holds its own.
    let released = Arc::new(Semaphore::new(0));
    for _ in 0..CONNECTIONS {
        let (db, released) = (db.clone(), released.clone());
        tokio::spawn(async move {
            let hold = async |tx: Tx| {
                let (one,): (i32,) = Sql::trusted("SELECT 1").one(&tx).await?;
                drop(released.acquire().await);
                Ok::<_, crdb_orm::Error>(one)
            };
            while db.transaction("holds", hold).await.is_err() {}
        });
    }
    while !db.status().longest.iter().filter(|one| one.by == "transaction `holds`").count().eq(&CONNECTIONS) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let counts = async { Account::query().count(&db).await.expect_err("no connection") };
    let waits = until(&endpoint, "a task waits for a connection", |now| {
        now.sum("crdb_pool_waiting", &[pool]) > Some(0.0)
            && now.sum("crdb_pool_connections", &[pool, "state=\"used\""]) == Some(4.0)
    });
    let (error, _) = tokio::join!(counts, waits);
    assert!(error.is_pool_timeout(), "{error}");
    let timeouts = endpoint.scrape().await;
    assert!(timeouts.of("crdb_pool_wait_seconds_count", &[pool, "outcome=\"timeout\""]) > 0.0);
    released.add_permits(CONNECTIONS);
    load.abort();
    while db.status().in_use > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let rules = nodes.each_ref().map(|node| node.on("COMMIT").delay_reply(Duration::from_secs(1)));
    let given_up = tokio::spawn({
        let db = db.clone();
        async move {
            let one = async |tx: Tx| {
                let (one,): (i32,) = Sql::trusted("SELECT 1").one(&tx).await?;
                Ok::<_, crdb_orm::Error>(one)
            };
            db.transaction("is given up", one).await
        }
    });
    while rules.iter().all(|rule| rule.struck() == 0) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    given_up.abort();
    until(&endpoint, "a commit that nobody waits for holds its connection", |now| {
        now.sum("crdb_pool_connections", &[pool, "state=\"abandoned\""]) > Some(0.0)
    })
    .await;
    nodes.iter().for_each(FaultProxy::clear);

    // When it is quiet, the numbers are those of the pool and of the nodes.
    until(&endpoint, "nobody works any more", |now| {
        now.sum("crdb_pool_connections", &[pool, "state=\"used\""]) == Some(0.0)
            && now.sum("crdb_pool_connections", &[pool, "state=\"abandoned\""]) == Some(0.0)
            && now.sum("crdb_pool_waiting", &[pool]) == Some(0.0)
    })
    .await;
    let quiet = until(&endpoint, "what was made and not closed is there", |now| {
        node.iter().zip(&nodes).all(|(node, proxy)| {
            let made = now.of("crdb_connections_created_total", &[node]);
            let closed = now.sum("crdb_connections_closed_total", &[node]).unwrap_or_default();
            (made - closed - f64::from(u32::try_from(proxy.open()).unwrap_or(u32::MAX))).abs() < 1e-9
        })
    })
    .await;
    for node in node {
        let made = quiet.of("crdb_connections_created_total", &[node]);
        assert!((quiet.of("crdb_connect_seconds_count", &[node]) - made).abs() < 1e-9);
    }
    let attempts = quiet.of("crdb_transaction_attempts_total", &["name=\"transfer\""]);
    let transactions = quiet.of("crdb_transaction_seconds_count", &["name=\"transfer\""]);
    assert!(attempts >= transactions, "{attempts} attempts of {transactions} transactions");
    assert!(quiet.of("crdb_statement_seconds_count", &["table=\"accounts\"", "outcome=\"ok\""]) > 0.0);
    assert!(quiet.of("crdb_statement_seconds_count", &["outcome=\"40001\""]) > 0.0);
    for metric in METRICS {
        let end = if metric.kind == MetricKind::Histogram { "_count" } else { "" };
        let labels: Vec<String> = metric.labels.iter().map(|label| format!("{label}=\"")).collect();
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        quiet.of(&format!("{}{end}", metric.name), &labels);
    }
}
