//! What SQL that a table is written with must be to be printed: one expression, which stays in its place.

use super::super::sql_text::{not_expression, not_one};
use super::super::{DefaultValue, TableDef, TtlExpiry};
use super::check::wrong;
use crate::error::Result;

/// Refuses SQL that would end early, hide what follows, or be two things, and texts that no server can hold.
pub(super) fn check(table: &TableDef) -> Result<()> {
    let refused = |what: String, why: Option<&str>| match why {
        Some(why) => Err(wrong(table, format!("has {what} that {why}"))),
        None => Ok(()),
    };
    // No server takes a NUL in a text.
    let text = |what: String, text: &str| {
        if text.contains('\0') {
            return Err(wrong(table, format!("has a NUL in {what}, which no server can hold: leave it out")));
        }
        Ok(())
    };
    for column in table.columns {
        for (what, value) in [("a default", column.default), ("an ON UPDATE expression", column.on_update)] {
            let what = format!("{what} of column `{}`", column.name);
            match value {
                // Neither stands in parentheses.
                Some(DefaultValue::Sql(sql)) => refused(what, not_expression(sql))?,
                Some(DefaultValue::Text(value)) => text(what, value)?,
                None => {}
            }
        }
        if let Some(computed) = column.computed {
            refused(format!("an expression of column `{}`", column.name), not_one(computed.expression))?;
        }
        if let Some(comment) = column.comment {
            text(format!("the comment on column `{}`", column.name), comment)?;
        }
    }
    for check in table.checks {
        refused("a check".to_owned(), not_one(check.expression))?;
        if let Some(comment) = check.comment {
            text("the comment on a check".to_owned(), comment)?;
        }
    }
    for index in table.indexes {
        for part in index.parts.iter().filter(|part| part.expression) {
            refused("an index over an expression".to_owned(), not_one(part.column))?;
        }
        if let Some(filter) = index.filter {
            refused("an index with a predicate".to_owned(), not_expression(filter))?;
        }
        if let Some(comment) = index.comment {
            text("the comment on an index".to_owned(), comment)?;
        }
    }
    if let Some(TtlExpiry::At(sql)) = table.ttl.map(|ttl| ttl.expiry) {
        refused("an expiry".to_owned(), not_one(sql))?;
    }
    match table.comment {
        Some(comment) => text("its comment".to_owned(), comment),
        None => Ok(()),
    }
}
