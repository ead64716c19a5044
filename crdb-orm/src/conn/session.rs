//! What a new connection is told: once its server is known, in the start-up message; before, right after it.
//!
//! PostgreSQL and PgBouncer drop a connection over a start-up parameter that they do not know, so the first connection
//! of a database is a plain one.

use std::fmt::Write;

use super::lists;
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
pub(super) fn of_transaction(server: &ServerInfo, variables: &[Variable]) -> String {
    let variables = variables.iter().filter(|(name, _)| *name != isolation().0);
    let sql = assign(server, variables, true);
    if sql.is_empty() { sql } else { format!("; {sql}") }
}

/// The statements that set up a session, for one simple query.
pub(super) fn set_up(server: &ServerInfo, variables: &[Variable]) -> String {
    assign(server, variables.iter(), false)
}

/// Statements that give variables the values that they would have by the start-up message.
///
/// `CockroachDB` takes for `SET` what fits the type of the variable, which nobody knows here, and its `set_config` takes the
/// text of the start-up message. `PostgreSQL` needs no type, but a list is more than one literal; and its `set_config` is in a
/// SELECT, which would take the transaction's snapshot before its time, and which no SERIALIZABLE standby answers.
fn assign<'v>(server: &ServerInfo, variables: impl Iterator<Item = &'v Variable>, local: bool) -> String {
    let mut sql = String::new();
    for (name, value) in variables {
        let first = sql.is_empty();
        // The names are names; the values are anything.
        let _ = if server.is_cockroachdb() {
            let before = if first { "SELECT" } else { "," };
            write!(sql, "{before} set_config('{name}', {}, {local})", literal(value))
        } else {
            let before = if first { "" } else { "; " };
            let local = if local { "LOCAL " } else { "" };
            write!(sql, "{before}SET {local}{name} = {}", value_or_list(name, value))
        };
    }
    sql
}

/// A value as PostgreSQL's `SET` has it.
fn value_or_list(name: &str, value: &str) -> String {
    match lists::names(name, value).filter(|names| lists::is_list(name) && !names.is_empty()) {
        Some(names) => names.iter().map(|name| literal(name)).collect::<Vec<_>>().join(", "),
        None => literal(value),
    }
}

/// Whether a server that was given this application name at start-up would tell this one back.
///
/// `PostgreSQL` keeps 63 bytes of a name (`GUC_IS_NAME`) and writes what is no printable ASCII as question marks, from
/// version 16 on as `\xNN` (`pg_clean_ascii`); `CockroachDB` keeps it as it is.
pub(super) fn is_told_back(name: &str, told: &str) -> bool {
    const KEPT: usize = 63;
    let cuts = [name.len().min(KEPT), name.floor_char_boundary(KEPT)];
    told == name
        || cuts.iter().any(|cut| {
            let kept = &name.as_bytes()[..*cut];
            let plain = |byte: u8| (32..=126).contains(&byte);
            let clean = |unplain: fn(u8) -> String| -> String {
                kept.iter()
                    .map(|byte| if plain(*byte) { char::from(*byte).to_string() } else { unplain(*byte) })
                    .collect()
            };
            told == clean(|_| "?".to_owned()) || told == clean(|byte| format!("\\x{byte:02x}"))
        })
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
            set_up(&postgres, &of(&postgres, &safe)),
            "SET default_transaction_isolation = 'serializable'; SET lock_timeout = '1s'"
        );
        let old = ServerInfo::detect(Some("CockroachDB CCL v23.2.0"), None);
        assert!(!set_up(&old, &of(&old, &[])).contains("autocommit_before_ddl"));
        let new = ServerInfo::detect(Some("CockroachDB CCL v25.1.0"), None);
        assert_eq!(
            set_up(&new, &of(&new, &safe)),
            "SELECT set_config('default_transaction_isolation', 'serializable', false), \
             set_config('autocommit_before_ddl', 'off', false), set_config('sql_safe_updates', 'on', false), \
             set_config('lock_timeout', '1s', false)"
        );
    }

    #[test]
    fn a_list_and_a_number_mean_in_a_statement_what_they_mean_at_start_up() {
        let asked = [("search_path", "App,\"it's\""), ("extra_float_digits", "2"), ("app.tenant", "a,b")];
        let postgres = ServerInfo::detect(None, Some("15.1"));
        assert_eq!(
            of_transaction(&postgres, &of(&postgres, &asked)),
            "; SET LOCAL search_path = 'app', 'it''s'; SET LOCAL extra_float_digits = '2'; \
             SET LOCAL app.tenant = 'a,b'"
        );
        let cockroachdb = ServerInfo::detect(Some("CockroachDB CCL v23.2.0"), None);
        assert_eq!(
            of_transaction(&cockroachdb, &of(&cockroachdb, &asked)),
            "; SELECT set_config('search_path', 'App,\"it''s\"', true), set_config('extra_float_digits', '2', true), \
             set_config('app.tenant', 'a,b', true)"
        );
        assert_eq!(of_transaction(&postgres, &of(&postgres, &[])), "");
        let empty = of(&postgres, &[("search_path", "")]);
        assert_eq!(of_transaction(&postgres, &empty), "; SET LOCAL search_path = ''");
    }

    #[test]
    fn a_name_is_known_again_however_the_server_writes_it() {
        let long = "x".repeat(70);
        assert!(
            is_told_back("shop", "shop") && is_told_back(&long, &long) && is_told_back(&long, &long[..63])
        );
        assert!(
            !is_told_back("shop", "") && !is_told_back("shop", "sho") && !is_told_back(&long, &long[..62])
        );
        assert!(is_told_back("caf\u{e9} 1", "caf\u{e9} 1") && is_told_back("caf\u{e9} 1", "caf?? 1"));
        assert!(is_told_back("caf\u{e9}", "caf\\xc3\\xa9") && !is_told_back("caf\u{e9}", "caf"));
        let cut = format!("{}\u{e9}", &long[..62]);
        assert!(is_told_back(&cut, &cut[..62]), "where the server knows that it is UTF-8");
        assert!(is_told_back(&cut, &format!("{}?", &long[..62])), "and where it does not");
        assert!(!is_told_back("\u{e9}", ""), "nothing was told");
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
