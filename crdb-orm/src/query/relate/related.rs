//! A relation as it is asked for: which rows of it, how many, and what is loaded with them.

use std::fmt;

use super::keys::empty_arrays;
use super::link::Link;
use super::load::{Also, Load, LoadAll, RoomForMore};
use super::shape::{AnyNumber, Shape};
use super::text::Narrowed;
use crate::error::Result;
use crate::exec::{BoxFuture, Reaches, Read};
use crate::query::expr::IntoFilter;
use crate::query::guard::{Deleted, SoftDelete};
use crate::query::node::Node;
use crate::query::read::{Ordered, Orders};
use crate::query::table::Table;

/// A [`Link`] that is narrowed, or with which other relations are loaded.
#[must_use = "it is to be given to `.with(..)`, or loaded by `.load(&rows, &db)`"]
pub struct Related<P, C, S, W = ()> {
    pub(super) link: Link<P, C, S>,
    pub(super) narrowed: Narrowed,
    pub(super) with: W,
}

impl<P, C, S> From<Link<P, C, S>> for Related<P, C, S> {
    fn from(link: Link<P, C, S>) -> Self {
        Self { link, narrowed: Narrowed::default(), with: () }
    }
}

impl<P, C, S, W: Clone> Clone for Related<P, C, S, W> {
    fn clone(&self) -> Self {
        Self { link: self.link, narrowed: self.narrowed.clone(), with: self.with.clone() }
    }
}

impl<P, C: Table, S, W> fmt::Debug for Related<P, C, S, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Related")
            .field("link", &self.link)
            .field("narrowed", &self.narrowed)
            .finish_non_exhaustive()
    }
}

impl<P: Table, C: Table, S: Shape, W> Related<P, C, S, W> {
    /// Narrows the rows: a condition that holds as well as those before. What had to be there may then be missing: the row
    /// of a `belongs_to` becomes an `Option`.
    pub fn filter(self, condition: impl IntoFilter<C>) -> Related<P, C, S::Filtered, W> {
        let Self { link, mut narrowed, with } = self;
        narrowed.filter = Some(Node::and(narrowed.filter, condition.__condition().into_node()));
        Related { link: link.cast(), narrowed, with }
    }

    /// Loads deleted rows, too.
    pub fn with_deleted(mut self) -> Self
    where
        C: SoftDelete,
    {
        self.narrowed.deleted = Deleted::Shown;
        self
    }

    /// Loads a relation of these rows, too: each becomes a tuple of the row and of what belongs to it.
    pub fn with<L: Load<C>>(self, relation: L) -> Related<P, C, S, W::With>
    where
        W: Also<L> + RoomForMore,
    {
        Related { link: self.link, narrowed: self.narrowed, with: self.with.__also(relation) }
    }

    /// What belongs to rows that were read before, in their order.
    ///
    /// # Errors
    /// A statement's errors, and a row that has to be there and is gone (`is_related_not_found`).
    #[allow(clippy::type_complexity, reason = "a name for it would hide what is returned")]
    pub fn load<'a, X: Read + Reaches<C::Scope> + ?Sized>(
        self,
        rows: &'a [P],
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Vec<S::Of<W::Row>>>>
    where
        W: LoadAll<C>,
    {
        self.__load(rows, executor.handle())
    }

    /// The text of its own statement.
    pub fn to_sql(&self) -> String {
        let arrays = empty_arrays(self.link.key.types);
        self.link.statement(self.narrowed.clone(), arrays).sql.into_owned()
    }
}

// The bound stands on the methods, so that the compiler says why there is no order of one row.
impl<P: Table, C: Table, S, W> Related<P, C, S, W> {
    /// Orders the rows; a further call decides between rows that are equal in those before.
    pub fn order_by<I>(mut self, order: impl Orders<C, I>) -> Self
    where
        S: AnyNumber,
    {
        order.__push(&mut Ordered(&mut self.narrowed.order));
        self
    }

    /// Reads at most so many rows for each row that they belong to.
    ///
    /// Still one statement: `LATERAL` over the keys, so that an index on the foreign key and the columns of the order finds
    /// the first rows of each without reading the others.
    pub fn limit(mut self, rows: u64) -> Self
    where
        S: AnyNumber,
    {
        self.narrowed.limit = Some(rows);
        self
    }
}

impl<P: Table, C: Table, S: Shape> Link<P, C, S> {
    /// Narrows the rows: see [`Related::filter`].
    pub fn filter(self, condition: impl IntoFilter<C>) -> Related<P, C, S::Filtered> {
        Related::from(self).filter(condition)
    }

    /// Loads deleted rows, too.
    pub fn with_deleted(self) -> Related<P, C, S>
    where
        C: SoftDelete,
    {
        Related::from(self).with_deleted()
    }

    /// Loads a relation of these rows, too: see [`Related::with`].
    pub fn with<L: Load<C>>(self, relation: L) -> Related<P, C, S, (L,)> {
        Related::from(self).with(relation)
    }

    /// What belongs to rows that were read before, in their order.
    ///
    /// # Errors
    /// See [`Related::load`].
    pub fn load<'a, X: Read + Reaches<C::Scope> + ?Sized>(
        self,
        rows: &'a [P],
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Vec<S::Of<C>>>> {
        self.__load(rows, executor.handle())
    }

    /// The text of its statement.
    pub fn to_sql(&self) -> String {
        Related::from(*self).to_sql()
    }
}

impl<P: Table, C: Table, S> Link<P, C, S> {
    /// Orders the rows.
    pub fn order_by<I>(self, order: impl Orders<C, I>) -> Related<P, C, S>
    where
        S: AnyNumber,
    {
        Related::from(self).order_by(order)
    }

    /// Reads at most so many rows for each row that they belong to: see [`Related::limit`].
    pub fn limit(self, rows: u64) -> Related<P, C, S>
    where
        S: AnyNumber,
    {
        Related::from(self).limit(rows)
    }
}
