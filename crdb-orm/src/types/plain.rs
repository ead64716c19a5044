//! Values as plain text, as a field of a composite type holds them.

use std::fmt::Write as _;
use std::net::IpAddr;

use bytes::{BufMut, BytesMut};
use fallible_iterator::FallibleIterator;
use postgres_protocol::types;

use super::interval;
use super::numeric::Numeric;
use super::{Bits, BoxError, Interval, SqlType, TimeTz, wire_type};
use crate::schema::ColumnType;

const MICROS_PER_DAY: i64 = 86_400_000_000;
/// Days from 0000-03-01 to 2000-01-01.
const EPOCH: i64 = 730_425;

/// The text of a value in binary format.
pub(super) fn write(ty: ColumnType, raw: &[u8]) -> Result<String, BoxError> {
    Ok(match ty {
        ColumnType::Bool => if bool::decode(raw)? { "t" } else { "f" }.to_owned(),
        ColumnType::Int2 => i16::decode(raw)?.to_string(),
        ColumnType::Int4 => i32::decode(raw)?.to_string(),
        ColumnType::Int8 => i64::decode(raw)?.to_string(),
        ColumnType::Float4 => f32::decode(raw)?.to_string(),
        ColumnType::Float8 => f64::decode(raw)?.to_string(),
        ColumnType::Decimal => Numeric::read(raw)?.to_string(),
        ColumnType::Bytes => {
            let mut text = String::from("\\x");
            for byte in raw {
                // Writing to a `String` cannot fail.
                let _ = write!(text, "{byte:02x}");
            }
            text
        }
        ColumnType::Uuid => uuid::Uuid::decode(raw)?.to_string(),
        ColumnType::Jsonb => serde_json::Value::decode(raw)?.to_string(),
        ColumnType::Inet => IpAddr::decode(raw)?.to_string(),
        ColumnType::Oid => types::oid_from_sql(raw)?.to_string(),
        ColumnType::VarBit => Bits::decode(raw)?.to_string(),
        ColumnType::Date => date(i64::from(types::date_from_sql(raw)?))?,
        ColumnType::Time => time(types::time_from_sql(raw)?),
        ColumnType::TimeTz => TimeTz::decode(raw)?.to_string(),
        ColumnType::Interval => Interval::decode(raw)?.to_string(),
        ColumnType::Array(element) => array(*element, raw)?,
        ColumnType::Timestamp => timestamp(types::timestamp_from_sql(raw)?)?,
        ColumnType::TimestampTz => {
            // The offset stands before the era.
            let text = timestamp(types::timestamp_from_sql(raw)?)?;
            match text.strip_suffix(BC) {
                Some(text) => format!("{text}+00{BC}"),
                None => text + "+00",
            }
        }
        _ => std::str::from_utf8(raw)?.to_owned(),
    })
}

/// A value in binary format by its text, as the servers write it.
pub(super) fn read(ty: ColumnType, text: &str) -> Result<Vec<u8>, BoxError> {
    let mut out = BytesMut::new();
    match ty {
        ColumnType::Bool => matches!(text, "t" | "true").encode(&mut out)?,
        ColumnType::Int2 => text.parse::<i16>()?.encode(&mut out)?,
        ColumnType::Int4 => text.parse::<i32>()?.encode(&mut out)?,
        ColumnType::Int8 => text.parse::<i64>()?.encode(&mut out)?,
        ColumnType::Float4 => text.parse::<f32>()?.encode(&mut out)?,
        ColumnType::Float8 => text.parse::<f64>()?.encode(&mut out)?,
        ColumnType::Decimal => Numeric::parse(text)?.write(&mut out)?,
        ColumnType::Bytes => {
            let digits = text.strip_prefix("\\x").ok_or("BYTES that are not in hexadecimal digits")?;
            for pair in digits.as_bytes().chunks(2) {
                out.put_u8(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?);
            }
        }
        ColumnType::Uuid => text.parse::<uuid::Uuid>()?.encode(&mut out)?,
        ColumnType::Jsonb => {
            out.put_u8(1);
            out.put_slice(text.as_bytes());
        }
        ColumnType::Inet => text.parse::<IpAddr>()?.encode(&mut out)?,
        ColumnType::Oid => types::oid_to_sql(text.parse()?, &mut out),
        ColumnType::VarBit => text.parse::<Bits>()?.encode(&mut out)?,
        ColumnType::Date => out.put_i32(i32::try_from(parse_days(text)?)?),
        ColumnType::Time => out.put_i64(parse_time(text)?),
        ColumnType::TimeTz => parse_timetz(text)?.encode(&mut out)?,
        ColumnType::Interval => interval::parse(text)?.encode(&mut out)?,
        ColumnType::Array(element) => parse_array(*element, text, &mut out)?,
        ColumnType::Timestamp => out.put_i64(parse_timestamp(text)?),
        ColumnType::TimestampTz => out.put_i64(parse_moment(text)?),
        _ => out.put_slice(text.as_bytes()),
    }
    Ok(out.to_vec())
}

