//! What a transaction is told when it begins.

use std::fmt::Write;
use std::time::Duration;

use super::hlc::Hlc;
use crate::conn::{ServerInfo, literal};
use crate::error::{Error, Result};
use crate::exec::Label;

/// How much a transaction sees of others that run at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Isolation {
    /// As if it ran alone. The default of CockroachDB and of this library.
    #[default]
    Serializable,
    /// Each statement sees what was committed before it began: fewer retries, and what was read may have changed when
    /// it is written. Lock what you read (`.for_update()`).
    ///
    /// CockroachDB has it from 23.2 on, if the cluster allows it, and runs SERIALIZABLE instead where it does not
    /// (<https://www.cockroachlabs.com/docs/stable/read-committed>).
    ReadCommitted,
}

/// Who wins when two transactions of CockroachDB conflict. Without effect on PostgreSQL.
///
/// <https://www.cockroachlabs.com/docs/stable/transactions#transaction-priorities>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Priority {
    /// It gives way: for work in the background.
    Low,
    /// The default.
    #[default]
    Normal,
    /// It pushes others aside, which can starve them.
    High,
}

/// How urgent the work of a transaction is for a CockroachDB that is short of resources. Without effect on PostgreSQL.
///
/// <https://www.cockroachlabs.com/docs/stable/admission-control#set-quality-of-service-level-for-a-session>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum QualityOfService {
    /// After everything else.
    Background,
    /// The default.
    #[default]
    Regular,
    /// Before everything else.
    Critical,
}

/// The time as of which a transaction of CockroachDB reads: it is then read-only.
///
/// <https://www.cockroachlabs.com/docs/stable/as-of-system-time>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AsOf {
    /// So long ago.
    Ago(Duration),
    /// Long enough ago that the nearest replica can answer: some seconds.
    FollowerRead,
    /// A point in time, in nanoseconds since 1970-01-01 UTC, before whatever else happens within that nanosecond.
    Nanoseconds(u128),
    /// A time of the cluster's clock: what `cluster_logical_timestamp()` and changefeeds tell.
    Hlc(Hlc),
}

impl AsOf {
    pub(crate) fn expression(self) -> String {
        match self {
            Self::FollowerRead => "follower_read_timestamp()".to_owned(),
            // At least a microsecond: zero would be refused.
            Self::Ago(ago) => format!("'-{}us'", ago.as_micros().max(1)),
            Self::Nanoseconds(nanoseconds) => format!("'{nanoseconds}'"),
            Self::Hlc(time) => format!("'{time}'"),
        }
    }
}

/// What a transaction of the library's own is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Own {
    /// A single write under a key.
    Keyed(Label),
    /// Several statements.
    Statements(Label),
}

/// What a transaction is told when it begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(crate) struct TxnOptions {
    pub(crate) isolation: Isolation,
    pub(crate) priority: Priority,
    pub(crate) read_only: bool,
    pub(crate) deferrable: bool,
    pub(crate) as_of: Option<AsOf>,
    pub(crate) statement_timeout: Option<Duration>,
    pub(crate) lock_timeout: Option<Duration>,
    pub(crate) transaction_timeout: Option<Duration>,
    pub(crate) idle_timeout: Option<Duration>,
    pub(crate) quality_of_service: QualityOfService,
    /// The suffix of `application_name` while it runs.
    pub(crate) tag: bool,
    /// It does not take part in contention control.
    pub(crate) unlimited: bool,
    pub(crate) lock_reads: LockReads,
    /// It is the library's own, and has no closure of the caller's.
    pub(crate) own: Option<Own>,
}

/// When generated reads by key (`T::find(key)`) lock their row, as if `.for_update()` had been called, in a transaction
/// that may write.
///
/// A lock makes others wait instead of doing work that is lost at COMMIT. Where rows are contended it makes retries
/// rare: 32 tasks on 4 rows of CockroachDB committed 207 a second without, 313 with locks from the second attempt on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum LockReads {
    /// Only where `.for_update()` is written.
    Never,
    /// From the second attempt on: the first has met a conflict.
    #[default]
    OnRetry,
    /// Always.
    Always,
}

impl TxnOptions {
    /// Whether it can write.
    pub(crate) fn writes(&self) -> bool {
        !self.read_only && self.as_of.is_none()
    }

    /// Whether reads by key lock their row in this attempt.
    pub(super) fn locks_reads(&self, number: u32) -> bool {
        self.writes()
            && match self.lock_reads {
                LockReads::Never => false,
                LockReads::OnRetry => number > 1,
                LockReads::Always => true,
            }
    }

    /// What cannot be, before anything is sent.
    pub(crate) fn check(&self, server: &ServerInfo) -> Result<()> {
        let refuse = |why: &str| {
            Err(Error::configuration(format!("these transaction options exclude each other: {why}")))
        };
        if self.deferrable && !self.read_only {
            return refuse(
                "a deferrable transaction waits for a moment without conflicts, which only a read-only one can",
            );
        }
        if self.deferrable && self.isolation != Isolation::Serializable {
            return refuse("a deferrable transaction is a serializable one");
        }
        if self.as_of.is_some() && !server.is_cockroachdb() {
            return refuse("`as_of` needs CockroachDB, and this server keeps no past");
        }
        if self.as_of.is_some() && self.priority == Priority::High {
            return refuse("a read of the past conflicts with nobody, so it needs no high priority");
        }
        let timeouts = [
            ("statement_timeout", self.statement_timeout),
            ("lock_timeout", self.lock_timeout),
            ("transaction_timeout", self.transaction_timeout),
            ("idle_timeout", self.idle_timeout),
        ];
        for (name, timeout) in timeouts {
            if timeout.is_some_and(|timeout| timeout < Duration::from_millis(1)) {
                return Err(Error::configuration(format!(
                    "`{name}` is shorter than a millisecond, which servers take for no limit at all"
                )));
            }
        }
        Ok(())
    }

