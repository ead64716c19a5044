//! Full text search, and distances between vectors.

use super::{Expr, Filter, IntoOperand, bound};
use crate::query::node::{Node, Precedence, call, parts, text, tight};
use crate::types::{Field, IntoField, Nulls, TsQuery, TsVector};

/// The language by whose rules words are reduced to their stems. Both servers know these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Language {
    /// No language: words as they are.
    Simple,
    /// Danish.
    Danish,
    /// Dutch.
    Dutch,
    /// English.
    English,
    /// Finnish.
    Finnish,
    /// French.
    French,
    /// German.
    German,
    /// Hungarian.
    Hungarian,
    /// Italian.
    Italian,
    /// Norwegian.
    Norwegian,
    /// Portuguese.
    Portuguese,
    /// Romanian.
    Romanian,
    /// Russian.
    Russian,
    /// Spanish.
    Spanish,
    /// Swedish.
    Swedish,
    /// Turkish.
    Turkish,
}

impl Language {
    const fn node(self) -> Node {
        Node::Constant(match self {
            Self::Simple => "'simple'",
            Self::Danish => "'danish'",
            Self::Dutch => "'dutch'",
            Self::English => "'english'",
            Self::Finnish => "'finnish'",
            Self::French => "'french'",
            Self::German => "'german'",
            Self::Hungarian => "'hungarian'",
            Self::Italian => "'italian'",
            Self::Norwegian => "'norwegian'",
            Self::Portuguese => "'portuguese'",
            Self::Romanian => "'romanian'",
            Self::Russian => "'russian'",
            Self::Spanish => "'spanish'",
            Self::Swedish => "'swedish'",
            Self::Turkish => "'turkish'",
        })
    }
}

/// What a full-text search looks for, from the plain words of a person: all of them, in any order.
///
/// CockroachDB has full-text search since 23.1.
pub fn text_query<T>(language: Language, words: impl IntoField<String>) -> Expr<T, TsQuery> {
    Expr::new(call("plainto_tsquery", [language.node(), bound(&words.into_field()).0]))
}

on_both! {
    [T, F: Field<Base = String>] F {
        /// The words of the text, for a search.
        pub fn to_text_vector(self, language: Language) -> Expr<T, <F::Nulls as Nulls>::Of<TsVector>> {
            Expr::new(call("to_tsvector", [language.node(), self.into_node()]))
        }
    }

    [T, F: Field<Base = TsVector>] F {
        /// Has the words that a search looks for: `@@`.
        pub fn matches_words(self, query: impl IntoOperand<T, TsQuery>) -> Filter<T> {
            let query = query.into_operand().0;
            Expr::new(parts(Precedence::Compare, [tight(self.into_node()), text(" @@ "), tight(query)]))
        }

        /// How well it fits what a search looks for: `ts_rank`.
        pub fn rank(self, query: impl IntoOperand<T, TsQuery>) -> Expr<T, <F::Nulls as Nulls>::Of<f32>> {
            Expr::new(call("ts_rank", [self.into_node(), query.into_operand().0]))
        }
    }
}

#[cfg(feature = "pgvector")]
mod vector {
    use pgvector::Vector;

    use super::{Expr, Field, IntoOperand, Precedence, parts, text, tight};
    use crate::query::expr::Either;
    use crate::query::node::Node;

    fn distance(left: Node, operator: &'static str, right: Node) -> Node {
        // FLOAT8 on both servers. A cast would keep it from the index.
        parts(Precedence::Compare, [tight(left), text(operator), tight(right)])
    }

    on_both! {
        [T, F: Field<Base = Vector>] F {
            /// The straight distance: `<->`. An order by it with a limit is what a vector index serves.
            pub fn l2_distance<R: IntoOperand<T, Vector>>(self, other: R) -> Expr<T, Either<F, R::Nulls, f64>> {
                Expr::new(distance(self.into_node(), " <-> ", other.into_operand().0))
            }

            /// One less the cosine of the angle between them: `<=>`.
            pub fn cosine_distance<R: IntoOperand<T, Vector>>(self, other: R) -> Expr<T, Either<F, R::Nulls, f64>> {
                Expr::new(distance(self.into_node(), " <=> ", other.into_operand().0))
            }

            /// The inner product, with the other sign: `<#>`.
            pub fn negative_inner_product<R: IntoOperand<T, Vector>>(
                self,
                other: R,
            ) -> Expr<T, Either<F, R::Nulls, f64>> {
                Expr::new(distance(self.into_node(), " <#> ", other.into_operand().0))
            }
        }
    }
}
