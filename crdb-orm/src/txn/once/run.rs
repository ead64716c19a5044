//! The loop around a transaction under a key.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::key::Key;
use super::outcome::Once;
use crate::error::Error;
use crate::txn::policy::RetryPolicy;
use crate::txn::run::Context;
use crate::txn::tx::Tx;

pub(super) async fn run<F, Fut, T, E>(
    context: Context<'_>,
    policy: RetryPolicy,
    key: Key,
    closure: &F,
) -> Result<Once<T>, E>
where
    F: Fn(Tx) -> Fut,
    Fut: Future<Output = Result<T, E>>,
    T: Serialize + DeserializeOwned,
    E: From<Error>,
{
    drop((context, policy, key, closure));
    Err(Error::new("stub").into())
}
