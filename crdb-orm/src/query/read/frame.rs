//! Which rows of its window a function sees: `ROWS BETWEEN .. AND ..`.

use crate::query::node::{Node, Part, number, text, whole};

use crate::types::{SqlType, Value};

/// The first row of the window.
#[derive(Debug, Clone, Copy)]
pub struct UnboundedPreceding;

/// So far before the current row.
#[derive(Debug, Clone, Copy)]
pub struct Preceding<D>(D);

/// The current row; in RANGE and GROUPS with its equals.
#[derive(Debug, Clone, Copy)]
pub struct CurrentRow;

/// So far behind the current row.
#[derive(Debug, Clone, Copy)]
pub struct Following<D>(D);

/// The last row of the window.
#[derive(Debug, Clone, Copy)]
pub struct UnboundedFollowing;

/// The first row of the window, where a frame begins: `UNBOUNDED PRECEDING`.
pub const fn unbounded_preceding() -> UnboundedPreceding {
    UnboundedPreceding
}

/// So many rows, groups of equal rows, or so much of a value before the current row.
pub const fn preceding<D>(distance: D) -> Preceding<D> {
    Preceding(distance)
}

/// The current row; in RANGE and GROUPS with its equals.
pub const fn current_row() -> CurrentRow {
    CurrentRow
}

/// So many rows, groups of equal rows, or so much of a value behind the current row.
pub const fn following<D>(distance: D) -> Following<D> {
    Following(distance)
}

/// The last row of the window, where a frame ends: `UNBOUNDED FOLLOWING`.
pub const fn unbounded_following() -> UnboundedFollowing {
    UnboundedFollowing
}

/// An end of a frame, of distances `D`.
pub trait Frame<D> {
    #[doc(hidden)]
    fn __end(self) -> FrameEnd<D>;
}

/// An end of a frame, of any kind.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum FrameEnd<D> {
    UnboundedPreceding,
    Preceding(D),
    CurrentRow,
    Following(D),
    UnboundedFollowing,
}

impl<D> FrameEnd<D> {
    fn write(self, distance: fn(D) -> Part, out: &mut Vec<Part>) {
        match self {
            Self::UnboundedPreceding => out.push(text("UNBOUNDED PRECEDING")),
            Self::Preceding(by) => out.extend([distance(by), text(" PRECEDING")]),
            Self::CurrentRow => out.push(text("CURRENT ROW")),
            Self::Following(by) => out.extend([distance(by), text(" FOLLOWING")]),
            Self::UnboundedFollowing => out.push(text("UNBOUNDED FOLLOWING")),
        }
    }
}

impl<D> Frame<D> for UnboundedPreceding {
    fn __end(self) -> FrameEnd<D> {
        FrameEnd::UnboundedPreceding
    }
}

impl<D> Frame<D> for Preceding<D> {
    fn __end(self) -> FrameEnd<D> {
        FrameEnd::Preceding(self.0)
    }
}

impl<D> Frame<D> for CurrentRow {
    fn __end(self) -> FrameEnd<D> {
        FrameEnd::CurrentRow
    }
}

impl<D> Frame<D> for Following<D> {
    fn __end(self) -> FrameEnd<D> {
        FrameEnd::Following(self.0)
    }
}

impl<D> Frame<D> for UnboundedFollowing {
    fn __end(self) -> FrameEnd<D> {
        FrameEnd::UnboundedFollowing
    }
}

/// That a frame can begin with `Self` and end with `E`.
#[diagnostic::on_unimplemented(
    message = "no frame begins at `{Self}` and ends at `{E}`",
    note = "it begins no later than it ends: `unbounded_preceding()`, `preceding(n)`, `current_row()`, `following(n)`, `unbounded_following()`"
)]
pub trait Between<E> {}

macro_rules! between {
    ($([$($generics:ident)?] $start:ty: $end:ty;)*) => {$(
        impl<$($generics)?> Between<$end> for $start {}
    )*};
}

between! {
    [D] UnboundedPreceding: Preceding<D>;
    [] UnboundedPreceding: CurrentRow;
    [D] UnboundedPreceding: Following<D>;
    [] UnboundedPreceding: UnboundedFollowing;
    [D] Preceding<D>: Preceding<D>;
    [D] Preceding<D>: CurrentRow;
    [D] Preceding<D>: Following<D>;
    [D] Preceding<D>: UnboundedFollowing;
    [] CurrentRow: CurrentRow;
    [D] CurrentRow: Following<D>;
    [] CurrentRow: UnboundedFollowing;
    [D] Following<D>: Following<D>;
    [D] Following<D>: UnboundedFollowing;
}

/// What a RANGE frame is measured along: numbers, dates and timestamps.
#[diagnostic::on_unimplemented(
    message = "nothing can be so much before or behind a `{Self}`",
    note = "a range is measured along a number, a date or a timestamp; `.rows(..)` counts rows of any order"
)]
pub trait Distance: SqlType {
    /// How far a value is from another.
    type By: SqlType;
}

macro_rules! distances {
    ($($rust:ty => $by:ty;)*) => {$(
        impl Distance for $rust {
            type By = $by;
        }
    )*};
}

distances! {
    i16 => i16;
    i32 => i32;
    i64 => i64;
    f32 => f64;
    f64 => f64;
}

#[cfg(feature = "rust_decimal")]
distances! {
    rust_decimal::Decimal => rust_decimal::Decimal;
}

#[cfg(feature = "bigdecimal")]
distances! {
    bigdecimal::BigDecimal => bigdecimal::BigDecimal;
}

#[cfg(feature = "chrono")]
distances! {
    chrono::DateTime<chrono::Utc> => crate::types::Interval;
    chrono::NaiveDateTime => crate::types::Interval;
    chrono::NaiveDate => crate::types::Interval;
}

#[cfg(feature = "jiff")]
distances! {
    jiff::Timestamp => crate::types::Interval;
    jiff::civil::DateTime => crate::types::Interval;
    jiff::civil::Date => crate::types::Interval;
}

#[cfg(feature = "time")]
distances! {
    time::OffsetDateTime => crate::types::Interval;
    time::PrimitiveDateTime => crate::types::Interval;
    time::Date => crate::types::Interval;
}

/// Which rows are left out of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Excluded {
    /// The current row.
    CurrentRow,
    /// The current row and its equals in the order.
    Group,
    /// The equals of the current row in the order, but not itself.
    Ties,
}

impl Excluded {
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::CurrentRow => " EXCLUDE CURRENT ROW",
            Self::Group => " EXCLUDE GROUP",
            Self::Ties => " EXCLUDE TIES",
        }
    }
}

/// `ROWS BETWEEN 2 PRECEDING AND CURRENT ROW`: the numbers are no parameters, so that a server knows the frame when it
/// plans.
pub(super) fn counted(unit: &'static str, start: impl Frame<u32>, end: impl Frame<u32>) -> Vec<Part> {
    frame(unit, start, end, number::<u32>)
}

/// `RANGE BETWEEN $1 PRECEDING AND CURRENT ROW`.
pub(super) fn measured<D: SqlType>(start: impl Frame<D>, end: impl Frame<D>) -> Vec<Part> {
    frame("RANGE BETWEEN ", start, end, |distance: D| whole(Node::Value(Value::encode(&distance))))
}

fn frame<D>(
    unit: &'static str,
    start: impl Frame<D>,
    end: impl Frame<D>,
    distance: fn(D) -> Part,
) -> Vec<Part> {
    let mut out = vec![text(unit)];
    start.__end().write(distance, &mut out);
    out.push(text(" AND "));
    end.__end().write(distance, &mut out);
    out
}
