//! Why a connection broke, or a statement on it.

use std::sync::Arc;

use super::Conn;
use crate::error::{CLOSED, Driver, EXPIRED, Error, ServerError};

/// Why a statement failed, and how far it had come.
pub(crate) enum Failure {
    /// Nothing was sent.
    Local(Error),
    /// It was being prepared: nothing has run.
    Prepare(Driver),
    /// It was sent to be run.
    Execute(Driver),
}

impl Conn {
    /// Why it broke: the connection's own end says more than "closed".
    pub(super) fn reason(&self, error: tokio_postgres::Error) -> Driver {
        let driver = match self.end.get() {
            Some(end) if error.is_closed() => end.clone(),
            _ => error.into(),
        };
        let driver = self.explained(driver);
        self.nodes.heard(self.endpoint(), &driver);
        driver
    }

    /// Who is cancelled while its statement is awaited is cut by the pool, at its deadline or since the pool is closed: the
    /// server's words would name a user.
    fn explained(&self, driver: Driver) -> Driver {
        match driver {
            Driver::Server(server) if server.code == "57014" && self.was_cancelled() => {
                let why = if self.has_expired() { EXPIRED } else { CLOSED };
                let message = format!("{why} ({})", server.message);
                Driver::Server(Arc::new(ServerError { message, ..ServerError::clone(&server) }))
            }
            driver => driver,
        }
    }
}

/// Whether a prepared statement no longer fits the schema, or is gone.
///
/// CockroachDB uses 0A000 for everything that it does not implement, too, so the text decides
/// (<https://www.cockroachlabs.com/docs/stable/online-schema-changes>).
pub(crate) fn is_stale(error: &Driver) -> bool {
    match error {
        Driver::Server(error) => {
            error.code == "26000"
                || (error.code == "0A000"
                    && error.message.contains("cached plan must not change result type"))
        }
        Driver::Lost(_) => false,
    }
}
