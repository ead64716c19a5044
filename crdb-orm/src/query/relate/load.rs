//! Levels: one statement each, whatever the number of rows.

use futures_util::try_join;
use tokio_postgres::Row;

use super::keys::{Keys, sample_arrays};
use super::link::Link;
use super::related::Related;
use super::shape::{Belonging, Shape, Uneven};
use crate::conn::Sink;
use crate::error::{Error, Kind, Result};
use crate::exec::{BoxFuture, Handle, Label, Statement};
use crate::query::row::RowReader;
use crate::query::table::Table;

/// A relation of `P`, as it is loaded: a constant such as `Customer::ORDERS`, narrowed or not.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a relation of `{P}`",
    label = "expected a relation of `{P}`",
    note = "a relation is a constant of its own struct: `{P}::ORDERS`, made by `#[crdb(has_many(orders = Order::USER_ID))]`; \
            `has_one`, `belongs_to` and `many_to_many` make others"
)]
pub trait Load<P>: Send + 'static {
    /// What belongs to one `P`: a `Vec`, a row, or an `Option` of one.
    type Output: Send + 'static;

    /// What belongs to each of the rows, in their order.
    #[doc(hidden)]
    fn __load<'a>(self, rows: &'a [P], handle: Handle<'a>) -> BoxFuture<'a, Result<Vec<Self::Output>>>;

    /// Its statements, each before those of what is loaded with its rows, for a key that no row is likely to have.
    #[doc(hidden)]
    fn __statements(&self) -> Vec<Statement>;
}

impl<P: Table, C: Table, S: Shape> Load<P> for Link<P, C, S> {
    type Output = S::Of<C>;

    fn __load<'a>(self, rows: &'a [P], handle: Handle<'a>) -> BoxFuture<'a, Result<Vec<S::Of<C>>>> {
        Related::from(self).__load(rows, handle)
    }

    fn __statements(&self) -> Vec<Statement> {
        Related::from(*self).__statements()
    }
}

impl<P: Table, C: Table, S: Shape, W: LoadAll<C>> Load<P> for Related<P, C, S, W> {
    type Output = S::Of<W::Row>;

    fn __load<'a>(self, rows: &'a [P], handle: Handle<'a>) -> BoxFuture<'a, Result<Vec<Self::Output>>> {
        Box::pin(level(self, rows, handle))
    }

    fn __statements(&self) -> Vec<Statement> {
        let arrays = sample_arrays(self.link.key.types);
        let mut statements = vec![self.link.statement(self.narrowed.clone(), arrays)];
        statements.extend(self.with.__statements());
        statements
    }
}

async fn level<P: Table, C: Table, S: Shape, W: LoadAll<C>>(
    related: Related<P, C, S, W>,
    parents: &[P],
    handle: Handle<'_>,
) -> Result<Vec<S::Of<W::Row>>> {
    let Related { link, narrowed, with } = related;
    let invalid = |why| Error::invalid_value(C::SELECT, link.key.columns.first().copied(), why);
    let mut keys = Keys::new(parents, link.key.types, link.key.write).map_err(invalid)?;
    let at = link.key_at(&narrowed);
    let arrays = keys.take_arrays();
    let mut read = Children::<C> {
        keys,
        at: &at,
        columns: link.columns,
        before: 0,
        owners: Vec::new(),
        rows: Vec::new(),
        failed: None,
    };
    for arrays in arrays {
        let statement = link.statement(narrowed.clone(), arrays);
        read.before = read.owners.len();
        handle.rows_into(&statement, &mut read).await?;
        if let Some(error) = read.failed {
            return Err(error);
        }
    }
    let owners = read.owners;
    let rows = with.__attach(read.rows, handle).await?;
    S::gather(parents.len(), Belonging { owners, rows }).map_err(|uneven| match uneven {
        Uneven::Missing(_) => gone::<P, C>(),
        Uneven::Several(_) => Error::too_many_rows(C::SELECT),
    })
}

/// The rows of a level, as they come.
struct Children<'l, C> {
    keys: Keys,
    /// The columns of the answer that are the key.
    at: &'l [usize],
    columns: &'static [&'static str],
    /// How many there were before this statement.
    before: usize,
    owners: Vec<usize>,
    rows: Vec<C>,
    failed: Option<Error>,
}

impl<C: Table> Children<'_, C> {
    fn read(&mut self, row: &Row) -> Result<()> {
        let found = self.keys.owners(row, self.at).map_err(|why| strange::<C>(self.columns, why))?;
        let Some(found) = found else { return Err(strange::<C>(self.columns, "nobody asked for it")) };
        for owner in found {
            // A row of several is read once for each of them: each has a value of its own.
            self.rows.push(C::from_row(&RowReader::new(row, C::SELECT))?);
            self.owners.push(owner);
        }
        Ok(())
    }
}

impl<C: Table> Sink for Children<'_, C> {
    fn take(&mut self, row: Row) {
        if self.failed.is_none() {
            self.failed = self.read(&row).err();
        }
    }

    fn clear(&mut self) {
        self.owners.truncate(self.before);
        self.rows.truncate(self.before);
        self.failed = None;
    }
}

