//! Casts that mean the same on both servers.

use super::Expr;
use crate::query::node::cast;
use crate::types::{Field, Nulls, SqlEnum, SqlType};

/// That a value can be cast to a `B`, with the same result on both servers.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be cast to `{B}`",
    note = "whole numbers and decimals cast to every number and to text, text to numbers and UUID, enums to text, a timestamp without a zone to date, time and text",
    note = "other casts differ between the servers: write them by hand with `Sql::trusted`"
)]
pub trait CastTo<B: SqlType>: SqlType {}

macro_rules! casts {
    ($($from:ty => $($to:ty),*;)*) => {$($(
        impl CastTo<$to> for $from {}
    )*)*};
}

casts! {
    i16 => i32, i64, f32, f64, String;
    i32 => i16, i64, f32, f64, String;
    i64 => i16, i32, f32, f64, String;
    f32 => f64;
    f64 => f32;
    bool => i32, String;
    uuid::Uuid => String;
    String => i16, i32, i64, f32, f64, uuid::Uuid;
}

#[cfg(feature = "rust_decimal")]
casts! {
    i16 => rust_decimal::Decimal;
    i32 => rust_decimal::Decimal;
    i64 => rust_decimal::Decimal;
    String => rust_decimal::Decimal;
    rust_decimal::Decimal => i16, i32, i64, f32, f64, String;
}

#[cfg(feature = "chrono")]
casts! {
    chrono::NaiveDateTime => chrono::NaiveDate, chrono::NaiveTime, String;
    chrono::NaiveDate => chrono::NaiveDateTime, String;
}

impl<E: SqlEnum + SqlType> CastTo<String> for E {}

on_both! {
    [T, F: Field] F {
        /// `::TYPE`. A value that has no place in the type is an error of the server.
        pub fn cast<B: SqlType>(self) -> Expr<T, <F::Nulls as Nulls>::Of<B>>
        where
            F::Base: CastTo<B>,
        {
            Expr::new(cast(self.into_node(), B::TYPE))
        }
    }
}
