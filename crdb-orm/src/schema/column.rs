//! One column of a table.

use super::ColumnType;

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
    /// The expression that computes it, if it is computed.
    pub computed: Option<Computed>,
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
    /// `STRING(n)`: at most so many code points.
    Length(u32),
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

impl ColumnDef {
    /// A NOT NULL column without default.
    pub const fn new(name: &'static str, ty: ColumnType) -> Self {
        Self {
            name,
            field: name,
            ty,
            nullable: false,
            size: Size::Unlimited,
            default: None,
            computed: None,
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

    /// Sets the default.
    #[must_use]
    pub const fn default(mut self, value: DefaultValue) -> Self {
        self.default = Some(value);
        self
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
