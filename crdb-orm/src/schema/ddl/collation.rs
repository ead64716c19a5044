//! Collations, which `CockroachDB` has by the tags of languages and `PostgreSQL` makes by the library ICU.
//!
//! Source: PostgreSQL, "CREATE COLLATION"; `CockroachDB`, "COLLATE".

use super::super::{TableDef, ident};
use super::{DdlKind, Printer};

/// What `PostgreSQL` has under the names that `CockroachDB` knows, too.
const BUILT_IN: [&str; 4] = ["C", "POSIX", "default", "ucs_basic"];

/// The collations that must be made, in the order in which columns name them first.
fn of(tables: &[&TableDef]) -> Vec<&'static str> {
    let mut found = Vec::new();
    for collation in tables.iter().flat_map(|table| table.columns).filter_map(|column| column.collation) {
        if !found.contains(&collation) && !BUILT_IN.contains(&collation) {
            found.push(collation);
        }
    }
    found
}

/// Makes the collations of tables. Texts that are equal by the rules of the language are equal, as on `CockroachDB`.
pub(super) fn push(out: &mut Printer, tables: &[&TableDef]) {
    if !out.target.is_postgresql() {
        return;
    }
    for name in of(tables) {
        let mut sql = "CREATE COLLATION IF NOT EXISTS ".to_owned();
        ident::push_ident(&mut sql, name);
        sql.push_str(" (provider = icu, locale = ");
        ident::push_literal(&mut sql, name);
        sql.push_str(", deterministic = false)");
        out.push(DdlKind::Collation, sql);
    }
}

pub(super) fn push_drop(out: &mut Printer, tables: &[&TableDef]) {
    if !out.target.is_postgresql() {
        return;
    }
    for name in of(tables).into_iter().rev() {
        let mut sql = "DROP COLLATION IF EXISTS ".to_owned();
        ident::push_ident(&mut sql, name);
        out.push(DdlKind::Collation, sql);
    }
}