    /// BEGIN and what is set with it, as one simple query.
    pub(crate) fn begin(&self, server: &ServerInfo, name: &str, application: &str) -> String {
        let mut sql = match self.isolation {
            Isolation::Serializable => "BEGIN ISOLATION LEVEL SERIALIZABLE".to_owned(),
            Isolation::ReadCommitted => "BEGIN ISOLATION LEVEL READ COMMITTED".to_owned(),
        };
        let cockroachdb = server.is_cockroachdb();
        if cockroachdb {
            sql.push_str(match self.priority {
                Priority::Low => ", PRIORITY LOW",
                Priority::Normal => "",
                Priority::High => ", PRIORITY HIGH",
            });
        }
        if !self.writes() {
            sql.push_str(", READ ONLY");
        }
        if let Some(as_of) = self.as_of {
            sql.push_str(", AS OF SYSTEM TIME ");
            sql.push_str(&as_of.expression());
        } else if self.deferrable && !cockroachdb {
            // A serializable read of CockroachDB never waits for a safe moment: all of them are.
            sql.push_str(", DEFERRABLE");
        }
        let timeouts = [
            ("statement_timeout", self.statement_timeout),
            ("lock_timeout", self.lock_timeout),
            ("idle_in_transaction_session_timeout", self.idle_timeout),
        ];
        for (variable, timeout) in timeouts {
            if let Some(timeout) = timeout {
                let _ = write!(sql, "; SET LOCAL {variable} = '{}ms'", timeout.as_millis());
            }
        }
        let quality = match self.quality_of_service {
            QualityOfService::Background => Some("background"),
            QualityOfService::Regular => None,
            QualityOfService::Critical => Some("critical"),
        };
        if let Some(quality) = quality.filter(|_| cockroachdb) {
            let _ = write!(sql, "; SET LOCAL default_transaction_quality_of_service = {quality}");
        }
        if self.tag {
            let _ =
                write!(sql, "; SET LOCAL application_name = {}", literal(&format!("{application}: {name}")));
        }
        sql
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cockroachdb() -> ServerInfo {
        ServerInfo::detect(Some("CockroachDB CCL v25.2.1"), None)
    }

    fn postgresql() -> ServerInfo {
        ServerInfo::detect(None, Some("15.1"))
    }

    #[test]
    fn what_is_not_set_is_not_sent() {
        let options = TxnOptions::default();
        for server in [cockroachdb(), postgresql()] {
            assert_eq!(options.begin(&server, "t", "a"), "BEGIN ISOLATION LEVEL SERIALIZABLE");
        }
    }

    #[test]
    fn each_server_is_told_what_it_knows() {
        let options = TxnOptions {
            isolation: Isolation::ReadCommitted,
            priority: Priority::Low,
            read_only: true,
            lock_timeout: Some(Duration::from_secs(2)),
            quality_of_service: QualityOfService::Background,
            tag: true,
            ..TxnOptions::default()
        };
        assert_eq!(
            options.begin(&cockroachdb(), "it's", "app"),
            "BEGIN ISOLATION LEVEL READ COMMITTED, PRIORITY LOW, READ ONLY; SET LOCAL lock_timeout = '2000ms'; \
             SET LOCAL default_transaction_quality_of_service = background; \
             SET LOCAL application_name = 'app: it''s'"
        );
        assert_eq!(
            options.begin(&postgresql(), "t", "app"),
            "BEGIN ISOLATION LEVEL READ COMMITTED, READ ONLY; SET LOCAL lock_timeout = '2000ms'; \
             SET LOCAL application_name = 'app: t'"
        );
    }

    #[test]
    fn a_time_is_written_from_closed_types() {
        let at =
            |as_of| TxnOptions { as_of: Some(as_of), ..TxnOptions::default() }.begin(&cockroachdb(), "", "");
        let begin = "BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY, AS OF SYSTEM TIME";
        assert_eq!(at(AsOf::Ago(Duration::from_secs(10))), format!("{begin} '-10000000us'"));
        assert_eq!(at(AsOf::FollowerRead), format!("{begin} follower_read_timestamp()"));
        assert_eq!(
            at(AsOf::Nanoseconds(1_580_361_670_629_466_905)),
            format!("{begin} '1580361670629466905'")
        );
        assert_eq!(
            at(AsOf::Hlc(Hlc::new(1_580_361_670_629_466_905, 3))),
            format!("{begin} '1580361670629466905.0000000003'")
        );
    }

    #[test]
    fn what_excludes_each_other_is_refused() {
        let deferrable = TxnOptions { deferrable: true, ..TxnOptions::default() };
        assert!(deferrable.check(&postgresql()).unwrap_err().is_configuration());
        let deferrable = TxnOptions { read_only: true, ..deferrable };
        deferrable.check(&postgresql()).unwrap();
        let weak = TxnOptions { isolation: Isolation::ReadCommitted, ..deferrable };
        assert!(weak.check(&postgresql()).unwrap_err().is_configuration());
        let past = TxnOptions { as_of: Some(AsOf::FollowerRead), ..TxnOptions::default() };
        assert!(past.check(&postgresql()).unwrap_err().is_configuration());
        past.check(&cockroachdb()).unwrap();
        let short = TxnOptions { lock_timeout: Some(Duration::from_nanos(5)), ..TxnOptions::default() };
        assert!(short.check(&postgresql()).unwrap_err().to_string().contains("lock_timeout"));
    }
}
