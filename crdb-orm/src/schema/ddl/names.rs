//! The names of a table's constraints and indexes, by the servers' own convention where none is given.

use std::collections::HashSet;

use super::super::{IndexDef, TableDef};
use crate::error::{Error, Result};

/// How many bytes of a name `PostgreSQL` keeps; it cuts longer ones without an error. `CockroachDB` keeps 128.
const LIMIT: usize = 63;

/// The names of a table's keys, constraints and indexes, in the order of their definitions.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) primary_key: String,
    /// One a column; empty for a column that is not unique.
    pub(super) uniques: Vec<String>,
    pub(super) foreign_keys: Vec<String>,
    pub(super) checks: Vec<String>,
    pub(super) indexes: Vec<String>,
}

impl Names {
    /// Chooses the names: the given ones, and generated ones that differ from all of them.
    ///
    /// A generated name that is too long is cut, and ends with a hash of the whole: the same one each time.
    pub(super) fn of(table: &TableDef) -> Result<Self> {
        let stem = table.name.name;
        let (mut relations, mut constraints) = (HashSet::new(), HashSet::new());
        for name in table.indexes.iter().filter_map(|index| index.name) {
            check_name(&format!("an index of table `{}`", table.name), name)?;
            if !relations.insert(name.to_owned()) {
                return Err(Error::schema(format!(
                    "table `{}` has two indexes of the name `{name}`: rename one",
                    table.name
                )));
            }
        }
        let named = table.indexes.iter().filter(|index| index.constraint).filter_map(|index| index.name);
        constraints.extend(named.map(str::to_owned));
        let keys = table.foreign_keys.iter().filter_map(|key| Some(("a foreign key", key.name?)));
        let checks = table.checks.iter().filter_map(|check| Some(("a check", check.name?)));
        for (what, name) in keys.chain(checks) {
            check_name(&format!("{what} of table `{}`", table.name), name)?;
            if !constraints.insert(name.to_owned()) {
                return Err(Error::schema(format!(
                    "table `{}` has two constraints of the name `{name}`: rename one",
                    table.name
                )));
            }
        }
        if let Some(name) = table.primary_key.name {
            check_name(&format!("the primary key of table `{}`", table.name), name)?;
            if !relations.insert(name.to_owned()) || !constraints.insert(name.to_owned()) {
                return Err(Error::schema(format!(
                    "the primary key of table `{}` and another key or constraint have the name `{name}`: rename one",
                    table.name
                )));
            }
        }
        // A key or UNIQUE constraint is a constraint and an index: its name is taken in both.
        let mut both = |suffix: &str| {
            let name = choose(stem, suffix, |name| !relations.contains(name) && !constraints.contains(name));
            relations.insert(name.clone());
            constraints.insert(name.clone());
            name
        };
        let primary_key = table.primary_key.name.map_or_else(|| both("_pkey"), str::to_owned);
        let uniques = table
            .columns
            .iter()
            .map(|column| if column.unique { both(&format!("_{}_key", column.name)) } else { String::new() });
        let uniques = uniques.collect();
        let mut constraint = |suffix: &str| {
            let name = choose(stem, suffix, |name| !constraints.contains(name));
            constraints.insert(name.clone());
            name
        };
        let foreign_keys = table.foreign_keys.iter();
        let foreign_keys = foreign_keys
            .map(|key| match key.name {
                Some(name) => name.to_owned(),
                None => constraint(&format!("_{}_fkey", key.columns.join("_"))),
            })
            .collect();
        let checks = table.checks.iter();
        let checks =
            checks.map(|check| check.name.map_or_else(|| constraint("_check"), str::to_owned)).collect();
        let indexes = table.indexes.iter().map(|index| {
            if let Some(name) = index.name {
                return name.to_owned();
            }
            let suffix = format!("_{}_{}", terms(index), if index.unique { "key" } else { "idx" });
            let name = choose(stem, &suffix, |name| {
                !(relations.contains(name) || (index.constraint && constraints.contains(name)))
            });
            relations.insert(name.clone());
            if index.constraint {
                constraints.insert(name.clone());
            }
            name
        });
        let indexes = indexes.collect();
        Ok(Self { primary_key, uniques, foreign_keys, checks, indexes })
    }

    /// The names of what is a relation of its own on `PostgreSQL`.
    pub(super) fn relations(&self) -> impl Iterator<Item = &str> {
        let uniques = self.uniques.iter().filter(|name| !name.is_empty());
        std::iter::once(&self.primary_key).chain(uniques).chain(&self.indexes).map(String::as_str)
    }
}

/// What an index is over, as both servers put it into a name: an expression is `expr`, the next ones are numbered.
fn terms(index: &IndexDef) -> String {
    let mut expressions = 0;
    let terms = index.parts.iter().map(|part| {
        if !part.expression {
            return part.column.to_owned();
        }
        expressions += 1;
        if expressions == 1 { "expr".to_owned() } else { format!("expr{}", expressions - 1) }
    });
    terms.collect::<Vec<_>>().join("_")
}

/// Refuses a name that a server cannot hold, or would cut.
pub(super) fn check_name(what: &str, name: &str) -> Result<()> {
    if name.is_empty() {
        return Err(Error::schema(format!("the name of {what} is empty: give it one")));
    }
    if name.contains('\0') {
        return Err(Error::schema(format!(
            "the name of {what}, `{}`, has a NUL character, which no server can hold: leave it out",
            name.escape_debug()
        )));
    }
    if name.len() > LIMIT {
        return Err(Error::schema(format!(
            "the name of {what}, `{name}`, has {} bytes, more than the {LIMIT} that PostgreSQL keeps: shorten it",
            name.len()
        )));
    }
    Ok(())
}

/// The first name of `stem` and `suffix`, numbered if need be, that is free.
fn choose(stem: &str, suffix: &str, free: impl Fn(&str) -> bool) -> String {
    let first = shorten(format!("{stem}{suffix}"));
    if free(&first) {
        return first;
    }
    let mut number = 1_u64;
    loop {
        let name = shorten(format!("{stem}{suffix}{number}"));
        if free(&name) {
            return name;
        }
        number += 1;
    }
}

fn shorten(name: String) -> String {
    if name.len() <= LIMIT {
        return name;
    }
    let mut end = LIMIT - 9;
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}_{:08x}", &name[..end], fnv1a(name.as_bytes()))
}

/// FNV-1a: small, and the same on every machine and in every version, as a name must be.
fn fnv1a(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_long_generated_name_is_cut_the_same_way_each_time() {
        let name = choose(&"t".repeat(60), "_user_id_fkey", |_| true);
        assert_eq!(name, format!("{}_{}", "t".repeat(54), "a6817dd1"));
    }

    #[test]
    fn a_taken_name_is_numbered() {
        assert_eq!(choose("t", "_check", |name| name != "t_check" && name != "t_check1"), "t_check2");
    }

    proptest! {
        #[test]
        fn a_generated_name_fits(stem in "\\PC{1,63}", suffix in "\\PC{0,63}") {
            prop_assert!(check_name("x", &choose(&stem, &suffix, |_| true)).is_ok());
        }
    }
}
