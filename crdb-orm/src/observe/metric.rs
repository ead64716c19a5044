//! Every metric: its name, its labels and its meaning.

/// A number that the library reports through the `metrics` facade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub kind: MetricKind,
    /// The names of its labels.
    pub labels: &'static [&'static str],
    /// What it counts or measures.
    pub meaning: &'static str,
}

impl Metric {
    #[cfg(feature = "metrics")]
    pub(super) fn unit(&self) -> metrics::Unit {
        if self.name.ends_with("_seconds") { metrics::Unit::Seconds } else { metrics::Unit::Count }
    }
}

/// What a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetricKind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// It has a distribution.
    Histogram,
}

macro_rules! metrics {
    ($($constant:ident = $name:literal, $kind:ident, [$($label:literal),*], $meaning:literal;)*) => {
        #[cfg(feature = "metrics")]
        pub(super) mod names {
            $(pub(crate) const $constant: &str = $name;)*
        }

        /// All of them, in the order of the guide.
        pub const METRICS: [Metric; [$($name),*].len()] = [$(
            Metric { name: $name, kind: MetricKind::$kind, labels: &[$($label),*], meaning: $meaning },
        )*];
    };
}

metrics! {
    POOL_CONNECTIONS = "crdb_pool_connections", Gauge, ["pool", "state"],
        "connections that the pool has, by state: idle, used, or abandoned (held until what nobody waits for any more is answered)";
    POOL_MAX = "crdb_pool_connections_max", Gauge, ["pool"],
        "connections that the pool may have";
    POOL_WAITING = "crdb_pool_waiting", Gauge, ["pool"],
        "tasks that wait for a connection";
    POOL_WAIT = "crdb_pool_wait_seconds", Histogram, ["pool", "outcome"],
        "time to get a connection of the pool, by outcome: ok, timeout or error";
    CREATED = "crdb_connections_created_total", Counter, ["node"],
        "connections that were made, their sessions set up";
    FAILED = "crdb_connections_failed_total", Counter, ["node"],
        "connections that could not be made";
    CLOSED = "crdb_connections_closed_total", Counter, ["node", "cause"],
        "connections that were closed, by cause: lost, in doubt, too old, node left, or idle (not needed there any more)";
    CONNECT = "crdb_connect_seconds", Histogram, ["node"],
        "time to make a connection and set up its session";
    NODE_UP = "crdb_node_up", Gauge, ["node"],
        "1 where the last connection to the node could be made, else 0";
    STATEMENT = "crdb_statement_seconds", Histogram, ["verb", "table", "outcome"],
        "time of a statement from sending it to its last row, by outcome: ok, lost, or the SQLSTATE";
    TRANSACTION = "crdb_transaction_seconds", Histogram, ["name", "outcome"],
        "time of a transaction with all its attempts, by outcome: committed, replayed, rolled_back, failed, gave_up or unknown";
    ATTEMPTS = "crdb_transaction_attempts_total", Counter, ["name"],
        "attempts of transactions, the first of each included";
    RETRIES = "crdb_transaction_retries_total", Counter, ["name", "reason"],
        "attempts that failed in a way that another one may mend, by reason";
    UNKNOWN = "crdb_commits_unknown_total", Counter, ["name"],
        "commits whose answer was lost, or that nobody waited for";
    LIMIT = "crdb_contention_limit", Gauge, ["name"],
        "how many attempts of a transaction may run at once; 0 where there is no limit";
    LIMIT_WAIT = "crdb_contention_wait_seconds", Histogram, ["name"],
        "time that attempts waited for their turn, of those that the limit made wait";
}
