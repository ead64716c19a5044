//! The region of a row.

use std::borrow::Cow;
use std::fmt;

use bytes::BytesMut;

use super::{BoxError, SqlType};
use crate::schema::ColumnType;

/// A region of the database, such as `us-east1`: the type `crdb_internal_region`.
///
/// [`Schema::region`](crate::Schema::region) in a const item checks the name when the crate is compiled; the
/// server checks it again when a row is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(Cow<'static, str>);

impl Region {
    /// A region by a name that is known when the program is compiled.
    pub const fn from_static(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The name of a region in a const item, for a column's default.
    #[doc(hidden)]
    pub const fn __crdb_label(self) -> &'static str {
        let name = match &self.0 {
            Cow::Borrowed(name) => *name,
            Cow::Owned(_) => panic!("a region that is made at run time cannot be a default"),
        };
        // A destructor cannot run here, and there is nothing to free.
        std::mem::forget(self);
        name
    }

    /// A region by name. The server checks it when a row is written.
    pub fn new(name: impl Into<String>) -> Self {
        Self(Cow::Owned(name.into()))
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl SqlType for Region {
    const TYPE: ColumnType = ColumnType::Region;

    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        out.extend_from_slice(self.0.as_bytes());
        Ok(())
    }

    fn decode(raw: &[u8]) -> Result<Self, BoxError> {
        Ok(Self::new(std::str::from_utf8(raw)?))
    }
}
