//! Why a connection broke, or a statement on it.

use std::sync::Arc;
use std::sync::atomic::Ordering::Release;

use super::Conn;
use crate::conn::ready::Ready;
use crate::error::{CLOSED, Driver, EXPIRED, Error, ServerError};

/// Why a statement failed, and how far it had come.
pub(crate) enum Failure {
    /// Nothing was sent.
    Local(Error),
    /// It was being prepared, or the server said good-bye before it looked at it: nothing has run.
    Prepare(Driver),
    /// It was sent to be run.
    Execute(Driver),
}

/// Why a statement that was sent has no answer.
pub(super) struct Unanswered {
    pub(super) driver: Driver,
    /// Whether it may have begun.
    begun: bool,
}

impl Unanswered {
    /// Its server has begun to answer.
    pub(super) fn begun(driver: Driver) -> Self {
        Self { driver, begun: true }
    }
}

impl From<Unanswered> for Failure {
    fn from(Unanswered { driver, begun }: Unanswered) -> Self {
        if begun { Self::Execute(driver) } else { Self::Prepare(driver) }
    }
}

impl Conn {
    /// Why it broke: the connection's own end says more than "closed".
    pub(super) fn reason(&self, error: tokio_postgres::Error) -> Driver {
        let driver = match self.end.get() {
            Some(end) if error.is_closed() => end.clone(),
            _ => error.into(),
        };
        let driver = self.explained(driver);
        if driver.is_fatal() {
            self.leaving.store(true, Release);
        }
        self.nodes.heard(self.endpoint(), &driver);
        driver
    }

    /// Why a statement was not prepared, or not begun.
    pub(super) fn refused(&self, error: tokio_postgres::Error, sent: Option<&Ready>) -> Driver {
        let driver = self.reason(error);
        if let Driver::Server(server) = &driver
            && shows_a_proxy(server, sent)
            && self.lent.set(()).is_ok()
        {
            let sqlstate = &*server.code;
            tracing::warn!(
                node = %self.node(),
                sqlstate,
                "a proxy in between, such as PgBouncer, runs statements on other connections of the server than they were \
                 prepared on: they are sent whole from now on, unless that was forbidden by prepared=always"
            );
        }
        driver
    }

    /// Why a statement was not begun, as far as the first answer to it tells.
    ///
    /// A server that closes a connection says so behind all that it has answered, in one buffer: "server is shutting down"
    /// of `CockroachDB` (`pgwire/conn.go`), "terminating connection due to administrator command" of `PostgreSQL`
    /// (`send_message_to_frontend` in `elog.c`). So where that stands in the place of the first answer to a statement, which
    /// is `BindComplete`, the server has not looked at it. Others who may send the code are not believed: a proxy says
    /// good-bye by itself, and in words of its own, to whom it has not yet handed on an answer.
    pub(super) fn unanswered(&self, error: tokio_postgres::Error, sent: &Ready) -> Unanswered {
        let driver = self.refused(error, Some(sent));
        let begun = self.is_unnamed() || !is_good_bye(&driver);
        Unanswered { driver, begun }
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
            is_lost(error)
                || (error.code == "0A000"
                    && error.message.contains("cached plan must not change result type"))
        }
        Driver::Lost(_) => false,
    }
}

/// Whether a server has no statement of this name, or another client's.
fn is_lost(error: &ServerError) -> bool {
    matches!(&*error.code, "26000" | "42P05") || error.is_of_another_statement()
}

/// Whether an error shows that one connection to us is several of the server: a statement is lost at once, or the name of
/// one that is new is taken, or is another client's. `sent` is `None` while it was being prepared.
fn shows_a_proxy(error: &ServerError, sent: Option<&Ready>) -> bool {
    match sent {
        Some(Ready::Fresh(_)) => error.code == "26000" || error.is_of_another_statement(),
        Some(Ready::Named(_)) => error.is_of_another_statement(),
        Some(Ready::Unnamed(_)) => false,
        // The driver asks for types by statements of its own. Another name is one in the caller's own text.
        None => matches!(&*error.code, "26000" | "42P05") && error.names_a_statement_of_the_driver(),
    }
}

/// Whether a server has closed the connection since it shuts down, in its own words.
fn is_good_bye(driver: &Driver) -> bool {
    const WORDS: [&str; 2] =
        ["server is shutting down", "terminating connection due to administrator command"];
    matches!(driver, Driver::Server(server) if server.code == "57P01" && WORDS.contains(&&*server.message))
}
