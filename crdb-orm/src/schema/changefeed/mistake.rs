//! What is wrong with a changefeed: found at compile time in a const item, at run time by a call.

use std::fmt;

use super::super::const_check::fail;

/// How many pieces a sentence has at most.
const PIECES: usize = 12;

/// A changefeed that the server would refuse, or that would send what nobody meant.
///
/// Its text says what is wrong and what to write instead, and never holds a sink's URI or a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChangefeedError {
    kind: ChangefeedErrorKind,
    message: String,
}

impl ChangefeedError {
    /// What sort of mistake it is.
    pub fn kind(&self) -> ChangefeedErrorKind {
        self.kind
    }
}

impl fmt::Display for ChangefeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ChangefeedError {}

impl From<ChangefeedError> for crate::Error {
    fn from(error: ChangefeedError) -> Self {
        Self::schema(error.message)
    }
}

/// A sort of [`ChangefeedError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChangefeedErrorKind {
    /// An option stands twice.
    GivenTwice,
    /// Two options, or an option and the format or envelope, do not go together.
    Conflict,
    /// An option needs another one, or a setting of the sink.
    Missing,
    /// The sink has no such option, format or envelope, or its URI cannot be one.
    WrongSink,
    /// A value is not of the form that the server reads.
    WrongValue,
    /// The table has no such column, or it is of another type.
    WrongColumn,
    /// The table has several column families.
    SeveralFamilies,
    /// A CDC query has more than a projection and a filter over one table.
    WrongQuery,
    /// A function that CDC queries do not have.
    WrongFunction,
}

/// The same in const code: a sentence in pieces.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mistake<'a> {
    kind: ChangefeedErrorKind,
    pieces: [&'a str; PIECES],
}

impl<'a> Mistake<'a> {
    /// A sentence of at most twelve pieces.
    pub(super) const fn new(kind: ChangefeedErrorKind, text: &[&'a str]) -> Self {
        let mut pieces = [""; PIECES];
        let mut i = 0;
        while i < text.len() {
            pieces[i] = text[i];
            i += 1;
        }
        Self { kind, pieces }
    }

    /// Refuses to compile.
    #[track_caller]
    pub(crate) const fn fail(&self) -> ! {
        fail(&self.pieces)
    }

    pub(crate) fn error(&self) -> ChangefeedError {
        ChangefeedError { kind: self.kind, message: self.pieces.concat() }
    }
}

/// A CDC query that has more than it may.
#[expect(clippy::unnecessary_wraps, reason = "callers return it as it is")]
pub(super) const fn wrong_query<'a>(text: &[&'a str]) -> Option<Mistake<'a>> {
    Some(Mistake::new(ChangefeedErrorKind::WrongQuery, text))
}

/// Returns the first mistake that there is.
macro_rules! first {
    ($($found:expr),+ $(,)?) => {
        $(if let Some(mistake) = $found {
            return Some(mistake);
        })+
    };
}
pub(super) use first;
