//! Arrays.

use super::{Expr, Filter, IntoOperand, bound};
use crate::query::node::{Node, Precedence, call, cast, loose, narrowed, parts, text, tight, whole};
use crate::schema::ColumnType;
use crate::types::{Field, IntoField, Nulls, Value};

fn list<E: Field, V: IntoField<E>>(values: impl IntoIterator<Item = V>) -> Node {
    let values: Vec<E> = values.into_iter().map(IntoField::into_field).collect();
    Node::Value(Value::encode(&values))
}

on_both! {
    [T, E: Field, F: Field<Base = Vec<E>>] F {
        /// One of its elements equals a value: `value = ANY (array)`.
        pub fn has(self, value: impl IntoOperand<T, E::Base>) -> Filter<T> {
            let value = value.into_operand().0;
            Expr::new(parts(
                Precedence::Compare,
                [loose(value), text(" = ANY ("), whole(self.into_node()), text(")")],
            ))
        }

        /// Every one of the values is among its elements: `@>`. True for an empty list.
        pub fn contains_all<V: IntoField<E>>(self, values: impl IntoIterator<Item = V>) -> Filter<T> {
            between(self.into_node(), " @> ", list::<E, V>(values))
        }

        /// At least one of the values is among its elements: `&&`. False for an empty list.
        pub fn contains_any<V: IntoField<E>>(self, values: impl IntoIterator<Item = V>) -> Filter<T> {
            between(self.into_node(), " && ", list::<E, V>(values))
        }

        /// Each of its elements is among the values: `<@`.
        pub fn is_within<V: IntoField<E>>(self, values: impl IntoIterator<Item = V>) -> Filter<T> {
            between(self.into_node(), " <@ ", list::<E, V>(values))
        }

        /// Shares an element with another array: `&&`.
        pub fn overlaps(self, other: impl IntoOperand<T, Vec<E>>) -> Filter<T> {
            between(self.into_node(), " && ", other.into_operand().0)
        }

        /// How many elements it has; 0 for an empty array.
        pub fn len(self) -> Expr<T, <F::Nulls as Nulls>::Of<i64>> {
            Expr::new(cast(call("cardinality", [self.into_node()]), ColumnType::Int8))
        }

        /// The element at a place, counted from 1; NULL if there is none.
        pub fn at(self, place: i32) -> Expr<T, Option<E::Base>> {
            let place = bound(&place).0;
            let parts = parts(
                Precedence::Atom,
                [text("("), whole(self.into_node()), text(")["), whole(place), text("]")],
            );
            Expr::new(parts)
        }

        /// With another element behind it. A NULL array becomes an array of that element.
        pub fn append(self, value: impl IntoOperand<T, E::Base>) -> Expr<T, Vec<E>> {
            let array = call("array_append", [self.into_node(), value.into_operand().0]);
            Expr::new(narrowed(array, F::TYPE))
        }

        /// With another element before it. A NULL array becomes an array of that element.
        pub fn prepend(self, value: impl IntoOperand<T, E::Base>) -> Expr<T, Vec<E>> {
            let array = call("array_prepend", [value.into_operand().0, self.into_node()]);
            Expr::new(narrowed(array, F::TYPE))
        }

        /// With the elements of another array behind it. NULL counts as an empty one, unless both are.
        pub fn extend(self, other: impl IntoOperand<T, Vec<E>>) -> Expr<T, F> {
            let array = call("array_cat", [self.into_node(), other.into_operand().0]);
            Expr::new(narrowed(array, F::TYPE))
        }

        /// The place of the first element that equals a value, counted from 1; NULL if there is none.
        pub fn place_of(self, value: impl IntoOperand<T, E::Base>) -> Expr<T, Option<i64>> {
            let place = call("array_position", [self.into_node(), value.into_operand().0]);
            Expr::new(cast(place, ColumnType::Int8))
        }

        /// With the elements that equal a value replaced by another.
        pub fn replace_each(
            self,
            from: impl IntoOperand<T, E::Base>,
            to: impl IntoOperand<T, E::Base>,
        ) -> Expr<T, F> {
            let array = call("array_replace", [self.into_node(), from.into_operand().0, to.into_operand().0]);
            Expr::new(narrowed(array, F::TYPE))
        }

        /// Without the elements that equal a value.
        pub fn remove(self, value: impl IntoOperand<T, E::Base>) -> Expr<T, F> {
            let array = call("array_remove", [self.into_node(), value.into_operand().0]);
            Expr::new(narrowed(array, F::TYPE))
        }
    }
}

on_both! {
    [T, F: Field<Base = Vec<String>>] F {
        /// The elements as one text with a separator between; those that are NULL are left out.
        pub fn join_text(self, separator: impl IntoField<String>) -> Expr<T, <F::Nulls as Nulls>::Of<String>> {
            Expr::new(call("array_to_string", [self.into_node(), bound(&separator.into_field()).0]))
        }
    }
}

fn between<T>(left: Node, operator: &'static str, right: Node) -> Filter<T> {
    Expr::new(parts(Precedence::Compare, [tight(left), text(operator), tight(right)]))
}
