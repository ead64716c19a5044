//! Rows that are made for each row: by a query (the newest three of each), or by a function (the elements of a list).

use std::marker::PhantomData;

use super::body::Body;
use super::cte::CteTable;
use super::joined::{Joined, On};
use super::rows::Rows;
use super::scope::{Alias, Contains, Extend, OneSelect, Relation};
use super::source::{Derived, DerivedRows, Source};
use crate::query::Select;
use crate::query::node::{Node, call};
use crate::query::table::Table;
use crate::types::{Field, SqlType, Value};

/// Rows with the name `C`, made for each row of the tables `X`: for
/// [`Joined::join_lateral`](super::Joined::join_lateral).
#[derive(Debug, Clone)]
#[must_use = "it is to be given to `.join_lateral(..)`, `.left_join_lateral(..)` or `from(..)`"]
pub struct Lateral<C, X> {
    rows: DerivedRows,
    for_each: bool,
    columns: &'static [&'static str],
    types: PhantomData<fn() -> (C, X)>,
}

impl<C: Relation, X> Lateral<C, X> {
    pub(super) fn into_derived(self) -> Derived {
        Derived { rows: self.rows, lateral: self.for_each, name: C::SOURCE, columns: self.columns }
    }
}

/// Rows `O` for each row of the tables `X`, without a name yet: from [`Rows::lateral`].
#[derive(Debug, Clone)]
#[must_use = "it needs a name: `.named::<..>()`"]
pub struct ForEach<O, X> {
    body: Body,
    types: PhantomData<fn() -> (O, X)>,
}

impl<O, X> ForEach<O, X> {
    /// Names the rows, whose columns are told by [`cte!`](crate::cte).
    pub fn named<C: CteTable<Columns = O>>(self) -> Lateral<C, X> {
        let rows = DerivedRows::Query(Box::new(self.body));
        Lateral { rows, for_each: true, columns: C::COLUMNS, types: PhantomData }
    }
}

impl<T: Table, X> ForEach<T, X> {
    /// Names the rows, which are whole rows of a table, by an [`alias!`](crate::alias) of it.
    pub fn under<A: Alias<Table = T>>(self) -> Lateral<A, X> {
        let rows = DerivedRows::Query(Box::new(self.body));
        Lateral { rows, for_each: true, columns: &[], types: PhantomData }
    }
}

impl<S: OneSelect, O> Rows<S, O> {
    /// The rows that belong to each row of another table, in their order and up to their limit: the newest three, say.
    ///
    /// ```
    /// use crdb_orm::prelude::*;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "customers")]
    /// # struct Customer { #[crdb(primary_key)] id: Uuid, name: String }
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "orders", index(on(user_id, total)))]
    /// # struct Order { #[crdb(primary_key)] id: Uuid, user_id: Uuid, total: i64 }
    ///
    /// crdb_orm::cte! { Dearest as "dearest" { total: i64 } }
    ///
    /// let dearest = Order::query()
    ///     .select((Order::TOTAL,))
    ///     .order_by(Order::TOTAL.desc())
    ///     .limit(3)
    ///     .lateral(Order::USER_ID.joins(Customer::ID))
    ///     .named::<Dearest>();
    /// let rows = Customer::query().left_join_lateral(dearest).select((Customer::NAME, Dearest::total()));
    /// assert_eq!(
    ///     rows.to_sql(),
    ///     "SELECT customers.name, dearest.total FROM customers LEFT JOIN LATERAL \
    ///      (SELECT orders.total FROM orders WHERE orders.user_id = customers.id \
    ///      ORDER BY orders.total DESC LIMIT $1) AS dearest (total) ON TRUE"
    /// );
    /// ```
    pub fn lateral<U, X, I>(mut self, on: On<U, X>) -> ForEach<O, U>
    where
        S: Extend<U>,
        S::With: Contains<X, I>,
    {
        self.body.and(on.into_condition());
        ForEach { body: self.body, types: PhantomData }
    }
}

