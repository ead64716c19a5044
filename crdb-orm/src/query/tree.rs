//! Rows that are inserted with the rows that belong to them: a statement for each level, the keys filled in.

use std::fmt;
use std::future::ready;
use std::marker::PhantomData;

use tokio_postgres::Row;

use super::bulk::{
    BYTES, COCKROACH_ROW, Columns, NewRow, OfTenant, PARAMETERS, ROWS, RowWriter, insert_text,
};
use super::guard::TenantColumn;
use super::insert::{Set, Unset};
use super::relate::{Link, Linked, Many, One, Shape};
use super::row::{one_of, read_all};
use super::table::Table;
use super::writer::Writer;
use crate::error::{Error, Result};
use crate::exec::{BoxFuture, Class, Expects, Handle, Label, Reaches, Statement, Write};
use crate::schema::{ColumnType, TypeName};
use crate::txn::{Slot, Tx};
use crate::types::{BoxError, Nulls, Slot as Place, Value};

/// A row with the rows that belong to it, all of them new: from `.with(relation, rows)` on an insert.
///
/// The rows below get the key of the row above by the relation's foreign key, which they neither need to give nor can. Their
/// other columns are required as ever, and they may have rows of their own. Rows of one table at one depth are written by
/// one statement for each 500, the rows above first. It is one transaction: on `&db` one of its own, run again on a
/// serialization failure, that waits for the server twice; on `&tx` it is part of that one.
///
/// ```no_run
/// use crdb_orm::prelude::*;
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "customers", has_many(orders = Order::CUSTOMER_ID))]
/// # struct Customer { #[crdb(primary_key)] id: Uuid, name: String }
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "orders", has_many(lines = Line::ORDER_ID), many_to_many(tags = Tag, through(OrderTag::ORDER_ID, OrderTag::TAG_ID)))]
/// # struct Order { #[crdb(primary_key)] id: Uuid, #[crdb(references = Customer, index)] customer_id: Uuid, total: i64 }
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "lines")]
/// # struct Line { #[crdb(primary_key)] id: Uuid, #[crdb(references = Order, index)] order_id: Uuid, what: String }
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "tags")]
/// # struct Tag { #[crdb(primary_key)] id: Uuid, name: String }
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "order_tags", primary_key(order_id, tag_id))]
/// # struct OrderTag { #[crdb(references = Order)] order_id: Uuid, #[crdb(references = Tag, index)] tag_id: Uuid }
/// # async fn example(db: Database) -> crdb_orm::Result<()> {
/// let order = Order::insert()
///     .total(12)
///     .with(Order::LINES, ["soap", "milk"].map(|what| Line::insert().what(what)))
///     .with(Order::TAGS, [Tag::insert().name("new")]);
/// let customer: Customer = Customer::insert().name("Ann").with(Customer::ORDERS, [order]).one(&db).await?;
/// # let _ = customer;
/// # Ok(())
/// # }
/// ```
///
/// Of a `many_to_many` the rows are new ones, and each is written with its row of the table between; to name rows that are
/// there already, insert rows of that table through a `has_many`.
///
/// Keys have to be known before: UUID keys are made by the client, any other is given.
#[must_use = "an insert does nothing until one of its terminals is awaited"]
pub struct Tree<T, B> {
    root: B,
    branches: Vec<Branch>,
    table: PhantomData<fn() -> T>,
}

/// Rows below another one, which are planned when its key is known.
#[doc(hidden)]
pub struct Branch(Planning);

/// Plans the rows below one, at a depth.
type Planning = Box<dyn FnOnce(&Columns, usize, &mut Plan) -> Result<()> + Send>;

impl fmt::Debug for Branch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Branch").finish_non_exhaustive()
    }
}

/// The key of the row above, by the columns that hold it below.
#[doc(hidden)]
#[derive(Debug)]
pub struct ParentKey<'k> {
    columns: &'static [&'static str],
    /// `None` for the tenant, which the handle gives to the row below as to the one above.
    values: Vec<Option<&'k [u8]>>,
}

impl<'k> ParentKey<'k> {
    /// That of a row, as a relation follows it to a table of these tenants.
    fn of<P: Table, C, S>(
        link: &Link<P, C, S>,
        row: &'k Columns,
        tenant: Option<TenantColumn>,
    ) -> Result<Self> {
        let value = |(name, below): (&&'static str, &&'static str)| match row.first(name) {
            None if is_left_to_the_handle(P::__GUARD.tenant, name, tenant, below) => Ok(None),
            value => value.map(Some).ok_or_else(|| {
                let why = format!("rows below it need its `{name}`, which only the server would know");
                Error::invalid_statement(label::<P>(), why)
                    .with_column(name)
                    .with_advice("give the key, or make it a `Uuid`, which the client makes")
            }),
        };
        let pairs = link.key.columns.iter().zip(link.columns);
        Ok(Self { columns: link.columns, values: pairs.map(value).collect::<Result<_>>()? })
    }

