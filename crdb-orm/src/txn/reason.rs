//! The reason inside a retry error, for metrics and messages. No decision rests on it.

use std::sync::Arc;

use crate::error::{Error, ServerError, is_of_another_statement};

/// A short name for why an attempt failed: the reason that CockroachDB writes into a 40001, or else the code.
///
/// <https://www.cockroachlabs.com/docs/stable/transaction-retry-error-reference>
pub(crate) fn reason(code: Option<&str>, message: &str) -> &'static str {
    const TOKENS: [(&str, &str); 14] = [
        ("RETRY_WRITE_TOO_OLD", "RETRY_WRITE_TOO_OLD"),
        ("WriteTooOldError", "RETRY_WRITE_TOO_OLD"),
        ("RETRY_SERIALIZABLE", "RETRY_SERIALIZABLE"),
        ("RETRY_ASYNC_WRITE_FAILURE", "RETRY_ASYNC_WRITE_FAILURE"),
        ("RETRY_COMMIT_DEADLINE_EXCEEDED", "RETRY_COMMIT_DEADLINE_EXCEEDED"),
        ("ReadWithinUncertaintyInterval", "READ_WITHIN_UNCERTAINTY_INTERVAL"),
        ("ABORT_REASON_ABORTED_RECORD_FOUND", "ABORT_REASON_ABORTED_RECORD_FOUND"),
        ("ABORT_REASON_CLIENT_REJECT", "ABORT_REASON_CLIENT_REJECT"),
        ("ABORT_REASON_PUSHER_ABORTED", "ABORT_REASON_PUSHER_ABORTED"),
        ("ABORT_REASON_ABORT_SPAN", "ABORT_REASON_ABORT_SPAN"),
        ("ABORT_REASON_NEW_LEASE_PREVENTS_TXN", "ABORT_REASON_NEW_LEASE_PREVENTS_TXN"),
        ("ABORT_REASON_TIMESTAMP_CACHE_REJECTED", "ABORT_REASON_TIMESTAMP_CACHE_REJECTED"),
        ("inject_retry_errors", "INJECTED"),
        ("force_retry", "INJECTED"),
    ];
    match code {
        None => "connection lost",
        Some("40001") => TOKENS
            .iter()
            .find(|(token, _)| message.contains(token))
            .map_or("serialization failure", |(_, name)| name),
        Some("40P01") => "deadlock",
        Some("0A000" | "26000" | "42P05") => "stale statement",
        Some(code) if is_of_another_statement(code, message) => "stale statement",
        Some("57P01" | "57P02" | "57P03" | "57P05") => "node shut down",
        Some(code) if code.starts_with("08") => "connection lost",
        Some("53300") => "too many clients",
        Some("58C01") => "node unreachable",
        Some(_) => "other",
    }
}

/// The serialization failure of an attempt that a test wants to fail.
pub(super) fn forced() -> Error {
    let message = "restart transaction: asked for by a test (force_retry)";
    Error::server(Arc::new(ServerError::new("40001", message)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_taken_from_the_text_of_a_retry_error_only() {
        let text = "restart transaction: TransactionRetryWithProtoRefreshError: TransactionRetryError: retry txn \
                    (RETRY_SERIALIZABLE - failed preemptive refresh)";
        assert_eq!(reason(Some("40001"), text), "RETRY_SERIALIZABLE");
        assert_eq!(reason(Some("40001"), "could not serialize access"), "serialization failure");
        assert_eq!(reason(Some("23505"), text), "other");
        assert_eq!(reason(None, ""), "connection lost");
    }
}
