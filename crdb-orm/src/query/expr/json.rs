//! Documents.

use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Any;

use super::{Bind, Either, Expr, Filter, IntoOperand, bound};
use crate::query::node::{Node, Precedence, call, cast, parts, text, tight};
use crate::schema::ColumnType;
use crate::types::{Field, IntoField, Json, Nulls, SqlType};

/// A type that is kept as JSONB: [`serde_json::Value`] or [`Json<T>`](crate::Json).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a JSONB document",
    note = "a document is a field of type `serde_json::Value` or `Json<T>`"
)]
pub trait Document: SqlType {}

impl Document for Any {}
impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> Document for Json<T> {}

// The servers do not agree on how tightly these operators bind: their operands stand in parentheses, and so do they.
fn operator(left: Node, operator: &'static str, right: Node) -> Node {
    parts(Precedence::Compare, [tight(left), text(operator), tight(right)])
}

fn path<K: IntoField<String>>(keys: impl IntoIterator<Item = K>) -> Node {
    let keys: Vec<String> = keys.into_iter().map(IntoField::into_field).collect();
    bound(&keys).0
}

/// Starts a JSON object that the server makes of columns and values: `jsonb_build_object`.
///
/// ```
/// use crdb_orm::prelude::*;
/// use crdb_orm::query::json_object;
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "orders")]
/// # struct Order { #[crdb(primary_key)] id: Uuid, total: i64 }
///
/// let order = json_object().field("id", Order::ID).field("sum", Order::TOTAL * 2).build();
/// assert_eq!(
///     Order::query().select(order).to_sql(),
///     "SELECT jsonb_build_object($1, id, $2, (total * $3)::INT8) FROM orders"
/// );
/// ```
pub const fn json_object<T>() -> JsonObject<T> {
    JsonObject { list: Vec::new(), table: PhantomData }
}

/// A JSON object that the server makes, from [`json_object`].
#[derive(Debug)]
#[must_use = "it is no expression until `.build()`"]
pub struct JsonObject<T> {
    list: Vec<Node>,
    table: PhantomData<fn() -> T>,
}

impl<T> JsonObject<T> {
    /// Adds a key with a column, an expression or a value; NULL becomes a JSON `null`.
    pub fn field(mut self, key: impl IntoField<String>, value: impl Bind<T>) -> Self {
        self.list.extend([bound(&key.into_field()).0, value.__node().0]);
        self
    }

    /// The object.
    pub fn build(self) -> Expr<T, Any> {
        Expr::new(call("jsonb_build_object", self.list))
    }
}