impl<T: Table> Select<T> {
    /// The whole rows that belong to each row of another table, in their order and up to their limit: named by an alias
    /// of the table. See [`Rows::lateral`].
    ///
    /// ```
    /// use crdb_orm::prelude::*;
    /// use crdb_orm::query::whole;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "customers")]
    /// # struct Customer { #[crdb(primary_key)] id: Uuid, name: String }
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "orders", index(on(user_id, total)))]
    /// # struct Order { #[crdb(primary_key)] id: Uuid, user_id: Uuid, total: i64 }
    ///
    /// crdb_orm::alias!(Dearest = Order as "dearest");
    ///
    /// # async fn example(db: Database) -> crdb_orm::Result<()> {
    /// let dearest = Order::order_by(Order::TOTAL.desc()).limit(3).lateral(Order::USER_ID.joins(Customer::ID));
    /// let rows: Vec<(String, Option<Order>)> = Customer::query()
    ///     .left_join_lateral(dearest.under::<Dearest>())
    ///     .select((Customer::NAME, whole::<Dearest>()))
    ///     .all(&db)
    ///     .await?;
    /// # drop(rows);
    /// # Ok(())
    /// # }
    /// ```
    pub fn lateral<U, X, I>(self, on: On<U, X>) -> ForEach<T, U>
    where
        (T, U): Contains<X, I>,
    {
        let mut body = self.into_body();
        body.list = super::list::columns_of::<T>().collect();
        body.and(on.into_condition());
        ForEach { body, types: PhantomData }
    }
}

/// Rows `O` that a function makes of the columns of `X`, or of values alone.
#[derive(Debug, Clone)]
#[must_use = "it needs a name: `.named::<..>()`"]
pub struct TableFunction<O, X> {
    call: Node,
    numbered: bool,
    types: PhantomData<fn() -> (O, X)>,
}

/// That a function's rows can be numbered.
#[doc(hidden)]
pub trait Numbered {
    type With;
}

impl<A> Numbered for (A,) {
    type With = (A, i64);
}

impl<A, B> Numbered for (A, B) {
    type With = (A, B, i64);
}

impl<O, X> TableFunction<O, X> {
    const fn new(call: Node) -> Self {
        Self { call, numbered: false, types: PhantomData }
    }

    /// Adds the number of each row, from 1, as one more column: `WITH ORDINALITY`.
    pub fn numbered(self) -> TableFunction<O::With, X>
    where
        O: Numbered,
    {
        TableFunction { call: self.call, numbered: true, types: PhantomData }
    }

    /// Names the rows, whose columns are told by [`cte!`](crate::cte).
    pub fn named<C: CteTable<Columns = O>>(self) -> Lateral<C, X>
    where
        X: Place,
    {
        let rows = DerivedRows::Function { call: self.call, numbered: self.numbered };
        Lateral { rows, for_each: X::LATERAL, columns: C::COLUMNS, types: PhantomData }
    }
}

/// What a function is made of: values, or the columns of a table.
#[doc(hidden)]
pub trait Place {
    const LATERAL: bool;
}

impl Place for () {
    const LATERAL: bool = false;
}

impl<T: Relation> Place for T {
    const LATERAL: bool = true;
}

/// Reads rows that a function makes: `from(series(1, 10, 1).named::<Number>())`.
pub fn from<C: Relation>(rows: Lateral<C, ()>) -> Joined<C> {
    Joined::new(Body::of(Source::Derived(Box::new(rows.into_derived()))))
}

/// What [`series`] can count: whole numbers by numbers, moments by intervals.
#[diagnostic::on_unimplemented(
    message = "there is no series of `{Self}`",
    note = "there is one of `i64`, and of timestamps with and without a zone"
)]
pub trait Series: SqlType {
    /// The distance of two values.
    type Step: SqlType;
}

impl Series for i64 {
    type Step = Self;
}

macro_rules! series_of {
    ($($feature:literal: $($rust:ty),*;)*) => {$($(
        #[cfg(feature = $feature)]
        impl Series for $rust {
            type Step = crate::types::Interval;
        }
    )*)*};
}

