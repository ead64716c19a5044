//! Which tables a query reads, as a type: a table, or a tuple of tables that are joined.

use crate::exec::Reaches;
use crate::query::guard::{Deleted, Guard};
use crate::query::node::Node;
use crate::query::table::Table;
use crate::query::{Column, Either, Expr};
use crate::schema::{TableDef, TypeName};
use crate::types::{Field, NotNull, Nullable, Nulls};

/// What rows are read from: a table, an alias of one, or a common table expression.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing that rows are read from",
    note = "put `#[derive(CrdbTable)]` on a struct, or name rows by `alias!` or `cte!`"
)]
pub trait Relation: 'static {
    #[doc(hidden)]
    const SOURCE: RelationSource;
    /// Whose rows they are: see [`Table::Scope`].
    type Scope;
}

/// A name after FROM.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct RelationSource {
    pub(crate) name: TypeName,
    pub(crate) alias: Option<TypeName>,
    /// The table, where it is one, and the name that the query knows it by.
    pub(crate) table: Option<(&'static TableDef, &'static TypeName)>,
    /// What narrows every read of it.
    pub(crate) guard: Guard,
    pub(crate) deleted: Deleted,
}

impl RelationSource {
    /// A common table expression: what narrows the tables in it is inside of it.
    pub const fn cte(name: TypeName) -> Self {
        Self { name, alias: None, table: None, guard: Guard::NONE, deleted: Deleted::Hidden }
    }

    /// A table.
    pub const fn table<T: Table>() -> Self {
        Self {
            name: T::NAME,
            alias: None,
            table: Some((T::TABLE, &T::NAME)),
            guard: T::__GUARD,
            deleted: Deleted::Hidden,
        }
    }

    /// A table under another name.
    pub const fn alias<A: Alias>() -> Self {
        Self {
            alias: Some(A::ALIAS),
            table: Some((<A::Table as Table>::TABLE, &A::ALIAS)),
            ..Self::table::<A::Table>()
        }
    }

    pub(crate) const fn showing(mut self, deleted: Deleted) -> Self {
        self.deleted = deleted;
        self
    }

    /// The condition that narrows it.
    pub(crate) fn condition(&self) -> Option<Node> {
        self.guard.condition(self.alias.unwrap_or(self.name), self.deleted)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Table> Relation for T {
    const SOURCE: RelationSource = RelationSource::table::<T>();
    type Scope = T::Scope;
}

/// A second name of a table, for a query that reads it twice: made by [`alias!`](crate::alias).
pub trait Alias: Relation {
    /// The table.
    type Table: Table;
    /// The other name.
    const ALIAS: TypeName;
}

impl<T, F> Column<T, F> {
    /// The same column of the table under another name: see [`alias!`](crate::alias).
    pub const fn under<A: Alias<Table = T>>(self) -> Column<A, F> {
        Column::in_table(self.name(), &A::ALIAS)
    }
}

/// Gives a table a second name.
///
/// ```
/// use crdb_orm::prelude::*;
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "employees")]
/// # struct Employee { #[crdb(primary_key)] id: Uuid, name: String, manager_id: Option<Uuid> }
///
/// crdb_orm::alias!(Manager = Employee as "manager");
///
/// let pairs = Employee::query()
///     .join(Employee::MANAGER_ID.joins(Employee::ID.under::<Manager>()))
///     .select((Employee::NAME, Employee::NAME.under::<Manager>()));
/// assert_eq!(
///     pairs.to_sql(),
///     "SELECT employees.name, manager.name FROM employees \
///      JOIN employees AS manager ON employees.manager_id = manager.id"
/// );
/// ```
#[macro_export]
macro_rules! alias {
    ($vis:vis $name:ident = $table:ty as $alias:literal) => {
        #[doc = concat!("`", $alias, "`: a second name of a table.")]
        #[derive(Debug, Clone, Copy)]
        $vis struct $name;

        impl $crate::query::Relation for $name {
            const SOURCE: $crate::query::RelationSource = $crate::query::RelationSource::alias::<Self>();
            type Scope = <$table as $crate::Table>::Scope;
        }

        impl $crate::query::TableRows for $name {
            type Row = $table;

            fn name() -> &'static $crate::schema::TypeName {
                &<Self as $crate::query::Alias>::ALIAS
            }
        }

        impl $crate::query::Alias for $name {
            type Table = $table;
            const ALIAS: $crate::schema::TypeName = $crate::schema::TypeName::new($alias);
        }
    };
}

