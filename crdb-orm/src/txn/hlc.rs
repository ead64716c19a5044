//! Times of the cluster's clock.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Kind};

/// The digits of the logical part.
const DIGITS: usize = 10;

/// A time of CockroachDB's hybrid logical clock: nanoseconds, and a count that tells apart what happens within one.
///
/// It is what `cluster_logical_timestamp()`, the column `crdb_internal_mvcc_timestamp` and changefeeds tell, as
/// `1580361670629466905.0000000003`. Never keep one as a float: it has not that many digits.
///
/// ```
/// use crdb_orm::Hlc;
///
/// let time: Hlc = "1580361670629466905.0000000003".parse()?;
/// assert_eq!((time.nanoseconds(), time.logical()), (1_580_361_670_629_466_905, 3));
/// assert_eq!(time.to_string(), "1580361670629466905.0000000003");
/// assert!(time > Hlc::new(1_580_361_670_629_466_905, 2));
/// # Ok::<(), crdb_orm::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hlc {
    nanoseconds: u64,
    logical: u32,
}

impl Hlc {
    /// A time of so many nanoseconds since 1970-01-01 UTC, and that count.
    pub const fn new(nanoseconds: u64, logical: u32) -> Self {
        Self { nanoseconds, logical }
    }

    /// The nanoseconds since 1970-01-01 UTC.
    pub const fn nanoseconds(self) -> u64 {
        self.nanoseconds
    }

    /// What tells apart times of the same nanosecond.
    pub const fn logical(self) -> u32 {
        self.logical
    }
}

impl fmt::Display for Hlc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:0DIGITS$}", self.nanoseconds, self.logical)
    }
}

impl FromStr for Hlc {
    type Err = Error;

    /// Reads what the server writes; without a point the count is 0.
    ///
    /// # Errors
    /// It is no such time (`is_data_exception`).
    fn from_str(text: &str) -> Result<Self, Error> {
        let (nanoseconds, logical) = text.split_once('.').unwrap_or((text, "0000000000"));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let read = || {
            let whole = digits(nanoseconds) && digits(logical) && logical.len() == DIGITS;
            whole.then(|| Some(Self::new(nanoseconds.parse().ok()?, logical.parse().ok()?))).flatten()
        };
        read().ok_or_else(|| {
            let why = "a time of the cluster's clock is nanoseconds, a point and ten digits, as in `1580361670629466905.0000000003`";
            Error::of_kind(Kind::InvalidValue, why)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Hlc;

    #[test]
    fn a_time_is_read_as_it_is_written_and_nothing_else_is() {
        for (text, time) in [
            ("1580361670629466905.0000000003", Hlc::new(1_580_361_670_629_466_905, 3)),
            // At the boundary of a schema change.
            ("1580361670629466899.2147483647", Hlc::new(1_580_361_670_629_466_899, 2_147_483_647)),
            ("0.0000000000", Hlc::new(0, 0)),
        ] {
            assert_eq!((text.parse::<Hlc>().unwrap(), time.to_string().as_str()), (time, text));
        }
        assert_eq!("7".parse::<Hlc>().unwrap(), Hlc::new(7, 0));
        for text in [
            "",
            ".",
            "1.",
            "1.3",
            ".0000000003",
            "-1.0000000000",
            "1.00000000003",
            "1e9",
            "99999999999999999999",
            "1.99999999990",
        ] {
            assert!(text.parse::<Hlc>().unwrap_err().is_data_exception(), "{text}");
        }
    }
}
