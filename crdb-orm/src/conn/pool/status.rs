//! How a pool is doing, as data.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::exec::Label;
use crate::txn::Contention;

/// Who has a connection, or asks for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Transaction(&'static str),
    /// A statement that is a transaction of its own, and when it is ended if it has no answer by then.
    Statement(Label, Option<Instant>),
    /// The pool itself.
    Pool,
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transaction(name) => write!(f, "transaction `{name}`"),
            Self::Statement(Label { verb, table: Some(table) }, _) => write!(f, "{verb} of `{table}`"),
            Self::Statement(Label { verb, table: None }, _) => write!(f, "a statement ({verb})"),
            Self::Pool => f.write_str("the pool"),
        }
    }
}

/// A connection in use.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InUse {
    /// What uses it, such as ``transaction `transfer` `` or ``select of `accounts` ``.
    pub by: String,
    /// For how long.
    pub since: Duration,
    /// The node that it leads to.
    pub node: Arc<str>,
    /// Nobody waits any more for what it does: the task that did was dropped. It is free again when what was sent is
    /// answered, and closed when that takes more than five seconds, in a transaction more than one.
    pub abandoned: bool,
}

impl fmt::Display for InUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} for {:.1} s", self.by, self.since.as_secs_f64())?;
        if self.abandoned { f.write_str(", which nobody waits for any more") } else { Ok(()) }
    }
}

/// A node, as the pool sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodeStatus {
    /// Its address.
    pub node: Arc<str>,
    /// Whether connections are made to it. One that is not up is probed now and then.
    pub up: bool,
    /// Whether it is not since it has no room for more connections (53300): it works for those that it has.
    pub full: bool,
    /// Why it is not.
    pub reason: Option<String>,
    /// The connections to it.
    pub connections: usize,
    /// Its region, where a region is preferred and it has told its own.
    pub region: Option<String>,
}

/// How a database handle is doing: its pool, its nodes, its transactions.
///
/// Everything here is known without asking a server, so a health endpoint may ask for it as often as it likes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Status {
    /// The most connections that it may have.
    pub max_size: usize,
    /// The connections that it has, those that are being made included.
    pub size: usize,
    /// Those of them that nobody uses.
    pub idle: usize,
    /// Those of them that somebody uses, or is making.
    pub in_use: usize,
    /// Those of them that are held for what nobody waits for any more, such as the COMMIT of a task that was dropped:
    /// until it is answered, five seconds at most. They count among the most connections.
    pub abandoned: usize,
    /// The tasks that wait for one.
    pub waiting: usize,
    /// Whether callers wait shorter than usual, since the queue has been long for long.
    pub shedding: bool,
    /// Whether it was closed, or is closing.
    pub closed: bool,
    /// The connections in use, the longest one first.
    pub longest: Vec<InUse>,
    /// The nodes.
    pub nodes: Vec<NodeStatus>,
    /// The transactions that conflict, as [`Database::contention`](crate::Database::contention) tells them.
    pub contention: Vec<Contention>,
}

impl Status {
    /// Whether it can be expected to do work: it is not closed, and a node is up, or has only no room for more
    /// connections.
    pub fn is_healthy(&self) -> bool {
        !self.closed && self.nodes.iter().any(|node| node.up || node.full)
    }
}
