//! The attempts that came before an error.

use std::time::Duration;

use super::Error;

/// One failed attempt of a transaction or a statement, as [`Error::history`](super::Error::history) lists it.
#[derive(Debug, Clone)]
pub struct FailedAttempt {
    cause: String,
    sqlstate: Option<String>,
    key: Option<String>,
    duration: Duration,
}

impl FailedAttempt {
    pub(crate) fn new(error: &Error, duration: Duration) -> Self {
        Self {
            cause: error.message().to_owned(),
            sqlstate: error.sqlstate().map(str::to_owned),
            key: error.conflicting_key().map(str::to_owned),
            duration,
        }
    }

    /// What ended it, in words.
    pub fn cause(&self) -> &str {
        &self.cause
    }

    /// The SQLSTATE that ended it, if a server said one.
    pub fn sqlstate(&self) -> Option<&str> {
        self.sqlstate.as_deref()
    }

    /// The key over which it conflicted, where the server names one.
    pub fn conflicting_key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// How long it took, from BEGIN to its failure.
    pub fn duration(&self) -> Duration {
        self.duration
    }
}