    /// The value of a column below, if it is one of the key.
    pub fn value(&self, column: &str) -> Option<&'k [u8]> {
        let at = self.columns.iter().position(|name| *name == column)?;
        self.values.get(at).copied().flatten()
    }

    /// Whether a column below is one of the key.
    fn has(&self, column: &str) -> bool {
        self.columns.contains(&column)
    }
}

/// Whether a column of one row is the tenant, as a column of another row is that equals it: both are left out.
fn is_left_to_the_handle(
    tenant: Option<TenantColumn>,
    name: &str,
    other: Option<TenantColumn>,
    other_name: &str,
) -> bool {
    match (tenant, other) {
        (Some(tenant), Some(other)) => {
            (tenant.name, other.name) == (name, other_name) && tenant.kind == other.kind
        }
        _ => false,
    }
}

/// A row of `C` that can be inserted below a row of `P`: a builder to which the foreign key was not given, or one with rows
/// below it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be inserted below a row of `{P}`",
    label = "not an insert of `{C}` that refers to `{P}`",
    note = "give it `{C}::insert()` with its columns, except those of the foreign key to `{P}`"
)]
pub trait ChildOf<P, C>: Send + Sized + 'static {
    /// Writes the row, and returns what is below it.
    #[doc(hidden)]
    fn __child(self, parent: &ParentKey<'_>, row: &mut RowWriter<'_>) -> Vec<Branch>;
}

#[diagnostic::do_not_recommend]
impl<P, C: 'static, B: ChildOf<P, C>> ChildOf<P, C> for Tree<C, B> {
    fn __child(mut self, parent: &ParentKey<'_>, row: &mut RowWriter<'_>) -> Vec<Branch> {
        let mut branches = self.root.__child(parent, row);
        branches.append(&mut self.branches);
        branches
    }
}

/// That the column `C` of table `T` has not been given, since it is filled in from the row above.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{T}::insert()` gives column `{C}`, which is filled in from the row above",
    label = "`{C}` has been given",
    note = "leave `{C}` out: it is the key of the row to which this one belongs"
)]
pub trait FromParent<T, C> {}

impl<T, C> FromParent<T, C> for Unset {}

/// A required column that may have been given or not.
#[doc(hidden)]
pub trait MayBeGiven<V> {
    fn given(self) -> Option<V>;
}

impl<V> MayBeGiven<V> for Unset {
    fn given(self) -> Option<V> {
        None
    }
}

impl<V> MayBeGiven<V> for Set<V> {
    fn given(self) -> Option<V> {
        Some(self.0)
    }
}

/// How a value of a field is read, and given to a writer.
type FieldFunctions<F, W> =
    (fn(Option<&[u8]>) -> std::result::Result<F, BoxError>, fn(&F, &mut W, &'static str));

impl RowWriter<'_> {
    /// Adds a column of a foreign key: from the row above where it is what the relation follows, else as it was given.
    ///
    /// A column that `may_be_left_out` has a default, or is the tenant, which the handle fills in.
    pub fn from_parent<F>(
        &mut self,
        parent: &ParentKey<'_>,
        column: &'static str,
        given: Option<F>,
        may_be_left_out: bool,
        (from_raw, give): FieldFunctions<F, Self>,
    ) {
        let wrong = |why: String| {
            Error::invalid_statement(Label { verb: "insert", table: None }, why).with_column(column)
        };
        match (parent.value(column), given) {
            (None, Some(given)) if !parent.has(column) => give(&given, self, column),
            (None, None) if may_be_left_out => {}
            (None, None) => self.fail(wrong(format!("a row below another does not give `{column}`"))),
            (_, Some(_)) => {
                self.fail(wrong(format!(
                    "a row gives `{column}`, which is filled in from the row above: leave it out"
                )));
            }
            (Some(raw), None) => match from_raw(Some(raw)) {
                Ok(value) => give(&value, self, column),
                Err(why) => self.fail(wrong(format!("`{column}` has no place for the key above: {why}"))),
            },
        }
    }
}

/// Rows of `C` that can be given for a relation of `P`: any number for a `has_many` or a `many_to_many`, one for a
/// `has_one`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what this relation of `{P}` takes",
    note = "a `has_many` takes a list of `{C}::insert()`, without the foreign key; a `has_one` takes one of them; a `many_to_many` takes a list of whole inserts"
)]
pub trait NestedRows<P, C, S> {
    #[doc(hidden)]
    fn __branch(self, relation: Link<P, C, S>) -> Branch;
}