fn strange<C: Table>(columns: &[&str], why: impl std::fmt::Display) -> Error {
    Error::decode(C::SELECT, columns.first().copied().unwrap_or("?"), "the key of the relation", why)
}

fn gone<P: Table, C: Table>() -> Error {
    let message = format!("a row of `{}` refers to a row of `{}` that is not there", P::NAME, C::NAME);
    let error = Error::of_kind(Kind::RelatedNotFound, message)
        .with_label(Label { verb: "select", table: Some(C::NAME.name) });
    if C::__GUARD.deleted.is_some() {
        return error.with_advice(
            "deleted rows are left out: `.with_deleted()` on the relation loads them, too, and `.filter(..)` makes it an `Option`",
        );
    }
    error.with_advice(
        "it was deleted between the two reads: read both in one transaction (`&tx`) or as of one moment (`db.snapshot()`)",
    )
}

/// Several relations of `C`: a tuple of none to six.
#[doc(hidden)]
pub trait LoadAll<C>: Send + 'static {
    /// A row with what was loaded: the row alone, or a tuple.
    type Row: Send + 'static;

    fn __attach<'a>(self, rows: Vec<C>, handle: Handle<'a>) -> BoxFuture<'a, Result<Vec<Self::Row>>>;

    /// See [`Load::__statements`].
    fn __statements(&self) -> Vec<Statement>;
}

impl<C: Table> LoadAll<C> for () {
    type Row = C;

    fn __attach<'a>(self, rows: Vec<C>, _: Handle<'a>) -> BoxFuture<'a, Result<Vec<C>>> {
        Box::pin(std::future::ready(Ok(rows)))
    }

    fn __statements(&self) -> Vec<Statement> {
        Vec::new()
    }
}

/// A tuple of relations, and one more.
#[doc(hidden)]
pub trait Also<L> {
    /// All of them.
    type With;

    #[doc(hidden)]
    fn __also(self, next: L) -> Self::With;
}

macro_rules! tuple {
    ($($name:ident $loaded:ident $index:tt),*) => {
        impl<T: Table, $($name: Load<T>),*> LoadAll<T> for ($($name,)*) {
            type Row = (T, $($name::Output),*);

            fn __attach<'a>(self, rows: Vec<T>, handle: Handle<'a>) -> BoxFuture<'a, Result<Vec<Self::Row>>> {
                Box::pin(async move {
                    // They do not wait for each other.
                    let ($($loaded,)*) = try_join!($(self.$index.__load(&rows, handle)),*)?;
                    $(let mut $loaded = $loaded.into_iter();)*
                    let row = |row| Some((row, $($loaded.next()?),*));
                    Ok(rows.into_iter().map_while(row).collect())
                })
            }

            fn __statements(&self) -> Vec<Statement> {
                let mut all = Vec::new();
                $(all.extend(self.$index.__statements());)*
                all
            }
        }
    };
}

tuple!(A a 0);
tuple!(A a 0, B b 1);
tuple!(A a 0, B b 1, C c 2);
tuple!(A a 0, B b 1, C c 2, D d 3);
tuple!(A a 0, B b 1, C c 2, D d 3, E e 4);
tuple!(A a 0, B b 1, C c 2, D d 3, E e 4, F f 5);

macro_rules! also {
    ($($name:ident $index:tt),*) => {
        impl<$($name,)* L> Also<L> for ($($name,)*) {
            type With = ($($name,)* L,);

            fn __also(self, next: L) -> Self::With {
                ($(self.$index,)* next,)
            }
        }
    };
}

also!();
also!(A 0);
also!(A 0, B 1);
also!(A 0, B 1, C 2);
also!(A 0, B 1, C 2, D 3);
also!(A 0, B 1, C 2, D 3, E 4);

/// Six are all that there are, and [`RoomForMore`] refuses a seventh: were it this bound, which the type that `with` returns
/// is made of, the compiler would say that there is no such method, and not why.
impl<A, B, C, D, E, F, L> Also<L> for (A, B, C, D, E, F) {
    type With = Self;

    fn __also(self, _: L) -> Self {
        self
    }
}

/// A tuple of less than six relations, which has room for another one.
#[diagnostic::on_unimplemented(
    message = "at most six relations of a row come with it at once",
    label = "this is the seventh",
    note = "load the others for the rows that were read: `Customer::NOTES.load(&customers, &db)`",
    note = "an insert takes further rows behind `.root_only()`: those given before it are inserted, and do not come back"
)]
pub trait RoomForMore {}

/// One relation of a row: not a tuple of them, or the compiler would advise to put six into a tuple of one.
#[doc(hidden)]
pub trait OneRelation {}

impl<P, C, S> OneRelation for Link<P, C, S> {}
impl<P, C, S, W> OneRelation for Related<P, C, S, W> {}

macro_rules! room {
    ($($with:ident),*) => {
        impl<$($with: OneRelation),*> RoomForMore for ($($with,)*) {}
    };
}

room!();
room!(A);
room!(A, B);
room!(A, B, C);
room!(A, B, C, D);
room!(A, B, C, D, E);
