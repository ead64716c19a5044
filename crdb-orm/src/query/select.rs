//! Reads.

use std::borrow::Cow;
use std::marker::PhantomData;

use super::delete::Delete;
use super::expr::{Column, Expr, IntoFilter, Numeric};
use super::guard::{Deleted, SoftDelete};
use super::hint::Hint;
use super::locked::Locked;
use super::node::Node;
use super::order::order_by;
use super::read::{
    Body, Contains, JoinOn, Joined, Lock, Maybe, Ordered, Orders, Relation, Rows, Selection, write_lock,
};
use super::row::{RowReader, at_most_one, only_row, read_all};
use super::table::Table;
use super::update::Update;
use super::writer::Writer;
use crate::conn::ServerKind;
use crate::error::{Error, Result};
use crate::exec::{BoxFuture, Class, Expects, Handle, Label, Reaches, Read, ReadRow, Statement};
use crate::schema::ColumnType;
use crate::types::{Field, SqlType, Value, text_cast};

/// A read of the rows of a table for which a condition holds.
///
/// Built by [`Table::filter`] and [`Table::query`]. [`all`](Self::all) reads every row, [`first`](Self::first)
/// the first one, [`one`](Self::one) and [`optional`](Self::optional) the only one.
#[derive(Debug)]
#[must_use = "a query does nothing until one of its terminals is awaited"]
pub struct Select<T> {
    pub(super) filter: Option<Node>,
    pub(super) order: Vec<(Node, &'static str)>,
    pub(super) limit: Option<u64>,
    pub(super) deleted: Deleted,
    hint: Option<Hint>,
    table: PhantomData<fn() -> T>,
}

impl<T> Clone for Select<T> {
    fn clone(&self) -> Self {
        Self {
            filter: self.filter.clone(),
            order: self.order.clone(),
            limit: self.limit,
            deleted: self.deleted,
            hint: self.hint,
            table: PhantomData,
        }
    }
}

impl<T: Table> Select<T> {
    pub(crate) fn new() -> Self {
        let deleted = Deleted::Hidden;
        Self { filter: None, order: Vec::new(), limit: None, deleted, hint: None, table: PhantomData }
    }

    /// Narrows the rows: a condition that holds as well as those before.
    pub fn filter(mut self, condition: impl IntoFilter<T>) -> Self {
        self.filter = Some(Node::and(self.filter, condition.__condition().into_node()));
        self
    }

    /// Orders the rows; a further call decides between rows that are equal in those before.
    pub fn order_by<I>(mut self, order: impl Orders<T, I>) -> Self {
        order.__push(&mut Ordered(&mut self.order));
        self
    }

    /// Reads at most so many rows.
    pub fn limit(mut self, rows: u64) -> Self {
        self.limit = Some(rows);
        self
    }

    /// Reads the table by this index, whatever the server would choose: `orders@orders_user`. An update or a delete of these rows
    /// finds them by it. CockroachDB alone has it; PostgreSQL reads as it likes.
    ///
    /// ```
    /// use crdb_orm::prelude::*;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "orders", index(orders_user, on(user_id)))]
    /// # struct Order { #[crdb(primary_key)] id: Uuid, user_id: Uuid, paid: bool }
    ///
    /// let orders = Order::filter(Order::USER_ID.eq(Uuid::nil())).use_index("orders_user");
    /// assert_eq!(
    ///     orders.to_sql(),
    ///     "SELECT id, user_id, paid FROM orders@orders_user WHERE user_id = $1"
    /// );
    /// assert_eq!(
    ///     orders.update().set(Order::PAID, true).to_sql()?,
    ///     "UPDATE orders@orders_user SET paid = $1 WHERE user_id = $2 RETURNING id, user_id, paid"
    /// );
    /// # Ok::<(), crdb_orm::Error>(())
    /// ```
    pub fn use_index(mut self, index: &'static str) -> Self {
        self.hint = Some(Hint::Index(index));
        self
    }

    /// Fails rather than read the whole table: `orders@{NO_FULL_SCAN}`. So does an update or a delete of these rows. CockroachDB
    /// alone has it.
    pub fn no_full_scan(mut self) -> Self {
        self.hint = Some(Hint::NoFullScan);
        self
    }

