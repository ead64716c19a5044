//! `PARTITION BY ..`.

use super::super::sql_text::not_expression;
use super::super::{
    PartitionBy, PartitionMethod, PartitionValue, PartitionValues, PartitioningDef, TableDef, ident,
};
use super::check::wrong;
use super::names::{Names, check_name};
use super::notices::{Notice, Notices};
use crate::error::Result;

/// Writes the partitions of an index; those of the primary one when `index` is `None`.
pub(super) fn push(sql: &mut String, table: &TableDef, names: &Names, index: Option<&str>) {
    if let Some(one) = table.partitions.iter().find(|one| of(one, names) == index) {
        sql.push_str(if one.all { " PARTITION ALL BY " } else { " PARTITION BY " });
        push_by(sql, &one.by);
    }
}

/// The setting that `PARTITION ALL BY` needs.
pub(super) const ALL_SETTING: &str = "experimental_enable_implicit_column_partitioning";

/// Whether all indexes are partitioned with the table.
pub(super) fn is_by_all(table: &TableDef) -> bool {
    table.partitions.iter().any(|one| one.all)
}

/// The index that it is of; `None` for the primary one, by whatever name.
fn of<'p>(partitions: &'p PartitioningDef, names: &Names) -> Option<&'p str> {
    partitions.index.filter(|index| *index != names.primary_key)
}

/// Notes what a server without partitions leaves out.
pub(super) fn note(table: &TableDef, notices: &mut Notices) {
    if !table.partitions.is_empty() {
        notices.add(Notice::Partitions, table.name.to_string());
    }
}

fn push_by(sql: &mut String, by: &PartitionBy) {
    sql.push_str(match by.method {
        PartitionMethod::List => "LIST (",
        PartitionMethod::Range => "RANGE (",
    });
    ident::push_list(sql, by.columns.iter().copied());
    sql.push_str(") (");
    for (i, partition) in by.partitions.iter().enumerate() {
        if i > 0 {
            sql.push_str(", ");
        }
        sql.push_str("PARTITION ");
        ident::push_ident(sql, partition.name);
        match partition.values {
            PartitionValues::In(rows) => {
                sql.push_str(" VALUES IN (");
                for (i, row) in rows.iter().enumerate() {
                    if i > 0 {
                        sql.push_str(", ");
                    }
                    if row.len() == 1 {
                        push_values(sql, row);
                    } else {
                        sql.push('(');
                        push_values(sql, row);
                        sql.push(')');
                    }
                }
                sql.push(')');
            }
            PartitionValues::FromTo(from, to) => {
                for (word, values) in [(" VALUES FROM (", from), (" TO (", to)] {
                    sql.push_str(word);
                    push_values(sql, values);
                    sql.push(')');
                }
            }
        }
        if let Some(by) = partition.by {
            sql.push_str(" PARTITION BY ");
            push_by(sql, by);
        }
    }
    sql.push(')');
}

fn push_values(sql: &mut String, values: &[PartitionValue]) {
    for (i, value) in values.iter().enumerate() {
        if i > 0 {
            sql.push_str(", ");
        }
        match value {
            PartitionValue::Text(text) => ident::push_literal(sql, text),
            PartitionValue::Sql(expression) => sql.push_str(expression),
            PartitionValue::Default => sql.push_str("DEFAULT"),
            PartitionValue::Min => sql.push_str("MINVALUE"),
            PartitionValue::Max => sql.push_str("MAXVALUE"),
        }
    }
}

/// Whether there is a partition of that name.
pub(super) fn has(by: &PartitionBy, name: &str) -> bool {
    by.partitions.iter().any(|one| one.name == name || one.by.is_some_and(|by| has(by, name)))
}

/// Source: `CockroachDB`, "PARTITION BY", and `CreatePartitioning` of its source.
pub(super) fn check(table: &TableDef, names: &Names) -> Result<()> {
    for (i, partitions) in table.partitions.iter().enumerate() {
        if table.partitions[..i].iter().any(|other| of(other, names) == of(partitions, names)) {
            return Err(wrong(table, "partitions one index twice: put the partitions together"));
        }
        if partitions.all {
            all_by(table, partitions)?;
            continue;
        }
        let (what, parts, hash) = match of(partitions, names) {
            None => ("its primary key".to_owned(), table.primary_key.parts, table.primary_key.hash),
            Some(name) => {
                let found = names.indexes.iter().position(|index| index == name);
                let Some(at) = found.filter(|at| !table.indexes[*at].without_index) else {
                    return Err(wrong(table, format!("partitions `{name}`, which is no index of it")));
                };
                (format!("index `{name}`"), table.indexes[at].parts, table.indexes[at].hash)
            }
        };
        if hash.is_some() {
            return Err(wrong(
                table,
                format!("partitions {what}, which is hash-sharded: CockroachDB has one or the other"),
            ));
        }
        // An expression is no column, whatever its text is.
        let columns: Vec<&str> =
            parts.iter().take_while(|part| !part.expression).map(|part| part.column).collect();
        by(table, &partitions.by, &what, &columns, &mut Vec::new())?;
    }
    Ok(())
}