/// The rows of a table, under its own name or under another one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no whole rows",
    note = "a table has them, and an alias of one; of a part with a name read the columns"
)]
pub trait TableRows: Relation {
    /// The table.
    type Row: Table;
    /// The name that the query knows it by.
    #[doc(hidden)]
    fn name() -> &'static TypeName;
}

#[diagnostic::do_not_recommend]
impl<T: Table> TableRows for T {
    type Row = T;

    fn name() -> &'static TypeName {
        &T::NAME
    }
}

/// A table of a query that may have no row: the right side of a left join.
#[derive(Debug, Clone, Copy)]
pub struct Maybe<T>(std::marker::PhantomData<fn() -> T>);

/// A table of a query, or one that may have no row.
#[doc(hidden)]
pub trait Slot {
    type Relation: Relation;
    type Nulls: Nulls;
    /// The same where a row may be missing.
    type Loose: Slot<Relation = Self::Relation>;
}

impl<T: Relation> Slot for T {
    type Relation = T;
    type Nulls = NotNull;
    type Loose = Maybe<T>;
}

impl<T: Relation> Slot for Maybe<T> {
    type Relation = T;
    type Nulls = Nullable;
    type Loose = Self;
}

/// That a query reads table `T`, or all the tables of the tuple `T`. `I` says where, and is always inferred.
#[diagnostic::on_unimplemented(
    message = "this query does not read `{T}`",
    label = "it reads `{Self}`",
    note = "join the table first: `.join(Order::USER_ID.joins(Customer::ID))`"
)]
pub trait Contains<T, I> {
    /// Whether its columns may be NULL because a row may be missing.
    #[doc(hidden)]
    type Nulls: Nulls;
}

/// The query reads one table.
#[doc(hidden)]
#[derive(Debug)]
pub enum Alone {}

/// The place of a table in a tuple.
#[doc(hidden)]
#[derive(Debug)]
pub enum Place<const N: usize> {}

/// The places of several tables.
#[doc(hidden)]
#[derive(Debug)]
pub struct Places<I>(std::marker::PhantomData<I>);

impl<T: Relation> Contains<T, Alone> for T {
    type Nulls = NotNull;
}

/// No table at all: what a value or a function of values reads.
#[doc(hidden)]
#[derive(Debug)]
pub enum Nowhere {}

#[diagnostic::do_not_recommend]
impl<S> Contains<(), Nowhere> for S {
    type Nulls = NotNull;
}

/// What a scope is when a table is joined to it.
#[diagnostic::on_unimplemented(message = "a query reads at most six tables")]
pub trait Extend<U> {
    /// The tables with `U` behind them.
    type With;
}

#[diagnostic::do_not_recommend]
impl<T: Relation, U> Extend<U> for T {
    type With = (T, U);
}

#[diagnostic::do_not_recommend]
impl<T: Relation, U> Extend<U> for Maybe<T> {
    type With = (Self, U);
}

/// What a scope is when its rows may be missing: the left side of a right join or a full join.
#[doc(hidden)]
pub trait Loosen {
    type Loose;
}

#[diagnostic::do_not_recommend]
impl<T: Relation> Loosen for T {
    type Loose = Maybe<T>;
}

/// The rows of one SELECT: what can be narrowed, grouped and locked.
#[diagnostic::on_unimplemented(
    message = "the whole of a UNION, INTERSECT or EXCEPT can be ordered and limited, and no more",
    note = "narrow, group or lock its parts; or name it by `.named::<..>()` and read from that"
)]
pub trait OneSelect {}

#[diagnostic::do_not_recommend]
impl<T: Relation> OneSelect for T {}

/// Tables that are joined so that each has a row: an update or a delete by the rows of other tables has no place for
/// rows that are missing.
#[diagnostic::on_unimplemented(
    message = "only rows of inner joins can be updated or deleted",
    note = "write `.join(..)`; what need not be there belongs into a filter: `Order::query().exists_with(..)`"
)]
pub trait InnerJoins {
    /// The first table: the one that is written.
    type First: Table;
}

macro_rules! place {
    ($at:literal $slot:ident of $($all:ident),*) => {
        #[diagnostic::do_not_recommend]
        impl<$($all: Slot),*> Contains<<$slot as Slot>::Relation, Place<$at>> for ($($all,)*) {
            type Nulls = <$slot as Slot>::Nulls;
        }
    };
}