    /// Says what is read in place of whole rows: a column, an expression, an aggregate, or a tuple of these. The rows
    /// are then values, tuples, or a struct: see [`Rows::into_struct`].
    ///
    /// ```
    /// use crdb_orm::prelude::*;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "orders")]
    /// # struct Order { #[crdb(primary_key)] id: Uuid, user_id: Uuid, total: i64, paid: bool }
    ///
    /// #[derive(CrdbRow)]
    /// struct Spent {
    ///     user_id: Uuid,
    ///     orders: i64,
    ///     paid: Option<i64>,
    /// }
    ///
    /// let spent = Order::query()
    ///     .select((Order::USER_ID, Order::ID.count(), Order::TOTAL.sum().filter(Order::PAID)))
    ///     .group_by(Order::USER_ID)
    ///     .having(Order::ID.count().gt(10))
    ///     .into_struct::<Spent>();
    /// assert_eq!(
    ///     spent.to_sql(),
    ///     "SELECT user_id AS user_id, count(id) AS orders, \
    ///      (sum(total) FILTER (WHERE paid))::INT8 AS paid FROM orders \
    ///      GROUP BY user_id HAVING count(id) > $1"
    /// );
    /// ```
    pub fn select<P: Selection<T, I>, I>(self, what: P) -> Rows<T, P::Output> {
        Joined::new(self.into_body()).select(what)
    }

