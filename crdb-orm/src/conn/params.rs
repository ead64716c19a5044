//! Values that are owned by the request that sends them.

use std::error::Error as StdError;
use std::fmt;

use bytes::{Bytes, BytesMut};
use postgres_types::{IsNull, ToSql, Type};

use crate::types::Value;

/// The values of a statement in one buffer.
///
/// A request inside a transaction may outlive the future that began it (its answer must be seen even if the
/// caller has dropped it), so it cannot borrow its values.
pub(crate) struct Params(Vec<Param>);

/// One value. `Debug` shows nothing of it: the driver writes parameters to its log.
struct Param(Option<Bytes>);

impl Params {
    /// Copies the values; the caller has checked that each could be encoded.
    pub(crate) fn new(values: &[Value]) -> Self {
        let mut buffer = BytesMut::with_capacity(values.len() * 16);
        let ends: Vec<Option<usize>> = values
            .iter()
            .map(|value| match value.to_sql(&Type::UNKNOWN, &mut buffer) {
                Ok(IsNull::No) => Some(buffer.len()),
                Ok(IsNull::Yes) | Err(_) => None,
            })
            .collect();
        let mut buffer = buffer.freeze();
        let mut start = 0;
        let params = ends.into_iter().map(|end| {
            Param(end.map(|end| {
                let value = buffer.split_to(end - start);
                start = end;
                value
            }))
        });
        Self(params.collect())
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &(impl ToSql + Sync + use<>)> {
        self.0.iter()
    }
}

impl fmt::Debug for Param {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Param")
    }
}

impl ToSql for Param {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        Ok(match &self.0 {
            Some(value) => {
                out.extend_from_slice(value);
                IsNull::No
            }
            None => IsNull::Yes,
        })
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        self.to_sql(ty, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_copied_as_they_are() {
        let values = [
            Value::encode(&7_i32),
            Value::null(crate::schema::ColumnType::Int4),
            Value::encode(&"ab".to_owned()),
        ];
        let params = Params::new(&values);
        let shown: Vec<Option<&[u8]>> = params.0.iter().map(|param| param.0.as_deref()).collect();
        assert_eq!(shown, [Some(&[0, 0, 0, 7][..]), None, Some(b"ab")]);
    }
}
