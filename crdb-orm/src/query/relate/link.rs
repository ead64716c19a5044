//! A relation as the derive declares it.

use std::fmt;
use std::marker::PhantomData;

use super::keys::{KeyType, KeyWriter};
use super::shape::{Linked, Many, One};
use crate::query::read::{Relation as _, RelationSource};
use crate::query::table::Table;
use crate::schema::TypeName;
use crate::schema::const_check::{list_has, str_eq};
use crate::types::{NotNull, Nullable};

/// The rows of `C` that belong to a row of `P`: a constant that `#[derive(CrdbTable)]` makes of `has_many`, `has_one`,
/// `belongs_to` or `many_to_many`.
///
/// It is given to [`Select::with`](crate::query::Select::with), as it is or narrowed by [`filter`](Self::filter),
/// [`order_by`](Self::order_by) and [`limit`](Self::limit).
pub struct Link<P, C, S> {
    pub(in crate::query) key: LinkKey<P>,
    /// The columns of `C`, or of the table between, that equal the key.
    pub(in crate::query) columns: &'static [&'static str],
    pub(in crate::query) through: Option<Through>,
    types: PhantomData<fn() -> (C, S)>,
}

/// Any number of rows whose foreign key refers to a `P`.
pub type HasMany<P, C> = Link<P, C, Many>;

/// The row whose foreign key, which is unique, refers to a `P`, if there is one.
pub type HasOne<P, C> = Link<P, C, One<Nullable>>;

/// The row to which a foreign key of `P` refers. It is an `Option` where the key may be NULL.
pub type BelongsTo<P, C, N = NotNull> = Link<P, C, One<N>>;

/// Any number of rows that a table between says to belong to a `P`.
///
/// `MORE` is whether a row of the table between has columns of its own that must be given, such as a quantity. Such rows are
/// read by it as any others, and inserted by a `has_many` of the table between.
pub type ManyToMany<P, C, const MORE: bool = false> = Link<P, C, Linked<MORE>>;

/// Whether a row of the table between has to give other columns than those of the two keys.
#[doc(hidden)]
pub const fn gives_more<J: Table>(from: &[&str], to: &[&str]) -> bool {
    let columns = J::TABLE.columns;
    let mut i = 0;
    while i < columns.len() {
        let column = &columns[i];
        // The handle gives the tenant.
        let tenant = match J::__GUARD.tenant {
            Some(tenant) => str_eq(tenant.name, column.name),
            None => false,
        };
        if column.is_required() && !tenant && !list_has(from, column.name) && !list_has(to, column.name) {
            return true;
        }
        i += 1;
    }
    false
}

/// What of a `P` others are looked for by.
#[doc(hidden)]
pub struct LinkKey<P> {
    pub(in crate::query) columns: &'static [&'static str],
    pub(in crate::query) types: &'static [KeyType],
    pub(super) write: fn(&P, &mut KeyWriter<'_>),
}

impl<P> LinkKey<P> {
    /// The columns, their types, and how their values are had.
    pub const fn new(
        columns: &'static [&'static str],
        types: &'static [KeyType],
        write: fn(&P, &mut KeyWriter<'_>),
    ) -> Self {
        Self { columns, types, write }
    }
}

impl<P> Clone for LinkKey<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for LinkKey<P> {}

/// The table between two tables.
#[derive(Debug, Clone, Copy)]
pub(in crate::query) struct Through {
    pub(in crate::query) table: &'static TypeName,
    pub(in crate::query) source: RelationSource,
    /// Its columns that refer to the rows that are read.
    pub(in crate::query) to: &'static [&'static str],
}

impl<P, C, S> Link<P, C, S> {
    /// The rows whose columns equal the key.
    #[doc(hidden)]
    pub const fn new(key: LinkKey<P>, columns: &'static [&'static str]) -> Self {
        Self { key, columns, through: None, types: PhantomData }
    }

    /// The row whose primary key equals the key.
    #[doc(hidden)]
    pub const fn to_key(key: LinkKey<P>) -> Self
    where
        C: Table,
    {
        Self::new(key, C::KEY_COLUMNS)
    }

    /// The rows that rows of the table `J`, whose columns equal the key, refer to.
    #[doc(hidden)]
    pub const fn through<J: Table>(
        key: LinkKey<P>,
        columns: &'static [&'static str],
        to: &'static [&'static str],
    ) -> Self {
        let through = Some(Through { table: &J::NAME, source: J::SOURCE, to });
        Self { key, columns, through, types: PhantomData }
    }

    /// The same rows, counted otherwise.
    pub(super) const fn cast<R>(self) -> Link<P, C, R> {
        Link { key: self.key, columns: self.columns, through: self.through, types: PhantomData }
    }
}

impl<P, C, S> Clone for Link<P, C, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P, C, S> Copy for Link<P, C, S> {}

impl<P, C: Table, S> fmt::Debug for Link<P, C, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Link");
        shown.field("to", &C::NAME.name).field("columns", &self.columns);
        if let Some(through) = &self.through {
            shown.field("through", &through.table.name);
        }
        shown.finish_non_exhaustive()
    }
}
