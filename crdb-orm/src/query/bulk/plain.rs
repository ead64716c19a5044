//! Values of the binary format as texts that both servers read, for COPY of what has no binary form.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

use uuid::Uuid;

use crate::schema::ColumnType;
use crate::types::text_cast;

/// The days from 1970-01-01 to 2000-01-01, from which the servers count.
const EPOCH_DAYS: i64 = 10_957;
const DAY: i64 = 86_400_000_000;
const SECOND: i64 = 1_000_000;

/// Why a value has no text. No value that was encoded here has none, but of a `"char"` over 127.
type Text = Option<()>;

/// Appends a value.
pub(super) fn push(out: &mut String, ty: ColumnType, raw: &[u8]) -> Text {
    if text_cast(ty) == Some(false) {
        return text(out, raw);
    }
    match ty {
        ColumnType::Bool => out.push(if fixed::<1>(raw)? == [0] { 'f' } else { 't' }),
        ColumnType::Int2 => number(out, i16::from_be_bytes(fixed(raw)?)),
        ColumnType::Int4 => number(out, i32::from_be_bytes(fixed(raw)?)),
        ColumnType::Int8 => number(out, i64::from_be_bytes(fixed(raw)?)),
        ColumnType::Oid => number(out, u32::from_be_bytes(fixed(raw)?)),
        ColumnType::Float4 => float(out, f32::from_be_bytes(fixed(raw)?)),
        ColumnType::Float8 => float(out, f64::from_be_bytes(fixed(raw)?)),
        ColumnType::Decimal => return decimal(out, raw),
        // Its first byte is a version.
        ColumnType::Jsonb => return text(out, raw.get(1..)?),
        ColumnType::Bytes => {
            out.push_str("\\x");
            for byte in raw {
                write(out, format_args!("{byte:02x}"));
            }
        }
        ColumnType::Uuid => write(out, format_args!("{}", Uuid::from_bytes(fixed(raw)?))),
        ColumnType::Inet => return inet(out, raw),
        ColumnType::Date => match i32::from_be_bytes(fixed(raw)?) {
            i32::MAX => out.push_str("infinity"),
            i32::MIN => out.push_str("-infinity"),
            days => {
                let before = date(out, days.into());
                out.push_str(if before { " BC" } else { "" });
            }
        },
        ColumnType::Time => time(out, i64::from_be_bytes(fixed(raw)?)),
        ColumnType::TimeTz => {
            let (micros, west) = raw.split_first_chunk::<8>()?;
            time(out, i64::from_be_bytes(*micros));
            let west = i32::from_be_bytes(fixed(west)?);
            let (sign, offset) = (if west > 0 { '-' } else { '+' }, west.unsigned_abs());
            write(out, format_args!("{sign}{:02}:{:02}:{:02}", offset / 3600, offset / 60 % 60, offset % 60));
        }
        ColumnType::Timestamp => timestamp(out, i64::from_be_bytes(fixed(raw)?), ""),
        ColumnType::TimestampTz => timestamp(out, i64::from_be_bytes(fixed(raw)?), "+00"),
        ColumnType::Interval => {
            let (micros, rest) = raw.split_first_chunk::<8>()?;
            let (days, months) = rest.split_first_chunk::<4>()?;
            let micros = i64::from_be_bytes(*micros);
            let (days, months) = (i32::from_be_bytes(*days), i32::from_be_bytes(fixed(months)?));
            // In seconds: PostgreSQL reads microseconds as a float, which has not all of them.
            let (sign, micros) = (if micros < 0 { "-" } else { "" }, micros.unsigned_abs());
            let (hours, rest) = (micros / 3_600_000_000, micros % 3_600_000_000);
            let (minutes, rest) = (rest / 60_000_000, rest % 60_000_000);
            write(
                out,
                format_args!(
                    "{months} mons {days} days {sign}{hours:02}:{minutes:02}:{:02}.{:06}",
                    rest / 1_000_000,
                    rest % 1_000_000
                ),
            );
        }
        ColumnType::VarBit => {
            let (length, bytes) = raw.split_first_chunk::<4>()?;
            let length = usize::try_from(i32::from_be_bytes(*length)).ok()?;
            let bits = bytes.iter().flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1));
            bits.take(length).for_each(|bit| out.push(if bit == 1 { '1' } else { '0' }));
        }
        ColumnType::Char => match raw {
            [] | [0] => {}
            [byte] if byte.is_ascii() => out.push(char::from(*byte)),
            _ => return None,
        },
        ColumnType::Array(element) => return array(out, *element, raw),
        // All others are texts.
        _ => return text(out, raw),
    }
    Some(())
}

