//! Creating a schema in a database that has none of it.

use super::created::CreatedSchema;
use super::existing::Existing;
use super::regions::{self, DatabaseRegions};
use crate::conn::Version;
use crate::database::Database;
use crate::error::{Error, Result};
use crate::schema::{DdlKind, DdlStatement, Dialect, Schema, Target};
use crate::txn::single;

impl Database {
    /// What this database can mean of a schema: its dialect, and whether the schema's regions are there.
    ///
    /// A CockroachDB whose nodes are not in all of these regions, such as a single node for development, is a
    /// target without regions.
    ///
    /// # Errors
    /// A statement's errors.
    pub async fn target(&self, schema: &Schema) -> Result<Target> {
        self.target_and_lack(schema).await.map(|(target, _)| target)
    }

    /// The target, and why it has no regions where the cluster has some, only not all.
    async fn target_and_lack(&self, schema: &Schema) -> Result<(Target, Option<String>)> {
        if !self.server().is_cockroachdb() {
            return Ok((Target::POSTGRESQL, None));
        }
        if schema.region_names().is_empty() {
            return Ok((self.at_version(Target::COCKROACHDB_SINGLE_REGION), None));
        }
        let cluster = regions::of_cluster(self).await?;
        let missing = regions::missing(schema, &cluster);
        if missing.is_empty() {
            return Ok((self.at_version(Target::COCKROACHDB), None));
        }
        let lack = (!cluster.is_empty()).then(|| {
            format!(
                "the cluster has the regions {}, but not {}, so the schema is made without regions",
                cluster.join(", "),
                missing.join(", ")
            )
        });
        Ok((self.at_version(Target::COCKROACHDB_SINGLE_REGION), lack))
    }

    /// What the server's version does not have is then refused before anything is created.
    fn at_version(&self, target: Target) -> Target {
        match self.server().version() {
            Version { major: 0, .. } => target,
            Version { major, minor } => target.at_version(major, minor),
        }
    }

    /// Creates everything that a schema describes in a database that has none of it.
    ///
    /// The database is the one that is connected, whatever the schema's name: several databases may hold the same
    /// schema. What this server does not have is left out and named in the
    /// [notices](CreatedSchema::notices). Changefeeds are not started, since their sinks belong to the operator:
    /// [their statements](CreatedSchema::changefeeds) are returned.
    ///
    /// PostgreSQL makes all or nothing. On CockroachDB each statement is a transaction of its own, as its schema
    /// changes want it: what was made before a statement that fails stays. A database that has the schema's regions
    /// already keeps them.
    ///
    /// Source: CockroachDB, "Online schema changes", "Limitations of schema changes within transactions".
    ///
    /// ```no_run
    /// # use crdb_orm::{Database, Result, Schema};
    /// # async fn example(shop: Schema) -> Result<()> {
    /// let db = Database::connect("postgresql://root@localhost:26257/shop_test?sslmode=disable").await?;
    /// println!("{}", db.create_schema(&shop).await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Before anything is changed (`is_schema`): the schema cannot be printed, see [`Schema::ddl`]; a table, a type or
    /// an SQL schema of it is there; the database has other regions; it would get regions and has tables of something
    /// else. Later, the error of the first statement that fails, which says what has become of those before it.
    pub async fn create_schema(&self, schema: &Schema) -> Result<CreatedSchema> {
        let (target, lack) = self.target_and_lack(schema).await?;
        let existing = Existing::of(self).await?;
        let database = existing.database.clone();
        let ddl = schema.ddl_in(&database, target)?;

        let has_regions =
            if self.server().is_cockroachdb() { DatabaseRegions::of(self, &database).await? } else { None };
        if let Some(there) = &has_regions {
            there.check(&database, schema)?;
        }
        let sets_regions = target.is_multi_region() && has_regions.is_none();
        existing.refuse(schema, target, sets_regions)?;

        let mut notices: Vec<String> = lack.into_iter().chain(ddl.notices().iter().cloned()).collect();
        let (changefeeds, mut statements): (Vec<DdlStatement>, Vec<_>) =
            ddl.statements().iter().cloned().partition(|one| one.kind() == DdlKind::Changefeed);
        if has_regions.is_some() {
            statements.retain(|one| one.kind() != DdlKind::Database);
        }
        if !changefeeds.is_empty() {
            let tables: Vec<String> = schema
                .table_defs()
                .iter()
                .filter(|table| {
                    let mut targets = schema.changefeed_defs().iter().flat_map(|feed| feed.targets);
                    !table.changefeeds.is_empty() || targets.any(|target| target.table.name == table.name)
                })
                .map(|table| table.name.to_string())
                .collect();
            notices.push(format!("changefeeds are left to an operator to start: {}", tables.join(", ")));
        }

        if target.dialect() == Dialect::PostgreSql {
            self.create_at_once(schema, &statements).await?;
        } else {
            self.create_one_by_one(schema, &statements).await?;
        }
        Ok(CreatedSchema {
            schema: schema.name(),
            database,
            target,
            statements: statements.len(),
            notices,
            changefeeds,
        })
    }

