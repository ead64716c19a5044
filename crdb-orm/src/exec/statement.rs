//! A statement that is ready to be sent.

use std::borrow::Cow;

use crate::types::Value;

/// A statement with its values: all that an executor needs, and nothing of where it came from.
#[derive(Debug, Clone)]
#[doc(hidden)]
pub struct Statement {
    /// The text, with `$1`, `$2`, ... for the values.
    pub sql: Cow<'static, str>,
    /// The values.
    pub values: Vec<Value>,
    /// What may be done when its outcome is not known.
    pub class: Class,
    /// What it is called in errors and traces.
    pub label: Label,
}

/// What may be done with a single statement whose answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(hidden)]
pub enum Class {
    /// A pure generated read: run again.
    Read,
    /// An insert whose key the client made: the row can be looked for.
    KeyedInsert,
    /// Any other write, and raw SQL: reported as unknown.
    Write,
}

/// What a statement is called in errors and traces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(hidden)]
pub struct Label {
    /// Such as `select` or `insert`.
    pub verb: &'static str,
    /// The table, when there is one.
    pub table: Option<&'static str>,
}
