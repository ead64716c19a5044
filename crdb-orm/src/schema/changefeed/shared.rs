//! Changefeeds of a schema: over several tables, over one family of a table, or on a schedule.

use super::check;
use super::mistake::Mistake;
use super::option::InitialScan;
use super::{ChangefeedDef, ChangefeedOption, SinkKind};
use crate::schema::TableDef;
use crate::schema::const_check::{fail, str_eq};

/// A changefeed that is no single table's: it sends the changes of several tables, of one column family of a table, or
/// what a table holds at the times of a schedule.
///
/// ```
/// use crdb_orm::Schema;
/// use crdb_orm::schema::{
///     ChangefeedDef, ChangefeedOption, ChangefeedSchedule, ChangefeedTarget, SchemaChangefeed,
/// };
/// # use crdb_orm::schema::*;
/// # const ORDERS: &TableDef = &TableDef::new(TypeName::new("orders"),
/// #     &[ColumnDef::new("id", ColumnType::Uuid)], PrimaryKeyDef::new(&[KeyPart::asc("id")]));
/// # const USERS: &TableDef = &TableDef::new(TypeName::new("users"),
/// #     &[ColumnDef::new("id", ColumnType::Uuid)], PrimaryKeyDef::new(&[KeyPart::asc("id")]));
///
/// const SHOP: Schema = Schema::new("shop").tables(&[ORDERS, USERS]).changefeeds(&[
///     SchemaChangefeed::new(
///         &[ChangefeedTarget::table(ORDERS), ChangefeedTarget::table(USERS)],
///         ChangefeedDef::new("kafka://broker:9092", &[ChangefeedOption::Updated, ChangefeedOption::Resolved(None)]),
///     ),
///     SchemaChangefeed::new(&[ChangefeedTarget::table(ORDERS)], ChangefeedDef::new("s3://bucket?AUTH=implicit", &[]))
///         .scheduled(ChangefeedSchedule::new("@daily").name("orders_nightly")),
/// ]);
/// # let ddl = SHOP.ddl(crdb_orm::Target::COCKROACHDB).unwrap().to_string();
/// # assert!(ddl.contains("CREATE CHANGEFEED FOR TABLE orders, TABLE users INTO"), "{ddl}");
/// ```
///
/// Source: `CockroachDB`, "CREATE CHANGEFEED", "CREATE SCHEDULE FOR CHANGEFEED".
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct SchemaChangefeed {
    /// What it watches.
    pub targets: &'static [ChangefeedTarget],
    /// Where it sends, what, and how.
    pub feed: ChangefeedDef<'static>,
    /// When it runs, if not always.
    pub schedule: Option<ChangefeedSchedule>,
}

/// A table that a changefeed watches, or one of its column families.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ChangefeedTarget {
    /// The table.
    pub table: &'static TableDef,
    /// The column family; all of them when `None`.
    pub family: Option<&'static str>,
}

/// When a changefeed sends all that its tables hold, again and again: an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChangefeedSchedule {
    /// The name of the schedule, by which it is found and dropped.
    pub name: Option<&'static str>,
    /// When: five fields as in a crontab, or a word such as `@daily`. UTC.
    pub recurring: &'static str,
    /// When for the first time: `now`, or a timestamp; at the next time of `recurring` when `None`.
    pub first_run: Option<&'static str>,
    /// What happens when it fails.
    pub on_execution_failure: Option<OnExecutionFailure>,
    /// What happens when the last one still runs.
    pub on_previous_running: Option<OnPreviousRunning>,
}

/// What a schedule does when its job has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnExecutionFailure {
    /// Tries again at once.
    Retry,
    /// Tries again the next time.
    Reschedule,
    /// Waits until somebody resumes it.
    Pause,
}

/// What a schedule does when its last job is still running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnPreviousRunning {
    /// Starts another one beside it.
    Start,
    /// Leaves this time out.
    Skip,
    /// Waits for it.
    Wait,
}

