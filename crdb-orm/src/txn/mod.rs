//! Transactions: the runner, its retry policy, and what became of a COMMIT.
//!
//! [`Database::transaction`](crate::Database::transaction) runs a closure until it is committed. What happens in
//! between is in these steps, each in a file of its own:
//!
//! | step | file |
//! |---|---|
//! | what it is told when it begins | `options` |
//! | an attempt begins, runs the closure, and is judged | `run` |
//! | every answer of the server is recorded, seen by the closure or not | `request`, `attempt` |
//! | a part of it fails alone | `scope` |
//! | an SQLSTATE and its place become an outcome | `classify` |
//! | deferred writes and COMMIT are sent, and what they answer is read | `deferred`, `commit` |
//! | what waits for COMMIT runs | `hooks` |
//! | the next attempt sleeps, and waits for its turn where attempts conflict | `retries`, `policy`, `limit` |
//! | a single statement goes the same way | `single` |

mod attempt;
mod classify;
mod commit;
pub(crate) mod copy;
mod deferred;
mod hlc;
mod hooks;
mod inside;
pub(crate) mod keyword;
mod limit;
pub(crate) mod once;
mod options;
mod policy;
mod reason;
mod request;
mod retries;
mod run;
mod scope;
pub(crate) mod single;
mod stats;
pub(crate) mod streamed;
pub(crate) mod streamed_inside;
pub(crate) mod together;
mod transaction;
mod tx;
mod unit;

pub use self::hlc::Hlc;
pub use self::limit::Contention;
pub use self::once::{Key, Ledger, Once, OnceTransaction};
pub use self::options::{AsOf, Isolation, LockReads, Priority, QualityOfService};
pub use self::policy::{Backoff, Failure, RetryPolicy};
pub use self::stats::TxnStats;
pub use self::transaction::{EndsInOurs, Transaction, TransactionError};
pub use self::tx::Tx;
pub use self::unit::{Perform, UnitOfWork};
pub use crate::error::CommitOutcome;

pub(crate) use self::deferred::Slot;
pub(crate) use self::inside::refuse_inside;
pub(crate) use self::limit::Limits;
pub(crate) use self::once::Flights;
pub(crate) use self::options::TxnOptions;
pub(crate) use self::stats::Counters;
