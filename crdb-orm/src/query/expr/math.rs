//! Functions of numbers. Those of analysis are of FLOAT8, since the servers do not agree on the digits of decimals.

use super::{Either, Expr, Fractional, IntoOperand, Numeric, WholeNumber};
use crate::query::node::{Node, Precedence, call, cast, parts, text, tight};
use crate::schema::ColumnType;
use crate::types::{Field, Nulls};

fn float(node: Node) -> Node {
    cast(node, ColumnType::Float8)
}

/// `function(x::FLOAT8)`.
fn of(function: &'static str, node: Node) -> Node {
    call(function, [float(node)])
}

fn bits(ty: ColumnType, left: Node, operator: &'static str, right: Node) -> Node {
    cast(parts(Precedence::Compare, [tight(left), text(operator), tight(right)]), ty)
}

/// A number from 0 up to but not 1, another one for each row: `random()`.
pub fn random() -> Expr<(), f64> {
    Expr::new(Node::Constant("random()"))
}

/// The ratio of a circle's circumference to its diameter: `pi()`.
pub fn pi() -> Expr<(), f64> {
    Expr::new(Node::Constant("pi()"))
}

macro_rules! floats {
    ($($(#[$doc:meta])* $name:ident = $function:literal;)*) => {
        on_both! {
            [T, F: Field<Base: Numeric>] F {
                $(
                    $(#[$doc])*
                    pub fn $name(self) -> Expr<T, <F::Nulls as Nulls>::Of<f64>> {
                        Expr::new(of($function, self.into_node()))
                    }
                )*
            }
        }
    };
}

floats! {
    /// The square root; of a number below 0 an error of the server.
    sqrt = "sqrt";
    /// The cube root.
    cbrt = "cbrt";
    /// The power of e.
    exp = "exp";
    /// The natural logarithm; of 0 and below an error of the server.
    ln = "ln";
    /// The logarithm to base 10; of 0 and below an error of the server.
    log10 = "log";
    /// The sine of an angle in radians.
    sin = "sin";
    /// The cosine of an angle in radians.
    cos = "cos";
    /// The tangent of an angle in radians.
    tan = "tan";
    /// The angle of that sine, in radians.
    asin = "asin";
    /// The angle of that cosine, in radians.
    acos = "acos";
    /// The angle of that tangent, in radians.
    atan = "atan";
    /// Radians as degrees.
    degrees = "degrees";
    /// Degrees as radians.
    radians = "radians";
}

on_both! {
    [T, F: Field<Base: Numeric>] F {
        /// It to the power of another number of its type, as a float.
        pub fn power<R: IntoOperand<T, F::Base>>(self, exponent: R) -> Expr<T, Either<F, R::Nulls, f64>> {
            Expr::new(call("power", [float(self.into_node()), float(exponent.into_operand().0)]))
        }

        /// The angle of the point whose height it is, above a point as far from the middle as the other number.
        pub fn atan2<R: IntoOperand<T, F::Base>>(self, x: R) -> Expr<T, Either<F, R::Nulls, f64>> {
            Expr::new(call("atan2", [float(self.into_node()), float(x.into_operand().0)]))
        }

        /// -1, 0 or 1.
        pub fn sign(self) -> Expr<T, F> {
            Expr::new(cast(call("sign", [self.into_node()]), F::TYPE))
        }
    }

    [T, F: Field<Base: Fractional>] F {
        /// Without its digits after the point.
        pub fn trunc(self) -> Expr<T, F> {
            Expr::new(cast(call("trunc", [self.into_node()]), F::TYPE))
        }
    }

    [T, F: Field<Base: WholeNumber>] F {
        /// The bits that are set in both: `&`.
        pub fn bits_and<R: IntoOperand<T, F::Base>>(self, other: R) -> Expr<T, Either<F, R::Nulls, F::Base>> {
            Expr::new(bits(F::TYPE, self.into_node(), " & ", other.into_operand().0))
        }

        /// The bits that are set in either: `|`.
        pub fn bits_or<R: IntoOperand<T, F::Base>>(self, other: R) -> Expr<T, Either<F, R::Nulls, F::Base>> {
            Expr::new(bits(F::TYPE, self.into_node(), " | ", other.into_operand().0))
        }
    }
}
