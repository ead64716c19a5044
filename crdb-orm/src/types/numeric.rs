//! The binary format of DECIMAL, in decimal digits.
//!
//! Source: PostgreSQL, `numeric.c`.

use std::fmt::Write as _;

use bytes::{Buf, BufMut, BytesMut};

use super::BoxError;

const POSITIVE: u16 = 0x0000;
const NEGATIVE: u16 = 0x4000;
const NAN: u16 = 0xC000;
const INFINITY: u16 = 0xD000;
const NEGATIVE_INFINITY: u16 = 0xF000;
/// The digits of a group: the format has base 10000.
const GROUP: usize = 4;
/// As many digits after the point as the format can say.
pub(super) const MAX_SCALE: usize = 16_383;
/// As many digits before the point as `PostgreSQL` takes.
pub(super) const MAX_DIGITS: usize = 131_072;

/// A decimal: what is before the point and after it, without a sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Numeric {
    pub(super) negative: bool,
    /// The digits before the point, without zeros in front: empty for nothing.
    pub(super) whole: String,
    /// The digits after the point, all that there are.
    pub(super) fraction: String,
}

/// How many digits an encoded number has behind the point, zeros at the end not counted. What is no number has none.
pub(super) fn fraction_digits(raw: &[u8]) -> usize {
    let Some((head, groups)) = raw.split_first_chunk::<8>() else { return 0 };
    let [_, _, high, low, ..] = *head;
    let weight = isize::from(i16::from_be_bytes([high, low]));
    let mut groups = groups.chunks_exact(2).map(|group| match *group {
        [high, low] => u16::from_be_bytes([high, low]),
        _ => 0,
    });
    let Some(last) = groups.clone().rposition(|group| group != 0) else { return 0 };
    // Where the last group stands: 0 is the one before the point, 1 the first behind it.
    let place = isize::try_from(last).unwrap_or(isize::MAX).saturating_sub(weight);
    let Some(place) = usize::try_from(place).ok().filter(|place| *place > 0) else { return 0 };
    let mut group = groups.nth(last).unwrap_or_default();
    let mut zeros = 0;
    while zeros < GROUP - 1 && group.is_multiple_of(10) {
        group /= 10;
        zeros += 1;
    }
    place * GROUP - zeros
}

impl Numeric {
    pub(super) fn write(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        let (whole, fraction) = (self.whole.trim_start_matches('0'), &self.fraction);
        if whole.len() > MAX_DIGITS || fraction.len() > MAX_SCALE {
            return Err(format!(
                "a DECIMAL has at most {MAX_DIGITS} digits before the point and {MAX_SCALE} after it"
            )
            .into());
        }
        // Whole groups on both sides of the point.
        let pad = |len: usize| "0".repeat(len.next_multiple_of(GROUP) - len);
        let digits = format!("{}{whole}{fraction}{}", pad(whole.len()), pad(fraction.len()));
        let mut groups = Vec::with_capacity(digits.len() / GROUP);
        for at in (0..digits.len()).step_by(GROUP) {
            groups.push(digits.get(at..at + GROUP).ok_or("a DECIMAL of other digits")?.parse::<i16>()?);
        }
        let leading = groups.iter().take_while(|group| **group == 0).count();
        let trailing = groups[leading..].iter().rev().take_while(|group| **group == 0).count();
        let weight = i16::try_from(whole.len().div_ceil(GROUP))? - 1 - i16::try_from(leading)?;
        let groups = &groups[leading..groups.len() - trailing];
        let zero = groups.is_empty();
        out.put_i16(i16::try_from(groups.len())?);
        out.put_i16(if zero { 0 } else { weight });
        out.put_u16(if self.negative && !zero { NEGATIVE } else { POSITIVE });
        out.put_u16(u16::try_from(fraction.len())?);
        for group in groups {
            out.put_i16(*group);
        }
        Ok(())
    }