on_both! {
    [T, F: Field] F {
        /// What an object has under a key, NULL if it has none: `->`. A JSON `null` is not NULL.
        pub fn get(self, key: impl IntoField<String>) -> Expr<T, Option<Any>>
        where
            F::Base: Document,
        {
            Expr::new(operator(self.into_node(), " -> ", bound(&key.into_field()).0))
        }

        /// The same as text, a string without quotes: `->>`. A JSON `null` is NULL.
        pub fn get_text(self, key: impl IntoField<String>) -> Expr<T, Option<String>>
        where
            F::Base: Document,
        {
            Expr::new(operator(self.into_node(), " ->> ", bound(&key.into_field()).0))
        }

        /// The element of a list at a place, counted from 0, or from its end where the place is negative.
        pub fn element(self, place: i32) -> Expr<T, Option<Any>>
        where
            F::Base: Document,
        {
            Expr::new(operator(self.into_node(), " -> ", bound(&place).0))
        }

        /// What is at the end of a path of keys and places: `#>`.
        pub fn path<K: IntoField<String>>(self, keys: impl IntoIterator<Item = K>) -> Expr<T, Option<Any>>
        where
            F::Base: Document,
        {
            Expr::new(operator(self.into_node(), " #> ", path(keys)))
        }

        /// The same as text, a string without quotes: `#>>`.
        pub fn path_text<K: IntoField<String>>(self, keys: impl IntoIterator<Item = K>) -> Expr<T, Option<String>>
        where
            F::Base: Document,
        {
            Expr::new(operator(self.into_node(), " #>> ", path(keys)))
        }

        /// Contains a document: every key and value of it is there too, at the same place. An inverted index serves it.
        pub fn contains_json(self, part: impl Into<Any>) -> Filter<T>
        where
            F::Base: Document,
        {
            Expr::new(operator(self.into_node(), " @> ", bound(&part.into()).0))
        }

        /// With another value at the end of a path of keys and places, also where there was none: `jsonb_set`. Only the last
        /// key of the path may be missing.
        pub fn set_path<K: IntoField<String>>(
            self,
            keys: impl IntoIterator<Item = K>,
            value: impl IntoOperand<T, Any>,
        ) -> Expr<T, <F::Nulls as Nulls>::Of<Any>>
        where
            F::Base: Document,
        {
            Expr::new(call("jsonb_set", [self.into_node(), path(keys), value.into_operand().0]))
        }

        /// With the keys of another object, which count where both have them; of lists, one behind the other: `||`.
        pub fn merge<R: IntoOperand<T, Any>>(self, other: R) -> Expr<T, Either<F, R::Nulls, Any>>
        where
            F::Base: Document,
        {
            Expr::new(operator(self.into_node(), " || ", other.into_operand().0))
        }

        /// Without a key: `-`.
        pub fn without(self, key: impl IntoField<String>) -> Expr<T, <F::Nulls as Nulls>::Of<Any>>
        where
            F::Base: Document,
        {
            Expr::new(operator(self.into_node(), " - ", bound(&key.into_field()).0))
        }

        /// Without what is at the end of a path: `#-`.
        pub fn without_path<K: IntoField<String>>(
            self,
            keys: impl IntoIterator<Item = K>,
        ) -> Expr<T, <F::Nulls as Nulls>::Of<Any>>
        where
            F::Base: Document,
        {
            Expr::new(operator(self.into_node(), " #- ", path(keys)))
        }

        /// Without the keys of objects, at any depth, that have a JSON `null`.
        pub fn strip_nulls(self) -> Expr<T, <F::Nulls as Nulls>::Of<Any>>
        where
            F::Base: Document,
        {
            Expr::new(call("jsonb_strip_nulls", [self.into_node()]))
        }

        /// `object`, `array`, `string`, `number`, `boolean` or `null`.
        pub fn json_type(self) -> Expr<T, <F::Nulls as Nulls>::Of<String>>
        where
            F::Base: Document,
        {
            Expr::new(call("jsonb_typeof", [self.into_node()]))
        }

        /// How many elements a list has. What is no list is an error of the server.
        pub fn json_len(self) -> Expr<T, <F::Nulls as Nulls>::Of<i64>>
        where
            F::Base: Document,
        {
            Expr::new(cast(call("jsonb_array_length", [self.into_node()]), ColumnType::Int8))
        }

        /// Any value as JSON: `to_jsonb`. NULL stays NULL.
        pub fn to_jsonb(self) -> Expr<T, <F::Nulls as Nulls>::Of<Any>> {
            Expr::new(call("to_jsonb", [self.into_node()]))
        }

        /// Is contained in a document.
        pub fn is_within_json(self, whole: impl Into<Any>) -> Filter<T>
        where
            F::Base: Document,
        {
            Expr::new(operator(self.into_node(), " <@ ", bound(&whole.into()).0))
        }

        /// Is an object with this key, or a list with this string: `?`.
        pub fn has_key(self, key: impl IntoField<String>) -> Filter<T>
        where
            F::Base: Document,
        {
            Expr::new(operator(self.into_node(), " ? ", bound(&key.into_field()).0))
        }

        /// Has at least one of the keys: `?|`. False for an empty list.
        pub fn has_any_key<K: IntoField<String>>(self, keys: impl IntoIterator<Item = K>) -> Filter<T>
        where
            F::Base: Document,
        {
            Expr::new(operator(self.into_node(), " ?| ", path(keys)))
        }

        /// Has all of the keys: `?&`. True for an empty list.
        pub fn has_all_keys<K: IntoField<String>>(self, keys: impl IntoIterator<Item = K>) -> Filter<T>
        where
            F::Base: Document,
        {
            Expr::new(operator(self.into_node(), " ?& ", path(keys)))
        }
    }
}
