//! An order that was asked for by a name, and that nobody has allowed.

use std::error::Error as StdError;
use std::fmt;

use super::{Error, Kind};
use crate::exec::Label;

/// The most characters of a name that are repeated: it comes from outside.
const SHOWN: usize = 64;

/// An order was asked for that is not allowed, from [`Sorting::pick`](crate::query::Sorting::pick).
///
/// By `?` it becomes an [`Error`], which says the same: [`is_unknown_sort`](Error::is_unknown_sort), and
/// [`unknown_sort`](Error::unknown_sort) gives it back. It is the client's mistake: an HTTP service answers 400.
///
/// ```
/// use crdb_orm::prelude::*;
/// use crdb_orm::query::Sorting;
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "items")]
/// # struct Item { #[crdb(primary_key)] id: Uuid, name: String, price: i64 }
///
/// async fn list(db: &Database, sort: &str) -> crdb_orm::Result<Vec<Item>> {
///     let order = Sorting::new().by("name", Item::NAME).by("price", Item::PRICE).pick(sort)?;
///     Item::order_by(order).limit(50).all(db).await
/// }
///
/// fn status(error: &crdb_orm::Error) -> (u16, String) {
///     match error.unknown_sort() {
///         Some(unknown) => (400, format!("sort is one of {}", unknown.allowed().join(", "))),
///         None => (500, "try again later".to_owned()),
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownSort {
    name: String,
    allowed: Vec<&'static str>,
    /// It is allowed, and was asked for before.
    twice: bool,
}

impl UnknownSort {
    pub(crate) fn new(name: &str, allowed: &[&'static str]) -> Self {
        Self { name: name.to_owned(), allowed: allowed.to_vec(), twice: false }
    }

    /// A name that stands in a list for the second time.
    pub(crate) fn twice(name: &str, allowed: &[&'static str]) -> Self {
        Self { twice: true, ..Self::new(name, allowed) }
    }

    /// The name that was asked for, as it came from outside.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The names that are allowed, each also after a `-`.
    pub fn allowed(&self) -> &[&'static str] {
        &self.allowed
    }
}

impl fmt::Display for UnknownSort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (shown, rest) = match self.name.char_indices().nth(SHOWN) {
            Some((end, _)) => (self.name.get(..end).unwrap_or_default(), ".."),
            None => (&*self.name, ""),
        };
        if self.twice {
            return write!(f, "the order {shown:?}{rest} is there a second time");
        }
        write!(f, "there is no order {shown:?}{rest}: ")?;
        match &*self.allowed {
            [] => f.write_str("none is allowed here"),
            allowed => write!(f, "it is one of {}, or one of them after a `-`", allowed.join(", ")),
        }
    }
}

impl StdError for UnknownSort {}

impl From<UnknownSort> for Error {
    fn from(unknown: UnknownSort) -> Self {
        Self::of_kind(Kind::UnknownSort, unknown.to_string())
            .with_label(Label { verb: "sort", table: None })
            .with_source(unknown)
    }
}

impl Error {
    /// Rows were to be sorted by what is not allowed: the client's mistake, for which an HTTP service answers 400. See
    /// [`unknown_sort`](Self::unknown_sort).
    pub fn is_unknown_sort(&self) -> bool {
        self.kind() == Kind::UnknownSort
    }

    /// The order that was asked for, and those that are allowed, where it [`is_unknown_sort`](Self::is_unknown_sort).
    pub fn unknown_sort(&self) -> Option<&UnknownSort> {
        StdError::source(self)?.downcast_ref()
    }
}
