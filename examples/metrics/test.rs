//! What Prometheus is told, and that the dashboard asks for nothing else.

mod scrape;
mod service;
mod trouble;

use std::sync::OnceLock;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use crdb_orm::observe::{METRICS, MetricKind};
use crdb_orm::prelude::*;
use crdb_orm::testing::TestDb;
use metrics_exporter_prometheus::PrometheusHandle;
use tower::ServiceExt;

use self::service::router;

const DASHBOARD: &str = include_str!("dashboard.json");

/// The one recorder of this process.
fn prometheus() -> PrometheusHandle {
    static INSTALLED: OnceLock<PrometheusHandle> = OnceLock::new();
    INSTALLED.get_or_init(|| service::prometheus().expect("a recorder")).clone()
}

/// Something to be seen.
async fn work(db: &Database) -> crdb_orm::Result<()> {
    db.transaction("count", async |tx| {
        let (rows,): (i64,) = Sql::trusted("SELECT count(*) FROM generate_series(1, 1000)").one(&tx).await?;
        Ok(rows)
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn the_endpoint_tells_what_was_done() {
    let prometheus = prometheus();
    let db = TestDb::new().await.expect("a database");
    work(&db).await.expect("a transaction");
    let request = Request::get("/metrics").body(Body::empty()).expect("a request");
    let answer = router(prometheus).oneshot(request).await.expect("an answer");
    let body = to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
    let text = String::from_utf8(body.to_vec()).expect("a text");
    for line in [
        "# TYPE crdb_transaction_seconds histogram",
        "crdb_transaction_seconds_count{name=\"count\",outcome=\"committed\"} 1",
        "crdb_transaction_attempts_total{name=\"count\"} 1",
        "crdb_statement_seconds_count{verb=\"sql\",table=\"\",outcome=\"ok\"}",
        "# HELP crdb_node_up 1 where the last connection to the node could be made, else 0",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

/// Names and the labels behind them, such as `by (name, outcome)` or `{name="x"}`.
#[test]
fn the_dashboard_asks_only_for_what_there_is() {
    let dashboard: serde_json::Value = serde_json::from_str(DASHBOARD).expect("JSON");
    let panels = dashboard["panels"].as_array().expect("panels");
    let mut asked = Vec::new();
    for target in panels.iter().flat_map(|panel| panel["targets"].as_array().expect("targets")) {
        let expression = target["expr"].as_str().expect("an expression");
        let mut labels: Vec<&str> = expression
            .split("by (")
            .skip(1)
            .flat_map(|rest| rest.split(')').next().unwrap_or_default().split(", "))
            .filter(|label| *label != "le")
            .collect();
        let legend = target["legendFormat"].as_str().expect("a legend");
        labels.extend(legend.split("{{").skip(1).map(|rest| rest.split('}').next().unwrap_or_default()));
        let names = expression.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        for name in names.filter(|name| name.starts_with("crdb_")) {
            let plain = ["_bucket", "_count", "_sum"].iter().find_map(|end| name.strip_suffix(end));
            let metric = METRICS
                .iter()
                .find(|metric| metric.name == plain.unwrap_or(name))
                .unwrap_or_else(|| panic!("there is no metric {name}: {expression}"));
            assert_eq!(plain.is_some(), metric.kind == MetricKind::Histogram, "{name}");
            for label in &labels {
                assert!(metric.labels.contains(label), "{name} has no label {label}: {expression}");
            }
            asked.push(metric.name);
        }
    }
    for metric in METRICS {
        assert!(asked.contains(&metric.name), "no panel shows {}", metric.name);
    }
}
