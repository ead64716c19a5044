//! Dates and times.

use super::{Either, Expr, IntoOperand, bound};
use crate::query::node::{Node, Part as Piece, Precedence, call, cast, parts, text, tight, whole};
use crate::schema::ColumnType;
use crate::types::{Field, Interval, IntoField, Nulls, SqlType};

/// A date, or a date with a time: a type of chrono, jiff or time (features).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a date or a timestamp",
    note = "`DateTime<Utc>`, `NaiveDateTime` and `NaiveDate` of chrono are, and their like in jiff and time"
)]
pub trait Moment: SqlType {}

macro_rules! moments {
    ($($feature:literal: $($rust:ty),*;)*) => {$($(
        #[cfg(feature = $feature)]
        impl Moment for $rust {}
    )*)*};
}

moments! {
    "chrono": chrono::DateTime<chrono::Utc>, chrono::NaiveDateTime, chrono::NaiveDate;
    "jiff": jiff::Timestamp, jiff::civil::DateTime, jiff::civil::Date;
    "time": time::OffsetDateTime, time::PrimitiveDateTime, time::Date;
}

/// What [`date_trunc`](super::Expr::date_trunc) cuts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// Microseconds.
    Microsecond,
    /// Milliseconds.
    Millisecond,
    /// Seconds.
    Second,
    /// Minutes.
    Minute,
    /// Hours.
    Hour,
    /// Days.
    Day,
    /// Weeks, which begin on Monday.
    Week,
    /// Months.
    Month,
    /// Quarters of a year.
    Quarter,
    /// Years.
    Year,
}

impl Unit {
    const fn text(self) -> &'static str {
        match self {
            Self::Microsecond => "'microsecond'",
            Self::Millisecond => "'millisecond'",
            Self::Second => "'second'",
            Self::Minute => "'minute'",
            Self::Hour => "'hour'",
            Self::Day => "'day'",
            Self::Week => "'week'",
            Self::Month => "'month'",
            Self::Quarter => "'quarter'",
            Self::Year => "'year'",
        }
    }
}

/// What [`extract`](super::Expr::extract) takes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// The seconds since 1970, with a fraction.
    Epoch,
    /// The second, with a fraction.
    Second,
    /// The minute.
    Minute,
    /// The hour.
    Hour,
    /// The day of the month.
    Day,
    /// The day of the week, 0 is Sunday.
    DayOfWeek,
    /// The day of the week, 1 is Monday and 7 is Sunday.
    IsoDayOfWeek,
    /// The day of the year.
    DayOfYear,
    /// The week of the year as ISO 8601 counts them.
    Week,
    /// The month.
    Month,
    /// The quarter of the year.
    Quarter,
    /// The year.
    Year,
}

impl Part {
    const fn text(self) -> &'static str {
        match self {
            Self::Epoch => "extract(epoch FROM ",
            Self::Second => "extract(second FROM ",
            Self::Minute => "extract(minute FROM ",
            Self::Hour => "extract(hour FROM ",
            Self::Day => "extract(day FROM ",
            Self::DayOfWeek => "extract(dow FROM ",
            Self::IsoDayOfWeek => "extract(isodow FROM ",
            Self::DayOfYear => "extract(doy FROM ",
            Self::Week => "extract(week FROM ",
            Self::Month => "extract(month FROM ",
            Self::Quarter => "extract(quarter FROM ",
            Self::Year => "extract(year FROM ",
        }
    }
}

/// A point in time, and the date with a time that clocks show then.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no point in time: no clock of another zone can show it",
    note = "`DateTime<Utc>`, `jiff::Timestamp` and `time::OffsetDateTime` are points in time"
)]
pub trait Instant: Moment {
    /// The date with a time.
    type Local: Moment;
}

macro_rules! instants {
    ($($feature:literal: $instant:ty => $local:ty;)*) => {$(
        #[cfg(feature = $feature)]
        impl Instant for $instant {
            type Local = $local;
        }
    )*};
}

instants! {
    "chrono": chrono::DateTime<chrono::Utc> => chrono::NaiveDateTime;
    "jiff": jiff::Timestamp => jiff::civil::DateTime;
    "time": time::OffsetDateTime => time::PrimitiveDateTime;
}

/// The time at which the transaction began, by the server's clock: `now()`.
pub fn now<T, M: Moment>() -> Expr<T, M> {
    Expr::new(cast(Node::Constant("now()"), M::TYPE))
}