/// Source: `PARTITION ALL BY` in `CockroachDB`'s source: its columns are put before those of each index.
fn all_by(table: &TableDef, partitions: &PartitioningDef) -> Result<()> {
    if partitions.index.is_some() || table.partitions.len() > 1 {
        return Err(wrong(table, "partitions all of its indexes, and one of them otherwise: leave one out"));
    }
    if let Some(column) = partitions.by.columns.iter().find(|column| table.column(column).is_none()) {
        return Err(wrong(table, format!("partitions its indexes by `{column}`, which is no column of it")));
    }
    if partitions.by.partitions.iter().any(|one| one.by.is_some()) {
        return Err(wrong(
            table,
            "divides a partition of all indexes again, which CockroachDB does not have: leave it out",
        ));
    }
    by(table, &partitions.by, "all of its indexes", partitions.by.columns, &mut Vec::new())
}

fn by(
    table: &TableDef,
    by: &PartitionBy,
    what: &str,
    left: &[&str],
    taken: &mut Vec<&'static str>,
) -> Result<()> {
    if by.columns.is_empty() || by.partitions.is_empty() {
        return Err(wrong(table, format!("partitions {what} by no columns, or into nothing: leave it out")));
    }
    if !left.starts_with(by.columns) {
        return Err(wrong(
            table,
            format!(
                "partitions {what} by ({}), but at this place it has ({}): an index is partitioned by the columns \
                 that it begins with",
                by.columns.join(", "),
                left.join(", ")
            ),
        ));
    }
    for one in by.partitions {
        check_name(&format!("a partition of table `{}`", table.name), one.name)?;
        if taken.contains(&one.name) {
            return Err(wrong(table, format!("has two partitions of the name `{}` in {what}", one.name)));
        }
        taken.push(one.name);
        let rows: Vec<&[PartitionValue]> = match (by.method, one.values) {
            (PartitionMethod::List, PartitionValues::In(rows)) if !rows.is_empty() => rows.to_vec(),
            (PartitionMethod::Range, PartitionValues::FromTo(from, to)) => vec![from, to],
            (PartitionMethod::List, _) => {
                return Err(wrong(
                    table,
                    format!(
                        "has the partition `{}` without a list of values: use `PartitionDef::list`",
                        one.name
                    ),
                ));
            }
            (PartitionMethod::Range, _) => {
                return Err(wrong(
                    table,
                    format!("has the partition `{}` without a range: use `PartitionDef::range`", one.name),
                ));
            }
        };
        for row in rows {
            // DEFAULT stands for a whole list.
            let whole_default = *row == [PartitionValue::Default] && by.method == PartitionMethod::List;
            if row.len() != by.columns.len() && !whole_default {
                return Err(wrong(
                    table,
                    format!(
                        "has the partition `{}` with {} values for {} columns",
                        one.name,
                        row.len(),
                        by.columns.len()
                    ),
                ));
            }
            for value in row {
                let misplaced = match value {
                    PartitionValue::Default => by.method == PartitionMethod::Range,
                    PartitionValue::Min | PartitionValue::Max => by.method == PartitionMethod::List,
                    _ => false,
                };
                if misplaced {
                    return Err(wrong(
                        table,
                        format!(
                            "has the partition `{}` with a value of the other kind: DEFAULT belongs in a list, \
                             MINVALUE and MAXVALUE in a range",
                            one.name
                        ),
                    ));
                }
                if let PartitionValue::Sql(sql) = value
                    && let Some(why) = not_expression(sql)
                {
                    return Err(wrong(
                        table,
                        format!("has the partition `{}` with SQL that {why}", one.name),
                    ));
                }
                if let PartitionValue::Text(text) = value
                    && text.contains('\0')
                {
                    return Err(wrong(table, format!("has a NUL in the partition `{}`", one.name)));
                }
            }
        }
        if let Some(again) = one.by {
            self::by(table, again, what, &left[by.columns.len()..], taken)?;
        }
    }
    Ok(())
}