place!(0 A of A, B);
place!(1 B of A, B);
place!(0 A of A, B, C);
place!(1 B of A, B, C);
place!(2 C of A, B, C);
place!(0 A of A, B, C, D);
place!(1 B of A, B, C, D);
place!(2 C of A, B, C, D);
place!(3 D of A, B, C, D);
place!(0 A of A, B, C, D, E);
place!(1 B of A, B, C, D, E);
place!(2 C of A, B, C, D, E);
place!(3 D of A, B, C, D, E);
place!(4 E of A, B, C, D, E);
place!(0 A of A, B, C, D, E, F);
place!(1 B of A, B, C, D, E, F);
place!(2 C of A, B, C, D, E, F);
place!(3 D of A, B, C, D, E, F);
place!(4 E of A, B, C, D, E, F);
place!(5 F of A, B, C, D, E, F);

macro_rules! scope {
    ($first:ident $(, $all:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<$first: Slot, $($all: Slot),*> Loosen for ($first, $($all),*) {
            type Loose = ($first::Loose, $($all::Loose),*);
        }

        #[diagnostic::do_not_recommend]
        impl<$first: Slot, $($all: Slot),*> OneSelect for ($first, $($all),*) {}

        #[diagnostic::do_not_recommend]
        impl<$first: Table, $($all: Relation),*> InnerJoins for ($first, $($all),*) {
            type First = $first;
        }
    };
}

scope!(A, B);
scope!(A, B, C);
scope!(A, B, C, D);
scope!(A, B, C, D, E);
scope!(A, B, C, D, E, F);

macro_rules! extend {
    ($($all:ident),*) => {
        impl<$($all,)* U> Extend<U> for ($($all,)*) {
            type With = ($($all,)* U);
        }
    };
}

extend!(A, B);
extend!(A, B, C);
extend!(A, B, C, D);
extend!(A, B, C, D, E);

macro_rules! all_of {
    ($nulls:ty: $($table:ident $place:ident),*) => {
        #[diagnostic::do_not_recommend]
        impl<S, $($table, $place),*> Contains<($($table,)*), Places<($($place,)*)>> for S
        where
            $(S: Contains<$table, $place>,)*
        {
            type Nulls = $nulls;
        }
    };
}

type Or<S, A, IA, N> = <<S as Contains<A, IA>>::Nulls as Nulls>::Or<N>;
type Of<S, A, IA> = <S as Contains<A, IA>>::Nulls;

all_of!(Or<S, A, IA, Of<S, B, IB>>: A IA, B IB);
all_of!(Or<S, A, IA, Or<S, B, IB, Of<S, C, IC>>>: A IA, B IB, C IC);
all_of!(Or<S, A, IA, Or<S, B, IB, Or<S, C, IC, Of<S, D, ID>>>>: A IA, B IB, C IC, D ID);

/// An executor that reaches the rows of a table, or of all the tables of the tuple `S`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a table of this query belongs to tenants, and `{Self}` does not say to which one",
    label = "it reaches the rows of tables that belong to no tenant",
    note = "say whose rows: `db.scoped(tenant)`, in a transaction `tx.scoped(tenant)`; for those of all tenants \
            `db.all_tenants(\"why\")`",
    note = "generic code over tables that belong to no tenant says `T: Table<Scope = ()>`"
)]
pub trait ReachesAll<S> {}

#[diagnostic::do_not_recommend]
impl<X: Reaches<T::Scope> + ?Sized, T: Relation> ReachesAll<T> for X {}

/// The types of the first part stand for all; a statement over tables that its handle does not reach is refused before it
/// is sent.
#[diagnostic::do_not_recommend]
impl<X: ReachesAll<S> + ?Sized, S> ReachesAll<super::combined::Combined<S>> for X {}

macro_rules! reaches {
    ($($table:ident),*) => {
        #[diagnostic::do_not_recommend]
        impl<X: ?Sized, $($table: Slot),*> ReachesAll<($($table,)*)> for X
        where
            $(X: Reaches<<$table::Relation as Relation>::Scope>,)*
        {
        }
    };
}

reaches!(A, B);
reaches!(A, B, C);
reaches!(A, B, C, D);
reaches!(A, B, C, D, E);
reaches!(A, B, C, D, E, F);

on_both! {
    [T, F: Field] F {
        /// The same over several tables, so that it can be compared with what another one of them has:
        /// `Order::TOTAL.across::<(Order, Customer), _>().gt(Customer::CREDIT.across())`.
        pub fn across<S, I>(self) -> Expr<S, Either<F, S::Nulls, F::Base>>
        where
            S: Contains<T, I>,
        {
            Expr::new(self.into_node())
        }
    }
}
