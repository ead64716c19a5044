//! Errors as the library makes them, for a test without a server: what a mocked repository returns.
//!
//! Each is what its predicate asks for, with the words, the advice and the outcome that the real one has.
//!
//! ```
//! use crdb_orm::testing::errors;
//!
//! let taken = errors::unique_violation("users", "users_email_key");
//! assert!(taken.is_unique_violation());
//! assert_eq!((taken.table(), taken.constraint()), (Some("users"), Some("users_email_key")));
//! assert!(errors::not_found("users").is_not_found());
//! assert!(errors::outcome_unknown("transfer").is_outcome_unknown());
//! ```

use std::sync::Arc;
use std::time::Duration;

use crate::error::{CommitOutcome, Error, FailedAttempt, GaveUp, Kind, ServerError};
use crate::exec::Label;

/// What the last attempt of a transaction that gave up is said to have taken.
const ATTEMPT: Duration = Duration::from_millis(100);

const fn label(verb: &'static str, table: &'static str) -> Label {
    Label { verb, table: Some(table) }
}

/// What a server answers with a SQLSTATE of five characters and a message.
///
/// What the library makes of an answer follows from its code: `is_connection` of `57P01`, `is_timeout` of `57014` with the word
/// "timeout", and so on. The other functions of this module are for those that are met most often.
pub fn server(sqlstate: &str, message: impl Into<String>) -> Error {
    let error = Error::server(Arc::new(answer(sqlstate, message.into())));
    match sqlstate {
        "40003" => error.with_outcome(CommitOutcome::Unknown),
        "XXA00" => error.with_outcome(CommitOutcome::Committed),
        _ => error,
    }
}

fn answer(sqlstate: &str, message: String) -> ServerError {
    let fatal = matches!(sqlstate, "57P01" | "57P02" | "57P03");
    ServerError { fatal, ..ServerError::new(sqlstate, message) }
}

fn violated(sqlstate: &str, message: String, table: &'static str, constraint: &str) -> Error {
    let mut answer = answer(sqlstate, message);
    answer.table = Some(table.to_owned());
    answer.constraint = Some(constraint.to_owned());
    Error::server(Arc::new(answer)).with_label(label("insert", table))
}

/// One row was wanted and there was none ([`is_not_found`](Error::is_not_found)).
pub fn not_found(table: &'static str) -> Error {
    Error::not_found(label("select", table))
}

/// At most one row was wanted and there were more ([`is_too_many_rows`](Error::is_too_many_rows)).
pub fn too_many_rows(table: &'static str) -> Error {
    Error::too_many_rows(label("select", table))
}

/// The row was changed since the version that a write names ([`is_stale`](Error::is_stale)).
pub fn stale(table: &'static str) -> Error {
    Error::gone_or_stale(label("update", table))
}

/// A unique constraint or a primary key was violated ([`is_unique_violation`](Error::is_unique_violation)).
pub fn unique_violation(table: &'static str, constraint: &str) -> Error {
    let message = format!("duplicate key value violates unique constraint \"{constraint}\"");
    violated("23505", message, table, constraint)
}

/// A row refers to one that is not there ([`is_foreign_key_violation`](Error::is_foreign_key_violation)).
pub fn foreign_key_violation(table: &'static str, constraint: &str) -> Error {
    let message = format!("insert on table \"{table}\" violates foreign key constraint \"{constraint}\"");
    violated("23503", message, table, constraint)
}

/// A CHECK constraint was violated ([`is_check_violation`](Error::is_check_violation)).
pub fn check_violation(table: &'static str, constraint: &str) -> Error {
    let message = format!("failed to satisfy CHECK constraint \"{constraint}\"");
    violated("23514", message, table, constraint)
}

/// A NULL in a column that is NOT NULL ([`is_not_null_violation`](Error::is_not_null_violation)).
pub fn not_null_violation(table: &'static str, column: &str) -> Error {
    let message = format!("null value in column \"{column}\" violates not-null constraint");
    Error::server(Arc::new(answer("23502", message))).with_label(label("insert", table))
}

/// A transaction of that name conflicted with others in each of so many attempts, and gave up
/// ([`is_serialization_failure`](Error::is_serialization_failure), [`attempts`](Error::attempts), [`history`](Error::history)).
/// At least one attempt.
pub fn serialization_failure(transaction: &str, attempts: u32) -> Error {
    let message = "restart transaction: TransactionRetryWithProtoRefreshError: WriteTooOldError";
    let error = server("40001", message);
    let attempts = attempts.max(1);
    let history = (0..attempts).map(|_| FailedAttempt::new(&error, ATTEMPT)).collect();
    error.gave_up(&format!("transaction `{transaction}`"), GaveUp::Attempts, history, ATTEMPT * attempts)
}

