//! What can be seen of a limit.

use std::time::Duration;

/// How much the attempts of one transaction conflict, and how many of them may run at once.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Contention {
    /// The name of the transaction.
    pub name: &'static str,
    /// How many attempts may run at once; `None` while there is no need for a limit.
    pub limit: Option<u32>,
    /// How many run.
    pub running: u32,
    /// How many wait for their turn.
    pub waiting: u32,
    /// How many attempts have ended in a serialization failure so far.
    pub conflicts: u64,
    /// How many attempts have waited for their turn so far.
    pub waits: u64,
    /// How long they have waited, all together.
    pub waited: Duration,
}
