//! Spans of time as SQL has them.

use std::fmt;

use bytes::{Buf, BufMut, BytesMut};

use super::{BoxError, SqlType};
use crate::schema::ColumnType;

/// A span of time in three parts that are not converted into each other: a month has no fixed number of days, and a day
/// no fixed number of hours.
///
/// Two intervals are equal here when their parts are; the server takes a month for 30 days and a day for 24 hours when
/// it compares them.
///
/// ```
/// use crdb_orm::types::Interval;
///
/// let month_and_a_half = Interval { months: 1, days: 15, micros: 0 };
/// assert_eq!(month_and_a_half.to_string(), "P1M15D");
/// assert_eq!(Interval::from_micros(-1_500_000).to_string(), "PT-1.5S");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Interval {
    /// Months.
    pub months: i32,
    /// Days.
    pub days: i32,
    /// Microseconds.
    pub micros: i64,
}

impl Interval {
    /// So many months.
    pub const fn from_months(months: i32) -> Self {
        Self { months, days: 0, micros: 0 }
    }

    /// So many days.
    pub const fn from_days(days: i32) -> Self {
        Self { months: 0, days, micros: 0 }
    }

    /// So many microseconds.
    pub const fn from_micros(micros: i64) -> Self {
        Self { months: 0, days: 0, micros }
    }
}

impl TryFrom<std::time::Duration> for Interval {
    type Error = std::num::TryFromIntError;

    /// Microseconds: what is finer is cut off.
    fn try_from(duration: std::time::Duration) -> Result<Self, Self::Error> {
        i64::try_from(duration.as_micros()).map(Self::from_micros)
    }
}

/// In the form of ISO 8601 that both servers read: `P1M15DT2.5S`.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("P")?;
        if self.months != 0 {
            write!(f, "{}M", self.months)?;
        }
        if self.days != 0 {
            write!(f, "{}D", self.days)?;
        }
        if self.micros != 0 || (self.months == 0 && self.days == 0) {
            let (seconds, micros) =
                (self.micros.unsigned_abs() / 1_000_000, self.micros.unsigned_abs() % 1_000_000);
            let text = format!("{seconds}.{micros:06}");
            let text = text.trim_end_matches('0').trim_end_matches('.');
            write!(f, "T{}{text}S", if self.micros < 0 { "-" } else { "" })?;
        }
        Ok(())
    }
}

impl std::str::FromStr for Interval {
    type Err = BoxError;

    /// Reads what the servers write and what `to_string` gives: `P1M15DT2.5S`, `1 mon 15 days 00:00:02.5`.
    fn from_str(text: &str) -> Result<Self, BoxError> {
        parse(text)
    }
}

/// An interval as the servers write it: in the style `postgres`, `1 year 2 mons -3 days +04:05:06.7`, or in the style
/// `iso_8601`, `P1Y2M-3DT4H5M6.7S`.
pub(super) fn parse(text: &str) -> Result<Interval, BoxError> {
    let found = if let Some(iso) = text.strip_prefix('P') { parse_iso(iso) } else { parse_words(text) };
    found.ok_or_else(|| format!("`{}` is no interval that is known here", text.escape_debug()).into())
}

fn parse_iso(text: &str) -> Option<Interval> {
    let mut all = Interval::default();
    let (mut rest, mut is_time, mut any) = (text, false, false);
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('T') {
            (rest, is_time) = (after, true);
            continue;
        }
        let end = rest.find(|c: char| c.is_ascii_alphabetic())?;
        let (number, unit) = (&rest[..end], rest.as_bytes()[end]);
        rest = &rest[end + 1..];
        any = true;
        match (unit, is_time) {
            (b'Y', false) => add_months(&mut all, number, 12)?,
            (b'M', false) => add_months(&mut all, number, 1)?,
            (b'W', false) => add_days(&mut all, number, 7)?,
            (b'D', false) => add_days(&mut all, number, 1)?,
            (b'H', true) => add_micros(&mut all, number, 3_600)?,
            (b'M', true) => add_micros(&mut all, number, 60)?,
            (b'S', true) => add_micros(&mut all, number, 1)?,
            _ => return None,
        }
    }
    any.then_some(all)
}

