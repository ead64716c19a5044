//! What is below a row: planned when the row's key is known, and read when the answers are there.

use std::fmt;

use super::linked::between;
use super::parent::{ChildOf, ParentKey};
use super::plan::{Answers, At, Place, Plan, Read, Target};
use super::{Grown, Tree, label};
use crate::error::{Error, Result};
use crate::query::bulk::{Columns, NewRow};
use crate::query::relate::{Link, Linked, Many, One, OneRelation, Shape, gather_one};
use crate::query::table::Table;
use crate::types::Nulls;

/// Where rows below a row are planned.
#[doc(hidden)]
#[derive(Debug)]
pub struct Planting<'p> {
    pub(super) above: &'p Columns,
    pub(super) at: At,
    pub(super) plan: &'p mut Plan,
}

impl<'p> Planting<'p> {
    /// Below a row that stands there.
    pub(super) fn new(above: &'p Columns, at: At, plan: &'p mut Plan) -> Self {
        Self { above, at, plan }
    }

    /// The same place among the rows of one relation: the nth of those of the row above.
    fn relation(&mut self, n: usize) -> Planting<'_> {
        let at = self.plan.below(self.at, n);
        Planting { above: self.above, at, plan: self.plan }
    }
}

/// Plans the rows of a relation below one row, and says how they are read.
type Plant<O> = Box<dyn FnOnce(Planting<'_>) -> Result<Reading<O>> + Send>;

/// The rows of one relation below a row, of which `O` comes back: a `Vec`, or an `Option`.
pub struct Branch<O>(Plant<O>);

impl<O> fmt::Debug for Branch<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Branch").finish_non_exhaustive()
    }
}

impl<O> OneRelation for Branch<O> {}

impl<O: 'static> Branch<O> {
    /// The same rows, of which nothing comes back.
    pub(super) fn silent(self) -> Planter {
        Box::new(move |planting| {
            let mut at = planting.at;
            at.wanted = false;
            (self.0)(Planting { at, ..planting }).map(drop)
        })
    }
}

/// Plans rows of which nothing comes back.
pub(super) type Planter = Box<dyn FnOnce(Planting<'_>) -> Result<()> + Send>;

/// How the rows of one relation are read.
#[doc(hidden)]
pub struct Reading<O>(Read<O>);

impl<O> fmt::Debug for Reading<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading").finish_non_exhaustive()
    }
}

/// What is below a row of `T`: nothing, or a tuple of one to six relations.
#[doc(hidden)]
pub trait Below<T>: Send + 'static {
    /// What comes back: the row alone, or a tuple of it and of what is below.
    type Row: Send + 'static;
    /// How it is read.
    type Reading: Send + 'static;

    /// Plans it.
    fn plant(self, planting: &mut Planting<'_>) -> Result<Self::Reading>;

    /// Reads it, given the row.
    fn read(reading: Self::Reading, row: T, answers: &Answers) -> Result<Self::Row>;

    /// The same, of which nothing comes back.
    #[doc(hidden)]
    fn silent(self, into: &mut Silent);
}

/// Rows of which nothing comes back.
#[doc(hidden)]
#[derive(Default)]
pub struct Silent(pub(super) Vec<Planter>);

impl fmt::Debug for Silent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Silent").field(&self.0.len()).finish()
    }
}

impl<T: Send + 'static> Below<T> for () {
    type Row = T;
    type Reading = ();

    fn plant(self, _: &mut Planting<'_>) -> Result<()> {
        Ok(())
    }

    fn read((): (), row: T, _: &Answers) -> Result<T> {
        Ok(row)
    }

    fn silent(self, _: &mut Silent) {}
}

impl<T, W: Below<T>> Below<T> for Grown<W> {
    type Row = W::Row;
    type Reading = W::Reading;

    fn plant(self, planting: &mut Planting<'_>) -> Result<W::Reading> {
        for (n, plant) in self.silent.0.into_iter().enumerate() {
            // Behind those of the tuple.
            plant(planting.relation(SILENT + n))?;
        }
        self.with.plant(planting)
    }

    fn read(reading: W::Reading, row: T, answers: &Answers) -> Result<W::Row> {
        W::read(reading, row, answers)
    }

    fn silent(mut self, into: &mut Silent) {
        into.0.append(&mut self.silent.0);
        self.with.silent(into);
    }
}

/// The number of the first relation of which nothing comes back.
const SILENT: usize = 6;
/// The number of the relation by which a row is named in the table between, behind all those of its own.
const BETWEEN: usize = usize::MAX;

macro_rules! tuple {
    ($($name:ident $index:tt),*) => {
        impl<T: Send + 'static, $($name: Send + 'static),*> Below<T> for ($(Branch<$name>,)*) {
            type Row = (T, $($name),*);
            type Reading = ($(Reading<$name>,)*);

            fn plant(self, planting: &mut Planting<'_>) -> Result<Self::Reading> {
                Ok(($((self.$index.0)(planting.relation($index))?,)*))
            }

            fn read(reading: Self::Reading, row: T, answers: &Answers) -> Result<Self::Row> {
                Ok((row, $((reading.$index.0)(answers)?),*))
            }

            fn silent(self, into: &mut Silent) {
                $(into.0.push(self.$index.silent());)*
            }
        }
    };
}

tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);

/// Rows of `C` that can be given for a relation of `P`: any number for a `has_many` or a `many_to_many`, one for a
/// `has_one`. Each may have rows below it. `H` says how they are given, and is always inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what this relation of `{P}` takes",
    note = "a `has_many` takes a list of `{C}::insert()`, without the foreign key; a `has_one` takes one of them; a `many_to_many` takes a list of whole inserts; each may have rows below it"
)]
pub trait NestedRows<P, C, S, O, H> {
    #[doc(hidden)]
    fn __branch(self, relation: Link<P, C, S>) -> Branch<O>;
}

