//! NULL and what to do about it.

use super::{Expr, IntoOperand};
use crate::query::node::call;
use crate::types::{Field, Nulls, SqlType};

on_both! {
    [T, F: Field] F {
        /// It, or where it is NULL something else.
        pub fn coalesce<R: IntoOperand<T, F::Base>>(self, other: R) -> Expr<T, <R::Nulls as Nulls>::Of<F::Base>> {
            Expr::new(call("coalesce", [self.into_node(), other.into_operand().0]))
        }

        /// NULL where it equals something, else it: `a / b.nullif(0)` is NULL and no error where `b` is 0.
        pub fn nullif(self, other: impl IntoOperand<T, F::Base>) -> Expr<T, Option<F::Base>> {
            Expr::new(call("nullif", [self.into_node(), other.into_operand().0]))
        }

        /// The same as a value that may be NULL.
        pub fn nullable(self) -> Expr<T, Option<F::Base>> {
            Expr::new(self.into_node())
        }
    }

    [T, B: SqlType] Option<B> {
        /// The same as a value that is known not to be NULL, such as after a filter by `is_not_null`. Where it is NULL
        /// nevertheless, reading it is an error.
        pub fn assume_not_null(self) -> Expr<T, B> {
            Expr::new(self.into_node())
        }
    }
}
