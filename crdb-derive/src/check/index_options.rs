//! Inverted and vector indexes, and what they cannot have.

use super::volatile::changing;
use super::{Columns, expression_text, key};
use crate::errors::Errors;
use crate::model::Part;
use crate::parse::{IndexAttr, IndexPart, IndexTerm, Method, StorageValue};

/// The columns and expressions of an index, each once.
pub(super) fn parts(attr: &[IndexPart], columns: &Columns, errors: &mut Errors) -> Vec<Part> {
    let mut all: Vec<Part> = Vec::new();
    for part in attr {
        let (field, column) = match &part.term {
            IndexTerm::Expression(text) => {
                expression_text(text, errors);
                changing(text, "what an index is ordered by", errors);
                (None, text.value.clone())
            }
            IndexTerm::Field(ident) => {
                let Some((field, column)) = columns.find(ident, errors) else { continue };
                if all.iter().any(|part| part.field == Some(field)) {
                    errors.add(ident.span(), format!("`{ident}` is in the index twice"));
                    continue;
                }
                (Some(field), column)
            }
        };
        let op_class = part.op_class.as_ref().map(|class| class.value.clone());
        all.push(Part { field, column, descending: part.descending, op_class });
    }
    all
}

/// Notes what an inverted or vector index cannot have, and operator classes of other indexes.
pub(super) fn method(attr: &IndexAttr, errors: &mut Errors) {
    let classes = || attr.parts.iter().filter_map(|part| part.op_class.as_ref());
    let Some((method, span)) = attr.method else {
        for class in classes() {
            let method = if class.value.starts_with("vector") { "vector" } else { "inverted" };
            errors.add(class.span, format!("`{}` is of another index: add `{method}`", class.value));
        }
        return;
    };
    let what = if method == Method::Vector { "a vector index" } else { "an inverted index" };
    for (other, given) in [
        ("unique", attr.unique),
        ("storing", !attr.storing.is_empty()),
        ("hash_sharded", attr.hash.is_some()),
    ] {
        if given {
            errors.add(span, format!("{what} cannot have `{other}`"));
        }
    }
    for class in classes().filter(|class| class.value.starts_with("vector") != (method == Method::Vector)) {
        errors.add(class.span, format!("`{}` is no operator class of {what}", class.value));
    }
    if let Some((last, prefix)) = attr.parts.split_last() {
        if last.descending {
            errors.add(span, format!("{what} has no order in its last column: leave `desc` out"));
        }
        for class in prefix.iter().filter_map(|part| part.op_class.as_ref()) {
            errors.add(class.span, format!("only the last column of {what} has an operator class"));
        }
    }
}

/// The storage parameters of an index.
pub(super) fn parameters(attr: &mut IndexAttr, errors: &mut Errors) -> Vec<(String, StorageValue)> {
    key::parameters(std::mem::take(&mut attr.storage), errors)
}
