//! What stands on the right of an operator or an assignment.

use super::{Column, Expr};
use crate::query::node::Node;
use crate::types::{Field, IntoField, NotNull, Nulls, SqlType};

/// What a column of type `B` of table `T` may be compared with: a value, or another column or expression of
/// the same table.
#[diagnostic::on_unimplemented(
    message = "a column of type `{B}` cannot be compared with `{Self}`",
    label = "expected a `{B}`, or a column of that type of the same table",
    note = "a column that may be NULL compares with the inner type; for NULL itself there is `.is_null()`",
    note = "of an `Option`: where `None` means NULL, `.is_not_distinct_from(option)`; where it means no condition, \
            `filter.and_some(option, |value| Order::NOTE.eq(value))`"
)]
pub trait IntoOperand<T, B> {
    /// Whether it may be NULL.
    #[doc(hidden)]
    type Nulls: Nulls;

    #[doc(hidden)]
    fn into_operand(self) -> Operand;
}

/// What a column of field type `F` of table `T` may be set to: a value, or an expression of the same table.
#[diagnostic::on_unimplemented(
    message = "a column of type `{F}` cannot be set to `{Self}`",
    label = "expected a `{F}`, or an expression of that type over the same table"
)]
pub trait IntoAssignment<T, F> {
    #[doc(hidden)]
    fn into_assignment(self) -> Operand;
}

/// The inside of an expression.
#[doc(hidden)]
#[derive(Debug)]
pub struct Operand(pub(crate) Node);

pub(in crate::query) fn bound(value: &impl Field) -> Operand {
    Operand(Node::Value(value.to_value()))
}

impl<T, B: SqlType> IntoOperand<T, B> for B {
    type Nulls = NotNull;

    fn into_operand(self) -> Operand {
        bound(&self)
    }
}

impl<T, F: Field> IntoAssignment<T, F> for F {
    fn into_assignment(self) -> Operand {
        bound(&self)
    }
}

impl<T, B: SqlType + Clone> IntoAssignment<T, B> for &B {
    fn into_assignment(self) -> Operand {
        bound(self)
    }
}

impl<T, B: SqlType + Clone> IntoAssignment<T, Option<B>> for &B {
    fn into_assignment(self) -> Operand {
        bound(self)
    }
}

impl<T, B: SqlType> IntoAssignment<T, Option<B>> for B {
    fn into_assignment(self) -> Operand {
        bound(&self)
    }
}

impl<T, B: SqlType + Clone> IntoOperand<T, B> for &B {
    type Nulls = NotNull;

    fn into_operand(self) -> Operand {
        bound(self)
    }
}

macro_rules! borrowed {
    ($($from:ty => $to:ty),* $(,)?) => {$(
        impl<T> IntoOperand<T, $to> for $from {
            type Nulls = NotNull;

            fn into_operand(self) -> Operand {
                bound(&IntoField::<$to>::into_field(self))
            }
        }
        impl<T> IntoAssignment<T, $to> for $from {
            fn into_assignment(self) -> Operand {
                bound(&IntoField::<$to>::into_field(self))
            }
        }
        impl<T> IntoAssignment<T, Option<$to>> for $from {
            fn into_assignment(self) -> Operand {
                bound(&IntoField::<$to>::into_field(self))
            }
        }
    )*};
}

borrowed! {
    &str => String,
    Box<str> => String,
    std::borrow::Cow<'_, str> => String,
    &[u8] => Vec<u8>,
}

macro_rules! over_table {
    ($($kind:ident),*) => {$(
        impl<T, F: Field> IntoOperand<T, F::Base> for $kind<T, F> {
            type Nulls = F::Nulls;

            fn into_operand(self) -> Operand {
                Operand(self.into_node())
            }
        }

        // NULL where the column must not be is the server's to refuse; the types of the values agree.
        impl<T, F: Field, G: Field<Base = F::Base>> IntoAssignment<T, F> for $kind<T, G> {
            fn into_assignment(self) -> Operand {
                Operand(self.into_node())
            }
        }
    )*};
}

over_table!(Column, Expr);
