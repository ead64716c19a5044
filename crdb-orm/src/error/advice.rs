//! "How do I fix this?", for the errors that people look up.
//!
//! Advice may look at a message's text; what is retried never does.

use std::borrow::Cow;

use super::{CommitOutcome, Kind, ServerError};

type Advice = Option<Cow<'static, str>>;

/// How the message begins of what was cancelled since its database was closed.
pub(crate) const CLOSED: &str = "the database was closed while it ran";

/// How it begins of what was cancelled since it had no answer at its deadline.
pub(crate) const EXPIRED: &str = "it had no answer at its deadline, and was cancelled";

/// What to do where statements have no answer in time.
/// What is said of a statement whose rows were looked for after a lost answer, and not found.
pub(crate) const NOT_FOUND_YET: &str =
    "it is not known whether the statement took effect: its row is not there, and may still arrive";

pub(crate) const MORE_TIME: &str = "give it more time by `db.with_retry(RetryPolicy::new().deadline(..))`, find out by \
     `.explain(&db)` why it takes so long, or look whether the node is ill";

/// Advice that only the kind decides.
pub(super) fn of_kind(kind: Kind) -> Advice {
    let text = match kind {
        Kind::Lost => {
            "the node was restarted or drained, or the network failed; the next statement takes another connection"
        }
        Kind::PoolTimeout => {
            "all connections are in use: look for transactions that wait for something else than the database, \
             or for statements on `db` inside a transaction; else raise `max_connections`"
        }
        Kind::Ended => "a clone of `tx` outlived its closure: await everything before the closure returns",
        Kind::Deadline => "make the transaction shorter, or give it more time by `.deadline(..)`",
        Kind::KeyReused => {
            "a key stands for one request: make a new one for another request, or set a scope where different \
             callers choose keys"
        }
        Kind::ResultTooLarge => {
            "return less, such as the key of a row that holds the rest, or raise `Key::max_result(..)`"
        }
        Kind::ResultNotStorable => {
            "NaN, infinities, maps whose keys are no texts, and fields that serde skips do not come back from JSON"
        }
        Kind::Closed => "`close()` was called on this database",
        _ => return None,
    };
    Some(text.into())
}