fn fixed<const N: usize>(raw: &[u8]) -> Option<[u8; N]> {
    raw.try_into().ok()
}

fn write(out: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(what);
}

fn text(out: &mut String, raw: &[u8]) -> Text {
    out.push_str(std::str::from_utf8(raw).ok()?);
    Some(())
}

fn number(out: &mut String, number: impl std::fmt::Display) {
    write(out, format_args!("{number}"));
}

fn float(out: &mut String, float: impl std::fmt::LowerExp + Into<f64> + Copy) {
    let value: f64 = float.into();
    if value.is_finite() {
        write(out, format_args!("{float:e}"));
    } else if value.is_nan() {
        out.push_str("NaN");
    } else {
        out.push_str(if value > 0.0 { "Infinity" } else { "-Infinity" });
    }
}

/// Groups of four digits, of which the first weighs 10000 to the power of `weight`.
fn decimal(out: &mut String, raw: &[u8]) -> Text {
    let mut words = raw.chunks_exact(2).filter_map(|word| Some(u16::from_be_bytes(fixed(word)?)));
    let (_, weight, sign, scale) = (words.next()?, words.next()?.cast_signed(), words.next()?, words.next()?);
    match sign {
        0xc000 => out.push_str("NaN"),
        0xd000 => out.push_str("Infinity"),
        0xf000 => out.push_str("-Infinity"),
        _ => {
            let groups: Vec<u16> = words.collect();
            let group = |at: i32| {
                let place = usize::try_from(i32::from(weight) - at).ok();
                place.and_then(|place| groups.get(place)).copied().unwrap_or(0)
            };
            out.push_str(if sign == 0x4000 { "-" } else { "" });
            out.push('0');
            for at in (0..=i32::from(weight)).rev() {
                write(out, format_args!("{:04}", group(at)));
            }
            let mut fraction = String::new();
            for at in 1..=i32::from(scale).div_euclid(4) + 1 {
                write(&mut fraction, format_args!("{:04}", group(-at)));
            }
            if scale > 0 {
                out.push('.');
                out.push_str(fraction.get(..usize::from(scale))?);
            }
        }
    }
    Some(())
}

fn inet(out: &mut String, raw: &[u8]) -> Text {
    let [_, prefix, _, _, address @ ..] = raw else { return None };
    match address {
        [a, b, c, d] => write(out, format_args!("{}/{prefix}", Ipv4Addr::new(*a, *b, *c, *d))),
        _ => write(out, format_args!("{}/{prefix}", Ipv6Addr::from(fixed::<16>(address)?))),
    }
    Some(())
}

/// A date by the days since 2000-01-01; returns whether it is before the year 1.
fn date(out: &mut String, days: i64) -> bool {
    // Howard Hinnant's `civil_from_days`.
    let days = days + EPOCH_DAYS + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    // There is no year 0.
    let (before, shown) = if year <= 0 { (true, 1 - year) } else { (false, year) };
    write(out, format_args!("{shown:04}-{month:02}-{day:02}"));
    before
}

fn time(out: &mut String, micros: i64) {
    let (seconds, micros) = (micros / SECOND, micros % SECOND);
    write(
        out,
        format_args!("{:02}:{:02}:{:02}.{micros:06}", seconds / 3600, seconds / 60 % 60, seconds % 60),
    );
}

fn timestamp(out: &mut String, micros: i64, zone: &str) {
    match micros {
        i64::MAX => out.push_str("infinity"),
        i64::MIN => out.push_str("-infinity"),
        _ => {
            let before = date(out, micros.div_euclid(DAY));
            out.push(' ');
            time(out, micros.rem_euclid(DAY));
            out.push_str(zone);
            out.push_str(if before { " BC" } else { "" });
        }
    }
}

