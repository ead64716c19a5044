//! What a service needs to be watched: a recorder, an endpoint, and something to do.

use axum::Router;
use axum::routing::get;
use crdb_orm::prelude::*;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// From a statement on the same machine to a transaction that nearly gives up.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// Installs a recorder for this process.
pub(crate) fn prometheus() -> Result<PrometheusHandle, Box<dyn std::error::Error + Send + Sync>> {
    let builder = PrometheusBuilder::new();
    let handle =
        builder.set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)?.install_recorder()?;
    crdb_orm::observe::describe();
    Ok(handle)
}

/// `GET /metrics`.
pub(crate) fn router(prometheus: PrometheusHandle) -> Router {
    Router::new().route(
        "/metrics",
        get(async move || {
            prometheus.run_upkeep();
            prometheus.render()
        }),
    )
}

/// Something to be seen.
pub(crate) async fn work(db: &Database) -> crdb_orm::Result<()> {
    db.transaction("count", async |tx| {
        let (rows,): (i64,) = Sql::trusted("SELECT count(*) FROM generate_series(1, 1000)").one(&tx).await?;
        Ok(rows)
    })
    .await?;
    Ok(())
}
