//! A PostgreSQL that passes for a CockroachDB.

use super::split;

/// Session variables that only CockroachDB has. PostgreSQL keeps any variable whose name has a dot.
const VARIABLES: [&str; 10] = [
    "autocommit_before_ddl",
    "default_transaction_priority",
    "default_transaction_quality_of_service",
    "default_transaction_use_follower_reads",
    "disallow_full_table_scans",
    "enable_durable_locking_for_serializable",
    "inject_retry_errors_enabled",
    "inject_retry_errors_on_commit_enabled",
    "sql_safe_updates",
    "transaction_timeout",
];

/// What is said otherwise to PostgreSQL, wherever it stands.
const PHRASES: [(&str, &str); 1] =
    [("[SHOW DATABASES]", "(SELECT datname AS database_name FROM pg_catalog.pg_database) AS databases")];

/// CockroachDB's words in PostgreSQL's.
#[derive(Debug)]
pub(super) struct Translation {
    /// What it says as `crdb_version`.
    pub(super) version: String,
}

impl Translation {
    /// The text for PostgreSQL, if it is another one. It has as many statements as before.
    #[allow(clippy::unused_self, reason = "a later version may know other words")]
    pub(super) fn apply(&self, text: &str) -> Option<String> {
        let mut sent = String::with_capacity(text.len());
        let mut copied = 0;
        for range in split::statements(text) {
            sent.push_str(&text[copied..range.start]);
            sent.push_str(&statement(&text[range.clone()]));
            copied = range.end;
        }
        sent.push_str(&text[copied..]);
        (sent != text).then_some(sent)
    }

    /// The start-up message for PostgreSQL, if it is another one: session variables stand in its options, too.
    #[allow(clippy::unused_self, reason = "a later version may know other words")]
    pub(super) fn start_up(&self, message: &[u8]) -> Option<Vec<u8>> {
        let (_length, rest) = message.split_at_checked(4)?;
        let (code, fields) = rest.split_at_checked(4)?;
        let text = std::str::from_utf8(fields).ok()?;
        let mut sent = text.to_owned();
        for name in VARIABLES {
            sent = sent.replace(&format!("-c {name}="), &format!("-c crdb.{name}="));
        }
        if sent == text {
            return None;
        }
        let length = u32::try_from(8 + sent.len()).ok()?;
        Some([&length.to_be_bytes(), code, sent.as_bytes()].concat())
    }
}

fn statement(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is = |at: usize, word: &str| words.get(at).is_some_and(|found| found.eq_ignore_ascii_case(word));
    if is(0, "SET") {
        let name = usize::from(is(1, "LOCAL") || is(1, "SESSION")) + 1;
        let known = words.get(name).map(|word| word.split('=').next().unwrap_or_default());
        if let Some(known) = known.filter(|name| VARIABLES.contains(&name.to_ascii_lowercase().as_str())) {
            return text.replacen(known, &format!("crdb.{known}"), 1);
        }
    }
    if text.contains("set_config(") {
        return VARIABLES.iter().fold(text.to_owned(), |text, name| {
            text.replace(&format!("set_config('{name}'"), &format!("set_config('crdb.{name}'"))
        });
    }
    // Its RELEASE commits, and says so; COMMIT behind it has nothing left to do.
    if is(0, "RELEASE") && words.last().is_some_and(|last| last.eq_ignore_ascii_case("cockroach_restart")) {
        return " COMMIT".to_owned();
    }
    if is(0, "BEGIN") {
        return begin(text);
    }
    PHRASES.iter().fold(text.to_owned(), |text, (theirs, ours)| text.replace(theirs, ours))
}

/// BEGIN without what PostgreSQL cannot mean.
fn begin(text: &str) -> String {
    let text = text.find(", AS OF SYSTEM TIME").map_or(text, |start| &text[..start]);
    ["LOW", "NORMAL", "HIGH"]
        .iter()
        .fold(text.to_owned(), |text, priority| text.replace(&format!(", PRIORITY {priority}"), ""))
}

/// What a server of this version says of itself.
pub(super) fn version(number: &str) -> String {
    format!("CockroachDB CCL v{} (a PostgreSQL behind a test proxy)", number.trim_start_matches('v'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn session_variables_of_the_start_up_message_get_another_name() {
        let translation = Translation { version: version("25.2.0") };
        let message = |options: &str| {
            let fields = format!("user\0me\0options\0{options}\0\0");
            let length = u32::try_from(8 + fields.len()).unwrap_or_default();
            [&length.to_be_bytes()[..], &196_608_u32.to_be_bytes(), fields.as_bytes()].concat()
        };
        assert_eq!(
            translation.start_up(&message("-c a=b -c sql_safe_updates=on")),
            Some(message("-c a=b -c crdb.sql_safe_updates=on"))
        );
        assert_eq!(translation.start_up(&message("-c a=b")), None);
        assert_eq!(translation.start_up(b"abc"), None);
    }

    #[test]
    fn only_what_postgresql_does_not_know_is_changed() {
        let translation = Translation { version: version("25.2.0") };
        for (text, expected) in [
            (
                "SET a = 'b'; SET autocommit_before_ddl = off",
                Some("SET a = 'b'; SET crdb.autocommit_before_ddl = off"),
            ),
            (
                "SET LOCAL inject_retry_errors_enabled=true",
                Some("SET LOCAL crdb.inject_retry_errors_enabled=true"),
            ),
            (
                "SELECT set_config('sql_safe_updates', 'on', false), set_config('a', 'b', false)",
                Some("SELECT set_config('crdb.sql_safe_updates', 'on', false), set_config('a', 'b', false)"),
            ),
            ("SELECT 1; RELEASE SAVEPOINT cockroach_restart", Some("SELECT 1; COMMIT")),
            (
                "BEGIN ISOLATION LEVEL SERIALIZABLE, PRIORITY HIGH, READ ONLY",
                Some("BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY"),
            ),
            ("RELEASE SAVEPOINT s1", None),
            ("SELECT 'autocommit_before_ddl'", None),
            ("COMMIT", None),
        ] {
            assert_eq!(translation.apply(text).as_deref(), expected, "{text}");
        }
    }
}