impl ChangefeedTarget {
    /// A table.
    pub const fn table(table: &'static TableDef) -> Self {
        Self { table, family: None }
    }

    /// One column family of a table.
    pub const fn family(table: &'static TableDef, family: &'static str) -> Self {
        Self { table, family: Some(family) }
    }
}

impl ChangefeedSchedule {
    /// A schedule by five fields as in a crontab, or by a word such as `@daily`.
    ///
    /// # Panics
    /// At compile time, in a const item: it is neither.
    #[track_caller]
    pub const fn new(recurring: &'static str) -> Self {
        if !is_cron(recurring) {
            fail(&["`", recurring, "` is no time of a schedule: write `@daily`, `@hourly` or `30 3 * * *`"]);
        }
        Self { name: None, recurring, first_run: None, on_execution_failure: None, on_previous_running: None }
    }

    /// Names it.
    #[must_use]
    pub const fn name(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }

    /// Sets when it runs for the first time: `now`, or a timestamp.
    #[must_use]
    pub const fn first_run(mut self, when: &'static str) -> Self {
        self.first_run = Some(when);
        self
    }

    /// Sets what happens when it fails.
    #[must_use]
    pub const fn on_execution_failure(mut self, what: OnExecutionFailure) -> Self {
        self.on_execution_failure = Some(what);
        self
    }

    /// Sets what happens when the last one still runs.
    #[must_use]
    pub const fn on_previous_running(mut self, what: OnPreviousRunning) -> Self {
        self.on_previous_running = Some(what);
        self
    }

    /// The options beside the time, by their names in SQL.
    pub(crate) fn options(&self) -> Vec<(&'static str, &'static str)> {
        let failure = self.on_execution_failure.map(|what| match what {
            OnExecutionFailure::Retry => "retry",
            OnExecutionFailure::Reschedule => "reschedule",
            OnExecutionFailure::Pause => "pause",
        });
        let running = self.on_previous_running.map(|what| match what {
            OnPreviousRunning::Start => "start",
            OnPreviousRunning::Skip => "skip",
            OnPreviousRunning::Wait => "wait",
        });
        let all = [
            ("first_run", self.first_run),
            ("on_execution_failure", failure),
            ("on_previous_running", running),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

/// Five fields, or a word. Whether the numbers are in their ranges is the server's to say.
const fn is_cron(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut i, mut fields, mut inside) = (0, 0, false);
    while i < bytes.len() {
        match bytes[i] {
            b' ' => inside = false,
            byte if byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'/' | b',' | b'-' | b'@') => {
                if byte == b'@' && i > 0 {
                    return false;
                }
                if !inside {
                    fields += 1;
                }
                inside = true;
            }
            _ => return false,
        }
        i += 1;
    }
    if bytes.is_empty() {
        return false;
    }
    if bytes[0] == b'@' { fields == 1 && bytes.len() > 1 } else { fields == 5 }
}

impl SchemaChangefeed {
    /// A changefeed over these tables.
    pub const fn new(targets: &'static [ChangefeedTarget], feed: ChangefeedDef<'static>) -> Self {
        Self { targets, feed, schedule: None }
    }

    /// Sends all that the tables hold, at the times of a schedule, and no changes.
    #[must_use]
    pub const fn scheduled(mut self, schedule: ChangefeedSchedule) -> Self {
        self.schedule = Some(schedule);
        self
    }

