//! Creating a schema in an empty database.

use crate::database::Database;
use crate::error::Result;
use crate::query::Sql;
use crate::schema::{Ddl, DdlKind, DdlStatement, Schema, Target};

impl Database {
    /// What this database can mean of a schema: its dialect, and whether its cluster has the schema's regions.
    ///
    /// A CockroachDB whose nodes have no localities, such as a single node for development, is a target without
    /// regions: localities are then left out, with a notice.
    ///
    /// # Errors
    /// A statement's errors.
    pub async fn target(&self, schema: &Schema) -> Result<Target> {
        if !self.server().is_cockroachdb() {
            return Ok(Target::POSTGRESQL);
        }
        if schema.region_names().is_empty() {
            return Ok(Target::COCKROACHDB_SINGLE_REGION);
        }
        let regions: Vec<(String,)> =
            Sql::trusted("SELECT region::TEXT FROM [SHOW REGIONS FROM CLUSTER]").all(self).await?;
        let has = |name: &&str| regions.iter().any(|(region,)| region == name);
        let all = schema.region_names().iter().all(has);
        Ok(if all { Target::COCKROACHDB } else { Target::COCKROACHDB_SINGLE_REGION })
    }

    /// Creates everything that a schema describes in an empty database, and returns what was printed for it.
    ///
    /// The database is the one that this is connected to, whatever it is called. Each statement is a transaction of its
    /// own, as CockroachDB wants its schema changes. What the server cannot mean is left out and named in the
    /// [notices](Ddl::notices) of the result. Changefeeds are in the result, but are not started: their sinks belong to
    /// the operator.
    ///
    /// ```no_run
    /// # use crdb_orm::prelude::*;
    /// # async fn example(db: Database, shop: Schema) -> crdb_orm::Result<()> {
    /// for notice in db.create_schema(&shop).await?.notices() {
    ///     println!("{notice}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// A schema that cannot be printed ([`Schema::ddl`]). The first statement that fails, with its number and first
    /// line: a table that is there already is such a failure. What was created before it stays.
    pub async fn create_schema(&self, schema: &Schema) -> Result<Ddl> {
        let target = self.target(schema).await?;
        let (database,): (String,) = Sql::trusted("SELECT current_database()::TEXT").one(self).await?;
        let ddl = schema.ddl_in(&database, target)?;
        let run: Vec<&DdlStatement> =
            ddl.statements().iter().filter(|statement| statement.kind() != DdlKind::Changefeed).collect();
        self.run_ddl(&run).await?;
        Ok(ddl)
    }
}
