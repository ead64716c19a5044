//! `CREATE CHANGEFEED`.
//!
//! Source: `CockroachDB`, "CREATE CHANGEFEED".

use super::super::{ChangefeedDef, SinkKind, TableDef, Target, feature, ident};
use super::notices::Notice;
use super::{DdlKind, DdlStatement, Printer};
use crate::error::{Error, Result};

pub(super) fn push(out: &mut Printer, table: &TableDef) {
    if out.target.is_postgresql() {
        if !table.changefeeds.is_empty() {
            // The table only: the sink's URI may hold credentials.
            out.notices.add(Notice::Changefeed, table.name.to_string());
        }
        return;
    }
    for feed in table.changefeeds {
        if feed.into.kind() == SinkKind::Sinkless {
            out.notices.add(Notice::SinklessChangefeed, table.name.to_string());
        } else {
            out.statements.push(statement(feed, table));
        }
    }
}

/// Whether the table has changefeeds that run as jobs.
pub(super) fn has_jobs(table: &TableDef) -> bool {
    table.changefeeds.iter().any(|feed| feed.into.kind() != SinkKind::Sinkless)
}

/// What a changefeed must be to be printed.
pub(super) fn check(table: &TableDef) -> Result<()> {
    for feed in table.changefeeds {
        feed.check(table)
            .map_err(|error| Error::schema(format!("a changefeed of table `{}`: {error}", table.name)))?;
    }
    Ok(())
}

impl ChangefeedDef<'_> {
    /// The statement that starts it on a table.
    ///
    /// It holds the credentials of the sink; its `Debug` does not.
    ///
    /// # Errors
    /// The changefeed does not fit the table, or the target is too old for it, or is no `CockroachDB`.
    pub fn statement(&self, table: &TableDef, target: Target) -> Result<DdlStatement> {
        let wrong = |why: String| Error::schema(format!("a changefeed of table `{}`: {why}", table.name));
        self.check(table).map_err(|error| wrong(error.to_string()))?;
        if target.is_postgresql() {
            return Err(wrong("PostgreSQL has no changefeeds".to_owned()));
        }
        if let Some(feature) = feature::of_changefeed(self).into_iter().find(|feature| !target.has(*feature))
        {
            let (major, minor) = feature.since();
            return Err(wrong(format!(
                "it uses {}, which needs CockroachDB {major}.{minor} or later, but the target is {target}: leave it \
                 out, or upgrade the cluster",
                feature.name()
            )));
        }
        Ok(statement(self, table))
    }
}

fn statement(feed: &ChangefeedDef<'_>, table: &TableDef) -> DdlStatement {
    DdlStatement::with_secrets(DdlKind::Changefeed, print(feed, table, true), print(feed, table, false))
}

fn print(feed: &ChangefeedDef<'_>, table: &TableDef, secrets: bool) -> String {
    let mut sql = "CREATE CHANGEFEED".to_owned();
    if feed.query.is_none() {
        sql.push_str(" FOR TABLE ");
        ident::push_name(&mut sql, &table.name);
    }
    if feed.into.kind() != SinkKind::Sinkless {
        sql.push_str(" INTO ");
        feed.into.push_literal(&mut sql, secrets);
    }
    for (i, option) in feed.options.iter().enumerate() {
        sql.push_str(if i == 0 { " WITH " } else { ", " });
        option.push(&mut sql, secrets);
    }
    if let Some(query) = &feed.query {
        sql.push_str(" AS SELECT ");
        sql.push_str(query.projection);
        sql.push_str(" FROM ");
        ident::push_name(&mut sql, &table.name);
        if let Some(filter) = query.filter {
            sql.push_str(" WHERE ");
            sql.push_str(filter);
        }
    }
    sql
}
