//! A transaction that is about to run.

use std::future::IntoFuture;
use std::marker::PhantomData;
use std::time::Duration;

use tracing::Instrument;

use super::policy::RetryPolicy;
use super::run::{Context, run};
use super::tx::Tx;
use crate::database::Database;
use crate::error::Error;
use crate::exec::BoxFuture;

/// A transaction that is about to run: `.await` it, perhaps after setting how often and how long it is tried.
///
/// [`Database::transaction`] makes it.
#[must_use = "a transaction does nothing until it is awaited"]
pub struct Transaction<'a, F, T, E> {
    database: &'a Database,
    name: &'static str,
    closure: F,
    policy: RetryPolicy,
    result: PhantomData<fn() -> Result<T, E>>,
}

impl<'a, F, T, E> Transaction<'a, F, T, E> {
    pub(crate) fn new(database: &'a Database, name: &'static str, closure: F) -> Self {
        Self { database, name, closure, policy: database.policy(), result: PhantomData }
    }

    /// What runs it.
    pub(super) fn into_parts(self) -> (Context<'a>, RetryPolicy, F, tracing::Span) {
        let Self { database, name, closure, policy, .. } = self;
        let span = tracing::info_span!(
            "transaction",
            name,
            attempts = tracing::field::Empty,
            outcome = tracing::field::Empty
        );
        (Context { pool: database.pool(), counters: database.counters(), name }, policy, closure, span)
    }

    /// Sets the most attempts, the first one included. The error after the last one tells the history.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.policy.attempts = attempts;
        self
    }

    /// Sets the time for everything: waiting for a connection, all attempts, the sleeps between them.
    ///
    /// A closure that runs longer is dropped and rolled back. A COMMIT that was sent and not answered by then
    /// is reported as unknown.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.policy.deadline = deadline;
        self
    }

    /// Sets the whole retry policy.
    pub fn policy(mut self, policy: RetryPolicy) -> Self {
        self.policy = policy;
        self
    }
}

impl<'a, F, Fut, T, E> IntoFuture for Transaction<'a, F, T, E>
where
    F: Fn(Tx) -> Fut + Send + Sync + 'a,
    Fut: Future<Output = Result<T, E>> + Send + 'a,
    T: Send + 'a,
    E: From<Error> + Send + 'a,
{
    type Output = Result<T, E>;
    type IntoFuture = BoxFuture<'a, Result<T, E>>;

    fn into_future(self) -> Self::IntoFuture {
        let (context, policy, closure, span) = self.into_parts();
        Box::pin(async move { run(context, policy, &closure).await }.instrument(span))
    }
}
