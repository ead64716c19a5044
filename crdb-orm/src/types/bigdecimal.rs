//! Decimals of any size.

use ::bigdecimal::BigDecimal;
use ::bigdecimal::num_bigint::{BigInt, Sign};
use bytes::BytesMut;

use super::numeric::{MAX_DIGITS, MAX_SCALE, Numeric};
use super::{BoxError, SqlType};
use crate::schema::ColumnType;

impl SqlType for BigDecimal {
    const TYPE: ColumnType = ColumnType::Decimal;

    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        let (number, scale) = self.as_bigint_and_exponent();
        if scale > i64::try_from(MAX_SCALE)? || scale < -i64::try_from(MAX_DIGITS)? {
            return Err(format!("a DECIMAL has at most {MAX_SCALE} digits after the point").into());
        }
        let mut whole = number.magnitude().to_string();
        let places = usize::try_from(scale.unsigned_abs())?;
        let fraction = if scale > 0 {
            if whole.len() < places {
                whole = format!("{}{whole}", "0".repeat(places - whole.len()));
            }
            whole.split_off(whole.len() - places)
        } else {
            whole.push_str(&"0".repeat(places));
            String::new()
        };
        Numeric { negative: number.sign() == Sign::Minus, whole, fraction }.write(out)
    }

    fn decode(raw: &[u8]) -> Result<Self, BoxError> {
        let Numeric { negative, whole, fraction } = Numeric::read(raw)?;
        let number: BigInt = format!("{}0{whole}{fraction}", if negative { "-" } else { "" }).parse()?;
        Ok(Self::new(number, i64::try_from(fraction.len())?))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_has_no_place_is_an_error() {
        let mut out = BytesMut::new();
        BigDecimal::new(BigInt::from(1), 20_000).encode(&mut out).unwrap_err();
        BigDecimal::new(BigInt::from(1), -200_000).encode(&mut out).unwrap_err();
        assert!(out.is_empty());
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
    }
}
