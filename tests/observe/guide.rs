//! The guide and the code name the same metrics.

use crdb_orm::observe::{METRICS, MetricKind};

const GUIDE: &str = include_str!("../../docs/src/observability.md");

#[test]
fn the_table_of_the_guide_is_the_table_of_the_code() {
    let told: Vec<&str> =
        GUIDE.lines().filter(|line| line.starts_with("| `crdb_") && line.matches('|').count() == 5).collect();
    let is: Vec<String> = METRICS
        .iter()
        .map(|metric| {
            let kind = match metric.kind {
                MetricKind::Counter => "counter",
                MetricKind::Gauge => "gauge",
                MetricKind::Histogram => "histogram",
                other => panic!("{other:?}"),
            };
            let labels: Vec<String> = metric.labels.iter().map(|label| format!("`{label}`")).collect();
            format!("| `{}` | {kind} | {} | {} |", metric.name, labels.join(", "), metric.meaning)
        })
        .collect();
    assert_eq!(told, is);
}

#[test]
fn names_follow_the_rules_of_prometheus() {
    for metric in METRICS {
        assert!(metric.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{}", metric.name);
        assert_eq!(metric.kind == MetricKind::Counter, metric.name.ends_with("_total"), "{}", metric.name);
        assert_eq!(
            metric.kind == MetricKind::Histogram,
            metric.name.ends_with("_seconds"),
            "{}",
            metric.name
        );
    }
}
