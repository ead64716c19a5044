//! What a transaction under a key returned, and whether it ran.

use std::ops::Deref;

/// The result of a transaction under a key: of this run, or of the one that was committed before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Once<T> {
    /// This call has committed it.
    Fresh(T),
    /// It was committed before, under the same key, by another call or by an earlier attempt of this one whose answer
    /// was lost. The closure's work was not done again.
    Replayed(T),
}

impl<T> Once<T> {
    /// The result, wherever it comes from.
    pub fn into_inner(self) -> T {
        match self {
            Self::Fresh(value) | Self::Replayed(value) => value,
        }
    }

    /// Whether it was committed before.
    pub const fn is_replayed(&self) -> bool {
        matches!(self, Self::Replayed(_))
    }

    /// The result changed by a function; fresh stays fresh.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Once<U> {
        match self {
            Self::Fresh(value) => Once::Fresh(f(value)),
            Self::Replayed(value) => Once::Replayed(f(value)),
        }
    }
}

impl<T> Deref for Once<T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            Self::Fresh(value) | Self::Replayed(value) => value,
        }
    }
}

impl<T> AsRef<T> for Once<T> {
    fn as_ref(&self) -> &T {
        self
    }
}
