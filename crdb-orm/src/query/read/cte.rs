//! Common table expressions: `WITH name AS (..)`, also of writes.

use std::marker::PhantomData;

use super::body::{Body, Query};
use super::effect::{Effect, Reads};
use super::joined::Joined;
use super::rows::Rows;
use super::scope::{Relation, RelationSource};

/// The rows of a part of a statement that has a name, made by [`cte!`](crate::cte).
pub trait CteTable: Relation {
    /// The types of its columns, as a tuple.
    type Columns;
    /// The names of its columns.
    const COLUMNS: &'static [&'static str];
}

/// Names the columns of a part of a statement, so that another part can read them.
///
/// ```
/// use crdb_orm::prelude::*;
/// use crdb_orm::query::with;
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "orders")]
/// # struct Order { #[crdb(primary_key)] id: Uuid, user_id: Uuid, total: i64 }
///
/// crdb_orm::cte! {
///     /// What each user has spent.
///     Spent as "spent" { user_id: Uuid, total: Option<i64> }
/// }
///
/// let spent = Order::query().select((Order::USER_ID, Order::TOTAL.sum())).group_by(Order::USER_ID);
/// let most = with(spent.named::<Spent>())
///     .from::<Spent>()
///     .filter(Spent::total().gt(100))
///     .select((Spent::user_id(), Spent::total()));
/// assert_eq!(
///     most.to_sql(),
///     "WITH spent (user_id, total) AS \
///      (SELECT orders.user_id, sum(orders.total)::INT8 FROM orders GROUP BY orders.user_id) \
///      SELECT user_id, total FROM spent WHERE total > $1"
/// );
/// ```
#[macro_export]
macro_rules! cte {
    ($(#[$meta:meta])* $vis:vis $name:ident as $sql:literal { $($column:ident: $ty:ty),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy)]
        $vis struct $name;

        impl $crate::query::Relation for $name {
            const SOURCE: $crate::query::RelationSource =
                $crate::query::RelationSource::cte($crate::schema::TypeName::new($sql));
            type Scope = ();
        }

        impl $crate::query::CteTable for $name {
            type Columns = ($($ty,)+);
            const COLUMNS: &'static [&'static str] = &[$(stringify!($column)),+];
        }

        #[allow(dead_code, reason = "not every column is read in every query")]
        impl $name {
            $(
                #[doc = concat!("Column `", stringify!($column), "`.")]
                $vis const fn $column() -> $crate::query::Column<Self, $ty> {
                    $crate::query::Column::in_table(
                        stringify!($column),
                        const { &$crate::schema::TypeName::new($sql) },
                    )
                }
            )+
        }
    };
}

/// A part of a statement with its name.
#[derive(Debug)]
#[must_use = "it is to be given to `with(..)`"]
pub struct NamedCte<C, W = Reads> {
    query: Query,
    types: PhantomData<fn() -> (C, W)>,
}

impl<C: CteTable, W> NamedCte<C, W> {
    pub(super) const fn new(query: Query) -> Self {
        Self { query, types: PhantomData }
    }
}

impl<S, O> Rows<S, O> {
    /// Names the rows, so that another query of the same statement can read them: see [`cte!`](crate::cte).
    pub fn named<C: CteTable<Columns = O>>(self) -> NamedCte<C> {
        NamedCte::new(Query::Read(Box::new(self.body)))
    }
}

/// A statement whose first parts have names.
#[derive(Debug)]
#[must_use = "it reads nothing until `.from::<..>()`"]
pub struct With<W> {
    parts: Vec<(RelationSource, &'static [&'static str], Query)>,
    effect: PhantomData<fn() -> W>,
}

/// Begins a statement with a part that has a name: see [`cte!`](crate::cte). A part may be a write, which is done
/// once, whether its rows are read or not.
pub fn with<C: CteTable, W: Effect>(part: NamedCte<C, W>) -> With<W> {
    With::<Reads> { parts: Vec::new(), effect: PhantomData }.and(part)
}

impl<W: Effect> With<W> {
    /// Adds another part, which may read those before.
    pub fn and<C: CteTable, V: Effect>(mut self, part: NamedCte<C, V>) -> With<W::Or<V>> {
        self.parts.push((C::SOURCE, C::COLUMNS, part.query));
        With { parts: self.parts, effect: PhantomData }
    }

    /// Reads from one of the parts, or from a table.
    pub fn from<R: Relation>(self) -> Joined<R, W> {
        let mut body = Body::new(R::SOURCE);
        body.with = self.parts;
        Joined::new(body)
    }
}
