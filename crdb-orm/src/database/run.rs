//! Running statements that are transactions of their own.

use std::borrow::Cow;
use std::sync::atomic::Ordering;

use tokio_postgres::Row;

use super::Database;
use crate::conn::{Answer, Sink};
use crate::error::Result;
use crate::exec::{Label, Statement};
use crate::txn::{AsOf, TxnOptions, single, together};

impl Database {
    pub(crate) async fn rows(&self, statement: &Statement) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        self.run(statement, &mut rows).await?;
        Ok(rows)
    }

    /// Runs a statement; returns how many rows it changed, or returned.
    pub(crate) fn run<'a>(
        &'a self,
        statement: &'a Statement,
        rows: &'a mut dyn Sink,
    ) -> impl Future<Output = Result<u64>> + Send + use<'a> {
        single::run(self, statement, rows)
    }

    /// A statement as this handle runs it by itself.
    ///
    /// # Errors
    /// Inside the closure of a transaction of this database; of a table of tenants, where the handle is of none.
    pub(crate) fn fit<'s>(&self, statement: &'s Statement) -> Result<Cow<'s, Statement>> {
        self.refuse_inside(statement.label)?;
        self.reach.fit(statement)
    }

    pub(crate) async fn run_read_only(&self, statement: &Statement, rows: &mut dyn Sink) -> Result<u64> {
        let answers = self.together(std::slice::from_ref(statement)).await?;
        let Some(answer) = answers.into_iter().next() else { return Ok(0) };
        rows.take_all(answer.rows);
        Ok(answer.changed)
    }

    /// BEGIN and what travels with it.
    pub(crate) fn begin(&self, options: &TxnOptions, name: &str) -> String {
        let mut begin = options.begin(self.server(), name, self.application_name());
        let settings = self.pool().connector().with_begin(self.server());
        // Before what the transaction sets itself: the later one holds.
        begin.insert_str(begin.find(';').unwrap_or(begin.len()), &settings);
        begin
    }

    pub(crate) async fn together(&self, statements: &[Statement]) -> Result<Vec<Answer>> {
        self.together_as_of(statements, None).await
    }

    /// Reads as of a time, in one transaction.
    pub(crate) async fn together_as_of(
        &self,
        statements: &[Statement],
        as_of: Option<AsOf>,
    ) -> Result<Vec<Answer>> {
        self.refuse_inside(Label { verb: "read together", table: None })?;
        let options = TxnOptions { read_only: true, as_of, ..TxnOptions::default() };
        let begin = self.begin(&options, "read together");
        let fitted: Vec<Cow<'_, Statement>> =
            statements.iter().map(|statement| self.reach.fit(statement)).collect::<Result<_>>()?;
        if fitted.iter().all(|statement| matches!(statement, Cow::Borrowed(_))) {
            return together::run(self.pool(), self.policy(), &begin, statements).await;
        }
        let fitted: Vec<Statement> = fitted.into_iter().map(Cow::into_owned).collect();
        together::run(self.pool(), self.policy(), &begin, &fitted).await
    }

    /// Whether the server keeps a past; says once that it does not.
    pub(crate) fn keeps_past(&self) -> bool {
        let keeps = self.server().is_cockroachdb();
        if !keeps && !self.shared.told_no_past.swap(true, Ordering::Relaxed) {
            tracing::warn!("this server keeps no past: reads as of a time read the present");
        }
        keeps
    }
}