fn parse_words(text: &str) -> Option<Interval> {
    let mut all = Interval::default();
    let mut words = text.split_ascii_whitespace().peekable();
    words.peek()?;
    while let Some(word) = words.next() {
        if word.contains(':') {
            let (negative, clock) = match word.as_bytes()[0] {
                b'-' => (true, &word[1..]),
                b'+' => (false, &word[1..]),
                _ => (false, word),
            };
            let mut parts = clock.split(':');
            let mut micros = 0_i128;
            for seconds in [3_600, 60, 1] {
                let part = parts.next().filter(|part| part.starts_with(|c: char| c.is_ascii_digit()))?;
                micros += decimal(part)? * seconds;
            }
            if parts.next().is_some() {
                return None;
            }
            let micros = if negative { -micros } else { micros };
            all.micros = i64::try_from(i128::from(all.micros) + micros).ok()?;
            continue;
        }
        match words.next()? {
            "year" | "years" => add_months(&mut all, word, 12)?,
            "mon" | "mons" | "month" | "months" => add_months(&mut all, word, 1)?,
            "day" | "days" => add_days(&mut all, word, 1)?,
            _ => return None,
        }
    }
    Some(all)
}

fn add_months(all: &mut Interval, number: &str, each: i32) -> Option<()> {
    all.months = all.months.checked_add(number.parse::<i32>().ok()?.checked_mul(each)?)?;
    Some(())
}

fn add_days(all: &mut Interval, number: &str, each: i32) -> Option<()> {
    all.days = all.days.checked_add(number.parse::<i32>().ok()?.checked_mul(each)?)?;
    Some(())
}

fn add_micros(all: &mut Interval, number: &str, each: i128) -> Option<()> {
    let micros = decimal(number)?.checked_mul(each)?;
    all.micros = i64::try_from(i128::from(all.micros).checked_add(micros)?).ok()?;
    Some(())
}

/// The millionths of `-1.5`.
fn decimal(text: &str) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
    if whole.is_empty() || whole.len() > 20 || fraction.len() > 6 || !plain(whole) || !plain(fraction) {
        return None;
    }
    let micros = whole.parse::<i128>().ok()? * 1_000_000 + format!("{fraction:0<6}").parse::<i128>().ok()?;
    Some(if negative { -micros } else { micros })
}

impl SqlType for Interval {
    const TYPE: ColumnType = ColumnType::Interval;

    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        out.put_i64(self.micros);
        out.put_i32(self.days);
        out.put_i32(self.months);
        Ok(())
    }

    fn decode(mut raw: &[u8]) -> Result<Self, BoxError> {
        if raw.len() != 16 {
            return Err(format!("an INTERVAL of {} bytes", raw.len()).into());
        }
        let (micros, days, months) = (raw.get_i64(), raw.get_i32(), raw.get_i32());
        Ok(Self { months, days, micros })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_of_both_styles_are_read() {
        let interval = |months, days, micros| Interval { months, days, micros };
        for (text, expected) in [
            ("00:00:00", interval(0, 0, 0)),
            ("1 year 2 mons 3 days 04:05:06.789", interval(14, 3, 14_706_789_000)),
            ("-1 years -2 mons +3 days -04:05:06", interval(-14, 3, -14_706_000_000)),
            ("1 mon", interval(1, 0, 0)),
            ("-2562047788:00:54.775808", interval(0, 0, i64::MIN)),
            ("P0D", interval(0, 0, 0)),
            ("P1Y2M3DT4H5M6.789S", interval(14, 3, 14_706_789_000)),
            ("PT-2562047788H-54.775808S", interval(0, 0, i64::MIN)),
        ] {
            assert_eq!(parse(text).unwrap(), expected, "{text}");
        }
        for wrong in ["", "P", "PT", "1", "1 century", "1:2", "P1X", "1 year x", "9999999999 days", "P1.5Y"] {
            parse(wrong).unwrap_err();
        }
    }
}
