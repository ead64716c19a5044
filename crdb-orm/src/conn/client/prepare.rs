//! Statements as they can be sent: what can be known to be wrong with them, and those that are prepared.

use std::borrow::Cow;
use std::sync::atomic::Ordering::{AcqRel, Acquire};
use std::sync::{MutexGuard, PoisonError};

use postgres_types::Type;

use super::{Conn, note};
use crate::conn::cache::Cache;
use crate::conn::ready::{Ready, announced};
use crate::error::{Driver, Error};
use crate::exec::{Expects, Label, Statement};

/// The wire counts parameters in 16 bits.
const MAX_VALUES: usize = 65_535;

impl Conn {
    /// What can be known to be wrong before anything is sent.
    pub(crate) fn check(statement: &Statement) -> Result<(), Error> {
        if statement.values.len() > MAX_VALUES {
            let why =
                format!("it has {} values, and the protocol allows {MAX_VALUES}", statement.values.len());
            return Err(Error::invalid_statement(statement.label, why));
        }
        for (index, value) in statement.values.iter().enumerate() {
            if let Some(why) = value.invalid() {
                if value.missing_part().is_some() {
                    return Err(Error::invalid_statement(statement.label, why));
                }
                let column = value.invalid_column();
                let place = column.map_or_else(|| format!("${}: ", index + 1), |_| String::new());
                return Err(Error::invalid_value(statement.label, column, format!("{place}{why}")));
            }
        }
        // A fixed text of ours holds names alone, which the compiler has looked at.
        let fixed = statement.label.table.is_some() && matches!(statement.sql, Cow::Borrowed(_));
        if !fixed && statement.sql.as_bytes().contains(&0) {
            return Err(Error::invalid_statement(statement.label, "its text holds a NUL byte"));
        }
        Ok(())
    }

    /// The statement as it can be sent at once, if this connection has prepared it or need not.
    pub(crate) fn prepared(&self, statement: &Statement) -> Option<Ready> {
        if let Some(tagging) = &self.tagging
            && let Some(tagged) = tagging.of_request(&statement.sql)
        {
            // Another text for each request: to prepare it would push out what is used again.
            return Some(Ready::unnamed(tagged.into(), statement));
        }
        if self.is_unnamed() {
            note(&statement.sql);
            let tagged = self.tagging.as_ref().and_then(|tagging| tagging.constant(&statement.sql));
            return Some(Ready::unnamed(tagged.map_or_else(|| statement.sql.clone(), Cow::Owned), statement));
        }
        let schema = self.schema.load(Acquire);
        if self.known_schema.load(Acquire) != schema && self.known_schema.swap(schema, AcqRel) != schema {
            self.forget_statements();
        }
        let types = statement.values.iter().map(|value| announced(statement, value));
        self.cache().get(&statement.sql, types).map(Ready::Named)
    }

    /// Prepares a text for the types of its values, and keeps it, unless its answer could not be read: it is refused then,
    /// as long as nothing has run, each time.
    pub(crate) async fn prepare(
        &self,
        sql: Cow<'static, str>,
        types: Vec<Type>,
        (expects, label): (Expects, Label),
    ) -> Result<Result<Ready, Error>, Driver> {
        note(&sql);
        // Boxed, since it is rare and large.
        let tagged = self.tagging.as_ref().and_then(|tagging| tagging.constant(&sql));
        let preparing = Box::pin(self.client.prepare_typed(tagged.as_deref().unwrap_or(&sql), &types));
        let prepared = preparing.await.map_err(|error| self.refused(error, None))?;
        if let Expects::Rows(_) | Expects::Values(_) = expects
            && let Err(unfit) = expects.check_types(prepared.columns(), label)
        {
            return Ok(Err(unfit));
        }
        let gone = self.cache().put(sql, types, prepared.clone());
        drop(gone);
        Ok(Ok(Ready::Fresh(prepared)))
    }

    /// Forgets what a failure has shown to be stale: where the schema has changed, the statements of all connections.
    pub(crate) fn forget_stale(&self, failure: &Driver) {
        if failure.code() == Some("0A000") {
            self.schema.fetch_add(1, AcqRel);
        }
        self.forget_statements();
    }

    /// Forgets all prepared statements of this connection.
    fn forget_statements(&self) {
        let gone = self.cache().clear();
        drop(gone);
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is read of its answer, and what it is called where that cannot be.
pub(crate) fn read_of(statement: &Statement) -> (Expects, Label) {
    (statement.expects.clone(), statement.label)
}