    async fn create_one_by_one(&self, schema: &Schema, statements: &[DdlStatement]) -> Result<()> {
        for (done, statement) in statements.iter().enumerate() {
            let what_of_others = match done {
                0 => "nothing was created".to_owned(),
                1 => "the one before it stays".to_owned(),
                _ => format!("the {done} before it stay"),
            };
            single::run_text_with(self.pool(), self.policy(), statement.session_setting(), statement.sql())
                .await
                .map_err(|error| explain(error, schema, statements, done, &what_of_others))?;
        }
        Ok(())
    }

    /// Sent as one text, the statements are one transaction of PostgreSQL's.
    ///
    /// <https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-MULTI-STATEMENT>
    async fn create_at_once(&self, schema: &Schema, statements: &[DdlStatement]) -> Result<()> {
        if statements.is_empty() {
            return Ok(());
        }
        let script = statements.iter().map(DdlStatement::sql).collect::<Vec<_>>().join(BETWEEN);
        let (done, result) = single::run_script(self.pool(), self.policy(), &script).await;
        result.map_err(|error| {
            let what_of_others =
                if error.is_outcome_unknown() { "all or nothing was created" } else { "nothing was created" };
            explain(error, schema, statements, done, what_of_others)
        })
    }
}

/// What stands between two statements of a script.
const BETWEEN: &str = ";\n";

/// The statement at a position of the script, in characters from 1 on.
fn statement_at(statements: &[DdlStatement], position: usize) -> usize {
    let mut end = 0;
    let at = statements.iter().position(|statement| {
        end += statement.sql().chars().count() + BETWEEN.len();
        position <= end
    });
    at.unwrap_or(statements.len().saturating_sub(1))
}

/// Says which statement failed, by its first line, and what has become of those before it.
fn explain(
    error: Error,
    schema: &Schema,
    statements: &[DdlStatement],
    done: usize,
    what_of_others: &str,
) -> Error {
    // PostgreSQL reads the whole text before it runs the first statement, and says where in it the mistake is.
    let misread = error.sqlstate() == Some("42601") && done == 0;
    let at = match error.position().filter(|_| misread) {
        Some(position) => statement_at(statements, position),
        None => done,
    };
    if misread && error.position().is_none() && statements.len() > 1 {
        return error.with_context(format!("schema `{}` was not created, {what_of_others}", schema.name()));
    }
    let advice = match error.sqlstate() {
        Some("42601") => {
            Some("read the texts of SQL in the struct: of a check, a filter, a default or a computed column")
        }
        Some("42703") => Some(
            "a check, a filter, a default or a computed column of it names a column that its table does not have",
        ),
        Some("42P01") => {
            Some("every table that is referred to is one of the schema's `.tables(..)`, or is there before")
        }
        _ => None,
    };
    let error = match advice {
        Some(advice) => error.with_advice(advice),
        None => error,
    };
    let sql = statements.get(at).map_or("", DdlStatement::sql);
    let line: String = sql.lines().next().unwrap_or_default().chars().take(80).collect();
    error.with_context(format!(
        "schema `{}` was not created, {what_of_others}: statement {} of {} (`{line}`) failed",
        schema.name(),
        at + 1,
        statements.len()
    ))
}
