//! One column of a table.

use super::{ColumnType, SequenceOptions};

/// One column of a table.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ColumnDef {
    /// The column's name in SQL.
    pub name: &'static str,
    /// The field's name in Rust.
    pub field: &'static str,
    /// Its type.
    pub ty: ColumnType,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// Precision and scale, or length.
    pub size: Size,
    /// Its default.
    pub default: Option<DefaultValue>,
    /// What an update that does not set it sets it to.
    pub on_update: Option<DefaultValue>,
    /// The expression that computes it, if it is computed.
    pub computed: Option<Computed>,
    /// Whether a sequence of its own fills it.
    pub identity: Option<Identity>,
    /// How that sequence counts.
    pub identity_options: SequenceOptions,
    /// The collation of a text.
    pub collation: Option<&'static str>,
    /// Whether `SELECT *` leaves it out.
    pub not_visible: bool,
    /// Whether it has a UNIQUE constraint of its own.
    pub unique: bool,
    /// The comment on the column.
    pub comment: Option<&'static str>,
}

/// The size in parentheses after a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Size {
    /// No size is given.
    #[default]
    Unlimited,
    /// `DECIMAL(precision, scale)`.
    Decimal {
        /// Digits in all.
        precision: u16,
        /// Digits after the point.
        scale: u16,
    },
    /// `STRING(n)`, `VARCHAR(n)` on `PostgreSQL`: at most so many code points; `VARBIT(n)`: at most so many bits; `VECTOR(n)`: so many dimensions.
    Length(u32),
    /// `VARCHAR(n)` on both servers: at most so many code points. `CockroachDB` keeps the same as for `STRING(n)`, and
    /// shows another type.
    VarChar(u32),
    /// `CHAR(n)` on both servers: at most so many code points, without blanks at the end.
    Char(u32),
    /// `BIT(n)`: so many bits, and neither more nor fewer.
    Bits(u32),
    /// `GEOMETRY(POINT,4326)`: a kind of shape in a reference system.
    Shape {
        /// The kind.
        shape: Shape,
        /// The number of the reference system, 0 for that of the type.
        srid: i32,
    },
    /// `TIMESTAMPTZ(n)`, and so on: digits of a second after the point.
    Precision(u8),
    /// `INTERVAL YEAR TO MONTH`, and so on: what an interval keeps.
    Interval(IntervalFields),
}

/// What of an interval is kept: from the coarsest to the finest part. What is finer is cut off.
///
/// The number is that of digits of a second after the point, from 0 to 6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntervalFields {
    /// `YEAR`.
    Year,
    /// `MONTH`.
    Month,
    /// `DAY`.
    Day,
    /// `HOUR`.
    Hour,
    /// `MINUTE`.
    Minute,
    /// `SECOND`.
    Second(Option<u8>),
    /// `YEAR TO MONTH`.
    YearToMonth,
    /// `DAY TO HOUR`.
    DayToHour,
    /// `DAY TO MINUTE`.
    DayToMinute,
    /// `DAY TO SECOND`.
    DayToSecond(Option<u8>),
    /// `HOUR TO MINUTE`.
    HourToMinute,
    /// `HOUR TO SECOND`.
    HourToSecond(Option<u8>),
    /// `MINUTE TO SECOND`.
    MinuteToSecond(Option<u8>),
}

impl IntervalFields {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Year => "YEAR",
            Self::Month => "MONTH",
            Self::Day => "DAY",
            Self::Hour => "HOUR",
            Self::Minute => "MINUTE",
            Self::Second(_) => "SECOND",
            Self::YearToMonth => "YEAR TO MONTH",
            Self::DayToHour => "DAY TO HOUR",
            Self::DayToMinute => "DAY TO MINUTE",
            Self::DayToSecond(_) => "DAY TO SECOND",
            Self::HourToMinute => "HOUR TO MINUTE",
            Self::HourToSecond(_) => "HOUR TO SECOND",
            Self::MinuteToSecond(_) => "MINUTE TO SECOND",
        }
    }

    /// Digits of a second after the point.
    pub(crate) const fn digits(self) -> Option<u8> {
        match self {
            Self::Second(digits)
            | Self::DayToSecond(digits)
            | Self::HourToSecond(digits)
            | Self::MinuteToSecond(digits) => digits,
            _ => None,
        }
    }
}

/// A kind of shape that a column is limited to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Any of them.
    Geometry,
    /// A point.
    Point,
    /// A line of straight parts.
    LineString,
    /// A polygon, which may have holes.
    Polygon,
    /// Points.
    MultiPoint,
    /// Lines.
    MultiLineString,
    /// Polygons.
    MultiPolygon,
    /// Shapes of any kind.
    GeometryCollection,
}

impl Shape {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Geometry => "GEOMETRY",
            Self::Point => "POINT",
            Self::LineString => "LINESTRING",
            Self::Polygon => "POLYGON",
            Self::MultiPoint => "MULTIPOINT",
            Self::MultiLineString => "MULTILINESTRING",
            Self::MultiPolygon => "MULTIPOLYGON",
            Self::GeometryCollection => "GEOMETRYCOLLECTION",
        }
    }
}

