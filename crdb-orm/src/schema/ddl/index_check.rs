//! What an index must be to be printed.

use super::super::{
    ColumnType, Direction, HashSharding, IndexDef, IndexMethod, KeyPart, StorageParameter, TableDef,
};
use super::check::wrong;
use super::extension::TRIGRAM_OPS;
use super::names::check_name;
use super::storage_check;
use crate::error::Result;

/// Refuses an index that `CockroachDB` does not have.
pub(super) fn check(table: &TableDef, index: &IndexDef) -> Result<()> {
    for part in index.parts {
        if part.expression && (part.column.trim().is_empty() || part.column.contains('\0')) {
            return Err(wrong(table, "has an index over an expression that is empty or has a NUL"));
        }
        if let Some(class) = part.op_class {
            check_name(&format!("an operator class in an index of table `{}`", table.name), class)?;
        }
    }
    stored(table, "an index", index.parts, index.hash, index.storage)?;
    if index.visibility.is_some_and(|fraction| !(0.0..=1.0).contains(&fraction)) {
        return Err(wrong(table, "has an index whose visibility is not from 0 to 1"));
    }
    if index.constraint {
        let plain =
            |part: &KeyPart| !part.expression && part.direction == Direction::Asc && part.op_class.is_none();
        if !index.unique || !index.parts.iter().all(plain) {
            return Err(wrong(
                table,
                "has a UNIQUE constraint over more than columns: make it a unique index",
            ));
        }
        if index.filter.is_some()
            || index.hash.is_some()
            || index.visibility.is_some()
            || !index.storage.is_empty()
        {
            return Err(wrong(
                table,
                "has a UNIQUE constraint with a filter, hash sharding, visibility or storage parameters: \
                 make it a unique index",
            ));
        }
    }
    if index.without_index && (!index.constraint || !index.storing.is_empty() || index.comment.is_some()) {
        return Err(wrong(
            table,
            "has a UNIQUE constraint without an index, but with what only an index has: leave one of them out",
        ));
    }
    method(table, index)
}

/// Refuses storage parameters and hash sharding that a key or an index does not have.
///
/// Source: `CockroachDB`, "WITH (storage parameter)", "Hash-sharded indexes".
pub(super) fn stored(
    table: &TableDef,
    what: &str,
    parts: &[KeyPart],
    hash: Option<HashSharding>,
    storage: &[StorageParameter],
) -> Result<()> {
    storage_check::names(table, storage)?;
    for (name, setter) in [("bucket_count", "hash_sharded"), ("shard_columns", "shard_columns")] {
        if storage.iter().any(|parameter| parameter.name == name) {
            return Err(wrong(table, format!("sets `{name}` as a storage parameter: use `.{setter}(..)`")));
        }
    }
    let Some(hash) = hash else { return Ok(()) };
    if let Some(count) = hash.buckets
        && !(2..=2048).contains(&count)
    {
        return Err(wrong(table, format!("has {count} hash buckets: CockroachDB takes 2 to 2048")));
    }
    let first = |(at, column): (usize, &&str)| {
        parts.get(at).is_some_and(|part| !part.expression && part.column == *column)
    };
    if !hash.columns.iter().enumerate().all(first) {
        return Err(wrong(
            table,
            format!(
                "shards {what} by columns that it does not begin with, in their order: name its first ones"
            ),
        ));
    }
    Ok(())
}

fn method(table: &TableDef, index: &IndexDef) -> Result<()> {
    let (kind, needs) = match index.method {
        IndexMethod::Ordered => {
            if let Some(class) = index.parts.iter().find_map(|part| part.op_class) {
                return Err(wrong(
                    table,
                    format!(
                        "has an index with the operator class `{class}`, which only inverted and vector indexes have"
                    ),
                ));
            }
            return Ok(());
        }
        IndexMethod::Inverted => {
            ("an inverted index", "a JSONB, an array, a TSVECTOR, a shape or, by trigrams, a STRING")
        }
        IndexMethod::Vector => ("a vector index", "a VECTOR"),
    };
    for (what, given) in [
        ("unique", index.unique),
        ("hash sharding", index.hash.is_some()),
        ("stored columns", !index.storing.is_empty()),
    ] {
        if given {
            return Err(wrong(table, format!("has {kind} with {what}, which it cannot have")));
        }
    }
    let Some((last, prefix)) = index.parts.split_last() else { return Ok(()) };
    if last.direction == Direction::Desc || prefix.iter().any(|part| part.op_class.is_some()) {
        return Err(wrong(
            table,
            format!(
                "has {kind} whose last column is descending, or whose first columns have an operator class"
            ),
        ));
    }
    if let Some(column) = table.column(last.column).filter(|_| !last.expression)
        && !fits(index.method, &column.ty, last.op_class)
    {
        return Err(wrong(table, format!("has {kind} whose last column `{}` is not {needs}", last.column)));
    }
    Ok(())
}

fn fits(method: IndexMethod, ty: &ColumnType, class: Option<&str>) -> bool {
    match (method, ty) {
        (IndexMethod::Inverted, ColumnType::String) => class == Some(TRIGRAM_OPS),
        (IndexMethod::Inverted, ty) => ty.is_inverted(),
        (IndexMethod::Vector, ty) => ty.is_vector(),
        (IndexMethod::Ordered, _) => true,
    }
}