    /// Adds the rows of another table that belong to these; rows without any are left out.
    ///
    /// ```
    /// use crdb_orm::prelude::*;
    /// use crdb_orm::query::whole;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "customers")]
    /// # struct Customer { #[crdb(primary_key)] id: Uuid, name: String }
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "orders")]
    /// # struct Order { #[crdb(primary_key)] id: Uuid, user_id: Uuid, total: i64 }
    ///
    /// # async fn example(db: Database) -> crdb_orm::Result<()> {
    /// let rows: Vec<(i64, Customer)> = Order::filter(Order::TOTAL.gt(100))
    ///     .join(Order::USER_ID.joins(Customer::ID))
    ///     .filter(Customer::NAME.starts_with("A"))
    ///     .select((Order::TOTAL, whole::<Customer>()))
    ///     .all(&db)
    ///     .await?;
    /// # drop(rows);
    /// # Ok(())
    /// # }
    /// ```
    pub fn join<J: JoinOn, I>(self, on: J) -> Joined<(T, J::Table)>
    where
        (T, J::Table): Contains<J::Over, I>,
    {
        Joined::<T>::new(self.into_body()).join(on)
    }

    /// Adds the rows of another table that belong to these, or NULLs for rows that have none: what is read of it is an
    /// `Option`.
    pub fn left_join<J: JoinOn, I>(self, on: J) -> Joined<(T, Maybe<J::Table>)>
    where
        (T, Maybe<J::Table>): Contains<J::Over, I>,
    {
        Joined::<T>::new(self.into_body()).left_join(on)
    }

    pub(super) fn into_body(self) -> Body {
        let mut body = Body::new(T::SOURCE.showing(self.deleted));
        body.filter = self.filter;
        body.order = self.order;
        body.limit = self.limit;
        body.hint = self.hint;
        body
    }

    /// Locks the rows that are read until the transaction ends: `FOR UPDATE`.
    ///
    /// On CockroachDB under SERIALIZABLE the lock is best effort: it makes retries rare, and correctness does
    /// not depend on it (CockroachDB, "SELECT FOR UPDATE").
    pub fn for_update(self) -> Locked<Self> {
        Locked::new(self, Lock::UPDATE)
    }

    /// Lets others read the rows, and change none of them, until the transaction ends: `FOR SHARE`.
    ///
    /// CockroachDB under SERIALIZABLE takes no lock for it unless `enable_shared_locking_for_serializable` is on.
    pub fn for_share(self) -> Locked<Self> {
        Locked::new(self, Lock::SHARE)
    }

    /// The rows as an update of them all.
    pub fn update(self) -> Update<T> {
        Update::among(self.deleted, self.hint, self.filter_of("update"))
    }

    /// The rows as a delete of them all.
    pub fn delete(self) -> Delete<T> {
        Delete::among(self.deleted, self.hint, self.filter_of("delete"))
    }

    /// The statement's text.
    pub fn to_sql(&self) -> String {
        self.clone().statement(self.limit, None, None).sql.into_owned()
    }

    /// All the rows.
    ///
    /// # Errors
    /// A statement's errors, and those of a row that does not fit the struct.
    pub fn all<'a, X: Read + Reaches<T::Scope> + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Vec<T>>>
    where
        T: 'a,
    {
        let (handle, limit) = (executor.handle(), self.limit);
        run(self.statement(limit, None, handle.server_kind()), handle)
    }

    /// The first row in the order given, if there is any.
    ///
    /// # Errors
    /// See [`all`](Self::all).
    pub fn first<'a, X: Read + Reaches<T::Scope> + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Option<T>>>
    where
        T: 'a,
    {
        let limit = Some(self.limit.map_or(1, |limit| limit.min(1)));
        let handle = executor.handle();
        let rows = run(self.statement(limit, None, handle.server_kind()), handle);
        Box::pin(async move { Ok(rows.await?.into_iter().next()) })
    }

    /// The only row.
    ///
    /// # Errors
    /// When there is none (`is_not_found`) or more than one (`is_too_many_rows`); and see [`all`](Self::all).
    pub fn one<'a, X: Read + Reaches<T::Scope> + ?Sized>(self, executor: &'a X) -> BoxFuture<'a, Result<T>>
    where
        T: 'a,
    {
        let handle = executor.handle();
        let statement = self.of_one(None, handle);
        Box::pin(async move {
            let only = handle.only(&statement).await?;
            only_row(handle, &statement, only)?.ok_or_else(|| Error::not_found(T::SELECT))
        })
    }

    /// The only row, if there is one.
    ///
    /// # Errors
    /// When there is more than one (`is_too_many_rows`); and see [`all`](Self::all).
    pub fn optional<'a, X: Read + Reaches<T::Scope> + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Option<T>>>
    where
        T: 'a,
    {
        self.optional_at(executor.handle(), None)
    }

    pub(super) fn optional_at(
        self,
        handle: Handle<'_>,
        lock: Option<Lock>,
    ) -> BoxFuture<'_, Result<Option<T>>> {
        let statement = self.of_one(lock, handle);
        Box::pin(async move {
            let only = handle.only(&statement).await?;
            only_row(handle, &statement, only)
        })
    }

    /// A second row is enough to know that there is more than one.
    fn of_one(self, lock: Option<Lock>, handle: Handle<'_>) -> Statement {
        let limit = Some(self.limit.map_or(2, |limit| limit.min(2)));
        self.statement(limit, lock, handle.server_kind())
    }

    /// How many rows there are.
    ///
    /// # Errors
    /// See [`all`](Self::all).
    pub fn count<X: Read + Reaches<T::Scope> + ?Sized>(self, executor: &X) -> BoxFuture<'_, Result<u64>> {
        let label = Label { verb: "count", table: Some(T::NAME.name) };
        let handle = executor.handle();
        let statement = self.scalar(label, "count(*)", handle);
        Box::pin(async move {
            let count: i64 = scalar(&statement, handle).await?;
            u64::try_from(count).map_err(|why| Error::decode(label, "count", "INT8", why))
        })
    }

    /// Whether there is any row.
    ///
    /// # Errors
    /// See [`all`](Self::all).
    pub fn exists<X: Read + Reaches<T::Scope> + ?Sized>(self, executor: &X) -> BoxFuture<'_, Result<bool>> {
        let label = Label { verb: "exists", table: Some(T::NAME.name) };
        let handle = executor.handle();
        let mut writer = Writer::new("SELECT EXISTS (");
        writer.of_kind(handle.server_kind());
        self.inner(&mut writer, "1");
        writer.push(")");
        let statement = writer.finish(Class::Read, label);
        Box::pin(async move { scalar(&statement, handle).await })
    }

    /// The sum of a column, `None` when there is nothing to add.
    ///
    /// Whole numbers add up to an `i64`, floats to an `f64`, decimals to a decimal: the sum is cast, since its
    /// type differs between the servers. A sum that does not fit is an error.
    ///
    /// # Errors
    /// See [`all`](Self::all).
    pub fn sum<F, X>(
        self,
        column: Column<T, F>,
        executor: &X,
    ) -> BoxFuture<'_, Result<Option<<F::Base as Numeric>::Sum>>>
    where
        F: Field<Base: Numeric>,
        X: Read + Reaches<T::Scope> + ?Sized,
    {
        self.aggregate("sum", column, <F::Base as Numeric>::SUM, executor)
    }

    /// The average of a column as an `f64`, `None` when there are no values.
    ///
    /// # Errors
    /// See [`all`](Self::all).
    pub fn avg<F, X>(self, column: Column<T, F>, executor: &X) -> BoxFuture<'_, Result<Option<f64>>>
    where
        F: Field<Base: Numeric>,
        X: Read + Reaches<T::Scope> + ?Sized,
    {
        self.aggregate("avg", column, ColumnType::Float8, executor)
    }

    /// The least value of a column, `None` when there are no values.
    ///
    /// # Errors
    /// See [`all`](Self::all).
    pub fn min<F: Field, X>(
        self,
        column: Column<T, F>,
        executor: &X,
    ) -> BoxFuture<'_, Result<Option<F::Base>>>
    where
        X: Read + Reaches<T::Scope> + ?Sized,
    {
        self.aggregate("min", column, F::TYPE, executor)
    }

    /// The greatest value of a column, `None` when there are no values.
    ///
    /// # Errors
    /// See [`all`](Self::all).
    pub fn max<F: Field, X>(
        self,
        column: Column<T, F>,
        executor: &X,
    ) -> BoxFuture<'_, Result<Option<F::Base>>>
    where
        X: Read + Reaches<T::Scope> + ?Sized,
    {
        self.aggregate("max", column, F::TYPE, executor)
    }

    fn aggregate<'a, F: Field, A: SqlType, X: Read + Reaches<T::Scope> + ?Sized>(
        self,
        function: &'static str,
        column: Column<T, F>,
        ty: ColumnType,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Option<A>>> {
        let label = Label { verb: function, table: Some(T::NAME.name) };
        let call = Node::Call(function, Box::new(Expr::from(column).into_node()));
        let call = match ty {
            // Read as text, so that no driver looks up the OID of a user's type.
            ty if text_cast(ty).is_some() => Node::Cast(Box::new(call), ColumnType::String),
            ty => Node::Cast(Box::new(call), ty),
        };
        let mut list = Writer::new("");
        list.node(call);
        let list = list.finish(Class::Read, label).sql;
        let handle = executor.handle();
        let statement = self.scalar(label, &list, handle);
        Box::pin(async move { scalar(&statement, handle).await })
    }

    /// `SELECT list FROM ...`; over a limited or ordered set as a subquery, since an aggregate has one row.
    fn scalar(self, label: Label, list: &str, handle: Handle<'_>) -> Statement {
        let mut writer = Writer::new("SELECT ");
        writer.of_kind(handle.server_kind()).push(list).push(" FROM ");
        if self.limit.is_some() {
            writer.push("(");
            self.inner(&mut writer, "*");
            writer.push(") AS q");
        } else {
            Hint::write(self.hint, writer.name(&T::NAME));
            writer.condition(self.narrowed());
        }
        writer.finish(Class::Read, label)
    }

    /// The condition, with what narrows every statement of the table.
    fn narrowed(self) -> Option<Node> {
        T::__GUARD.narrow(self.filter, T::NAME, self.deleted)
    }

    fn inner(self, writer: &mut Writer, list: &str) {
        Hint::write(self.hint, writer.push("SELECT ").push(list).push(" FROM ").name(&T::NAME));
        let limit = self.limit;
        self.tail(writer, limit);
    }

    fn tail(mut self, writer: &mut Writer, limit: Option<u64>) {
        let order = std::mem::take(&mut self.order);
        writer.condition(self.narrowed());
        order_by::<T>(writer, order);
        if let Some(limit) = limit {
            // More rows than an i64 counts are no limit.
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            writer.push(" LIMIT ").value(Value::encode(&limit));
        }
    }

    pub(super) fn statement(
        self,
        limit: Option<u64>,
        lock: Option<Lock>,
        kind: Option<ServerKind>,
    ) -> Statement {
        let mut writer = Writer::new(&T::__texts().select);
        Hint::write(self.hint, writer.of_kind(kind));
        self.tail(&mut writer, limit);
        if let Some(lock) = lock {
            write_lock(&mut writer, lock);
        }
        writer.finish(Class::of_read(lock.is_some()), T::SELECT)
    }

    /// The condition alone, for a write. An order or a limit would be dropped without a word: refused. So is a filter without
    /// a condition.
    fn filter_of(self, verb: &'static str) -> Result<Option<Node>> {
        let label = Label { verb, table: Some(T::NAME.name) };
        if !self.order.is_empty() || self.limit.is_some() {
            return Err(Error::invalid_statement(
                label,
                "`order_by` and `limit` have no meaning here; narrow the rows by `filter` instead",
            ));
        }
        meant(self.filter.as_ref(), label)?;
        Ok(self.filter)
    }
}

