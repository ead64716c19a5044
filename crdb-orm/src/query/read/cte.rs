//! Common table expressions: `WITH name AS (..)`, also of writes.

use std::marker::PhantomData;

use super::body::{Body, Part, Query, SetOperation};
use super::effect::{Effect, Reads};
use super::joined::Joined;
use super::rows::Rows;
use super::scope::{Contains, Relation};
use crate::query::node::{Node, Operator, cast};
use crate::query::{Column, Numeric};
use crate::schema::ColumnType;
use crate::types::{IntoField, Value};

/// The rows of a part of a statement that has a name, made by [`cte!`](crate::cte).
pub trait CteTable: Relation {
    /// The types of its columns, as a tuple.
    type Columns;
    /// The names of its columns.
    const COLUMNS: &'static [&'static str];

    /// Rows that lead to further rows, such as those of a tree: `WITH RECURSIVE`. `start` reads the first ones, and `step`
    /// the next ones from those that were found last, until there are none. `step` has to read from `Self`.
    ///
    /// In a circle it goes on for ever: bound it by [`Recursive::up_to`], or leave out rows that were found before by
    /// [`recursive_distinct`](Self::recursive_distinct).
    ///
    /// ```
    /// use crdb_orm::prelude::*;
    /// use crdb_orm::query::{CteTable as _, value, with};
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "categories", index(on(parent_id)))]
    /// # struct Category { #[crdb(primary_key)] id: Uuid, parent_id: Option<Uuid>, name: String }
    ///
    /// crdb_orm::cte! { Tree as "tree" { id: Uuid, name: String, depth: i64 } }
    ///
    /// let roots = Category::filter(Category::PARENT_ID.is_null());
    /// let below = Category::query().join(Category::PARENT_ID.joins(Tree::id()));
    /// let tree = Tree::recursive(
    ///     roots.select((Category::ID, Category::NAME, value(0_i64))),
    ///     below.select((Category::ID, Category::NAME, Tree::depth() + 1)),
    /// );
    /// let rows = with(tree.up_to(Tree::depth(), 8)).from::<Tree>().select((Tree::name(), Tree::depth()));
    /// assert_eq!(
    ///     rows.to_sql(),
    ///     "WITH RECURSIVE tree (id, name, depth) AS (\
    ///      (SELECT categories.id, categories.name::TEXT, $1 FROM categories WHERE categories.parent_id IS NULL) \
    ///      UNION ALL \
    ///      (SELECT categories.id, categories.name::TEXT, (tree.depth + $2)::INT8 FROM categories \
    ///      JOIN tree ON categories.parent_id = tree.id WHERE tree.depth < $3)) \
    ///      SELECT name, depth FROM tree"
    /// );
    /// ```
    fn recursive<S, Step, I>(
        start: Rows<S, Self::Columns>,
        step: Rows<Step, Self::Columns>,
    ) -> Recursive<Self>
    where
        Self: Sized,
        Step: Contains<Self, I>,
    {
        Recursive::new(start.body, SetOperation::UnionAll, step.body)
    }

    /// [`recursive`](Self::recursive) without rows that are equal to one that was found before, in all columns: so it ends
    /// in a circle, too, unless a column counts the steps.
    fn recursive_distinct<S, Step, I>(
        start: Rows<S, Self::Columns>,
        step: Rows<Step, Self::Columns>,
    ) -> Recursive<Self>
    where
        Self: Sized,
        Step: Contains<Self, I>,
    {
        Recursive::new(start.body, SetOperation::Union, step.body)
    }
}

/// Rows that lead to further rows, from [`CteTable::recursive`].
#[derive(Debug, Clone)]
#[must_use = "it is to be given to `with(..)`"]
pub struct Recursive<C> {
    start: Body,
    operation: SetOperation,
    step: Body,
    part: PhantomData<fn() -> C>,
}

impl<C: CteTable> Recursive<C> {
    fn new(start: Body, operation: SetOperation, step: Body) -> Self {
        Self { start: exact(start), operation, step: exact(step), part: PhantomData }
    }

    /// Goes no further from rows in which this column is that much: a bound for its depth, which the query counts.
    ///
    /// Without one, a circle in the data is read until the statement's timeout, or until the server has no memory left.
    pub fn up_to<B: Numeric>(mut self, column: Column<C, B>, most: impl IntoField<B>) -> Self {
        let value = Node::Value(Value::encode(&most.into_field()));
        self.step.and(Node::binary(Operator::LT, column.into_node(), value));
        self
    }
}

impl<C: CteTable> From<Recursive<C>> for NamedCte<C> {
    fn from(recursive: Recursive<C>) -> Self {
        let Recursive { start, operation, step, .. } = recursive;
        let named = Self::new(Query::Read(Box::new(start.combine(operation, step))));
        Self { recursive: true, ..named }
    }
}

/// Columns of limited length or precision without their limit: PostgreSQL wants the same type of both parts, and an
/// expression has none (<https://www.postgresql.org/docs/current/queries-with.html#QUERIES-WITH-RECURSIVE>).
fn exact(mut body: Body) -> Body {
    for (node, ty) in &mut body.list {
        let limited = matches!(ty, ColumnType::String | ColumnType::Decimal | ColumnType::VarBit);
        if limited && matches!(node, Node::Of(..) | Node::Column(_)) {
            let column = std::mem::replace(node, Node::Constant(""));
            *node = cast(column, *ty);
        }
    }
    body
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
    recursive: bool,
    materialized: Option<bool>,
    types: PhantomData<fn() -> (C, W)>,
}

impl<C: CteTable, W> NamedCte<C, W> {
    pub(super) const fn new(query: Query) -> Self {
        Self { query, recursive: false, materialized: None, types: PhantomData }
    }

    /// Has the rows made once and kept, whatever else is asked of them: `AS MATERIALIZED`.
    pub fn materialized(self) -> Self {
        Self { materialized: Some(true), ..self }
    }

    /// Lets the server make it a part of the query around, with its conditions, even where it is read twice:
    /// `AS NOT MATERIALIZED`.
    pub fn not_materialized(self) -> Self {
        Self { materialized: Some(false), ..self }
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
    parts: Vec<Part>,
    effect: PhantomData<fn() -> W>,
}

/// Begins a statement with a part that has a name: see [`cte!`](crate::cte). A part may be a write, which is done
/// once, whether its rows are read or not.
pub fn with<C: CteTable, W: Effect>(part: impl Into<NamedCte<C, W>>) -> With<W> {
    With::<Reads> { parts: Vec::new(), effect: PhantomData }.and(part)
}

impl<W: Effect> With<W> {
    /// Adds another part, which may read those before.
    pub fn and<C: CteTable, V: Effect>(mut self, part: impl Into<NamedCte<C, V>>) -> With<W::Or<V>> {
        let NamedCte { query, recursive, materialized, .. } = part.into();
        self.parts.push(Part { name: C::SOURCE, columns: C::COLUMNS, query, recursive, materialized });
        With { parts: self.parts, effect: PhantomData }
    }

    /// Reads from one of the parts, or from a table.
    pub fn from<R: Relation>(self) -> Joined<R, W> {
        let mut body = Body::new(R::SOURCE);
        body.with = self.parts;
        Joined::new(body)
    }
}
