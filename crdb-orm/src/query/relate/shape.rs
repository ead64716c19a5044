//! How many rows belong to one.

use std::marker::PhantomData;

use crate::types::{Nullable, Nulls};

/// How many rows belong to one, as a type.
#[doc(hidden)]
pub trait Shape: Send + Sync + 'static {
    /// What is loaded for one row.
    type Of<R: Send + 'static>: Send + 'static;
    /// The shape when a filter may leave rows out.
    type Filtered: Shape;

    /// Puts the rows, each with the place of the one that it belongs to, together.
    fn gather<R: Send + 'static>(owners: usize, rows: Belonging<R>) -> Result<Vec<Self::Of<R>>, Uneven>;
}

/// Rows, and for each the place of the one that it belongs to.
#[doc(hidden)]
#[derive(Debug)]
pub struct Belonging<R> {
    pub(super) owners: Vec<usize>,
    pub(super) rows: Vec<R>,
}

/// What is wrong with the rows of one, whose place it names.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum Uneven {
    /// There has to be one, and there is none.
    Missing(usize),
    /// There can be only one.
    Several(usize),
}

/// Any number: a `Vec`.
#[derive(Debug, Clone, Copy)]
pub struct Many;

/// Any number of rows that another table says to belong: a `Vec`. `MORE` is whether a row of the table between needs more
/// than the two keys, such as a quantity.
#[derive(Debug, Clone, Copy)]
pub struct Linked<const MORE: bool = false>;

/// Any number of rows, however they belong.
#[diagnostic::on_unimplemented(
    message = "one row at most belongs here",
    label = "a relation of one row has no order and no limit",
    note = "an order and a limit are for relations of any number of rows: `has_many` and `many_to_many`"
)]
pub trait AnyNumber: Shape {}

/// Rows that another table says to belong, and that can be linked by it.
#[diagnostic::on_unimplemented(
    message = "this relation has no table between, by which rows that are there already could be linked",
    label = "only a `many_to_many` links rows",
    note = "the rows of a `has_many` or a `has_one` say themselves to what they belong: update their foreign key"
)]
pub trait ByTable: Shape {}

impl<const MORE: bool> ByTable for Linked<MORE> {}

/// A relation by which rows can be inserted: what it says of a row is all that has to be known.
#[diagnostic::on_unimplemented(
    message = "a row of the table between has a column of its own that must be given, and a `many_to_many` gives the two keys alone",
    label = "rows cannot be inserted by this `many_to_many`",
    note = "give the rows of the table between themselves, by a `has_many` of it: `.with(Order::LINES, [OrderProduct::insert().product_id(id).quantity(2)])`",
    note = "or let the column have a default, or be an `Option`"
)]
pub trait Inserts: Shape {}

impl Inserts for Many {}
impl<N: Nulls> Inserts for One<N> {}
impl Inserts for Linked {}

impl AnyNumber for Many {}
impl<const MORE: bool> AnyNumber for Linked<MORE> {}

impl<const MORE: bool> Shape for Linked<MORE> {
    type Of<R: Send + 'static> = Vec<R>;
    type Filtered = Self;

    fn gather<R: Send + 'static>(owners: usize, rows: Belonging<R>) -> Result<Vec<Vec<R>>, Uneven> {
        Many::gather(owners, rows)
    }
}

/// One, or at most one: the row, or an `Option` of it.
#[derive(Debug, Clone, Copy)]
pub struct One<N>(PhantomData<fn() -> N>);

impl Shape for Many {
    type Of<R: Send + 'static> = Vec<R>;
    type Filtered = Self;

    fn gather<R: Send + 'static>(owners: usize, rows: Belonging<R>) -> Result<Vec<Vec<R>>, Uneven> {
        let mut counts = vec![0_usize; owners];
        for owner in &rows.owners {
            if let Some(count) = counts.get_mut(*owner) {
                *count += 1;
            }
        }
        let mut all: Vec<Vec<R>> = counts.into_iter().map(Vec::with_capacity).collect();
        for (owner, row) in rows.owners.into_iter().zip(rows.rows) {
            if let Some(list) = all.get_mut(owner) {
                list.push(row);
            }
        }
        Ok(all)
    }
}

impl<N: Nulls> Shape for One<N> {
    type Of<R: Send + 'static> = N::Row<R>;
    type Filtered = One<Nullable>;

    fn gather<R: Send + 'static>(owners: usize, rows: Belonging<R>) -> Result<Vec<N::Row<R>>, Uneven> {
        let mut all: Vec<Option<R>> = Vec::new();
        all.resize_with(owners, || None);
        for (owner, row) in rows.owners.into_iter().zip(rows.rows) {
            if let Some(slot) = all.get_mut(owner)
                && slot.replace(row).is_some()
            {
                return Err(Uneven::Several(owner));
            }
        }
        let one = |(i, slot): (usize, Option<R>)| {
            let missing = slot.is_none();
            N::row(|| missing, || slot.ok_or(Uneven::Missing(i)))
        };
        all.into_iter().enumerate().map(one).collect()
    }
}

/// What belongs to one, of these rows; `None` where they are too many or too few.
pub(in crate::query) fn gather_one<S: Shape, R: Send + 'static>(rows: Vec<R>) -> Option<S::Of<R>> {
    let belonging = Belonging { owners: vec![0; rows.len()], rows };
    S::gather(1, belonging).ok()?.pop()
}
