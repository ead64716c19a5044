//! `CASE`.

use std::marker::PhantomData;

use super::{Expr, Filter, IntoOperand};
use crate::query::node::{Part, Precedence, parts, text, whole};
use crate::types::{NotNull, Nulls, SqlType};

/// Starts a `CASE` whose value is a `B`, or NULL.
///
/// ```
/// use crdb_orm::prelude::*;
/// use crdb_orm::query::case;
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "items")]
/// # struct Item { #[crdb(primary_key)] id: Uuid, price: i64 }
///
/// let class = case::<String>()
///     .when(Item::PRICE.gt(100), "dear")
///     .when(Item::PRICE.gt(10), "fair")
///     .otherwise("cheap");
/// let dear = Item::filter(class.eq("dear"));
/// assert!(dear.to_sql().ends_with("WHERE CASE WHEN price > $1 THEN $2 WHEN price > $3 THEN $4 ELSE $5 END = $6"));
/// ```
pub const fn case<B: SqlType>() -> Case<B> {
    Case(PhantomData)
}

/// A `CASE` without a branch yet, from [`case`].
#[derive(Debug, Clone, Copy)]
#[must_use = "a CASE has no value until `.otherwise(..)` or `.or_null()`"]
pub struct Case<B>(PhantomData<fn() -> B>);

impl<B: SqlType> Case<B> {
    /// The value where a condition holds.
    pub fn when<T, V: IntoOperand<T, B>>(
        self,
        condition: impl Into<Filter<T>>,
        value: V,
    ) -> CaseOf<T, B, V::Nulls> {
        CaseOf::<T, B, NotNull>::new(vec![text("CASE")]).when(condition, value)
    }
}

type Types<T, B, N> = PhantomData<fn() -> (T, B, N)>;

/// A `CASE` with some branches, of which the first one counts whose condition holds.
#[must_use = "a CASE has no value until `.otherwise(..)` or `.or_null()`"]
pub struct CaseOf<T, B, N> {
    parts: Vec<Part>,
    types: Types<T, B, N>,
}

impl<T, B: SqlType, N: Nulls> CaseOf<T, B, N> {
    const fn new(parts: Vec<Part>) -> Self {
        Self { parts, types: PhantomData }
    }

    /// The value where no earlier condition holds, and this one does.
    pub fn when<V: IntoOperand<T, B>>(
        mut self,
        condition: impl Into<Filter<T>>,
        value: V,
    ) -> CaseOf<T, B, N::Or<V::Nulls>> {
        self.parts.extend([
            text(" WHEN "),
            whole(condition.into().into_node()),
            text(" THEN "),
            whole(value.into_operand().0),
        ]);
        CaseOf::new(self.parts)
    }

    /// The value where none of the conditions holds.
    pub fn otherwise<V: IntoOperand<T, B>>(mut self, value: V) -> Expr<T, <N::Or<V::Nulls> as Nulls>::Of<B>> {
        self.parts.extend([text(" ELSE "), whole(value.into_operand().0), text(" END")]);
        Expr::new(parts(Precedence::Atom, self.parts))
    }

    /// NULL where none of the conditions holds.
    pub fn or_null(mut self) -> Expr<T, Option<B>> {
        self.parts.push(text(" END"));
        Expr::new(parts(Precedence::Atom, self.parts))
    }
}

impl<T, B, N> Clone for CaseOf<T, B, N> {
    fn clone(&self) -> Self {
        Self { parts: self.parts.clone(), types: PhantomData }
    }
}

impl<T, B, N> std::fmt::Debug for CaseOf<T, B, N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("CaseOf").field(&self.parts).finish()
    }
}
