//! Creating a schema in an empty database.

use crate::database::Database;
use crate::error::Result;
use crate::exec::{Class, Handle, Label, Statement};
use crate::query::row::read_all;
use crate::schema::{Ddl, DdlKind, Schema, Target};

impl Database {
    /// What this database can mean of a schema: its dialect, and whether it has the schema's regions.
    ///
    /// A CockroachDB whose nodes have no localities, such as a single node for development, is a target without
    /// regions.
    ///
    /// # Errors
    /// A statement's errors.
    pub async fn target(&self, schema: &Schema) -> Result<Target> {
        if !self.server().is_cockroachdb() {
            return Ok(Target::POSTGRESQL);
        }
        let wanted = schema.region_names();
        if wanted.is_empty() {
            return Ok(Target::COCKROACHDB_SINGLE_REGION);
        }
        let label = Label { verb: "show regions", table: None };
        let statement = Statement {
            sql: "SELECT region::TEXT FROM [SHOW REGIONS FROM CLUSTER]".into(),
            values: Vec::new(),
            class: Class::Read,
            label,
        };
        let regions: Vec<(String,)> = read_all(&Handle::Database(self).rows(&statement).await?, label)?;
        let has = |name: &&str| regions.iter().any(|(region,)| region == name);
        Ok(if wanted.iter().all(has) { Target::COCKROACHDB } else { Target::COCKROACHDB_SINGLE_REGION })
    }

    /// Creates everything that a schema describes in an empty database, and returns what was run.
    ///
    /// Each statement is a transaction of its own, as CockroachDB wants its schema changes. Changefeeds are not
    /// started: their sinks belong to the operator, who runs the statements of [`Schema::ddl`].
    ///
    /// # Errors
    /// The first statement that fails: what was created before it stays. A table that is there already is such
    /// a failure.
    pub async fn create_schema(&self, schema: &Schema) -> Result<Ddl> {
        let target = self.target(schema).await?;
        let ddl = schema.ddl(target)?;
        let s: Vec<_> = ddl.statements().iter().filter(|s| s.kind() != DdlKind::Changefeed).collect();
        self.run_ddl(&s).await?;
        Ok(ddl)
    }
}
