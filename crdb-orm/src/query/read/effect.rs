//! Whether a query only reads, as a type: a part of it with a name may be a write.

use crate::exec::{Read, Write};

/// What a query does to the data: [`Reads`] or [`Writes`].
#[doc(hidden)]
pub trait Effect: 'static {
    /// What two parts do together.
    type Or<V: Effect>: Effect;
}

/// It only reads.
#[derive(Debug, Clone, Copy)]
pub enum Reads {}

/// A part of it writes.
#[derive(Debug, Clone, Copy)]
pub enum Writes {}

impl Effect for Reads {
    type Or<V: Effect> = V;
}

impl Effect for Writes {
    type Or<V: Effect> = Self;
}

/// An executor that may run a query with this effect.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is read-only: a part of this query writes",
    note = "give it `&db` (a `Database`) or, inside a transaction, `&tx`"
)]
pub trait Allows<W>: Read {}

#[diagnostic::do_not_recommend]
impl<X: Read + ?Sized> Allows<Reads> for X {}

#[diagnostic::do_not_recommend]
impl<X: Write + ?Sized> Allows<Writes> for X {}