series_of! {
    "chrono": chrono::DateTime<chrono::Utc>, chrono::NaiveDateTime;
    "jiff": jiff::Timestamp, jiff::civil::DateTime;
    "time": time::OffsetDateTime, time::PrimitiveDateTime;
}

/// The values from one to another, both of which belong to it, in steps: `generate_series`. For days without an order in a
/// report, say.
///
/// ```
/// use crdb_orm::prelude::*;
/// use crdb_orm::query::{from, series};
///
/// crdb_orm::cte! { Number as "number" { n: i64 } }
///
/// let even = from(series(0, 10, 2).named::<Number>()).select(Number::n());
/// assert_eq!(even.to_sql(), "SELECT n FROM generate_series($1, $2, $3) AS number (n)");
/// ```
#[allow(clippy::needless_pass_by_value, reason = "`series(1, 10, 1)` reads better than with references")]
pub fn series<V: Series>(from: V, to: V, step: V::Step) -> TableFunction<(V,), ()> {
    let (from, to, step) = (Value::encode(&from), Value::encode(&to), Value::encode(&step));
    TableFunction::new(call("generate_series", [from, to, step].map(Node::Value)))
}

/// A row for each value of a list, which is one parameter: `unnest($1)`.
pub fn unnest<V: Field>(values: impl IntoIterator<Item = V>) -> TableFunction<(V,), ()> {
    let values: Vec<V> = values.into_iter().collect();
    TableFunction::new(call("unnest", [Node::Value(Value::encode(&values))]))
}

on_both! {
    [T, E: Field, F: Field<Base = Vec<E>>] F {
        /// A row for each element of the array, for a lateral join; none for NULL.
        ///
        /// ```
        /// use crdb_orm::prelude::*;
        /// # #[derive(CrdbTable, Debug)]
        /// # #[crdb(table = "posts")]
        /// # struct Post { #[crdb(primary_key)] id: Uuid, tags: Vec<String> }
        ///
        /// crdb_orm::cte! { Tag as "tag" { name: String } }
        ///
        /// let used = Post::query()
        ///     .join_lateral(Post::TAGS.unnest().named::<Tag>())
        ///     .select((Tag::name(), Post::ID.count()))
        ///     .group_by(Tag::name());
        /// assert_eq!(
        ///     used.to_sql(),
        ///     "SELECT tag.name, count(posts.id) FROM posts \
        ///      JOIN LATERAL unnest(posts.tags) AS tag (name) ON TRUE GROUP BY tag.name"
        /// );
        /// ```
        pub fn unnest(self) -> TableFunction<(E,), T> {
            TableFunction::new(call("unnest", [self.into_node()]))
        }
    }

    [T, F: Field] F {
        /// A row for each element of a list in the document, for a lateral join. What is no list is an error of the server.
        pub fn json_elements(self) -> TableFunction<(serde_json::Value,), T>
        where
            F::Base: crate::query::Document,
        {
            TableFunction::new(call("jsonb_array_elements", [self.into_node()]))
        }

        /// The same as texts, strings without quotes; a JSON `null` is NULL.
        pub fn json_elements_text(self) -> TableFunction<(Option<String>,), T>
        where
            F::Base: crate::query::Document,
        {
            TableFunction::new(call("jsonb_array_elements_text", [self.into_node()]))
        }

        /// A row for each key of an object with what it has there, for a lateral join. What is no object is an error of the
        /// server.
        pub fn json_each(self) -> TableFunction<(String, serde_json::Value), T>
        where
            F::Base: crate::query::Document,
        {
            TableFunction::new(call("jsonb_each", [self.into_node()]))
        }

        /// The same with what it has there as text.
        pub fn json_each_text(self) -> TableFunction<(String, Option<String>), T>
        where
            F::Base: crate::query::Document,
        {
            TableFunction::new(call("jsonb_each_text", [self.into_node()]))
        }

        /// A row for each key of an object, for a lateral join.
        pub fn json_keys(self) -> TableFunction<(String,), T>
        where
            F::Base: crate::query::Document,
        {
            TableFunction::new(call("jsonb_object_keys", [self.into_node()]))
        }
    }
}
