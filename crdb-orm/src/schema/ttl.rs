//! Row-level TTL: rows that the server deletes when their time is over.

/// The row-level TTL of a table: when a row expires, and how the job that deletes expired rows works.
///
/// A row stays visible after its time until the job has come to it: a query that must not see it says so in its filter.
/// Source: `CockroachDB`, "Batch delete expired data with row-level TTL". `PostgreSQL` has none: there it is left out,
/// with a notice, and nothing deletes the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct TtlDef {
    /// When a row expires.
    pub expiry: TtlExpiry,
    /// When the job starts, as a crontab entry; the server's default (`@daily`) when `None`.
    pub job_cron: Option<&'static str>,
    /// How many rows the job reads at a time.
    pub select_batch_size: Option<u32>,
    /// How many rows the job deletes at a time.
    pub delete_batch_size: Option<u32>,
    /// How many rows each node reads in a second, at most; 0 is no limit.
    pub select_rate_limit: Option<u32>,
    /// How many rows each node deletes in a second, at most; 0 is no limit.
    pub delete_rate_limit: Option<u32>,
    /// Whether the job does nothing.
    pub pause: bool,
    /// How often the rows are counted for the metrics, such as `1m`; never when `None`.
    pub row_stats_poll_interval: Option<&'static str>,
    /// Whether the metrics bear the table's name.
    pub label_metrics: bool,
    /// Whether changefeeds leave out the deletes of the job; needs `CockroachDB` 24.1 or later.
    pub disable_changefeed_replication: bool,
}

/// When a row expires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TtlExpiry {
    /// So long after it was last written, such as `90 days`: the server adds the hidden column
    /// `crdb_internal_expiration`.
    After(&'static str),
    /// At the time that an SQL expression of type TIMESTAMPTZ gives, such as a column; never where it is NULL.
    At(&'static str),
}

impl TtlDef {
    /// Rows expire so long after they were last written: an interval such as `90 days`.
    pub const fn expire_after(interval: &'static str) -> Self {
        Self::new(TtlExpiry::After(interval))
    }

    /// Rows expire at the time that an SQL expression gives, such as the name of a TIMESTAMPTZ column.
    pub const fn expiration(expression: &'static str) -> Self {
        Self::new(TtlExpiry::At(expression))
    }

    const fn new(expiry: TtlExpiry) -> Self {
        Self {
            expiry,
            job_cron: None,
            select_batch_size: None,
            delete_batch_size: None,
            select_rate_limit: None,
            delete_rate_limit: None,
            pause: false,
            row_stats_poll_interval: None,
            label_metrics: false,
            disable_changefeed_replication: false,
        }
    }

    /// Sets when the job starts: `@hourly`, `@daily`, or five fields such as `30 3 * * *`.
    #[must_use]
    pub const fn job_cron(mut self, cron: &'static str) -> Self {
        self.job_cron = Some(cron);
        self
    }

    /// Sets how many rows the job reads at a time.
    #[must_use]
    pub const fn select_batch_size(mut self, rows: u32) -> Self {
        self.select_batch_size = Some(rows);
        self
    }

    /// Sets how many rows the job deletes at a time.
    #[must_use]
    pub const fn delete_batch_size(mut self, rows: u32) -> Self {
        self.delete_batch_size = Some(rows);
        self
    }

    /// Sets how many rows each node reads in a second, at most.
    #[must_use]
    pub const fn select_rate_limit(mut self, rows: u32) -> Self {
        self.select_rate_limit = Some(rows);
        self
    }

    /// Sets how many rows each node deletes in a second, at most.
    #[must_use]
    pub const fn delete_rate_limit(mut self, rows: u32) -> Self {
        self.delete_rate_limit = Some(rows);
        self
    }

    /// Lets the job do nothing until it is switched on again.
    #[must_use]
    pub const fn pause(mut self) -> Self {
        self.pause = true;
        self
    }

    /// Counts the rows for the metrics so often, such as `1m`.
    #[must_use]
    pub const fn row_stats_poll_interval(mut self, interval: &'static str) -> Self {
        self.row_stats_poll_interval = Some(interval);
        self
    }

    /// Lets the metrics bear the table's name.
    #[must_use]
    pub const fn label_metrics(mut self) -> Self {
        self.label_metrics = true;
        self
    }

    /// Leaves the deletes of the job out of changefeeds. Needs `CockroachDB` 24.1 or later.
    #[must_use]
    pub const fn disable_changefeed_replication(mut self) -> Self {
        self.disable_changefeed_replication = true;
        self
    }
}
