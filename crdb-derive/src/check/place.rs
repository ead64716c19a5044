//! Partitions and zone configurations: the columns and indexes that they name.

use proc_macro2::Span;

use super::{Columns, sql_name};
use crate::errors::{Errors, did_you_mean};
use crate::model::{Index, Key, PartitionBy, PartitionedBy, Partitioning};
use crate::parse::{self, PartitionAttr, ZoneAttr};

/// Resolves the fields of partitions. An index must begin with the columns by which it is partitioned.
pub(super) fn partitions(
    all: Vec<PartitionAttr>,
    key: &Key,
    indexes: &[Index],
    columns: &Columns,
    errors: &mut Errors,
) -> Vec<Partitioning> {
    let mut found: Vec<Partitioning> = Vec::new();
    for attr in all {
        let span = attr.index.as_ref().map_or(attr.by.span, |name| name.span);
        let name = attr.index.as_ref().map(|name| name.value.clone());
        if found.iter().any(|other| other.index == name) {
            errors.add(span, "the same index is partitioned twice: put the partitions together");
            continue;
        }
        let (what, parts, hash) = match &name {
            None => ("the primary key".to_owned(), &key.parts, key.hash.is_some()),
            Some(name) => {
                let Some(index) = index(name, indexes, span, errors) else { continue };
                (format!("index `{name}`"), &index.parts, index.hash.is_some())
            }
        };
        if hash {
            errors.add(
                span,
                format!(
                    "{what} is hash-sharded, so it cannot be partitioned: CockroachDB has one or the other"
                ),
            );
            continue;
        }
        // An expression is no column, whatever its text is.
        let columns_of = parts.iter().take_while(|part| part.field.is_some());
        let left: Vec<&str> = columns_of.map(|part| part.column.as_str()).collect();
        if let Some(by) = by(attr.by, &what, &left, columns, &mut Vec::new(), errors) {
            found.push(Partitioning { index: name, by });
        }
    }
    found
}

fn index<'i>(name: &str, indexes: &'i [Index], span: Span, errors: &mut Errors) -> Option<&'i Index> {
    let found = indexes.iter().find(|index| index.name.as_deref() == Some(name));
    if found.is_none() {
        let names = indexes.iter().filter_map(|index| index.name.as_deref());
        errors.add(span, format!("there is no index of the name `{name}`: {}", did_you_mean(name, names)));
    }
    found
}

fn by(
    attr: parse::PartitionBy,
    what: &str,
    left: &[&str],
    columns: &Columns,
    taken: &mut Vec<String>,
    errors: &mut Errors,
) -> Option<PartitionBy> {
    let names: Option<Vec<String>> =
        attr.fields.iter().map(|field| columns.find(field, errors).map(|(_, name)| name)).collect();
    let names = names?;
    let begins = left.len() >= names.len() && names.iter().zip(left).all(|(name, left)| name == left);
    if !begins {
        let hint = if left.is_empty() {
            "it has no more columns".to_owned()
        } else {
            format!("that is `{}` here", left.join(", "))
        };
        errors.add(
            attr.fields.first().map_or(attr.span, syn::Ident::span),
            format!("{what} is partitioned by the columns that it begins with: {hint}"),
        );
        return None;
    }
    let mut partitions = Vec::new();
    for one in attr.partitions {
        if taken.contains(&one.name.value) {
            errors.add(one.name.span, format!("two partitions of {what} are called `{}`", one.name.value));
        }
        taken.push(one.name.value.clone());
        for row in &one.rows {
            let whole = !attr.range && matches!(row.as_slice(), [parse::PartitionValue::Special("Default")]);
            if row.len() != names.len() && !whole {
                errors.add(
                    one.name.span,
                    format!(
                        "`{}` has {} values for {} columns: several columns have their values in parentheses",
                        one.name.value,
                        row.len(),
                        names.len()
                    ),
                );
            }
            let other_kind = row.iter().any(|value| match value {
                parse::PartitionValue::Special("Default") => attr.range,
                parse::PartitionValue::Special(_) => !attr.range,
                _ => false,
            });
            if other_kind {
                errors
                    .add(one.name.span, "`default` belongs in a list, `minvalue` and `maxvalue` in a range");
            }
        }
        let again = match one.by {
            Some(again) => {
                Some(by(again, what, left.get(names.len()..).unwrap_or_default(), columns, taken, errors)?)
            }
            None => None,
        };
        partitions.push(PartitionedBy { name: one.name.value, rows: one.rows, by: again });
    }
    Some(PartitionBy { range: attr.range, columns: names, partitions })
}

/// Checks what zone configurations are of.
pub(super) fn zones(all: &[ZoneAttr], indexes: &[Index], partitions: &[Partitioning], errors: &mut Errors) {
    for (i, zone) in all.iter().enumerate() {
        let of = |zone: &ZoneAttr| {
            let name = |text: &Option<parse::Text>| text.as_ref().map(|text| text.value.clone());
            (name(&zone.index), name(&zone.partition))
        };
        if all[..i].iter().any(|other| of(other) == of(zone)) {
            errors.add(zone.span, "two zone configurations of the same thing: put them together");
        }
        if let Some(name) = &zone.index {
            index(&name.value, indexes, name.span, errors);
        }
        sql_name("a partition", zone.partition.as_ref(), errors);
        if let Some(name) = &zone.partition {
            let index = zone.index.as_ref().map(|name| name.value.as_str());
            let mut names = Vec::new();
            for one in partitions.iter().filter(|one| one.index.as_deref() == index) {
                partition_names(&one.by, &mut names);
            }
            if !names.contains(&name.value.as_str()) {
                let hint = did_you_mean(&name.value, names);
                errors.add(name.span, format!("there is no partition of the name `{}`: {hint}", name.value));
            }
        }
    }
}

fn partition_names<'p>(by: &'p PartitionBy, names: &mut Vec<&'p str>) {
    for one in &by.partitions {
        names.push(&one.name);
        if let Some(by) = &one.by {
            partition_names(by, names);
        }
    }
}
