//! Digits behind the point that a column does not keep.
//!
//! Both servers round what has more of them than a `DECIMAL(10,2)` keeps, half away from zero and without a word
//! (<https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-NUMERIC-DECIMAL>,
//! <https://www.cockroachlabs.com/docs/stable/decimal>). An amount that is written should be the amount that was meant, so
//! where the column's scale is known such a value is refused before it is sent. It is looked at in the format in which it is
//! sent, so that it need not be known what type of Rust it is of.

use super::value::Value;
use super::{BoxError, numeric};
use crate::schema::ColumnType;

/// Refuses a value of a DECIMAL, or an array of them, that has more digits behind the point than its column keeps. Zeros at
/// the end are none: 1.500 is 1.5.
pub(crate) fn refuse(ty: ColumnType, raw: &[u8], scale: u16) -> Result<(), BoxError> {
    let digits = match ty {
        ColumnType::Array(_) => elements(raw).map(numeric::fraction_digits).max().unwrap_or_default(),
        _ => numeric::fraction_digits(raw),
    };
    if digits <= usize::from(scale) {
        return Ok(());
    }
    let s = if digits == 1 { "" } else { "s" };
    Err(format!(
        "it has {digits} digit{s} behind the point, and the column keeps {scale}, so the server would round it: round it \
         yourself, as you mean it (`round_dp({scale})`), or let the server do so by `decimal(.., {scale}, rounded)`"
    )
    .into())
}

/// The elements of an array that are not NULL.
fn elements(raw: &[u8]) -> impl Iterator<Item = &[u8]> {
    let word = |at: usize| {
        let bytes = raw.get(at..at.checked_add(4)?)?;
        bytes.try_into().ok().map(i32::from_be_bytes)
    };
    // Dimensions, flags and type; a length and a lower bound for each dimension.
    let dimensions = word(0).and_then(|count| usize::try_from(count).ok()).unwrap_or_default();
    let mut at = 12 + 8 * dimensions;
    std::iter::from_fn(move || {
        loop {
            let length = word(at)?;
            at += 4;
            if let Ok(length) = usize::try_from(length) {
                let element = raw.get(at..at.checked_add(length)?)?;
                at += length;
                return Some(element);
            }
        }
    })
}

impl Value {
    /// The same value, or one that is refused when the statement runs, since its column keeps less digits behind the point.
    #[doc(hidden)]
    #[must_use]
    pub fn in_scale(self, column: &'static str, scale: u16) -> Self {
        match self.bytes().map(|raw| refuse(self.column_type(), raw, scale)) {
            Some(Err(why)) => Self::refused_by(self.column_type(), column, &why.to_string()),
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::BytesMut;
    use proptest::prelude::*;

    use super::*;
    use crate::types::numeric::Numeric;

    fn raw(text: &str) -> Vec<u8> {
        let mut out = BytesMut::new();
        Numeric::parse(text).unwrap().write(&mut out).unwrap();
        out.to_vec()
    }

    #[test]
    fn digits_behind_the_point_are_counted_up_to_the_last_that_is_no_zero() {
        for (text, digits) in [
            ("0", 0),
            ("0.000", 0),
            ("1", 0),
            ("-12345.678", 3),
            ("1.500", 1),
            ("0.00001", 5),
            ("0.0001", 4),
            ("0.00000000000000000001", 20),
            ("100000000", 0),
            ("10000.0100", 2),
            ("9999.9999", 4),
            ("9999.99990", 4),
        ] {
            assert_eq!(numeric::fraction_digits(&raw(text)), digits, "{text}");
        }
        for strange in [&[][..], &[0; 7], &[0, 9, 0, 0, 0, 0, 0, 0], &[0xff; 9]] {
            assert_eq!(numeric::fraction_digits(strange), 0, "{strange:?}");
        }
        // NaN has none.
        assert_eq!(numeric::fraction_digits(&[0, 0, 0, 0, 0xc0, 0, 0, 0]), 0);
    }

    #[test]
    fn every_element_of_an_array_is_looked_at() {
        let array = |texts: &[Option<&str>]| {
            let mut raw = Vec::new();
            let length = i32::try_from(texts.len()).unwrap();
            for word in [1, 1, 1700, length, 1] {
                raw.extend(word.to_be_bytes());
            }
            for text in texts {
                let element = text.map(self::raw);
                let length = element.as_ref().map_or(-1, |raw| i32::try_from(raw.len()).unwrap());
                raw.extend(length.to_be_bytes());
                raw.extend(element.unwrap_or_default());
            }
            raw
        };
        let check = |texts: &[Option<&str>]| {
            refuse(ColumnType::Array(&ColumnType::Decimal), &array(texts), 2).is_ok()
        };
        assert!(check(&[]) && check(&[None]) && check(&[Some("1.25"), None, Some("2.50")]));
        assert!(!check(&[Some("1.25"), None, Some("2.505")]));
        assert!(refuse(ColumnType::Array(&ColumnType::Decimal), &[0; 12], 2).is_ok());
    }

    proptest! {
        #[test]
        fn what_would_be_rounded_is_refused_and_nothing_else(
            whole in "[0-9]{1,9}",
            fraction in "[0-9]{0,12}",
            scale in 0..14_u16,
        ) {
            let kept = fraction.trim_end_matches('0').len();
            let fits = refuse(ColumnType::Decimal, &raw(&format!("{whole}.{fraction}")), scale).is_ok();
            prop_assert_eq!(fits, kept <= usize::from(scale));
        }

        #[test]
        fn no_bytes_make_it_panic(raw in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = refuse(ColumnType::Decimal, &raw, 2);
            let _ = refuse(ColumnType::Array(&ColumnType::Decimal), &raw, 2);
        }
    }
}