/// What comes back of one row: it alone, or a tuple of it and of what is below.
type RowOf<P, C, B> = <<B as ChildOf<P, C>>::Below as Below<C>>::Row;

impl<P: Table, C: Table, B: ChildOf<P, C>, I: IntoIterator<Item = B>>
    NestedRows<P, C, Many, Vec<RowOf<P, C, B>>, ()> for I
{
    fn __branch(self, relation: Link<P, C, Many>) -> Branch<Vec<RowOf<P, C, B>>> {
        children(relation, self)
    }
}

impl<P: Table, C: Table, N: Nulls, B: ChildOf<P, C>> NestedRows<P, C, One<N>, N::Row<RowOf<P, C, B>>, ()>
    for B
{
    fn __branch(self, relation: Link<P, C, One<N>>) -> Branch<N::Row<RowOf<P, C, B>>> {
        children(relation, [self])
    }
}

/// A row of `C` beside which a table between names the row above: a whole insert, alone or with rows below it.
///
/// Whether the insert is whole is not said here, so that the compiler finds which of the two it is, and then says which
/// column is missing.
#[doc(hidden)]
pub trait LinkedRow<C, H>: 'static {
    /// The insert.
    type Root: Send + 'static;
    /// What is below it.
    type Below: Below<C>;

    fn __split(self) -> (Self::Root, Self::Below);
}

/// The row has nothing below it.
#[doc(hidden)]
#[derive(Debug)]
pub enum Alone {}

/// The row has rows below it.
#[doc(hidden)]
#[derive(Debug)]
pub enum WithRows {}

impl<C: Send + 'static, R: NewRow<C> + Send + 'static> LinkedRow<C, Alone> for R {
    type Root = R;
    type Below = ();

    fn __split(self) -> (R, ()) {
        (self, ())
    }
}

#[diagnostic::do_not_recommend]
impl<C: 'static, R: Send + 'static, W: Below<C>> LinkedRow<C, WithRows> for Tree<C, R, W> {
    type Root = R;
    type Below = Grown<W>;

    fn __split(self) -> (R, Grown<W>) {
        (self.root, self.below)
    }
}

/// What is below one such row, and what comes back of it.
type BelowOf<C, R, H> = <R as LinkedRow<C, H>>::Below;
type RowOfLinked<C, R, H> = <BelowOf<C, R, H> as Below<C>>::Row;

impl<P: Table, C: Table, H, I, const MORE: bool>
    NestedRows<P, C, Linked<MORE>, Vec<RowOfLinked<C, I::Item, H>>, H> for I
where
    I: IntoIterator<Item: LinkedRow<C, H, Root: NewRow<C>>>,
{
    fn __branch(self, relation: Link<P, C, Linked<MORE>>) -> Branch<Vec<RowOfLinked<C, I::Item, H>>> {
        let rows: Vec<_> = self.into_iter().map(LinkedRow::__split).collect();
        Branch(Box::new(move |planting| {
            let Planting { above, at, plan } = planting;
            let mut planted = Vec::with_capacity(rows.len());
            for (root, below) in rows {
                let row = Columns::one(|out| root.__write(out), label::<C>())?;
                if let Some((target, between)) = between(&relation, above, &row)? {
                    let beside = plan.below(at, BETWEEN);
                    plan.add(beside, target, between, &[])?;
                }
                planted.push(plan_row::<C, _>(row, below, at, plan, &[])?);
            }
            Ok(reading::<C, BelowOf<C, I::Item, H>, _>(planted, Ok))
        }))
    }
}

/// A row where it was planned, and how what is below it is read.
type Planted<W, C> = (Place, <W as Below<C>>::Reading);

fn children<P: Table, C: Table, S: Shape, B: ChildOf<P, C>>(
    relation: Link<P, C, S>,
    rows: impl IntoIterator<Item = B>,
) -> Branch<S::Of<RowOf<P, C, B>>> {
    let rows: Vec<B> = rows.into_iter().collect();
    Branch(Box::new(move |planting| {
        let Planting { above, at, plan } = planting;
        let key = ParentKey::of(&relation, above, C::__GUARD.tenant)?;
        let mut planted = Vec::with_capacity(rows.len());
        for given in rows {
            let mut below = None;
            let row = Columns::one(|out| below = Some(given.__child(&key, out)), label::<C>())?;
            // It was written just now.
            let Some(below) = below else { continue };
            planted.push(plan_row::<C, _>(row, below, at, plan, relation.columns)?);
        }
        Ok(reading::<C, B::Below, _>(planted, |rows| {
            gather_one::<S, _>(rows).ok_or_else(|| Error::not_found(label::<C>()))
        }))
    }))
}

/// Plans what is below a row, and then the row. `parent` are the columns that hold the key of the row above.
fn plan_row<C: Table, W: Below<C>>(
    row: Columns,
    below: W,
    at: At,
    plan: &mut Plan,
    parent: &[&'static str],
) -> Result<Planted<W, C>> {
    let reading = below.plant(&mut Planting::new(&row, at, plan))?;
    Ok((plan.add(at, Target::of::<C>(), row, parent)?, reading))
}

/// Reads the rows that were planned, and makes of them what comes back of their relation.
fn reading<C: Table, W: Below<C>, O: 'static>(
    planted: Vec<Planted<W, C>>,
    gather: fn(Vec<W::Row>) -> Result<O>,
) -> Reading<O> {
    Reading(Box::new(move |answers| {
        let read = |(place, below)| W::read(below, answers.read::<C>(place)?, answers);
        gather(planted.into_iter().map(read).collect::<Result<Vec<_>>>()?)
    }))
}
