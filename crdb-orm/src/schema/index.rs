//! Keys and indexes.

/// The order of a column in a key or index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// Ascending.
    #[default]
    Asc,
    /// Descending.
    Desc,
}

/// One column of a key or index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyPart {
    /// The column's name.
    pub column: &'static str,
    /// Its order.
    pub direction: Direction,
}

impl KeyPart {
    /// An ascending column.
    pub const fn asc(column: &'static str) -> Self {
        Self { column, direction: Direction::Asc }
    }

    /// A descending column.
    pub const fn desc(column: &'static str) -> Self {
        Self { column, direction: Direction::Desc }
    }
}

/// Hash sharding of a key or index: rows that follow each other are spread over buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashSharding {
    /// The number of buckets; the server's default (16) when `None`.
    pub buckets: Option<u16>,
}

/// The primary key of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PrimaryKeyDef {
    /// Its columns, in order.
    pub parts: &'static [KeyPart],
    /// Hash sharding, if any.
    pub hash: Option<HashSharding>,
}

impl PrimaryKeyDef {
    /// A key over `parts`.
    pub const fn new(parts: &'static [KeyPart]) -> Self {
        Self { parts, hash: None }
    }

    /// Shards the key by hash.
    #[must_use]
    pub const fn hash_sharded(mut self, buckets: Option<u16>) -> Self {
        self.hash = Some(HashSharding { buckets });
        self
    }
}

/// A secondary index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct IndexDef {
    /// Its name; the server's own convention (`table_columns_idx`) when `None`.
    pub name: Option<&'static str>,
    /// Its columns, in order.
    pub parts: &'static [KeyPart],
    /// Whether it is unique.
    pub unique: bool,
    /// The predicate of a partial index.
    pub filter: Option<&'static str>,
    /// The columns that are stored beside the key.
    pub storing: &'static [&'static str],
    /// Hash sharding, if any.
    pub hash: Option<HashSharding>,
    /// The comment on the index.
    pub comment: Option<&'static str>,
}

impl IndexDef {
    /// An index over `parts`.
    pub const fn new(parts: &'static [KeyPart]) -> Self {
        Self { name: None, parts, unique: false, filter: None, storing: &[], hash: None, comment: None }
    }

    /// Names it.
    #[must_use]
    pub const fn name(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }

    /// Makes it unique.
    #[must_use]
    pub const fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// Makes it partial: only rows for which the predicate holds are in it.
    #[must_use]
    pub const fn filter(mut self, predicate: &'static str) -> Self {
        self.filter = Some(predicate);
        self
    }

    /// Stores columns beside the key.
    #[must_use]
    pub const fn storing(mut self, columns: &'static [&'static str]) -> Self {
        self.storing = columns;
        self
    }

    /// Sets the comment.
    #[must_use]
    pub const fn comment(mut self, comment: &'static str) -> Self {
        self.comment = Some(comment);
        self
    }

    /// Shards the index by hash.
    #[must_use]
    pub const fn hash_sharded(mut self, buckets: Option<u16>) -> Self {
        self.hash = Some(HashSharding { buckets });
        self
    }
}
