//! What an error is, where no SQLSTATE says it.

/// The kind of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The server answered with an error.
    Server,
    /// No connection could be made.
    Connect,
    /// Making a connection took too long.
    ConnectTimeout,
    /// TLS could not be set up with the server.
    Tls,
    /// A connection broke.
    Lost,
    /// The database handle was closed.
    Closed,
    /// No connection of the pool became free in time.
    PoolTimeout,
    /// The server does not accept the user or the password.
    Authentication,
    /// A URL or an option makes no sense.
    Configuration,
    /// A schema makes no sense.
    Schema,
    /// One row was wanted, there was none.
    NotFound,
    /// A row that was read refers to one that is not there.
    RelatedNotFound,
    /// The row was changed since the version that a write names.
    Stale,
    /// One row was wanted, there were more.
    TooManyRows,
    /// A row does not fit the Rust type.
    Decode,
    /// A value could not be encoded.
    InvalidValue,
    /// A statement that cannot be sent.
    InvalidStatement,
    /// A cursor of another query, or one that was changed.
    InvalidCursor,
    /// An order that is none of those that are allowed.
    UnknownSort,
    /// The deadline of a transaction or a statement passed.
    Deadline,
    /// A statement on a transaction that has ended.
    Ended,
    /// A key, or its request, that cannot be used.
    InvalidKey,
    /// A key that was used for another request.
    KeyReused,
    /// A result that the ledger has no room for.
    ResultTooLarge,
    /// A result that could not be read again.
    ResultNotStorable,
    /// A stored result that does not fit the Rust type.
    StoredResult,
    /// Anything else, told by its message alone.
    Other,
    /// A statement that must not run inside a transaction.
    Refused,
}

/// Why the retry loop stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GaveUp {
    /// All attempts were used.
    Attempts,
    /// The deadline passed.
    Deadline,
}