/// A column's default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultValue {
    /// An SQL expression, printed as it is.
    Sql(&'static str),
    /// A text, printed as a quoted literal: also an enum's label.
    Text(&'static str),
}

/// How a column is computed from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Computed {
    /// The SQL expression.
    pub expression: &'static str,
    /// Stored on disk, or computed when read.
    pub stored: bool,
}

/// Whose numbers an identity column takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// `GENERATED ALWAYS`: those of its sequence, and no others.
    Always,
    /// `GENERATED BY DEFAULT`: those of its sequence, unless an insert gives one.
    ByDefault,
}

impl ColumnDef {
    /// Whether every new row has to give it.
    pub(crate) const fn is_required(&self) -> bool {
        !self.nullable && self.default.is_none() && self.computed.is_none() && self.identity.is_none()
    }

    /// A NOT NULL column without default.
    pub const fn new(name: &'static str, ty: ColumnType) -> Self {
        Self {
            name,
            field: name,
            ty,
            nullable: false,
            size: Size::Unlimited,
            default: None,
            on_update: None,
            computed: None,
            identity: None,
            identity_options: SequenceOptions::new(),
            collation: None,
            not_visible: false,
            unique: false,
            comment: None,
        }
    }

    /// Sets the name of the Rust field.
    #[must_use]
    pub const fn field(mut self, field: &'static str) -> Self {
        self.field = field;
        self
    }

    /// Sets whether the column may be NULL.
    #[must_use]
    pub const fn nullable(mut self, nullable: bool) -> Self {
        self.nullable = nullable;
        self
    }

    /// Makes it `DECIMAL(precision, scale)`.
    #[must_use]
    pub const fn decimal(mut self, precision: u16, scale: u16) -> Self {
        self.size = Size::Decimal { precision, scale };
        self
    }

    /// Limits a text to so many code points.
    #[must_use]
    pub const fn length(mut self, n: u32) -> Self {
        self.size = Size::Length(n);
        self
    }

    /// Makes a text `VARCHAR(n)`.
    #[must_use]
    pub const fn varchar(mut self, n: u32) -> Self {
        self.size = Size::VarChar(n);
        self
    }

    /// Makes a text `CHAR(n)`, of which blanks at the end are no part.
    #[must_use]
    pub const fn char(mut self, n: u32) -> Self {
        self.size = Size::Char(n);
        self
    }

    /// Makes a string of bits `BIT(n)`: so many of them.
    #[must_use]
    pub const fn bits(mut self, n: u32) -> Self {
        self.size = Size::Bits(n);
        self
    }

    /// Limits shapes to a kind and a reference system, 0 for that of the type.
    #[must_use]
    pub const fn shape(mut self, shape: Shape, srid: i32) -> Self {
        self.size = Size::Shape { shape, srid };
        self
    }

    /// Keeps so many digits of a second after the point, from 0 to 6.
    #[must_use]
    pub const fn precision(mut self, digits: u8) -> Self {
        self.size = Size::Precision(digits);
        self
    }

    /// Sets the default.
    #[must_use]
    pub const fn default(mut self, value: DefaultValue) -> Self {
        self.default = Some(value);
        self
    }

    /// Sets what an update that does not set the column sets it to.
    #[must_use]
    pub const fn on_update(mut self, value: DefaultValue) -> Self {
        self.on_update = Some(value);
        self
    }

    /// Fills the column from a sequence of its own.
    #[must_use]
    pub const fn identity(mut self, identity: Identity) -> Self {
        self.identity = Some(identity);
        self
    }

    /// Sets how the sequence of an identity counts.
    #[must_use]
    pub const fn identity_options(mut self, options: SequenceOptions) -> Self {
        self.identity_options = options;
        self
    }

    /// Limits what an interval keeps.
    #[must_use]
    pub const fn interval(mut self, fields: IntervalFields) -> Self {
        self.size = Size::Interval(fields);
        self
    }

    /// Sorts and compares a text by the rules of a language, such as `de` or `en-US-u-ks-level2`.
    #[must_use]
    pub const fn collate(mut self, collation: &'static str) -> Self {
        self.collation = Some(collation);
        self
    }

    /// Leaves the column out of `SELECT *`.
    #[must_use]
    pub const fn not_visible(mut self) -> Self {
        self.not_visible = true;
        self
    }

    /// Whether the server alone gives it its value, so that no insert can.
    pub const fn is_generated(&self) -> bool {
        self.computed.is_some() || matches!(self.identity, Some(Identity::Always))
    }

    /// Gives a UUID key its default, unless it has one.
    #[must_use]
    pub const fn key_default(mut self) -> Self {
        if matches!(self.ty, ColumnType::Uuid) && self.default.is_none() {
            self.default = Some(DefaultValue::Sql("gen_random_uuid()"));
        }
        self
    }

    /// Makes the column computed.
    #[must_use]
    pub const fn computed(mut self, expression: &'static str, stored: bool) -> Self {
        self.computed = Some(Computed { expression, stored });
        self
    }

    /// Gives the column a UNIQUE constraint of its own.
    #[must_use]
    pub const fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// Sets the comment.
    #[must_use]
    pub const fn comment(mut self, comment: &'static str) -> Self {
        self.comment = Some(comment);
        self
    }
}