/// `{"a",NULL}`, of an array of one dimension.
fn array(out: &mut String, element: ColumnType, raw: &[u8]) -> Text {
    out.push('{');
    let dimensions = i32::from_be_bytes(*raw.first_chunk::<4>()?);
    let mut rest = if dimensions == 0 { &[] } else { raw.get(20..)? };
    let mut first = true;
    while let Some((length, left)) = rest.split_first_chunk::<4>() {
        out.push_str(if first { "" } else { "," });
        first = false;
        let Ok(length) = usize::try_from(i32::from_be_bytes(*length)) else {
            out.push_str("NULL");
            rest = left;
            continue;
        };
        let (value, left) = left.split_at_checked(length)?;
        rest = left;
        let mut text = String::new();
        push(&mut text, element, value)?;
        out.push('"');
        for c in text.chars() {
            if matches!(c, '"' | '\\') {
                out.push('\\');
            }
            out.push(c);
        }
        out.push('"');
    }
    out.push('}');
    Some(())
}

/// Appends a text as a field of COPY: what ends a field or a line, and the backslash, with one before it.
pub(super) fn push_field(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(ty: ColumnType, raw: &[u8]) -> String {
        let mut out = String::new();
        push(&mut out, ty, raw).expect("a text");
        out
    }

    #[test]
    fn values_are_written_as_the_servers_read_them() {
        let int = |n: i64| n.to_be_bytes();
        assert_eq!(shown(ColumnType::Bool, &[1]), "t");
        assert_eq!(shown(ColumnType::Float8, &(-0.0_f64).to_be_bytes()), "-0e0");
        assert_eq!(shown(ColumnType::Float4, &f32::INFINITY.to_be_bytes()), "Infinity");
        assert_eq!(shown(ColumnType::Timestamp, &int(-1)), "1999-12-31 23:59:59.999999");
        assert_eq!(shown(ColumnType::TimestampTz, &int(i64::MIN)), "-infinity");
        assert_eq!(shown(ColumnType::Date, &(-730_120_i32).to_be_bytes()), "0001-12-31 BC");
        assert_eq!(shown(ColumnType::Time, &int(DAY)), "24:00:00.000000");
        // 10000.5 with three digits behind the point.
        assert_eq!(
            shown(ColumnType::Decimal, &[0, 3, 0, 1, 0x40, 0, 0, 3, 0, 1, 0, 0, 0x13, 0x88]),
            "-000010000.500"
        );
        assert_eq!(shown(ColumnType::Decimal, &[0, 0, 0, 0, 0xc0, 0, 0, 0]), "NaN");
        assert_eq!(shown(ColumnType::Bytes, &[0, 255]), "\\x00ff");
        assert_eq!(shown(ColumnType::Jsonb, b"\x01{}"), "{}");
        assert_eq!(shown(ColumnType::VarBit, &[0, 0, 0, 10, 0b1010_1010, 0b1100_0000]), "1010101011");
        assert_eq!(shown(ColumnType::Inet, &[2, 32, 0, 4, 127, 0, 0, 1]), "127.0.0.1/32");
        let mut array = vec![0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 25, 0, 0, 0, 3, 0, 0, 0, 1];
        array.extend(*b"\0\0\0\x03a\"\\\xff\xff\xff\xff\0\0\0\0");
        assert_eq!(shown(ColumnType::Array(&ColumnType::String), &array), r#"{"a\"\\",NULL,""}"#);
        assert_eq!(push(&mut String::new(), ColumnType::Char, &[200]), None);
        let mut field = String::new();
        push_field(&mut field, "a\tb\\N\n");
        assert_eq!(field, "a\\tb\\\\N\\n");
    }

    #[test]
    fn nothing_that_is_malformed_panics() {
        let types = [
            ColumnType::Decimal,
            ColumnType::Inet,
            ColumnType::VarBit,
            ColumnType::Interval,
            ColumnType::TimeTz,
            ColumnType::Array(&ColumnType::Decimal),
            ColumnType::Jsonb,
        ];
        for ty in types {
            for length in 0..40 {
                for byte in [0, 1, 127, 255] {
                    let _ = push(&mut String::new(), ty, &vec![byte; length]);
                }
            }
        }
    }
}
