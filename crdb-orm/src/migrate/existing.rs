//! What is in a database already.

use crate::database::Database;
use crate::error::{Error, Result};
use crate::exec::{Class, Expects, Handle, Label, Statement};
use crate::query::{FromRow, read_all};
use crate::schema::{Schema, Target, TypeName};

/// How many names an error lists at most.
const LISTED: usize = 8;

/// What the library itself asks a database, to run it again after a lost answer.
pub(super) async fn ask<R: FromRow>(db: &Database, verb: &'static str, sql: String) -> Result<Vec<R>> {
    let label = Label { verb, table: None };
    let statement = Statement {
        sql: sql.into(),
        values: Vec::new(),
        locking: None,
        class: Class::Read,
        label,
        expects: Expects::Any,
    };
    Handle::Database(db).read(&statement, |rows| read_all(rows, label)).await
}

/// The relations, enums and SQL schemas of the connected database.
pub(super) struct Existing {
    /// The database's name.
    pub(super) database: String,
    /// The SQL schema that a name without one is made in.
    schema: String,
    /// Kind, SQL schema and name.
    things: Vec<(String, String, String)>,
}

/// Indexes are left out: on CockroachDB each table has its own names for them.
const THINGS: &str = "\
    SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'view' WHEN 'S' THEN 'sequence' ELSE 'table' END::TEXT, \
    n.nspname::TEXT, c.relname::TEXT \
    FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
    WHERE c.relkind IN ('r', 'p', 'f', 'c', 'v', 'm', 'S') \
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'crdb_internal', 'pg_extension', 'pg_toast') \
    UNION ALL SELECT 'type'::TEXT, n.nspname::TEXT, t.typname::TEXT \
    FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace \
    WHERE t.typtype = 'e' \
    UNION ALL SELECT 'SQL schema'::TEXT, n.nspname::TEXT, ''::TEXT FROM pg_catalog.pg_namespace AS n \
    ORDER BY 1, 2, 3";

impl Existing {
    pub(super) async fn of(db: &Database) -> Result<Self> {
        let place = "SELECT current_database()::TEXT, COALESCE(current_schema()::TEXT, 'public')";
        let place: Vec<(String, String)> = ask(db, "look for the database", place.to_owned()).await?;
        let things = ask(db, "look for tables", THINGS.to_owned()).await?;
        let none = || Error::schema("the server did not say which database this is");
        let (database, schema) = place.into_iter().next().ok_or_else(none)?;
        Ok(Self { database, schema, things })
    }

    /// Refuses a schema of which something is there, and regions for a database that has other tables.
    pub(super) fn refuse(&self, schema: &Schema, target: Target, sets_regions: bool) -> Result<()> {
        let mut taken = self.taken(schema, target)?;
        if !taken.is_empty() {
            taken.dedup();
            return Err(Error::schema(format!(
                "database `{}` has something of schema `{}` already: {}; nothing was changed",
                self.database,
                schema.name(),
                list(&taken)
            ))
            .with_advice(
                "connect to a database that has none of it, or drop it first (`Schema::drop_ddl` prints how)",
            ));
        }
        let tables: Vec<String> =
            self.things.iter().filter(|(kind, ..)| kind == "table").map(describe).collect();
        if sets_regions && !tables.is_empty() {
            return Err(Error::schema(format!(
                "database `{}` is not empty: the regions of schema `{}` would move its other tables: {}; \
                 nothing was changed",
                self.database,
                schema.name(),
                list(&tables)
            ))
            .with_advice("use an empty database, or give this one its regions first (ALTER DATABASE)"));
        }
        Ok(())
    }

    /// What is there of that which the schema would make. Tables and types share their names.
    fn taken(&self, schema: &Schema, target: Target) -> Result<Vec<String>> {
        let types = schema.type_names(target)?;
        let names = schema.table_defs().iter().map(|table| table.name).chain(types);
        let others = schema.other_relations(target);
        let others =
            others.iter().map(|(schema, name)| (schema.as_deref().unwrap_or(&self.schema), name.as_str()));
        let names = names.map(|name: TypeName| (name.schema.unwrap_or(&self.schema), name.name));
        let wanted: Vec<(&str, &str)> = names.chain(others).collect();
        let schemas = schema.sql_schemas_needed();
        let in_the_way = |(kind, schema, name): &&(String, String, String)| match kind.as_str() {
            "SQL schema" => schemas.contains(&schema.as_str()),
            _ => wanted.contains(&(schema.as_str(), name.as_str())),
        };
        Ok(self.things.iter().filter(in_the_way).map(describe).collect())
    }
}

fn describe((kind, schema, name): &(String, String, String)) -> String {
    match (kind.as_str(), schema.as_str()) {
        ("SQL schema", _) => format!("{kind} `{schema}`"),
        (_, "public") => format!("{kind} `{name}`"),
        _ => format!("{kind} `{schema}.{name}`"),
    }
}

fn list(names: &[String]) -> String {
    let listed = &names[..names.len().min(LISTED)];
    match names.len() - listed.len() {
        0 => listed.join(", "),
        more => format!("{} and {more} more", listed.join(", ")),
    }
}