    /// Refuses what the server would refuse, and what is of no table of the schema.
    #[track_caller]
    pub(in crate::schema) const fn check(&self, tables: &[&TableDef]) {
        if let Some(mistake) = self.mistake() {
            mistake.fail();
        }
        if let Some(why) = self.wrong() {
            fail(&["a changefeed of the schema ", why]);
        }
        let mut i = 0;
        while i < self.targets.len() {
            let target = &self.targets[i];
            let (mut found, mut t) = (false, 0);
            while t < tables.len() {
                found = found
                    || (str_eq(tables[t].name.name, target.table.name.name)
                        && str_eq(tables[t].name.schema_name(), target.table.name.schema_name()));
                t += 1;
            }
            if !found {
                fail(&[
                    "a changefeed of the schema watches `",
                    target.table.name.name,
                    "`, which is not among its tables: add it to `.tables(..)`",
                ]);
            }
            if let Some(family) = target.family
                && !has_family(target.table, family)
            {
                fail(&[
                    "a changefeed of the schema watches the column family `",
                    family,
                    "` of `",
                    target.table.name.name,
                    "`, which is not there",
                ]);
            }
            i += 1;
        }
    }

    /// What the options get wrong, alone and on each table.
    pub(in crate::schema) const fn mistake(&self) -> Option<Mistake<'static>> {
        let mut i = 0;
        while i < self.targets.len() {
            let target = &self.targets[i];
            if let Some(mistake) = check::alone(&self.feed) {
                return Some(mistake);
            }
            if let Some(mistake) = check::on_target(&self.feed, target.table, target.family.is_some()) {
                return Some(mistake);
            }
            if let Some(query) = &self.feed.query
                && let Some(mistake) = query.on_table(target.table)
            {
                return Some(mistake);
            }
            i += 1;
        }
        None
    }

    /// What of the whole makes no sense.
    pub(in crate::schema) const fn wrong(&self) -> Option<&'static str> {
        if self.targets.is_empty() {
            return Some("watches nothing: name its tables");
        }
        let mut i = 0;
        while i < self.targets.len() {
            let mut earlier = 0;
            while earlier < i {
                if same(&self.targets[earlier], &self.targets[i]) {
                    return Some("watches one table twice, or a table and a column family of it");
                }
                earlier += 1;
            }
            i += 1;
        }
        if self.feed.query.is_some() && (self.targets.len() > 1 || self.targets[0].family.is_some()) {
            return Some("has a CDC query, which is over one whole table");
        }
        if self.schedule.is_none() {
            return None;
        }
        if matches!(self.feed.into.kind(), SinkKind::Sinkless) {
            return Some(
                "runs on a schedule and has no sink: a schedule has no session that it could stream to",
            );
        }
        let mut i = 0;
        while i < self.feed.options.len() {
            match &self.feed.options[i] {
                ChangefeedOption::InitialScan(InitialScan::Only) => {}
                ChangefeedOption::InitialScan(_) | ChangefeedOption::Cursor(_) => {
                    return Some(
                        "runs on a schedule, which sends all that is there each time: only `initial_scan = only` goes \
                         with it, and it is understood",
                    );
                }
                _ => {}
            }
            i += 1;
        }
        None
    }
}

const fn same(one: &ChangefeedTarget, other: &ChangefeedTarget) -> bool {
    let tables = str_eq(one.table.name.name, other.table.name.name)
        && str_eq(one.table.name.schema_name(), other.table.name.schema_name());
    let families = match (one.family, other.family) {
        (Some(one), Some(other)) => str_eq(one, other),
        _ => true,
    };
    tables && families
}

/// Whether the table has a family of that name. One that is not given has the name `primary`.
const fn has_family(table: &TableDef, name: &str) -> bool {
    let mut i = 0;
    while i < table.families.len() {
        if str_eq(table.families[i].name, name) {
            return true;
        }
        i += 1;
    }
    str_eq(name, "primary")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_a_schedule_are_known() {
        for text in ["@daily", "@hourly", "30 3 * * *", "*/5 0-4 1,15 * MON"] {
            assert!(is_cron(text), "{text}");
        }
        for text in ["", "@", "daily", "* * * *", "* * * * * *", "@daily'", "a @daily", "0 3 * * *; DROP"] {
            assert!(!is_cron(text), "{text}");
        }
    }
}
