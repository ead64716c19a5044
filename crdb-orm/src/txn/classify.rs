//! From an SQLSTATE, and where it appeared, to what happened and what may be done.
//!
//! This is the one place that decides. It never looks at a message: the text inside a 40001 is for metrics and
//! messages only. Sources: CockroachDB's `pgcode/codes.go`, `transaction-retry-error-reference` and
//! `common-errors` of its manual, and PostgreSQL's appendix A.

/// Where a statement stood when its answer came, or did not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Where {
    /// In an explicit transaction, COMMIT not sent yet.
    BeforeCommit,
    /// In a transaction of its own: its commit is part of it.
    SingleStatement,
    /// COMMIT was sent.
    CommitInFlight,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Certainly not committed. Whether running it again can help.
    NotCommitted {
        /// Running it again can help.
        retry: bool,
    },
    /// Certainly committed.
    Committed,
    /// Nobody knows.
    Unknown,
}

use crate::error::{Driver, Error};

use Outcome::{Committed, NotCommitted, Unknown};
use Where::{BeforeCommit, CommitInFlight, SingleStatement};

const RETRY: Outcome = NotCommitted { retry: true };
const FINAL: Outcome = NotCommitted { retry: false };

/// What a failure means where it appeared.
pub(crate) fn classify(driver: &Driver, place: Where) -> Outcome {
    by_code(driver.verdict(), place)
}

/// The same by its SQLSTATE; `None` is a connection that broke.
fn by_code(code: Option<&str>, place: Where) -> Outcome {
    let Some(code) = code else {
        return unless_before_commit(place);
    };
    match code {
        // Serialization failure; a deadlock is 40001 on CockroachDB and 40P01 on PostgreSQL.
        // Cloud's proxy did not reach a node (08C00), or the node has no connection free (53300): nothing has begun.
        "40001" | "40P01" | "08C00" | "53300" => RETRY,
        // "result is ambiguous", and cancelled or timed out, which may have come too late for the final statement.
        "40003" | "57014" => match place {
            BeforeCommit => FINAL,
            SingleStatement | CommitInFlight => Unknown,
        },
        // "transaction committed but schema change aborted".
        "XXA00" => Committed,
        // A wrong transaction state, so the statement did nothing. "Current transaction is committed" is one of
        // them, which CockroachDB says after a successful RELEASE of `cockroach_restart`; no transaction of ours
        // has that savepoint, and PostgreSQL says 25000 for other reasons (a write in a parallel worker), so it is
        // never a proof that something was committed.
        "25000" => match place {
            BeforeCommit | SingleStatement => FINAL,
            CommitInFlight => Unknown,
        },
        // The node is going away, or is not there yet.
        // The same for nodes that do not reach each other.
        "57P01" | "57P02" | "57P03" | "57P05" | "58C01" => unless_before_commit(place),
        // A protocol violation, such as a message that is too large: refused before it ran. With the end of the
        // connection it is the word of a proxy, and none of the server.
        "08P01" => FINAL,
        _ => by_class(code, place),
    }
}

fn by_class(code: &str, place: Where) -> Outcome {
    match code.get(..2) {
        // Any other connection failure.
        Some("08") => unless_before_commit(place),
        // Uncategorised and internal errors, and ranges that are not available. The commit of a single
        // statement is part of it, so they are as uncertain there as at COMMIT.
        Some("XX" | "58") => match (code, place) {
            (_, BeforeCommit) | ("XXC01" | "XXC02", _) => FINAL,
            (_, SingleStatement | CommitInFlight) => Unknown,
        },
        // Refused for what it is: features, data, constraints, transaction state, names, rights, resources,
        // limits, object state, locks, operator, bounded staleness, home region, experimental features.
        Some(
            "01" | "02" | "03" | "09" | "0A" | "0B" | "0F" | "0L" | "0P" | "0Z" | "20" | "21" | "22" | "23"
            | "24" | "25" | "26" | "27" | "28" | "2B" | "2D" | "2F" | "34" | "38" | "39" | "3B" | "3D" | "3F"
            | "40" | "42" | "44" | "53" | "54" | "55" | "57" | "P0" | "XC",
        ) => FINAL,
        // A code that is not in any list.
        _ => match place {
            BeforeCommit | SingleStatement => FINAL,
            CommitInFlight => Unknown,
        },
    }
}

/// A connection that broke: before COMMIT nothing can have been committed, so a new connection may try again.
fn unless_before_commit(place: Where) -> Outcome {
    match place {
        BeforeCommit => RETRY,
        SingleStatement | CommitInFlight => Unknown,
    }
}

/// Whether a pure read that failed so may be run again, although it is not known what became of it: the
/// connection or a node went away. Not after a cancel, a timeout, or an error that would recur.
pub(crate) fn read_again(driver: &Driver) -> bool {
    again_by_code(driver.verdict())
}

/// The same of what was made of it.
pub(crate) fn read_again_after(error: &Error) -> bool {
    again_by_code(error.verdict())
}

