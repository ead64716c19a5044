//! Primary keys: one value, or a tuple for a composite key.

use super::bulk::RowWriter;
use crate::types::{Field, IntoField, Value};

/// What may be given for a key `K`: a field, or a tuple of fields.
///
/// Generic code takes a key by it:
///
/// ```
/// use crdb_orm::prelude::*;
/// use crdb_orm::query::IntoKey;
///
/// async fn load<T: Table<Scope = ()>>(db: &Database, key: impl IntoKey<T::Key>) -> crdb_orm::Result<T> {
///     T::find(key).one(db).await
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a key: the primary key is `{K}`",
    label = "expected `{K}`",
    note = "a composite key is given as a tuple, in the order of its columns",
    note = "generic code takes a key as `key: impl IntoKey<T::Key>`: that of a table may be a tuple, which is a key and no field"
)]
pub trait IntoKey<K>: Sized {
    /// Its values, one for each column of the key.
    #[doc(hidden)]
    fn __into_values(self) -> Vec<Value>;

    /// Puts it among the columns of a row of many.
    #[doc(hidden)]
    fn __write(self, columns: &[&'static str], row: &mut RowWriter<'_>);
}

#[diagnostic::do_not_recommend]
impl<F: Field, V: IntoField<F>> IntoKey<F> for V {
    fn __into_values(self) -> Vec<Value> {
        vec![self.into_field().to_value()]
    }

    fn __write(self, columns: &[&'static str], row: &mut RowWriter<'_>) {
        if let Some(column) = columns.first() {
            row.push(column, &self.into_field());
        }
    }
}

macro_rules! tuple {
    ($($field:ident $given:ident $index:tt),*) => {
        impl<$($field: Field, $given: IntoField<$field>),*> IntoKey<($($field,)*)> for ($($given,)*) {
            fn __into_values(self) -> Vec<Value> {
                vec![$(self.$index.into_field().to_value()),*]
            }

            fn __write(self, columns: &[&'static str], row: &mut RowWriter<'_>) {
                $(if let Some(column) = columns.get($index) {
                    row.push(column, &self.$index.into_field());
                })*
            }
        }
    };
}

tuple!(A VA 0, B VB 1);
tuple!(A VA 0, B VB 1, C VC 2);
tuple!(A VA 0, B VB 1, C VC 2, D VD 3);
tuple!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4);
tuple!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5);
