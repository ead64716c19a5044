//! Documents.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Any;

use super::{Expr, Filter, bound};
use crate::query::node::{Node, Precedence, parts, text, tight};
use crate::types::{Field, IntoField, Json, SqlType};

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
