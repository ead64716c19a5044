//! A transaction under a key that is about to run.

use std::future::IntoFuture;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::key::Key;
use super::outcome::Once;
use super::run;
use crate::exec::BoxFuture;
use crate::txn::policy::RetryPolicy;
use crate::txn::transaction::{Parts, Transaction, context, in_span};
use crate::txn::tx::Tx;

/// A transaction under a key that is about to run: `.await` it.
///
/// [`Transaction::once`] makes it.
#[must_use = "a transaction does nothing until it is awaited"]
pub struct OnceTransaction<'a, F, T, E> {
    transaction: Transaction<'a, F, T, E>,
    key: Key,
}

impl<'a, F, T, E> Transaction<'a, F, T, E> {
    /// Makes it happen exactly once under a key, whatever becomes of answers, connections and processes.
    ///
    /// Where the key is new, the closure runs, and what it returns is stored with COMMIT, in the same transaction
    /// ([`Once::Fresh`]). Where it was used, the stored result is returned and the closure does not run
    /// ([`Once::Replayed`]). So an answer to COMMIT that is lost is no error any more: the next attempt finds out, and
    /// so does a caller who asks again after a crash. Of several callers at the same time one runs, and the others get
    /// its result, within their deadlines.
    ///
    /// - It needs the table of the [`Ledger`](crate::Ledger) in the schema.
    /// - The key is claimed together with BEGIN, before the closure starts, and the result is stored together with
    ///   COMMIT: at most one round trip more than without a key, and two statements. A replay costs two round trips.
    /// - An error of the closure rolls back and stores nothing; the key is then as free as before. If an earlier
    ///   attempt may still arrive, the key is fenced first, so that it cannot.
    /// - The outcome is unknown only if it cannot be found out within the deadline. Ask again under the same key.
    /// - A read-only or as-of transaction is refused: there is nothing in it to happen twice.
    ///
    /// The result is kept as JSON, for [`Key::keep_for`]; it must be of a type that serde writes and reads.
    ///
    /// ```no_run
    /// # use crdb_orm::prelude::*;
    /// # #[derive(serde::Serialize)] struct Transfer { from: Uuid, to: Uuid, amount: i64 }
    /// # async fn example(db: Database, request_id: Uuid, transfer: Transfer) -> crdb_orm::Result<()> {
    /// let receipt = db
    ///     .transaction("transfer", async |tx| {
    ///         let move_money = Sql::trusted("SELECT move_money($1, $2, $3)::INT8");
    ///         let (number,): (i64,) =
    ///             move_money.bind(transfer.from).bind(transfer.to).bind(transfer.amount).one(&tx).await?;
    ///         Ok(number)
    ///     })
    ///     .once(Key::new(request_id).of(&transfer))
    ///     .await?;
    /// println!("receipt {} {}", *receipt, if receipt.is_replayed() { "(again)" } else { "" });
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of the transaction; a key that [cannot be used](crate::Error::is_invalid_key) or was used
    /// [for another request](crate::Error::is_key_reused); a result that is
    /// [too large](crate::Error::is_result_too_large) or [cannot be stored](crate::Error::is_result_not_storable), after
    /// ROLLBACK; a stored result that [cannot be read](crate::Error::is_stored_result_undecodable), which is committed; a
    /// [missing table](crate::Error::is_undefined_table).
    pub fn once(self, key: impl Into<Key>) -> OnceTransaction<'a, F, T, E>
    where
        T: Serialize + DeserializeOwned,
    {
        OnceTransaction { transaction: self, key: key.into() }
    }
}

impl<F, T, E> OnceTransaction<'_, F, T, E> {
    /// Sets the most attempts: see [`Transaction::attempts`]. Waiting for another caller with the key is none.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.transaction = self.transaction.attempts(attempts);
        self
    }

    /// Sets the time for everything: see [`Transaction::deadline`].
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.transaction = self.transaction.deadline(deadline);
        self
    }

    /// Sets the whole retry policy.
    pub fn policy(mut self, policy: RetryPolicy) -> Self {
        self.transaction = self.transaction.policy(policy);
        self
    }
}

impl<'a, F, Fut, T, E> IntoFuture for OnceTransaction<'a, F, T, E>
where
    F: Fn(Tx) -> Fut + Send + Sync + 'a,
    Fut: Future<Output = Result<T, E>> + Send + 'a,
    T: Serialize + DeserializeOwned + Send + 'a,
    E: Send + 'a,
{
    type Output = Result<Once<T>, E>;
    type IntoFuture = BoxFuture<'a, Result<Once<T>, E>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { transaction, key } = self;
        let ours = transaction.ours();
        let Parts { database, name, closure, mut policy, options } = transaction.into_parts();
        // The savepoint would be set before the claim, and going back to it would lose the claim.
        policy.savepoint = false;
        let run = async move {
            let context = context(database, name, &policy, &options).map_err(ours)?;
            let result = run::run(context, database.flights(), policy, key, &closure).await;
            result.map_err(|failure| failure.into_error(ours))
        };
        in_span(name, run)
    }
}