/// Refuses a write of every row by a filter: most likely none of its conditions was given.
pub(super) fn meant(filter: Option<&Node>, label: Label) -> Result<()> {
    if filter.is_none_or(|filter| !filter.is_always()) {
        return Ok(());
    }
    let why = format!("its filter holds no condition, so it would {} every row in its reach", label.verb);
    Err(Error::invalid_statement(label, why).with_advice(
        "where every row is meant, leave `.filter(..)` out; else give it a condition, or do nothing where there is none",
    ))
}

/// A read of one row by its primary key.
#[derive(Debug)]
#[must_use = "a query does nothing until one of its terminals is awaited"]
pub struct Find<T> {
    key: Vec<Value>,
    deleted: Deleted,
    table: PhantomData<fn() -> T>,
}

impl<T> Clone for Find<T> {
    fn clone(&self) -> Self {
        Self { key: self.key.clone(), deleted: self.deleted, table: PhantomData }
    }
}

impl<T: SoftDelete> Find<T> {
    /// Finds the row if it is deleted, too.
    pub fn with_deleted(mut self) -> Self {
        self.deleted = Deleted::Shown;
        self
    }

    /// Finds the row only if it is deleted.
    pub fn only_deleted(mut self) -> Self {
        self.deleted = Deleted::Only;
        self
    }
}