/// The text of an array of one dimension: `{1,NULL,"a b"}`.
fn array(element: ColumnType, raw: &[u8]) -> Result<String, BoxError> {
    let array = types::array_from_sql(raw)?;
    let mut values = array.values();
    let mut text = String::from("{");
    while let Some(raw) = values.next()? {
        if text.len() > 1 {
            text.push(',');
        }
        let Some(raw) = raw else {
            text.push_str("NULL");
            continue;
        };
        text.push('"');
        for c in write(element, raw)?.chars() {
            if matches!(c, '"' | '\\') {
                text.push('\\');
            }
            text.push(c);
        }
        text.push('"');
    }
    text.push('}');
    Ok(text)
}

fn parse_array(element: ColumnType, text: &str, out: &mut BytesMut) -> Result<(), BoxError> {
    let values: Vec<Option<Vec<u8>>> = elements(text)?
        .into_iter()
        .map(|value| value.map(|value| read(element, &value)).transpose())
        .collect::<Result<_, _>>()?;
    let dimension = (!values.is_empty())
        .then_some(types::ArrayDimension { len: i32::try_from(values.len())?, lower_bound: 1 });
    types::array_to_sql(
        dimension,
        wire_type(element).oid(),
        values,
        |value, out| match value {
            Some(value) => {
                out.put_slice(&value);
                Ok(postgres_protocol::IsNull::No)
            }
            None => Ok(postgres_protocol::IsNull::Yes),
        },
        out,
    )
}

/// The elements of `{1,NULL,"a b"}`, `None` for NULL.
fn elements(text: &str) -> Result<Vec<Option<String>>, BoxError> {
    let wrong = || BoxError::from(format!("`{}` is no array of one dimension", text.escape_debug()));
    let inner = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).ok_or_else(wrong)?;
    let mut all = Vec::new();
    if inner.is_empty() {
        return Ok(all);
    }
    let (mut value, mut quoted, mut was_quoted) = (String::new(), false, false);
    let mut chars = inner.chars();
    loop {
        match chars.next() {
            Some('\\') => value.push(chars.next().ok_or_else(wrong)?),
            Some('"') => {
                quoted = !quoted;
                was_quoted = true;
            }
            Some('{' | '}') if !quoted => return Err(wrong()),
            end @ (Some(',') | None) if !quoted => {
                let value = std::mem::take(&mut value);
                let null = !std::mem::take(&mut was_quoted) && value.eq_ignore_ascii_case("NULL");
                all.push((!null).then_some(value));
                if end.is_none() {
                    return Ok(all);
                }
            }
            None => return Err(wrong()),
            Some(c) => value.push(c),
        }
    }
}

/// A time with an offset such as `12:30:00.5+02` or `12:30:00-03:30:15`.
pub(super) fn parse_timetz(text: &str) -> Result<TimeTz, BoxError> {
    let at = text.find(['+', '-']).ok_or_else(|| wrong(text))?;
    let (local, offset) = text.split_at(at);
    let offset = i32::try_from(parse_offset(offset)?)?;
    TimeTz::new(parse_time(local)?, offset).ok_or_else(|| wrong(text))
}

/// The seconds of `+00`, `-03:30` or `+01:02:03`.
fn parse_offset(text: &str) -> Result<i64, BoxError> {
    let mut rest = text.chars();
    let sign = rest.next();
    let rest = rest.as_str();
    let seconds = match rest.matches(':').count() {
        0 => numbers::<1>(rest, ':').map(|[hours]| (hours, 0, 0))?,
        1 => numbers::<2>(rest, ':').map(|[hours, minutes]| (hours, minutes, 0))?,
        _ => numbers::<3>(rest, ':').map(|[hours, minutes, seconds]| (hours, minutes, seconds))?,
    };
    let (hours, minutes, seconds) = seconds;
    let seconds = hours
        .checked_mul(3600)
        .and_then(|all| all.checked_add(minutes.checked_mul(60)?)?.checked_add(seconds))
        .ok_or_else(|| wrong(text))?;
    Ok(if sign == Some('-') { -seconds } else { seconds })
}

