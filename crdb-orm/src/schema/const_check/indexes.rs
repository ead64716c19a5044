//! Inverted and vector indexes are over what they can find.

use super::text::fail;
use super::types::type_name;
use crate::schema::ColumnType;

/// Refuses an inverted index over what cannot be turned inside out.
#[track_caller]
pub const fn inverted_index(field: &str, ty: ColumnType, trigrams: bool) {
    match ty {
        ColumnType::String if trigrams => {}
        _ if trigrams => fail(&["trigrams are of a STRING, but `", field, "` is ", type_name(&ty)]),
        ColumnType::String => fail(&[
            "an inverted index over the STRING `",
            field,
            "` is by trigrams: write `",
            field,
            " gin_trgm_ops`",
        ]),
        ty if ty.is_inverted() => {}
        ty => fail(&[
            "an inverted index is over a JSONB, an array, a TSVECTOR, a shape or the trigrams of a STRING, but `",
            field,
            "` is ",
            type_name(&ty),
        ]),
    }
}

/// Refuses a vector index over anything else than vectors.
#[track_caller]
pub const fn vector_index(field: &str, ty: ColumnType) {
    if !ty.is_vector() {
        fail(&["a vector index is over a VECTOR, but `", field, "` is ", type_name(&ty)]);
    }
}
