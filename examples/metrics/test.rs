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

/// The labels in lists such as `by (name, outcome)`, which go for every metric of an expression.
fn listed(expression: &str) -> impl Iterator<Item = &str> {
    const LISTS: [&str; 6] = ["by", "without", "on", "ignoring", "group_left", "group_right"];
    expression.split('(').zip(expression.split('(').skip(1)).flat_map(|(before, list)| {
        let word = before.trim_end().rsplit(|c: char| !(c.is_ascii_lowercase() || c == '_')).next();
        let list = list.split(')').next().filter(|_| word.is_some_and(|word| LISTS.contains(&word)));
        list.into_iter().flat_map(|list| list.split(',')).map(str::trim).filter(|label| !label.is_empty())
    })
}

/// The labels of what is right behind a name, such as `{outcome="ok", table!~"a,b"}`.
fn selected(behind: &str) -> Vec<&str> {
    let Some(mut rest) = behind.strip_prefix('{') else { return Vec::new() };
    let mut labels = Vec::new();
    while let Some((label, value)) = rest.split_once(['=', '!']).filter(|(label, _)| !label.contains('}')) {
        labels.push(label.trim_start_matches(',').trim());
        let quoted = value.split_once('"').map_or("", |(_, quoted)| quoted);
        // A quote behind a backslash is part of the value.
        let end = quoted.match_indices('"').find(|(at, _)| !quoted[..*at].ends_with('\\'));
        rest = end.map_or("", |(at, _)| &quoted[at + 1..]);
    }
    labels
}

/// The metrics that an expression asks for; why it cannot be asked, or what its legend cannot show.
fn asked(expression: &str, legend: &str) -> Result<Vec<&'static str>, String> {
    let shown: Vec<_> =
        legend.split("{{").skip(1).map(|rest| rest.split('}').next().unwrap_or_default().trim()).collect();
    let lists: Vec<_> = listed(expression).collect();
    let mut asked = Vec::new();
    let is_of_a_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    for (at, _) in expression.match_indices("crdb_") {
        let name = expression[at..].split(|c| !is_of_a_name(c)).next().unwrap_or_default();
        let plain = ["_bucket", "_count", "_sum"].iter().find_map(|end| name.strip_suffix(end));
        let metric = METRICS.iter().find(|metric| metric.name == plain.unwrap_or(name));
        let metric = metric.ok_or_else(|| format!("there is no metric {name}"))?;
        if plain.is_some() != (metric.kind == MetricKind::Histogram) {
            return Err(format!("{name} is none of the series of a {:?}", metric.kind));
        }
        let of_the_name = selected(&expression[at + name.len()..]);
        for label in of_the_name.iter().chain(&lists).chain(&shown) {
            let of_buckets = *label == "le" && name.ends_with("_bucket");
            if !(of_buckets || metric.labels.contains(label)) {
                return Err(format!("{name} has no label {label}"));
            }
        }
        asked.push(metric.name);
    }
    match shown.iter().find(|label| expression.contains(" by ") && !lists.contains(label)) {
        Some(label) => Err(format!("nothing is left of the label {label} for the legend")),
        None => Ok(asked),
    }
}

#[test]
fn the_dashboard_asks_only_for_what_there_is() {
    let dashboard: serde_json::Value = serde_json::from_str(DASHBOARD).expect("JSON");
    let panels = dashboard["panels"].as_array().expect("panels");
    let mut all = Vec::new();
    for target in panels.iter().flat_map(|panel| panel["targets"].as_array().expect("targets")) {
        let expression = target["expr"].as_str().expect("an expression");
        let legend = target["legendFormat"].as_str().expect("a legend");
        all.extend(asked(expression, legend).unwrap_or_else(|why| panic!("{why}: {expression}, {legend}")));
    }
    for metric in METRICS {
        assert!(all.contains(&metric.name), "no panel shows {}", metric.name);
    }
}

#[test]
fn a_dashboard_that_asked_for_what_there_is_not_would_be_found_out() {
    const TRANSACTIONS: &str = "sum by (name) (rate(crdb_transaction_seconds_count[1m]))";
    let right = [
        (TRANSACTIONS, "{{name}}"),
        ("sum(crdb_pool_waiting)", "all"),
        ("sum by (le) (crdb_pool_wait_seconds_bucket{outcome=\"ok\", pool!~\"a,b={\\\"}\"})", "{{ le }}"),
        ("crdb_node_up{node=\"a\"} / on (node) group_left () crdb_node_up", "{{node}}"),
    ];
    for (expression, legend) in right {
        assert_eq!(asked(expression, legend).err(), None, "{expression}");
    }
    for (expression, legend, why) in [
        ("crdb_transactions", "", "there is no metric crdb_transactions"),
        ("crdb_transaction_seconds", "", "crdb_transaction_seconds is none of the series of a Histogram"),
        ("crdb_node_up_count", "", "crdb_node_up_count is none of the series of a Gauge"),
        ("sum by (node) (crdb_pool_waiting)", "", "crdb_pool_waiting has no label node"),
        ("sum without(pool,node) (crdb_pool_waiting)", "", "crdb_pool_waiting has no label node"),
        ("sum by (le) (crdb_pool_waiting)", "", "crdb_pool_waiting has no label le"),
        ("crdb_pool_waiting{node=\"a\"}", "", "crdb_pool_waiting has no label node"),
        ("crdb_pool_waiting{pool=\"a, b\\\"}\",node!=\"a\"}", "", "crdb_pool_waiting has no label node"),
        ("crdb_node_up / on (node, pool) crdb_node_up", "", "crdb_node_up has no label pool"),
        ("crdb_pool_waiting", "{{pool}} of {{node}}", "crdb_pool_waiting has no label node"),
        (TRANSACTIONS, "{{outcome}}", "nothing is left of the label outcome for the legend"),
    ] {
        assert_eq!(asked(expression, legend), Err(why.to_owned()), "{expression}");
    }
}
