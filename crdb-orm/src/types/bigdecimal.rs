//! Decimals of any size.

use ::bigdecimal::BigDecimal;
use ::bigdecimal::num_bigint::{BigInt, Sign};
use bytes::{Buf, BufMut, BytesMut};

use super::{BoxError, SqlType};
use crate::schema::ColumnType;

// The signs of the binary format. Source: PostgreSQL, `numeric.c`.
const POSITIVE: u16 = 0x0000;
const NEGATIVE: u16 = 0x4000;
/// The digits of a group: the format has base 10000.
const GROUP: usize = 4;
/// As many digits after the point as the format can say.
const MAX_SCALE: i64 = 16_383;
/// As many digits before the point as `PostgreSQL` takes.
const MAX_DIGITS: usize = 131_072;

impl SqlType for BigDecimal {
    const TYPE: ColumnType = ColumnType::Decimal;

    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        let (number, scale) = self.as_bigint_and_exponent();
        if scale > MAX_SCALE || scale < -i64::try_from(MAX_DIGITS)? {
            return Err(format!("a DECIMAL has at most {MAX_SCALE} digits after the point").into());
        }
        let mut digits = number.magnitude().to_string();
        if digits == "0" {
            digits.clear();
        } else if scale < 0 {
            digits.extend(std::iter::repeat_n('0', usize::try_from(-scale)?));
        }
        let scale = usize::try_from(scale.max(0))?;
        let whole = digits.len().saturating_sub(scale);
        if whole > MAX_DIGITS {
            return Err(format!("a DECIMAL has at most {MAX_DIGITS} digits before the point").into());
        }
        // Whole groups on both sides of the point.
        let fraction = scale.next_multiple_of(GROUP) - scale;
        let before = whole.next_multiple_of(GROUP) - whole + scale.saturating_sub(digits.len());
        let padded = format!("{}{digits}{}", "0".repeat(before), "0".repeat(fraction));
        let mut groups = Vec::with_capacity(padded.len() / GROUP);
        for at in (0..padded.len()).step_by(GROUP) {
            groups.push(padded[at..at + GROUP].parse::<i16>()?);
        }
        let mut weight = i16::try_from(whole.div_ceil(GROUP))? - 1;
        let leading = groups.iter().take_while(|group| **group == 0).count();
        let trailing = groups[leading..].iter().rev().take_while(|group| **group == 0).count();
        let groups = &groups[leading..groups.len() - trailing];
        weight = if groups.is_empty() { 0 } else { weight - i16::try_from(leading)? };
        out.put_i16(i16::try_from(groups.len())?);
        out.put_i16(weight);
        out.put_u16(if number.sign() == Sign::Minus { NEGATIVE } else { POSITIVE });
        out.put_u16(u16::try_from(scale)?);
        groups.iter().for_each(|group| out.put_i16(*group));
        Ok(())
    }

    fn decode(mut raw: &[u8]) -> Result<Self, BoxError> {
        if raw.len() < 8 {
            return Err("a DECIMAL that is cut off".into());
        }
        let (count, weight) = (usize::from(raw.get_u16()), i64::from(raw.get_i16()));
        let (sign, scale) = (raw.get_u16(), i64::from(raw.get_u16()));
        let sign = match sign {
            POSITIVE => "",
            NEGATIVE => "-",
            0xC000 => return Err("NaN has no place in a `BigDecimal`".into()),
            0xD000 | 0xF000 => return Err("infinity has no place in a `BigDecimal`".into()),
            other => return Err(format!("a DECIMAL of the unknown sign {other:#x}").into()),
        };
        if raw.len() != count * 2 {
            return Err("a DECIMAL whose digits are cut off".into());
        }
        let mut digits = String::from(sign);
        for _ in 0..count {
            let group = raw.get_u16();
            if group > 9_999 {
                return Err("a DECIMAL with a digit that is none".into());
            }
            digits.push_str(&format!("{group:04}"));
        }
        let number: BigInt = if count == 0 { BigInt::ZERO } else { digits.parse()? };
        let exponent = i64::try_from(GROUP * count)? - i64::try_from(GROUP)? * (weight + 1);
        Ok(Self::new(number, exponent).with_scale(scale))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encoded(text: &str) -> Vec<u8> {
        let mut out = BytesMut::new();
        text.parse::<BigDecimal>().unwrap().encode(&mut out).unwrap();
        out.to_vec()
    }

    #[test]
    fn the_bytes_are_those_of_the_server() {
        // What PostgreSQL 15 answers to `SELECT '..'::NUMERIC` in binary format.
        assert_eq!(encoded("0"), [0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(encoded("0.00"), [0, 0, 0, 0, 0, 0, 0, 2]);
        assert_eq!(encoded("1"), [0, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(encoded("-12345.678"), [0, 3, 0, 1, 0x40, 0, 0, 3, 0, 1, 0x09, 0x29, 0x1a, 0x7c]);
        assert_eq!(encoded("0.00001"), [0, 1, 0xff, 0xfe, 0, 0, 0, 5, 0x03, 0xe8]);
        assert_eq!(encoded("1e8"), [0, 1, 0, 2, 0, 0, 0, 0, 0, 1]);
    }

    #[test]
    fn what_has_no_place_is_an_error() {
        for sign in [0xC000_u16, 0xD000, 0xF000, 0x1234] {
            let mut raw = vec![0, 0, 0, 0];
            raw.extend(sign.to_be_bytes());
            raw.extend([0, 0]);
            BigDecimal::decode(&raw).unwrap_err();
        }
        let mut out = BytesMut::new();
        BigDecimal::new(BigInt::from(1), 20_000).encode(&mut out).unwrap_err();
        BigDecimal::new(BigInt::from(1), -200_000).encode(&mut out).unwrap_err();
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_is_read(digits in "-?[0-9]{1,60}", scale in 0..80_i64) {
            let value = BigDecimal::new(digits.parse().unwrap(), scale);
            let mut out = BytesMut::new();
            value.encode(&mut out).unwrap();
            let read = BigDecimal::decode(&out).unwrap();
            prop_assert_eq!(read.as_bigint_and_exponent(), value.as_bigint_and_exponent());
        }

        #[test]
        fn no_bytes_make_it_panic(raw in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = BigDecimal::decode(&raw);
        }
    }
}
