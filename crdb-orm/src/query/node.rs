//! The tree that an expression is, before it is written.

use crate::schema::{ColumnType, TypeName};
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
    DIV = "/" Multiply;
    REM = "%" Multiply;
}

/// The condition that lets every row pass.
pub(crate) const ALWAYS: &str = "TRUE";
/// The one that lets none pass.
pub(crate) const NEVER: &str = "FALSE";

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Column(&'static str),
    /// A column of a table, whose name is written where a statement has several tables.
    Of(&'static TypeName, &'static str),
    /// The same, whatever table it is.
    At(TypeName, &'static str),
    /// The value that an insert has brought, where the row is there already.
    Excluded(&'static str),
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
    /// A query in parentheses.
    Query(Box<super::read::Body>),
    /// Syntax that has no node of its own.
    Parts(Precedence, Vec<Part>),
}

/// A part of an expression that is written in a form of its own.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Part {
    Text(&'static str),
    /// A number that was printed here.
    Number(Box<str>),
    /// An expression, in parentheses unless it binds tighter.
    Node(Node, Precedence),
    /// An expression that stands between delimiters.
    Whole(Node),
    /// What rows are ordered by inside of an expression, with its direction.
    Order(Node, &'static str),
}

/// A text.
pub(crate) const fn text(text: &'static str) -> Part {
    Part::Text(text)
}

/// A number that is no parameter, where a server wants a constant.
#[allow(clippy::needless_pass_by_value, reason = "it is a number, and a function of one is passed on")]
pub(crate) fn number<N: ToString>(number: N) -> Part {
    Part::Number(number.to_string().into())
}

/// An operand beside a comparison.
pub(crate) const fn loose(node: Node) -> Part {
    Part::Node(node, Precedence::Compare)
}

/// An operand beside an operator on whose precedence the servers do not agree.
pub(crate) const fn tight(node: Node) -> Part {
    Part::Node(node, Precedence::Multiply)
}

/// An operand between delimiters.
pub(crate) const fn whole(node: Node) -> Part {
    Part::Whole(node)
}

/// An expression of parts.
pub(crate) fn parts(precedence: Precedence, parts: impl IntoIterator<Item = Part>) -> Node {
    Node::Parts(precedence, parts.into_iter().collect())
}

/// A call of a function.
pub(crate) fn call(function: &'static str, arguments: impl IntoIterator<Item = Node>) -> Node {
    let mut list = vec![text(function), text("(")];
    for (i, argument) in arguments.into_iter().enumerate() {
        if i > 0 {
            list.push(text(", "));
        }
        list.push(whole(argument));
    }
    list.push(text(")"));
    Node::Parts(Precedence::Atom, list)
}

/// The type that the result of a function of that type is cast to: `CockroachDB`'s functions take and return the widest
/// type of a kind, so that `min` of an INT4 is an INT8.
pub(crate) const fn narrow(ty: ColumnType) -> Option<ColumnType> {
    match ty {
        ColumnType::Int2 | ColumnType::Int4 | ColumnType::Float4 => Some(ty),
        ColumnType::Array(element) if narrow(*element).is_some() => Some(ty),
        _ => None,
    }
}

/// The result of a function that returns what it is given.
pub(crate) fn narrowed(node: Node, ty: ColumnType) -> Node {
    match narrow(ty) {
        Some(ty) => cast(node, ty),
        None => node,
    }
}

/// A cast.
pub(crate) fn cast(node: Node, ty: ColumnType) -> Node {
    Node::Cast(Box::new(node), ty)
}

impl Node {
    pub(crate) fn binary(operator: Operator, left: Self, right: Self) -> Self {
        Self::Binary(operator, Box::new((left, right)))
    }

    /// A value that is compared with a column of a collation: on `CockroachDB` it must have the same one.
    ///
    /// Source: `CockroachDB`, "COLLATE".
    pub(crate) fn collated(self, collation: Option<&'static str>) -> Self {
        match (self, collation) {
            (value @ Self::Value(_), Some(collation)) => {
                parts(Precedence::Cast, [whole(value), text(" COLLATE "), whole(Self::Column(collation))])
            }
            (node, _) => node,
        }
    }

    pub(crate) fn and(left: Option<Self>, right: Self) -> Self {
        match left {
            Some(left) => Self::binary(Operator::AND, left, right),
            None => right,
        }
    }

    /// Whether it has a value, which is written as another placeholder each time.
    pub(crate) fn has_value(&self) -> bool {
        self.any(&|node| matches!(node, Self::Value(_)))
    }

    /// Whether rows are ordered inside of it, as in a window.
    pub(crate) fn has_order(&self) -> bool {
        let is_order = |part: &Part| matches!(part, Part::Order(..));
        self.any(&|node| matches!(node, Self::Parts(_, parts) if parts.iter().any(is_order)))
    }

    /// Whether there is a window in it: `OVER (`, of ours or in SQL of the caller's own.
    pub(crate) fn has_window(&self) -> bool {
        self.any(&|node| match node {
            Self::Parts(_, parts) => {
                parts.iter().any(|part| matches!(part, Part::Text(text) if is_over(text)))
            }
            _ => false,
        })
    }

    /// Whether it reads a column of one of these tables.
    pub(crate) fn reads_any(&self, tables: &[TypeName]) -> bool {
        self.any(&|node| match node {
            Self::Of(table, _) => tables.contains(table),
            Self::At(table, _) => tables.contains(table),
            _ => false,
        })
    }

    /// Whether something holds of it, or of anything that it is made of; what is in a query inside of it is that one's own.
    fn any(&self, holds: &impl Fn(&Self) -> bool) -> bool {
        holds(self)
            || match self {
                Self::Column(_)
                | Self::Of(..)
                | Self::At(..)
                | Self::Excluded(_)
                | Self::Value(_)
                | Self::Constant(_)
                | Self::Query(_) => false,
                Self::Binary(_, two) | Self::Any(two) => two.0.any(holds) || two.1.any(holds),
                Self::Not(one) | Self::Postfix(one, _) | Self::Call(_, one) | Self::Cast(one, _) => {
                    one.any(holds)
                }
                Self::Row(nodes) => nodes.iter().any(|node| node.any(holds)),
                Self::Parts(_, parts) => parts.iter().any(|part| match part {
                    Part::Text(_) | Part::Number(_) => false,
                    Part::Node(node, _) | Part::Whole(node) | Part::Order(node, _) => node.any(holds),
                }),
            }
    }

    /// Whether it is a condition that lets every row pass, as a filter of optional conditions is where none is given.
    pub(crate) fn is_always(&self) -> bool {
        self.truth() == Some(true)
    }

    /// What a condition is for every row, where its constants alone decide that.
    fn truth(&self) -> Option<bool> {
        match self {
            Self::Constant(ALWAYS) => Some(true),
            Self::Constant(NEVER) => Some(false),
            Self::Not(one) => one.truth().map(|truth| !truth),
            Self::Binary(Operator::AND, two) => match (two.0.truth(), two.1.truth()) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (one, other) => one.and(other),
            },
            Self::Binary(Operator::OR, two) => match (two.0.truth(), two.1.truth()) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (one, other) => one.and(other),
            },
            _ => None,
        }
    }

    pub(crate) const fn precedence(&self) -> Precedence {
        match self {
            Self::Binary(operator, _) => operator.precedence,
            Self::Not(_) => Precedence::Not,
            Self::Postfix(..) | Self::Any(_) => Precedence::Compare,
            // A parameter of a user's type is written with a cast.
            Self::Cast(..) | Self::Value(_) => Precedence::Cast,
            Self::Parts(precedence, _) => *precedence,
            Self::Column(_)
            | Self::Of(..)
            | Self::At(..)
            | Self::Excluded(_)
            | Self::Constant(_)
            | Self::Call(..)
            | Self::Query(_)
            | Self::Row(_) => Precedence::Atom,
        }
    }
}

/// Whether a text has the word OVER before a parenthesis, outside of quotes.
fn is_over(text: &str) -> bool {
    let is_word = |c: &char| c.is_alphanumeric() || *c == '_';
    let lower = text.split('\'').step_by(2).collect::<Vec<_>>().join("''").to_ascii_lowercase();
    lower.match_indices("over").any(|(start, over)| {
        let (before, behind) = (lower.get(..start), lower.get(start + over.len()..));
        !before.and_then(|before| before.chars().next_back()).is_some_and(|c| is_word(&c))
            && behind.is_some_and(|behind| behind.trim_start().starts_with('('))
    })
}