/// What follows a year before the first.
const BC: &str = " BC";

/// The date of a number of days since 2000-01-01.
///
/// Source of the method: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
fn date(days: i64) -> Result<String, BoxError> {
    if days == i64::from(i32::MAX) || days == i64::from(i32::MIN) {
        return Err("infinity has no place in a composite type".into());
    }
    let days = days + EPOCH;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, year) = if month < 10 { (month + 3, year) } else { (month - 9, year + 1) };
    let year = year + era * 400;
    Ok(if year > 0 {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{:04}-{month:02}-{day:02}{BC}", 1 - year)
    })
}

fn time(micros: i64) -> String {
    let (seconds, micros) = (micros / 1_000_000, micros % 1_000_000);
    let text = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if micros == 0 {
        return text;
    }
    let micros = format!("{micros:06}");
    format!("{text}.{}", micros.trim_end_matches('0'))
}

fn timestamp(micros: i64) -> Result<String, BoxError> {
    if matches!(micros, i64::MAX | i64::MIN) {
        return Err("infinity has no place in a composite type".into());
    }
    let (day, time) = (date(micros.div_euclid(MICROS_PER_DAY))?, time(micros.rem_euclid(MICROS_PER_DAY)));
    Ok(match day.strip_suffix(BC) {
        Some(day) => format!("{day} {time}{BC}"),
        None => format!("{day} {time}"),
    })
}

fn wrong(text: &str) -> BoxError {
    format!("`{}` is no date or time that is known here", text.escape_debug()).into()
}

/// Whole numbers between separators.
fn numbers<const N: usize>(text: &str, separator: char) -> Result<[i64; N], BoxError> {
    let mut parts = text.split(separator);
    let mut all = [0; N];
    for number in &mut all {
        let part = parts.next().filter(|part| part.bytes().all(|digit| digit.is_ascii_digit()));
        *number = part.and_then(|part| part.parse().ok()).ok_or_else(|| wrong(text))?;
    }
    if parts.next().is_some() { Err(wrong(text)) } else { Ok(all) }
}

fn parse_days(text: &str) -> Result<i64, BoxError> {
    let (date, before) = match text.strip_suffix(BC) {
        Some(date) => (date, true),
        None => (text, false),
    };
    let [year, month, day] = numbers(date, '-')?;
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || !(0..=999_999).contains(&year) {
        return Err(wrong(text));
    }
    let year = if before { 1 - year } else { year };
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    let day = (153 * month + 2) / 5 + day - 1;
    Ok(era * 146_097 + year * 365 + year / 4 - year / 100 + day - EPOCH)
}