/// Advice on what a server answered.
pub(super) fn of_server(error: &ServerError) -> Advice {
    let message = error.message.as_str();
    let text = match error.code.as_str() {
        "28000" if message.contains("certificate") => {
            "name the client certificate of this user by `sslcert` and `sslkey` in the URL; the common name in it is the \
             user"
        }
        _ if message.contains("SSL connection required") || message.contains("no encryption") => {
            "the server wants TLS: use sslmode=verify-full, or one of the others that use it"
        }
        "28P01" | "28000" => {
            "check user and password in the URL; special characters in them must be percent-encoded"
        }
        "3D000" => "create the database first (CREATE DATABASE ..), or check its name in the URL",
        "42P01" => "was the schema created in this database? check the database in the URL, too",
        "42P10" => {
            "the columns given to `on_conflict` are those of no unique index, constraint or primary key of the table"
        }
        // The server's own hint names the nearest column.
        "42703" if error.hint.is_some() => return None,
        "42703" => "check its spelling: a name without quotes is folded to lower case",
        "42883" if message.contains("operator does not exist") => {
            "the two sides have types that are not compared, such as an enum and a text: cast one of them, as in \
             `$1::TEXT::my_enum`"
        }
        "53300" => "the server has no free connection: lower `max_connections`, or raise the server's limit",
        "53400" | "54000" | "53200" => TOO_MUCH,
        "26000" | "42P05" if error.names_a_statement_of_the_driver() => LENT,
        "08P01" if error.is_of_another_statement() => LENT,
        "08P01" if message.contains("maximum allowed message size") => TOO_MUCH,
        "40001" if message.contains("RETRY_WRITE_TOO_OLD") || message.contains("WriteTooOld") => {
            WRITE_TOO_OLD
        }
        "40001" => return Some(contention()),
        "57014" if message.starts_with(CLOSED) => return of_kind(Kind::Closed),
        "57014" if message.starts_with(EXPIRED) => MORE_TIME,
        "57014" => "it was cancelled, or ran longer than statement_timeout or transaction_timeout allows",
        "55P03" => "another transaction holds the row; wait longer (lock_timeout) or try again later",
        "25P03" => {
            "the transaction was open without a statement for longer than idle_in_transaction_session_timeout \
             allows: do what is not for the database before it, or afterwards"
        }
        "0A000" if message.contains("hot standby") => {
            "a standby of PostgreSQL does not know SERIALIZABLE: pass it over by `target_session_attrs=primary`"
        }
        "25006" => "the transaction, or the node, is read-only",
        "42501"
            if message.contains("permission denied for database")
                || message.contains("CONNECT privilege") =>
        {
            "let this user in: GRANT CONNECT ON DATABASE .. TO .."
        }
        "42501" => "grant this user the privilege",
        "40003" => return of_outcome(CommitOutcome::Unknown),
        "58C00" => "a range has lost its quorum: look at the cluster's unavailable ranges",
        "XXC01" | "XXC02" => "this needs a licence of CockroachDB",
        "57000" if message.contains("locked") => {
            "unlock the table first: ALTER TABLE .. SET (schema_locked = false)"
        }
        "XXUUU" if message.contains("split failed while applying backpressure") => {
            "one row, or one small range, is updated in a tight loop (a hot range): spread the writes over \
             more rows or a hash-sharded key, or lower gc.ttlseconds"
        }
        "XXUUU" | "XX000" | "54001"
            if message.contains("command is too large") || message.contains("range too large") =>
        {
            TOO_MUCH
        }
        "XXUUU" if message.contains("locking too many rows") => TOO_MUCH,
        _ => return None,
    };
    Some(text.into())
}

/// Advice on what a server answered to a statement of the library's own over a table.
pub(super) fn of_table(error: &ServerError) -> Advice {
    match error.code.as_str() {
        "42703" => Some("the table in the database differs from the struct: was the schema changed?".into()),
        "42803" if error.message.contains("not allowed in WHERE") => {
            Some("a condition on an aggregate is one on groups: give it to `.having(..)`".into())
        }
        "42803" if error.message.contains("must appear in the GROUP BY clause") => Some(
            "beside aggregates a query can only read what it groups by: name that in `.group_by(..)`, or read it by an \
             aggregate too, such as `.max()`"
                .into(),
        ),
        _ => None,
    }
}

/// Advice on an outcome that is not the usual one.
pub(super) fn of_outcome(outcome: CommitOutcome) -> Advice {
    let text = match outcome {
        CommitOutcome::NotCommitted | CommitOutcome::Partly => return None,
        CommitOutcome::Committed => {
            "the rows are committed: do not run it again; repair the schema change that failed"
        }
        CommitOutcome::Unknown => {
            "it may or may not be in the database, and may still arrive: look for what it writes before you \
             run it again, or give it, or a transaction around it, a key (`.once(..)`), which finds out"
        }
    };
    Some(text.into())
}

/// Advice when retries were used up by conflicts.
pub(crate) fn contention() -> Cow<'static, str> {
    WRITE_TOO_OLD.into()
}

const WRITE_TOO_OLD: &str = "other transactions write the same rows: make the transaction shorter, lock what it \
     will write when it reads it (`.for_update()`), update by arithmetic instead of read-then-write, or spread \
     a hot row over several";

const LENT: &str = "a proxy in between, such as PgBouncer in transaction mode, runs statements on other connections of the \
     server than they were prepared on: `prepared=never` in the URL, or `.prepared(Prepared::Never)`, sends them whole";

const TOO_MUCH: &str = "one statement or transaction does too much: write fewer rows at a time (a few hundred to \
     some thousand) and commit in between";
