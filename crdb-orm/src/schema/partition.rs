//! Partitions of a table or index: rows that can be stored elsewhere than the others.

/// The partitions of a table's primary index, or of another one of its indexes.
///
/// In a database with regions, localities do what partitions do, and the server refuses them. Source: `CockroachDB`,
/// "Define table partitions".
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct PartitioningDef {
    /// The index; the primary one when `None`.
    pub index: Option<&'static str>,
    /// Whether all indexes of the table are partitioned so: `PARTITION ALL BY`.
    pub all: bool,
    /// How it is partitioned.
    pub by: PartitionBy,
}

impl PartitioningDef {
    /// Partitions of the primary index, which holds the table.
    pub const fn table(by: PartitionBy) -> Self {
        Self { index: None, all: false, by }
    }

    /// Partitions of an index.
    pub const fn index(name: &'static str, by: PartitionBy) -> Self {
        Self { index: Some(name), all: false, by }
    }

    /// Partitions of all indexes of the table. The columns may be any: the server puts them before those of each index.
    ///
    /// Source: `CockroachDB`, `PARTITION ALL BY`, an experimental feature: the statement needs a setting of the session,
    /// which [`Database::create_schema`](crate::Database::create_schema) and a script set for it.
    pub const fn all(by: PartitionBy) -> Self {
        Self { index: None, all: true, by }
    }
}

/// How rows are divided.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct PartitionBy {
    /// By lists or by ranges of values.
    pub method: PartitionMethod,
    /// The columns, with which the index begins.
    pub columns: &'static [&'static str],
    /// The partitions.
    pub partitions: &'static [PartitionDef],
}

/// By what rows are divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PartitionMethod {
    /// `PARTITION BY LIST`.
    List,
    /// `PARTITION BY RANGE`.
    Range,
}

impl PartitionBy {
    /// Rows are divided by the values that their columns have.
    pub const fn list(columns: &'static [&'static str], partitions: &'static [PartitionDef]) -> Self {
        Self { method: PartitionMethod::List, columns, partitions }
    }

    /// Rows are divided by the range that their columns are in.
    pub const fn range(columns: &'static [&'static str], partitions: &'static [PartitionDef]) -> Self {
        Self { method: PartitionMethod::Range, columns, partitions }
    }
}

/// One partition.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct PartitionDef {
    /// Its name.
    pub name: &'static str,
    /// What is in it.
    pub values: PartitionValues,
    /// How it is divided again, by the columns that follow.
    pub by: Option<&'static PartitionBy>,
}

/// What is in a partition. Each list has as many values as there are columns.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum PartitionValues {
    /// `VALUES IN (..)`.
    In(&'static [&'static [PartitionValue]]),
    /// `VALUES FROM (..) TO (..)`: from the first on, up to the second, which is not in it.
    FromTo(&'static [PartitionValue], &'static [PartitionValue]),
}

/// A value of a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PartitionValue {
    /// A text, printed as a literal.
    Text(&'static str),
    /// An SQL expression that is the same for all rows, printed as it is.
    Sql(&'static str),
    /// `DEFAULT`: what is in no other list.
    Default,
    /// `MINVALUE`: before everything.
    Min,
    /// `MAXVALUE`: after everything.
    Max,
}

impl PartitionDef {
    /// A partition by lists of values: `PartitionDef::list("americas", &[&[PartitionValue::Text("us")]])`.
    pub const fn list(name: &'static str, values: &'static [&'static [PartitionValue]]) -> Self {
        Self { name, values: PartitionValues::In(values), by: None }
    }

    /// A partition by a range of values, the second one not in it.
    pub const fn range(
        name: &'static str,
        from: &'static [PartitionValue],
        to: &'static [PartitionValue],
    ) -> Self {
        Self { name, values: PartitionValues::FromTo(from, to), by: None }
    }

    /// Divides it again.
    #[must_use]
    pub const fn by(mut self, by: &'static PartitionBy) -> Self {
        self.by = Some(by);
        self
    }
}
