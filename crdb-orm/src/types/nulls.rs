//! Whether a value may be NULL, as a type: so that the type of an expression follows from those of its parts.

use super::{Field, SqlType};

/// Whether the value of an expression may be NULL: [`NotNull`] or [`Nullable`].
#[doc(hidden)]
pub trait Nulls: Send + Sync + 'static {
    /// The Rust type of such a value: `B` or `Option<B>`.
    type Of<B: SqlType>: Field<Base = B>;
    /// What is NULL when either part is.
    type Or<N: Nulls>: Nulls;
    /// Whether it may be NULL.
    const NULLABLE: bool;
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
    const NULLABLE: bool = false;
}

impl Nulls for Nullable {
    type Of<B: SqlType> = Option<B>;
    type Or<N: Nulls> = Self;
    const NULLABLE: bool = true;
}
