//! The tree that an expression is, before it is written.

use crate::schema::ColumnType;
use crate::types::Value;

/// How tightly an operator binds. What binds no tighter than its parent goes into parentheses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Precedence {
    Or,
    And,
    Not,
    Compare,
    Add,
    Multiply,
    Cast,
    Atom,
}

/// An operator between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operator {
    pub(crate) text: &'static str,
    pub(crate) precedence: Precedence,
}

macro_rules! operators {
    ($($name:ident = $text:literal $precedence:ident;)*) => {
        impl Operator {
            $(pub(crate) const $name: Self = Self { text: $text, precedence: Precedence::$precedence };)*
        }
    };
}

operators! {
    OR = "OR" Or;
    AND = "AND" And;
    EQ = "=" Compare;
    NE = "!=" Compare;
    LT = "<" Compare;
    LE = "<=" Compare;
    GT = ">" Compare;
    GE = ">=" Compare;
    LIKE = "LIKE" Compare;
    ILIKE = "ILIKE" Compare;
    IS_DISTINCT_FROM = "IS DISTINCT FROM" Compare;
    IS_NOT_DISTINCT_FROM = "IS NOT DISTINCT FROM" Compare;
    ADD = "+" Add;
    SUB = "-" Add;
    MUL = "*" Multiply;
}

/// An expression.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    Column(&'static str),
    Value(Value),
    Constant(&'static str),
    Binary(Operator, Box<(Self, Self)>),
    Not(Box<Self>),
    Postfix(Box<Self>, &'static str),
    Any(Box<(Self, Self)>),
    Call(&'static str, Box<Self>),
    Cast(Box<Self>, ColumnType),
    /// `(a, b)`.
    Row(Vec<Self>),
}

impl Node {
    pub(crate) fn binary(operator: Operator, left: Self, right: Self) -> Self {
        Self::Binary(operator, Box::new((left, right)))
    }

    pub(crate) fn and(left: Option<Self>, right: Self) -> Self {
        match left {
            Some(left) => Self::binary(Operator::AND, left, right),
            None => right,
        }
    }

    pub(crate) const fn precedence(&self) -> Precedence {
        match self {
            Self::Binary(operator, _) => operator.precedence,
            Self::Not(_) => Precedence::Not,
            Self::Postfix(..) | Self::Any(_) => Precedence::Compare,
            // A parameter of a user's type is written with a cast.
            Self::Cast(..) | Self::Value(_) => Precedence::Cast,
            Self::Column(_) | Self::Constant(_) | Self::Call(..) | Self::Row(_) => Precedence::Atom,
        }
    }
}
