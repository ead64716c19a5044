//! Exactly once: keys, and the ledger that remembers them.
//!
//! The claim of a key is the first statement of its transaction, and its answer is read before the closure starts; the
//! result is stored with COMMIT. So the work and the row of the ledger are committed together or not at all, and
//! whoever comes with the same key later, or at the same time, finds that row.
//!
//! | what | file |
//! |---|---|
//! | the key of a caller, and the row that it stands for | `key`, `fingerprint`, `header` |
//! | the table | `ledger` |
//! | the loop, its first statement, and its end after an unknown commit | `run`, `claim`, `fence` |
//! | who waits in this process | `flights` |
//! | what is sent | `sql` |
//! | what a row says, results to and from JSON | `stored` |
//! | how old rows go | `sweep` |
//! | what the caller gets | `outcome` |

mod claim;
mod fence;
mod fingerprint;
mod flights;
mod header;
mod key;
mod ledger;
mod outcome;
mod run;
mod sql;
mod stored;
mod sweep;
mod transaction;

pub(crate) use self::flights::Flights;
pub use self::key::Key;
pub use self::ledger::Ledger;
pub use self::outcome::Once;
pub use self::transaction::OnceTransaction;
