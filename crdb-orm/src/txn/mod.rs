//! Transactions: the runner, its retry policy, and what became of a COMMIT.
//!
//! [`Database::transaction`](crate::Database::transaction) runs a closure until it is committed. What happens in
//! between is in these steps, each in a file of its own:
//!
//! | step | file |
//! |---|---|
//! | an attempt begins, runs the closure, and is judged | `run` |
//! | every answer of the server is recorded, seen by the closure or not | `attempt` |
//! | an SQLSTATE and its place become an outcome | `classify` |
//! | COMMIT is sent, and what it answers is read | `commit` |
//! | the next attempt waits its turn | `retries`, `policy` |
//! | a single statement goes the same way | `single` |

mod attempt;
mod classify;
mod commit;
mod keyword;
pub(crate) mod once;
mod policy;
mod reason;
mod retries;
mod run;
pub(crate) mod single;
mod stats;
mod transaction;
mod tx;

pub use self::once::{Key, Ledger, Once, OnceTransaction};
pub use self::policy::RetryPolicy;
pub use self::stats::TxnStats;
pub use self::transaction::Transaction;
pub use self::tx::Tx;
pub use crate::error::CommitOutcome;

pub(crate) use self::stats::Counters;
