//! One opaque error for everything that can go wrong.

use std::fmt;

use crate::exec::Label;

/// The result of everything here that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, where, and what to do about it.
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    message: String,
}

impl Error {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Inner { message: message.into() }))
    }
    pub(crate) fn not_found(label: Label) -> Self {
        Self::new(format!("{label:?}"))
    }
    pub(crate) fn too_many_rows(label: Label) -> Self {
        Self::new(format!("{label:?}"))
    }
    pub(crate) fn decode(label: Label, column: &str, expected: &str, why: impl fmt::Display) -> Self {
        Self::new(format!("{label:?} {column} {expected} {why}"))
    }
    pub(crate) fn invalid_statement(label: Label, why: impl fmt::Display) -> Self {
        Self::new(format!("{label:?} {why}"))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {}
