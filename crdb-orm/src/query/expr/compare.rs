//! Comparison, of every type.

use super::{Expr, Filter, IntoOperand, bound};
use crate::query::node::{Node, Operator, Precedence, loose, parts, text, whole};
use crate::types::{Field, IntoField, Value};

/// A comparison with each of some values.
fn each<F: Field>(
    column: &Node,
    collation: &'static str,
    values: &[F],
    [compare, join]: [Operator; 2],
    none: &'static str,
) -> Node {
    let compare = |value: &F| Node::binary(compare, column.clone(), bound(value).0.collated(Some(collation)));
    let all = values.iter().map(compare).reduce(|one, other| Node::binary(join, one, other));
    all.unwrap_or(Node::Constant(none))
}

on_both! {
    [T, F: Field] F {
        pub(super) fn compare(self, operator: Operator, other: impl IntoOperand<T, F::Base>) -> Filter<T> {
            let other = other.into_operand().0.collated(self.collation());
            Expr::new(Node::binary(operator, self.into_node(), other))
        }

        /// `=`: never true for NULL.
        pub fn eq(self, other: impl IntoOperand<T, F::Base>) -> Filter<T> {
            self.compare(Operator::EQ, other)
        }

        /// `!=`: never true for NULL; see [`is_distinct_from`](Self::is_distinct_from).
        pub fn ne(self, other: impl IntoOperand<T, F::Base>) -> Filter<T> {
            self.compare(Operator::NE, other)
        }

        /// `<`.
        pub fn lt(self, other: impl IntoOperand<T, F::Base>) -> Filter<T> {
            self.compare(Operator::LT, other)
        }

        /// `<=`.
        pub fn le(self, other: impl IntoOperand<T, F::Base>) -> Filter<T> {
            self.compare(Operator::LE, other)
        }

        /// `>`.
        pub fn gt(self, other: impl IntoOperand<T, F::Base>) -> Filter<T> {
            self.compare(Operator::GT, other)
        }

        /// `>=`.
        pub fn ge(self, other: impl IntoOperand<T, F::Base>) -> Filter<T> {
            self.compare(Operator::GE, other)
        }

        /// At least `low` and at most `high`.
        pub fn between(
            self,
            low: impl IntoOperand<T, F::Base>,
            high: impl IntoOperand<T, F::Base>,
        ) -> Filter<T>
        where
            Self: Clone,
        {
            self.clone().ge(low).and(self.le(high))
        }

        /// Equal to one of the values: one parameter, whatever their number; none matches an empty list.
        ///
        /// A column with a collation has a parameter for each, since no array has a collation.
        pub fn eq_any<V: IntoField<F::Base>>(self, values: impl IntoIterator<Item = V>) -> Filter<T> {
            let values: Vec<F::Base> = values.into_iter().map(IntoField::into_field).collect();
            if let Some(collation) = self.collation() {
                return Expr::new(each(&self.into_node(), collation, &values, [Operator::EQ, Operator::OR], "FALSE"));
            }
            Expr::new(Node::Any(Box::new((self.into_node(), Node::Value(Value::encode(&values))))))
        }

        /// `IS NULL`.
        pub fn is_null(self) -> Filter<T> {
            Expr::new(Node::Postfix(Box::new(self.into_node()), " IS NULL"))
        }

        /// `IS NOT NULL`.
        pub fn is_not_null(self) -> Filter<T> {
            Expr::new(Node::Postfix(Box::new(self.into_node()), " IS NOT NULL"))
        }

        /// Different, where NULL is equal to NULL: `None` stands for NULL.
        pub fn is_distinct_from(self, other: impl IntoField<Option<F::Base>>) -> Filter<T> {
            let other = Node::Value(other.into_field().to_value()).collated(self.collation());
            Expr::new(Node::binary(Operator::IS_DISTINCT_FROM, self.into_node(), other))
        }

        /// Equal, where NULL is equal to NULL: `None` stands for NULL.
        pub fn is_not_distinct_from(self, other: impl IntoField<Option<F::Base>>) -> Filter<T> {
            let other = Node::Value(other.into_field().to_value()).collated(self.collation());
            Expr::new(Node::binary(Operator::IS_NOT_DISTINCT_FROM, self.into_node(), other))
        }

        /// Equal to none of the values: one parameter, whatever their number; an empty list lets every row pass.
        pub fn ne_all<V: IntoField<F::Base>>(self, values: impl IntoIterator<Item = V>) -> Filter<T> {
            let values: Vec<F::Base> = values.into_iter().map(IntoField::into_field).collect();
            if let Some(collation) = self.collation() {
                return Expr::new(each(&self.into_node(), collation, &values, [Operator::NE, Operator::AND], "TRUE"));
            }
            let list = Node::Value(Value::encode(&values));
            Expr::new(parts(Precedence::Compare, [loose(self.into_node()), text(" != ALL ("), whole(list), text(")")]))
        }

        /// Equal to another column or expression, where NULL is equal to NULL.
        pub fn same_as(self, other: impl IntoOperand<T, F::Base>) -> Filter<T> {
            self.compare(Operator::IS_NOT_DISTINCT_FROM, other)
        }

        /// Different from another column or expression, where NULL is equal to NULL.
        pub fn differs_from(self, other: impl IntoOperand<T, F::Base>) -> Filter<T> {
            self.compare(Operator::IS_DISTINCT_FROM, other)
        }

        /// Not between `low` and `high`, both of which belong to it.
        pub fn not_between(
            self,
            low: impl IntoOperand<T, F::Base>,
            high: impl IntoOperand<T, F::Base>,
        ) -> Filter<T>
        where
            Self: Clone,
        {
            self.clone().lt(low).or(self.gt(high))
        }
    }
}
