//! Whether a value may be NULL, as a type: so that the type of an expression follows from those of its parts.

use super::{Field, SqlType};

/// Whether the value of an expression may be NULL: [`NotNull`] or [`Nullable`].
#[doc(hidden)]
pub trait Nulls: Send + Sync + 'static {
    /// The Rust type of such a value: `B` or `Option<B>`.
    type Of<B: SqlType>: Field<Base = B>;
    /// What is NULL when either part is.
    type Or<N: Nulls>: Nulls;
    /// The Rust type of a whole row that may be missing: `R` or `Option<R>`.
    type Row<R: Send + 'static>: Send + 'static;

    /// Reads a row, unless it is missing where it may be.
    fn row<R: Send + 'static, E>(
        missing: impl FnOnce() -> bool,
        read: impl FnOnce() -> Result<R, E>,
    ) -> Result<Self::Row<R>, E>;
}

/// Never NULL.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct NotNull;

/// NULL at times.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Nullable;

impl Nulls for NotNull {
    type Of<B: SqlType> = B;
    type Or<N: Nulls> = N;
    type Row<R: Send + 'static> = R;

    fn row<R: Send + 'static, E>(
        _: impl FnOnce() -> bool,
        read: impl FnOnce() -> Result<R, E>,
    ) -> Result<R, E> {
        read()
    }
}

impl Nulls for Nullable {
    type Of<B: SqlType> = Option<B>;
    type Or<N: Nulls> = Self;
    type Row<R: Send + 'static> = Option<R>;

    fn row<R: Send + 'static, E>(
        missing: impl FnOnce() -> bool,
        read: impl FnOnce() -> Result<R, E>,
    ) -> Result<Option<R>, E> {
        if missing() { Ok(None) } else { read().map(Some) }
    }
}
