//! What an error can tell.

use super::{BatchesDone, CommitOutcome, Error, FailedAttempt, PartialWrite};

impl Error {
    /// What happened, without where and without advice: the server's own message, if it was the server.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What kind of failure it is, where no SQLSTATE says it.
    pub(crate) fn kind(&self) -> super::Kind {
        self.0.kind
    }

    /// The SQLSTATE, five characters, if the server sent one.
    ///
    /// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
    pub fn sqlstate(&self) -> Option<&str> {
        self.0.server.as_ref().map(|server| server.code.as_str())
    }

    /// The constraint that was violated.
    pub fn constraint(&self) -> Option<&str> {
        self.0.server.as_ref()?.constraint.as_deref()
    }

    /// The table, as the server names it, or else the table of the statement.
    ///
    /// Of a foreign key that was violated it is the table of the statement: that of the row which was to be written or
    /// deleted. The table that the key belongs to is [`constraint_table`](Self::constraint_table).
    pub fn table(&self) -> Option<&str> {
        let own = self.0.label.and_then(|label| label.table);
        let Some(server) = self.0.server.as_deref() else { return own };
        match server.referenced_or_referring() {
            Some((written, _)) => own.or(Some(written)),
            None => server.table().or(own),
        }
    }

    /// The table whose constraint was violated, where the server names it: of a foreign key it is the table that refers,
    /// also when it was a row of the other table that was to be deleted.
    pub fn constraint_table(&self) -> Option<&str> {
        let server = self.0.server.as_deref()?;
        match server.referenced_or_referring() {
            Some((_, of_the_key)) => Some(of_the_key),
            None => server.table.as_deref().filter(|_| server.constraint.is_some()),
        }
    }

    /// What was going on.
    pub(crate) fn context(&self) -> Option<&str> {
        self.0.context.as_deref()
    }

    /// The column.
    pub fn column(&self) -> Option<&str> {
        let named = self.0.server.as_ref().and_then(|server| server.column());
        named.or(self.0.column.as_deref())
    }

    /// The server's detail. It may hold values of rows, which is why `Display` leaves it out.
    pub fn detail(&self) -> Option<&str> {
        self.0.server.as_ref()?.detail.as_deref()
    }

    /// The server's hint.
    pub fn hint(&self) -> Option<&str> {
        self.0.server.as_ref()?.hint.as_deref()
    }

    /// The node that it happened on, as `host:port` (or the path of a socket), if it is known.
    pub fn node(&self) -> Option<&str> {
        self.0.node.as_deref()
    }

    /// What to do about it, where that can be said.
    pub fn advice(&self) -> Option<&str> {
        self.0.advice.as_deref()
    }

    /// How many attempts were made, the last one included. One, where nothing was retried.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The failed attempts in their order, the last one included, when a retry loop gave up.
    pub fn history(&self) -> &[FailedAttempt] {
        &self.0.history
    }

    /// Whether the writes that this error belongs to are in the database.
    pub fn commit_outcome(&self) -> CommitOutcome {
        self.0.outcome
    }

    /// Which rows of a write of many are in the database, which are not, and of which nobody knows.
    pub fn partial(&self) -> Option<&PartialWrite> {
        self.0.partial.as_deref()
    }

    /// How far a delete or an update in batches has come before it failed, and where it can go on.
    pub fn batches(&self) -> Option<&BatchesDone> {
        self.0.batches.as_deref()
    }

    /// Which row of a COPY the server has refused, counted from 0, where it says so.
    pub(crate) fn copied_row(&self) -> Option<u64> {
        self.0.server.as_ref()?.line?.checked_sub(1)
    }

    /// The key over which a serialization failure arose, where the server names one.
    pub fn conflicting_key(&self) -> Option<&str> {
        self.0.server.as_ref()?.conflicting_key()
    }
}
