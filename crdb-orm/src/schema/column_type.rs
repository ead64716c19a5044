//! The SQL type of a column.

use super::TypeName;

/// The SQL type of a column, without its nullability and size.
///
/// Widths are explicit: `INT4` and never `INT`, whose width depends on a session variable of CockroachDB
/// (`default_int_size`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColumnType {
    /// `BOOL`.
    Bool,
    /// `INT2`, 16 bits.
    Int2,
    /// `INT4`, 32 bits.
    Int4,
    /// `INT8`, 64 bits.
    Int8,
    /// `FLOAT4`.
    Float4,
    /// `FLOAT8`.
    Float8,
    /// `DECIMAL`.
    Decimal,
    /// `STRING` on CockroachDB, `TEXT` on PostgreSQL.
    String,
    /// `BYTES` on CockroachDB, `BYTEA` on PostgreSQL.
    Bytes,
    /// `UUID`.
    Uuid,
    /// `JSONB`.
    Jsonb,
    /// `INET`.
    Inet,
    /// `DATE`.
    Date,
    /// `TIME`.
    Time,
    /// `TIMESTAMP`, without a time zone.
    Timestamp,
    /// `TIMESTAMPTZ`, a point in time.
    TimestampTz,
    /// `TIMETZ`, a time of day with an offset.
    TimeTz,
    /// `INTERVAL`: months, days and microseconds.
    Interval,
    /// `VARBIT`, a string of bits, or `BIT(n)`.
    VarBit,
    /// `TSVECTOR`: the words of a text, for full-text search.
    TsVector,
    /// `TSQUERY`: what a full-text search looks for.
    TsQuery,
    /// `CITEXT`: a text that is compared without regard to capitals.
    CiText,
    /// `LTREE`: a path of labels in a tree.
    LTree,
    /// `BOX2D`: the box around a shape.
    Box2d,
    /// `JSONPATH`: a path into a document.
    JsonPath,
    /// `NAME`: a name in the catalogue, of at most 63 bytes.
    Name,
    /// `"char"`, one byte: as in the catalogue.
    Char,
    /// `OID`: the number of a thing in the catalogue.
    Oid,
    /// `VECTOR`: numbers that are near to each other or far.
    Vector,
    /// `GEOMETRY`: a shape in a plane.
    Geometry,
    /// `GEOGRAPHY`: a shape on the globe.
    Geography,
    /// A user-defined enum.
    Enum(&'static EnumDef),
    /// A user-defined type of several fields.
    Composite(&'static CompositeDef),
    /// `crdb_internal_region`: the region of a row.
    Region,
    /// An array of one dimension.
    Array(&'static ColumnType),
}

/// A user-defined enum type: its name and its labels in their declared order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnumDef {
    /// The type's name.
    pub name: TypeName,
    /// The labels, in order.
    pub labels: &'static [&'static str],
    /// The comment on the type.
    pub comment: Option<&'static str>,
}

/// A user-defined composite type: its name and its fields in their declared order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompositeDef {
    /// The type's name.
    pub name: TypeName,
    /// The fields, in order.
    pub fields: &'static [CompositeField],
    /// The comment on the type.
    pub comment: Option<&'static str>,
}

/// One field of a composite type, which may always be NULL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompositeField {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub ty: ColumnType,
}

impl CompositeDef {
    /// A type of these fields.
    pub const fn new(name: TypeName, fields: &'static [CompositeField]) -> Self {
        Self { name, fields, comment: None }
    }

    /// Sets the comment.
    #[must_use]
    pub const fn comment(mut self, comment: &'static str) -> Self {
        self.comment = Some(comment);
        self
    }
}

impl CompositeField {
    /// A field of a type.
    pub const fn new(name: &'static str, ty: ColumnType) -> Self {
        Self { name, ty }
    }
}

impl ColumnType {
    /// Whether an inverted index can be over a column of the type, by what its values contain.
    pub(crate) const fn is_inverted(self) -> bool {
        matches!(self, Self::Jsonb | Self::Array(_) | Self::TsVector | Self::Geometry | Self::Geography)
    }

    /// Whether it has seconds, whose digits after the point can be limited.
    pub(crate) const fn has_seconds(self) -> bool {
        matches!(self, Self::Time | Self::TimeTz | Self::Timestamp | Self::TimestampTz | Self::Interval)
    }

    /// Whether there are arrays of it. Source: `CockroachDB`'s grammar.
    pub(crate) const fn has_arrays(self) -> bool {
        !matches!(self, Self::Array(_) | Self::TsVector | Self::TsQuery | Self::Vector | Self::JsonPath)
    }

    /// Whether a field of a composite type can be of it: `CockroachDB` has none of user-defined types (issue 91779 of
    /// its repository), and arrays from 26.1 on.
    pub(crate) const fn is_composite_field(self) -> bool {
        match self {
            Self::Enum(_) | Self::Region | Self::Composite(_) | Self::Char => false,
            Self::Array(element) => element.has_arrays() && element.is_composite_field(),
            _ => true,
        }
    }

    /// Whether it is made by `CREATE TYPE`, or its elements are.
    pub(crate) const fn is_user_defined(self) -> bool {
        match self {
            Self::Enum(_) | Self::Region | Self::Composite(_) => true,
            Self::Array(element) => element.is_user_defined(),
            _ => false,
        }
    }

    /// Whether it holds shapes.
    pub(crate) const fn is_shape(self) -> bool {
        matches!(self, Self::Geometry | Self::Geography)
    }

    /// Whether it holds vectors.
    pub(crate) const fn is_vector(self) -> bool {
        matches!(self, Self::Vector)
    }
}
