//! Arrays of one dimension.

use bytes::BytesMut;
use fallible_iterator::FallibleIterator;
use postgres_protocol::types;

use super::{BoxError, Field, SqlType, Value, wire_type};
use crate::schema::ColumnType;

impl<T: Field> SqlType for Vec<T> {
    const TYPE: ColumnType = ColumnType::Array(&<T as Field>::TYPE);

    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        let element = wire_type(<T as Field>::TYPE);
        let dimension =
            (!self.is_empty()).then_some(types::ArrayDimension { len: i32::try_from(self.len())?, lower_bound: 1 });
        types::array_to_sql(
            dimension,
            element.oid(),
            self.iter().map(Field::to_value),
            |value: Value, out| match value.append(out)? {
                postgres_types::IsNull::Yes => Ok(postgres_protocol::IsNull::Yes),
                postgres_types::IsNull::No => Ok(postgres_protocol::IsNull::No),
            },
            out,
        )
    }

    fn decode(raw: &[u8]) -> Result<Self, BoxError> {
        let array = types::array_from_sql(raw)?;
        if array.dimensions().count()? > 1 {
            return Err("an array of more than one dimension".into());
        }
        let mut values = array.values();
        let mut out = Vec::new();
        while let Some(raw) = values.next()? {
            out.push(T::from_raw(raw)?);
        }
        Ok(out)
    }
}
