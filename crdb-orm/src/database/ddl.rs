//! Running the statements of a schema.

use super::Database;
use crate::error::Result;
use crate::txn::single;

impl Database {
    /// Runs DDL, each statement in a transaction of its own.
    #[doc(hidden)]
    pub async fn run_ddl<S: AsRef<str>>(&self, statements: &[S]) -> Result<()> {
        for (index, sql) in statements.iter().enumerate() {
            single::run_text(self.pool(), self.policy(), sql.as_ref()).await.map_err(|error| {
                let first = beginning(sql.as_ref());
                error.with_context(format!("statement {} of {} (`{first}`)", index + 1, statements.len()))
            })?;
        }
        Ok(())
    }
}

/// The beginning of a statement, to tell it from others. It ends before the first literal, which may hold a
/// credential: that of a changefeed's sink, or a user's password.
fn beginning(sql: &str) -> String {
    let line = sql.lines().next().unwrap_or_default();
    line.split('\'').next().unwrap_or_default().chars().take(80).collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_literal_of_a_statement_is_in_an_error() {
        for (sql, shown) in [
            (
                "CREATE CHANGEFEED FOR TABLE t INTO 'kafka://user:hush@b'",
                "CREATE CHANGEFEED FOR TABLE t INTO",
            ),
            ("CREATE TABLE t (\n  id UUID\n)", "CREATE TABLE t ("),
            ("", ""),
        ] {
            assert_eq!(beginning(sql), shown);
        }
    }
}