impl<P: Table, C: Table, I: IntoIterator<Item: ChildOf<P, C>>> NestedRows<P, C, Many> for I {
    fn __branch(self, relation: Link<P, C, Many>) -> Branch {
        children(relation, self)
    }
}

impl<P: Table, C: Table, N: Nulls, B: ChildOf<P, C>> NestedRows<P, C, One<N>> for B {
    fn __branch(self, relation: Link<P, C, One<N>>) -> Branch {
        children(relation, [self])
    }
}

impl<P: Table, C: Table, I> NestedRows<P, C, Linked> for I
where
    I: IntoIterator<Item: NewRow<C> + Send + 'static>,
{
    fn __branch(self, relation: Link<P, C, Linked>) -> Branch {
        let rows: Vec<I::Item> = self.into_iter().collect();
        Branch(Box::new(move |above, depth, plan| {
            for row in rows {
                let row = Columns::one(|out| row.__write(out), label::<C>())?;
                if let Some(between) = between(&relation, above, &row)? {
                    plan.add(depth + 1, between.0, between.1)?;
                }
                plan.add(depth, (&C::NAME, label::<C>(), C::__GUARD.tenant), row)?;
            }
            Ok(())
        }))
    }
}

fn children<P: Table, C: Table, S: 'static, B: ChildOf<P, C>>(
    relation: Link<P, C, S>,
    rows: impl IntoIterator<Item = B>,
) -> Branch {
    let rows: Vec<B> = rows.into_iter().collect();
    Branch(Box::new(move |above, depth, plan| {
        let key = ParentKey::of(&relation, above, C::__GUARD.tenant)?;
        for row in rows {
            let mut below = Vec::new();
            let row = Columns::one(|out| below = row.__child(&key, out), label::<C>())?;
            for Branch(branch) in below {
                branch(&row, depth + 1, plan)?;
            }
            plan.add(depth, (&C::NAME, label::<C>(), C::__GUARD.tenant), row)?;
        }
        Ok(())
    }))
}

