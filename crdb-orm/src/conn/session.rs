//! What a new connection is told once its server is known.

use std::fmt::Write;

use super::server::ServerInfo;

/// The statements that set up a session, for one simple query.
///
/// They are sent after the server is known, since PostgreSQL and PgBouncer drop a connection over a start-up
/// parameter that they do not know.
pub(super) fn set_up(server: &ServerInfo, variables: &[(String, String)]) -> String {
    // A role or a cluster may have another default; single statements are to be serializable, too.
    let mut sql = "SET default_transaction_isolation = 'serializable'".to_owned();
    // From 25.1 on, DDL inside a transaction would commit what came before it.
    // https://www.cockroachlabs.com/docs/stable/online-schema-changes
    if server.is_cockroachdb_since(24, 1) {
        sql.push_str("; SET autocommit_before_ddl = off");
    }
    for (name, value) in variables {
        // The names are from a list of ours; the values are anything.
        let _ = write!(sql, "; SET {name} = {}", literal(value));
    }
    sql
}

/// A string literal that reads the same whatever `standard_conforming_strings` says.
pub(crate) fn literal(text: &str) -> String {
    let text = text.replace('\'', "''");
    if text.contains('\\') { format!("E'{}'", text.replace('\\', "\\\\")) } else { format!("'{text}'") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_only_one_server_knows_go_to_that_server() {
        let postgres = ServerInfo::detect(None, Some("15.1"));
        assert!(!set_up(&postgres, &[]).contains("autocommit_before_ddl"));
        let old = ServerInfo::detect(Some("CockroachDB CCL v23.2.0"), None);
        assert!(!set_up(&old, &[]).contains("autocommit_before_ddl"));
        let new = ServerInfo::detect(Some("CockroachDB CCL v25.1.0"), None);
        assert!(set_up(&new, &[]).contains("autocommit_before_ddl = off"));
    }

    #[test]
    fn a_value_cannot_leave_its_quotes() {
        assert_eq!(literal("5s'; DROP TABLE x; --"), "'5s''; DROP TABLE x; --'");
        assert_eq!(literal("\\'"), "E'\\\\'''");
    }
}
