//! What an operator sees: spans and events through [`tracing`], and, with the feature `metrics`, numbers through the
//! [`metrics`](https://docs.rs/metrics) facade.
//!
//! [`METRICS`] is the one table of all numbers. Spans follow the [database conventions of
//! OpenTelemetry](https://opentelemetry.io/docs/specs/semconv/database/database-spans/):
//!
//! | span | level | what it covers | fields |
//! |---|---|---|---|
//! | `transaction` | INFO | a transaction with all its attempts | `name`, `attempts`, `outcome` |
//! | `acquire` | DEBUG | waiting for a connection of the pool | |
//! | `statement` | DEBUG | one statement, from sending it to its last row | `otel.name`, `otel.kind`, `db.system.name`, `db.namespace`, `db.operation.name`, `db.collection.name`, `db.query.text`, `server.address`, `server.port`, `db.response.status_code` |
//!
//! `db.query.text` holds no value: what is bound travels beside the text, and literals in SQL of your own are shown as
//! `?`. Where [`show_values`](crate::database::DatabaseBuilder::show_values) asks for them, literals stay and bound values are in
//! `db.query.parameters`.

mod metric;
mod record;
mod statement;
mod tags;
mod text;
mod transaction;

pub use self::metric::{METRICS, Metric, MetricKind};
pub use self::tags::Tags;

pub(crate) use self::record::{PoolNumbers, closed, contended, limit, node_down, node_up};
pub(crate) use self::statement::Watch;
pub(crate) use self::tags::Tagging;
pub(crate) use self::transaction::TxnWatch;

/// Tells the recorder of the `metrics` facade what each metric means and in which unit it is. Call it once, after the
/// recorder is installed; without it the numbers are the same and have no description.
#[cfg(feature = "metrics")]
pub fn describe() {
    for metric in &METRICS {
        let (name, unit, meaning) = (metric.name, metric.unit(), metric.meaning);
        match metric.kind {
            MetricKind::Counter => metrics::describe_counter!(name, unit, meaning),
            MetricKind::Gauge => metrics::describe_gauge!(name, unit, meaning),
            MetricKind::Histogram => metrics::describe_histogram!(name, unit, meaning),
        }
    }
}