fn parse_time(text: &str) -> Result<i64, BoxError> {
    let (time, fraction) = text.split_once('.').unwrap_or((text, ""));
    let [hours, minutes, seconds] = numbers(time, ':')?;
    if fraction.len() > 6 || hours > 24 || minutes > 59 || seconds > 60 {
        return Err(wrong(text));
    }
    let [micros] = numbers(&format!("{fraction:0<6}"), ':')?;
    Ok(((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + micros)
}

fn parse_timestamp(text: &str) -> Result<i64, BoxError> {
    let (date, time) = text.split_once(' ').ok_or_else(|| wrong(text))?;
    let (time, era) = match time.strip_suffix(BC) {
        Some(time) => (time, BC),
        None => (time, ""),
    };
    let days = parse_days(&format!("{date}{era}"))?;
    let micros = days.checked_mul(MICROS_PER_DAY).ok_or_else(|| wrong(text))?;
    micros.checked_add(parse_time(time)?).ok_or_else(|| wrong(text))
}

/// A timestamp with an offset such as `+00`, `-03:30` or `+01:02:03`, which is the session's.
fn parse_moment(text: &str) -> Result<i64, BoxError> {
    let (text, era) = match text.strip_suffix(BC) {
        Some(text) => (text, BC),
        None => (text, ""),
    };
    let time = text.find(' ').ok_or_else(|| wrong(text))?;
    let at = text[time..].find(['+', '-']).ok_or_else(|| wrong(text))? + time;
    let (local, offset) = text.split_at(at);
    let seconds = parse_offset(offset)?;
    let micros = parse_timestamp(&format!("{local}{era}"))?;
    let offset = seconds.checked_mul(1_000_000).ok_or_else(|| wrong(text))?;
    micros.checked_sub(offset).ok_or_else(|| wrong(text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_are_those_of_the_servers() {
        for (days, text) in [
            (0, "2000-01-01"),
            (-10_957, "1970-01-01"),
            (8_825, "2024-02-29"),
            (-730_119, "0001-01-01"),
            (-730_120, "0001-12-31 BC"),
            (2_921_939, "9999-12-31"),
        ] {
            assert_eq!(date(days).unwrap(), text);
            assert_eq!(parse_days(text).unwrap(), days);
        }
        assert_eq!(timestamp(-1).unwrap(), "1999-12-31 23:59:59.999999");
        assert_eq!(parse_moment("2000-01-01 01:30:00+01:30").unwrap(), 0);
        assert_eq!(parse_moment("1999-12-31 21:00:00.5-03").unwrap(), 500_000);
        assert_eq!(parse_moment("0001-12-31 00:00:00+00 BC").unwrap(), -730_120 * MICROS_PER_DAY);
        assert_eq!(parse_timetz("12:30:00.5+02").unwrap(), TimeTz::new(45_000_500_000, 7_200).unwrap());
        assert_eq!(parse_timetz("24:00:00-03:30:15").unwrap(), TimeTz::new(MICROS_PER_DAY, -12_615).unwrap());
        assert_eq!(
            elements(r#"{1,NULL,"NULL","a,\"b\\",""}"#).unwrap(),
            [
                Some("1".to_owned()),
                None,
                Some("NULL".to_owned()),
                Some("a,\"b\\".to_owned()),
                Some(String::new()),
            ]
        );
        assert!(elements("{}").unwrap().is_empty());
        for wrong in ["", "{", "{{1},{2}}", "{\"a}", "{a\\}"] {
            elements(wrong).unwrap_err();
        }
        for wrong in ["", "2000-01", "2000-13-01", "a", "infinity", "2000-01-01 00:00", "2000-01-01 00:00:00"]
        {
            parse_moment(wrong).unwrap_err();
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_is_read(
            micros in -211_000_000_000_000_000_i64..=9_000_000_000_000_000_000,
            number in any::<i64>(),
            float in any::<f64>(),
            (months, days, span) in (any::<i32>(), any::<i32>(), any::<i64>()),
            (clock, offset) in (0..=MICROS_PER_DAY, -57_599..57_600),
            bytes in proptest::collection::vec(any::<u8>(), 0..9),
        ) {
            let encoded = |value: &dyn Fn(&mut BytesMut) -> Result<(), BoxError>| {
                let mut out = BytesMut::new();
                value(&mut out).unwrap();
                out.to_vec()
            };
            let texts = vec![Some(format!("{number}, \"\\{float}")), None, Some(String::new())];
            for (ty, raw) in [
                (ColumnType::Interval, encoded(&|out| Interval { months, days, micros: span }.encode(out))),
                (ColumnType::TimeTz, encoded(&|out| TimeTz::new(clock, offset).unwrap().encode(out))),
                (ColumnType::Array(&ColumnType::String), encoded(&|out| texts.encode(out))),
                (ColumnType::Array(&ColumnType::Int8), encoded(&|out| Vec::<i64>::new().encode(out))),
                (ColumnType::Timestamp, micros.to_be_bytes().to_vec()),
                (ColumnType::TimestampTz, micros.to_be_bytes().to_vec()),
                (ColumnType::Time, micros.rem_euclid(MICROS_PER_DAY).to_be_bytes().to_vec()),
                (ColumnType::Int8, number.to_be_bytes().to_vec()),
                (ColumnType::Float8, float.to_be_bytes().to_vec()),
                (ColumnType::Bytes, bytes),
            ] {
                let text = write(ty, &raw).unwrap();
                prop_assert_eq!(read(ty, &text).unwrap(), raw, "{:?} {}", ty, text);
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,20}", number in "[-0-9:+. BC]{0,30}") {
            for ty in [ColumnType::Interval, ColumnType::TimeTz, ColumnType::Array(&ColumnType::Interval), ColumnType::Date, ColumnType::Time, ColumnType::Timestamp, ColumnType::TimestampTz,
                ColumnType::Decimal, ColumnType::Bytes, ColumnType::VarBit, ColumnType::Inet] {
                let _ = read(ty, &text);
                let _ = read(ty, &number);
            }
        }
    }
}
