//! What is read: a value, a tuple of values, whole tables, or a struct made of them.

use std::marker::PhantomData;

use super::scope::{Contains, TableRows};
use crate::error::Result;
use crate::query::expr::as_value;
use crate::query::node::Node;
use crate::query::row::{FromRow, RowReader};
use crate::query::table::Table;
use crate::query::{Column, Expr};
use crate::schema::const_check::list_has;
use crate::schema::{ColumnDef, ColumnType};
use crate::types::{Field, Nulls};

/// What a query over the tables `S` can read: a column, an expression, an aggregate, [`whole`] rows of a table, or a
/// tuple of up to twelve of these.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from `{S}`",
    note = "give it a column, an expression, `whole::<Table>()`, or a tuple of up to twelve of them"
)]
pub trait Selection<S, I> {
    /// The Rust value of it.
    type Output: Send + 'static;

    #[doc(hidden)]
    fn push(self, list: &mut List);

    #[doc(hidden)]
    fn read(row: &RowReader<'_>, at: &mut usize) -> Result<Self::Output>;
}

/// The expressions that are read.
#[doc(hidden)]
#[derive(Debug, Clone, Default)]
pub struct List(pub(crate) Vec<(Node, ColumnType)>);

/// Where the first column of a key is.
const fn first_of_key(columns: &[ColumnDef], key: &[&str]) -> usize {
    let mut at = 0;
    while at < columns.len() {
        if list_has(key, columns[at].name) {
            return at;
        }
        at += 1;
    }
    0
}

/// A field of a row, after the one before.
pub(super) fn next<F: Field>(row: &RowReader<'_>, at: &mut usize) -> Result<F> {
    let value = row.get(*at)?;
    *at += 1;
    Ok(value)
}

impl<S, I, T, F> Selection<S, I> for Column<T, F>
where
    S: Contains<T, I>,
    F: Field,
{
    type Output = <<F::Nulls as Nulls>::Or<S::Nulls> as Nulls>::Of<F::Base>;

    fn push(self, list: &mut List) {
        list.0.push((self.into_node(), F::TYPE));
    }

    fn read(row: &RowReader<'_>, at: &mut usize) -> Result<Self::Output> {
        next(row, at)
    }
}

impl<S, I, T, F> Selection<S, I> for Expr<T, F>
where
    S: Contains<T, I>,
    F: Field,
{
    type Output = <<F::Nulls as Nulls>::Or<S::Nulls> as Nulls>::Of<F::Base>;

    fn push(self, list: &mut List) {
        list.0.push((as_value::<F>(self.into_node()), F::TYPE));
    }

    fn read(row: &RowReader<'_>, at: &mut usize) -> Result<Self::Output> {
        next(row, at)
    }
}

/// All columns of a table, or of an alias of one: its row, or an `Option` of it where a join may have found none.
pub const fn whole<T: TableRows>() -> Whole<T> {
    Whole(PhantomData)
}

/// All columns of a table, from [`whole`].
#[derive(Debug, Clone, Copy)]
pub struct Whole<T>(PhantomData<fn() -> T>);

impl<S, I, T: TableRows> Selection<S, I> for Whole<T>
where
    S: Contains<T, I>,
{
    type Output = <S::Nulls as Nulls>::Row<T::Row>;

    fn push(self, list: &mut List) {
        list.0.extend(columns_of::<T>());
    }

    fn read(row: &RowReader<'_>, at: &mut usize) -> Result<Self::Output> {
        // A key is never NULL: where it is, there was no row.
        let key = const { first_of_key(T::Row::TABLE.columns, T::Row::KEY_COLUMNS) };
        let value = S::Nulls::row(|| row.is_null(*at + key), || T::Row::from_row(&row.from(*at)))?;
        *at += T::Row::TABLE.columns.len();
        Ok(value)
    }
}

/// The columns of a table by the name that the query knows it by.
pub(super) fn columns_of<T: TableRows>() -> impl Iterator<Item = (Node, ColumnType)> {
    T::Row::TABLE.columns.iter().map(|column| (Node::Of(T::name(), column.name), column.ty))
}

macro_rules! tuple {
    ($($item:ident $place:ident $index:tt),*) => {
        #[diagnostic::do_not_recommend]
        impl<S, $($item, $place),*> Selection<S, ($($place,)*)> for ($($item,)*)
        where
            $($item: Selection<S, $place>,)*
        {
            type Output = ($($item::Output,)*);

            fn push(self, list: &mut List) {
                $(self.$index.push(list);)*
            }

            fn read(row: &RowReader<'_>, at: &mut usize) -> Result<Self::Output> {
                Ok(($($item::read(row, at)?,)*))
            }
        }
    };
}

tuple!(A IA 0);
tuple!(A IA 0, B IB 1);
tuple!(A IA 0, B IB 1, C IC 2);
tuple!(A IA 0, B IB 1, C IC 2, D ID 3);
tuple!(A IA 0, B IB 1, C IC 2, D ID 3, E IE 4);
tuple!(A IA 0, B IB 1, C IC 2, D ID 3, E IE 4, F IF 5);
tuple!(A IA 0, B IB 1, C IC 2, D ID 3, E IE 4, F IF 5, G IG 6);
tuple!(A IA 0, B IB 1, C IC 2, D ID 3, E IE 4, F IF 5, G IG 6, H IH 7);
tuple!(A IA 0, B IB 1, C IC 2, D ID 3, E IE 4, F IF 5, G IG 6, H IH 7, J IJ 8);
tuple!(A IA 0, B IB 1, C IC 2, D ID 3, E IE 4, F IF 5, G IG 6, H IH 7, J IJ 8, K IK 9);
tuple!(A IA 0, B IB 1, C IC 2, D ID 3, E IE 4, F IF 5, G IG 6, H IH 7, J IJ 8, K IK 9, L IL 10);
tuple!(A IA 0, B IB 1, C IC 2, D ID 3, E IE 4, F IF 5, G IG 6, H IH 7, J IJ 8, K IK 9, L IL 10, M IM 11);

/// That a struct has fields of just these types, in this order. `#[derive(CrdbRow)]` makes it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not have the fields `{O}`",
    label = "the query reads `{O}`",
    note = "the struct's fields are filled in the order in which they are declared, and their types must be those that are read"
)]
pub trait ReadsFrom<O>: FromRow {}