/// The time now, which goes on while a statement runs, by the server's clock: `clock_timestamp()`.
pub fn clock<T, M: Instant>() -> Expr<T, M> {
    Expr::new(cast(Node::Constant("clock_timestamp()"), M::TYPE))
}

/// Both servers count in other types: the result is FLOAT8.
fn extract(part: &'static str, of: Piece) -> Node {
    cast(parts(Precedence::Atom, [text(part), of, text(")")]), ColumnType::Float8)
}

fn shifted(moment: Node, operator: &'static str, by: Node, ty: ColumnType) -> Node {
    cast(parts(Precedence::Add, [tight(moment), text(operator), tight(by)]), ty)
}

on_both! {
    [T, F: Field] F {
        /// Cut to whole days, months and so on. A point in time is cut in the time zone of the session, which is UTC
        /// unless it is set.
        pub fn date_trunc(self, unit: Unit) -> Expr<T, F>
        where
            F::Base: Moment,
        {
            let call = call("date_trunc", [Node::Constant(unit.text()), self.into_node()]);
            Expr::new(cast(call, F::TYPE))
        }

        /// A part of it as a number.
        pub fn extract(self, part: Part) -> Expr<T, <F::Nulls as Nulls>::Of<f64>>
        where
            F::Base: Moment,
        {
            Expr::new(extract(part.text(), whole(self.into_node())))
        }

        /// Later by an interval.
        pub fn plus<R: IntoOperand<T, Interval>>(self, interval: R) -> Expr<T, Either<F, R::Nulls, F::Base>>
        where
            F::Base: Moment,
        {
            Expr::new(shifted(self.into_node(), " + ", interval.into_operand().0, F::TYPE))
        }

        /// Earlier by an interval.
        pub fn minus<R: IntoOperand<T, Interval>>(self, interval: R) -> Expr<T, Either<F, R::Nulls, F::Base>>
        where
            F::Base: Moment,
        {
            Expr::new(shifted(self.into_node(), " - ", interval.into_operand().0, F::TYPE))
        }

        /// The date with a time that a clock in a zone shows then: `timezone('Europe/Berlin', at)`. A zone that is not known
        /// is an error of the server.
        pub fn at_time_zone(
            self,
            zone: impl IntoField<String>,
        ) -> Expr<T, <F::Nulls as Nulls>::Of<<F::Base as Instant>::Local>>
        where
            F::Base: Instant,
        {
            Expr::new(call("timezone", [bound(&zone.into_field()).0, self.into_node()]))
        }

        /// How much later it is than another one, in years, months, days and less: `age`.
        pub fn age<R: IntoOperand<T, F::Base>>(self, since: R) -> Expr<T, Either<F, R::Nulls, Interval>>
        where
            F::Base: Instant,
        {
            Expr::new(call("age", [self.into_node(), since.into_operand().0]))
        }

        /// As a text by a pattern of the server's, such as `YYYY-MM-DD`: `to_char`. CockroachDB has it since 23.1, with
        /// fewer patterns than PostgreSQL.
        pub fn to_char(self, pattern: impl IntoField<String>) -> Expr<T, <F::Nulls as Nulls>::Of<String>>
        where
            F::Base: Moment,
        {
            let moment = match F::TYPE {
                ColumnType::Date => cast(self.into_node(), ColumnType::Timestamp),
                _ => self.into_node(),
            };
            Expr::new(call("to_char", [moment, bound(&pattern.into_field()).0]))
        }

        /// How many seconds it is later than another one.
        ///
        /// A number, since the servers do not agree on how many days an interval between two moments has.
        pub fn seconds_since<R: IntoOperand<T, F::Base>>(self, other: R) -> Expr<T, Either<F, R::Nulls, f64>>
        where
            F::Base: Moment,
        {
            let epoch = |node| extract(Part::Epoch.text(), whole(node));
            let (this, other) = (epoch(self.into_node()), epoch(other.into_operand().0));
            let difference = parts(Precedence::Add, [tight(this), text(" - "), tight(other)]);
            Expr::new(cast(difference, ColumnType::Float8))
        }
    }

    [T] Interval {
        /// Its length in seconds; a month has 30 days.
        pub fn seconds(self) -> Expr<T, f64> {
            Expr::new(extract(Part::Epoch.text(), whole(self.into_node())))
        }
    }
}
