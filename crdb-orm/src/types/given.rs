//! Values that are given in the form in which they are there.

use super::{Field, IntoField, SqlType, Value};

/// What can be bound to SQL of one's own: every [`Field`], and the borrowed forms of texts and bytes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be bound: it has no SQL type",
    label = "no SQL type is known for `{Self}`",
    note = "what a column can hold can be bound, and `&str` and `&[u8]`"
)]
pub trait BindValue {
    /// The value to bind.
    #[doc(hidden)]
    fn into_value(self) -> Value;
}

#[diagnostic::do_not_recommend]
impl<F: Field> BindValue for F {
    fn into_value(self) -> Value {
        self.to_value()
    }
}

macro_rules! bound {
    ($($from:ty => $to:ty),* $(,)?) => {$(
        impl BindValue for $from {
            fn into_value(self) -> Value {
                IntoField::<$to>::into_field(self).to_value()
            }
        }
    )*};
}

bound! {
    &str => String,
    &String => String,
    &[u8] => Vec<u8>,
}

impl BindValue for Option<&str> {
    fn into_value(self) -> Value {
        self.map(str::to_owned).to_value()
    }
}

impl BindValue for Option<&[u8]> {
    fn into_value(self) -> Value {
        self.map(<[u8]>::to_vec).to_value()
    }
}

impl<T: SqlType + Clone> IntoField<T> for &T {
    fn into_field(self) -> T {
        self.clone()
    }
}

impl<T: SqlType + Clone> IntoField<Option<T>> for &T {
    fn into_field(self) -> Option<T> {
        Some(self.clone())
    }
}

impl<T: SqlType + Clone> IntoField<Option<T>> for &Option<T> {
    fn into_field(self) -> Option<T> {
        self.clone()
    }
}

impl IntoField<String> for &&str {
    fn into_field(self) -> String {
        (*self).to_owned()
    }
}

impl<T: SqlType, V: IntoField<T>, const N: usize> IntoField<Vec<T>> for [V; N]
where
    Vec<T>: SqlType,
{
    fn into_field(self) -> Vec<T> {
        self.into_iter().map(IntoField::into_field).collect()
    }
}

impl<T: SqlType, V: IntoField<T> + Clone> IntoField<Vec<T>> for &[V]
where
    Vec<T>: SqlType,
{
    fn into_field(self) -> Vec<T> {
        self.iter().cloned().map(IntoField::into_field).collect()
    }
}
