//! How a table is stored: column families and storage parameters.

/// A column family: columns that are stored together, as one key of the key-value layer.
///
/// Columns that no family names are put in the first one. Source: `CockroachDB`, "Column families".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct FamilyDef {
    /// Its name.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [&'static str],
}

impl FamilyDef {
    /// A family of columns.
    pub const fn new(name: &'static str, columns: &'static [&'static str]) -> Self {
        Self { name, columns }
    }
}

/// A storage parameter of a table that has no setting of its own here, as in `WITH (name = value)`.
///
/// Source: `CockroachDB`, "WITH (storage parameter)".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct StorageParameter {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: StorageValue,
}

impl StorageParameter {
    /// A parameter and its value.
    pub const fn new(name: &'static str, value: StorageValue) -> Self {
        Self { name, value }
    }
}

/// The value of a storage parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StorageValue {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A text, printed as a quoted literal.
    Text(&'static str),
}
