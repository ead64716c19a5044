//! What kind of failure an error is.

use super::{CommitOutcome, Error, GaveUp, Kind};

impl Error {
    fn has(&self, codes: &[&str]) -> bool {
        self.sqlstate().is_some_and(|code| codes.contains(&code))
    }

    fn in_class(&self, class: &str) -> bool {
        self.sqlstate().is_some_and(|code| code.starts_with(class))
    }

    fn is(&self, kinds: &[Kind]) -> bool {
        kinds.contains(&self.0.kind)
    }

    /// A transaction conflicted with another (SQLSTATE 40001, or a deadlock: 40P01 on PostgreSQL).
    ///
    /// It was retried; when you see it, the retry loop gave up: see [`attempts`](Self::attempts) and
    /// [`history`](Self::history).
    pub fn is_serialization_failure(&self) -> bool {
        self.has(&["40001", "40P01"])
    }

    /// A unique constraint or a primary key was violated (23505).
    pub fn is_unique_violation(&self) -> bool {
        self.has(&["23505"])
    }

    /// A foreign key was violated (23503).
    pub fn is_foreign_key_violation(&self) -> bool {
        self.has(&["23503"])
    }

    /// A NULL in a column that is NOT NULL (23502).
    pub fn is_not_null_violation(&self) -> bool {
        self.has(&["23502"])
    }

    /// A CHECK constraint was violated (23514).
    pub fn is_check_violation(&self) -> bool {
        self.has(&["23514"])
    }

    /// One row was wanted and there was none: that which was asked for. A row that it refers to is another matter:
    /// [`is_related_not_found`](Self::is_related_not_found).
    pub fn is_not_found(&self) -> bool {
        self.is(&[Kind::NotFound])
    }

    /// Of a relation that was loaded, a row that has to be there is not: it is deleted by a soft delete, or was deleted
    /// between the two reads.
    ///
    /// It says nothing of the rows that were asked for, which are there: no 404.
    pub fn is_related_not_found(&self) -> bool {
        self.is(&[Kind::RelatedNotFound])
    }

    /// A write named the version of a row that it had read, and the row was changed since: nothing was written.
    ///
    /// Read the row again, and decide anew. See [`Versioned`](crate::query::Versioned).
    pub fn is_stale(&self) -> bool {
        self.is(&[Kind::Stale])
    }

    /// At most one row was wanted and there were more.
    pub fn is_too_many_rows(&self) -> bool {
        self.is(&[Kind::TooManyRows])
    }

    /// A connection could not be made, broke, or was closed by the server.
    pub fn is_connection(&self) -> bool {
        self.is(&[Kind::Connect, Kind::ConnectTimeout, Kind::Tls, Kind::Lost, Kind::Closed])
            || self.has(&["57P01", "57P02", "57P03", "53300"])
            || (self.in_class("08") && !self.has(&["08P01"]))
    }

    /// The pool is closed: no node is asked any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.is(&[Kind::Closed])
    }

    /// TLS could not be set up: the server has none, its certificate is not one that the URL asks for, or it does not
    /// accept ours. Such an error is one of a [connection](Self::is_connection), too.
    pub fn is_tls(&self) -> bool {
        self.is(&[Kind::Tls])
    }

    /// The server accepts neither this user nor this password (28P01, 28000).
    pub fn is_authentication(&self) -> bool {
        self.is(&[Kind::Authentication]) || self.in_class("28")
    }

    /// No connection of the pool became free in time.
    pub fn is_pool_timeout(&self) -> bool {
        self.is(&[Kind::PoolTimeout])
    }

    /// Something took longer than it was allowed to: a deadline, the pool, connecting, a lock or a statement.
    pub fn is_timeout(&self) -> bool {
        self.is(&[Kind::PoolTimeout, Kind::ConnectTimeout])
            || self.is_deadline()
            // The server uses these codes for cancelling and for NOWAIT, too.
            || (self.has(&["57014", "55P03", "25P03", "25P04"]) && self.0.message.contains("timeout"))
    }

    /// The deadline of the transaction, or of the statement with its retries, passed.
    pub fn is_deadline(&self) -> bool {
        self.is(&[Kind::Deadline]) || self.0.gave_up == Some(GaveUp::Deadline)
    }

    /// A value does not fit its column or its expression (class 22), or could not be encoded.
    pub fn is_data_exception(&self) -> bool {
        self.in_class("22") || self.is(&[Kind::InvalidValue])
    }

    /// A table does not exist (42P01).
    pub fn is_undefined_table(&self) -> bool {
        self.has(&["42P01"])
    }

    /// A column does not exist (42703).
    pub fn is_undefined_column(&self) -> bool {
        self.has(&["42703"])
    }

    /// The database does not exist (3D000).
    pub fn is_undefined_database(&self) -> bool {
        self.has(&["3D000"])
    }

    /// Nobody knows whether it was committed: see [`CommitOutcome::Unknown`].
    pub fn is_outcome_unknown(&self) -> bool {
        self.0.outcome == CommitOutcome::Unknown
    }

    /// A row does not fit the Rust type: another column type, or a NULL where the field is no `Option`.
    pub fn is_decode(&self) -> bool {
        self.is(&[Kind::Decode])
    }

    /// A schema makes no sense, cannot be printed, or cannot be created in this database.
    pub fn is_schema(&self) -> bool {
        self.is(&[Kind::Schema])
    }

    /// A URL or an option makes no sense.
    pub fn is_configuration(&self) -> bool {
        self.is(&[Kind::Configuration])
    }

    /// A statement that cannot be sent as it is: too many values, or DDL inside a transaction, say.
    pub fn is_invalid_statement(&self) -> bool {
        self.is(&[Kind::InvalidStatement, Kind::Refused])
    }

    /// A page was asked for by a cursor that comes from another query, or that was changed: the client's mistake.
    pub fn is_invalid_cursor(&self) -> bool {
        self.is(&[Kind::InvalidCursor])
    }

    /// A statement on a transaction that has already ended.
    pub fn is_transaction_ended(&self) -> bool {
        self.is(&[Kind::Ended])
    }

    /// A key of [`once`](crate::Transaction::once) that cannot be used: empty, too long, or of a request that is not JSON.
    pub fn is_invalid_key(&self) -> bool {
        self.is(&[Kind::InvalidKey])
    }

    /// The key was used before, for another request. An HTTP service answers 422.
    pub fn is_key_reused(&self) -> bool {
        self.is(&[Kind::KeyReused])
    }

    /// The result of a transaction under a key is larger than its ledger keeps; it was rolled back.
    pub fn is_result_too_large(&self) -> bool {
        self.is(&[Kind::ResultTooLarge])
    }

    /// The result of a transaction under a key could not be read back from JSON; it was rolled back.
    pub fn is_result_not_storable(&self) -> bool {
        self.is(&[Kind::ResultNotStorable])
    }

    /// The transaction was committed before, under the same key, and what it returned then does not fit the type that
    /// is wanted now. Its [`commit_outcome`](Self::commit_outcome) is `Committed`.
    pub fn is_stored_result_undecodable(&self) -> bool {
        self.is(&[Kind::StoredResult])
    }
}
