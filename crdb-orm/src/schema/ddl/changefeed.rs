//! `CREATE CHANGEFEED`.
//!
//! Source: `CockroachDB`, "CREATE CHANGEFEED".

use super::super::{
    ChangefeedDef, Feature, Schema, SchemaChangefeed, SinkKind, TableDef, Target, feature, ident,
};
use super::check::too_old;
use super::names::check_name;
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

/// The changefeeds of the schema: over several tables, over one family, or on a schedule.
pub(super) fn push_shared(out: &mut Printer, schema: &Schema) {
    for shared in schema.changefeed_defs() {
        if out.target.is_postgresql() {
            out.notices.add(Notice::Changefeed, tables(shared));
        } else if shared.feed.into.kind() == SinkKind::Sinkless {
            out.notices.add(Notice::SinklessChangefeed, tables(shared));
        } else {
            out.statements.push(DdlStatement::with_secrets(
                DdlKind::Changefeed,
                print_shared(shared, true),
                print_shared(shared, false),
            ));
        }
    }
}

/// The tables only: the sink's URI may hold credentials.
fn tables(shared: &SchemaChangefeed) -> String {
    shared.targets.iter().map(|target| target.table.name.to_string()).collect::<Vec<_>>().join(" and ")
}

fn print_shared(shared: &SchemaChangefeed, secrets: bool) -> String {
    let mut sql = match &shared.schedule {
        None => "CREATE CHANGEFEED".to_owned(),
        Some(schedule) => {
            let mut sql = "CREATE SCHEDULE".to_owned();
            if let Some(name) = schedule.name {
                sql.push(' ');
                ident::push_literal(&mut sql, name);
            }
            sql.push_str(" FOR CHANGEFEED");
            sql
        }
    };
    if shared.feed.query.is_none() {
        // A schedule has no FOR of its own before its tables.
        sql.push_str(if shared.schedule.is_some() { " " } else { " FOR " });
        for (i, target) in shared.targets.iter().enumerate() {
            sql.push_str(if i == 0 { "TABLE " } else { ", TABLE " });
            ident::push_name(&mut sql, &target.table.name);
            if let Some(family) = target.family {
                sql.push_str(" FAMILY ");
                ident::push_ident(&mut sql, family);
            }
        }
    }
    let table = shared.targets.first().map(|target| target.table);
    push_rest(&mut sql, &shared.feed, table, secrets);
    if let Some(schedule) = &shared.schedule {
        sql.push_str(" RECURRING ");
        ident::push_literal(&mut sql, schedule.recurring);
        for (i, (name, value)) in schedule.options().into_iter().enumerate() {
            sql.push_str(if i == 0 { " WITH SCHEDULE OPTIONS " } else { ", " });
            sql.push_str(name);
            sql.push_str(" = ");
            ident::push_literal(&mut sql, value);
        }
    }
    sql
}

/// Drops the schedules that have a name, and notes what ends otherwise.
pub(super) fn push_drop_schedules(out: &mut Printer, schema: &Schema) {
    if out.target.is_postgresql() {
        return;
    }
    for shared in schema.changefeed_defs() {
        if let Some(name) = shared.schedule.and_then(|schedule| schedule.name) {
            let mut sql =
                "DROP SCHEDULES WITH x AS (SHOW SCHEDULES) SELECT id FROM x WHERE label = ".to_owned();
            ident::push_literal(&mut sql, name);
            out.push(DdlKind::Changefeed, sql);
        } else if shared.schedule.is_some() {
            out.notices.add(Notice::Schedules, tables(shared));
        } else if shared.feed.into.kind() != SinkKind::Sinkless {
            out.notices.add(Notice::ChangefeedJobs, tables(shared));
        }
    }
}

/// What the changefeeds of the schema must be to be printed.
pub(super) fn check_shared(schema: &Schema, target: Target) -> Result<()> {
    let mut names: Vec<&str> = Vec::new();
    for shared in schema.changefeed_defs() {
        let what = format!("a changefeed of {}", tables(shared));
        let wrong = |why: &str| Error::schema(format!("{what} {why}"));
        if let Some(mistake) = shared.mistake() {
            return Err(Error::schema(format!("{what}: {}", mistake.error())));
        }
        if let Some(why) = shared.wrong() {
            return Err(wrong(why));
        }
        for one in shared.targets {
            if !schema.table_defs().iter().any(|table| table.name.is_same(&one.table.name)) {
                return Err(wrong("watches a table that is not in the schema: add it to `.tables(..)`"));
            }
            if let Some(family) = one.family {
                check_name("a column family", family)?;
            }
        }
        let mut features = feature::of_changefeed(&shared.feed);
        if let Some(schedule) = &shared.schedule {
            features.push(Feature::ChangefeedSchedule);
            let texts = [schedule.name, schedule.first_run];
            if texts.iter().flatten().any(|text| text.is_empty() || text.contains('\0')) {
                return Err(wrong("has a schedule with a text that is empty or has a NUL"));
            }
            if let Some(name) = schedule.name {
                if names.contains(&name) {
                    return Err(wrong("has the name of another one's schedule: rename one"));
                }
                names.push(name);
            }
        }
        too_old(&what, &features, target)?;
    }
    Ok(())
}

impl SchemaChangefeed {
    /// The statement that starts it.
    ///
    /// It holds the credentials of the sink; its `Debug` does not.
    ///
    /// # Errors
    /// The changefeed does not fit its tables, or the target is too old for it, or is no `CockroachDB`.
    pub fn statement(&self, target: Target) -> Result<DdlStatement> {
        let what = format!("a changefeed of {}", tables(self));
        if let Some(mistake) = self.mistake() {
            return Err(Error::schema(format!("{what}: {}", mistake.error())));
        }
        if let Some(why) = self.wrong() {
            return Err(Error::schema(format!("{what} {why}")));
        }
        if target.is_postgresql() {
            return Err(Error::schema(format!("{what}: PostgreSQL has no changefeeds")));
        }
        too_old(&what, &feature::of_changefeed(&self.feed), target)?;
        Ok(DdlStatement::with_secrets(
            DdlKind::Changefeed,
            print_shared(self, true),
            print_shared(self, false),
        ))
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
    push_rest(&mut sql, feed, Some(table), secrets);
    sql
}

/// Writes the sink, the options and the query.
fn push_rest(sql: &mut String, feed: &ChangefeedDef<'_>, table: Option<&TableDef>, secrets: bool) {
    if feed.into.kind() != SinkKind::Sinkless {
        sql.push_str(" INTO ");
        feed.into.push_literal(sql, secrets);
    }
    for (i, option) in feed.options.iter().enumerate() {
        sql.push_str(if i == 0 { " WITH " } else { ", " });
        option.push(sql, secrets);
    }
    if let (Some(query), Some(table)) = (&feed.query, table) {
        sql.push_str(" AS SELECT ");
        sql.push_str(query.projection);
        sql.push_str(" FROM ");
        ident::push_name(sql, &table.name);
        if let Some(filter) = query.filter {
            sql.push_str(" WHERE ");
            sql.push_str(filter);
        }
    }
}
