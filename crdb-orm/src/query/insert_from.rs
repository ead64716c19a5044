//! Inserts of what a query reads.

use std::marker::PhantomData;

use super::expr::Column;
use super::node::Node;
use super::read::Rows;
use super::row::{read_all, rows_of};
use super::table::Table;
use super::unwritten::{HINTED, Unwritten};
use super::writer::Writer;
use crate::conn::ServerKind;
use crate::error::{Error, Result};
use crate::exec::{BoxFuture, Class, InTransaction, Label, Reaches, Statement, Write};
use crate::schema::ColumnType;
use crate::types::{Field, Slot, SqlType};

/// That a column of field type `F` takes what a query reads as `Self`: the same type, or one that is not NULL for a column
/// that may be.
#[diagnostic::on_unimplemented(
    message = "a column of type `{F}` does not take `{Self}`",
    note = "what may be NULL does not go into a column that must not be: `.coalesce(..)` takes it away"
)]
pub trait Fills<F> {}

impl<F: Field> Fills<F> for F {}
impl<B: SqlType> Fills<Option<B>> for B {}

/// Columns of table `T` that take rows of `O`: a column, or a tuple of up to twelve.
#[diagnostic::on_unimplemented(
    message = "these columns do not take the rows of this query",
    label = "the query reads `{O}`",
    note = "it has to read as many values as there are columns, each of the type of its column"
)]
pub trait Takes<T, O> {
    /// Their names, and how many digits behind the point each keeps, where more are refused.
    #[doc(hidden)]
    fn __columns(self) -> Vec<(&'static str, Option<u16>)>;
}

#[diagnostic::do_not_recommend]
impl<T, F: Field, O: Fills<F>> Takes<T, O> for Column<T, F> {
    fn __columns(self) -> Vec<(&'static str, Option<u16>)> {
        vec![(self.name(), self.scale())]
    }
}

macro_rules! takes {
    ($($field:ident $output:ident $index:tt),*) => {
        impl<T, $($field: Field, $output: Fills<$field>),*> Takes<T, ($($output,)*)> for ($(Column<T, $field>,)*) {
            fn __columns(self) -> Vec<(&'static str, Option<u16>)> {
                vec![$((self.$index.name(), self.$index.scale())),*]
            }
        }
    };
}

takes!(A OA 0);
takes!(A OA 0, B OB 1);
takes!(A OA 0, B OB 1, C OC 2);
takes!(A OA 0, B OB 1, C OC 2, D OD 3);
takes!(A OA 0, B OB 1, C OC 2, D OD 3, E OE 4);
takes!(A OA 0, B OB 1, C OC 2, D OD 3, E OE 4, F OF 5);
takes!(A OA 0, B OB 1, C OC 2, D OD 3, E OE 4, F OF 5, G OG 6);
takes!(A OA 0, B OB 1, C OC 2, D OD 3, E OE 4, F OF 5, G OG 6, H OH 7);
takes!(A OA 0, B OB 1, C OC 2, D OD 3, E OE 4, F OF 5, G OG 6, H OH 7, I OI 8);
takes!(A OA 0, B OB 1, C OC 2, D OD 3, E OE 4, F OF 5, G OG 6, H OH 7, I OI 8, J OJ 9);
takes!(A OA 0, B OB 1, C OC 2, D OD 3, E OE 4, F OF 5, G OG 6, H OH 7, I OI 8, J OJ 9, K OK 10);
takes!(A OA 0, B OB 1, C OC 2, D OD 3, E OE 4, F OF 5, G OG 6, H OH 7, I OI 8, J OJ 9, K OK 10, L OL 11);

/// An insert of what a query reads, from [`Rows::insert_into`]: `INSERT INTO .. SELECT ..`.
#[derive(Debug)]
#[must_use = "an insert does nothing until one of its terminals is awaited"]
pub struct InsertFrom<T> {
    statement: Unwritten,
    ignore: bool,
    table: PhantomData<fn() -> T>,
}

/// Why an insert of what a part writes is itself no part.
const WRITES: &str = "it has parts that write, and servers take these outermost only";

impl<S, O: Send + 'static, W> Rows<S, O, W> {
    /// Inserts what is read into the columns of a table; columns that are not named get their defaults.
    ///
    /// The server does it alone, and no row travels. It is one transaction: for very many rows, a batch of keys at a time
    /// is better (<https://www.cockroachlabs.com/docs/stable/bulk-delete-data>).
    ///
    /// ```
    /// use crdb_orm::prelude::*;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "orders")]
    /// # struct Order { #[crdb(primary_key)] id: Uuid, total: i64, paid: bool }
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "archive")]
    /// # struct Archived { #[crdb(primary_key)] id: Uuid, total: Option<i64> }
    ///
    /// let archive = Order::filter(Order::PAID)
    ///     .select((Order::ID, Order::TOTAL))
    ///     .insert_into((Archived::ID, Archived::TOTAL))
    ///     .or_ignore();
    /// assert_eq!(
    ///     archive.to_sql()?,
    ///     "INSERT INTO archive (id, total) SELECT orders.id, orders.total FROM orders WHERE orders.paid \
    ///      ON CONFLICT DO NOTHING"
    /// );
    /// # Ok::<(), crdb_orm::Error>(())
    /// ```
    pub fn insert_into<T: Table, C: Takes<T, O>>(self, columns: C) -> InsertFrom<T> {
        let (columns, scales): (Vec<_>, Vec<_>) = columns.__columns().into_iter().unzip();
        let (label, mut body) = (self.label(), self.body);
        let alone = body.has_writes().then_some(WRITES).or(body.has_hints().then_some(HINTED));
        let statement = Unwritten::later_alone(alone, move |kind| {
            check::<T>(&columns, InsertFrom::<T>::LABEL)?;
            body.check(label)?;
            for (place, (column, scale)) in columns.iter().zip(scales).enumerate() {
                if let Some(scale) = scale {
                    body.refuse_rounded(place, column, scale);
                }
            }
            let mut columns = columns;
            if let Some(tenant) = T::__GUARD.tenant {
                columns.push(tenant.name);
                body.read_too(&Node::Value(tenant.value(Slot::New)), tenant.ty);
            }
            let mut writer = Writer::new("");
            body.write_parts(writer.of_kind(kind));
            writer.push("INSERT INTO ").name(&T::NAME);
            for (i, column) in columns.into_iter().enumerate() {
                writer.push(if i == 0 { " (" } else { ", " }).ident(column);
            }
            writer.push(") ");
            body.write(&mut writer, false);
            Ok(writer.finish(Class::Write, InsertFrom::<T>::LABEL))
        });
        InsertFrom { statement, ignore: false, table: PhantomData }
    }
}

