//! What is seen of a transaction.

use std::time::Instant;

use super::record;

/// A transaction that is watched from its beginning.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TxnWatch {
    name: &'static str,
    began: Instant,
}

impl TxnWatch {
    /// The span that all its attempts run in.
    pub(crate) fn span(name: &'static str) -> tracing::Span {
        tracing::info_span!(
            "transaction",
            otel.name = name,
            otel.kind = "client",
            name,
            attempts = tracing::field::Empty,
            outcome = tracing::field::Empty
        )
    }

    pub(crate) fn begin(name: &'static str) -> Self {
        Self { name, began: Instant::now() }
    }

    pub(crate) fn attempt(&self) {
        record::attempt(self.name);
    }

    pub(crate) fn retry(&self, reason: &'static str) {
        record::retry(self.name, reason);
    }

    /// It is over, after so many attempts.
    pub(crate) fn end(&self, attempts: u32, outcome: &'static str) {
        tracing::Span::current().record("attempts", attempts).record("outcome", outcome);
        record::transaction(self.name, self.began.elapsed(), outcome);
    }

    /// The answer to its COMMIT was lost, or nobody waits for it.
    pub(crate) fn unknown(name: &'static str) {
        record::unknown(name);
    }
}
