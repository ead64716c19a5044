//! What a new connection is told: once its server is known, in the start-up message; before, right after it.
//!
//! PostgreSQL and PgBouncer drop a connection over a start-up parameter that they do not know, so the first connection
//! of a database is a plain one.

use std::fmt::Write;

use super::server::ServerInfo;

/// A session variable and its value.
pub(super) type Variable = (String, String);

/// What only CockroachDB can mean.
const COCKROACHDB_ONLY: [&str; 3] =
    ["default_transaction_use_follower_reads", "disallow_full_table_scans", "sql_safe_updates"];

/// What a session on this server is to have.
pub(super) fn variables(server: &ServerInfo, asked: &[Variable]) -> Vec<Variable> {
    let mut variables = Vec::with_capacity(asked.len() + 2);
    // A role or a cluster may have another default; single statements are to be serializable, too.
    variables.push(isolation());
    // From 25.1 on, DDL inside a transaction would commit what came before it.
    // https://www.cockroachlabs.com/docs/stable/online-schema-changes
    if server.is_cockroachdb_since(24, 1) {
        variables.push(("autocommit_before_ddl".to_owned(), "off".to_owned()));
    }
    let can = |name: &str| server.is_cockroachdb() || !COCKROACHDB_ONLY.contains(&name);
    variables.extend(asked.iter().filter(|(name, _)| can(name)).cloned());
    variables
}

/// Says once what this server cannot mean.
pub(super) fn notice(server: &ServerInfo, asked: &[Variable]) {
    let ignored: Vec<&str> = asked
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| !server.is_cockroachdb() && COCKROACHDB_ONLY.contains(name))
        .collect();
    if !ignored.is_empty() {
        tracing::warn!(%server, ?ignored, "session settings that only CockroachDB has are left out");
    }
}

/// What the first connection of a database asks for, to learn whether there is a proxy in between: both servers know
/// it, and `PgBouncer` refuses or ignores it.
pub(super) fn probe() -> Vec<Variable> {
    vec![isolation()]
}

fn isolation() -> Variable {
    ("default_transaction_isolation".to_owned(), "serializable".to_owned())
}

/// The same for one transaction, behind its BEGIN, which names the isolation itself.
pub(super) fn of_transaction(variables: &[Variable]) -> String {
    let mut sql = String::new();
    for (name, value) in variables.iter().filter(|(name, _)| *name != isolation().0) {
        let _ = write!(sql, "; SET LOCAL {name} = {}", literal(value));
    }
    sql
}

/// The statements that set up a session, for one simple query.
pub(super) fn set_up(variables: &[Variable]) -> String {
    let mut sql = String::new();
    for (name, value) in variables {
        let separator = if sql.is_empty() { "" } else { "; " };
        // The names are from a list of ours; the values are anything.
        let _ = write!(sql, "{separator}SET {name} = {}", literal(value));
    }
    sql
}

/// The same as options of the start-up message, behind those of the URL.
pub(super) fn options(given: Option<&str>, application_name: &str, variables: &[Variable]) -> String {
    let mut options = given.unwrap_or_default().to_owned();
    let name = ("application_name".to_owned(), application_name.to_owned());
    for (name, value) in std::iter::once(&name).chain(variables) {
        let _ = write!(options, " -c {name}=");
        for char in value.chars() {
            if char == '\\' || char.is_ascii_whitespace() {
                options.push('\\');
            }
            options.push(char);
        }
    }
    options.trim_start().to_owned()
}

/// Whether a server, or something in between, may have refused a connection for the settings in its start-up message:
/// an unknown name, a wrong value, a right that is missing, a parameter that cannot be set now, or PgBouncer's
/// "unsupported startup parameter".
pub(super) fn is_refusal(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|code| {
        let code = code.code();
        matches!(code, "08P01" | "55P02") || ["22", "42", "0A"].iter().any(|class| code.starts_with(class))
    })
}

/// A string literal that reads the same whatever `standard_conforming_strings` says.
pub(crate) fn literal(text: &str) -> String {
    let text = text.replace('\'', "''");
    if text.contains('\\') { format!("E'{}'", text.replace('\\', "\\\\")) } else { format!("'{text}'") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(server: &ServerInfo, asked: &[(&str, &str)]) -> Vec<Variable> {
        let asked: Vec<_> =
            asked.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        variables(server, &asked)
    }

    #[test]
    fn settings_that_only_one_server_knows_go_to_that_server() {
        let safe = [("sql_safe_updates", "on"), ("lock_timeout", "1s")];
        let postgres = ServerInfo::detect(None, Some("15.1"));
        assert_eq!(
            set_up(&of(&postgres, &safe)),
            "SET default_transaction_isolation = 'serializable'; SET lock_timeout = '1s'"
        );
        let old = ServerInfo::detect(Some("CockroachDB CCL v23.2.0"), None);
        assert!(!set_up(&of(&old, &[])).contains("autocommit_before_ddl"));
        let new = ServerInfo::detect(Some("CockroachDB CCL v25.1.0"), None);
        let set = set_up(&of(&new, &safe));
        assert!(set.contains("autocommit_before_ddl = 'off'") && set.contains("sql_safe_updates = 'on'"));
    }

    #[test]
    fn the_same_settings_travel_as_options() {
        let postgres = ServerInfo::detect(None, Some("15.1"));
        let sent = of(&postgres, &[("timezone", "a b\\c")]);
        assert_eq!(
            options(Some("--cluster=x"), "my shop", &sent),
            "--cluster=x -c application_name=my\\ shop -c default_transaction_isolation=serializable \
             -c timezone=a\\ b\\\\c"
        );
        assert!(options(None, "x", &sent).starts_with("-c application_name=x -c "));
    }

    #[test]
    fn a_value_cannot_leave_its_quotes() {
        assert_eq!(literal("5s'; DROP TABLE x; --"), "'5s''; DROP TABLE x; --'");
        assert_eq!(literal("\\'"), "E'\\\\'''");
    }
}
