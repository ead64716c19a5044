//! The rows of several queries put together.

use std::marker::PhantomData;

use super::scope::Contains;

/// What the whole of a UNION, INTERSECT or EXCEPT reads: that is what its first part `S` reads, by place.
#[derive(Debug)]
pub struct Combined<S>(PhantomData<fn() -> S>);

/// The place of a table in the first part.
#[doc(hidden)]
#[derive(Debug)]
pub struct InFirst<I>(PhantomData<I>);

#[diagnostic::do_not_recommend]
impl<S: Contains<T, I>, T, I> Contains<T, InFirst<I>> for Combined<S> {
    type Nulls = S::Nulls;
}
