//! Primary keys: one value, or a tuple for a composite key.

use super::bulk::RowWriter;
use crate::types::{Field, IntoField, Value};

/// The primary key of a table: a field, or a tuple of fields.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a primary key: it has no SQL type",
    label = "no SQL type is known for `{Self}`"
)]
pub trait Key: Send + 'static {
    #[doc(hidden)]
    fn into_values(self) -> Vec<Value>;

    /// Puts it among the columns of a row of many.
    #[doc(hidden)]
    fn write(self, columns: &[&'static str], row: &mut RowWriter<'_>);
}

/// What may be given for a key `K`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a key: the primary key is `{K}`",
    label = "expected `{K}`",
    note = "a composite key is given as a tuple, in the order of its columns"
)]
pub trait IntoKey<K> {
    #[doc(hidden)]
    fn into_key(self) -> K;
}

impl<F: Field> Key for F {
    fn into_values(self) -> Vec<Value> {
        vec![self.to_value()]
    }

    fn write(self, columns: &[&'static str], row: &mut RowWriter<'_>) {
        if let Some(column) = columns.first() {
            row.push(column, &self);
        }
    }
}

#[diagnostic::do_not_recommend]
impl<F: Field, V: IntoField<F>> IntoKey<F> for V {
    fn into_key(self) -> F {
        self.into_field()
    }
}

macro_rules! tuple {
    ($($field:ident $given:ident $index:tt),*) => {
        impl<$($field: Field),*> Key for ($($field,)*) {
            fn into_values(self) -> Vec<Value> {
                vec![$(self.$index.to_value()),*]
            }

            fn write(self, columns: &[&'static str], row: &mut RowWriter<'_>) {
                $(if let Some(column) = columns.get($index) {
                    row.push(column, &self.$index);
                })*
            }
        }

        impl<$($field: Field, $given: IntoField<$field>),*> IntoKey<($($field,)*)> for ($($given,)*) {
            fn into_key(self) -> ($($field,)*) {
                ($(self.$index.into_field(),)*)
            }
        }
    };
}

tuple!(A VA 0, B VB 1);
tuple!(A VA 0, B VB 1, C VC 2);
tuple!(A VA 0, B VB 1, C VC 2, D VD 3);
tuple!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4);
tuple!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5);