fn again_by_code(code: Option<&str>) -> bool {
    match code {
        None | Some("40003" | "57P01" | "57P02" | "57P03" | "57P05" | "58C01" | "58C00") => true,
        Some(code) => code.starts_with("08") && code != "08P01",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ServerError;

    /// Every code of the table of facts: before COMMIT, as a single statement, with COMMIT in flight.
    #[test]
    fn every_row_of_the_table_of_facts() {
        let rows: &[(&str, Outcome, Outcome, Outcome)] = &[
            ("40001", RETRY, RETRY, RETRY),
            // Removed from servers years ago; not worth supporting.
            ("CR000", FINAL, FINAL, Unknown),
            ("40003", FINAL, Unknown, Unknown),
            // PostgreSQL only.
            ("40P01", RETRY, RETRY, RETRY),
            ("25P02", FINAL, FINAL, FINAL),
            ("25000", FINAL, FINAL, Unknown),
            ("3B001", FINAL, FINAL, FINAL),
            ("57014", FINAL, Unknown, Unknown),
            ("55P03", FINAL, FINAL, FINAL),
            ("57P01", RETRY, Unknown, Unknown),
            ("57P03", RETRY, Unknown, Unknown),
            ("08000", RETRY, Unknown, Unknown),
            ("08001", RETRY, Unknown, Unknown),
            ("08003", RETRY, Unknown, Unknown),
            ("08004", RETRY, Unknown, Unknown),
            ("08006", RETRY, Unknown, Unknown),
            ("08007", RETRY, Unknown, Unknown),
            ("08C00", RETRY, RETRY, RETRY),
            ("08P01", FINAL, FINAL, FINAL),
            ("53300", RETRY, RETRY, RETRY),
            ("53200", FINAL, FINAL, FINAL),
            ("53100", FINAL, FINAL, FINAL),
            ("53400", FINAL, FINAL, FINAL),
            ("54000", FINAL, FINAL, FINAL),
            ("54023", FINAL, FINAL, FINAL),
            ("0A000", FINAL, FINAL, FINAL),
            ("XXA00", Committed, Committed, Committed),
            ("XXUUU", FINAL, Unknown, Unknown),
            ("XX000", FINAL, Unknown, Unknown),
            ("XXC01", FINAL, FINAL, FINAL),
            ("XXC02", FINAL, FINAL, FINAL),
            ("58C00", FINAL, Unknown, Unknown),
            ("58C01", RETRY, Unknown, Unknown),
            ("55C01", FINAL, FINAL, FINAL),
            ("55C02", FINAL, FINAL, FINAL),
            ("XCUBS", FINAL, FINAL, FINAL),
            ("XCHR1", FINAL, FINAL, FINAL),
            ("XCHR2", FINAL, FINAL, FINAL),
            ("XCEXF", FINAL, FINAL, FINAL),
            ("22C01", FINAL, FINAL, FINAL),
            ("57000", FINAL, FINAL, FINAL),
            ("25006", FINAL, FINAL, FINAL),
            ("42602", FINAL, FINAL, FINAL),
            ("42883", FINAL, FINAL, FINAL),
            ("23505", FINAL, FINAL, FINAL),
            ("23503", FINAL, FINAL, FINAL),
            ("23502", FINAL, FINAL, FINAL),
            ("23514", FINAL, FINAL, FINAL),
            ("22P02", FINAL, FINAL, FINAL),
            ("22001", FINAL, FINAL, FINAL),
            ("22003", FINAL, FINAL, FINAL),
        ];
        for (code, before, single, commit) in rows {
            assert_eq!(by_code(Some(code), BeforeCommit), *before, "{code} before COMMIT");
            assert_eq!(by_code(Some(code), SingleStatement), *single, "{code} as a single statement");
            assert_eq!(by_code(Some(code), CommitInFlight), *commit, "{code} with COMMIT in flight");
        }
    }

    #[test]
    fn the_last_word_of_a_proxy_says_nothing_of_the_statement() {
        for (fatal, outcomes) in [(true, [RETRY, Unknown, Unknown]), (false, [FINAL; 3])] {
            let mut said = ServerError::new("08P01", "server conn crashed?");
            said.fatal = fatal;
            let driver = Driver::Server(said.into());
            assert_eq!(
                [BeforeCommit, SingleStatement, CommitInFlight].map(|place| classify(&driver, place)),
                outcomes
            );
            assert_eq!(read_again(&driver), fatal);
        }
    }

    #[test]
    fn a_connection_that_breaks_is_unknown_from_commit_on() {
        assert_eq!(by_code(None, BeforeCommit), RETRY);
        assert_eq!(by_code(None, SingleStatement), Unknown);
        assert_eq!(by_code(None, CommitInFlight), Unknown);
    }

    #[test]
    fn a_code_that_nobody_knows_is_unknown_at_commit_and_not_retried() {
        for code in ["ZZ999", "", "é", "4"] {
            assert_eq!(by_code(Some(code), BeforeCommit), FINAL);
            assert_eq!(by_code(Some(code), CommitInFlight), Unknown);
        }
    }

    #[test]
    fn a_read_is_run_again_when_a_node_went_away_and_not_when_it_was_cancelled() {
        assert!(again_by_code(None) && again_by_code(Some("57P01")) && again_by_code(Some("08006")));
        assert!(
            !again_by_code(Some("57014")) && !again_by_code(Some("XX000")) && !again_by_code(Some("08P01"))
        );
    }
}