/// A table of a level, and its column of tenants.
type Named = (&'static TypeName, Label, Option<TenantColumn>);

/// The row of the table between two rows.
fn between<P: Table, C: Table>(
    relation: &Link<P, C, Linked>,
    above: &Columns,
    below: &Columns,
) -> Result<Option<(Named, Columns)>> {
    let Some(through) = relation.through else { return Ok(None) };
    let tenant = through.source.guard.tenant;
    let key = ParentKey::of(relation, above, tenant)?;
    let label = Label { verb: "insert", table: Some(through.table.name) };
    let mut far = Vec::with_capacity(through.to.len());
    for ((name, ty), to) in C::KEY_COLUMNS.iter().zip(C::KEY_TYPES).zip(through.to) {
        let Some(raw) = below.first(name) else {
            if is_left_to_the_handle(C::__GUARD.tenant, name, tenant, to) {
                continue;
            }
            let why = format!("the table between needs its `{name}`, which only the server would know");
            return Err(Error::invalid_statement(self::label::<C>(), why).with_column(name));
        };
        far.push((*to, raw, (*ty, ColumnType::Array(ty))));
    }
    let row = Columns::one(
        |out| {
            for ((name, raw), ty) in relation.columns.iter().zip(&key.values).zip(relation.key.types) {
                if let Some(raw) = raw {
                    out.push_raw(name, (ty.ty, ty.array), raw);
                }
            }
            for (name, raw, types) in far {
                // One column may be of both keys, such as the tenant.
                if !relation.columns.iter().zip(&key.values).any(|(near, raw)| *near == name && raw.is_some())
                {
                    out.push_raw(name, types, raw);
                }
            }
        },
        label,
    )?;
    Ok(Some(((through.table, label, tenant), row)))
}

const fn label<T: Table>() -> Label {
    Label { verb: "insert", table: Some(T::NAME.name) }
}

/// The statements of a tree, by depth.
#[derive(Debug, Default)]
struct Plan(Vec<Vec<Level>>);

/// Rows of one table and of the same columns that are written together.
#[derive(Debug)]
struct Level {
    table: &'static TypeName,
    label: Label,
    tenant: Option<TenantColumn>,
    rows: Columns,
}

impl Level {
    fn is_full(&self) -> bool {
        let columns = self.rows.columns().max(1);
        self.rows.rows() >= ROWS
            || self.rows.bytes() >= BYTES
            || (self.rows.nested() && (self.rows.rows() + 1) * columns > PARAMETERS)
    }
}

impl Plan {
    fn add(&mut self, depth: usize, (table, label, tenant): Named, row: Columns) -> Result<()> {
        if row.columns() == 0 {
            return Err(Error::invalid_statement(label, "a row gives no column")
                .with_advice("give at least one column, such as the key"));
        }
        if row.bytes() > COCKROACH_ROW {
            let why = format!(
                "a row has {} bytes, and the server takes at most {COCKROACH_ROW} in one message",
                row.bytes()
            );
            return Err(Error::invalid_statement(label, why)
                .with_advice("keep large values elsewhere, or in several rows"));
        }
        while self.0.len() <= depth {
            self.0.push(Vec::new());
        }
        let Some(levels) = self.0.get_mut(depth) else { return Ok(()) };
        let mut left = Some(row);
        for level in levels.iter_mut().filter(|level| level.table == table && !level.is_full()) {
            if let Some(row) = left.take() {
                left = level.rows.append(row);
            }
        }
        levels.extend(left.map(|rows| Level { table, label, tenant, rows }));
        Ok(())
    }

    fn statements(self) -> Vec<Statement> {
        let levels = self.0.into_iter().flatten();
        levels
            .map(|Level { table, label, tenant, rows }| {
                let tenant = OfTenant::of_column(tenant, &rows);
                let mut writer = Writer::new(&insert_text(table, &rows, &tenant));
                writer.set_values(tenant.values(rows));
                writer.finish(Class::Write, label)
            })
            .collect()
    }
}

impl<T: Table, B> Tree<T, B> {
    /// Starts a tree. The derive's `with` calls this.
    #[doc(hidden)]
    pub fn new(root: B) -> Self {
        Self { root, branches: Vec::new(), table: PhantomData }
    }

    /// Adds rows that belong to this one by a relation.
    pub fn with<C: Table, S: Shape, R: NestedRows<T, C, S>>(
        mut self,
        relation: Link<T, C, S>,
        rows: R,
    ) -> Self {
        self.branches.push(rows.__branch(relation));
        self
    }
}

impl<T: Table, B: NewRow<T> + Send + 'static> Tree<T, B> {
    /// Runs it and returns how many rows were inserted, the rows of tables between included.
    ///
    /// # Errors
    /// See [`Trees::exec`].
    pub fn exec<X: Write + Reaches<T::Scope> + ?Sized>(self, executor: &X) -> BoxFuture<'_, Result<u64>> {
        Trees::new([self]).exec(executor)
    }

    /// Runs it and returns the row at its top as the server has stored it.
    ///
    /// # Errors
    /// See [`Trees::exec`].
    pub fn one<'a, X: Write + Reaches<T::Scope> + ?Sized>(self, executor: &'a X) -> BoxFuture<'a, Result<T>>
    where
        T: 'a,
    {
        let trees = Trees::new([self]);
        let handle = executor.handle();
        Box::pin(async move {
            let (rows, _) = trees.run(handle, true).await?;
            let row = read_all(&rows, label::<T>()).and_then(|rows| one_of(rows, label::<T>()));
            // On a database it is committed by now, whatever is wrong with its answer.
            row.map_err(|error| match handle {
                Handle::Database(_) => error.after_the_answer(true),
                _ => error,
            })
        })
    }

    /// The texts of its statements, in their order.
    ///
    /// # Errors
    /// See [`Trees::exec`].
    pub fn to_sql(self) -> Result<Vec<String>> {
        Trees::new([self]).to_sql()
    }
}

impl<T, B> fmt::Debug for Tree<T, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tree").field("branches", &self.branches.len()).finish_non_exhaustive()
    }
}

/// Rows with the rows that belong to them, all of them new: from [`Table::insert_trees`].
#[derive(Debug)]
#[must_use = "an insert does nothing until one of its terminals is awaited"]
pub struct Trees<T> {
    plan: Result<Plan>,
    /// The key of the first row, where it was made for this insert alone.
    key: Option<Vec<Value>>,
    table: PhantomData<fn() -> T>,
}