    pub(super) fn read(mut raw: &[u8]) -> Result<Self, BoxError> {
        if raw.len() < 8 {
            return Err("a DECIMAL that is cut off".into());
        }
        let (count, weight) = (usize::from(raw.get_u16()), raw.get_i16());
        let (sign, scale) = (raw.get_u16(), usize::from(raw.get_u16()));
        let negative = match sign {
            POSITIVE => false,
            NEGATIVE => true,
            NAN => return Err("NaN is no number".into()),
            INFINITY | NEGATIVE_INFINITY => return Err("infinity is no number".into()),
            other => return Err(format!("a DECIMAL of the unknown sign {other:#x}").into()),
        };
        if raw.len() != count * 2 {
            return Err("a DECIMAL whose digits are cut off".into());
        }
        let mut digits = String::with_capacity(count * GROUP);
        for _ in 0..count {
            let group = raw.get_u16();
            if group > 9_999 {
                return Err("a DECIMAL with a digit that is none".into());
            }
            // Writing to a `String` cannot fail.
            let _ = write!(digits, "{group:04}");
        }
        // How many of the digits are before the point; zeros stand for groups that are left out.
        let before = (isize::from(weight) + 1) * isize::try_from(GROUP)?;
        let (whole, mut fraction) = if before <= 0 {
            (String::new(), format!("{}{digits}", "0".repeat(before.unsigned_abs())))
        } else {
            let before = before.unsigned_abs();
            if before >= digits.len() {
                digits.push_str(&"0".repeat(before - digits.len()));
            }
            let fraction = digits.split_off(before);
            (digits, fraction)
        };
        while fraction.len() < scale {
            fraction.push('0');
        }
        fraction.truncate(scale);
        Ok(Self { negative, whole: whole.trim_start_matches('0').to_owned(), fraction })
    }

    /// Reads `-12.50`, `1e5` as well.
    pub(super) fn parse(text: &str) -> Result<Self, BoxError> {
        let wrong = || BoxError::from(format!("`{}` is no DECIMAL", text.escape_debug()));
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (number, exponent) = match rest.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, exponent.parse::<i32>().map_err(|_| wrong())?),
            None => (rest, 0),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) {
            return Err(wrong());
        }
        let (mut whole, mut fraction) = (whole.to_owned(), fraction.to_owned());
        let places = usize::try_from(exponent.unsigned_abs())?;
        if places > MAX_DIGITS {
            return Err(wrong());
        }
        if exponent > 0 {
            while fraction.len() < places {
                fraction.push('0');
            }
            let rest = fraction.split_off(places);
            whole.push_str(&fraction);
            fraction = rest;
        } else if exponent < 0 {
            whole = format!("{}{whole}", "0".repeat(places.saturating_sub(whole.len())));
            let moved = whole.split_off(whole.len() - places);
            fraction = format!("{moved}{fraction}");
        }
        Ok(Self { negative, whole: whole.trim_start_matches('0').to_owned(), fraction })
    }
}

impl std::fmt::Display for Numeric {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let whole = if self.whole.is_empty() { "0" } else { &self.whole };
        write!(f, "{}{whole}", if self.negative { "-" } else { "" })?;
        if self.fraction.is_empty() { Ok(()) } else { write!(f, ".{}", self.fraction) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encoded(text: &str) -> Vec<u8> {
        let mut out = BytesMut::new();
        Numeric::parse(text).unwrap().write(&mut out).unwrap();
        out.to_vec()
    }

    #[test]
    fn the_bytes_are_those_of_the_server() {
        // What PostgreSQL 15 answers to `SELECT '..'::NUMERIC` in binary format.
        assert_eq!(encoded("0"), [0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(encoded("-0.00"), [0, 0, 0, 0, 0, 0, 0, 2]);
        assert_eq!(encoded("1"), [0, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(encoded("-12345.678"), [0, 3, 0, 1, 0x40, 0, 0, 3, 0, 1, 0x09, 0x29, 0x1a, 0x7c]);
        assert_eq!(encoded("0.00001"), [0, 1, 0xff, 0xfe, 0, 0, 0, 5, 0x03, 0xe8]);
        assert_eq!(encoded("1e8"), [0, 1, 0, 2, 0, 0, 0, 0, 0, 1]);
    }

    #[test]
    fn texts_are_read_as_the_server_reads_them() {
        for (text, read) in [
            ("1.5e3", "1500"),
            ("15e-1", "1.5"),
            ("1e-3", "0.001"),
            ("-.5", "-0.5"),
            ("007.10", "7.10"),
            ("123.456e1", "1234.56"),
        ] {
            assert_eq!(Numeric::parse(text).unwrap().to_string(), read);
        }
        for wrong in ["", ".", "-", "a", "1e", "1e9999999", "1.2.3", "NaN", "Infinity", " 1"] {
            Numeric::parse(wrong).unwrap_err();
        }
    }

    #[test]
    fn what_is_no_number_is_an_error() {
        for sign in [NAN, INFINITY, NEGATIVE_INFINITY, 0x1234] {
            let mut raw = vec![0, 0, 0, 0];
            raw.extend(sign.to_be_bytes());
            raw.extend([0, 0]);
            Numeric::read(&raw).unwrap_err();
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_is_read(text in "-?[1-9][0-9]{0,40}(\\.[0-9]{1,40})?") {
            let read = Numeric::read(&encoded(&text)).unwrap();
            prop_assert_eq!(read.to_string(), text);
        }

        #[test]
        fn no_bytes_make_it_panic(raw in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = Numeric::read(&raw);
        }
    }
}