/// The answer to COMMIT of a transaction of that name was lost ([`is_outcome_unknown`](Error::is_outcome_unknown)).
pub fn outcome_unknown(transaction: &str) -> Error {
    connection_lost()
        .with_outcome(CommitOutcome::Unknown)
        .with_context(format!("it is not known whether transaction `{transaction}` was committed"))
}

/// A connection broke ([`is_connection`](Error::is_connection)); nothing is committed.
pub fn connection_lost() -> Error {
    let node: Arc<str> = Arc::from("localhost:26257");
    Error::of_kind(Kind::Lost, format!("the connection to {node} was lost: connection closed"))
        .with_node(&node)
}

/// No connection of the pool became free in time ([`is_pool_timeout`](Error::is_pool_timeout)).
pub fn pool_timeout() -> Error {
    Error::of_kind(Kind::PoolTimeout, "no connection of the pool became free in time")
}

/// The deadline of a transaction of that name passed ([`is_deadline`](Error::is_deadline)); nothing is committed.
pub fn deadline(transaction: &str) -> Error {
    Error::of_kind(
        Kind::Deadline,
        format!("transaction `{transaction}`: the deadline of 30.0 s passed while its closure ran"),
    )
}

/// The key of a transaction of that name ([`once`](crate::Transaction::once)) was used before, for another request
/// ([`is_key_reused`](Error::is_key_reused)).
pub fn key_reused(transaction: &str) -> Error {
    let message = format!("the key of `{transaction}` was used before, for another request");
    Error::of_kind(Kind::KeyReused, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Predicate = fn(&Error) -> bool;

    #[test]
    fn each_is_what_its_predicate_asks_for_and_nothing_else() {
        let predicates: [(&str, Predicate); 14] = [
            ("not_found", Error::is_not_found),
            ("too_many_rows", Error::is_too_many_rows),
            ("stale", Error::is_stale),
            ("unique_violation", Error::is_unique_violation),
            ("foreign_key_violation", Error::is_foreign_key_violation),
            ("check_violation", Error::is_check_violation),
            ("not_null_violation", Error::is_not_null_violation),
            ("serialization_failure", Error::is_serialization_failure),
            ("outcome_unknown", Error::is_outcome_unknown),
            ("connection", Error::is_connection),
            ("pool_timeout", Error::is_pool_timeout),
            ("deadline", Error::is_deadline),
            ("key_reused", Error::is_key_reused),
            ("undefined_table", Error::is_undefined_table),
        ];
        for (error, expected) in [
            (not_found("users"), &["not_found"][..]),
            (too_many_rows("users"), &["too_many_rows"]),
            (stale("users"), &["stale"]),
            (unique_violation("users", "users_email_key"), &["unique_violation"]),
            (foreign_key_violation("orders", "orders_user_id_fkey"), &["foreign_key_violation"]),
            (check_violation("orders", "total_positive"), &["check_violation"]),
            (not_null_violation("users", "email"), &["not_null_violation"]),
            (serialization_failure("transfer", 3), &["serialization_failure"]),
            (outcome_unknown("transfer"), &["outcome_unknown", "connection"]),
            (server("40003", "result is ambiguous"), &["outcome_unknown"]),
            (connection_lost(), &["connection"]),
            (pool_timeout(), &["pool_timeout"]),
            (deadline("transfer"), &["deadline"]),
            (key_reused("transfer"), &["key_reused"]),
            (server("42P01", "relation \"users\" does not exist"), &["undefined_table"]),
        ] {
            let is: Vec<_> = predicates.iter().filter(|(_, is)| is(&error)).map(|(name, _)| *name).collect();
            assert_eq!(is, expected, "{error}");
        }
    }

    #[test]
    fn they_say_where_as_the_real_ones_do() {
        let taken = unique_violation("users", "users_email_key");
        assert_eq!(
            (taken.sqlstate(), taken.table(), taken.constraint_table()),
            (Some("23505"), Some("users"), Some("users"))
        );
        let refers = foreign_key_violation("orders", "orders_user_id_fkey");
        assert_eq!((refers.table(), refers.constraint()), (Some("orders"), Some("orders_user_id_fkey")));
        let null = not_null_violation("users", "email");
        assert_eq!((null.table(), null.column()), (Some("users"), Some("email")));
        let gave_up = serialization_failure("transfer", 3);
        assert_eq!((gave_up.attempts(), gave_up.history().len()), (3, 3));
        assert!(gave_up.to_string().contains("gave up after 3 attempts"), "{gave_up}");
        assert_eq!(connection_lost().commit_outcome(), CommitOutcome::NotCommitted);
        assert!(outcome_unknown("transfer").to_string().contains("`transfer`"));
    }
}
