//! Numbers. Every result is cast back to its type: CockroachDB widens arithmetic (INT4 + INT4 is INT8 there).

use std::ops::{Add, Div, Mul, Neg, Rem, Sub};

use super::{Column, Either, Expr, IntoOperand, bound};
use crate::query::node::{Node, Operator, Precedence, call, cast, parts, text, tight};
use crate::schema::ColumnType;
use crate::types::{Field, SqlType};

/// A type that can be added up.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a number: there is no arithmetic on it")]
pub trait Numeric: SqlType {
    /// The type of a sum of it.
    type Sum: SqlType;
    /// The type of an average of it.
    type Average: SqlType;
    #[doc(hidden)]
    const SUM: ColumnType = <Self::Sum as SqlType>::TYPE;
}

/// A number that can be divided with a remainder: a whole number or a decimal.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no remainder in SQL",
    note = "whole numbers and decimals have one; PostgreSQL has none for floats"
)]
pub trait Divisible: Numeric {}

/// A number with digits after the point.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no digits after the point, so there is nothing to round",
    note = "floats and decimals have them"
)]
pub trait Fractional: Numeric {}

/// A whole number.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a whole number: it has no bits to work on")]
pub trait WholeNumber: Numeric {}

impl WholeNumber for i16 {}
impl WholeNumber for i32 {}
impl WholeNumber for i64 {}

macro_rules! numeric {
    ($($rust:ty => $sum:ty, $average:ty: $($kind:ident)*;)*) => {$(
        impl Numeric for $rust {
            type Sum = $sum;
            type Average = $average;
        }
        $(impl $kind for $rust {})*
    )*};
}

numeric! {
    i16 => i64, f64: Divisible;
    i32 => i64, f64: Divisible;
    i64 => i64, f64: Divisible;
    f32 => f64, f64: Fractional;
    f64 => f64, f64: Fractional;
}

#[cfg(feature = "rust_decimal")]
numeric! {
    rust_decimal::Decimal => rust_decimal::Decimal, rust_decimal::Decimal: Divisible Fractional;
}

#[cfg(feature = "bigdecimal")]
numeric! {
    bigdecimal::BigDecimal => bigdecimal::BigDecimal, bigdecimal::BigDecimal: Divisible Fractional;
}

/// Arithmetic, cast back to the column's type.
fn arithmetic(ty: ColumnType, operator: Operator, left: Node, right: Node) -> Node {
    let whole = matches!(ty, ColumnType::Int2 | ColumnType::Int4 | ColumnType::Int8);
    let result = if whole && operator == Operator::DIV {
        // `/` is a decimal on CockroachDB; `div` cuts the fraction off on both servers.
        call("div", [left, right])
    } else {
        Node::binary(operator, left, right)
    };
    cast(result, ty)
}

macro_rules! operators {
    ($kind:ident: $($trait:ident $method:ident $operator:ident $bound:ident;)*) => {$(
        impl<T, F, R> $trait<R> for $kind<T, F>
        where
            F: Field<Base: $bound>,
            R: IntoOperand<T, F::Base>,
        {
            type Output = Expr<T, Either<F, R::Nulls, F::Base>>;

            fn $method(self, other: R) -> Self::Output {
                let (left, right) = (self.into_node(), other.into_operand().0);
                Expr::new(arithmetic(F::TYPE, Operator::$operator, left, right))
            }
        }
    )*

        impl<T, F: Field<Base: Numeric>> Neg for $kind<T, F> {
            type Output = Expr<T, F>;

            fn neg(self) -> Expr<T, F> {
                let negated = parts(Precedence::Add, [text("-"), tight(self.into_node())]);
                Expr::new(cast(negated, F::TYPE))
            }
        }
    };
}

macro_rules! on_numbers {
    ($($kind:ident),*) => {$(
        operators! { $kind:
            Add add ADD Numeric;
            Sub sub SUB Numeric;
            Mul mul MUL Numeric;
            Div div DIV Numeric;
            Rem rem REM Divisible;
        }
    )*};
}

on_numbers!(Column, Expr);

on_both! {
    [T, F: Field] F {
        /// Without its sign.
        pub fn abs(self) -> Expr<T, F>
        where
            F::Base: Numeric,
        {
            Expr::new(cast(call("abs", [self.into_node()]), F::TYPE))
        }

        /// The greater one of two; a NULL counts for nothing.
        pub fn greatest<R: IntoOperand<T, F::Base>>(self, other: R) -> Expr<T, F>
        where
            F::Base: Numeric,
        {
            Expr::new(cast(call("greatest", [self.into_node(), other.into_operand().0]), F::TYPE))
        }

        /// The smaller one of two; a NULL counts for nothing.
        pub fn least<R: IntoOperand<T, F::Base>>(self, other: R) -> Expr<T, F>
        where
            F::Base: Numeric,
        {
            Expr::new(cast(call("least", [self.into_node(), other.into_operand().0]), F::TYPE))
        }
    }

    [T, F: Field] F {
        /// The nearest whole number that is no smaller.
        pub fn ceil(self) -> Expr<T, F>
        where
            F::Base: Fractional,
        {
            Expr::new(cast(call("ceil", [self.into_node()]), F::TYPE))
        }

        /// The nearest whole number that is no greater.
        pub fn floor(self) -> Expr<T, F>
        where
            F::Base: Fractional,
        {
            Expr::new(cast(call("floor", [self.into_node()]), F::TYPE))
        }

        /// With so many digits after the point, half away from zero: a float is rounded as the decimal that it
        /// prints as.
        pub fn round(self, digits: i32) -> Expr<T, F>
        where
            F::Base: Fractional,
        {
            let decimal = match F::TYPE {
                ColumnType::Decimal => self.into_node(),
                _ => cast(self.into_node(), ColumnType::Decimal),
            };
            Expr::new(cast(call("round", [decimal, bound(&digits).0]), F::TYPE))
        }
    }
}
