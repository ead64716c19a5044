//! Keys and indexes.

use super::StorageParameter;

/// The order of a column in a key or index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// Ascending.
    #[default]
    Asc,
    /// Descending.
    Desc,
}

/// One column of a key or index, or an expression in an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyPart {
    /// The column's name, or the text of the expression.
    pub column: &'static str,
    /// Whether it is an expression, in SQL.
    pub expression: bool,
    /// Its order.
    pub direction: Direction,
    /// The operator class, such as `gin_trgm_ops`.
    pub op_class: Option<&'static str>,
}

impl KeyPart {
    /// An ascending column.
    pub const fn asc(column: &'static str) -> Self {
        Self { column, expression: false, direction: Direction::Asc, op_class: None }
    }

    /// A descending column.
    pub const fn desc(column: &'static str) -> Self {
        Self { column, expression: false, direction: Direction::Desc, op_class: None }
    }

    /// An SQL expression, such as `lower(email)`: for indexes only.
    pub const fn expression(sql: &'static str) -> Self {
        Self { column: sql, expression: true, direction: Direction::Asc, op_class: None }
    }

    /// Makes it descending.
    #[must_use]
    pub const fn descending(mut self) -> Self {
        self.direction = Direction::Desc;
        self
    }

    /// Sets the operator class, such as `gin_trgm_ops` or `vector_cosine_ops`.
    #[must_use]
    pub const fn op_class(mut self, name: &'static str) -> Self {
        self.op_class = Some(name);
        self
    }
}

/// Hash sharding of a key or index: rows that follow each other are spread over buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct HashSharding {
    /// The number of buckets; the server's default (16) when `None`.
    pub buckets: Option<u16>,
    /// The first columns of the key or index, of which the hash is; all of them when there are none.
    pub columns: &'static [&'static str],
}

impl HashSharding {
    const fn of(hash: Option<Self>) -> Self {
        match hash {
            Some(hash) => hash,
            None => Self { buckets: None, columns: &[] },
        }
    }

    const fn with_buckets(mut self, buckets: Option<u16>) -> Self {
        self.buckets = buckets;
        self
    }

    const fn with_columns(mut self, columns: &'static [&'static str]) -> Self {
        self.columns = columns;
        self
    }
}

/// The primary key of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PrimaryKeyDef {
    /// Its columns, in order.
    pub parts: &'static [KeyPart],
    /// Hash sharding, if any.
    pub hash: Option<HashSharding>,
    /// Its name; the server's own convention (`table_pkey`) when `None`.
    pub name: Option<&'static str>,
    /// Storage parameters.
    pub storage: &'static [StorageParameter],
}

impl PrimaryKeyDef {
    /// A key over `parts`.
    pub const fn new(parts: &'static [KeyPart]) -> Self {
        Self { parts, hash: None, name: None, storage: &[] }
    }

    /// Shards the key by hash.
    #[must_use]
    pub const fn hash_sharded(mut self, buckets: Option<u16>) -> Self {
        self.hash = Some(HashSharding::of(self.hash).with_buckets(buckets));
        self
    }

    /// Shards it by a hash of its first columns alone, so that rows which are equal in them stay together, in order.
    ///
    /// Source: `CockroachDB`, "WITH (storage parameter)", `shard_columns`, 26.2 and later.
    #[must_use]
    pub const fn shard_columns(mut self, columns: &'static [&'static str]) -> Self {
        self.hash = Some(HashSharding::of(self.hash).with_columns(columns));
        self
    }

    /// Names it.
    #[must_use]
    pub const fn name(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }

    /// Sets storage parameters, such as `skip_unique_checks`.
    ///
    /// Source: `CockroachDB`, "WITH (storage parameter)".
    #[must_use]
    pub const fn storage(mut self, parameters: &'static [StorageParameter]) -> Self {
        self.storage = parameters;
        self
    }
}

/// How an index finds rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum IndexMethod {
    /// By the order of its columns.
    #[default]
    Ordered,
    /// By what its last column contains: an inverted (GIN) index of a document, an array, a text's trigrams.
    Inverted,
    /// By what its last column is near to: an index of vectors.
    Vector,
}

/// A secondary index.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct IndexDef {
    /// Its name; the server's own convention (`table_columns_idx`) when `None`.
    pub name: Option<&'static str>,
    /// Its columns, in order.
    pub parts: &'static [KeyPart],
    /// How it finds rows.
    pub method: IndexMethod,
    /// Whether it is unique.
    pub unique: bool,
    /// Whether it is made as a UNIQUE constraint.
    pub constraint: bool,
    /// Whether the server keeps no index for the constraint, and looks at others.
    pub without_index: bool,
    /// The predicate of a partial index.
    pub filter: Option<&'static str>,
    /// The columns that are stored beside the key.
    pub storing: &'static [&'static str],
    /// Hash sharding, if any.
    pub hash: Option<HashSharding>,
    /// Storage parameters.
    pub storage: &'static [StorageParameter],
    /// The part of all queries that may use it, from 0 to 1; all of them when `None`.
    pub visibility: Option<f64>,
    /// The comment on the index.
    pub comment: Option<&'static str>,
}

impl IndexDef {
    /// An index over `parts`.
    pub const fn new(parts: &'static [KeyPart]) -> Self {
        Self {
            name: None,
            parts,
            method: IndexMethod::Ordered,
            unique: false,
            constraint: false,
            without_index: false,
            filter: None,
            storing: &[],
            hash: None,
            storage: &[],
            visibility: None,
            comment: None,
        }
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

    /// Makes it a UNIQUE constraint, which is an index, too.
    #[must_use]
    pub const fn unique_constraint(mut self) -> Self {
        self.unique = true;
        self.constraint = true;
        self
    }

    /// Makes it a UNIQUE constraint that has no index: the server looks for equal rows by other indexes, so each write
    /// reads what one of them finds, or the whole table.
    ///
    /// Source: `CockroachDB`, `UNIQUE WITHOUT INDEX`, an experimental feature.
    #[must_use]
    pub const fn unique_without_index(mut self) -> Self {
        self.unique = true;
        self.constraint = true;
        self.without_index = true;
        self
    }

    /// Makes it inverted: rows are found by what the last column contains.
    #[must_use]
    pub const fn inverted(mut self) -> Self {
        self.method = IndexMethod::Inverted;
        self
    }

    /// Makes it an index of vectors: rows are found by what the last column is near to.
    #[must_use]
    pub const fn vector(mut self) -> Self {
        self.method = IndexMethod::Vector;
        self
    }

    /// Sets storage parameters.
    #[must_use]
    pub const fn storage(mut self, parameters: &'static [StorageParameter]) -> Self {
        self.storage = parameters;
        self
    }

    /// Hides it from queries: it is kept up to date, and not used.
    #[must_use]
    pub const fn not_visible(self) -> Self {
        self.visibility(0.0)
    }

    /// Lets a part of all queries use it, from 0 to 1.
    #[must_use]
    pub const fn visibility(mut self, fraction: f64) -> Self {
        self.visibility = Some(fraction);
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
        self.hash = Some(HashSharding::of(self.hash).with_buckets(buckets));
        self
    }

    /// Shards it by a hash of its first columns alone, so that rows which are equal in them stay together, in order.
    ///
    /// Source: `CockroachDB`, "WITH (storage parameter)", `shard_columns`, 26.2 and later.
    #[must_use]
    pub const fn shard_columns(mut self, columns: &'static [&'static str]) -> Self {
        self.hash = Some(HashSharding::of(self.hash).with_columns(columns));
        self
    }
}