impl<T: SoftDelete> Select<T> {
    /// Reads deleted rows, too.
    pub fn with_deleted(mut self) -> Self {
        self.deleted = Deleted::Shown;
        self
    }

    /// Reads deleted rows alone.
    pub fn only_deleted(mut self) -> Self {
        self.deleted = Deleted::Only;
        self
    }
}

impl<T: Table> Find<T> {
    pub(crate) fn new(key: Vec<Value>) -> Self {
        Self { key, deleted: Deleted::Hidden, table: PhantomData }
    }

    /// Locks the row until the transaction ends: see [`Select::for_update`].
    pub fn for_update(self) -> Locked<Self> {
        Locked::new(self, Lock::UPDATE)
    }

    /// Lets others read the rows, and change none of them, until the transaction ends: `FOR SHARE`.
    ///
    /// CockroachDB under SERIALIZABLE takes no lock for it unless `enable_shared_locking_for_serializable` is on.
    pub fn for_share(self) -> Locked<Self> {
        Locked::new(self, Lock::SHARE)
    }

    /// The row.
    ///
    /// # Errors
    /// When there is none (`is_not_found`); and see [`Select::all`].
    pub fn one<'a, X: ReadRow + Reaches<T::Scope> + ?Sized>(self, executor: &'a X) -> BoxFuture<'a, Result<T>>
    where
        T: 'a,
    {
        let by_key = self.by_key();
        let stale = move |statement, clause: &str| Self::stale(statement, clause, &by_key);
        let (handle, statement) = executor.row_handle().fit(self.statement(None), stale);
        Box::pin(async move {
            let only = handle.only(&statement).await?;
            only_row(handle, &statement, only)?.ok_or_else(|| Error::not_found(T::SELECT))
        })
    }

    /// The row, if there is one.
    ///
    /// # Errors
    /// See [`Select::all`].
    pub fn optional<'a, X: ReadRow + Reaches<T::Scope> + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Option<T>>>
    where
        T: 'a,
    {
        let by_key = self.by_key();
        let stale = move |statement, clause: &str| Self::stale(statement, clause, &by_key);
        let (handle, statement) = executor.row_handle().fit(self.statement(None), stale);
        Box::pin(async move {
            let only = handle.only(&statement).await?;
            only_row(handle, &statement, only)
        })
    }

    /// Whether there is a row of that key.
    ///
    /// # Errors
    /// See [`Select::all`].
    pub fn exists<X: Read + Reaches<T::Scope> + ?Sized>(self, executor: &X) -> BoxFuture<'_, Result<bool>> {
        let label = Label { verb: "exists", table: Some(T::NAME.name) };
        let mut writer = Writer::new("SELECT EXISTS (SELECT 1 FROM ");
        writer.name(&T::NAME).push(&self.by_key()).push(")");
        let mut statement = writer.finish(Class::Read, label);
        statement.values = T::__GUARD.push(self.key);
        let handle = executor.handle();
        Box::pin(async move { scalar(&statement, handle).await })
    }

    /// The statement's text.
    pub fn to_sql(&self) -> String {
        self.clone().statement(None).sql.into_owned()
    }

    pub(super) fn statement(self, lock: Option<Lock>) -> Statement {
        let texts = T::__texts();
        let (plain, locking) = if self.is_fixed() {
            (Cow::Borrowed(texts.find.as_str()), Cow::Borrowed(texts.find_for_update.as_str()))
        } else {
            let find = format!("{}{}", texts.select, self.by_key());
            let locking = Cow::Owned(format!("{find} FOR UPDATE"));
            (Cow::Owned(find), locking)
        };
        let (sql, locking) = match lock {
            None => (plain, Some(locking)),
            Some(lock) if lock == Lock::UPDATE => (locking, None),
            Some(lock) => {
                let mut writer = Writer::new(&plain);
                write_lock(&mut writer, lock);
                (Cow::Owned(writer.take_text()), None)
            }
        };
        Statement {
            sql,
            values: T::__GUARD.push(self.key),
            locking,
            class: Class::of_read(lock.is_some()),
            label: T::SELECT,
            expects: Expects::Any,
        }
    }

    /// Whether its text is that of all its like.
    fn is_fixed(&self) -> bool {
        self.deleted == Deleted::Hidden
    }

    /// ` WHERE <key> = $1 ..`.
    fn by_key(&self) -> Cow<'static, str> {
        let texts = T::__texts();
        if self.is_fixed() {
            return Cow::Borrowed(&texts.by_key);
        }
        Cow::Owned(format!("{}{}", texts.key, T::__GUARD.text(self.key.len(), self.deleted)))
    }

    /// The statement with a clause behind its table.
    fn stale(statement: Statement, clause: &str, by_key: &str) -> Statement {
        let sql = Cow::Owned(format!("{}{clause}{by_key}", T::__texts().select));
        Statement { sql, locking: None, ..statement }
    }

    pub(super) fn locked_at(self, handle: Handle<'_>, lock: Lock) -> BoxFuture<'_, Result<Option<T>>> {
        let statement = self.statement(Some(lock));
        Box::pin(async move {
            let only = handle.only(&statement).await?;
            only_row(handle, &statement, only)
        })
    }
}

pub(super) fn run<T: Table>(statement: Statement, handle: Handle<'_>) -> BoxFuture<'_, Result<Vec<T>>> {
    Box::pin(async move {
        let label = statement.label;
        handle.each(&statement, |row| T::from_row(&RowReader::new(row, label))).await
    })
}

/// The one value of a result of one row and one column.
async fn scalar<F: Field>(statement: &Statement, handle: Handle<'_>) -> Result<F> {
    let values: Vec<(F,)> = handle.read(statement, |rows| read_all(rows, statement.label)).await?;
    match at_most_one(values, statement.label)? {
        Some((value,)) => Ok(value),
        None => Err(Error::not_found(statement.label)),
    }
}
