//! The order in which tables can be made: a referenced table comes first.

use super::super::{ForeignKeyDef, TableDef, Target};
use super::names::Names;
use crate::error::Result;

/// A table in its place.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) table: &'static TableDef,
    pub(super) names: Names,
    /// Which of its foreign keys must wait, since they refer to a table or an index that comes later.
    pub(super) deferred: Vec<usize>,
}

/// Sorts tables; those that refer to nothing that is missing keep the order given.
///
/// Foreign keys to tables that are not in the list are no concern of this function.
pub(super) fn plan(tables: &[&'static TableDef], target: Target) -> Result<Vec<Planned>> {
    let references: Vec<Vec<usize>> = (0..tables.len()).map(|from| references(tables, from)).collect();
    let mut left: Vec<usize> = (0..tables.len()).collect();
    let mut planned = Vec::with_capacity(tables.len());
    while !left.is_empty() {
        let ready =
            left.iter().position(|&table| references[table].iter().all(|other| !left.contains(other)));
        // Where none is ready there is a cycle: one of its tables goes first, and its keys follow later.
        let next = ready.or_else(|| left.iter().position(|&table| reaches_itself(&references, &left, table)));
        let table = tables[left.remove(next.unwrap_or(0))];
        let waits = |other: &&'static TableDef| left.iter().any(|&i| tables[i].name.is_same(&other.name));
        let deferred = table.foreign_keys.iter().enumerate().filter(|(_, key)| {
            let other = tables.iter().find(|other| other.name.is_same(&key.references));
            other.is_some_and(|other| waits(other) || waits_for_an_index(key, other, target))
        });
        planned.push(Planned {
            table,
            names: Names::of(table)?,
            deferred: deferred.map(|(i, _)| i).collect(),
        });
    }
    Ok(planned)
}

/// Whether a foreign key refers to a unique index that is no constraint: `PostgreSQL` makes it after the tables.
pub(super) fn waits_for_an_index(key: &ForeignKeyDef, other: &TableDef, target: Target) -> bool {
    target.is_postgresql() && !other.is_constrained_key(key.referenced)
}

/// The other tables that a table refers to.
fn references(tables: &[&TableDef], from: usize) -> Vec<usize> {
    let keys = tables[from].foreign_keys.iter();
    let found = keys.filter_map(|key| tables.iter().position(|table| table.name.is_same(&key.references)));
    found.filter(|&to| to != from).collect()
}

fn reaches_itself(references: &[Vec<usize>], left: &[usize], table: usize) -> bool {
    let mut seen = vec![false; references.len()];
    let mut open = vec![table];
    while let Some(from) = open.pop() {
        for &to in references[from].iter().filter(|to| left.contains(to)) {
            if to == table {
                return true;
            }
            if !seen[to] {
                seen[to] = true;
                open.push(to);
            }
        }
    }
    false
}