/// A column that is needed and not given, or one that is given twice or made by the server, is told before anything is
/// sent.
fn check<T: Table>(given: &[&'static str], label: Label) -> Result<()> {
    let (table, tenant) = (T::TABLE, T::__GUARD.tenant.map(|tenant| tenant.name));
    if let Some(name) = tenant.filter(|name| given.contains(name)) {
        let why = format!("column `{name}` is the tenant of the rows, which the handle gives: leave it out");
        return Err(Error::invalid_statement(label, why).with_column(name));
    }
    for (i, name) in given.iter().enumerate() {
        if given.iter().skip(i + 1).any(|other| other == name) {
            return Err(Error::invalid_statement(label, format!("column `{name}` is given twice")));
        }
    }
    for column in table.columns {
        let is_given = given.contains(&column.name);
        if is_given && column.is_generated() {
            let why =
                format!("column `{}` is made by the server, and nothing can be put into it", column.name);
            return Err(Error::invalid_statement(label, why).with_column(column.name));
        }
        // The region of a row is that of the node that it is sent to.
        let has_default =
            column.default.is_some() || column.identity.is_some() || column.ty == ColumnType::Region;
        let has_default = has_default || tenant == Some(column.name);
        let can_be_left_out = column.nullable || column.is_generated() || has_default;
        if !is_given && !can_be_left_out {
            let why = format!("column `{}` is neither given, nor has it a default", column.name);
            return Err(Error::invalid_statement(label, why).with_column(column.name));
        }
    }
    Ok(())
}

impl<T: Table> InsertFrom<T> {
    pub(super) const LABEL: Label = Label { verb: "insert", table: Some(T::NAME.name) };

    /// Leaves out rows that conflict with one that is there already, by whatever unique key.
    pub fn or_ignore(mut self) -> Self {
        self.ignore = true;
        self
    }

    /// Runs it and returns how many rows were inserted.
    ///
    /// # Errors
    /// A statement's errors, such as a key that is there already (`is_unique_violation`); a column that is needed and not
    /// given (`is_invalid_statement`).
    pub fn exec<X: Write + Reaches<T::Scope> + ?Sized>(self, executor: &X) -> BoxFuture<'_, Result<u64>> {
        let handle = executor.handle();
        let statement = self.into_statement(handle.server_kind());
        Box::pin(async move {
            let statement = statement.inspect_err(|error| handle.fail(error))?;
            handle.execute(&statement).await
        })
    }

    /// Runs it and returns the rows that were inserted.
    ///
    /// # Errors
    /// See [`exec`](Self::exec).
    pub fn all<'a, X: Write + Reaches<T::Scope> + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Vec<T>>>
    where
        T: 'a,
    {
        let handle = executor.handle();
        let statement = self.into_statement(handle.server_kind());
        Box::pin(async move {
            let mut statement = statement.inspect_err(|error| handle.fail(error))?;
            statement.sql.to_mut().push_str(&T::__texts().returning);
            statement.expects = rows_of::<T>(true);
            handle.read(&statement, |rows| read_all(rows, statement.label)).await
        })
    }

    /// Keeps it until COMMIT, with which it travels without waiting, or until the next statement of the transaction.
    pub fn defer<X: InTransaction + Reaches<T::Scope> + ?Sized>(self, tx: &X) {
        let handle = tx.handle();
        handle.defer(self.into_statement(handle.server_kind()));
    }

    /// The statement's text.
    ///
    /// # Errors
    /// When a column is needed and not given, or given twice.
    pub fn to_sql(self) -> Result<String> {
        self.into_statement(None).map(|statement| statement.sql.into_owned())
    }

    pub(super) fn into_statement(self, kind: Option<ServerKind>) -> Result<Statement> {
        let mut statement = self.statement.write(kind)?;
        if self.ignore {
            statement.sql.to_mut().push_str(" ON CONFLICT DO NOTHING");
        }
        Ok(statement)
    }

    /// The statement, to be written when the kind of its server is known.
    pub(super) fn unwritten(self) -> Unwritten {
        Unwritten::later_alone(self.statement.alone(), |kind| self.into_statement(kind))
    }
}
