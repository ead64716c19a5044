//! Several values that are compared as one.

use std::marker::PhantomData;

use super::{Column, Expr, Filter, Operand};
use crate::query::node::{Node, Part, Precedence, parts, text, whole};
use crate::types::{Field, SqlType, Value};

/// Several columns or expressions over the same table, to be compared as one: see [`row`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tuple of two to six columns or expressions of one table",
    note = "write `row((Item::CREATED_AT, Item::ID))`"
)]
pub trait RowValue<T> {
    /// The values that it is compared with.
    type Values: RowValues;

    #[doc(hidden)]
    fn into_operands(self) -> Vec<Operand>;
}

/// The values that several columns are compared with.
#[doc(hidden)]
pub trait RowValues: Sized {
    fn into_values(self) -> Vec<Value>;

    /// An array for each column.
    fn into_arrays(rows: Vec<Self>) -> Vec<Value>;
}

/// What can be an element of a [`row`].
#[doc(hidden)]
pub trait RowElement<T> {
    type Base: SqlType;

    fn into_element(self) -> Operand;
}

impl<T, F: Field> RowElement<T> for Column<T, F> {
    type Base = F::Base;

    fn into_element(self) -> Operand {
        Operand(self.into_node())
    }
}

impl<T, F: Field> RowElement<T> for Expr<T, F> {
    type Base = F::Base;

    fn into_element(self) -> Operand {
        Operand(self.into_node())
    }
}

/// Several columns compared as one: the first one counts, and where it is equal the next one.
///
/// ```
/// use crdb_orm::prelude::*;
/// use crdb_orm::query::row;
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "items")]
/// # struct Item { #[crdb(primary_key)] id: Uuid, price: i64 }
///
/// let after = Item::filter(row((Item::PRICE, Item::ID)).gt((100, Uuid::nil())));
/// assert!(after.to_sql().ends_with("WHERE (price, id) > ($1, $2)"));
/// ```
pub fn row<T, R: RowValue<T>>(columns: R) -> RowOf<T, R::Values> {
    RowOf {
        nodes: columns.into_operands().into_iter().map(|operand| operand.0).collect(),
        types: PhantomData,
    }
}

/// Several columns that are compared as one, from [`row`].
#[must_use = "it is to be compared with something"]
pub struct RowOf<T, V> {
    nodes: Vec<Node>,
    types: PhantomData<fn() -> (T, V)>,
}

/// `(a, b)`.
fn list(nodes: impl IntoIterator<Item = Node>) -> Node {
    let mut out = vec![text("(")];
    for (i, node) in nodes.into_iter().enumerate() {
        if i > 0 {
            out.push(text(", "));
        }
        out.push(whole(node));
    }
    out.push(text(")"));
    parts(Precedence::Atom, out)
}

impl<T, V: RowValues> RowOf<T, V> {
    fn compare(self, operator: &'static str, values: V) -> Filter<T> {
        let values = list(values.into_values().into_iter().map(Node::Value));
        Expr::new(parts(Precedence::Compare, [whole(list(self.nodes)), text(operator), whole(values)]))
    }

    /// All of them are equal to the values.
    pub fn eq(self, values: V) -> Filter<T> {
        self.compare(" = ", values)
    }

    /// At least one of them differs.
    pub fn ne(self, values: V) -> Filter<T> {
        self.compare(" != ", values)
    }

    /// Before the values.
    pub fn lt(self, values: V) -> Filter<T> {
        self.compare(" < ", values)
    }

    /// Before the values or equal to them.
    pub fn le(self, values: V) -> Filter<T> {
        self.compare(" <= ", values)
    }

    /// After the values.
    pub fn gt(self, values: V) -> Filter<T> {
        self.compare(" > ", values)
    }

    /// After the values or equal to them.
    pub fn ge(self, values: V) -> Filter<T> {
        self.compare(" >= ", values)
    }

    /// Equal to one of the rows of values: one parameter for each column, whatever their number; none matches an empty
    /// list.
    pub fn eq_any(self, rows: impl IntoIterator<Item = V>) -> Filter<T> {
        let arrays = V::into_arrays(rows.into_iter().collect());
        let mut out: Vec<Part> = vec![whole(list(self.nodes)), text(" IN (SELECT * FROM unnest")];
        out.extend([whole(list(arrays.into_iter().map(Node::Value))), text(")")]);
        Expr::new(parts(Precedence::Compare, out))
    }
}

impl<T, V> Clone for RowOf<T, V> {
    fn clone(&self) -> Self {
        Self { nodes: self.nodes.clone(), types: PhantomData }
    }
}

impl<T, V> std::fmt::Debug for RowOf<T, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("RowOf").field(&self.nodes).finish()
    }
}

macro_rules! tuple {
    ($($element:ident $value:ident $index:tt),*) => {
        impl<T, $($element: RowElement<T>),*> RowValue<T> for ($($element,)*) {
            type Values = ($($element::Base,)*);

            fn into_operands(self) -> Vec<Operand> {
                vec![$(self.$index.into_element()),*]
            }
        }

        impl<$($value: SqlType),*> RowValues for ($($value,)*) {
            fn into_values(self) -> Vec<Value> {
                vec![$(Value::encode(&self.$index)),*]
            }

            fn into_arrays(rows: Vec<Self>) -> Vec<Value> {
                let mut columns = ($(Vec::<$value>::with_capacity(rows.len()),)*);
                for row in rows {
                    $(columns.$index.push(row.$index);)*
                }
                vec![$(Value::encode(&columns.$index)),*]
            }
        }
    };
}

tuple!(A VA 0, B VB 1);
tuple!(A VA 0, B VB 1, C VC 2);
tuple!(A VA 0, B VB 1, C VC 2, D VD 3);
tuple!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4);
tuple!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5);
