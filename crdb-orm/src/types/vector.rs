//! Vectors. They travel as text: their OID differs from server to server.

use std::fmt::Write as _;

use bytes::BytesMut;
use pgvector::Vector;

use super::{BoxError, SqlType};
use crate::schema::ColumnType;

impl SqlType for Vector {
    const TYPE: ColumnType = ColumnType::Vector;

    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        // The shortest text that reads back as the same number.
        for (i, number) in self.as_slice().iter().enumerate() {
            write!(out, "{}{number:?}", if i == 0 { "[" } else { "," })?;
        }
        out.extend_from_slice(if self.as_slice().is_empty() { b"[]" } else { b"]" });
        Ok(())
    }

    fn decode(raw: &[u8]) -> Result<Self, BoxError> {
        let text = std::str::from_utf8(raw)?;
        let inner = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .ok_or("a VECTOR that is not in brackets")?;
        if inner.is_empty() {
            return Ok(Self::from(Vec::new()));
        }
        let numbers = inner.split(',').map(|number| number.trim().parse::<f32>());
        Ok(Self::from(numbers.collect::<Result<Vec<f32>, _>>()?))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_text_is_that_of_the_servers() {
        let mut out = BytesMut::new();
        Vector::from(vec![1.0, -0.5, 1e-7, 3e9]).encode(&mut out).unwrap();
        assert_eq!(out, "[1.0,-0.5,1e-7,3000000000.0]".as_bytes());
        // As both servers write it.
        assert_eq!(Vector::decode(b"[1,-0.5,1e-07,3e+09]").unwrap().as_slice(), [1.0, -0.5, 1e-7, 3e9]);
        for wrong in ["", "[", "1,2", "[1,]", "[a]", "[1 2]"] {
            Vector::decode(wrong.as_bytes()).unwrap_err();
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_is_read(numbers in proptest::collection::vec(any::<f32>(), 0..20)) {
            let mut out = BytesMut::new();
            Vector::from(numbers.clone()).encode(&mut out).unwrap();
            let read = Vector::decode(&out).unwrap();
            let bits = |numbers: &[f32]| numbers.iter().map(|number| number.to_bits()).collect::<Vec<_>>();
            prop_assert_eq!(bits(read.as_slice()), bits(&numbers));
        }
    }
}