impl<T: Table> Trees<T> {
    pub(super) fn new<B, I>(trees: I) -> Self
    where
        B: NewRow<T> + Send + 'static,
        I: IntoIterator<Item = Tree<T, B>>,
    {
        let mut key = None;
        let mut plan = Plan::default();
        let mut add = |tree: Tree<T, B>, first: bool| {
            let row = Columns::one(|out| tree.root.__write(out), label::<T>())?;
            if first && row.keyed() {
                let columns = T::KEY_COLUMNS.iter().zip(T::KEY_TYPES);
                let tenant = |name| T::__GUARD.tenant.filter(|tenant| tenant.name == name);
                key = columns
                    .map(|(name, ty)| match row.first(name) {
                        Some(raw) => Some(Value::from_raw(*ty, Some(raw.to_vec()))),
                        // It is looked for by the handle that has made it.
                        None => Some(tenant(*name)?.value(Place::Where)),
                    })
                    .collect();
            }
            for Branch(branch) in tree.branches {
                branch(&row, 1, &mut plan)?;
            }
            plan.add(0, (&T::NAME, label::<T>(), T::__GUARD.tenant), row)
        };
        let added = trees.into_iter().enumerate().try_for_each(|(n, tree)| {
            add(tree, n == 0).map_err(|error| match n {
                0 => error,
                _ => error.with_context(format!("tree {n}, counted from 0")),
            })
        });
        Self { plan: added.map(|()| plan), key, table: PhantomData }
    }

    /// Runs it and returns how many rows were inserted, the rows of tables between included.
    ///
    /// All of it is one transaction, and one transaction should not grow large: give it some thousand rows at most.
    ///
    /// # Errors
    /// A statement's errors, after which nothing is inserted; a key that only the server would know, or a foreign key that
    /// was given though it comes from the row above (`is_invalid_statement`). When the answer to COMMIT is lost, the
    /// first row is looked for if its key was made for it: if it is there, all are.
    pub fn exec<X: Write + Reaches<T::Scope> + ?Sized>(self, executor: &X) -> BoxFuture<'_, Result<u64>>
    where
        T: 'static,
    {
        let handle = executor.handle();
        Box::pin(async move { self.run(handle, false).await.map(|(_, count)| count) })
    }

    /// The texts of its statements, in their order.
    ///
    /// # Errors
    /// See [`exec`](Self::exec).
    pub fn to_sql(self) -> Result<Vec<String>> {
        Ok(self.plan?.statements().into_iter().map(|statement| statement.sql.into_owned()).collect())
    }

    /// Runs it; returns the rows of the first statement where they are wanted, and the number of all.
    async fn run(self, handle: Handle<'_>, returning: bool) -> Result<(Vec<Row>, u64)> {
        let plan = self.plan.inspect_err(|error| handle.fail(error))?;
        let count = plan.0.iter().flatten().map(|level| level.rows.rows() as u64).sum();
        let mut statements = plan.statements();
        if let Some(first) = statements.first_mut().filter(|_| returning) {
            first.sql.to_mut().push_str(&T::__texts().returning);
        }
        let db = match handle {
            Handle::Database(db) => db,
            Handle::Tx(_) | Handle::AsOf(_) => {
                let mut rows = None;
                for statement in &statements {
                    let answer = handle.rows(statement).await?;
                    rows.get_or_insert(answer);
                }
                return Ok((rows.unwrap_or_default(), count));
            }
        };
        let Some(first) = statements.first() else { return Ok((Vec::new(), 0)) };
        let slot = &Slot::default();
        let run = |tx: Tx| {
            for (n, statement) in statements.iter().enumerate() {
                if n == 0 {
                    tx.defer_into(statement.clone(), slot.clone());
                } else {
                    tx.defer(Ok(statement.clone()));
                }
            }
            ready(Ok(()))
        };
        let result = if statements.len() == 1 {
            db.rows(first).await
        } else {
            let done = db.transaction("insert tree", run).await;
            done.map(|()| slot.take().map(|answer| answer.rows).unwrap_or_default())
        };
        let lost = match result {
            Err(error) if error.is_outcome_unknown() => error,
            result => return Ok((result?, count)),
        };
        // Nobody else can have made its key, so a row that is there was committed, and all others with it.
        let Some(key) = self.key else { return Err(lost) };
        let find = Statement {
            sql: T::__texts().find.as_str().into(),
            values: T::__GUARD.push(key),
            locking: None,
            class: Class::Read,
            label: label::<T>(),
            expects: Expects::Any,
        };
        match db.rows(&find).await {
            Ok(rows) if !rows.is_empty() => Ok((rows, count)),
            Ok(_) => Err(lost.with_context(
                "it is not known whether the rows were inserted: the first is not there, and may still arrive",
            )),
            Err(_) => Err(lost),
        }
    }
}
