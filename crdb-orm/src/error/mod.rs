//! One opaque error for everything that can go wrong.
//!
//! Ask it by its predicates (`is_unique_violation`, `is_outcome_unknown`, ...) and accessors (`sqlstate`,
//! `constraint`, `table`, ...); its kinds are private, so that new ones break nobody. `Display` says in one
//! sentence what happened and where, then what to do about it. What may hold rows of yours, the server's
//! `detail`, is in neither `Display` nor `Debug`, and a password is in nothing at all.

mod access;
mod advice;
mod batches;
mod build;
mod display;
mod history;
mod kind;
mod outcome;
mod partial;
mod predicate;
mod server;
mod unknown_sort;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::sync::Arc;

pub use self::batches::BatchesDone;
pub use self::history::FailedAttempt;
pub use self::outcome::CommitOutcome;
pub use self::partial::{PartialWrite, RowOutcome};
pub use self::unknown_sort::UnknownSort;

pub(crate) use self::advice::{CLOSED, EXPIRED, MORE_TIME, NOT_FOUND_YET, contention};
pub(crate) use self::build::Driver;
pub(crate) use self::kind::{GaveUp, Kind};
pub(crate) use self::server::{ServerError, is_of_another_statement};

use crate::exec::Label;

/// The result of everything here that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, where, and what to do about it.
///
/// ```
/// # fn show(error: crdb_orm::Error) {
/// if error.is_unique_violation() {
///     println!("taken: {}", error.constraint().unwrap_or("?"));
/// } else if error.is_outcome_unknown() {
///     println!("it may have been committed: look before you try again");
/// } else {
///     println!("{error}"); // one sentence, then "; hint: " and advice
/// }
/// # }
/// ```
pub struct Error(Box<Inner>);

// Cloned when the first error of a transaction must be reported more than once, so its parts are shared.
#[derive(Clone)]
struct Inner {
    kind: Kind,
    /// What was going on, such as "transaction `transfer` gave up after 3 attempts".
    context: Option<String>,
    message: String,
    label: Option<Label>,
    column: Option<String>,
    node: Option<Arc<str>>,
    server: Option<Arc<ServerError>>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
    advice: Option<Cow<'static, str>>,
    outcome: CommitOutcome,
    gave_up: Option<GaveUp>,
    attempts: u32,
    history: Vec<FailedAttempt>,
    partial: Option<Arc<PartialWrite>>,
    batches: Option<Arc<BatchesDone>>,
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match (&self.0.source, &self.0.server) {
            (Some(source), _) => Some(&**source),
            // The message of the server is already ours when nothing was put before it.
            (None, Some(server)) if self.0.context.is_some() => Some(&**server),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
