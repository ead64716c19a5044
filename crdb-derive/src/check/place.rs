//! Partitions and zone configurations: the columns and indexes that they name.

use proc_macro2::Span;

use super::{Columns, sql_name};
use crate::errors::{Errors, did_you_mean};
use crate::model::{Field, Index, Key, Part, PartitionBy, PartitionedBy, Partitioning};
use crate::parse::{self, PartitionAttr, ZoneAttr};

/// Resolves the fields of partitions. An index must begin with the columns by which it is partitioned.
pub(super) fn partitions(
    all: Vec<PartitionAttr>,
    key: &Key,
    indexes: &Indexes<'_>,
    columns: &Columns,
    errors: &mut Errors,
) -> Vec<Partitioning> {
    let mut found: Vec<Partitioning> = Vec::new();
    let all_span = all.iter().find_map(|attr| attr.all);
    for attr in all {
        let span = attr.index.as_ref().map_or(attr.by.span, |name| name.span);
        if attr.all.is_some() {
            if let Some(by) = by_all(attr, columns, errors) {
                found.push(Partitioning { index: None, all: true, by });
            }
            continue;
        }
        let name = attr.index.as_ref().map(|name| name.value.clone());
        if found.iter().any(|other| other.index == name) {
            errors.add(span, "the same index is partitioned twice: put the partitions together");
            continue;
        }
        let columns_of_unique;
        let (what, parts, hash) = match &name {
            None => ("the primary key".to_owned(), &key.parts, key.hash.is_some()),
            Some(name) => match indexes.find(name, span, errors) {
                None => continue,
                Some(Found::Key) => ("the primary key".to_owned(), &key.parts, key.hash.is_some()),
                Some(Found::Column(part)) => {
                    columns_of_unique = vec![part];
                    (format!("index `{name}`"), &columns_of_unique, false)
                }
                Some(Found::Index(index)) => (format!("index `{name}`"), &index.parts, index.hash.is_some()),
            },
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
            found.push(Partitioning { index: name, all: false, by });
        }
    }
    if let (true, Some(span)) = (found.len() > 1, all_span) {
        errors.add(
            span,
            "`all` partitions every index, so no index can be partitioned otherwise: leave one out",
        );
    }
    found
}

/// Partitions of all indexes: their columns are put before those of each index, so they may be any.
fn by_all(attr: PartitionAttr, columns: &Columns, errors: &mut Errors) -> Option<PartitionBy> {
    if let Some(index) = &attr.index {
        errors.add(index.span, "`all` is every index: leave `index` out");
    }
    if let Some(again) = attr.by.partitions.iter().find(|one| one.by.is_some()) {
        errors.add(
            again.name.span,
            "a partition of all indexes cannot be divided again: CockroachDB has no such partitions",
        );
        return None;
    }
    let names: Option<Vec<String>> =
        attr.by.fields.iter().map(|field| columns.find(field, errors).map(|(_, name)| name)).collect();
    let names = names?;
    let left: Vec<&str> = names.iter().map(String::as_str).collect();
    by(attr.by, "the table", &left, columns, &mut Vec::new(), errors)
}

/// The indexes of a table by their names: those that are given, and those that the server's convention gives.
pub(super) struct Indexes<'t> {
    names: Vec<(String, Found<'t>)>,
}

/// What an index is.
#[derive(Clone)]
enum Found<'t> {
    Key,
    /// That of a `unique` column.
    Column(Part),
    Index(&'t Index),
}

impl<'t> Indexes<'t> {
    /// The library chooses names in the same way, in `schema::ddl::names`, and has the last word.
    pub(super) fn of(table: &str, key: &Key, fields: &[Field], indexes: &'t [Index]) -> Self {
        let given = indexes.iter().filter_map(|index| Some((index.name.clone()?, Found::Index(index))));
        let mut names: Vec<(String, Found<'t>)> = given.collect();
        let mut choose = |stem: String, found: Found<'t>| {
            let numbered = std::iter::once(stem.clone()).chain((1..).map(|n| format!("{stem}{n}")));
            let free = numbered.into_iter().find(|name| names.iter().all(|(taken, _)| taken != name));
            names.extend(free.map(|name| (name, found)));
        };
        choose(key.name.clone().unwrap_or_else(|| format!("{table}_pkey")), Found::Key);
        for (at, field) in fields.iter().enumerate() {
            if let Some(column) = field.column.as_ref().filter(|column| column.unique) {
                let part =
                    Part { field: Some(at), column: column.name.clone(), descending: false, op_class: None };
                choose(format!("{table}_{}_key", column.name), Found::Column(part));
            }
        }
        for index in indexes.iter().filter(|index| index.name.is_none()) {
            let mut expressions = 0;
            let terms = index.parts.iter().map(|part| {
                if part.field.is_some() {
                    return part.column.clone();
                }
                expressions += 1;
                if expressions == 1 { "expr".to_owned() } else { format!("expr{}", expressions - 1) }
            });
            let terms: Vec<String> = terms.collect();
            let end = if index.unique { "key" } else { "idx" };
            choose(format!("{table}_{}_{end}", terms.join("_")), Found::Index(index));
        }
        // There is nothing where a constraint has no index.
        names.retain(|(_, found)| !matches!(found, Found::Index(index) if index.unindexed));
        Self { names }
    }

    fn find(&self, name: &str, span: Span, errors: &mut Errors) -> Option<Found<'t>> {
        let found = self.names.iter().find(|(other, _)| other == name).map(|(_, found)| found.clone());
        if found.is_none() {
            let names = self.names.iter().map(|(name, _)| name.as_str());
            errors
                .add(span, format!("there is no index of the name `{name}`: {}", did_you_mean(name, names)));
        }
        found
    }
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
pub(super) fn zones(
    all: &[ZoneAttr],
    indexes: &Indexes<'_>,
    partitions: &[Partitioning],
    errors: &mut Errors,
) {
    for (i, zone) in all.iter().enumerate() {
        let of = |zone: &ZoneAttr| {
            let name = |text: &Option<parse::Text>| text.as_ref().map(|text| text.value.clone());
            (name(&zone.index), name(&zone.partition))
        };
        if all[..i].iter().any(|other| of(other) == of(zone)) {
            errors.add(zone.span, "two zone configurations of the same thing: put them together");
        }
        if let Some(name) = &zone.index {
            indexes.find(&name.value, name.span, errors);
        }
        sql_name("a partition", zone.partition.as_ref(), errors);
        if let Some(name) = &zone.partition {
            let index = zone.index.as_ref().map(|name| name.value.as_str());
            let mut names = Vec::new();
            for one in partitions.iter().filter(|one| one.all || one.index.as_deref() == index) {
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
