//! SQL of one's own as an expression, and values as expressions.

use super::{Column, Expr, Operand};
use crate::query::node::{Node, Part, Precedence, cast, parts};
use crate::query::placeholders;
use crate::types::{Field, Value};

/// What stands for a placeholder of [`Expr::trusted`]: a value, a column or an expression.
pub trait Bind<T> {
    #[doc(hidden)]
    fn __node(self) -> Operand;
}

impl<T, F: Field> Bind<T> for F {
    fn __node(self) -> Operand {
        Operand(Node::Value(self.to_value()))
    }
}

impl<T, F: Field> Bind<T> for Column<T, F> {
    fn __node(self) -> Operand {
        Operand(self.into_node())
    }
}

impl<T, F: Field> Bind<T> for Expr<T, F> {
    fn __node(self) -> Operand {
        Operand(self.into_node())
    }
}

/// What stands for the placeholders of [`Expr::trusted`], in order: a tuple of up to six.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no tuple of what stands for placeholders",
    note = "write `()`, `(value,)`, `(Order::TOTAL, 5_i64)`: values, columns and expressions of the same table"
)]
pub trait Binds<T> {
    #[doc(hidden)]
    fn __nodes(self) -> Vec<Operand>;
}

impl<T> Binds<T> for () {
    fn __nodes(self) -> Vec<Operand> {
        Vec::new()
    }
}

macro_rules! binds {
    ($($bind:ident $index:tt),*) => {
        impl<T, $($bind: Bind<T>),*> Binds<T> for ($($bind,)*) {
            fn __nodes(self) -> Vec<Operand> {
                vec![$(self.$index.__node()),*]
            }
        }
    };
}

binds!(A 0);
binds!(A 0, B 1);
binds!(A 0, B 1, C 2);
binds!(A 0, B 1, C 2, D 3);
binds!(A 0, B 1, C 2, D 3, E 4);
binds!(A 0, B 1, C 2, D 3, E 4, G 5);

impl<T, F: Field> Expr<T, F> {
    /// An expression that the caller vouches for: SQL of one's own, for what has no method here. `$1`, `$2` and so on stand
    /// for what is bound; the result is cast to the type of `F`, so that it has it on every server.
    ///
    /// A column goes in by a placeholder, too: so it is named right where several tables are read. What is read as NULL
    /// although `F` is no `Option` is an error when it is read.
    ///
    /// ```
    /// use crdb_orm::prelude::*;
    /// use crdb_orm::query::Expr;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "orders")]
    /// # struct Order { #[crdb(primary_key)] id: Uuid, total: i64 }
    ///
    /// let class = Expr::<Order, i64>::trusted("width_bucket($1::FLOAT8, $2, $3, $4)", (Order::TOTAL, 0.0, 100.0, 5));
    /// assert_eq!(
    ///     Order::query().select(class).to_sql(),
    ///     "SELECT (width_bucket(total::FLOAT8, $1, $2, $3))::INT8 FROM orders"
    /// );
    /// ```
    ///
    /// # Errors
    /// Another number of placeholders than of what is bound is an error of the statement (`is_invalid_value`), which is
    /// not sent.
    pub fn trusted(sql: &'static str, binds: impl Binds<T>) -> Self {
        let binds = binds.__nodes();
        let wanted = placeholders::count(sql);
        if wanted != binds.len() {
            let why = format!(
                "the SQL of an expression has {wanted} placeholders (`$1`, `$2`, ..), and {} values were bound to it",
                binds.len()
            );
            return Self::new(cast(Node::Value(Value::refused(F::TYPE, &why)), F::TYPE));
        }
        let mut list: Vec<Part> = Vec::with_capacity(binds.len() * 2 + 1);
        let mut from = 0;
        for (start, end, number) in placeholders::places(sql) {
            list.push(Part::Text(sql.get(from..start).unwrap_or_default()));
            // Used again, a value is written as another placeholder.
            if let Some(node) = number.checked_sub(1).and_then(|at| binds.get(at)) {
                list.push(Part::Node(node.0.clone(), Precedence::Cast));
            }
            from = end;
        }
        list.push(Part::Text(sql.get(from..).unwrap_or_default()));
        // Nobody knows how tightly it binds.
        Self::new(cast(parts(Precedence::Or, list), F::TYPE))
    }
}

impl<F> Expr<(), F> {
    /// The same where an expression over some table is wanted: `Order::filter(random().lt(0.01).anywhere())`.
    pub fn anywhere<T>(self) -> Expr<T, F> {
        Expr::new(self.into_node())
    }
}

/// A value as an expression, for a list of what is read.
///
/// ```
/// use crdb_orm::prelude::*;
/// use crdb_orm::query::value;
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "orders")]
/// # struct Order { #[crdb(primary_key)] id: Uuid }
///
/// assert_eq!(Order::query().select((Order::ID, value(0_i64))).to_sql(), "SELECT id, $1 FROM orders");
/// ```
#[allow(clippy::needless_pass_by_value, reason = "`value(5)` reads better than `value(&5)`")]
pub fn value<F: Field>(value: F) -> Expr<(), F> {
    Expr::new(Node::Value(value.to_value()))
}

/// A random UUID, another one for each row: `gen_random_uuid()`.
pub fn random_uuid() -> Expr<(), uuid::Uuid> {
    Expr::new(Node::Constant("gen_random_uuid()"))
}
