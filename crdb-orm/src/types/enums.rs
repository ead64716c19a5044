//! User-defined enums.

use super::{BoxError, SqlType};

/// A Rust enum that is an SQL enum: made by `#[derive(CrdbEnum)]`.
///
/// ```
/// use crdb_orm::prelude::*;
///
/// #[derive(CrdbEnum, Debug, PartialEq)]
/// enum Status { Open, InTransit }
///
/// assert_eq!(Status::LABELS, ["open", "in_transit"]);
/// assert_eq!(Status::InTransit.label(), "in_transit");
/// assert_eq!(Status::from_label("open"), Some(Status::Open));
/// ```
pub trait SqlEnum: SqlType {
    /// The labels, in order.
    const LABELS: &'static [&'static str];

    /// The label of this variant.
    fn label(&self) -> &'static str;

    /// The variant of a label.
    fn from_label(label: &str) -> Option<Self> {
        Self::decode(label.as_bytes()).ok()
    }
}

/// A label that the database has and the Rust enum has not.
pub(crate) fn unknown_label<T: SqlEnum>(raw: &[u8]) -> BoxError {
    let label = String::from_utf8_lossy(raw);
    format!("`{label}` is not among the labels that the Rust enum has: {}", T::LABELS.join(", ")).into()
}
