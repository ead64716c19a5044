//! Numbers for Prometheus: `cargo run -p crdb-examples --example metrics`, then `curl localhost:9000/metrics`.
//!
//! `dashboard.json` beside this file is a dashboard for Grafana, to be imported.

mod service;

use std::time::Duration;

use crdb_orm::testing::TestDb;

use self::service::{prometheus, router, work};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    // Before the database, so that nothing is missed.
    let prometheus = prometheus()?;
    let db = TestDb::new().await?;
    let busy = db.db().clone();
    tokio::spawn(async move {
        while work(&busy).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    });
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 9000)).await?;
    println!("http://localhost:9000/metrics. Ctrl-C ends it.");
    let stop = async { drop(tokio::signal::ctrl_c().await) };
    axum::serve(listener, router(prometheus)).with_graceful_shutdown(stop).await?;
    Ok(())
}
