//! Numbers for Prometheus: `cargo run -p crdb-examples --example metrics`, then `curl localhost:9000/metrics`.
//!
//! `dashboard.json` beside this file is a dashboard for Grafana, to be imported. For something to be seen on it, twelve
//! tasks work on a database of two nodes, of which one is away for ten seconds of each half minute.

mod service;

use std::time::Duration;

use crdb_orm::Database;
use crdb_orm::testing::{FaultProxy, TestDb};

use self::service::{SCHEMA, busy, prometheus, router};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    // Before the database, so that nothing is missed.
    let prometheus = prometheus()?;
    let test_db = TestDb::new().await?;
    test_db.create_schema(&SCHEMA).await?;
    let nodes = [FaultProxy::to(&test_db).await?, FaultProxy::to(&test_db).await?];
    let both = format!("{},{}", nodes[0].node(), nodes[1].node());
    let db = Database::connect(&nodes[0].url().replace(&nodes[0].node(), &both)).await?;
    tokio::spawn(async move { busy(&db).await });
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(20)).await;
            nodes[0].die();
            tokio::time::sleep(Duration::from_secs(10)).await;
            nodes[0].come_back();
        }
    });
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 9000)).await?;
    println!("http://localhost:9000/metrics. Ctrl-C ends it.");
    let stop = async { drop(tokio::signal::ctrl_c().await) };
    axum::serve(listener, router(prometheus)).with_graceful_shutdown(stop).await?;
    Ok(())
}
