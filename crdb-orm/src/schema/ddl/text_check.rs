//! Texts that no server can hold.

use super::super::{DefaultValue, TableDef};
use super::check::wrong;
use crate::error::Result;

/// Refuses a NUL in a text: no server takes one.
pub(super) fn check(table: &TableDef) -> Result<()> {
    let text = |what: String, text: Option<&str>| {
        if text.is_some_and(|text| text.contains('\0')) {
            return Err(wrong(table, format!("has a NUL in {what}, which no server can hold: leave it out")));
        }
        Ok(())
    };
    for column in table.columns {
        for (what, value) in [("a default", column.default), ("an ON UPDATE expression", column.on_update)] {
            if let Some(DefaultValue::Text(value)) = value {
                text(format!("{what} of column `{}`", column.name), Some(value))?;
            }
        }
        text(format!("the comment on column `{}`", column.name), column.comment)?;
    }
    for check in table.checks {
        text("the comment on a check".to_owned(), check.comment)?;
    }
    for index in table.indexes {
        text("the comment on an index".to_owned(), index.comment)?;
    }
    text("its comment".to_owned(), table.comment)
}
